"""Tables and answers as frames of pandas or polars; the one door to both, each of them an extra.

Decimals become floating point numbers, which is what frames calculate with; Parquet and CSV keep them exact.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kg.errors import ExportError, MissingLibrary
from kg.export.tables.columns import tables
from kg.export.tables.rows import Rows, Value
from kg.graph.namespaces import XSD
from kg.oxigraph import Answer, Term

LIBRARIES = ("pandas", "polars")

_NUMBERS: Mapping[str, Callable[[str], Value]] = {
    XSD.integer: int,
    XSD.decimal: Decimal,
    XSD.gYear: int,
    XSD.boolean: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
}
_KINDS = {XSD.integer: "integer", XSD.decimal: "decimal", XSD.gYear: "integer", XSD.boolean: "boolean"}
_LONG = 2**63  # from here on frames have no whole numbers
_PANDAS = {
    "string": "string",
    "date": "string",
    "integer": "Int64",
    "decimal": "Float64",
    "boolean": "boolean",
    "day": "datetime64[s]",
}
_POLARS = {
    "string": "String",
    "date": "String",
    "integer": "Int64",
    "decimal": "Float64",
    "boolean": "Boolean",
    "day": "Date",
}


def of_table(rows: Rows, table: str = "outcomes", *, library: str = "pandas") -> Any:
    """A table as a frame. ExportError on another table or library, MissingLibrary where it is not installed."""
    if table not in tables():
        raise ExportError(f"{table} is no table; choose one of {', '.join(tables())}")
    kinds = {column.name: column.type for column in tables()[table].columns}
    return _frame(rows.of(table), kinds, library)


def of_answer(answer: Answer, *, library: str = "pandas") -> Any:
    """The rows of a SELECT as a frame: numbers, years and truth values as such, all else as text.

    A column with terms of several types is text. ExportError for another kind of answer or library.
    """
    if answer.kind != "rows":
        raise ExportError("a frame holds the rows of a SELECT; ask one")
    found = list(answer.rows())
    kinds = {
        name: _kind(column)
        for name, column in zip(answer.variables, _columns(found, len(answer.variables)), strict=True)
    }
    rows = ([_value(term, kind) for term, kind in zip(row, kinds.values(), strict=True)] for row in found)
    return _frame(rows, kinds, library)


def _kind(column: Iterable[Term | None]) -> str:
    kinds = {_kind_of(term) for term in column if term}
    return kinds.pop() if len(kinds) == 1 else "string"


def _kind_of(term: Term) -> str:
    """A number that is none, as loaded data may hold, or one of more than 64 bits is text."""
    if term.datatype not in _KINDS:
        return "string"
    try:
        value = _NUMBERS[term.datatype](term.value)
    except (ValueError, KeyError, ArithmeticError):
        return "string"
    return "string" if isinstance(value, int) and not -_LONG <= value < _LONG else _KINDS[term.datatype]


def _value(term: Term | None, kind: str) -> Value:
    if term is None:
        return None
    return term.value if kind == "string" else _NUMBERS[term.datatype](term.value)


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _frame(rows: Iterable[Sequence[Value]], kinds: Mapping[str, str], library: str) -> Any:
    if library not in LIBRARIES:
        raise ExportError(f"{library} makes no frames here; choose pandas or polars")
    try:
        module = importlib.import_module(library)
    except ImportError as error:
        raise MissingLibrary(library, "a frame", library) from error
    found = [[float(value) if isinstance(value, Decimal) else value for value in row] for row in rows]
    columns = dict(zip(kinds, map(list, _columns(found, len(kinds))), strict=True))
    if library == "pandas":
        return module.DataFrame(
            {name: module.Series(values, dtype=_PANDAS[kinds[name]]) for name, values in columns.items()}
        )
    return module.DataFrame(columns, schema={name: getattr(module, _POLARS[kind]) for name, kind in kinds.items()})
