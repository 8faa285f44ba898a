"""How names of units are written otherwise: width, script, kinds of unit, one character wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from kg import lexicon
from kg.link.gazetteer import kinds
from kg.link.host import syllables
from kg.text.repair.script import simplified

FEW = 2  # characters of a stem in which one wrong one leaves too little, unless it sounds alike

SAME, SHORT, OFFICE, KIND = 1.0, 0.92, 0.95, 0.85  # how much a form of a name says; 1 is the official one
TYPO, ALIKE, LOOSE = 0.7, 0.76, 0.62  # one character wrong; of the same sound; and the kind of unit wrong as well


def tidy(text: str) -> str:
    """`text` in one width, simplified script, with single spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if all(character < "一" or character.encode("gb2312", "ignore") for character in plain):
        return plain
    return "".join(c if c.encode("gb2312", "ignore") else simplified().get(c, c) for c in plain)


@cache
def words(name: str) -> Any:
    """The entry `name` of the table of words."""
    return lexicon.table("match.toml")[name]


def forms(name: str) -> Iterator[tuple[str, float, str]]:
    """Official names that a township's `name` may mean, how much the form says (0 to 1) and why; the best first."""
    yield name, SAME, f"called {name}"
    for end in words("government"):
        if name.endswith(end) and kinds(name.removesuffix(end))[1]:
            name = name.removesuffix(end)
            yield name, OFFICE, f"{end} left out"
    ends = lexicon.table("divisions.toml")["ends"]["township"]
    for end in words("office"):
        if name.endswith(end) and len(name) > len(end) + 1:
            bare = name.removesuffix(end)
            name = bare if kinds(bare)[1] else bare + "街道"
            yield name, OFFICE, f"{end} is {name}"
            break
    stem, kind = kinds(name)
    if kind:
        bare = name.removesuffix(kind)
        yield from ((bare + other, KIND, f"{kind} may be {other} today") for other in ends if other != kind)
        if bare != stem:
            yield stem + kind, SHORT, "nationality left out"
    elif len(name) > 1:
        yield from ((name + end, SHORT, f"short for {name}{end}") for end in (*ends, *words("farm_ends")))


def core(name: str) -> str:
    """The name of a zone without its words for kind and office (通道 of 通道经济技术开发区管委会), "" for others."""
    for end in words("zone"):
        name = name.removesuffix(end)
    end = next((end for end in words("zone_ends") if name.endswith(end)), "")
    name = name.removesuffix(end)
    for word in words("zone_words") if end else ():
        name = name.removesuffix(word)
    return name + end if name and end else ""


def misspelt(name: str, official: str, *, strict: bool) -> float:
    """How well a name with one character wrong, missing, added or exchanged fits an official one; 0 for not at all.

    `strict` leaves out the names whose kind of unit is missing or another one.
    """
    if at := _slip(name, official):
        return ALIKE if at == (True,) else TYPO
    stem, kind = kinds(name)
    theirs, other = kinds(official)
    if strict or kind == other or not other:
        return 0.0
    slip = _slip(stem, theirs)
    return LOOSE if slip and (slip == (True,) or min(len(stem), len(theirs)) > FEW) else 0.0


def _slip(one: str, other: str) -> tuple[bool, ...]:
    """() where more than a slip lies between two strings, else whether the wrong character sounds right."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < FEW:
        return ()
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    if len(one) == len(other):
        if left[1:] == right[1:]:
            return (sounds_alike(left[0], right[0]),)
        return (True,) if left[:2] == right[1::-1] and left[2:] == right[2:] else ()
    return (False,) if left[1:] == right or left == right[1:] else ()


def sounds_alike(one: str, other: str) -> bool:
    """Whether two characters have a reading in common, tones apart."""
    return not syllables().get(one, set()).isdisjoint(syllables().get(other, set()))


def around(name: str) -> tuple[str, str]:
    """The halves of a name, one of which is whole where one character is wrong."""
    return name[: len(name) // 2], name[len(name) // 2 :]


@cache
def separators() -> re.Pattern[str]:
    """Matches what stands between a name and those of the units above it."""
    return re.compile(words("separators"))


def trimmed(piece: str) -> str:
    """A piece of a cell without numbers and marks around it."""
    return re.sub(rf"^(?:{words('dirt')})|(?:{words('dirt')})$", "", piece)
