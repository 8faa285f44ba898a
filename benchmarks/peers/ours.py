"""township-kg: the whole way from a text to its outcomes, of which only the numbers are compared."""

from __future__ import annotations

from decimal import Decimal

import kg
from benchmarks.peers.model import Number, Tool
from kg import pipeline
from kg.model import Outcome, Source, Text

NAME = "township-kg"


def load() -> Tool:
    """The program of this checkout."""
    return Tool(NAME, kg.__version__, find, claims=lambda number: True)


def find(text: str) -> list[Number]:
    """The outcomes of a report."""
    reading = pipeline.read(Source("report.txt", "report.txt", text, digest=""))
    return [_number(outcome, reading.document.text) for outcome in reading.outcomes]


def _number(outcome: Outcome, text: Text) -> Number:
    """An outcome as a number at its place in the source."""
    quantity = outcome.quantity
    start, end = text.span(quantity.start, quantity.end)
    return Number(
        start,
        end,
        value=_float(quantity.value),
        lower=_float(quantity.lower),
        upper=_float(quantity.upper),
        unit=quantity.unit,
        qualifier=quantity.qualifier,
    )


def _float(value: Decimal | None) -> float | None:
    """A value as the gold has it."""
    return None if value is None else float(value)
