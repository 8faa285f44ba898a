"""Which official unit a report is about: its unit's name looked up, and what the report says of units above it.

1. What is said of provinces, prefectures and counties is gathered (kg.link.evidence).
2. The smallest region that is certain follows from that (`_region`).
3. The units that bear the name are ranked by what was said of the units above them; a clear winner is the answer.
4. Where several fit, the villages that the report names decide, if the user has the table of villages; then the
   address of the page. A masked township is found by its villages too, and marked as inferred.
5. A unit that is not on today's list is looked for among those of earlier lists (kg.link.history).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from kg.link import history, host
from kg.link.evidence import CERTAIN, Evidence, Said, bare_name, chain, gather
from kg.link.gazetteer import LEVELS, Gazetteer, lies_in
from kg.link.villages import Villages
from kg.model import Document, Level, Place, Resolution

OFTEN = 6  # points of full names that make a region certain without any placing, if they lead threefold
MARGIN = 3  # the lead of a clear winner
NAMED = 2  # villages that tell a township from its namesakes, or within a county
LEGIBLE = 3  # characters of a village's name, kind included, that is looked for in the text by itself
NAMED_AT_LARGE = 3  # villages that tell a township from all others (in 99 % of cases)


def resolve(document: Document, *, key: str = "", villages: Collection[str] = ()) -> Resolution:
    """The official unit that `document` is about, or what can be said of it (see Resolution).

    A unit whose name is on the list once is the answer unless the report places itself elsewhere; of several, the
    one whose county, prefecture or province is named clearly more than the others'. Where the name is masked
    (`document.unit` None), is not on the list, or leaves no winner, `within` is the smallest certain region.
    `key` is the path by which the report came (湖南省/怀化市/溆浦县/1.txt), `villages` are names that it has.
    """
    evidence = gather(document, key=key)
    region = _region(evidence, document.level or Level.TOWNSHIP)
    if not document.unit:
        return _unnamed(document, region, evidence, set(villages))
    name = bare_name(document.unit)
    found = _candidates(name, document.level, region, document.year)
    ranked = tuple(sorted(found, key=lambda place: (-evidence.above(place), place.code or "")))
    listed = f"{len(ranked)} on the list called {name}"
    if any(map(history.of, ranked)):
        listed = f"{len(ranked)} on earlier lists called {name}, none on today's"
    if winner := _winner(ranked, name, evidence, region):
        return Resolution(winner, reasons=(listed, *_reasons(evidence, winner.parent)))
    fitting = [place for place in ranked if not evidence.against(place) and (not region or lies_in(place, region))]
    text = document.text.clean
    if len(fitting) > 1 and (decided := _by_villages(fitting, text, villages) or _by_host(fitting, document)):
        return Resolution(decided[0], reasons=(listed, decided[1], *_reasons(evidence, decided[0].parent)))
    within = _smallest(region, fitting)
    candidates = ranked or _alike(name, region)
    return Resolution(None, within, candidates, (f"{listed}, no clear winner", *_reasons(evidence, within)))


# what decides where words do not


def _unnamed(document: Document, region: Place | None, evidence: Evidence, names: Collection[str]) -> Resolution:
    """What is known of a township whose name is masked: its region, or itself where its villages tell it."""
    certain = region is not None and region.level is Level.COUNTY
    least = NAMED if certain else NAMED_AT_LARGE
    table = Villages.load() if len(names) >= least and document.level in (None, Level.TOWNSHIP) else None
    counts = table.townships(names, within=region.code or "" if region else "") if table else Counter[str]()
    code = _clear(counts, len(names), least)
    place = Gazetteer.load().place(code) if code else None
    if place is None:
        return Resolution(None, region, (), ("the unit's name is masked or not stated", *_reasons(evidence, region)))
    reason = f"{counts[code]} of {len(names)} villages named are of {place.name}"
    return Resolution(place, reasons=(reason, *_reasons(evidence, place.parent)), inferred=True)


def _by_villages(fitting: Sequence[Place], text: str, names: Collection[str]) -> tuple[Place, str] | None:
    """The one of several that has the villages which the report names, and the reason."""
    table = Villages.load()
    if table is None:
        return None
    theirs = {name for place in fitting for name in table.of(place.code or "") if len(name) >= LEGIBLE}
    told = {*names, *(name for name in theirs if name in text)}
    counts = Counter({place.code or "": table.shared(told, place.code or "") for place in fitting})
    code = _clear(counts, len(told), NAMED)
    chosen = next((place for place in fitting if place.code == code), None)
    return (chosen, f"{counts[code]} of {len(told)} villages named are its own") if chosen else None


def _clear(counts: Counter[str], named: int, least: int) -> str:
    """The code that alone has all of the names, at least `least`; or half of them, and twice as many as any other."""
    (code, most), (_, next_most) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    alone = most == named > next_most or (2 * most >= named and 2 * next_most <= most)
    return code if most >= least and alone else ""


def _by_host(fitting: Sequence[Place], document: Document) -> tuple[Place, str] | None:
    """The one of several whose county or prefecture the address of the page spells, and the reason."""
    url = dict(document.fields).get("url", "")
    for level in (Level.COUNTY, Level.PREFECTURE) if url else ():
        units = ((place, place.at(level)) for place in fitting)
        spelt = [p for p, unit in units if unit and host.spells(url, Gazetteer.load().short(unit.name, level))]
        if len(spelt) == 1:
            return spelt[0], f"the address of the page names its {level} ({url})"
        fitting = spelt or fitting
    return None


# the unit's name


def _candidates(name: str, level: Level | None, region: Place | None, year: int | None) -> tuple[Place, ...]:
    """The units of the name: those in the certain region, else all; of each today's before former ones.

    A municipality is a province, at any level.
    """
    gazetteer = Gazetteer.load()
    found = (gazetteer.find(name, level, region) or _former(name, level, region, year)) if region else ()
    found = found or gazetteer.find(name, level)
    if not found and level is not Level.TOWNSHIP:  # 市 says neither county nor prefecture
        found = gazetteer.find(name)
    found = found or _former(name, level, None, year)
    return tuple(p.parent if p.parent and p.parent.name == p.name else p for p in found)


def _former(name: str, level: Level | None, region: Place | None, year: int | None) -> tuple[Place, ...]:
    """The units of the name that are no longer on the list, in `region` and of about `year` where those are known."""
    return tuple(dict.fromkeys(unit.place for unit in history.former(name, level, region, year)))


def _alike(name: str, region: Place | None) -> tuple[Place, ...]:
    """Townships of the certain county that differ from the name by their kind only: what X乡 may be today."""
    if region is None or region.level is not Level.COUNTY:
        return ()
    gazetteer = Gazetteer.load()
    return gazetteer.find(gazetteer.short(name, Level.TOWNSHIP), Level.TOWNSHIP, region)


def _winner(ranked: Sequence[Place], name: str, evidence: Evidence, region: Place | None) -> Place | None:
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


def _smallest(region: Place | None, fitting: Sequence[Place]) -> Place | None:
    """The region, or a smaller one in it that all the candidates share."""
    if len(fitting) < 2:
        return region
    return next((unit for unit in chain(fitting[0].parent) if all(lies_in(p, unit) for p in fitting)), region)


# the region


def _region(evidence: Evidence, level: Level) -> Place | None:
    """The smallest unit above `level` that the report is certainly about."""
    for above in reversed(LEVELS[: LEVELS.index(level)] if level in LEVELS else ()):
        rivals = [said for said in evidence.values() if said.place.level is above]
        rivals.sort(key=lambda said: (said.placing, said.points, evidence.above(said.place)), reverse=True)
        if rivals and _certain(rivals[0], rivals[1:], evidence) and not evidence.against(rivals[0].place):
            return rivals[0].place
    return None


def _certain(best: Said, others: Sequence[Said], evidence: Evidence) -> bool:
    """Whether the best of a level stands clear of the others; namesakes differ by what is above them only."""
    lead = evidence.above(best.place)
    if any(_equal(best, other) and lead - evidence.above(other.place) < MARGIN for other in others):
        return False
    rest = [other for other in others if not _equal(best, other)]
    points = max((other.points for other in rest), default=0)
    if best.placing >= CERTAIN:
        return best.placing - max((other.placing for other in rest), default=0) >= MARGIN or best.points >= 2 * points
    return best.full >= OFTEN and best.full >= 3 * points


def _equal(one: Said, other: Said) -> bool:
    return (one.placing, one.full, one.short) == (other.placing, other.full, other.short)


def _reasons(evidence: Evidence, region: Place | None) -> Iterator[str]:
    """A line each on what was said of the region and the units above it."""
    for said in (evidence[unit] for unit in chain(region) if unit in evidence):
        words = "、".join(dict.fromkeys(said.words))
        yield f"{said.place.name}: " + (f"the report places itself there ({words})" if words else "named in the text")
