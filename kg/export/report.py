"""One report's graph for people to read: Turtle and TriG in the order of the report, JSON-LD nested."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO

from kg.errors import ExportError
from kg.export import compress, jsonld, rdf, writing
from kg.export.part import Part
from kg.graph import iris
from kg.graph.namespaces import RDF
from kg.graph.store import Store
from kg.oxigraph import serialize

FORMATS = ("turtle", "trig", "jsonld")

_DIGITS = re.compile(r"(\d+)")
_NEXT_NODE = re.compile(r"(?<= \.)\n(?=[^@}\n])")  # line ends in literals are escaped


def export(store: Store, key: str, format: str, out: Path | IO[bytes], *, packed: str | None = None) -> None:
    """Write the report of this key in one of FORMATS, packed as `kg.export.rdf.export` says.

    ExportError on another format or an unknown key.
    """
    if format not in FORMATS:
        raise ExportError(f"one report is not laid out as {format}; choose one of {', '.join(FORMATS)}")
    graph = iris.report(key, store.base)
    lines = [line for _, lines in Part.of(store, report=key).statements() for line in lines]
    text = jsonld.document(graph, lines) if format == "jsonld" else _laid_out(graph, lines, format)
    with writing(out) as file, compress.compressed(file, packed or compress.method(out)) as target:
        target.write(text.encode())


def _laid_out(graph: str, lines: list[str], format: str) -> str:
    """The report first, then its nodes by name and number, a blank line between them."""
    tail = f" <{graph}> ." if format == "trig" else " ."
    ordered = sorted(lines, key=lambda line: _place(line, graph))
    written = io.BytesIO()
    quads = (f"{line[:-2]}{tail}" for line in ordered)
    serialize(quads, written, format, {**rdf.prefixes(), "report": f"{graph}#"})
    return _NEXT_NODE.sub("\n\n", written.getvalue().decode())


def _place(line: str, graph: str) -> tuple[object, ...]:
    """What sorts a line: the report first, numbers by size, the class of a node first."""
    subject, predicate, value = line.split(" ", 2)
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(subject)]
    return subject != f"<{graph}>", parts, predicate != f"<{RDF.type}>", predicate, value
