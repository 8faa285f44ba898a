"""The statements of RDF files, on disk and sorted by graph, read by processes with limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import LoadError
from kg.export.compress import METHODS
from kg.load.reader import FORMATS

MEMORY = 4 << 30  # bytes of address space for a reader; parsers of all formats stream
STILL = 60.0  # seconds that a reader may go on without a statement written
_LOOK = 0.05


@dataclass(slots=True)
class Spool:
    """Where the statements of each graph are: pieces of files."""

    pieces: dict[str, list[tuple[Path, int, int]]] = field(default_factory=lambda: defaultdict(list))

    def graphs(self) -> list[str]:
        """The names of all graphs, sorted."""
        return sorted(self.pieces)

    def lines(self, graph: str) -> list[str]:
        """The N-Triples lines of a graph, each once, in the order of the files."""
        found: dict[str, None] = {}
        for path, offset, length in self.pieces[graph]:
            with path.open("rb") as file:
                file.seek(offset)
                found.update(dict.fromkeys(file.read(length).decode().removesuffix("\n").split("\n")))
        return list(found)


def read(files: Iterable[Path], folder: Path, *, graph: str = "", format: str | None = None) -> Spool:
    """The statements of the files, spooled in `folder`. LoadError for the first file that is not to be taken."""
    spool = Spool()
    for number, path in enumerate(files):
        target = folder / str(number)
        _run(path, format or format_of(path), target, graph)
        for name, places in json.loads(Path(f"{target}.json").read_text("utf-8")).items():
            spool.pieces[name] += [(target, offset, length) for offset, length in places]
    return spool


def format_of(path: Path) -> str:
    """The format that a file's name says, packed or not. LoadError where it says none."""
    name = path.name.lower()
    for ending in METHODS.values():
        name = name.removesuffix(ending)
    if (format := FORMATS.get(name.rpartition(".")[2])) is None:
        raise LoadError(path, "the name does not say the format", "name it .nq, .ttl, .jsonld … or say --format")
    return format


def _run(path: Path, format: str, target: Path, graph: str) -> None:
    if not path.is_file():
        raise LoadError(path, "there is no such file", "name an RDF file")
    command = [sys.executable, "-m", "kg.load.reader", str(path), format, str(target), str(MEMORY), graph]
    root = str(Path(__file__).resolve().parents[2])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as process:
        try:
            _watch(process, path, target)
        finally:
            process.kill()
        said = process.communicate()[1].decode("utf-8", "replace").strip()
    if process.returncode == 1:
        reason, _, remedy = said.rpartition("\n")[2].rpartition("; ")
        raise LoadError(path, *((reason, remedy) if reason else (remedy, "correct the file")))
    if process.returncode:
        raise LoadError(path, "brought the reading process down", "it is hostile or broken: do not load it")


def _watch(process: subprocess.Popen[bytes], path: Path, target: Path) -> None:
    """Return when the process ends; LoadError where it goes on and on and writes nothing."""
    size, since = -1, time.monotonic()
    while process.poll() is None:
        if (now := target.stat().st_size if target.exists() else 0) != size:
            size, since = now, time.monotonic()
        if time.monotonic() - since > STILL:
            raise LoadError(path, f"nothing came of it for {STILL:.0f} s", "it is hostile or broken: do not load it")
        time.sleep(_LOOK)
