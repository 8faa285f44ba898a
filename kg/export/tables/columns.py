"""What the exported tables are: their columns as kg/data/columns.toml has them, the one truth of all descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kg.lexicon import table

Type = Literal["string", "integer", "decimal", "boolean", "date", "day"]

FILE = "columns.toml"
NAMES = ("outcomes", "reports", "places", "programmes", "strategies", "programme_strategies")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and what is known of its values; `title` and `description` by language (zh, en).

    `of` is the table whose first column holds the same values, empty where there is none.
    """

    name: str
    type: Type
    title: Mapping[str, str]
    description: Mapping[str, str]
    required: bool = False
    unique: bool = False
    of: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its columns in their order, and what it holds, by language."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row: the first one, or all of a table of links, whose first repeats."""
        return self.header[:1] if self.columns[0].unique else self.header


@cache
def tables() -> Mapping[str, Table]:
    """All tables by their names, in the order of NAMES."""
    found = table(FILE)
    return {name: _table(name, found[name]) for name in NAMES}


@cache
def base_units() -> Mapping[str, str]:
    """Kind of unit → the unit that its conversion factors lead to."""
    return dict(table(FILE)["base_units"])


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns = tuple(Column(**{**one, "values": tuple(one.get("values", ()))}) for one in entry["column"])
    return Table(name, entry["title"], entry["description"], columns)
