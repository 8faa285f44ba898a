"""CSV by RFC 4180, for spreadsheets and scripts alike.

A byte order mark tells Excel that it is UTF-8; pandas, polars, R and csvkit know it too (utf-8-sig). Words of reports
that a spreadsheet would run as a formula get an apostrophe in front, as OWASP advises ("CSV Injection"); numbers are
never touched, and codes need nothing, because no official code begins with 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO

from kg.export import writing
from kg.export.tables.columns import tables
from kg.export.tables.rows import Row, Rows, Value

_MARK = "\ufeff"
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what spreadsheets take for the start of a formula
_LINES = 4096  # that are written at a time


def write(rows: Rows, out: Path | IO[bytes], table: str = "outcomes") -> None:
    """Write a table. ExportError where `out` cannot be written."""
    with writing(out) as file:
        for block in _blocks(table, rows.of(table)):
            file.write(block.encode())


def cell(value: Value) -> str:
    """A value as CSV has it: plain decimals, ISO dates, true and false, words that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_ACTIVE) else value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _blocks(table: str, rows: Iterable[Row]) -> Iterator[str]:
    """The text of the table, some lines at a time."""
    buffer = io.StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer)
    writer.writerow(tables()[table].header)
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(value) for value in row])
        if number % _LINES == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
