"""The network that a view's triples make.

A triple between IRIs is an edge; rdf:type, literals, level and policy area are attributes of their subject. An
rdf:Statement about an edge gives it attributes: statements that differ in nothing but their year are one edge, whose
weight is what they say it is, or their number. Nodes have numbers as ids, because writers cut IRIs apart.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import unquote

import networkx as nx  # type: ignore[import-untyped]

from kg.errors import ExportError
from kg.export import views
from kg.export.network import looks
from kg.export.selection import EVERYTHING, Selection, ask, year_of
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG, XSD
from kg.graph.queries import Query
from kg.graph.store import Store
from kg.oxigraph import Term, Triple

Value = str | int | float | bool
Attributes = dict[str, list[Value]]
Key = TypeVar("Key")
Edge = tuple[str, str, str]  # subject, predicate, object

SEVERAL = " | "  # between the values of an attribute that has several

_NUMBERS: Mapping[str, Callable[[str], int | float | bool]] = {
    XSD.integer: int,
    XSD.decimal: float,
    XSD.double: float,
    XSD.boolean: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
}
_LONG = 2**63  # from here on other programs have no whole numbers
_ENDS = (RDF.subject, RDF.predicate, RDF.object)
_VALUED = {RDF.type, TKG.level, TKG.policyArea}  # IRIs that are no nodes but what a node is like
_NAMES = {SKOS.prefLabel, SCHEMA.name}
_ATTRIBUTES = {RDF.type: "kind", TKG.policyArea: "area", TKG.statisticalCode: "code", TKG.unitText: "unit"}
_LANGUAGE = "zh"  # of labels
_RESERVED = {"id", "iri", "viz", "start", "end", "pid", "parents", "spells", "slices"}  # mean something else in GEXF
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML document may hold


def network(store: Store, query: Query | None = None, selection: Selection = EVERYTHING) -> nx.MultiDiGraph:
    """The network that a CONSTRUCT query (default: the default view) draws of the selected part of the store.

    Nodes have iri, label, kind, color, size and where known label_en, level, area, code and years ("2019 2021"); edges
    have relation, weight and years; both what else the query says. The graph has the view's name and layout.
    ExportError where the query answers with something else than triples or cannot be selected so.
    """
    query = query or views.load()
    answer = ask(store, query, selection)
    if answer.kind != "triples":
        raise ExportError("a network is drawn by a CONSTRUCT query; give one")
    return _Triples(answer.triples()).graph(name=query.name.rpartition("/")[2], layout=views.layout(query))


class _Triples:
    """What triples say, by what it is about."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.said: dict[str, Attributes] = defaultdict(lambda: defaultdict(list))
        self.areas: dict[str, list[str]] = {}
        self.edges: set[Edge] = set()
        self.ends: dict[str, dict[str, str]] = defaultdict(dict)  # of statements
        for triple in triples:
            self._take(*triple)

    def _take(self, subject: str, predicate: str, value: Term) -> None:
        if predicate in _ENDS:
            self.ends[subject][predicate] = value.value
        elif value.kind != "literal" and predicate not in _VALUED:
            self.edges.add((subject, predicate, value.value))
        elif predicate == TKG.policyArea:
            self.areas.setdefault(subject, []).append(value.value)
        else:
            self.said[subject][_attribute(predicate, value)].append(_value(value))

    def graph(self, **about: str) -> nx.MultiDiGraph:
        graph = nx.MultiDiGraph(**about)
        edges = sorted(self._edges(), key=lambda found: (found[0], sorted(map(str, found[1].items()))))
        nodes = _aligned({iri: self._node(iri) for iri in sorted(self._nodes(edges))})
        numbers = {iri: number for number, iri in enumerate(nodes)}
        graph.add_nodes_from((numbers[iri], attributes) for iri, attributes in nodes.items())
        described = _aligned(dict(enumerate(attributes for _, attributes in edges)))
        for number, ((subject, predicate, value), _) in enumerate(edges):  # keys are ids: GraphML wants no two alike
            ends = numbers[subject], numbers[value]
            graph.add_edge(*ends, key=number, relation=_local(predicate), **described[number])
        looks.dress(graph)
        return graph

    def _nodes(self, edges: Iterable[tuple[Edge, object]]) -> set[str]:
        """What has a type or an edge; areas and statements are none."""
        ends = {end for (subject, _, value), _ in edges for end in (subject, value)}
        return ends | (self.said.keys() - self.ends.keys() - {area for found in self.areas.values() for area in found})

    def _node(self, iri: str) -> dict[str, Value]:
        """A node without a name is labelled with the last step of its IRI: a report's #place says which report's."""
        said: Attributes = dict(self.said.get(iri, {}))
        for area in self.areas.get(iri, ()):
            names = self.said.get(area, {})
            said.setdefault("area", []).extend(names.get("label", [_local(area)]))
            said.setdefault("area_en", []).extend(names.get("label_en", []))
        return {"iri": iri, "label": unquote(iri.rpartition("/")[2]), "kind": "", **_joined(said)}

    def _edges(self) -> Iterator[tuple[Edge, dict[str, Value]]]:
        plain = {edge for edge in self.edges if edge[0] not in self.ends}
        for subject, predicate, value in self.edges - plain:  # what a statement says with an IRI: a status, say
            self.said[subject][_attribute(predicate, Term(value, "iri"))].append(_local(value))
        alike: dict[tuple[Edge, tuple[tuple[str, Value], ...]], list[Attributes]] = defaultdict(list)
        for statement, ends in self.ends.items():
            said = self.said[statement]
            counted: Attributes = {name: said.pop(name) for name in ("year", "weight") if name in said}
            said.pop("kind", None)
            if len(ends) < len(_ENDS):
                raise ExportError(f"the statement {statement} needs an rdf:subject, rdf:predicate and rdf:object")
            edge = (ends[RDF.subject], ends[RDF.predicate], ends[RDF.object])
            alike[edge, tuple(_joined(said).items())].append(counted)
        for (edge, attributes), counts in alike.items():
            plain.discard(edge)
            yield edge, {**dict(attributes), **_counted(counts)}
        for edge in plain:
            yield edge, {"weight": 1}


def _counted(statements: Iterable[Attributes]) -> dict[str, Value]:
    """The weight of an edge and the years that its statements are of."""
    years: set[int] = set()
    weight: float = 0
    for said in statements:
        years.update(year for value in said.get("year", ()) if (year := year_of(str(value))) is not None)
        weight += sum(map(_weight, said.get("weight", (1,))))
    found: dict[str, Value] = {"weight": int(weight) if weight == int(weight) else round(weight, 6)}
    return found | ({"years": " ".join(f"{year:04}" for year in sorted(years))} if years else {})


def _weight(value: Value) -> float:
    if isinstance(value, str) or value < 0:
        raise ExportError(f"{value} is no weight of an edge; give a number that is not below 0")
    return float(value)


def _attribute(predicate: str, value: Term) -> str:
    """The name of an attribute that this triple gives its subject."""
    if predicate in _NAMES:
        return "label" if value.language in ("", _LANGUAGE) else f"label_{value.language}"
    name = _ATTRIBUTES.get(predicate) or _local(predicate)
    return f"{name}_" if name in _RESERVED else name


def _value(value: Term) -> Value:
    if value.kind != "literal":
        return _local(value.value)
    number = _number(value)
    return _ILLEGAL.sub(" ", value.value) if number is None else number


def _number(value: Term) -> int | float | bool | None:
    """None of a string, a date, a number that is none, and of what JSON cannot say: INF and NaN."""
    try:
        found = _NUMBERS[value.datatype](value.value)
        found = found if -_LONG <= found < _LONG else float(found)
    except (KeyError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _joined(attributes: Attributes) -> dict[str, Value]:
    """One value each; several become one string."""
    found: dict[str, Value] = {}
    for name, values in sorted(attributes.items()):
        different = sorted(set(values), key=str)
        if different:
            found[name] = different[0] if len(different) == 1 else SEVERAL.join(map(str, different))
    return found


def _aligned(described: dict[Key, dict[str, Value]]) -> dict[Key, dict[str, Value]]:
    """An attribute that is a number here and a word there becomes a word everywhere: formats want one type each."""
    kinds: dict[str, set[type]] = defaultdict(set)
    for attributes in described.values():
        for name, value in attributes.items():
            kinds[name].add(type(value))
    types = {name: float if found == {int, float} else str for name, found in kinds.items() if len(found) > 1}
    return {
        key: {name: types[name](value) if name in types else value for name, value in attributes.items()}
        for key, attributes in described.items()
    }


def _local(iri: str) -> str:
    return unquote(re.split("[#/]", iri)[-1])
