"""Which official unit a report is about: its unit's name looked up, and what the report says of units above it.

1. What hints and text say of provinces, prefectures and counties is gathered (`_gather`). A naming places the
   report (溆浦县 before the unit's name, 衡阳市委, 《三江侗族x县…规划》), or merely names (in full, in short), or is in
   passing (接轨上海; 平利、旬阳 side by side) and counts for nothing.
2. The smallest region that is certain follows from that (`_region`).
3. The units that bear the name are ranked by what was said of the units above them; a clear winner is the answer.

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
from kg.model import Document, Level, Place, Resolution

PLACING, PLACING_SHORT, HINTING_SHORT = 6, 4, 2  # a naming that places the report; a short form in a hint
FULL = {Level.COUNTY: 3, Level.PREFECTURE: 2, Level.PROVINCE: 1}  # a mere full name: the rarer, the more it says
SHORT = 1  # a mere short form
CAP_PLACING, CAP_FULL = 12, 6  # what repetition may bring at most
CAP_SHORT = {Level.COUNTY: 3, Level.PREFECTURE: 2, Level.PROVINCE: 2}  # capitals are in everybody's mouth
CERTAIN = 4  # placing points that make a region certain
OFTEN = 6  # points of full names that make a region certain without any placing, if they lead threefold
MARGIN = 3  # the lead of a clear winner
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
class _Said:
    """What was said of one unit, in points; `words` are those that place the report there."""

    place: Place
    placing: int = 0
    full: int = 0
    short: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        short = min(self.short, CAP_SHORT[self.place.level])
        return min(self.placing, CAP_PLACING) + min(self.full, CAP_FULL) + short


class _Evidence(dict[Place, _Said]):
    """Unit → what was said of it."""

    def __missing__(self, place: Place) -> _Said:
        self[place] = _Said(place)
        return self[place]

    def above(self, place: Place) -> int:
        """Points of all the units above `place`."""
        return sum(self[unit].points for unit in _chain(place.parent) if unit in self)

    def against(self, place: Place) -> _Said | None:
        """A unit in which the report places itself rather than in those above `place`."""
        mine = sum(self[unit].placing for unit in _chain(place) if unit in self)
        for said in self.values():
            above = LEVELS.index(said.place.level) < LEVELS.index(place.level)
            if above and said.placing >= CERTAIN and said.placing > mine and not lies_in(place, said.place):
                return said
        return None


def resolve(document: Document) -> Resolution:
    """The official unit that `document` is about, or what can be said of it (see Resolution).

    A unit whose name is on the list once is the answer unless the report places itself elsewhere; of several, the
    one whose county, prefecture or province is named clearly more than the others'. Where the name is masked
    (`document.unit` None), is not on the list, or leaves no winner, `within` is the smallest certain region.
    """
    evidence = _gather(document)
    region = _region(evidence, document.level or Level.TOWNSHIP)
    if not document.unit:
        return Resolution(None, region, (), ("the unit's name is masked or not stated", *_reasons(evidence, region)))
    name = _bare(document.unit)
    found = _candidates(name, document.level, region)
    ranked = tuple(sorted(found, key=lambda place: (-evidence.above(place), place.code or "")))
    listed = f"{len(ranked)} on the list called {name}"
    if winner := _winner(ranked, name, evidence, region):
        return Resolution(winner, reasons=(listed, *_reasons(evidence, winner.parent)))
    within = _smallest(region, ranked, evidence)
    candidates = ranked or _alike(name, region)
    return Resolution(None, within, candidates, (f"{listed}, no clear winner", *_reasons(evidence, within)))


# the unit's name


def _bare(unit: str) -> str:
    """The unit's name without those of the units above it that may stand before it (溆浦县均坪镇)."""
    gazetteer = Gazetteer.load()
    if gazetteer.find(unit):
        return unit
    for start, end, places in reversed(gazetteer.mentions(unit)):
        if gazetteer.firm(unit[start:end]) and any(gazetteer.find(unit[end:], within=place) for place in places):
            return unit[end:]
    return unit


def _candidates(name: str, level: Level | None, region: Place | None) -> tuple[Place, ...]:
    """The units of the name: those in the certain region, else all. A municipality is a province, at any level."""
    gazetteer = Gazetteer.load()
    found = gazetteer.find(name, level, region) if region else ()
    found = found or gazetteer.find(name, level)
    if not found and level is not Level.TOWNSHIP:  # 市 says neither county nor prefecture
        found = gazetteer.find(name)
    return tuple(p.parent if p.parent and p.parent.name == p.name else p for p in found)


def _alike(name: str, region: Place | None) -> tuple[Place, ...]:
    """Townships of the certain county that differ from the name by their kind only: what X乡 may be today."""
    if region is None or region.level is not Level.COUNTY:
        return ()
    gazetteer = Gazetteer.load()
    return gazetteer.find(gazetteer.short(name, Level.TOWNSHIP), Level.TOWNSHIP, region)


def _winner(ranked: Sequence[Place], name: str, evidence: _Evidence, region: Place | None) -> Place | None:
    """The first of the candidates if it is clearly meant."""
    if not ranked or evidence.against(ranked[0]):
        return None
    best, points = ranked[0], evidence.above(ranked[0])
    if region is not None and not lies_in(best, region) and (len(ranked) > 1 or not points):
        return None
    if len(ranked) > 1:
        return best if points - evidence.above(ranked[1]) >= MARGIN else None
    spelt = best.level is not Level.TOWNSHIP or best.name.startswith(name) or name.startswith(best.name)
    return best if spelt or points >= MARGIN else None


def _smallest(region: Place | None, ranked: Sequence[Place], evidence: _Evidence) -> Place | None:
    """The region, or a smaller one in it that all the candidates share."""
    fitting = [p for p in ranked if not evidence.against(p) and (region is None or lies_in(p, region))]
    if len(fitting) < 2:
        return region
    return next((unit for unit in _chain(fitting[0].parent) if all(lies_in(p, unit) for p in fitting)), region)


# the region


def _chain(place: Place | None) -> Iterator[Place]:
    """The place and all the units above it."""
    while place is not None:
        yield place
        place = place.parent


def _region(evidence: _Evidence, level: Level) -> Place | None:
    """The smallest unit above `level` that the report is certainly about."""
    for above in reversed(LEVELS[: LEVELS.index(level)] if level in LEVELS else ()):
        rivals = [said for said in evidence.values() if said.place.level is above]
        rivals.sort(key=lambda said: (said.placing, said.points, evidence.above(said.place)), reverse=True)
        if rivals and _certain(rivals[0], rivals[1:], evidence) and not evidence.against(rivals[0].place):
            return rivals[0].place
    return None


def _certain(best: _Said, others: Sequence[_Said], evidence: _Evidence) -> bool:
    """Whether the best of a level stands clear of the others; namesakes differ by what is above them only."""
    lead = evidence.above(best.place)
    if any(_equal(best, other) and lead - evidence.above(other.place) < MARGIN for other in others):
        return False
    rest = [other for other in others if not _equal(best, other)]
    points = max((other.points for other in rest), default=0)
    if best.placing >= CERTAIN:
        return best.placing - max((other.placing for other in rest), default=0) >= MARGIN or best.points >= 2 * points
    return best.full >= OFTEN and best.full >= 3 * points


def _equal(one: _Said, other: _Said) -> bool:
    return (one.placing, one.full, one.short) == (other.placing, other.full, other.short)


def _reasons(evidence: _Evidence, region: Place | None) -> Iterator[str]:
    """A line each on what was said of the region and the units above it."""
    for said in (evidence[unit] for unit in _chain(region) if unit in evidence):
        words = "、".join(dict.fromkeys(said.words))
        yield f"{said.place.name}: " + (f"the report places itself there ({words})" if words else "named in the text")


# what is said


def _gather(document: Document) -> _Evidence:
    """Everything that hints and text say of units above the townships."""
    evidence, unit = _Evidence(), document.unit or ""
    bare = _bare(unit)
    for hint in dict.fromkeys((*document.hints, document.title or "", document.issuer or "", unit)):
        for naming, role in _judged(hint, bare, hint=True) if len(hint) <= HINT else ():
            short = PLACING_SHORT if role is _Role.PLACES else HINTING_SHORT
            if role is not _Role.PASSES:
                _place(evidence, naming, PLACING if naming.full else short)
    for naming, role in _judged(document.text.clean, bare):
        if role is _Role.PLACES:
            _place(evidence, naming, PLACING if naming.full else PLACING_SHORT)
        elif role is _Role.NAMES:
            _name(evidence, naming)
    return evidence


def _place(evidence: _Evidence, naming: _Naming, points: int) -> None:
    """Note that the report places itself there."""
    for place in naming.places:
        evidence[place].placing += points
        evidence[place].words.append(naming.words)


def _name(evidence: _Evidence, naming: _Naming) -> None:
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
