"""Parquet with proper types, for pandas, polars, DuckDB, R and Spark. The one door to pyarrow's writer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from kg.errors import MissingLibrary
from kg.export import writing
from kg.export.tables.columns import Column, Table, tables
from kg.export.tables.rows import Row, Rows, Value

T = TypeVar("T")

_ROWS, _BATCHES = 2_000, 10  # rows that become Arrow's at once, as these take less memory; and such in a row group
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
            batches = (_batch(arrow, schema, some) for some in _several(rows.of(table), _ROWS))
            for group in _several(batches, _BATCHES):
                writer.write_table(arrow.Table.from_batches(group))


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


def _several(source: Iterator[T], count: int) -> Iterator[list[T]]:
    """All of the source, `count` at a time."""
    while found := list(islice(source, count)):
        yield found


def _batch(arrow: Any, schema: Any, rows: list[Row]) -> Any:
    columns = zip(zip(*rows, strict=True), schema, strict=True)
    arrays = [arrow.array([_fit(value) for value in values], type=field.type) for values, field in columns]
    return arrow.RecordBatch.from_arrays(arrays, schema=schema)


def _fit(value: Value) -> Value:
    """A decimal with as many digits as the column has; one too big for it is left empty."""
    if not isinstance(value, Decimal):
        return value
    try:
        return value.quantize(_STEP, context=_EXACT)
    except InvalidOperation:
        return None
