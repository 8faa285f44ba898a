"""What the server and its workers say to each other over pipes: frames of a kind, a length and bytes."""

from __future__ import annotations

import struct
from asyncio import StreamReader
from typing import IO

READY, BEGIN, DATA, END, WRONG = b"r", b"b", b"d", b"e", b"w"
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


async def receive(source: StreamReader) -> tuple[bytes, bytes]:
    """Kind and content of the next frame; IncompleteReadError where the other side is gone."""
    kind, length = _HEAD.unpack(await source.readexactly(_HEAD.size))
    return kind, await source.readexactly(length)
