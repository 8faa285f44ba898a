"""Suggestions while somebody types: entities, types and properties whose name begins with, or contains, the prefix."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Any

from kg.link.gazetteer import Gazetteer
from kg.serve.reconcile import offer
from kg.serve.reconcile.candidates import LONGEST, entity_of
from kg.serve.reconcile.entities import Entity, of_place
from kg.serve.reconcile.labels import Index
from kg.serve.reconcile.names import plain

PAGE = 20  # suggestions in an answer
FURTHEST = 1000  # suggestions that may be skipped


def entities(prefix: str, types: tuple[str, ...], skip: int, index: Index) -> list[dict[str, Any]]:
    """Entities of the types: the one with this id, those with just this name, places and others in turn."""
    found: dict[str, Entity] = {}
    for entity in _entities(prefix.strip(), types, index):
        found.setdefault(entity.id, entity)
        if len(found) == min(skip, FURTHEST) + PAGE:
            break
    return [_entity(entity) for entity in list(found.values())[skip:]]


def _entities(prefix: str, types: tuple[str, ...], index: Index) -> Iterator[Entity]:
    if (direct := entity_of(prefix, index)) and offer.is_a(direct.type, types):
        yield direct
    yield from (found.entity for found in index.exact(prefix, types))
    for pair in zip_longest(_places(prefix, types), index.begun(prefix, types)):
        yield from (entity for entity in pair if entity)


def _places(prefix: str, types: tuple[str, ...]) -> Iterator[Entity]:
    """Places of the division list."""
    for place in Gazetteer.load().beginning(prefix) if 0 < len(prefix) <= LONGEST else ():
        if offer.is_a(place.level.value, types) and (entity := of_place(place)):
            yield entity


def _entity(entity: Entity) -> dict[str, Any]:
    notable = [{"id": type, "name": offer.types()[type].name} for type in offer.above(entity.type)]
    return {"id": entity.id, "name": entity.name, "description": entity.description, "notable": notable}


def types(prefix: str, skip: int) -> list[dict[str, Any]]:
    """Types, with the wider ones."""
    found = (type.id for type in offer.types().values() if _fits(prefix, type.id, type.name, type.description))
    return [typed(type) for type in islice(found, skip, skip + PAGE)]


def typed(type: str) -> dict[str, Any]:
    """A type as clients take it."""
    known = offer.types()[type]
    row = {"id": known.id, "name": known.name, "description": known.description}
    return {**row, "broader": [typed(wider) for wider in known.broader]} if known.broader else row


def properties(prefix: str, skip: int, index: Index) -> list[dict[str, Any]]:
    """Properties, and indicators: the numbers of an indicator are a property of places and programmes."""
    own = (row for row in offer.properties().values() if _fits(prefix, row.id, row.name, *row.aliases))
    rows = ({"id": row.id, "name": row.name, "description": row.description} for row in own)
    numbers = (
        {"id": e.id, "name": e.name, "description": f"指标的数字 Numbers. {e.description}"}
        for e in index.begun(prefix, ("Indicator",))
    )
    return list(islice(chain(rows, numbers), skip, skip + PAGE))


def _fits(prefix: str, *names: str) -> bool:
    """Whether one of the names has the prefix somewhere; all of them have none."""
    return any(plain(prefix) in plain(name) for name in names)
