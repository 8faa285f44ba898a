"""The corpus is the specification of reading: values and their spellings, and what must not be read.

A failing row is mended in the rules or tables, or, where the row is wrong, in ``tests/corpus``.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from importlib import import_module
from operator import ge

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.lexicon import table
from kg.recognise.patterns import SHORT, spelt
from tests.reading import facts, read, rows, served

QUANTITIES, NEGATIVES, PERIODS, FACTS, NAMES, TIES, SERVES = (
    list(rows(n)) for n in ("quantities", "not_quantities", "periods", "facts", "names", "ties", "serves")
)


def test_the_corpus_has_not_shrunk() -> None:
    counts = [len(rows_) for rows_ in (QUANTITIES, NEGATIVES, PERIODS, FACTS, NAMES, TIES, SERVES)]
    assert all(map(ge, counts, (650, 542, 267, 385, 205, 61, 12))), counts


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("row", QUANTITIES, ids=lambda row: row["text"])
def test_quantity(row: dict[str, str]) -> None:
    seen = read(row["text"])
    assert len(seen.quantities) == 1, [(seen.text.clean[r.start : r.end], r.rule) for r in seen.refused]
    found = seen.quantities[0]
    assert seen.text.verbatim(found.start, found.end) == row["number"]
    assert (found.value, found.lower, found.upper) == tuple(_decimal(row[k]) for k in ("value", "lower", "upper"))
    unit = re.sub("[（(]", "(", re.sub("[）)]", ")", row["unit"]))
    assert re.sub("（", "(", re.sub("）", ")", found.unit)) == unit
    assert found.qualifier == row["qualifier"]


@pytest.mark.parametrize("row", NEGATIVES, ids=lambda row: row["text"])
def test_no_quantity(row: dict[str, str]) -> None:
    seen = read(row["text"])
    assert [seen.text.clean[q.left : q.right] for q in seen.quantities] == []


@pytest.mark.parametrize("row", PERIODS, ids=lambda row: f"{row['text']}@{row['report_year']}")
def test_period(row: dict[str, str]) -> None:
    year = int(row["report_year"]) if row["report_year"] else None
    periods = [t.period(year) for t in read(row["text"]).times]
    found = [(p.first.isoformat(), p.last.isoformat()) if p else ("", "") for p in periods]
    assert (row["first"], row["last"]) in found


def _likeness(one: str, other: str) -> float:
    """F1 of the characters, as indicators are scored against the gold."""
    a, b = (re.sub(r"[\s“”「」、,，·（）()《》]", "", x).lower() for x in (one, other))
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if common else 0.0


@pytest.mark.parametrize("row", FACTS, ids=lambda row: f"{row['text']}@{row['number']}")
def test_fact(row: dict[str, str]) -> None:
    text, outcomes, _ = facts(row["text"])
    same = [o for o in outcomes if text.verbatim(o.quantity.start, o.quantity.end) == row["number"]]
    assert same, "the number was not taken"
    nth = [r["number"] for r in FACTS if r["text"] == row["text"]][: _place(row)].count(row["number"])
    found = same[min(nth, len(same) - 1)]
    names = row["indicator"].split("/")
    distributed = len(same) == 1 and nth >= 0 and any(set(n) <= set(found.indicator) for n in names)
    assert max(_likeness(found.indicator, n) for n in names) >= 0.6 or distributed, found.indicator
    assert (found.quantity.unit, found.change, found.status) == (row["unit"], row["change"], row["status"])


def _place(row: dict[str, str]) -> int:
    """Where a row stands among the rows of its text."""
    return [r for r in FACTS if r["text"] == row["text"]].index(row)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s“”‘’《》（）()、，·\"']", "", text).lower()


@pytest.mark.parametrize("row", NAMES, ids=lambda row: f"{row['text']}@{row['name']}")
def test_name(row: dict[str, str]) -> None:
    text, _, mentions = facts(row["text"])
    wanted = {_squeezed(name) for name in row["name"].split("/")}
    found = [m for m in mentions if wanted & {_squeezed(n) for n in (*m.concept.names, text.verbatim(m.start, m.end))}]
    if row["kind"] == "none":
        assert not found, [(m.concept.label, m.rule) for m in found]
        return
    assert found, [(m.concept.label, m.rule) for m in mentions]
    assert found[0].concept.kind == row["kind"], found[0].rule
    if row["practice"]:
        assert found[0].practice == row["practice"]
    if row["level"]:
        assert (found[0].level or found[0].concept.level) == row["level"]


def test_short_refusals_are_short() -> None:
    """Where they are looked for ends that many characters before the number's end."""
    parse = import_module("re._parser").parse  # nothing public tells how wide a pattern can match
    wide = {name for name, pattern in table("refusals.toml")["short"].items() if parse(pattern).getwidth()[1] > SHORT}
    assert not wide, f"move them to [patterns]: {wide}"


@pytest.mark.parametrize("row", TIES, ids=lambda row: f"{row['text']}@{row['number']}")
def test_tie(row: dict[str, str]) -> None:
    text, outcomes, _ = facts(row["text"])
    found = [o for o in outcomes if text.verbatim(o.quantity.start, o.quantity.end) == row["number"]]
    assert found, "the number was not taken"
    programme = found[0].programme
    rule = next(r for r in found[0].rules if r.startswith("programme:"))
    if not row["programme"]:
        assert programme is None, (programme.label, rule)
        return
    assert programme is not None and row["programme"] in (programme.label, *programme.names), rule


@pytest.mark.parametrize("row", SERVES, ids=lambda row: row["text"])
def test_serves(row: dict[str, str]) -> None:
    found = [(s.programme.label, s.strategy.label) for s in served(row["text"])]
    assert found == ([(row["programme"], row["strategy"])] if row["programme"] else [])


REFUSALS = table("refusals.toml")["patterns"] | table("refusals.toml")["short"]


@pytest.mark.parametrize("name", table("refusals.toml")["signs"])
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_match_of_a_pattern_has_a_sign(name: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(REFUSALS[name], re.ASCII)))
    signs = table("refusals.toml")["signs"][name]
    assert any(sign in text for sign in spelt(signs)), f"give {name} in [signs] one for this"
