"""A writer: a process that opens the store for writing, updates it as one request over a pipe says, and ends.

    python -m kg.serve.writer PARENT MEMORY STORE

It has as little of the network as a worker, so LOAD reaches nothing. An update is there whole or not at all, also where
the process is killed; it is on the disk before it is said to be done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from kg.errors import KgError, QueryError
from kg.graph.tokens import said, tokens
from kg.serve import frames, sandbox, using
from kg.serve.refused import Refused

_DONE = {"format": "", "packed": False, "etag": ""}


def main() -> int:
    """Do what comes in."""
    parent, memory, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    source, pipe = frames.pipes()
    try:
        sandbox.confine(parent)
        from kg.graph.store import Store  # after the network is gone, as importing may start threads

        with Store.open_for_writing(path) as opened:
            sandbox.limit_memory(memory)
            frames.send(pipe, frames.READY)
            if (request := frames.read(source)) is not None:
                _update(opened, json.loads(request), pipe)
    except KgError as error:
        frames.wrong(pipe, 503, str(error))
        return 1
    return 0


def _update(opened: Any, request: Mapping[str, Any], pipe: IO[bytes]) -> None:
    try:
        if any(said(token, "LOAD") for token in tokens(request["update"])):
            raise Refused(400, "LOAD is off here: this endpoint asks no other; send what it shall hold")
        opened.update(using.over(request["update"], *request["dataset"]), request["base"])
        frames.send(pipe, frames.END, _DONE)
    except Refused as error:
        frames.wrong(pipe, error.status, error.reason)
    except QueryError as error:
        frames.wrong(pipe, 400, str(error))
    except MemoryError:
        frames.wrong(pipe, 422, "the update needs more memory than is allowed; do less at a time")


if __name__ == "__main__":
    sys.exit(main())
