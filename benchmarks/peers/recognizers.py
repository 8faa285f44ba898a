"""Recognizers-Text (https://github.com/microsoft/Recognizers-Text), its Python package, culture Chinese.

Asked are its models for numbers, percentages, currencies, dimensions, ages and temperatures; of answers that overlap,
the longest counts. Its Python package has no model for ranges, and says nothing of hedges: every number is exact.
Its spans take in the unit, and their `end` is that of the last character.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

from benchmarks.peers.model import UNITS, Number, Tool

NAME = "Recognizers-Text"
UNIT: dict[str, str] = UNITS["recognizers"] | {"%": "%"}
READ = frozenset(UNIT.values())


def load() -> Tool:
    """Recognizers-Text, where it is installed, its models made once."""
    culture = importlib.import_module("recognizers_text").Culture.Chinese
    plain = importlib.import_module("recognizers_number").NumberRecognizer(culture)
    units = importlib.import_module("recognizers_number_with_unit").NumberWithUnitRecognizer(culture)
    models = (
        plain.get_number_model(),
        plain.get_percentage_model(),
        units.get_currency_model(),
        units.get_dimension_model(),
        units.get_age_model(),
        units.get_temperature_model(),
    )

    def find(text: str) -> list[Number]:
        return longest([one for model in models for one in map(number, model.parse(text)) if one is not None])

    return Tool(NAME, version("recognizers-text-suite"), find, claims=_claims)


def _claims(one: Number) -> bool:
    """Whether Recognizers-Text has the unit of a number, which it takes for bare where it has not."""
    return one.unit in READ and not one.masked


def number(result: Any) -> Number | None:
    """A model's result; None for a unit without a number (亩 of 300余亩)."""
    answer = result.resolution or {}
    if answer.get("value") is None:
        return None
    words = str(answer["value"])
    value, name = float(words.removesuffix("%")), "%" if words.endswith("%") else answer.get("unit", "")
    if "分之" in result.text and not name:  # a fraction (三分之二) is a share of the gold's as well
        value, name = 100 * value, "%"
    return Number(result.start, result.end + 1, value=value, unit=UNIT.get(name, name))


def longest(numbers: list[Number]) -> list[Number]:
    """The numbers in their order, without those that a longer one overlaps."""
    kept: list[Number] = []
    for one in sorted(numbers, key=lambda one: (one.start - one.end, not one.unit)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
