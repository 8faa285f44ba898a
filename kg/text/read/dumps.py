"""Rows of dumps: JSON Lines, JSON, CSV, Parquet and WARC, with a text or a page in each."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import TextIOWrapper
from types import ModuleType
from typing import Any, BinaryIO

from kg.errors import MissingLibrary
from kg.lexicon import table
from kg.text.read import encoding as encodings
from kg.text.read.kinds import Format
from kg.text.read.streams import joined

ROLES = ("text", "html", "url", "title", "date", "place", "site", "publisher")
LONGEST = 64 << 20  # characters of one row
_HEADER = 4096  # bytes in which the header of a CSV has to end
_DELIMITERS = ",\t;|"
_BATCH = 64  # rows of a Parquet file in memory at a time
_PAGES = ("response", "resource", "conversion")  # records of a WARC that hold what was fetched

Values = dict[str, Any] | str  # of a row, or what is wrong with it


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 1: a document and the `fields` beside it, or a `problem` (what is wrong, what to do)."""

    number: int
    content: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()
    problem: tuple[str, str] | None = None


def rows(
    stream: BinaryIO, format_: Format, *, columns: Mapping[str, str], encoding: str | None = None
) -> Iterator[Row]:
    """The rows of a dump. `columns`: role → name of its column, where it goes by none of the usual names.

    Records of a WARC that hold no page are passed over. MissingLibrary where one is needed; ValueError, OSError where
    the dump is damaged.
    """
    if format_ is Format.WARC:
        yield from _pages(stream)
    elif format_ is Format.PARQUET:
        yield from _numbered(_parquet(stream, columns), columns)
    else:
        readers = {Format.JSONL: _json_lines, Format.JSON: _json, Format.CSV: _csv}
        yield from _numbered(readers[format_](stream, columns, encoding), columns)


def _numbered(found: Iterator[Values], columns: Mapping[str, str]) -> Iterator[Row]:
    for number, values in enumerate(found, 1):
        yield (
            Row(number, problem=(values, "correct the row"))
            if isinstance(values, str)
            else _row(number, values, columns)
        )


def _row(number: int, values: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    by_role = {role: _value(values, role, columns) for role in ROLES}
    text, page = by_role.pop("text"), by_role.pop("html")
    if not text and not page:
        have = ", ".join(map(str, values))[:80] or "none"
        return Row(number, problem=(f"has no text (its columns: {have})", "name the column: --column text=NAME"))
    fields = tuple((role, value) for role, value in by_role.items() if value)
    return Row(number, (text or page).encode("utf-8", "replace"), fields)


def _value(values: Mapping[str, Any], role: str, columns: Mapping[str, str]) -> str:
    """The row's value in a role as text, "" where there is none."""
    for name in _names(role, columns):
        for column, value in values.items():
            if value is not None and _plain(column) == _plain(name):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if text.strip():
                    return text
    return ""


def _names(role: str, columns: Mapping[str, str]) -> tuple[str, ...]:
    return (columns[role],) if role in columns else _usual(role)


@cache
def _usual(role: str) -> tuple[str, ...]:
    return tuple(table("inputs.toml")["columns"][role])


def _plain(name: object) -> str:
    """A column's name without case, quotes, spaces and byte order mark."""
    return str(name).strip('\ufeff \t\r\n"').casefold()


# JSON


def _json_lines(stream: BinaryIO, columns: Mapping[str, str], encoding: str | None) -> Iterator[Values]:
    """The value of each line; a value that goes over several lines is read as a whole."""
    text = _text(stream, encoding)
    first = text.readline(LONGEST)
    if not first.rstrip().endswith("}"):
        yield from _list(first + text.read(LONGEST))
        return
    line = first
    while line:
        if line.strip():
            yield _object(line)
        line = text.readline(LONGEST)


def _json(stream: BinaryIO, columns: Mapping[str, str], encoding: str | None) -> Iterator[Values]:
    """The values of a list."""
    yield from _list(_text(stream, encoding).read(LONGEST))


def _list(text: str) -> Iterator[Values]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield f"is no JSON ({error})"
        return
    yield from (
        v if isinstance(v, dict) else "is no JSON object" for v in (value if isinstance(value, list) else [value])
    )


def _object(line: str) -> Values:
    return next(_list(line), "is no JSON object")


def _text(stream: BinaryIO, encoding: str | None) -> TextIOWrapper:
    """The characters of a stream, in the encoding told or the likeliest one."""
    head = stream.read(encodings.SAMPLE)
    name = encoding or encodings.likeliest(head, "")
    return TextIOWrapper(joined(head, stream), name, errors="replace", newline="")


# CSV


def format_of(head: bytes, columns: Mapping[str, str]) -> Format | None:
    """CSV where a first line of several cells names a column of text; None for anything else."""
    return Format.CSV if _delimiter(head, columns) else None


def _delimiter(head: bytes, columns: Mapping[str, str]) -> str | None:
    """What parts the cells of a CSV that begins so."""
    wanted = {_plain(name) for role in ("text", "html") for name in _names(role, columns)}
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in ("utf-16",) if wide else ("utf-8", "gb18030"):
        line = head[:_HEADER].decode(name, "ignore").partition("\n")[0]
        for delimiter in _DELIMITERS:
            cells = line.split(delimiter)
            if len(cells) > 1 and any(_plain(cell) in wanted for cell in cells):
                return delimiter
    return None


def _csv(stream: BinaryIO, columns: Mapping[str, str], encoding: str | None) -> Iterator[Values]:
    head = stream.read(encodings.SAMPLE)
    csv.field_size_limit(LONGEST)
    text = _text(joined(head, stream), encoding)
    for values in csv.DictReader(text, delimiter=_delimiter(head, columns) or ","):
        yield "has more cells than the header" if None in values else values


# Parquet and WARC


def _library(name: str, wanted_for: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingLibrary(name.partition(".")[0], wanted_for, "dumps") from error


def _parquet(stream: BinaryIO, columns: Mapping[str, str]) -> Iterator[Values]:
    """The rows of a Parquet file, only the columns that have a role read."""
    parquet = _library("pyarrow.parquet", "a Parquet file")
    opened = parquet.ParquetFile(stream)
    wanted = {_plain(name) for role in ROLES for name in _names(role, columns)}
    present = [name for name in opened.schema_arrow.names if _plain(name) in wanted]
    if not present:
        yield dict.fromkeys(opened.schema_arrow.names)
        return
    for batch in opened.iter_batches(_BATCH, columns=present):
        yield from batch.to_pylist()


def _pages(stream: BinaryIO) -> Iterator[Row]:
    """The fetched documents of a WARC; redirects, errors, pictures and the like are no documents."""
    warc = _library("warcio.archiveiterator", "a WARC file")
    failure = importlib.import_module("warcio.exceptions").ArchiveLoadFailed
    try:
        for number, record in enumerate(warc.ArchiveIterator(stream), 1):
            if record.rec_type in _PAGES and _is_document(record):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                content = record.content_stream().read(LONGEST)
                yield Row(number, content, (("url", url),) if url else ())
    except failure as error:
        raise ValueError(error) from error


def _is_document(record: Any) -> bool:
    """Whether a record was fetched well and may hold text."""
    headers = record.http_headers
    if headers is None:
        return True
    kind = (headers.get_header("Content-Type") or "text/html").lower()
    return headers.get_statuscode() in ("200", "203", "206") and any(
        word in kind for word in table("inputs.toml")["served"]
    )
