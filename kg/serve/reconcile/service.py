"""The reconciliation service over a graph: all that it answers, as plain data; kg.serve.reconcile.web sends it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from kg.graph import iris
from kg.serve.reconcile import candidates, catalogue, offer, preview, suggest
from kg.serve.reconcile.asked import Extension, Query, Refused
from kg.serve.reconcile.catalogue import Graph
from kg.serve.reconcile.entities import Entity, id_of
from kg.serve.reconcile.extend import Extender
from kg.serve.reconcile.labels import Index

_QUOTED = 60  # characters of an unknown id that a message repeats


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a graph: the index of its names, the reports about each place, and what looks up values."""

    index: Index
    reports: Mapping[str, int]
    extender: Extender


class Reconciler:
    """Matches names with the entities of a graph, which it reads when first asked; `use` gives it another one."""

    def __init__(self, graph: Graph, base: str = iris.BASE) -> None:
        """`graph` answers queries, from any thread; `base` is that of its instances."""
        self.base = base
        self._graph, self._lock = graph, threading.Lock()
        self._read: _Known | None = None

    def use(self, graph: Graph) -> None:
        """Answer from `graph` from now on; answers that are under way stay with the one before."""
        self._graph = graph

    def prepare(self) -> None:
        """Read the graph and the tables now, so that the first client need not wait (two seconds)."""
        self.reconcile({"": Query("县溪镇")})

    @property
    def known(self) -> _Known:
        """What was read of the graph; it is read now where it was not."""
        with self._lock:
            if self._read is None or self._read.extender.graph is not self._graph:
                self._read = _known(self._graph, self.base)
            return self._read

    def reconcile(self, queries: Mapping[str, Query]) -> dict[str, Any]:
        """A reconciliation result batch."""
        known = self.known
        return {key: {"result": self._find(query, known)} for key, query in queries.items()}

    def _find(self, query: Query, known: _Known) -> list[dict[str, Any]]:
        text = id_of(query.text.strip(), self.base)  # an IRI is as good as an id
        return [one.json() for one in candidates.find(replace(query, text=text), known.index, known.reports)]

    def extend(self, asked: Extension) -> dict[str, Any]:
        """A data extension response. Refused for a property that there is not."""
        return self.known.extender.answer(asked)

    def entity(self, id: str) -> Entity:
        """The entity with this id or IRI; Refused."""
        if entity := candidates.entity_of(id_of(id, self.base), self.known.index):
            return entity
        raise Refused(404, f"id: there is no entity {id[:_QUOTED]!r}")

    def preview(self, id: str) -> str:
        """A page that shows an entity; Refused."""
        return preview.page(self.entity(id), self.known.extender)

    def flyout(self, kind: str, id: str) -> dict[str, str]:
        """A piece of HTML about an entity, a type or a property; Refused."""
        if kind == "type" and (types := offer.types_called([id])):
            return {"id": id, "html": preview.note(offer.types()[types[0]].name, offer.types()[types[0]].description)}
        if kind == "property" and (known := offer.property_called(id)):
            return {"id": id, "html": preview.note(known.name, known.description)}
        if kind == "type":
            raise Refused(404, f"id: there is no type {id[:_QUOTED]!r}")
        return {"id": id, "html": preview.piece(self.entity(id), self.known.extender)}

    def suggest(self, kind: str, prefix: str, types: tuple[str, ...] = (), skip: int = 0) -> dict[str, Any]:
        """Suggestions of entities (of the types), properties or types, without the first `skip`."""
        prefix = id_of(prefix.strip(), self.base)
        if kind == "type":
            return {"result": suggest.types(prefix, skip)}
        if kind == "property":
            return {"result": suggest.properties(prefix, skip, self.known.index)}
        return {"result": suggest.entities(prefix, types, skip, self.known.index)}

    def properties(self, type: str, limit: int) -> dict[str, Any]:
        """The properties that data of entities of a type (of all: "") can be extended with; `limit` 0 is none."""
        types = offer.types_called([type]) if type else ("",)
        if not types:
            raise Refused(404, f"type: there is no type {type[:_QUOTED]!r}")
        rows = [{"id": p.id, "name": p.name, "description": p.description} for p in offer.properties_of(types[0])]
        return {"properties": rows[: limit or None], "type": type} | ({"limit": limit} if limit else {})


def _known(graph: Graph, base: str) -> _Known:
    """Read what a graph has to match with."""
    index = Index(chain(catalogue.concepts(graph, base), catalogue.places(graph, base)))
    return _Known(index, catalogue.reports(graph, base), Extender(graph, index, base))
