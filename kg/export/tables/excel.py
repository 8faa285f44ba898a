"""A workbook for Excel and LibreOffice: the tables as sheets with fixed heads and filters, and each number's evidence.

It is written row by row to a temporary file, so a big store needs little memory. Words of reports are always texts,
never formulas or links; the one formula is our own link from a number to its sentence.
"""

from __future__ import annotations

import datetime
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kg.export import writing
from kg.export.tables.columns import NAMES, Column, tables
from kg.export.tables.rows import Row, Rows, Value

LONGEST = 1_048_575  # rows under the head of a sheet
_CELL = 32_767  # what a cell may hold, in units of UTF-16
_SAFE = 15  # significant digits that a cell keeps; longer numbers become texts
_LARGEST = 307  # power of ten that a cell holds
_FIRST_DAY = datetime.date(1900, 3, 1)  # Excel, which believes in 29 February 1900, and others count alike from here
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML document may hold
_WIDTHS = {"integer": 9, "decimal": 15, "boolean": 9, "day": 12, "date": 12}
_WIDE, _NARROW = 60, 18
_SENTENCES, _COLUMNS = "evidence", "columns"
_LINK = "原文 ↗"
_FROZEN = {"outcomes": 2}  # columns that stay in sight beside the head; the link and the name of what is measured
_FIRST = ("indicator", "value", "unit", "lower", "upper", "place_name", "year", "status")  # in sight when it is opened
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}


def write(rows: Rows, out: Path | IO[bytes]) -> None:
    """Write all tables into one workbook. ExportError where `out` cannot be written."""
    with writing(out) as file, tempfile.TemporaryDirectory() as folder:
        book = _Book(file, folder)
        book.outcomes(rows.of("outcomes"))
        for name in NAMES[1:]:
            book.table(name, rows.of(name))
        book.columns()
        book.close()


class _Book:
    """A workbook that grows sheet by sheet."""

    def __init__(self, file: IO[bytes], folder: str) -> None:
        self._book = xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": folder})
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#DBE9F6", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._link = self._book.add_format({"font_color": "#0563C1", "underline": 1})
        self._number = self._book.add_format({"num_format": "#,##0.############"})
        self._whole = self._book.add_format({"num_format": "#,##0"})
        self._wide: Counter[tuple[Worksheet, int]] = Counter()  # characters of the widest number of a column

    def close(self) -> None:
        for (sheet, column), width in self._wide.items():
            sheet.set_column(column, column, min(max(width + 1, _WIDTHS["decimal"]), _WIDE))
        self._book.close()

    def outcomes(self, rows: Iterable[Row]) -> None:
        """The numbers, each with a link to its sentence on a sheet behind."""
        table = tables()["outcomes"]
        order = sorted(range(len(table.columns)), key=lambda at: _rank(table.columns[at].name))
        columns = [table.columns[at] for at in order]
        evidence, report, section = (table.header.index(name) for name in ("evidence", "source", "section"))
        for number, part in enumerate(_parts(rows)):
            sheet = self._sheet(_numbered("outcomes", number), columns, linked=True)
            behind = self._evidence(_numbered(_SENTENCES, number))
            at, before = 0, None
            last = 0
            for last, row in enumerate(part, 1):
                said = (row[report], row[section], row[evidence])
                if said != before:
                    at, before = at + 1, said
                    self._row(behind, at, said, wrapped=True)
                sheet.write_formula(last, 0, f'=HYPERLINK("#\'{behind.name}\'!C{at + 1}","{_LINK}")', self._link, _LINK)
                self._row(sheet, last, [row[index] for index in order], start=1)
            sheet.autofilter(0, 0, last, len(columns))
            behind.autofilter(0, 0, at, 2)

    def table(self, name: str, rows: Iterable[Row]) -> None:
        """A table on a sheet of its own, or several where it is too long for one."""
        columns = tables()[name].columns
        for number, part in enumerate(_parts(rows)):
            sheet = self._sheet(_numbered(name, number), columns)
            last = 0
            for last, row in enumerate(part, 1):
                self._row(sheet, last, row)
            sheet.autofilter(0, 0, last, len(columns) - 1)

    def columns(self) -> None:
        """What the columns mean, in both languages."""
        sheet = self._book.add_worksheet(_COLUMNS)
        heads = (
            ("table", 14),
            ("column", 20),
            ("type", 10),
            ("标题", 18),
            ("title", 26),
            ("说明", _WIDE),
            ("description", _WIDE),
        )
        for at, (head, width) in enumerate(heads):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, head, self._head)
        sheet.freeze_panes(1, 0)
        row = 0
        for table in tables().values():
            for one in table.columns:
                row += 1
                told = (one.title["zh"], one.title["en"], one.description["zh"], one.description["en"])
                self._row(sheet, row, (table.name, one.name, one.type, *told), wrapped=True)

    def _sheet(self, name: str, columns: Iterable[Column], *, linked: bool = False) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        if linked:
            sheet.set_column(0, 0, 8)
            sheet.write_string(0, 0, "原文\nlink", self._head)
        sheet.set_row(0, 32)
        for at, column in enumerate(columns, int(linked)):
            sheet.set_column(at, at, _width(column))
            sheet.write_string(0, at, f"{column.title['zh']}\n{column.name}", self._head)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, _FROZEN.get(name.split(" ")[0], 1))
        return sheet

    def _evidence(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for at, (head, width) in enumerate(
            (("来源文件\nsource", 24), ("章节\nsection", 30), ("原文依据\nevidence", 110))
        ):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, head, self._head)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 0)
        return sheet

    def _row(
        self, sheet: Worksheet, at: int, values: Iterable[Value], *, start: int = 0, wrapped: bool = False
    ) -> None:
        for column, value in enumerate(values, start):
            self._cell(sheet, at, column, value, self._wrapped if wrapped else None)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Value, looks: Format | None) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int):
            sheet.write_number(row, column, value)
        elif isinstance(value, Decimal):
            self._decimal(sheet, row, column, value)
        elif isinstance(value, str):
            sheet.write_string(row, column, _fitting(_ILLEGAL.sub(" ", value)), looks)
        elif value < _FIRST_DAY:
            sheet.write_string(row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, value)

    def _decimal(self, sheet: Worksheet, row: int, column: int, value: Decimal) -> None:
        """A number, or its text where a cell would round it. The column becomes as wide as its widest number."""
        self._wide[sheet, column] = max(self._wide[sheet, column], len(f"{value:,f}"))
        if _digits(value) > _SAFE or value.adjusted() > _LARGEST:
            sheet.write_string(row, column, _fitting(f"{value:f}"))
        else:
            looks = self._whole if value == value.to_integral_value() else self._number
            sheet.write_number(row, column, float(value), looks)


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _digits(value: Decimal) -> int:
    """The significant digits; the zeros at the end are none."""
    return len("".join(map(str, value.as_tuple().digits)).rstrip("0"))


def _fitting(text: str) -> str:
    """The text as far as a cell holds it; where some of it is cut, it ends in …"""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * _CELL else f"{units[: 2 * _CELL - 2].decode('utf-16-le', 'ignore')}…"


def _width(column: Column) -> int:
    if column.name in ("evidence", "section"):
        return _WIDE
    return _WIDTHS.get(column.type, _NARROW)


def _numbered(name: str, number: int) -> str:
    return f"{name} {number + 1}" if number else name


def _parts(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """The rows in parts that fit on a sheet, at least one."""
    source = iter(rows)
    first: Row | None = next(source, None)
    if first is None:
        yield iter(())
    while first is not None:
        rest = _Counted(first, source)
        yield rest
        for _ in rest:  # what a reader left
            pass
        first = next(source, None)


class _Counted(Iterator[Row]):
    """A row and as many of the following ones as a sheet has room for."""

    def __init__(self, first: Row, rest: Iterator[Row]) -> None:
        self._first: Row | None = first
        self._rest, self._left = rest, LONGEST

    def __next__(self) -> Row:
        if not self._left:
            raise StopIteration
        self._left -= 1
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._rest)
