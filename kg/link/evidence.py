"""What a report says of the provinces, prefectures and counties that it lies in, in points for each.

A naming places the report (溆浦县 before the unit's name, 衡阳市委, 《三江侗族x县…规划》), or merely names (in full, in
short), or is in passing (接轨上海; 平利、旬阳 side by side) and counts for nothing. What stands beside the text, the
site's name, the publisher and the folders, places the report too.

The weights are points. They are chosen so that one naming that places the report outweighs any one that merely
names, and that short forms, which may be accidents, do not decide unless a county's own comes again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from itertools import pairwise
from typing import Any

from kg import lexicon
from kg.link.gazetteer import LEVELS, Gazetteer, Naming, lies_in
from kg.model import Document, Level, Place

PLACING, PLACING_SHORT, HINTING_SHORT = 6, 4, 2  # a naming that places the report; a short form in a hint
FULL = {Level.COUNTY: 3, Level.PREFECTURE: 2, Level.PROVINCE: 1}  # a mere full name: the rarer, the more it says
SHORT = 1  # a mere short form
CAP_PLACING, CAP_FULL = 12, 6  # what repetition may bring at most
CAP_SHORT = {Level.COUNTY: 3, Level.PREFECTURE: 2, Level.PROVINCE: 2}  # capitals are in everybody's mouth
CERTAIN = 4  # placing points that make a region certain
HINT = 60  # characters of a hint, at most: longer ones are paragraphs, and the text has those
UNIT = "\0"  # stands where the unit's own name was: 石门乡 does not name 石门县
PARTY = "\1"  # stands where 中共 was: 中共和县 does not name 共和县


class _Role(Enum):
    """What a naming does."""

    PLACES = auto()
    NAMES = auto()
    PASSES = auto()


@dataclass(frozen=True, slots=True)
class _Naming:
    """Words that name units; `full` means that they say what kind of unit and are no everyday words."""

    start: int
    end: int
    places: tuple[Place, ...]
    words: str
    full: bool


@dataclass(slots=True)
class Said:
    """What was said of one unit, in points; `words` are those that place the report there."""

    place: Place
    placing: int = 0
    full: int = 0
    short: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        """All that was said, each kind up to its cap."""
        short = min(self.short, CAP_SHORT[self.place.level])
        return min(self.placing, CAP_PLACING) + min(self.full, CAP_FULL) + short


class Evidence(dict[Place, Said]):
    """Unit → what was said of it."""

    def __missing__(self, place: Place) -> Said:
        self[place] = Said(place)
        return self[place]

    def above(self, place: Place) -> int:
        """Points of all the units above `place`."""
        return sum(self[unit].points for unit in chain(place.parent) if unit in self)

    def against(self, place: Place) -> Said | None:
        """A unit in which the report places itself rather than in those above `place`."""
        mine = sum(self[unit].placing for unit in chain(place) if unit in self)
        for said in self.values():
            above = LEVELS.index(said.place.level) < LEVELS.index(place.level)
            if above and said.placing >= CERTAIN and said.placing > mine and not lies_in(place, said.place):
                return said
        return None


def chain(place: Place | None) -> Iterator[Place]:
    """The place and all the units above it."""
    while place is not None:
        yield place
        place = place.parent


def bare_name(unit: str) -> str:
    """The unit's name without those of the units above it that may stand before it (溆浦县均坪镇)."""
    gazetteer = Gazetteer.load()
    if gazetteer.find(unit):
        return unit
    for start, end, places in reversed(gazetteer.mentions(unit)):
        if gazetteer.firm(unit[start:end]) and any(gazetteer.find(unit[end:], within=place) for place in places):
            return unit[end:]
    return unit


def gather(document: Document, *, key: str = "") -> Evidence:
    """Everything that hints, metadata, folders and text say of units above the townships."""
    evidence, unit = Evidence(), document.unit or ""
    bare = bare_name(unit)
    told = [value for name, value in document.fields if name in _beside("fields")]
    for hint in dict.fromkeys((*document.hints, document.title or "", document.issuer or "", unit, *told)):
        for naming, role in _judged(hint, bare, hint=True) if len(hint) <= HINT else ():
            short = PLACING_SHORT if role is _Role.PLACES else HINTING_SHORT
            if role is not _Role.PASSES:
                _place(evidence, naming, PLACING if naming.full else short)
    given = (re.split(r"[\W_]+", value) for name, value in document.fields if name == "place")
    for naming in (naming for steps in (key.split("/")[:-1], *given) for naming in _stepwise(steps)):
        _place(evidence, naming, PLACING if naming.full else PLACING_SHORT)
    for naming, role in _judged(document.text.clean, bare):
        if role is _Role.PLACES:
            _place(evidence, naming, PLACING if naming.full else PLACING_SHORT)
        elif role is _Role.NAMES:
            _name(evidence, naming)
    return evidence


def _stepwise(steps: Sequence[str]) -> Iterator[_Naming]:
    """The units that steps from the top down are the names of (湖南/怀化/溆浦); other words say nothing (reports).

    What is also an everyday word (资源, 公安) names a unit only below one that it lies in.
    """
    gazetteer, above = Gazetteer.load(), None
    for step in steps:
        found = (gazetteer.find(step, level, above) for level in LEVELS[:-1])
        places = next((places for places in found if places), ())
        if not places or (above is None and step in _ordinary()):
            continue
        yield _Naming(0, len(step), places, step, gazetteer.firm(step))
        above = places[0] if len(places) == 1 else above


def _place(evidence: Evidence, naming: _Naming, points: int) -> None:
    """Note that the report places itself there."""
    for place in naming.places:
        evidence[place].placing += points
        evidence[place].words.append(naming.words)


def _name(evidence: Evidence, naming: _Naming) -> None:
    """Note a mere name."""
    for place in naming.places:
        if naming.full:
            evidence[place].full += FULL[place.level]
        else:
            evidence[place].short += SHORT


def _judged(text: str, unit: str, *, hint: bool = False) -> Iterator[tuple[_Naming, _Role]]:
    """The namings in a text, last first, with what each does. No part of `unit`, the own name, is a naming."""
    text = text.replace(_cues("party")[0], PARTY)
    text = text.replace(unit, UNIT) if unit else text
    namings = _namings(text, unit, hint=hint)
    led = -1  # where the namings begin that lead up to the unit's own (怀化市, 溆浦县 before 均坪镇)
    for number in reversed(range(len(namings))):
        naming = namings[number]
        leads = naming.end == led or text.startswith(UNIT, naming.end) or _masked_township().match(text, naming.end)
        led = naming.start if leads else led
        yield naming, _Role.PLACES if leads else _role(text, namings, number)


def _namings(text: str, unit: str, *, hint: bool) -> list[_Naming]:
    """Every naming in the text that is more than an everyday word or a piece of the unit's own name."""
    gazetteer = Gazetteer.load()
    masked = gazetteer.masked_mentions(text)
    plain = [n for n in gazetteer.mentions(text) if not any(n[0] < m[1] and m[0] < n[1] for m in masked)]
    namings, before = [], None
    for naming in sorted((*masked, *plain), key=lambda n: n[0]):
        start, end, places = naming
        words = text[start:end]
        full = naming in masked or (gazetteer.firm(words) and words not in _ordinary())
        full = full or (words == places[0].name and _sheltered(text, naming, before, hint=hint))
        if full or not (words in _ordinary() or unit.startswith(words)):
            namings.append(_Naming(start, end, places, words, full))
        before = naming
    return namings


def _sheltered(text: str, naming: Naming, before: Naming | None, *, hint: bool) -> bool:
    """Whether a name like 和县 or 城区 can mean nothing else here."""
    start, end, places = naming
    if before is not None and before[1] == start and _nested(before[2], places):
        return True
    opened = text.endswith(_cues("openings"), 0, start) and text.startswith(_cues("own_after"), end)
    return opened or text.endswith(PARTY, 0, start) or (hint and not text[:start][-1:].isalpha())


def _role(text: str, namings: Sequence[_Naming], number: int) -> _Role:
    """What a naming does that does not lead up to the unit's own name."""
    naming = namings[number]
    start, end = naming.start, naming.end
    if text.endswith(_cues("passing_before"), 0, start) or text.startswith(_cues("passing_after"), end):
        return _Role.PASSES
    if any(_peers(text, *pair) for pair in pairwise(namings[max(0, number - 1) : number + 2])):
        return _Role.PASSES
    own = text.endswith(_cues("own_before"), 0, start) or (naming.full and text.startswith(_cues("own_after"), end))
    own = own or any(text.endswith(a, 0, start) and text.startswith(b, end) for a, b in _cues("own_around"))
    titled = naming.full and text.endswith(_cues("title"), 0, start) and _own_title().match(text, end)
    return _Role.PLACES if own or titled else _Role.NAMES


def _peers(text: str, one: _Naming, other: _Naming) -> bool:
    """Whether two namings are linked and neither is part of the other (平利、旬阳)."""
    if text[one.end : other.start] not in _cues("links"):
        return False
    return not _nested(one.places, other.places) and not _nested(other.places, one.places)


def _nested(outer: Sequence[Place], inner: Sequence[Place]) -> bool:
    """Whether any of the inner places lies in any of the outer ones."""
    return any(lies_in(place, region) for region in outer for place in inner)


@cache
def _beside(name: str) -> frozenset[str]:
    """The words `name` about what stands beside the text."""
    return frozenset(lexicon.table("divisions.toml")["beside"][name])


@cache
def _cues(name: str) -> tuple[Any, ...]:
    """The cue words `name`; pairs of them for own_around."""
    return tuple(lexicon.table("divisions.toml")["cues"][name])


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(lexicon.table("divisions.toml")["short"]["ordinary"])


@cache
def _masked_township() -> re.Pattern[str]:
    """Matches a township's name that is masked down to its kind (xx镇)."""
    letters = re.escape(lexicon.table("divisions.toml")["mask"]["letters"])
    return re.compile(f"[{letters}]+(?:{'|'.join(_cues('township'))})")


@cache
def _own_title() -> re.Pattern[str]:
    """Matches the rest of a title that begins with a region's name, if it is one that regions issue."""
    return re.compile(f"[^》《]{{0,40}}?(?:{'|'.join(_cues('own_titles'))})")
