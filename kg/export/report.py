"""One report's graph for people to read: compact Turtle, TriG or JSON-LD with our prefixes. The one door to rdflib."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

import rdflib

from kg.errors import ExportError
from kg.export import writing
from kg.graph import iris
from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store

FORMATS = ("turtle", "trig", "jsonld")


def dataset(store: Store, key: str) -> rdflib.Dataset:
    """The report of this key (seeds/000.txt) as an rdflib dataset of its one named graph.

    ExportError where the store has no such report.
    """
    graph = iris.report(key, store.base)
    if key not in store.known():
        raise ExportError(f"no report {key} in {store.path}; kg query reports names them")
    quads = io.BytesIO()
    store.dump(quads, "ntriples", graph=graph, prefixes={})
    found = rdflib.Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        found.bind(prefix, namespace)
    found.graph(graph).parse(data=quads.getvalue(), format="nt")
    return found


def export(store: Store, key: str, format: str, out: Path | IO[bytes]) -> None:
    """Write the report of this key in one of FORMATS. ExportError on another format or an unknown key."""
    if format not in FORMATS:
        raise ExportError(f"one report is not written as {format}; choose one of {', '.join(FORMATS)}")
    found = dataset(store, key)
    if format == "jsonld":
        text = found.serialize(
            format="json-ld", context=dict(PREFIXES), auto_compact=True, indent=2, ensure_ascii=False
        )
    else:
        text = found.serialize(format=format)
    with writing(out) as file:
        file.write(text.encode())
