"""CSV by RFC 4180, for spreadsheets and scripts alike.

In a file, a byte order mark tells Excel that it is UTF-8; pandas, polars, R and DuckDB skip it. What goes to a stream
has none, as not all that read from a pipe know it. Words of reports that a spreadsheet would run as a formula get an
apostrophe in front, as OWASP advises ("CSV Injection"); numbers are never touched, and codes need nothing, because no
official code begins with 0.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO

from kg.export import writing
from kg.export.tables.columns import tables
from kg.export.tables.rows import Row, Rows, Value

MARK = "\ufeff"
_ACTIVE = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")  # the start of a formula, behind blanks and apostrophes too
_LINES = 4096  # that are written at a time


def write(rows: Rows, out: Path | IO[bytes], table: str = "outcomes") -> None:
    """Write a table. ExportError where `out` cannot be written."""
    with writing(out) as file:
        if isinstance(out, Path):
            file.write(MARK.encode())
        for block in blocks(table, rows.of(table)):
            file.write(block.encode())


def cell(value: Value) -> str:
    """A value as CSV has it: plain decimals, ISO dates, true and false, words that no spreadsheet runs.

    A text that had an apostrophe before such words gets one more, so taking one away always gives the text back.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if _ACTIVE.match(value) else value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def blocks(table: str, rows: Iterable[Row]) -> Iterator[str]:
    """The text of a table with these rows, some lines at a time; without MARK, which tells Excel that it is UTF-8."""
    return lines(tables()[table].header, rows)


def lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The same under a header of one's own."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(value) for value in row])
        if number % _LINES == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
