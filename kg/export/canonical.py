"""The canonical hash of what a store says: SHA-256 over the canonical N-Quads of RDFC-1.0.

https://www.w3.org/TR/rdf-canon/: blank nodes get names that the statements decide on, and the lines are sorted.
Any tool that implements it gives the same for an export in any format that keeps named graphs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.export.part import Part
from kg.export.statements import quads
from kg.graph.store import Store

_RUN = 500_000  # lines that are sorted in memory at a time
_OPEN = 200  # sorted runs that are read together


def digest(store: Store, report: str | None = None) -> str:
    """The hash of the store, or of one report's graph by its key, in hex. ExportError where there is no such report."""
    return of(quads(Part.of(store, report=report).statements()))


def of(lines: Iterable[str]) -> str:
    """The hash of distinct N-Quads lines whose blank nodes have their canonical names; many are sorted on disk."""
    running = hashlib.sha256()
    with TemporaryDirectory() as folder, ExitStack() as files:
        for line in merge(*(_read(files, run) for run in _few(_runs(lines, Path(folder)), Path(folder)))):
            running.update(line)
    return running.hexdigest()


def _runs(lines: Iterable[str], folder: Path) -> list[Path]:
    """Files of sorted lines; UTF-8 sorts by code point."""
    rest = iter(lines)
    paths: list[Path] = []
    while run := sorted(f"{line}\n".encode() for line in islice(rest, _RUN)):
        paths.append(folder / f"{len(paths)}")
        with paths[-1].open("wb") as file:
            file.writelines(run)
    return paths


def _few(paths: list[Path], folder: Path) -> list[Path]:
    """The same lines in at most _OPEN files."""
    while len(paths) > _OPEN:
        together = folder / f"{paths[0].name}-{len(paths)}"
        with ExitStack() as files, together.open("wb") as out:
            out.writelines(merge(*(_read(files, path) for path in paths[:_OPEN])))
        paths = [*paths[_OPEN:], together]
    return paths


def _read(files: ExitStack, path: Path) -> Iterator[bytes]:
    return iter(files.enter_context(path.open("rb")))
