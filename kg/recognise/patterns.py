"""The patterns of kg/data/refusals.toml that a number may lie within.

Most numbers are near nothing that any pattern speaks of. So the text is searched once for the *signs* of the patterns,
words of which every match has one, and around a number only the patterns are tried whose signs stand there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from string import ascii_letters, digits

from ahocorasick_rs import AhoCorasick

from kg.lexicon import table

# what a pattern must speak of to cover a number that begins like this
ABLE = ((r"\d", r"\\d|[0-9]"), (r"[\u4e00-\u9fff〇]", "[零一二三四五六七八九十百千万两]"))
CLASSES = {"#": digits, "＃": "零〇一二两三四五六七八九十百千万亿几双", "@": ascii_letters}  # in signs


class Group:
    """The patterns of one table, numbered in its order; get it with `group`."""

    def __init__(self, name: str) -> None:
        patterns: dict[str, str] = table("refusals.toml")[name]
        signs: dict[str, list[str]] = table("refusals.toml")["signs"]
        self.patterns = tuple((rule, re.compile(pattern)) for rule, pattern in patterns.items())
        self.unsigned = frozenset(number for number, rule in enumerate(patterns) if rule not in signs)
        owners: dict[str, set[int]] = defaultdict(set)
        for number, rule in enumerate(patterns):
            for sign in spelt(signs.get(rule, ())):
                owners[sign].add(number)
        self.signs, self.owners = AhoCorasick(list(owners)), tuple(owners.values())


@cache
def group(name: str) -> Group:
    """The group of patterns with this name."""
    return Group(name)


@cache
def _able(group: Group, opening: str) -> frozenset[int]:
    """The patterns that can cover a number that begins like this: with a digit, a numeral or a mask."""
    hint = next((hint for begins, hint in ABLE if re.match(begins, opening)), "")
    return frozenset(n for n, (_, pattern) in enumerate(group.patterns) if re.search(hint, pattern.pattern))


def spelt(signs: Iterable[str]) -> Iterator[str]:
    """The signs with all that the characters in `CLASSES` stand for."""
    for sign in signs:
        yield from map("".join, product(*(CLASSES.get(character, character) for character in sign)))


class Signs:
    """Where a text shows the signs of a group of patterns."""

    def __init__(self, group: Group, text: str) -> None:
        self._group, self._text = group, text
        found = group.signs.find_matches_as_indexes(text, overlapping=True)  # in the order of their ends
        self._which, self._ends = [which for which, _, _ in found], [end for _, _, end in found]

    def covering(self, start: int, end: int, low: int, high: int) -> str | None:
        """The first pattern that covers the number at [start, end) with a match between `low` and `high`."""
        for number in sorted(self._shown(low, high) & _able(self._group, self._text[start])):
            name, pattern = self._group.patterns[number]
            for match in pattern.finditer(self._text, low, high):
                if match.start() <= start and end <= match.end():
                    return name
                if match.start() > start:
                    break
        return None

    def _shown(self, low: int, high: int) -> frozenset[int]:
        """The patterns that may have a match between `low` and `high`."""
        first = bisect_right(self._ends, low)
        signs = self._which[first : bisect_right(self._ends, high, lo=first)]
        return self._group.unsigned.union(*map(self._group.owners.__getitem__, signs))
