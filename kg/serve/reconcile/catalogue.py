"""What the graph has to match with: its concepts, the places that the division list has not, and how many reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from kg import oxigraph, resources
from kg.graph import iris
from kg.graph.namespaces import PREFIXES, RDF, SKOS, TKG
from kg.oxigraph import Answer, Term
from kg.serve.reconcile import offer
from kg.serve.reconcile.entities import Entity, id_of

_SCHEMES = ("programmes.ttl", "strategies.ttl", "indicators.ttl")
_NAMES = (SKOS.prefLabel, SKOS.altLabel)
_DESCRIBED = 80  # characters of a definition that describe an entity
_DEPTH = 6  # of units that a place may lie in, one in the other

_CLASSES = (TKG.Programme, TKG.Strategy, TKG.Indicator, TKG.Provisional)
_FACTS = (RDF.type, *_NAMES, SKOS.definition)
_FACT = "SELECT DISTINCT ?subject ?value WHERE { %s ?subject <%s> ?value }"  # all of one property: one scan
_PLACES = """SELECT DISTINCT ?place ?name ?level ?within ?code WHERE {
  ?place a tkg:Place ; schema:name ?name ; tkg:level ?level .
  OPTIONAL { ?place schema:containedInPlace ?within }
  OPTIONAL { ?place tkg:statisticalCode ?code }
}"""
_REPORTS = "SELECT ?place (COUNT(DISTINCT ?report) AS ?reports) { ?report tkg:about ?place } GROUP BY ?place"


class Graph(Protocol):
    """What answers SPARQL queries over the union of all graphs: a kg.graph.store.Store, or what stands in for one."""

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> Answer:
        """The answer to a query; read it in the thread that asked."""


def concepts(graph: Graph, base: str) -> Iterator[Entity]:
    """The programmes, strategies and indicators of the graph; those of the package where it has none."""
    told: dict[str, list[tuple[str, Term]]] = defaultdict(list)
    for subject, predicate, value in [*_stored(graph)] or _packaged():
        told[subject].append((predicate, value))
    for iri, facts in told.items():
        if entity := _concept(id_of(iri, base), facts):
            yield entity


def _stored(graph: Graph) -> Iterator[oxigraph.Triple]:
    """What the graph says of names and definitions of concepts."""
    classes = "VALUES ?value { " + " ".join(f"<{iri}>" for iri in _CLASSES) + " }"
    concepts: set[str] = set()
    for predicate in _FACTS:
        asked = _FACT % (classes if predicate == RDF.type else "", predicate)
        for subject, value in graph.query(asked, prefixes=PREFIXES).rows():
            if subject and value and (predicate == RDF.type or subject.value in concepts):
                concepts.add(subject.value)
                yield subject.value, predicate, value


def _packaged() -> Iterator[oxigraph.Triple]:
    for name in _SCHEMES:
        yield from oxigraph.parse(resources.ontology(f"schemes/{name}"))


def _concept(id: str, facts: Iterable[tuple[str, Term]]) -> Entity | None:
    """The entity that these facts describe; None where it has no name or no type of ours."""
    facts = sorted(facts, key=lambda fact: (fact[1].language != "zh", fact[0] != SKOS.prefLabel))
    classes = {value.value for predicate, value in facts if predicate == RDF.type}
    types = [type for type in offer.types().values() if type.kind and TKG[type.kind] in classes]
    names = tuple(dict.fromkeys(value.value for predicate, value in facts if predicate in _NAMES and value.value))
    if not types or not names:
        return None
    said = next((value.value for predicate, value in facts if predicate == SKOS.definition), "")
    provisional = "报告中的新名称 provisional" if TKG.Provisional in classes else ""
    text = provisional or said
    return Entity(id, types[0].id, names, text if len(text) <= _DESCRIBED else f"{text[:_DESCRIBED]}…")


def places(graph: Graph, base: str) -> Iterator[Entity]:
    """The places of the graph that have no code: villages, and units that are not on the list."""
    rows = [row for row in graph.query(_PLACES, prefixes=PREFIXES).rows() if row[0] and row[1] and row[2]]
    name_of = {place.value: name.value for place, name, *_ in rows if place and name}
    within_of = {place.value: within.value for place, _, _, within, _ in rows if place and within}
    for place, name, level, _, code in rows:
        assert place and name and level  # as the query says
        type = level.value.removeprefix(offer.SCHEMA_SPACE)
        if code is None and "#" not in place.value and type in offer.types():
            inside = [name_of.get(unit, "") for unit in _chain(place.value, within_of)]
            yield Entity(id_of(place.value, base), type, (name.value,), "".join(reversed(inside)))


def _chain(place: str, within_of: Mapping[str, str]) -> Iterator[str]:
    """The units that a place lies in, the smallest first."""
    for _ in range(_DEPTH):
        if place not in within_of:
            return
        place = within_of[place]
        yield place


def reports(graph: Graph, base: str = iris.BASE) -> dict[str, int]:
    """Id of a place → number of reports about it."""
    rows = graph.query(_REPORTS, prefixes=PREFIXES).rows()
    return {id_of(place.value, base): int(number.value) for place, number in rows if place and number}
