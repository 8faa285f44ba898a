"""Candidates for a query: places of the division list, and what the index of names has, the best first.

A candidate is a `match` only where nothing else comes into question: of places what kg.link.match decides, of others
what alone goes by exactly the name (of places: and lies in the units that the query names).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.model import Level
from kg.serve.reconcile import offer, places
from kg.serve.reconcile.asked import Query
from kg.serve.reconcile.entities import Entity, name_in, of_place, place_of
from kg.serve.reconcile.labels import Index
from kg.serve.reconcile.names import likeness, plain

LONGEST = 100  # characters of a name; what is longer is none
_FULL = 100  # the score of what fits in every way


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity, how well it fits (0 to 1), whether it is sure, and the features of the two names."""

    entity: Entity
    score: float
    match: bool
    features: Mapping[str, float | bool]

    def json(self) -> dict[str, Any]:
        """As clients take it."""
        return {
            "id": self.entity.id,
            "name": self.entity.name,
            "description": self.entity.description,
            "type": [{"id": type, "name": offer.types()[type].name} for type in offer.above(self.entity.type)],
            "score": round(_FULL * self.score, 1),
            "match": self.match,
            "features": [{"id": id, "value": value} for id, value in self.features.items()],
        }


def find(query: Query, index: Index, reports: Mapping[str, int]) -> list[Candidate]:
    """The candidates for a query, at most as many as it asks for."""
    text = query.text.strip()
    if query.types is None or len(text) > LONGEST:
        return []
    if direct := _by_id(text, query.types, index):
        return [Candidate(direct, 1.0, True, _features(direct, direct.name, None, reports))]
    found = [*_places(query, query.types, reports), *_others(text, query, query.types, index, reports)]
    sure = [candidate for candidate in found if candidate.match]
    if len(sure) > 1:  # a place and a programme, say
        found = [Candidate(one.entity, one.score, False, one.features) for one in found]
    found.sort(key=lambda one: (-one.match, -one.score, -one.features["reports"]))
    return found[: query.limit]


def _by_id(text: str, types: tuple[str, ...], index: Index) -> Entity | None:
    """The entity that the text is the id or the IRI of."""
    entity = entity_of(text, index)
    return entity if entity and offer.is_a(entity.type, types) else None


def entity_of(id: str, index: Index) -> Entity | None:
    """The entity with this id."""
    place = place_of(id) if id.startswith("place/") and id not in index.by_id else None
    return of_place(place) if place and place.level is not Level.VILLAGE else index.by_id.get(id)


def _places(query: Query, types: tuple[str, ...], reports: Mapping[str, int]) -> Iterator[Candidate]:
    """Places of the division list."""
    for level in places.levels(types):
        match, around, name = places.find(query, level)
        for candidate in match.candidates:
            if (entity := of_place(candidate.place)) and offer.is_a(entity.type, types):
                features = _features(entity, name, places.fits(candidate.place, around), reports)
                yield Candidate(entity, candidate.score, candidate.place == match.place, features)


def _others(
    text: str, query: Query, types: tuple[str, ...], index: Index, reports: Mapping[str, int]
) -> Iterator[Candidate]:
    """Concepts, and places that only the graph has."""
    exact = index.exact(text, types) if text else []
    found = exact if not text or text.isdigit() else index.alike(text, types, query.limit)
    for one in found:
        inside = _inside(one.entity, query)
        told = not offer.is_a(one.entity.type, ("Place",)) or inside  # villages have namesakes that no graph knows of
        sure = bool(told) and [one.entity] == [only.entity for only in exact]
        yield Candidate(one.entity, one.score, sure, _features(one.entity, text, inside, reports))


def _inside(entity: Entity, query: Query) -> bool | None:
    """Whether a place that only the graph has lies in the units that the query names; None where it names none."""
    values = [value for level in ("township", *map(str, places.ABOVE)) for value in query.of(level)]
    names = [name for value in values if (name := plain(value.text) or plain(name_in(value.id)))]
    if not names or not offer.is_a(entity.type, ("Place",)):
        return None
    return all(name in plain(entity.description) for name in names)


def _features(entity: Entity, name: str, context: bool | None, reports: Mapping[str, int]) -> dict[str, float | bool]:
    """What can be said of the likeness of a name and an entity's."""
    asked = plain(name)
    alike = max(likeness(asked, plain(other)) for other in entity.names)
    told = {} if context is None else {"context_match": context}
    return {"name_exact": alike == 1, "name_similarity": round(alike, 3), **told, "reports": reports.get(entity.id, 0)}
