"""The places that a report names: its villages become places under its unit, neighbours are units of the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg import segment
from kg.link.gazetteer import Gazetteer, lies_in
from kg.link.villages import Villages
from kg.model import Level, Naming, Place, Resolution
from kg.recognise.places import Village

_BEFORE = 4  # characters before a name that are cut into words with it


def namings(text: str, villages: Sequence[Village], resolution: Resolution) -> list[Naming]:
    """Where the reading text names villages, other townships of the report's county, and other counties, in order.

    A village lies in the report's own place, but right behind another township (桥江镇新田村) in that. With a local
    table of villages those of the report's township are found by it too. The own unit and those above it are left out.
    """
    own, within = resolution.place, resolution.place or resolution.within
    neighbours = list(_neighbours(text, within))
    seats = {end: place for _, end, place in neighbours if place.level is Level.TOWNSHIP}
    rows = {village.row: seats[village.start] for village in villages if village.start in seats}
    placed = (Place(village.name, Level.VILLAGE, None, rows.get(village.row, own)) for village in villages)
    found = [Naming(v.start, v.end, place, v.row) for v, place in zip(villages, placed, strict=True)]
    taken = {at for naming in found for at in range(naming.start, naming.end)}
    for row, (start, end, place) in enumerate((*_listed(text, own), *neighbours), start=len(villages) + 1):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found.append(Naming(start, end, place, row))
    return sorted(found, key=lambda naming: naming.start)


def smaller(place: Place, own: Place | None) -> bool:
    """Whether `place` lies in the report's own, which is None where it is not known."""
    return place != own and (lies_in(place, own) if own else place.parent is None)


def _listed(text: str, own: Place | None) -> Iterator[tuple[int, int, Place]]:
    """Where the text has a name that the local table gives for a village of the township, if there is a table."""
    table = Villages.load() if own is not None and own.code and own.level is Level.TOWNSHIP else None
    for name in table.of(own.code) if table and own and own.code else ():
        at = text.find(name)
        while at >= 0:
            yield at, at + len(name), Place(name, Level.VILLAGE, None, own)
            at = text.find(name, at + 1)


def _neighbours(text: str, within: Place | None) -> Iterator[tuple[int, int, Place]]:
    """Where the text names counties and townships of the report's county that are not its own."""
    county = within.at(Level.COUNTY) if within else None
    for start, end, place in Gazetteer.load().units(text, county):
        if (within is None or not lies_in(within, place)) and _begins_a_word(text, start, end):
            yield start, end, place


def _begins_a_word(text: str, start: int, end: int) -> bool:
    """Whether a name does not arise where two words meet (新增|城区)."""
    low = max(0, start - _BEFORE)
    return any(word.start == start for word in segment.words(text[low : end + 1], offset=low))
