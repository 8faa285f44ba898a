"""A folder with all tables as CSV and what they mean: a Frictionless data package, and CSVW for the tools of the web.

https://specs.frictionlessdata.io/tabular-data-package/ and https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from kg import __version__
from kg.errors import ExportError
from kg.export import writing
from kg.export.tables import delimited
from kg.export.tables.columns import NAMES, Column, Table, tables
from kg.export.tables.rows import Rows

PACKAGE, CSVW = "datapackage.json", "csv-metadata.json"
_TITLE = {"zh": "乡镇工作报告知识图谱", "en": "Knowledge graph of township work reports"}
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_TABLE_SCHEMA = {"decimal": "number", "day": "date", "date": "string"}  # Table Schema's date is a whole day
_CSVW = {"decimal": "decimal", "day": "date", "date": "string"}
_PARTIAL = r"[0-9]{4}(-[0-9]{2}){0,2}"


def write(rows: Rows, out: Path | IO[bytes]) -> None:
    """Write the tables and their descriptions into the folder `out`. ExportError where that cannot be."""
    if not isinstance(out, Path):
        raise ExportError("a data package is a folder of files; name it with -o DIR")
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out}: this is a file, a data package is a folder; name another with -o")
    for name in NAMES:
        delimited.write(rows, out / f"{name}.csv", name)
    for name, content in ((PACKAGE, datapackage()), (CSVW, csvw())):
        with writing(out / name) as file:
            file.write(json.dumps(content, ensure_ascii=False, indent=2).encode())


def datapackage() -> dict[str, Any]:
    """The description by the Frictionless standard."""
    return {
        "profile": "tabular-data-package",
        "name": "township-kg",
        "title": _both(_TITLE),
        "version": __version__,
        "licenses": [_LICENCE],
        "resources": [_resource(table) for table in tables().values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    foreign = [
        {"fields": column.name, "reference": {"resource": column.of, "fields": _referred(column)}}
        for column in table.columns
        if column.of
    ]
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": _both(table.title),
        "description": _both(table.description),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema | ({"foreignKeys": foreign} if foreign else {}),
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.unique:
        constraints["unique"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if column.type == "date":
        constraints["pattern"] = _PARTIAL
    return {
        "name": column.name,
        "type": _TABLE_SCHEMA.get(column.type, column.type),
        "title": _both(column.title),
        "description": _both(column.description),
    } | ({"constraints": constraints} if constraints else {})


def _referred(column: Column) -> str:
    """The column that another one repeats."""
    return tables()[column.of].header[0]


def _both(text: Mapping[str, str]) -> str:
    """A text in both languages, where a standard has room for one."""
    return f"{text['en']} / {text['zh']}"


def csvw() -> dict[str, Any]:
    """The description by CSV on the Web."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": _TITLE["en"],
        "dc:license": {"@id": _LICENCE["path"]},
        "tables": [_csvw_table(table) for table in tables().values()],
    }


def _csvw_table(table: Table) -> dict[str, Any]:
    foreign = [
        {
            "columnReference": column.name,
            "reference": {"resource": f"{column.of}.csv", "columnReference": _referred(column)},
        }
        for column in table.columns
        if column.of
    ]
    schema: dict[str, Any] = {
        "columns": [_csvw_column(column) for column in table.columns],
        "primaryKey": list(table.key),
        "aboutUrl": f"{{+{table.key[0]}}}",
    }
    return {
        "url": f"{table.name}.csv",
        "dc:description": table.description["en"],
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": schema | ({"foreignKeys": foreign} if foreign else {}),
    }


def _csvw_column(column: Column) -> dict[str, Any]:
    base: dict[str, Any] = {"base": _CSVW.get(column.type, column.type)}
    if column.type == "date":
        base["format"] = _PARTIAL
    elif column.values:
        base["format"] = "|".join(column.values)
    return {
        "name": column.name,
        "titles": {"en": [column.name, column.title["en"]], "zh": column.title["zh"]},
        "dc:description": column.description["en"],
        "datatype": base,
        "required": column.required,
    }
