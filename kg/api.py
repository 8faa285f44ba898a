"""The library in a few names, as ``import kg`` gives them: read reports, hold their graph, ask it. The door to rdflib.

>>> import kg
>>> reading = kg.read_text("青溪镇2021年工作总结\\n\\n深入推进“厕所革命”，完成改厕650户，投入资金67.29万元。")
>>> [(o.indicator, int(o.quantity.value), o.quantity.unit, o.programme.label) for o in reading.outcomes]
[('改厕', 650, '户', '厕所革命'), ('投入资金', 672900, '元', '厕所革命')]
>>> {mention.concept.label for mention in reading.mentions}
{'厕所革命'}
>>> graph = kg.graph_of(reading)
>>> sorted(row["value"] for row in graph.rows("programme-numbers", programme="厕所革命"))
['650', '672900']
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg import __version__, lexicon, pipeline
from kg.export.selection import EVERYTHING, Selection
from kg.graph import iris, queries
from kg.graph.mapping import mapped, run_quads
from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store
from kg.model import Reading, Source
from kg.oxigraph import Answer, Engine
from kg.text import read as inputs

if TYPE_CHECKING:
    import rdflib

__all__ = ["Graph", "Reading", "Selection", "graph_of", "open_graph", "read", "read_text"]

_MEMORY = Path("memory")  # what messages call a store that has no folder


def read(path: Path | str, *, encoding: str | None = None) -> Reading:
    """The facts of one report in a file of any format that `kg build` reads. UnreadableInput where it is none."""
    given = inputs.one(Path(path), inputs.Options(encoding))
    return pipeline.read(inputs.source(given, encoding=encoding))


def read_text(text: str, *, name: str = "text") -> Reading:
    """The facts of one report, given as text; offsets count its characters. `name` is its identity in a graph."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return pipeline.read(Source(name, name, text, digest))


def graph_of(*readings: Reading) -> Graph:
    """The graph of these readings, in memory, with the ontology and the schemes that they speak of."""
    store = Store(Engine(), _MEMORY, iris.BASE)
    store.load_schema()
    run = f"{__version__}-{lexicon.digest()}"
    store.add("".join(run_quads(run, version=__version__, lexicon=lexicon.digest())))
    store.replace(mapped(one, run=run) for one in readings)
    return Graph(store)


def open_graph(path: Path | str) -> Graph:
    """The graph in a store that `kg build` made, to read only. StoreError where there is none. Use it with ``with``."""
    return Graph(Store.open_for_reading(Path(path)))


class Graph:
    """A graph to ask: rows of dictionaries, frames of pandas or polars, exports, rdflib."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store's files."""
        self.store.close()

    def query(self, query: str, **values: object) -> Answer:
        """The answer to a packaged query by its name, or to SPARQL; `values` bind variables.

        An answer is read once, in the thread that asked. QueryError on bad syntax and unknown variables.
        """
        asked = queries.load(query) if query in queries.names() else queries.Query("query", query)
        return queries.run(self.store, asked, {name: str(value) for name, value in values.items()})

    def rows(self, query: str, **values: object) -> list[Mapping[str, str | None]]:
        """The rows that a SELECT gives, by the names of its variables, as strings."""
        answer = self.query(query, **values)
        return [
            dict(zip(answer.variables, (term.value if term else None for term in row), strict=True))
            for row in answer.rows()
        ]

    def frame(self, query: str, *, library: str = "pandas", **values: object) -> Any:
        """The rows that a SELECT gives as a frame of pandas or polars. MissingLibrary where that is not installed."""
        from kg.export.tables import frames

        return frames.of_answer(self.query(query, **values), library=library)

    def table(self, name: str = "outcomes", *, selection: Selection = EVERYTHING, library: str = "pandas") -> Any:
        """A tidy table as a frame, one of those of docs/tables.md: outcomes, reports, places, programmes …"""
        from kg.export.tables import frames
        from kg.export.tables.rows import Rows

        rows = Rows(self.store, selection)
        if name != "outcomes" and selection != EVERYTHING:
            rows.settle()
        return frames.of_table(rows, name, library=library)

    def network(self, view: str | None = None, *, selection: Selection = EVERYTHING) -> Any:
        """A view of the graph as a networkx.MultiDiGraph (docs/views.md)."""
        from kg.export import views
        from kg.export.network import network

        return network(self.store, views.load(view), selection)

    def rdflib(self) -> rdflib.Dataset:
        """All of it as a dataset of rdflib, a named graph for each report; for thousands of reports export a file."""
        import rdflib

        found = rdflib.Dataset(default_union=True)
        for prefix, namespace in PREFIXES.items():
            found.bind(prefix, namespace)
        for graph in self.store.graphs():
            found.graph(graph).parse(data="\n".join(self.store.statements(graph)), format="nt")
        return found
