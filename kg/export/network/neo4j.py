"""A pair of CSV files for `neo4j-admin database import`: nodes with their labels, relationships with their types.

Columns are typed in the header (https://neo4j.com/docs/operations-manual/current/import/). Nodes go by their IRIs, so
that two imports agree; a text of several lines needs --multiline-fields=true.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from kg.export import writing
from kg.export.network.model import SEVERAL

FILES = ("nodes.csv", "relationships.csv")

_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}
_LISTS = {"years": "int[]"}  # of years, with the importer's own mark between them
_MARK = ";"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of files in a ZIP, so that the same network gives the same bytes


def write_folder(graph: Any, folder: Path) -> None:
    """Write the two files into a folder, made where there is none. ExportError where they cannot be written."""
    for name, rows in _tables(graph):
        with writing(folder / name) as file:
            _write(rows, file)


def write_zip(graph: Any, out: IO[bytes]) -> None:
    """Write a ZIP file of the two."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _tables(graph):
            with archive.open(zipfile.ZipInfo(name, _EPOCH), "w") as file:
                _write(rows, file)


def _tables(graph: Any) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    yield FILES[0], _nodes(graph)
    yield FILES[1], _relationships(graph)


def _write(rows: Iterable[Iterable[object]], out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    csv.writer(text, lineterminator="\n").writerows(rows)
    text.detach()


def _nodes(graph: Any) -> Iterator[list[object]]:
    columns = _columns(data for _, data in graph.nodes(data=True))
    yield ["iri:ID", *(f"{name}:{kind}" for name, kind in columns.items() if name != "iri"), ":LABEL"]
    for _, data in graph.nodes(data=True):
        labels = [re.sub(r"\W", "_", label) for label in data["kind"].split(SEVERAL) if label] or ["Thing"]
        yield [data["iri"], *(_cell(data, name) for name in columns if name != "iri"), _MARK.join(labels)]


def _relationships(graph: Any) -> Iterator[list[object]]:
    columns = _columns(data for _, _, data in graph.edges(data=True))
    columns.pop("relation", None)
    yield [":START_ID", ":END_ID", ":TYPE", *(f"{name}:{kind}" for name, kind in columns.items())]
    iris = dict(graph.nodes(data="iri"))
    for a, b, data in graph.edges(data=True):
        yield [iris[a], iris[b], data["relation"], *(_cell(data, name) for name in columns)]


def _columns(described: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found = {name: _LISTS.get(name) or _TYPES[type(value)] for data in described for name, value in data.items()}
    return dict(sorted(found.items()))


def _cell(data: Mapping[str, Any], name: str) -> object:
    value = data.get(name, "")
    if isinstance(value, bool):
        return str(value).lower()
    return value.replace(" ", _MARK) if name in _LISTS else value
