"""Places for the names in cells of tables: what kg.link.match finds with what a query's properties say beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.link.gazetteer import Gazetteer
from kg.link.match import Candidate, Context, Match, match
from kg.model import Level, Place
from kg.serve.reconcile import offer
from kg.serve.reconcile.asked import Query, Value
from kg.serve.reconcile.entities import place_of
from kg.serve.reconcile.names import plain

ABOVE = (Level.COUNTY, Level.PREFECTURE, Level.PROVINCE)
_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
_SEPARATED = re.compile(r"[、，,；;\s]+")
_QUOTES = re.compile("[\"'`“”‘’「」『』]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BY_CODE = 0.9  # score of a bare code of nine digits: two lists give them to different townships
_SHORTEST, _LONGEST = 2, 40  # characters of a place's name
_MOST = 50  # names of villages that are looked up
_TOWNSHIP = 9  # digits
_ALL = 1000  # candidates: more than any name has


def levels(types: tuple[str, ...]) -> list[Level | None]:
    """The levels of the division list that the types stand for; [None] for any of them, [] for none."""
    if not types or "Place" in types:
        return [None]
    found = [offer.types()[type].level for type in types]
    return [level for level in found if level not in (None, Level.VILLAGE)]


def context(query: Query) -> Context:
    """What the properties of a query say around the place."""
    said: dict[Level, str] = {}
    for level in ABOVE:
        for value in query.of(level.value)[:1]:
            said |= {unit: name for unit, name in _unit(value, level) if not said.get(unit)}
    villages = (name for value in query.of("villages") for name in _SEPARATED.split(value.text) if name)
    year = next((int(found[0]) for value in query.of("year") if (found := _YEAR.search(value.text))), None)
    county, prefecture, province = (said.get(level, "") for level in ABOVE)
    return Context(county, prefecture, province, villages=tuple(dict.fromkeys(villages))[:_MOST], year=year)


def _unit(value: Value, level: Level) -> Iterator[tuple[Level, str]]:
    """The level and name of a unit that a property gives, and of those above it where it is given by its id."""
    place = place_of(value.id) if value.id else None
    if place is None:
        yield level, value.text.strip()[:_LONGEST]
    while place is not None:
        yield place.level, place.name
        place = place.parent


def find(query: Query, level: Level | None) -> tuple[Match, Context, str]:
    """The places that a query may mean, the context that was used, and the name that was looked for."""
    name, around = _QUOTES.sub("", query.text).strip(), context(query)
    if not _SHORTEST <= len(name) <= _LONGEST and name:
        return Match(None, ()), around, name
    if _CODE.fullmatch(name):
        return _by_code(name, level), around, name
    codes = [value.text.strip() for value in query.of("statisticalCode") if _CODE.fullmatch(value.text.strip())]
    coded = [place for code in codes if (place := Gazetteer.load().place(code)) and level in (None, place.level)]
    if coded and not name:
        return Match(coded[0], (Candidate(coded[0], 1.0, ("its statistical code",)),)), around, name
    found = match(name, around, level=level, limit=_ALL if codes else query.limit)
    fitting = [one for one in found.candidates if any(one.place == place for place in coded)]
    if codes:  # the code decides, as far as the name agrees
        decided = fitting[0].place if fitting and plain(fitting[0].place.name) == plain(name) else None
        return Match(decided, tuple(fitting or found.candidates)), around, name
    return found, around, name


def _by_code(code: str, level: Level | None) -> Match:
    """The place of a bare code; sure only where both lists of codes agree, above the townships."""
    place = Gazetteer.load().place(code.removesuffix("000") if len(code) > _TOWNSHIP else code)
    if place is None or level not in (None, place.level):
        return Match(None, ())
    sure = place.level is not Level.TOWNSHIP
    return Match(place if sure else None, (Candidate(place, 1.0 if sure else _BY_CODE, ("its statistical code",)),))


def fits(place: Place, around: Context) -> bool | None:
    """Whether a place lies in all the units that the context names; None where it names none."""
    said = [(level, getattr(around, level.value)) for level in ABOVE if getattr(around, level.value)]
    if not said:
        return None
    units = ((place.at(level), name, level) for level, name in said)
    return all(unit is not None and unit in Gazetteer.load().find(name, level) for unit, name, level in units)
