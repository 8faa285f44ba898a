"""The places that a report names: its villages become places under its unit, neighbours are units of the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.link.gazetteer import Gazetteer, lies_in
from kg.link.villages import Villages
from kg.model import Level, Naming, Place, Resolution
from kg.recognise.places import Village


def namings(text: str, villages: Sequence[Village], resolution: Resolution) -> list[Naming]:
    """Where the reading text names villages, other townships of the report's county, and other counties, in order.

    With a local table of villages those of the report's township are found by it too. The report's own unit and
    those above it are no namings.
    """
    own, within = resolution.place, resolution.place or resolution.within
    found = [Naming(v.start, v.end, Place(v.name, Level.VILLAGE, None, own), v.row) for v in villages]
    taken = {at for naming in found for at in range(naming.start, naming.end)}
    others = [*_listed(text, own), *_neighbours(text, within)]
    for row, (start, end, place) in enumerate(others, start=len(villages) + 1):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found.append(Naming(start, end, place, row))
    return sorted(found, key=lambda naming: naming.start)


def smaller(place: Place, own: Place | None) -> bool:
    """Whether `place` is a village, or a unit that lies in the report's own."""
    return place.level is Level.VILLAGE or (own is not None and place != own and lies_in(place, own))


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
        if within is None or not lies_in(within, place):
            yield start, end, place
