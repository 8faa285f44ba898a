"""What a store says as lines of N-Triples, a graph after the other and never all in memory.

The same content gives the same lines in the same order: graphs by name, and blank nodes, which the store names anew
at every load, under their names of RDFC-1.0; the lines that hold some come last, as they are named together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby

from kg.graph.store import Store
from kg.oxigraph import canonical

Named = tuple[str, Iterable[str]]  # a graph and lines of it

_MOST = 50_000  # lines with blank nodes that are named anew; with more, the store's names stay


def named(store: Store, graphs: Iterable[str]) -> Iterator[Named]:
    """The lines of these graphs. Read those of one graph before you ask for the next."""
    blank: list[str] = []
    for graph in graphs:
        yield graph, _without_blank(store.statements(graph), graph, blank)
    quads = canonical(blank) if len(blank) <= _MOST else blank
    for graph, lines in groupby(sorted(quads, key=graph_of), key=graph_of):
        yield graph, [f"{line.rpartition(' <')[0]} ." for line in lines]


def _without_blank(lines: Iterable[str], graph: str, blank: list[str]) -> Iterator[str]:
    """The lines without blank nodes; the others go into `blank`, as N-Quads."""
    for line in lines:
        if has_blank(line):
            blank.append(f"{line[:-2]} <{graph}> .")
        else:
            yield line


def quads(parts: Iterable[Named]) -> Iterator[str]:
    """The lines with their graphs, as N-Quads."""
    for graph, lines in parts:
        tail = f" <{graph}> ."
        for line in lines:
            yield f"{line[:-2]}{tail}"


def graph_of(quad: str) -> str:
    """The graph of an N-Quads line."""
    return quad.rpartition(" <")[2].removesuffix("> .")


def has_blank(line: str) -> bool:
    """Whether the subject or object of an N-Triples line is a blank node."""
    return "_:" in line and (line.startswith("_:") or line.split(" ", 2)[2].startswith("_:"))


class Union:
    """The union of named graphs: gives each triple once, and remembers only triples that several graphs may hold.

    What a graph says of its own nodes (`graph` and `graph#…`) is given by that graph and needs no memory.
    """

    def __init__(self, store: Store, graphs: Iterable[str]) -> None:
        """`graphs`: those that are given whole."""
        self._store, self._graphs = store, frozenset(graphs)
        self._seen: set[bytes] = set()

    def once(self, parts: Iterable[Named]) -> Iterator[str]:
        """The lines of the graphs that have not been given before."""
        for graph, lines in parts:
            own = f"<{graph}>", f"<{graph}#"
            for line in lines:
                if line.startswith(own) or self._is_new(line, graph):
                    yield line

    def _is_new(self, line: str, graph: str) -> bool:
        owner = line[1:].partition(">")[0].partition("#")[0]
        if owner != graph and owner in self._graphs and not has_blank(line) and self._store.has(line, owner):
            return False
        digest = hashlib.blake2b(line.encode(), digest_size=16).digest()
        new = digest not in self._seen
        self._seen.add(digest)
        return new
