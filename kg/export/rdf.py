"""The store as RDF, streamed: whole datasets with their named graphs, or all triples in one graph."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from kg.errors import ExportError
from kg.export import views, writing
from kg.export.selection import EVERYTHING, Selection, ask
from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store

DATASETS = ("nquads", "trig", "jsonld")  # keep the named graphs
TRIPLES = ("turtle", "ntriples", "rdfxml")  # the union of all graphs, each triple once
FORMATS = (*DATASETS, *TRIPLES)


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
) -> None:
    """Write the store in one of FORMATS, or the selected part of a view of it (a graph, not a dataset).

    ExportError on another format, where the view cannot be selected so, and where `out` cannot be written.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no RDF format; choose one of {', '.join(FORMATS)}")
    with writing(out) as file:
        if view is not None or selection != EVERYTHING:
            ask(store, views.load(view), selection).write(file, format, PREFIXES)
        elif format in DATASETS:
            store.dump(file, format, prefixes=PREFIXES)
        else:
            store.query("CONSTRUCT WHERE { ?s ?p ?o }").write(file, format, PREFIXES)
