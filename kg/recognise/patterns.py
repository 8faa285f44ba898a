"""The patterns of kg/data/refusals.toml that a number may lie within.

Most numbers are near nothing that any pattern speaks of. So the text is searched once for the *signs* of the patterns,
words of which every match has one, and around a number only the patterns are tried whose signs stand there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import product
from string import ascii_letters, digits
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from kg.lexicon import table

REACH = 32  # characters around a number in which what refuses it begins and ends
SHORT = 12  # characters of what the short patterns match, at most
# what a pattern must speak of to cover a number that begins like this
ABLE = ((r"\d", r"\\d|[0-9]"), (r"[\u4e00-\u9fff〇]", "[零一二三四五六七八九十百千万两]"))
CLASSES = {"#": digits, "＃": "零〇一二两三四五六七八九十百千万亿几双", "@": ascii_letters}  # in signs


class _Pattern(NamedTuple):
    name: str
    expression: re.Pattern[str]
    short: bool
    signs: frozenset[str]


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """All the patterns, the short ones first; a number stands for each from here on."""
    data = table("refusals.toml")
    return tuple(
        _Pattern(name, re.compile(expression), group == "short", frozenset(spelt(data["signs"].get(name, ()))))
        for group in ("short", "patterns")
        for name, expression in data[group].items()
    )


def spelt(signs: Iterable[str]) -> Iterator[str]:
    """The signs with all that the characters in `CLASSES` stand for."""
    for sign in signs:
        yield from map("".join, product(*(CLASSES.get(character, character) for character in sign)))


@cache
def _signs() -> tuple[AhoCorasick, tuple[frozenset[int], ...]]:
    """What finds the signs, and for each the patterns that it is one of."""
    owners: dict[str, set[int]] = defaultdict(set)
    for number, pattern in enumerate(_patterns()):
        for sign in pattern.signs:
            owners[sign].add(number)
    return AhoCorasick(list(owners), implementation=Implementation.DFA), tuple(map(frozenset, owners.values()))


@cache
def _unsigned() -> frozenset[int]:
    return frozenset(number for number, pattern in enumerate(_patterns()) if not pattern.signs)


@cache
def _able(opening: str, short: bool) -> frozenset[int]:
    """The patterns, short or long, that can cover a number that begins with this digit, numeral or mask."""
    hint = re.compile(next((hint for begins, hint in ABLE if re.match(begins, opening)), ""))
    able = (number for number, one in enumerate(_patterns()) if hint.search(one.expression.pattern))
    return frozenset(number for number in able if _patterns()[number].short is short)


@lru_cache(4096)  # most numbers are near no sign, others near a few that recur
def _tried(opening: str, short: bool, signs: tuple[int, ...]) -> list[_Pattern]:
    """The patterns to be tried, in order, on a number that begins so and has these signs around it."""
    _, owners = _signs()
    shown = _unsigned().union(*(owners[sign] for sign in signs))
    return [_patterns()[number] for number in sorted(_able(opening, short) & shown)]


class Surroundings:
    """What a text has around its numbers that the patterns speak of."""

    def __init__(self, text: str) -> None:
        automaton, _ = _signs()
        found = automaton.find_matches_as_indexes(text, overlapping=True)  # in the order of their ends
        self._text = text
        self._which, self._ends = [which for which, _, _ in found], [end for _, _, end in found]

    def pattern(self, start: int, end: int) -> str | None:
        """The first pattern that covers the number at [start, end), looked for in the words around it alone."""
        near = max(0, end - SHORT), start + 2 * SHORT  # twice: what is looked at behind a match
        far = max(0, start - REACH), end + REACH
        return self._covering(start, end, *near, short=True) or self._covering(start, end, *far, short=False)

    def _covering(self, start: int, end: int, low: int, high: int, *, short: bool) -> str | None:
        """The first of the short or the long patterns that covers the number with a match between `low` and `high`."""
        first = bisect_right(self._ends, low)
        signs = tuple(self._which[first : bisect_right(self._ends, high, lo=first)])
        for name, expression, _, _ in _tried(self._text[start], short, signs):
            for match in expression.finditer(self._text, low, high):
                if match.start() <= start and end <= match.end():
                    return name
                if match.start() > start:
                    break
        return None
