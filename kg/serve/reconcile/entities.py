"""Entities and their ids: an id is the part of an IRI behind the base (place/431230/县溪镇, programme/河长制)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from kg.graph import iris
from kg.link.gazetteer import Gazetteer
from kg.model import Level, Place
from kg.oxigraph import valid_iri

_TOWNSHIP = re.compile(r"place/(\d{6})/([^/]+)")
_LISTED = re.compile(r"place/(\d{2,9})")
_VILLAGE = re.compile(r"(place/\d{6}/[^/]+)/([^/]+)")


@dataclass(frozen=True, slots=True)
class Entity:
    """What can be matched: `names` are all it goes by, the first of them the one to show; `type` is the narrowest."""

    id: str
    type: str
    names: tuple[str, ...]
    description: str = ""
    place: Place | None = None

    @property
    def name(self) -> str:
        """The name to show."""
        return self.names[0]


def id_of(iri: str, base: str) -> str:
    """The id of the entity with this IRI: what follows the base, or the whole of it where it has another."""
    return iri.removeprefix(base)


def iri_of(id: str, base: str) -> str:
    """The IRI of the entity with this id (or IRI); "" where there can be none."""
    iri = id if id.startswith(("http://", "https://")) else base + id
    return iri if valid_iri(iri) else ""


@lru_cache(10_000)  # a look-up of a township takes a millisecond, and a column asks for each of its places
def place_of(id: str) -> Place | None:
    """The place of the division list, or the village in one, that has this id."""
    gazetteer = Gazetteer.load()
    if listed := _LISTED.fullmatch(id):
        return gazetteer.place(listed[1])
    if village := _VILLAGE.fullmatch(id):
        township = place_of(village[1])
        return township and Place(unquote(village[2]), Level.VILLAGE, None, township)
    if (found := _TOWNSHIP.fullmatch(id)) and (county := gazetteer.place(found[1])):
        name = unquote(found[2])
        return next((p for p in gazetteer.find(name, Level.TOWNSHIP, county) if p.name == name), None)
    return None


def name_in(id: str) -> str:
    """The name of a place as its id says it; the last part of any other id."""
    listed = place_of(id) if _LISTED.fullmatch(id) else None
    return listed.name if listed else unquote(id.rsplit("/", 1)[-1]) or id


def of_place(place: Place) -> Entity | None:
    """The entity of a place of the list; None where it cannot be told from others."""
    id = iris.place(place, "")
    return Entity(id, place.level.value, (place.name,), described(place), place) if id else None


def above(place: Place) -> Iterator[Place]:
    """The units that a place lies in, the largest first."""
    if place.parent:
        yield from above(place.parent)
        yield place.parent


def described(place: Place) -> str:
    """Where a place lies, and its code: 湖南省怀化市通道侗族自治县 431230101."""
    inside = "".join(dict.fromkeys(unit.name for unit in above(place)))
    return " ".join(filter(None, (inside, place.code)))
