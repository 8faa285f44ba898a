"""Canonical indicators: the concept of the scheme that an indicator's own words fit, where one does."""

from __future__ import annotations

import re
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.lexicon import Measure, measures
from kg.model import Quantity

COUNTS = frozenset({"things", "households", "places", "organisations", "events", "documents", "groups", "people"})
NOISE = re.compile(r"[“”‘’、，的了]|全年|全镇|全县|全区|全市|全省|累计|同比")


@cache
def _automaton() -> tuple[AhoCorasick, tuple[Measure, ...], tuple[int, ...]] | None:
    named = [(name, measure) for measure in measures() for name in measure.names]
    if not named:
        return None
    automaton = AhoCorasick([name for name, _ in named], matchkind=MatchKind.LeftmostLongest)
    return automaton, tuple(m for _, m in named), tuple(len(name) for name, _ in named)


def measure(indicator: str, quantity: Quantity, *, changes: bool) -> str | None:
    """The local name of the canonical indicator that `indicator` names and whose kind of unit fits, else None.

    The name must make up at least three fifths of the phrase; a growth rate is no value of a level's indicator.
    """
    if changes or (built := _automaton()) is None:
        return None
    automaton, owners, lengths = built
    bare = NOISE.sub("", indicator)
    best: tuple[int, str] | None = None
    for which, _, _ in automaton.find_matches_as_indexes(bare):
        fits = _fits(owners[which].kind, quantity.kind.kind if quantity.kind else None)
        if fits and lengths[which] * 5 >= len(bare) * 3 and (best is None or lengths[which] > best[0]):
            best = lengths[which], owners[which].slug
    return best[1] if best else None


def _fits(expected: str | None, kind: str | None) -> bool:
    """Whether a kind of unit can stand for the expected one; a count is written with many words (650个, 650户)."""
    return expected is None or kind is None or expected == kind or (expected in COUNTS and kind in COUNTS)
