"""Reads what a cell of a table says: a name, and the units above it that stand with it, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kg.link import history
from kg.link.gazetteer import LEVELS, Gazetteer, lies_in
from kg.link.spelling import TYPO, misspelt, separators, tidy, trimmed
from kg.model import Level, Place

Hint = tuple[Place, ...]
"""The units that words may name, all of one level."""
Reading = tuple[str, tuple[Hint, ...]]
"""A name and what was said of the units above it."""

UPPER = LEVELS[:-1]
LONGEST = 15  # characters of a unit's name, at most


@lru_cache(4096)
def unit(words: str, level: Level | None = None) -> Hint:
    """The units above the townships that `words` name, () for none; `level` first, then from the lowest level up.

    Official names, other forms, former units' successors; then names with one character wrong.
    """
    words, gazetteer = tidy(words).replace(" ", ""), Gazetteer.load()
    levels = sorted(UPPER[::-1], key=lambda tried: tried is not level)
    for tried in levels:
        if found := gazetteer.find(words, tried):
            return found
    for tried in levels:
        past = (end for old in history.former(words, tried) for end in old.successors or (old.place,))
        if found := tuple(dict.fromkeys(past)):
            return found
    for tried in levels:
        fits = [(misspelt(words, place.name, strict=True), place) for place in gazetteer.upper(tried)]
        best = max((score for score, _ in fits), default=0)
        if best >= TYPO and len(words) > 2:
            return tuple(place for score, place in fits if score == best)
    return ()


@lru_cache(4096)
def above(words: str) -> tuple[Hint, ...]:
    """The units that a cell of units above the townships names (湖南省怀化市通道县), outermost first; () for none."""
    if found := unit(words) if words else ():
        return (found,)
    hints: list[Hint] = []
    for piece in filter(None, separators().split(tidy(words))):
        if found := unit(piece):
            hints.append(found)
            continue
        for rest, said in _led(piece, ()):
            if last := unit(rest):
                hints += [*said, last]
                break
    return tuple(hints)


def readings(cell: str) -> Iterator[Reading]:
    """What a cell may say: the whole as a name; its pieces as name and units; units right before or behind the name."""
    yield cell.strip(), ()
    text = trimmed(tidy(cell))
    whole = text.replace(" ", "").replace("(", "（").replace(")", "）")  # as the list writes them
    if whole != cell.strip():
        yield whole, ()
    pieces = [piece for piece in separators().split(text) if piece]
    for at, piece in enumerate(pieces if len(pieces) > 1 else ()):
        said = [_plain(other) for other in pieces[:at] + pieces[at + 1 :]]
        if all(said):
            yield piece, tuple(said)
            yield from _split(piece, tuple(said))
    yield from _split(text.replace(" ", ""), ())


def _split(name: str, said: tuple[Hint, ...]) -> Iterator[Reading]:
    """The readings of a name with units' names right before or behind it."""
    yield from _led(name, said)
    for start in range(2, len(name) - 2):
        if Gazetteer.load().firm(name[start:]) and (found := _plain(name[start:])):
            yield name[:start], (*said, found)


def _led(name: str, said: tuple[Hint, ...]) -> Iterator[Reading]:
    """The readings of a name behind names of units, each within the one before."""
    for end in range(2, min(LONGEST, len(name) - 1)):
        found = _plain(name[:end])
        inside = tuple(place for place in found if not said or any(lies_in(place, outer) for outer in said[-1]))
        if inside:
            yield name[end:], (*said, inside)
            yield from _led(name[end:], (*said, inside))


@lru_cache(4096)
def _plain(words: str) -> Hint:
    """The units above the townships that are called `words`, or were, at the highest level."""
    gazetteer = Gazetteer.load()
    found = next((units for level in UPPER if (units := gazetteer.find(words, level))), ())
    past = found or not words.endswith(tuple("县市区州旗盟")) or not history.former(words)
    return found if past else unit(words)
