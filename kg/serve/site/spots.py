"""Places on a map: at their own points, or, where there is none, somewhere in the unit around them; and how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.serve.site.ask import Row, iri
from kg.serve.site.links import position
from kg.serve.site.names import Names
from kg.serve.site.page import Page
from kg.serve.site.words import words

_NAMED = 5  # places that a mark for several names


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a map, as longitude and latitude: of the place itself, or of what the places lie in."""

    at: tuple[float, float]
    href: str
    places: Sequence[str]  # names
    value: float | None
    around: str = ""  # name of the unit around them


def points(marks: Sequence[Mark], language: str) -> list[dict[str, Any]]:
    """Marks as the front end draws them."""
    return [
        {
            "lon": mark.at[0],
            "lat": mark.at[1],
            "label": _label(mark, language),
            "href": mark.href,
            "value": mark.value,
            "around": bool(mark.around),
        }
        for mark in marks
    ]


def _label(mark: Mark, language: str) -> str:
    known, count = words(language), len(mark.places)
    shown = known["comma"].join(mark.places[:_NAMED])
    if not mark.around:
        return shown
    more = known["somewhere-more"].format(count=count - _NAMED) if count > _NAMED else ""
    return known["somewhere-in"].format(around=mark.around, places=shown + more)


@dataclass(frozen=True, slots=True)
class Spots:
    """Where places are: `values` is what each is worth on the map, `own` and `around` are IRIs with points as WKT."""

    values: Mapping[str, float | None]
    own: Mapping[str, str]
    around: Mapping[str, tuple[str, str]]  # place → the smallest unit around it with a point, and that point

    @property
    def units(self) -> set[str]:
        """The units whose points stand for places, which the names are to know."""
        return {unit for unit, _ in self.around.values()}

    def shown(self, names: Names, page: Page) -> dict[str, Any]:
        """What the macro chart_map shows: the points, and how many places are at their own, around it and nowhere."""
        path = page.addresses.path
        marks = [*self._own(names, path), *self._around(names, path)]
        return {"points": points(marks, page.language), **counts(len(self.values), len(self.own), len(self.around))}

    def _own(self, names: Names, path: Callable[[str], str]) -> list[Mark]:
        placed = ((place, position(point)) for place, point in self.own.items())
        return [Mark(at, path(place), [str(names[place])], self.values[place]) for place, at in placed if at]

    def _around(self, names: Names, path: Callable[[str], str]) -> list[Mark]:
        inside: dict[tuple[str, str], list[str]] = defaultdict(list)
        for place, unit in self.around.items():
            inside[unit].append(place)
        placed = ((unit, position(point), names.sorted(places)) for (unit, point), places in inside.items())
        return [
            Mark(at, path(unit), [str(names[one]) for one in places], self._sum(places), str(names[unit]))
            for unit, at, places in placed
            if at
        ]

    def _sum(self, places: Sequence[str]) -> float | None:
        return sum(self.values[one] or 0 for one in places) or None


def counts(all: int, own: int, around: int) -> dict[str, int]:
    """How many places a map is of, and how many of them are at their own points, near them, and not on it."""
    return {"all": all, "own": own, "near": around, "nowhere": all - own - around}


async def find(page: Page, values: Mapping[str, float | None]) -> Spots:
    """Where places are, each with a value of its own."""
    own = {row["this"]: row["point"] for row in await _rows(page, "points", list(values))}
    rows = await _rows(page, "points-around", [place for place in values if place not in own])
    nearest = {row["this"]: row for row in sorted(rows, key=lambda row: int(row["depth"]))}
    return Spots(values, own, {place: (row["around"], row["point"]) for place, row in nearest.items()})


async def _rows(page: Page, query: str, places: Sequence[str]) -> list[Row]:
    return await page.ask.rows(query, this=[iri(place) for place in places]) if places else []
