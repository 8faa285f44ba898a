"""The pages on reading name every rule that ``kg explain`` prints, in order, and their counts are those of the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.lexicon import measures, units
from kg.relate import indicator, programme

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(params=["reading.md", "reading.zh.md"])
def page(request: pytest.FixtureRequest) -> str:
    return (DOCS / str(request.param)).read_text("utf-8")


def _rows(page: str) -> list[str]:
    return re.findall(r"^\| ([a-z][a-z ]+) \|", page, re.MULTILINE)


def test_every_rule_of_an_indicator_is_named_in_order(page: str) -> None:
    names = [name for name, _ in indicator.RULES]
    assert [row for row in _rows(page) if row in names] == names


def test_every_rule_of_a_tie_is_named_in_order(page: str) -> None:
    names = ["depends on the number before", *(name for name, _ in programme.RULES)]
    assert [row for row in _rows(page) if row in names] == names


def test_counts_are_those_of_the_data(page: str) -> None:
    assert f"{len(units())} " in page and f"{len(measures()):,}" in page
