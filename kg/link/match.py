"""From a name and what stands around it to a place: candidates with a score and reasons, an answer where it is sure.

1. What is said around the name (county, prefecture, province) narrows the land to the smallest regions that fit.
2. Of the places in them those are candidates whose name is the same, is spelt differently, is of another kind (乡 that
   became 镇), was the name of a unit that they took in, or is wrong in one character.
3. The best is the answer if no other comes near; of equals, villages and neighbours decide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg import lexicon
from kg.link import history
from kg.link.gazetteer import Gazetteer, kinds, lies_in
from kg.link.names import OFFICES, Names, one_apart, stem
from kg.link.villages import Villages
from kg.model import Level, Place
from kg.text.repair.script import unmistakable

SAME, SPELT, FORMER, OTHER_KIND, MISSPELT = 1.0, 0.95, 0.9, 0.85, 0.75  # scores
ELSEWHERE = 0.4  # of places that do not lie where they should
SURE = 0.7  # the least score of an answer
_ABOVE = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_KNOWN_COUNTY = (Level.COUNTY, Level.PREFECTURE)  # levels of regions that may be one county


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a name: names of units above it, of villages in it, of townships beside it; the year."""

    county: str = ""
    prefecture: str = ""
    province: str = ""
    villages: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant, how well it fits (0 to 1), and why."""

    place: Place
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The place that is meant, None where that is left open, and the candidates, best first."""

    place: Place | None
    candidates: tuple[Candidate, ...]


def match(name: str, context: Context = Context(), *, level: Level | None = None, limit: int = 5) -> Match:
    """The place called `name`, of the `level` if it is given, and at most `limit` candidates.

    Without `level`, units of the highest level that bears the name come before the townships.
    """
    name = _plain(name)
    if not name:
        return Match(None, ())
    regions = _regions(context)
    found = _candidates(name, context, level, regions)
    equals = [one for one in found if one.score == found[0].score and one.score >= SURE]
    best = _told_apart(equals, context) if len(equals) > 1 else equals
    decided = best[0].place if len(best) == 1 and regions != () else None
    ranked = sorted(found, key=lambda one: (one.place != decided, -one.score))
    return Match(decided, tuple(ranked[:limit]))


def _plain(name: str) -> str:
    """The name in half width, without spaces, in simplified script; as it is where that is on the list (鴜鷺树镇)."""
    if Names.load().listed(name):
        return name
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(unmistakable())


# where it lies


def _regions(context: Context) -> tuple[Place, ...] | None:
    """The smallest units that the context names: None where it names none, () where they contradict one another."""
    regions: tuple[Place, ...] | None = None
    said = ((Level.PROVINCE, context.province), (Level.PREFECTURE, context.prefecture), (Level.COUNTY, context.county))
    for level, words in said:
        if words.strip():
            named = _units(_plain(words), level)
            regions = named if regions is None else tuple(p for p in named if any(lies_in(p, r) for r in regions))
    return regions


def _units(words: str, level: Level) -> tuple[Place, ...]:
    """The units of a level that go by these words, else what has become of one that did; 东莞市 passes for a county."""
    gazetteer = Gazetteer.load()
    whole = (p for p in gazetteer.find(words, Level.PREFECTURE) if p in _undivided()) if level is Level.COUNTY else ()
    found = (*gazetteer.find(words, level), *whole)
    return found or tuple(dict.fromkeys(history.today(unit.place) for unit in history.former(words, level)))


@cache
def _undivided() -> frozenset[Place]:
    """The prefectures without counties."""
    gazetteer = Gazetteer.load()
    divided = {county.parent for county in gazetteer.upper(Level.COUNTY)}
    return frozenset(place for place in gazetteer.upper(Level.PREFECTURE) if place not in divided)


# what it is called


def _candidates(name: str, context: Context, level: Level | None, regions: tuple[Place, ...] | None) -> list[Candidate]:
    """The places that may be meant, the best first; those that lie elsewhere only where there are no others."""
    found = list(_upper(name, level, regions)) if level is not Level.TOWNSHIP else []
    if not found and level in (None, Level.TOWNSHIP):
        found = (
            [one for region in regions or (None,) for one in _townships(name, context, region)] if regions != () else []
        )
        found = found or [
            Candidate(place, ELSEWHERE * _spelling(name, place.name)[0], ("lies elsewhere",))
            for place in (Names.load().akin(name, None) if regions is not None else ())
        ]
    best: dict[Place, Candidate] = {}
    for one in sorted(found, key=lambda one: -one.score):
        best.setdefault(one.place, one)
    return list(best.values())


def _upper(name: str, level: Level | None, regions: tuple[Place, ...] | None) -> Iterator[Candidate]:
    """Provinces, prefectures and counties of the name, else what has become of the former ones."""
    levels = (level,) if level else _ABOVE
    for at in levels:
        if fitting := [place for place in Gazetteer.load().find(name, at) if _lies(place, regions)]:
            yield from (Candidate(place, *_spelling(name, place.name, other=SPELT)) for place in fitting)
            return
    for unit in history.former(name) if name.endswith(_ends()) else ():  # a search through all of them
        heirs = [place for place in (history.today(unit.place), *unit.successors) if _lies(place, regions)]
        if unit.level in levels and heirs and heirs[0].name != name:
            yield Candidate(heirs[0], FORMER, (f"called {name} until {unit.until}",))


@cache
def _ends() -> tuple[str, ...]:
    """What names of units above the townships end in."""
    ends = lexicon.table("divisions.toml")["ends"]
    return tuple(end for level in _ABOVE for end in ends[level])


def _townships(name: str, context: Context, region: Place | None) -> Iterator[Candidate]:
    """The townships in a region (None: anywhere) that the name may mean."""
    akin = Names.load().akin(name, region)
    said = [(place, *_spelling(name, place.name)) for place in akin]
    yield from (Candidate(*one) for one in said)
    if any(score >= SPELT for _, score, _ in said):
        return
    yield from _heirs(name, region, context.year)
    if region is None and not said:
        places = Names.load().anywhere(name, limit=20)
        yield from (Candidate(place, ELSEWHERE, ("one character is another",)) for place in places)
    elif region is not None and not said:
        near = Names.load().misspelt(name, region) or _misspelt_stem(name, region)
        score = MISSPELT if region.level in _KNOWN_COUNTY else ELSEWHERE
        yield from (Candidate(place, score, (f"one character differs from {name}",)) for place in near)


def _misspelt_stem(name: str, region: Place) -> list[Place]:
    """The townships of a county whose stem, of three characters and more, is that of the name but for one."""
    if region.level is not Level.COUNTY or len(stem(name)) < 3:
        return []
    return [place for place in Gazetteer.load().townships(region) if one_apart(stem(name), stem(place.name))]


def _heirs(name: str, region: Place | None, year: int | None) -> Iterator[Candidate]:
    """What former townships of the name are today."""
    for unit in history.former(name, Level.TOWNSHIP, region, year):
        for place in unit.successors[:1]:
            if Gazetteer.load().place(place.code or "") == place:
                yield Candidate(place, FORMER, (f"called {name} until {unit.until}",))


def _spelling(name: str, official: str, *, other: float = OTHER_KIND) -> tuple[float, tuple[str, ...]]:
    """How well a name and an official one of the same stem agree, and in which way."""
    if name == official:
        return SAME, ("the same name",)
    bare = next((name.removesuffix(end) for end in OFFICES if name.endswith(f"街道{end}")), name)
    kind, theirs = kinds(bare)[1], kinds(official)[1]
    if not kind or kind == theirs or bare == official:
        return SPELT, (f"spelt {name}",)
    return other, (f"another kind than {name}",)


def _lies(place: Place, regions: tuple[Place, ...] | None) -> bool:
    return regions is None or any(lies_in(place, region) for region in regions)


# which of several


def _told_apart(equals: Sequence[Candidate], context: Context) -> Sequence[Candidate]:
    """Those of equal candidates that have the villages, else the neighbours, that the context names."""
    ways: tuple[tuple[tuple[str, ...], Callable[[Place, tuple[str, ...]], int]], ...] = (
        (context.villages, _villages),
        (context.neighbours, _neighbours),
    )
    for names, count in ways:
        counts = [count(one.place, names) for one in equals] if names else [0]
        if max(counts) and counts.count(max(counts)) == 1:
            return [equals[counts.index(max(counts))]]
    return equals


def _villages(place: Place, names: tuple[str, ...]) -> int:
    """How many of the villages the township has, if there is a table of villages."""
    table = Villages.load()
    return table.shared(names, place.code or "") if table else 0


def _neighbours(place: Place, names: tuple[str, ...]) -> int:
    """How many of the names are of townships of the same county."""
    return sum(bool(place.parent and Names.load().akin(_plain(name), place.parent)) for name in names)
