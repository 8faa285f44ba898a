"""The store as RDF, streamed: whole datasets with their named graphs, or all triples in one graph."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from kg.errors import ExportError
from kg.export import writing
from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store

DATASETS = ("nquads", "trig", "jsonld")  # keep the named graphs
TRIPLES = ("turtle", "ntriples", "rdfxml")  # the union of all graphs, each triple once
FORMATS = (*DATASETS, *TRIPLES)


def export(store: Store, format: str, out: Path | IO[bytes]) -> None:
    """Write the store in one of FORMATS. ExportError on another format and where `out` cannot be written."""
    if format not in FORMATS:
        raise ExportError(f"{format} is no RDF format; choose one of {', '.join(FORMATS)}")
    with writing(out) as file:
        if format in DATASETS:
            store.dump(file, format, prefixes=PREFIXES)
        else:
            store.query("CONSTRUCT WHERE { ?s ?p ?o }").write(file, format, PREFIXES)
