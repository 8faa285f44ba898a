"""From a name, and whatever is known beside it, to a place: with a score, reasons, and candidates where it is open.

1. The cell is read: a name, alone or with units above it (kg.link.cell).
2. What was said of units above gives a region; the units in it that the name may mean get a score (kg.link.spelling).
3. The best is the answer if its score is enough for so large a region and no other comes near; among equals the
   villages named decide, if the user has the table of villages, then the neighbours.

A score is how much the form of the name says, not a probability: 1 for the official name.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.link import cell, history, spelling
from kg.link.cell import Hint
from kg.link.gazetteer import Gazetteer, kinds, lies_in
from kg.link.index import Index, prefix
from kg.link.village_index import VillageIndex
from kg.model import Level, Place

CLEAR = 0.04  # what a winner's score is ahead of the next, at least
ENOUGH = {Level.COUNTY: 0.6, Level.PREFECTURE: 0.8, Level.PROVINCE: 0.85, Level.CENTRAL: 0.9}  # by the region's level
ZONE, PAST, ELSEWHERE, SUCCEEDS = 0.84, 0.9, 0.4, 0.7  # a zone's other name; a former unit; outside the region
VILLAGES, NAMED = 3, 2  # villages that tell a township from all others; from its namesakes, or within a county
LARGE = 500  # townships of a region that are not all looked through for a misspelt name


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside a name, in any form; `villages` and `neighbours` (townships of its county) are names."""

    county: str = ""
    prefecture: str = ""
    province: str = ""
    villages: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant, how well the name fits (0 to 1), and why."""

    place: Place
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The place that is meant, None where that is open, and the candidates, best first."""

    place: Place | None
    candidates: tuple[Candidate, ...]


NOTHING = Context()


def match(name: str, context: Context = NOTHING, *, level: Level | None = None, limit: int = 5) -> Match:
    """The unit that `name` means in `context`; `level` says which level it is of, `limit` how many candidates to give.

    Without a name the villages alone may tell a township. Raises KgError where the table of villages is damaged.
    """
    told = _told(context)
    if not name.strip():
        return _by_villages_alone(context, told, limit)
    found: list[Candidate] = []
    scope = Level.CENTRAL
    readings = list(cell.readings(name))
    for misspelt in (False, True):
        for read, said in readings:
            regions = _regions((*told, *said)) if told is not None else None
            new = (
                list(_candidates(read, regions, context.year, level, misspelt=misspelt)) if regions is not None else []
            )
            if max((c.score for c in new), default=0) > max((c.score for c in found), default=0):
                scope = regions[0].level if regions else Level.CENTRAL
            found += new
            if any(c.score == spelling.SAME for c in new):
                break
        if any(c.score >= spelling.LOOSE for c in found):
            break
    ranked = _ranked(found)
    if not ranked:
        return Match(None, _ranked(_elsewhere(readings[0][0]))[:limit])
    chosen = _chosen(ranked, ENOUGH[scope], context)
    rest = tuple(c for c in ranked if chosen is None or c.place != chosen.place)
    return Match(chosen.place if chosen else None, (*((chosen,) if chosen else ()), *rest)[:limit])


# the region


def _told(context: Context) -> tuple[Hint, ...] | None:
    """The units that the context names; None where it says something, but nothing that is known."""
    given = ((context.province, Level.PROVINCE), (context.prefecture, Level.PREFECTURE))
    upper = [cell.unit(words, level) for words, level in given if words]
    told = tuple(filter(None, (*upper, *cell.above(context.county))))
    return None if not told and (upper or context.county) else told


def _regions(hints: Sequence[Hint]) -> tuple[Place, ...] | None:
    """The smallest units that fit all the hints; () for none given, None where they contradict each other."""
    regions: tuple[Place, ...] = ()
    for hint in hints:
        if not regions:
            regions = hint
            continue
        inner = tuple(place for place in hint if any(lies_in(place, region) for region in regions))
        regions = inner or tuple(region for region in regions if any(lies_in(region, place) for place in hint))
        if not regions:
            return None
    return regions


# the candidates


def _candidates(
    name: str, regions: tuple[Place, ...], year: int | None, level: Level | None, *, misspelt: bool
) -> Iterator[Candidate]:
    """The units in the regions that the name may mean, misspelt or not; some twice."""
    if not name:
        return
    starts = tuple(map(prefix, regions)) or ("",)
    county = any(region.level is Level.COUNTY for region in regions)
    upper = [] if county or level is Level.TOWNSHIP else list(_upper(name, regions, level, misspelt=misspelt))
    yield from upper
    if level in (None, Level.TOWNSHIP):
        found = _misspelt(name, starts) if misspelt else _townships(name, starts)
        # 湖南 is the province and not 湖南镇
        yield from (candidate for candidate in found if not upper or candidate.score == spelling.SAME)
        if county and not misspelt:
            yield from _zones(name, starts)
    if not misspelt and not upper and not Index.load().named(name, starts):
        yield from _former(name, regions, year, level)


def _townships(name: str, starts: tuple[str, ...]) -> Iterator[Candidate]:
    """Townships whose official name is a form of the name."""
    index, least = Index.load(), 0.0
    for form, score, reason in spelling.forms(name):
        if score < least:
            break
        rows = index.named(form, starts)
        yield from (Candidate(index.place(row), score, (reason,)) for row in rows)
        least = spelling.OFFICE if rows and score == spelling.SAME else least
    stem, kind = kinds(name)
    for row in index.of_nationality(stem, starts) if least == 0 else ():
        same = kind in ("", kinds(index.names[row])[1])
        score = spelling.SHORT if same else spelling.KIND
        yield Candidate(index.place(row), score, (f"short for {index.names[row]}",))


def _zones(name: str, starts: tuple[str, ...]) -> Iterator[Candidate]:
    """Zones of the county whose names differ by words for their kind only."""
    index, core = Index.load(), spelling.core(name)
    for row in index.within(starts) if core else ():
        theirs = spelling.core(index.names[row])
        if theirs and (theirs.endswith(core) or core.endswith(theirs)) and index.names[row] != name:
            yield Candidate(index.place(row), ZONE, (f"a zone called {index.names[row]}",))


def _misspelt(name: str, starts: tuple[str, ...]) -> Iterator[Candidate]:
    """Townships whose name differs by a slip."""
    index = Index.load()
    rows: Iterable[int] = range(LARGE) if "" in starts else list(index.within(starts))
    small = "" not in starts and sum(1 for _ in rows) <= LARGE
    for row in rows if small else set(index.near(name, starts)):
        score = spelling.misspelt(name, index.names[row], strict=not small)
        if score:
            yield Candidate(index.place(row), score, (f"{name} is {index.names[row]} with one character wrong",))


def _upper(name: str, regions: tuple[Place, ...], level: Level | None, *, misspelt: bool) -> Iterator[Candidate]:
    """Units above the townships that the name may mean."""
    gazetteer = Gazetteer.load()
    for tried in (level,) if level else cell.UPPER:
        found = gazetteer.upper(tried) if misspelt else gazetteer.find(name, tried)
        for place in found if len(name) > spelling.FEW or not misspelt else ():
            if regions and not any(lies_in(place, region) for region in regions):
                continue
            if not misspelt:
                score = spelling.SAME if place.name == name else spelling.SHORT
                yield Candidate(place, score, (f"{name} is {place.name}",))
            elif score := spelling.misspelt(name, place.name, strict=True):
                yield Candidate(place, score, (f"{name} is {place.name} with one character wrong",))


def _former(name: str, regions: tuple[Place, ...], year: int | None, level: Level | None) -> Iterator[Candidate]:
    """Units of earlier lists, if the year is theirs, else what they are today."""
    within = regions[0] if len(regions) == 1 else None
    for unit in history.former(name, level, within, year):
        last = f"{name} was on the lists until {unit.until}"
        if year is not None or not unit.successors:
            yield Candidate(unit.place, PAST, (last,))
        score = PAST if year is None else SUCCEEDS
        yield from (Candidate(place, score, (last, f"today {place.name}")) for place in unit.successors)


def _elsewhere(name: str) -> Iterator[Candidate]:
    """Townships of the name outside the region that was told: candidates, never the answer."""
    for candidate in _townships(name, ("",)):
        yield replace(candidate, score=candidate.score * ELSEWHERE, reasons=(*candidate.reasons, "but elsewhere"))


# the choice


def _ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each place once, with its best score, the best first."""
    best: dict[Place, Candidate] = {}
    for candidate in candidates:
        place = candidate.place
        if place not in best or best[place].score < candidate.score:
            best[place] = candidate
    return tuple(sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.place.code or "")))


def _chosen(ranked: Sequence[Candidate], enough: float, context: Context) -> Candidate | None:
    """The candidate that is clearly meant."""
    best = [candidate for candidate in ranked if ranked[0].score - candidate.score < CLEAR]
    if len(best) == 1 and best[0].score >= enough:
        return best[0]
    return _by_villages(best, context.villages) or _by_neighbours(best, context.neighbours)


def _by_villages(candidates: Sequence[Candidate], names: Sequence[str]) -> Candidate | None:
    """The one that has the villages named."""
    table = VillageIndex.load() if names else None
    if table is None:
        return None
    counts = table.townships(names, tuple(candidate.place.code or "-" for candidate in candidates))
    code = _clear(counts, len(set(names)), 1)
    reason = f"{counts[code]} of {len(set(names))} villages named are its own"
    return next((replace(c, reasons=(*c.reasons, reason)) for c in candidates if c.place.code == code), None)


def _by_neighbours(candidates: Sequence[Candidate], names: Sequence[str]) -> Candidate | None:
    """The one whose county has the most neighbours named."""
    index = Index.load()
    counties = {c.place.code: prefix(c.place.parent) for c in candidates if c.place.parent} if names else {}
    counts = Counter({code: sum(bool(index.named(n, (start,))) for n in names) for code, start in counties.items()})
    code = _clear(counts, len(names), 1)
    reason = f"{counts[code]} of {len(names)} neighbours named are in its county"
    return next((replace(c, reasons=(*c.reasons, reason)) for c in candidates if c.place.code == code), None)


def _by_villages_alone(context: Context, told: Sequence[Hint] | None, limit: int) -> Match:
    """The township that has the villages, as a report's whose own name is masked."""
    names = set(context.villages)
    table = VillageIndex.load() if names else None
    regions = None if told is None else _regions(told)
    if table is None or regions is None:
        return Match(None, ())
    counts = table.townships(names, tuple(map(prefix, regions)) or ("",))
    least = NAMED if regions and regions[0].level is Level.COUNTY else VILLAGES
    code, index = _clear(counts, len(names), least), Index.load()
    ranked = heapq.nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))
    found = [(index.at(each), count) for each, count in ranked]
    reason = "{} of {} villages named are of {}; its own name is not given"
    candidates = (Candidate(p, n / len(names), (reason.format(n, len(names), p.name),)) for p, n in found if p)
    return Match(index.at(code), tuple(candidates))


def _clear(counts: Counter[str | None] | Counter[str], named: int, least: int) -> str:
    """The code that has `least` of the names or more, and all of them alone, or half and twice as many as others."""
    (code, most), (_, other) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    alone = most == named > other or (2 * most >= named and 2 * other <= most)
    return (code or "") if most >= least and alone else ""
