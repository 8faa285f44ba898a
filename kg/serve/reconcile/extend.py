"""Data extension: values of properties for many entities, from the division list and by property paths from the graph.

The numbers of an indicator are a property too: its id is that of the indicator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.graph.namespaces import PREFIXES, TKG, XSD
from kg.link import codes, coordinates
from kg.model import Level, Place
from kg.oxigraph import Term
from kg.serve.reconcile import offer
from kg.serve.reconcile.asked import Column, Extension, Refused
from kg.serve.reconcile.catalogue import Graph
from kg.serve.reconcile.entities import id_of, iri_of, name_in, of_place, place_of
from kg.serve.reconcile.labels import Index

Cell = dict[str, Any]
"""A value as clients take it: {"str": …}, {"int": …}, {"float": …} or {"id": …, "name": …}."""

ROWS = 50_000  # values of a column: what has more is refused, as nobody could tell that some are missing
_QUOTED = 60  # characters of an unknown id that a message repeats

_VALUES = "SELECT DISTINCT ?entity ?value WHERE { %s ?entity %s ?value } ORDER BY ?entity ?value" + f" LIMIT {ROWS + 1}"
_COUNT = "SELECT ?entity (COUNT(DISTINCT ?value) AS ?number) WHERE { %s ?entity %s ?value } GROUP BY ?entity"
_NUMBERS = f"""SELECT DISTINCT ?entity ?outcome ?year ?status ?value ?lower ?upper ?unit ?quote WHERE {{
  %s
  ?outcome sdmx-dimension:refArea|tkg:programme ?entity ; tkg:indicator %s ; tkg:status ?status .
  OPTIONAL {{ ?outcome tkg:year ?year }}
  OPTIONAL {{ ?outcome sdmx-measure:obsValue ?value }}
  OPTIONAL {{ ?outcome tkg:lower ?lower }}
  OPTIONAL {{ ?outcome tkg:upper ?upper }}
  OPTIONAL {{ ?outcome tkg:unitText ?unit }}
  OPTIONAL {{ ?outcome prov:wasDerivedFrom/tkg:quote ?quote }}
}} ORDER BY ?entity ?year ?outcome LIMIT {ROWS + 1}"""


@dataclass(frozen=True, slots=True)
class Extender:
    """Looks up values of properties in a graph; `base` is that of its instances."""

    graph: Graph
    index: Index
    base: str

    def answer(self, asked: Extension) -> dict[str, Any]:
        """A data extension response. Refused for a property that there is not."""
        rows: dict[str, dict[str, list[Cell]]] = {id: {} for id in asked.ids}
        meta = [self._meta(column) for column in asked.columns]
        for column in asked.columns:
            cells = self.column(column, asked.ids)
            most = _limit(column.settings.get("limit", ""))
            for id, row in rows.items():
                row[column.property] = cells.get(id, [])[:most]
        return {"meta": meta, "rows": rows}

    def _meta(self, column: Column) -> Cell:
        """The id and name of a property, and the type of its values."""
        known = offer.properties().get(column.property)
        if known and known.told:
            gives = {"type": {"id": known.gives, "name": offer.types()[known.gives].name}} if known.gives else {}
            return {"id": known.id, "name": known.name, **gives}
        if indicator := self._indicator(column.property):
            return {"id": column.property, "name": indicator}
        raise Refused(400, f"extend: there is no property {column.property[:_QUOTED]!r}; GET /properties names them")

    def _indicator(self, id: str) -> str:
        """The name of the indicator with this id, "" where it is none."""
        entity = self.index.by_id.get(id_of(id, self.base))
        return entity.name if entity and entity.type == "Indicator" else ""

    def column(self, column: Column, ids: Iterable[str]) -> dict[str, list[Cell]]:
        """Id → values of the property, for those of the entities that have some."""
        known = offer.properties().get(column.property)
        iris = {iri: id for id in ids if (iri := iri_of(id, self.base))}
        if known is None:
            return self._numbers(column, iris)
        found = dict(self._listed(known, iris)) if known.source else {}
        if known.path:
            rest = {iri: id for iri, id in iris.items() if id not in found}
            found |= self._counts(known, rest) if known.count else self._values(known, rest)
        return found

    def _listed(self, known: offer.Property, iris: dict[str, str]) -> Iterator[tuple[str, list[Cell]]]:
        """What the official lists say."""
        for iri, id in iris.items():
            if place := place_of(id_of(iri, self.base)):
                cell = _said(place, known.source)
                yield id, [cell] if cell else []

    def _values(self, known: offer.Property, iris: dict[str, str]) -> dict[str, list[Cell]]:
        """The values at the end of a property's path."""
        found: dict[str, list[Cell]] = defaultdict(list)
        for entity, value in self._ask(_VALUES, iris, known.path):
            if entity and value and value.kind != "blank" and known.language in ("", value.language):
                found[iris[entity.value]].append(self._cell(value, known))
        return found

    def _counts(self, known: offer.Property, iris: dict[str, str]) -> dict[str, list[Cell]]:
        """The number of values at the end of a property's path: 0 where there are none."""
        rows = self._ask(_COUNT, iris, known.path)
        numbers = {iris[entity.value]: int(number.value) for entity, number in rows if entity and number}
        return {id: [{"int": numbers.get(id, 0)}] for id in iris.values()}

    def _numbers(self, column: Column, iris: dict[str, str]) -> dict[str, list[Cell]]:
        """The numbers of an indicator, by year."""
        found: dict[str, list[Cell]] = defaultdict(list)
        year, status = column.settings.get("year", "").strip(), column.settings.get("status", "achieved")
        form = column.settings.get("form", "number")
        for entity, _, when, state, *rest in self._ask(_NUMBERS, iris, f"<{iri_of(column.property, self.base)}>"):
            assert entity and state  # as the query says
            fits = status == "any" or state.value == TKG[status if status in ("achieved", "planned") else "achieved"]
            if fits and (not year or (when and when.value == year)) and (cell := _number(rest, form)):
                found[iris[entity.value]].append(cell)
        return found

    def _ask(self, query: str, iris: dict[str, str], term: str) -> list[tuple[Term | None, ...]]:
        """The rows of the query for these entities. Refused where there are too many."""
        entities = " ".join(str(Term(iri, "iri")) for iri in iris)
        text = query % (f"VALUES ?entity {{ {entities} }}", f"({term})" if not term.startswith("<") else term)
        rows = list(self.graph.query(text, prefixes=PREFIXES).rows()) if iris else []
        if len(rows) > ROWS:
            raise Refused(413, f"extend: a property has more than {ROWS} values; ask for fewer entities at once")
        return rows

    def _cell(self, value: Term, known: offer.Property) -> Cell:
        """A value of a property of the graph."""
        if value.kind == "iri" and known.gives:
            id = id_of(value.value, self.base)
            return {"id": id, "name": entity.name if (entity := self.index.by_id.get(id)) else name_in(id)}
        if value.kind == "iri":
            return {"str": value.value.removeprefix(offer.SCHEMA_SPACE)}
        if value.datatype in (XSD.integer, XSD.gYear) and value.value.lstrip("-").isdigit():
            return {"int": int(value.value)}
        return {"float": float(value.value)} if value.datatype == XSD.decimal else {"str": value.value}


def _said(place: Place, source: str) -> Cell | None:
    """What the lists say of a place: a code, a level, where it is, or the unit of a level that it lies in."""
    if source in ("longitude", "latitude", "coordinates"):
        point = coordinates.point(place)
        numbers = {"longitude": point.lon, "latitude": point.lat} if point else {}
        if source in numbers:
            return {"float": numbers[source]}
        return {"str": f"POINT({point.lon:g} {point.lat:g})"} if point else None
    if source in ("code", "level", "civilAffairsCode"):
        said = codes.civil_affairs(place) if source == "civilAffairsCode" else getattr(place, source)
        return {"str": str(said)} if said else None
    unit = place.at(Level(source))
    entity = of_place(unit) if unit and unit is not place else None
    return {"id": entity.id, "name": entity.name} if entity else None


def _number(row: list[Term | None], form: str) -> Cell | None:
    """The number of an outcome in one of the forms of the settings; None where it is masked or has no sentence."""
    value, lower, upper, unit, quote = (term.value if term else "" for term in row)
    if form == "evidence":
        return {"str": quote} if quote else None
    if form == "number" and value:
        return {"float": float(value)}
    said = value or "–".join(filter(None, (lower, upper)))
    return {"str": f"{said}{unit if form == 'text' else ''}"} if said else None


def _limit(text: str) -> int | None:
    """How many values a setting asks for; None for all, which 0 and nothing are."""
    try:
        return max(0, int(float(text or 0))) or None
    except (ValueError, OverflowError) as error:
        raise Refused(400, f"extend: the limit {text[:_QUOTED]!r} is no number") from error
