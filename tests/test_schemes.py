"""What holds for the schemes of programmes and of strategies alike; a failing test names the entry to repair."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

from tests.schemes import labels, texts

SCHEMES = Path(__file__).parents[1] / "ontology" / "schemes"
TKG = Namespace("https://w3id.org/township-kg/ontology#")
SCHEMA = Namespace("https://schema.org/")
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, SKOS.broader,
    TKG.level, TKG.quotedOnly,
}  # fmt: skip
ORIGIN = {TKG.setBy, SCHEMA.startDate, SCHEMA.endDate}
OWN = {
    "programmes": TERMS | ORIGIN | {TKG.policyArea, TKG.ordinary, TKG.servesStrategy},
    "strategies": TERMS | ORIGIN | {TKG.policyArea, TKG.ordinary},
}
CLASSES = {"programmes": TKG.Programme, "strategies": TKG.Strategy}
FLOORS = {"programmes": (1976, 1973), "strategies": (1383, 1383)}  # concepts, and those with a definition; only rise


@dataclass(frozen=True)
class Scheme:
    """A scheme's file as a graph, and its concepts."""

    name: str
    graph: Graph
    concepts: list[URIRef]


@pytest.fixture(scope="module", params=sorted(CLASSES))
def scheme(request: pytest.FixtureRequest) -> Scheme:
    graph = Graph().parse(SCHEMES / f"{request.param}.ttl")
    concepts = [one for one in graph.subjects(RDF.type, CLASSES[request.param]) if isinstance(one, URIRef)]
    return Scheme(request.param, graph, concepts)


@pytest.mark.parametrize("name", ["programmes", "areas", "strategies"])
def test_both_engines_read_the_same_statements(name: str) -> None:
    path = SCHEMES / f"{name}.ttl"
    assert len(set(pyoxigraph.parse(path=str(path)))) == len(Graph().parse(path))


def test_the_scheme_keeps_its_size(scheme: Scheme) -> None:
    size, defined = FLOORS[scheme.name]
    assert len(scheme.concepts) >= size
    assert len(set(scheme.graph.subjects(SKOS.definition)) & set(scheme.concepts)) >= defined


def test_no_term_is_misspelt(scheme: Scheme) -> None:
    found = {(one, term) for one in scheme.concepts for term in scheme.graph.predicates(one)}
    strange = {(one, term) for one, term in found if term not in OWN[scheme.name]}
    assert not strange, f"unknown properties: {strange}"


def test_every_concept_has_one_label_in_each_language(scheme: Scheme) -> None:
    for one in scheme.concepts:
        said = [label for label in scheme.graph.objects(one, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(str(label.language) for label in said) == ["en", "zh"], f"{one}: one skos:prefLabel @zh and @en"


def test_a_definition_comes_in_both_languages(scheme: Scheme) -> None:
    for one in scheme.concepts:
        chinese, english = (texts(scheme.graph, one, SKOS.definition, lang) for lang in ("zh", "en"))
        assert len(chinese) == len(english) <= 1, f"{one}: one skos:definition @zh and one @en, or none"


def test_no_name_stands_in_two_concepts(scheme: Scheme) -> None:
    count = Counter(label for one in scheme.concepts for label in labels(scheme.graph, one))
    assert not [label for label, times in count.items() if times > 1], "keep each of these in one concept only"


def test_no_english_label_names_two_concepts(scheme: Scheme) -> None:
    count = Counter(label for one in scheme.concepts for label in texts(scheme.graph, one, SKOS.prefLabel, "en"))
    assert not [label for label, times in count.items() if times > 1], "tell these apart, with the province if need be"
