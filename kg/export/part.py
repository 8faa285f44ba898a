"""The part of a store that a selection means in RDF: whole reports, and what they speak of described.

A report fits by its own place and year and by the programmes and strategies that it names; each kind that is selected
must fit. Its graph stays whole. Of the graphs that reports share, the part has the nodes that these reports speak of
and all above them (the county of a township, what is broader, the scheme), and the ontology whole; so the part can be
read without the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from kg.errors import ExportError
from kg.export.selection import EVERYTHING, Selection
from kg.export.statements import Named, named
from kg.graph import iris, queries
from kg.graph.namespaces import OA, SKOS, TKG
from kg.graph.queries import Query
from kg.graph.store import Store

_AT_A_TIME = 2000  # nodes that one query is asked about

_MENTION = f"?passage <{TKG.mentions}> ?{{0}} ; <{OA.hasSource}> ?report"
_FITS = {
    "place": f"?report <{TKG.about}> ?place",
    "year": f"?report <{TKG.reportYear}> ?year",
    "programme": _MENTION.format("programme"),
    "strategy": _MENTION.format("strategy"),
}
_DOWN = f"<{SKOS.hasTopConcept}>"  # leads from a scheme to all that is in it


@dataclass(frozen=True, slots=True)
class Part:
    """What is exported: the names of graphs, and of those that are not exported whole the nodes (None: all whole)."""

    store: Store
    graphs: tuple[str, ...]
    whole: frozenset[str]
    nodes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, store: Store, selection: Selection = EVERYTHING, report: str | None = None) -> Part:
        """The selected part, one report's graph by its key, or all. ExportError where nothing fits."""
        if report is not None:
            if report not in store.known():
                raise ExportError(f"no report {report} in {store.path}; kg query reports names them")
            return cls(store, (graph := iris.report(report, store.base),), frozenset({graph}))
        graphs = tuple(store.graphs())
        if selection == EVERYTHING:
            return cls(store, graphs, frozenset(graphs))
        reports = _fitting(store, selection)
        shared = [graph for graph in graphs if iris.key_of(graph, store.base) is None]
        whole = frozenset({*reports, iris.graph("ontology", store.base)}) & frozenset(graphs)
        nodes = _spoken_of(store, reports & set(graphs), shared)
        return cls(store, tuple(g for g in graphs if g in whole or g in shared), whole, frozenset(nodes))

    def statements(self) -> Iterator[Named]:
        """The lines of its graphs, as `kg.export.statements.named` gives them."""
        for graph, lines in named(self.store, self.graphs):
            yield graph, lines if graph in self.whole else self._described(lines)

    def _described(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            if subject in self.nodes and (predicate != _DOWN or rest.removesuffix(" .") in self.nodes):
                yield line


def _fitting(store: Store, selection: Selection) -> set[str]:
    """The IRIs of the reports that fit."""
    fitting: set[str] | None = None
    for variable, terms in selection.terms(store).items():
        query = Query(f"reports by {variable}", f"SELECT DISTINCT ?report WHERE {{ {_FITS[variable]} }}")
        found = {report.value for (report,) in queries.ask(store, query, {variable: terms}).rows() if report}
        fitting = found if fitting is None else fitting & found
    if not fitting:
        raise ExportError(f"no report in {store.path} fits; select less, kg query reports names what there is")
    return fitting


def _spoken_of(store: Store, reports: Iterable[str], shared: Iterable[str]) -> set[str]:
    """What these reports speak of, and all above it, as N-Triples writes it."""
    spoken = {term for report in sorted(reports) for line in store.statements(report) for term in _nodes(line)}
    open_ = spoken
    while open_:
        open_ = set(_above(store, sorted(open_), shared)) - spoken
        spoken |= open_
    return spoken


def _nodes(line: str) -> Iterator[str]:
    subject, predicate, rest = line.split(" ", 2)
    yield from (node for node in (subject, predicate, rest.removesuffix(" .")) if node.startswith("<"))


def _above(store: Store, nodes: Iterable[str], shared: Iterable[str]) -> Iterator[str]:
    """The nodes that these lead to in the shared graphs, but from a scheme down to all its concepts."""
    graphs, rest = " ".join(f"<{graph}>" for graph in shared), iter(nodes)
    while chunk := " ".join(islice(rest, _AT_A_TIME)):
        for (node,) in store.query(
            f"SELECT DISTINCT ?node WHERE {{ VALUES ?from {{ {chunk} }} VALUES ?graph {{ {graphs} }} "
            f"GRAPH ?graph {{ ?from ?by ?node }} FILTER(ISIRI(?node) && ?by != {_DOWN}) }}"
        ).rows():
            if node:
                yield f"<{node.value}>"
