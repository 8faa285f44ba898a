"""Spooled graphs into a store.

A graph becomes what the files say of it. Only what reports share (places, periods, provisional concepts, runs, links:
the graphs under …/graph/ that bear no hash of their own) is added to, because other reports need what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.errors import KgError, LoadError
from kg.export.statements import has_blank
from kg.graph import iris
from kg.graph.mapping import Mapped
from kg.graph.namespaces import PROV, TKG, XSD
from kg.graph.store import Store
from kg.load import spool
from kg.load.spool import Spool
from kg.oxigraph import canonical, valid_iri


@dataclass(slots=True)
class Loaded:
    """How many graphs were new, became another, were added to, stayed as they were; how many statements were read."""

    added: int = 0
    changed: int = 0
    merged: int = 0
    unchanged: int = 0
    statements: int = 0


def load(
    files: Iterable[Path],
    store: Path,
    *,
    graph: str | None = None,
    format: str | None = None,
    base: str = iris.BASE,
    progress: Callable[[int], Callable[[int], None]] | None = None,
) -> Loaded:
    """Take RDF files into the store at `store`, which is made where there is none.

    `graph`: the graph that triples become; `format`: one of kg.load.reader.FORMATS' values, else by name; `progress`:
    called with the number of graphs, gives what is called for each. Nothing is stored where one of the files is not to
    be taken (LoadError); each graph is then stored whole or not at all. StoreError where the store cannot be written.
    """
    if graph is not None and not (valid_iri(graph) and ":" in graph):
        raise KgError(f"{graph!r} is no IRI for a graph; give one like {iris.report('2021.txt', base)}")
    with TemporaryDirectory(prefix="kg-load-") as folder:
        spooled = spool.read(files, Path(folder), graph=graph or "", format=format)
        for name in spooled.graphs():
            _check(name, spooled.lines(name), base)
        with Store.open_for_writing(store, base=base) as target:
            return _store(target, spooled, progress)


def _check(graph: str, lines: list[str], base: str) -> None:
    """LoadError where a graph says of itself what is not so, or is a report that `kg build` would not know again."""
    said = {
        predicate: _said(lines, graph, predicate)
        for predicate in (TKG.contentHash, PROV.wasGeneratedBy, TKG.tripleCount)
    }
    if iris.key_of(graph, base) is not None and any(len(values) != 1 for values in said.values()):
        raise LoadError(graph, "a report's graph says its hash, run and triple count once each", "export it again")
    counts = said[TKG.tripleCount]
    if counts and counts != [f'"{len(lines)}"^^<{XSD.integer}>']:
        raise LoadError(graph, f"holds {len(lines)} triples and says {counts[0]}", "export it again")


def _said(lines: Iterable[str], graph: str, predicate: str) -> list[str]:
    head = f"<{graph}> <{predicate}> "
    return [line[len(head) : -2] for line in lines if line.startswith(head)]


def _store(target: Store, spooled: Spool, progress: Callable[[int], Callable[[int], None]] | None) -> Loaded:
    names, there, loaded = spooled.graphs(), set(target.graphs()), Loaded()
    advance = progress(len(names)) if progress else _silent

    def whole() -> Iterator[Mapped]:
        for name in names:
            lines = spooled.lines(name)
            loaded.statements += len(lines)
            if name not in there and not any(map(has_blank, lines)):
                yield Mapped(name, name, "".join(f"{line[:-2]} <{name}> .\n" for line in lines).encode(), "")
                loaded.added += 1
            else:
                _renew(target, name, lines, loaded, new=name not in there)
            advance(1)

    target.replace(whole())
    return loaded


def _silent(_: int) -> None:
    return None


def _renew(target: Store, graph: str, lines: list[str], loaded: Loaded, *, new: bool) -> None:
    """Bring a graph that is there, or has blank nodes, to what the lines say."""
    if new:
        target.put(graph, lines)
        loaded.added += 1
        return
    stored = set(target.statements(graph))
    if _same(stored, set(lines)):
        loaded.unchanged += 1
    elif _is_shared(target, graph, lines):
        fresh = [line for line in lines if line not in stored]
        if fresh:
            target.merge(graph, fresh)
        loaded.merged += bool(fresh)
        loaded.unchanged += not fresh
    else:
        target.put(graph, lines)
        loaded.changed += 1


def _same(some: set[str], others: set[str]) -> bool:
    if not any(map(has_blank, some)):
        return some == others
    return len(some) == len(others) and canonical(some) == canonical(others)


def _is_shared(target: Store, graph: str, lines: list[str]) -> bool:
    return graph.startswith(iris.graph("", target.base)) and not _said(lines, graph, TKG.contentHash)
