"""What the server and its workers say to each other over pipes: frames of a kind, a length and bytes.

A request goes to a worker as ASK. It answers with DATA and at last END (how the answer was made, in JSON), or with
WRONG (status and reason); between, it may CALL for what another endpoint knows, and gets that as ASK again.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import StreamReader  # workers need none

READY, ASK, DATA, END, WRONG, CALL = b"r", b"a", b"d", b"e", b"w", b"c"
_HEAD = struct.Struct(">cI")


def frame(kind: bytes, content: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return _HEAD.pack(kind, len(content)) + content


def read(source: IO[bytes]) -> bytes | None:
    """The content of the next frame; None at the end."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    return source.read(_HEAD.unpack(head)[1])


def send(pipe: IO[bytes], kind: bytes, content: Mapping[str, Any] | None = None) -> None:
    """Write a frame of JSON at once."""
    pipe.write(frame(kind, b"" if content is None else json.dumps(content).encode()))
    pipe.flush()


def wrong(pipe: IO[bytes], status: int, reason: str) -> None:
    """Say that there is no answer, and why."""
    send(pipe, WRONG, {"status": status, "reason": reason})


def pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for frames alone: what a library prints goes to standard error."""
    source, pipe = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return source, pipe


async def receive(source: StreamReader) -> tuple[bytes, bytes]:
    """Kind and content of the next frame; IncompleteReadError where the other side is gone."""
    kind, length = _HEAD.unpack(await source.readexactly(_HEAD.size))
    return kind, await source.readexactly(length)
