"""The graph in the formats of other tools, written to a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import ExportError


@contextmanager
def writing(out: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """A binary file to write to: `out` itself where it is one (or a device), else one that becomes `out` at the end.

    Where writing fails, what was at `out` before is still there. ExportError where nothing can be written.
    """
    if not isinstance(out, Path):
        yield out
        return
    path = out.resolve()
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path if path.exists() and not path.is_file() else partial).open("wb") as file:
            yield file
        if partial.exists():
            partial.replace(path)
    except OSError as error:
        raise ExportError(f"{out}: cannot be written ({error.strerror or error}); choose another file") from error
    finally:
        if partial.is_file():
            partial.unlink()
