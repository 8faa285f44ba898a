"""What the repair of damaged text knows of Chinese: how characters follow each other, and how they are read."""

from __future__ import annotations

import gzip
import math
import re
from functools import cache

from kg import resources
from kg.lexicon import table
from kg.text.repair.script import simplified

BIGRAMS = "repair_bigrams.txt.gz"
READINGS = "repair_readings.txt.gz"
STEP = 0.2  # nats between two levels of a cost
LEVELS = 93  # the printable ASCII characters above "!"
_UNKNOWN = math.exp(-STEP * LEVELS)  # how often a word begins with a character that the table does not know
_MISPLACED = 6.0  # nats more for marks that do not follow each other, which a model of words does not know
_MOST = 500_000  # pairs remembered
_CROWD, _NEAR = 4, 12  # so many odd characters within so many look like damage


def rows(name: str) -> list[list[str]]:
    """The tab-separated lines of the gzipped table `name` of ``kg/data``; "↵" in it is a line break."""
    lines = gzip.decompress(resources.data(name).read_bytes()).decode("utf-8").split("\n")
    return [line.replace("↵", "\n").split("\t") for line in lines]


def _share(level: str) -> float:
    return math.exp(STEP * (33 - ord(level)))


class Bigrams(dict[str, float]):
    """How well characters follow each other in running Chinese (see kg.text.repair.learn for the model).

    A pair of characters → the cost in nats of the second after the first, worked out when first asked for.
    Traditional characters count as their simplified forms, all digits as one, Latin letters of a width and case as
    one but for the mask x.
    """

    def __init__(
        self, starts: dict[str, float], ends: dict[str, float], inside: dict[str, float], classes: dict[str, str]
    ) -> None:
        super().__init__()
        self.starts, self.ends, self.inside, self.classes = starts, ends, inside, classes

    def __missing__(self, pair: str) -> float:
        if len(self) > _MOST:
            self.clear()
        a, b = map(self.kind, pair)
        share = self.inside.get(a + b, 0.0) + self.ends.get(a, 1.0) * self.starts.get(b, _UNKNOWN)
        cost = self[pair] = -math.log(share) + (_MISPLACED if a + b in _misplaced() else 0.0)
        return cost

    def cost(self, first: str, second: str) -> float:
        """The cost in nats of `second` after `first`."""
        return self[first + second]

    def kind(self, character: str) -> str:
        """The character that the tables know `character` as."""
        if "Ａ" <= character <= "ｚ":
            return "Ａ"
        plain = self.classes.get(character, character)
        if not (plain.isascii() and plain.isalnum()):
            return plain
        return "0" if plain.isdigit() else "x" if plain in "xX" else "A" if plain.isupper() else "a"


@cache
def _misplaced() -> frozenset[str]:
    """Pairs of marks that do not stand behind each other."""
    stops, openers, closers = "，。、；：", "“‘（《", "”’）》"
    return frozenset(a + b for a in stops + openers for b in (stops + closers if a in openers else stops))


@cache
def bigrams() -> Bigrams:
    """The table of bigrams, read once."""
    starts: dict[str, float] = {}
    ends: dict[str, float] = {}
    inside: dict[str, float] = {}
    for first, start, end, followers, costs in rows(BIGRAMS):
        starts[first], ends[first] = _share(start), _share(end)
        inside.update((first + second, _share(cost)) for second, cost in zip(followers, costs, strict=True))
    return Bigrams(starts, ends, inside, simplified() | _widths() | _alike())


def _widths() -> dict[str, str]:
    """Characters that are the same mark in another width → the one that the table of bigrams has."""
    tables = table("repair_tables.toml")
    old, new = (tables["fold"][side] + tables["marks"][side] for side in ("from", "to"))
    return dict(zip(old, new, strict=True))


def _alike() -> dict[str, str]:
    """Characters that the table of bigrams knows as one → that one."""
    return {character: first for first, alike in table("repair_tables.toml")["classes"].items() for character in alike}


@cache
def readings() -> dict[str, frozenset[str]]:
    """Syllable with its tone mark → the characters of GBK that are read so."""
    return {syllable: frozenset(characters) for syllable, characters in rows(READINGS)}


@cache
def _unusual() -> re.Pattern[str]:
    """One character that reports hardly ever have: none of ASCII, pinyin, marks, level 1 of GB 2312."""
    codes = (bytes((lead, trail)) for lead in (0xA1, 0xA2, 0xA3, *range(0xB0, 0xD8)) for trail in range(0xA1, 0xFF))
    usual = {c for code in codes if (c := code.decode("gb2312", "ignore"))}
    usual |= {letter for syllable in readings() for letter in syllable}
    usual |= {old for old, new in simplified().items() if new in usual}
    return re.compile("[^\t\n\r\f -~\u00a0" + re.escape("".join(sorted(usual))) + "]")


def unusual(text: str) -> list[int]:
    """Where `text` has characters that reports hardly ever have; such words are rare, runs of them are damage."""
    return [found.start() for found in _unusual().finditer(text)]


def is_unusual(text: str) -> bool:
    """Whether `text` has any such character."""
    return _unusual().search(text) is not None


def looks_odd(line: str) -> bool:
    """Whether a line, or a stretch of it, is made of such characters."""
    places = unusual(line)
    if len(places) >= _CROWD:
        return any(last - first <= _NEAR for first, last in zip(places, places[_CROWD - 1 :], strict=False))
    return len(places) >= 2 and 3 * len(places) >= len(line) - len(line.encode("ascii", "ignore"))
