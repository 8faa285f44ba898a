"""Files packed with gzip or Zstandard, the same bytes for the same content."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import IO

from kg.errors import MissingLibrary

METHODS = {"gz": ".gz", "zst": ".zst"}
_LEVELS = {"gz": 5, "zst": 9}  # where more time saves little on N-Quads


def method(path: Path | IO[bytes]) -> str | None:
    """The method that a file's name asks for."""
    ending = path.suffix.lower() if isinstance(path, Path) else ""
    return next((name for name, known in METHODS.items() if known == ending), None)


@contextmanager
def compressed(file: IO[bytes], by: str | None) -> Iterator[IO[bytes]]:
    """What writes to `file` through one of METHODS, or `file` itself. MissingLibrary where zstandard is not there."""
    if by == "gz":
        with gzip.GzipFile("", "wb", _LEVELS["gz"], file, mtime=0) as packed:
            yield packed  # type: ignore[misc]
    elif by == "zst":
        with _zstandard().ZstdCompressor(level=_LEVELS["zst"]).stream_writer(file, closefd=False) as packed:
            yield packed
    else:
        yield file


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The content of a file, unpacked where its name ends in .gz or .zst. MissingLibrary as above."""
    with path.open("rb") as file:
        by = method(path)
        if by == "gz":
            with gzip.open(file) as unpacked:
                yield unpacked  # type: ignore[misc]
        elif by == "zst":
            with _zstandard().ZstdDecompressor().stream_reader(file, read_across_frames=True) as unpacked:
                yield unpacked
        else:
            yield file


def _zstandard() -> ModuleType:
    try:
        import zstandard
    except ImportError as error:
        raise MissingLibrary("zstandard", "a file that ends in .zst", "zstd") from error
    return zstandard
