"""What a number is about when it is not the report's own unit: the one village that its clause is about.

A village governs the numbers of its clause. Where it heads the clause (在石桥村…, 石桥村…) it governs the clauses that
follow too, up to a semicolon, another place, or a word for the whole unit (全镇). Several villages govern nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kg.lexicon import table
from kg.model import Naming, Outcome, Place

Governs = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where what the numbers are about changes: to `place`, or back to the report's own unit (None)."""

    start: int
    end: int
    place: Place | None
    heads: bool = False


def located(text: str, outcomes: Sequence[Outcome], namings: Sequence[Naming], governs: Governs) -> list[Outcome]:
    """The outcomes, those about a single smaller place with it; `governs` says which named places are smaller ones."""
    if not namings:
        return list(outcomes)
    starts = [naming.start for naming in namings]
    marks: dict[int, list[_Mark]] = {}
    found = []
    for outcome in outcomes:
        low, high = outcome.sentence.start, outcome.sentence.end
        if low not in marks:
            inside = namings[bisect_left(starts, low) : bisect_left(starts, high)]
            marks[low] = _marks(text, low, high, inside, governs) if inside else []
        place = _about(text, low, high, marks[low], outcome) if marks[low] else None
        rules = (*outcome.rules, "place:named") if place else outcome.rules
        found.append(replace(outcome, place=place, rules=rules) if place else outcome)
    return found


def _marks(text: str, low: int, high: int, namings: Sequence[Naming], governs: Governs) -> list[_Mark]:
    """All the marks of a sentence, in order."""
    rows = [naming.row for naming in namings]
    alone = [rows.count(naming.row) == 1 and not _between(text, naming, namings) for naming in namings]
    marks = [_Mark(m.start(), m.end(), None) for m in _whole().finditer(text, low, high)]
    for naming, single in zip(namings, alone, strict=True):
        head = _opening().fullmatch(text, _clause(text, low, naming.start), naming.start) is not None
        if not _passing(text, naming):
            place = naming.place if single and governs(naming.place) else None
            marks.append(_Mark(naming.start, naming.end, place, head))
    return sorted(marks, key=lambda mark: mark.start)


def _about(text: str, low: int, high: int, marks: Sequence[_Mark], outcome: Outcome) -> Place | None:
    """The smaller place that governs the outcome's number."""
    at = outcome.quantity.start
    begin, end = _clause(text, low, at), _clause_end(text, at, high)
    within = [mark for mark in marks if begin <= mark.start < end]
    before = [mark for mark in within if mark.start < at]
    if before:
        return before[-1].place
    if within:
        return within[0].place if len(within) == 1 and _for(text, outcome.quantity.right, within[0].start) else None
    earlier = [mark for mark in marks if mark.start < begin]
    if not earlier or not earlier[-1].heads or set(_govern()["item"]) & set(text[earlier[-1].end : at]):
        return None
    return earlier[-1].place


def _for(text: str, right: int, start: int) -> bool:
    """Whether a number goes with the place behind it (12万元用于石桥村), and not in a list before it."""
    between = text[right:start]
    return len(between) <= _govern()["reach"] and not set(_govern()["links"]) & set(between)


def _clause(text: str, low: int, at: int) -> int:
    """Where the clause begins that `at` stands in."""
    while at > low and text[at - 1] not in _govern()["boundaries"]:
        at -= 1
    return at


def _clause_end(text: str, at: int, high: int) -> int:
    while at < high and text[at] not in _govern()["boundaries"]:
        at += 1
    return at


def _passing(text: str, naming: Naming) -> bool:
    """Whether the place is only told of in passing: 学习石桥村经验."""
    cues = _govern()
    before = text.endswith(tuple(cues["passing_before"]), 0, naming.start)
    return before or text.startswith(tuple(cues["passing_behind"]), naming.end)


def _between(text: str, naming: Naming, namings: Sequence[Naming]) -> bool:
    """Whether the place is an end of a stretch (石桥村至大坪村) or one of several (石桥村等5个村, 石桥村、县城)."""
    if _several().match(text, naming.end):
        return True
    for other in namings:
        first, second = sorted((naming, other), key=lambda one: one.start)
        if first is not second and text[first.end : second.start] in _govern()["span"]:
            return True
    return False


@cache
def _govern() -> dict[str, Any]:
    found: dict[str, Any] = table("places.toml")["govern"]
    return found


@cache
def _whole() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _govern()["whole"])))


@cache
def _several() -> re.Pattern[str]:
    """Matches what stands behind a place that is one of several."""
    return re.compile(_govern()["several"])


@cache
def _opening() -> re.Pattern[str]:
    """Matches what may stand between a clause's begin and the village that heads it."""
    return re.compile(_govern()["opening"])
