"""Parquet with proper types, for pandas, polars, DuckDB, R and Spark. The one door to pyarrow's writer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Context, Decimal
from pathlib import Path
from typing import IO, Any

from kg.errors import MissingLibrary
from kg.export import writing
from kg.export.tables.columns import Column, Table, tables
from kg.export.tables.rows import Row, Rows, Value

_GROUP = 50_000  # rows of a row group
DIGITS, SCALE = 38, 9  # of a decimal128: 29 digits before the point, as many behind it as base units need
_STEP, _EXACT = Decimal(1).scaleb(-SCALE), Context(prec=DIGITS)
_SINGULAR = {"outcome", "evidence", "title"}  # columns whose values differ from row to row: a dictionary gains nothing


def write(rows: Rows, out: Path | IO[bytes], table: str = "outcomes") -> None:
    """Write a table. ExportError where `out` cannot be written, MissingLibrary where pyarrow is not installed."""
    arrow, parquet = _libraries()
    schema = _schema(arrow, tables()[table])
    with writing(out) as file:
        written = [name for name in schema.names if name not in _SINGULAR]
        with parquet.ParquetWriter(file, schema, compression="zstd", use_dictionary=written) as writer:
            for group in _groups(rows.of(table)):
                columns = [
                    arrow.array([_fit(value) for value in values], type=field.type)
                    for values, field in zip(zip(*group, strict=True), schema, strict=True)
                ]
                writer.write_table(arrow.Table.from_arrays(columns, schema=schema))


def _libraries() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingLibrary("pyarrow", "a Parquet file", "parquet") from error
    return pyarrow, pyarrow.parquet


def _schema(arrow: Any, table: Table) -> Any:
    types = {
        "string": arrow.string(),
        "integer": arrow.int32(),
        "decimal": arrow.decimal128(DIGITS, SCALE),
        "boolean": arrow.bool_(),
        "date": arrow.string(),
        "day": arrow.date32(),
    }
    fields = [
        arrow.field(column.name, types[column.type], nullable=not column.required, metadata=_described(column))
        for column in table.columns
    ]
    return arrow.schema(fields, metadata={"title": table.title["en"], "description": table.description["en"]})


def _described(column: Column) -> dict[str, str]:
    said = {f"title_{language}": text for language, text in column.title.items()}
    said |= {f"description_{language}": text for language, text in column.description.items()}
    return said | ({"values": json.dumps(column.values)} if column.values else {})


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == _GROUP:
            yield group
            group = []
    if group:
        yield group


def _fit(value: Value) -> Value:
    """A decimal with as many digits as the column has; one too big for it is left empty."""
    if not isinstance(value, Decimal):
        return value
    return value.quantize(_STEP, context=_EXACT) if value.adjusted() < DIGITS - SCALE else None
