"""Reads one RDF file in a process of its own, because parsers can be made to eat memory or to crash.

    python -m kg.load.reader FILE FORMAT SPOOL MEMORY [GRAPH]

writes the statements as N-Triples into SPOOL, each graph's in runs, and SPOOL.json says where: graph →
[[offset, length], …]. It is killed from outside when it stands still. Exit code 0, or 1 with
the reason on standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from kg.errors import KgError
from kg.export import compress
from kg.export.statements import has_blank
from kg.graph.terms import ILLEGAL, UNSEEN
from kg.oxigraph import Term, canonical, statements

FORMATS = {
    "nq": "nquads",
    "nt": "ntriples",
    "ttl": "turtle",
    "trig": "trig",
    "jsonld": "jsonld",
    "json": "jsonld",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "xml": "rdfxml",
}
MOST_BLANK = 50_000  # statements with blank nodes in one graph

_RUN = 4 << 20  # characters of all graphs that are held before they are written
_UNPACKED, _RATIO = 1 << 30, 200  # bytes that come out of a packed file, or so many times its size
_IRI = re.compile(rf"(?!(?:javascript|vbscript|data):)[A-Za-z][A-Za-z0-9+.-]*:[^{UNSEEN}{ILLEGAL}\s]*", re.IGNORECASE)
_NO_TEXT = re.compile(f"[{ILLEGAL}]")


class Bounded:
    """A file that is not read for ever: KgError when more comes out of it than its size allows."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, max(_UNPACKED, size * _RATIO)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        content = self._file.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise KgError("unpacks to far more than its size; unpack it yourself if you trust it")
        return content


def main(path: str, format: str, spool: str, memory: str, graph: str = "") -> int:
    """Read, check and spool one file."""
    with suppress(ImportError, ValueError):  # no such limits on this system, or a lower one is in force
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with compress.opened(Path(path)) as file, Path(spool).open("wb") as out:
            size = Path(path).stat().st_size
            index = _spool(_checked(Bounded(file, size), format, graph), out)  # type: ignore[arg-type]
    except MemoryError:
        print("needs more memory than a file of statements should", file=sys.stderr)  # noqa: T201
        return 1
    except (KgError, OSError, EOFError) as error:
        print(str(error), file=sys.stderr)  # noqa: T201
        return 1
    Path(f"{spool}.json").write_text(json.dumps(index), "utf-8")
    return 0


def _checked(file: IO[bytes], format: str, only: str) -> Iterator[tuple[str, str]]:
    """Graph and line of every statement; KgError for what no store should hold."""
    homes: dict[str, str] = {}
    for terms, line, graph in statements(file, format, base=only or None):
        for term in terms:
            _check(term)
        if graph and only:
            raise KgError("holds named graphs; leave out --graph")
        if not (home := graph or only):
            raise KgError("holds statements outside of named graphs; say with --graph IRI which graph they are to be")
        _check(Term(home, "blank" if home.startswith("_:") else "iri"), naming=True)
        for term in (terms[0], terms[2]):
            if term.kind == "blank" and homes.setdefault(term.value, home) != home:
                raise KgError("has a blank node in two graphs, where it cannot stay one; give it an IRI")
        yield home, line


def _check(term: Term, *, naming: bool = False) -> None:
    if term.kind == "iri" and not _IRI.fullmatch(term.value):
        raise KgError(f"{term.value[:80]!a} is no IRI to keep; correct it")
    if term.kind == "literal" and _NO_TEXT.search(term.value):
        raise KgError(f"{term.value[:80]!a} has characters that no document may hold; take them out")
    if naming and term.kind == "blank":
        raise KgError("has a graph without a name; give it an IRI")


def _spool(lines: Iterator[tuple[str, str]], out: IO[bytes]) -> dict[str, list[tuple[int, int]]]:
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    held: dict[str, list[str]] = defaultdict(list)
    blank: dict[str, list[str]] = defaultdict(list)
    size = 0
    for graph, line in lines:
        held[graph].append(line)
        size += len(line)
        if has_blank(line):
            blank[graph].append(line)
            if len(blank[graph]) > MOST_BLANK:
                raise KgError(f"has a graph with more than {MOST_BLANK:,} statements on blank nodes; give them IRIs")
        if size > _RUN:
            _write(held, out, index)
            size = 0
    _write(held, out, index)
    for found in blank.values():
        canonical(found)  # what takes for ever here would do so at every export
    return index


def _write(held: dict[str, list[str]], out: IO[bytes], index: dict[str, list[tuple[int, int]]]) -> None:
    for graph, lines in held.items():
        content = "".join(f"{line}\n" for line in lines).encode()
        index[graph].append((out.tell(), len(content)))
        out.write(content)
    out.flush()
    held.clear()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
