"""One report's graph for people to read: Turtle and TriG laid out by rdflib, JSON-LD nested. The one door to rdflib."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import rdflib

from kg.errors import ExportError
from kg.export import compress, jsonld, rdf, writing
from kg.export.part import Part
from kg.graph import iris
from kg.graph.store import Store

FORMATS = ("turtle", "trig", "jsonld")


def dataset(store: Store, key: str) -> rdflib.Dataset:
    """The report of this key (seeds/000.txt) as an rdflib dataset of its one named graph.

    ExportError where the store has no such report.
    """
    found = rdflib.Dataset(default_union=True)
    for prefix, namespace in rdf.prefixes().items():
        found.bind(prefix, namespace)
    for graph, lines in Part.of(store, report=key).statements():
        found.bind("report", f"{graph}#")
        found.graph(graph).parse(data="\n".join(lines), format="nt")
    return found


def export(store: Store, key: str, format: str, out: Path | IO[bytes], *, packed: str | None = None) -> None:
    """Write the report of this key in one of FORMATS, packed as `kg.export.rdf.export` says.

    ExportError on another format or an unknown key.
    """
    if format not in FORMATS:
        raise ExportError(f"one report is not written as {format}; choose one of {', '.join(FORMATS)}")
    if format == "jsonld":
        lines = [line for _, lines in Part.of(store, report=key).statements() for line in lines]
        text = jsonld.document(iris.report(key, store.base), lines)
    else:
        text = dataset(store, key).serialize(format=format)
    with writing(out) as file, compress.compressed(file, packed or compress.method(out)) as target:
        target.write(text.encode())
