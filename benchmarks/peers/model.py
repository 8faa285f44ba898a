"""What the peers are compared by: numbers with their places, and the tools that find them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNITS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("units.toml").read_text("utf-8"))
MONEY = frozenset(UNITS["money"])
PERCENTAGES = frozenset(UNITS["percentages"])


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text, of the gold or found: ``text[start:end]``.

    `value` is None for a range (`lower`, `upper`) and for a masked number; `unit` is empty where a tool gives none;
    `optional` marks what the gold leaves to taste.
    """

    start: int
    end: int
    value: float | None
    unit: str
    qualifier: str = "exact"
    lower: float | None = None
    upper: float | None = None
    optional: bool = False

    @property
    def masked(self) -> bool:
        """Whether its digits are hidden (xx万元)."""
        return self.value is None and self.lower is None and self.upper is None


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that finds numbers. `claims` says of a number whether the tool is made to read the like of it."""

    name: str
    version: str
    find: Callable[[str], list[Number]]
    claims: Callable[[Number], bool]


@dataclass(frozen=True, slots=True)
class Report:
    """A text and the numbers that careful readers found in it."""

    name: str
    text: str
    numbers: tuple[Number, ...]


def canonical(unit: str) -> str:
    """One spelling for the units that are the same."""
    return str(UNITS["same"].get(unit, unit))
