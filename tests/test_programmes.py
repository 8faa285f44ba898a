"""The schemes of programmes and policy areas are data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

from tests.schemes import labels, texts

SCHEMES = Path(__file__).parents[1] / "ontology" / "schemes"
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
LEVELS = {TKG[name] for name in ("central", "province", "prefecture", "county", "township")}
STRAY = re.compile(r"\s|[“”‘’\"'()<>\\^`{}|/#?;,]")  # quotation marks, and what an IRI cannot hold
PAIRS = (("（", "）"), ("《", "》"))
AREAS = range(20, 40)  # so many areas are few enough to read and enough to tell apart


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEMES / "programmes.ttl")


@pytest.fixture(scope="module")
def areas() -> Graph:
    return Graph().parse(SCHEMES / "areas.ttl")


@pytest.fixture(scope="module")
def programmes(graph: Graph) -> list[URIRef]:
    return [one for one in graph.subjects(RDF.type, TKG.Programme) if isinstance(one, URIRef)]


def members(areas: Graph) -> set[URIRef]:
    return {one for one in areas.subjects(SKOS.inScheme, URIRef(BASE + "areas")) if isinstance(one, URIRef)}


def test_labels_have_no_quotation_marks_and_no_stray_characters(graph: Graph, programmes: list[URIRef]) -> None:
    stray = {label for one in programmes for label in labels(graph, one) if STRAY.search(label)}
    assert not stray, f"{stray}: write them bare, names are sought without quotation marks"
    every = {label for one in programmes for label in labels(graph, one)}
    uneven = {label for label in every for left, right in PAIRS if label.count(left) != label.count(right)}
    assert not uneven, f"{uneven}: a bracket is not closed"


def test_no_label_is_a_bare_number_or_a_single_character(graph: Graph, programmes: list[URIRef]) -> None:
    every = {label for one in programmes for label in labels(graph, one)}
    assert not {label for label in every if not re.search(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]", label)}


def test_local_names_are_the_chinese_labels(graph: Graph, programmes: list[URIRef]) -> None:
    for one in programmes:
        name = texts(graph, one, SKOS.prefLabel, "zh")[0]
        assert str(one) == f"{BASE}programme/{name}", f"{one}: rename it to <programme/{name}>"


def test_every_programme_is_of_the_scheme(graph: Graph, programmes: list[URIRef]) -> None:
    for one in programmes:
        assert (one, SKOS.inScheme, URIRef(BASE + "programmes")) in graph, f"{one}: add skos:inScheme <programmes>"


def test_every_programme_has_one_level_and_one_known_area(graph: Graph, areas: Graph, programmes: list[URIRef]) -> None:
    known = members(areas)
    for one in programmes:
        levels, found = (list(graph.objects(one, term)) for term in (TKG.level, TKG.policyArea))
        assert len(levels) == 1 and set(levels) <= LEVELS, f"{one}: one tkg:level of {sorted(LEVELS)}"
        assert len(found) == 1 and set(found) <= known, f"{one}: one tkg:policyArea that areas.ttl describes"


def test_marks_are_typed(graph: Graph) -> None:
    for one, mark in graph.subject_objects(TKG.quotedOnly):
        assert isinstance(mark, Literal) and mark.value is True, f"{one}: write tkg:quotedOnly true or leave it out"


def test_what_programmes_serve_is_a_strategy(graph: Graph) -> None:
    strategies = set(Graph().parse(SCHEMES / "strategies.ttl").subjects(RDF.type, TKG.Strategy))
    served = set(graph.objects(None, TKG.servesStrategy))
    assert not served - strategies, "strategies.ttl has no such strategy"


@pytest.mark.parametrize("name", ["programmes", "areas"])
def test_broader_leads_up_within_the_scheme(name: str) -> None:
    scheme = Graph().parse(SCHEMES / f"{name}.ttl")
    known = set(scheme.subjects(SKOS.inScheme, URIRef(BASE + name)))
    for one, wider in scheme.subject_objects(SKOS.broader):
        assert wider in known, f"{one}: {wider} is in no block of this file"
        assert one not in set(scheme.transitive_objects(wider, SKOS.broader)), f"{one}: broader runs in a circle"


def test_areas_make_a_small_tree_with_labels(areas: Graph) -> None:
    found, tops = members(areas), set(areas.objects(URIRef(BASE + "areas"), SKOS.hasTopConcept))
    assert len(found) in AREAS
    assert tops == {one for one in found if not list(areas.objects(one, SKOS.broader))}
    assert tops == set(areas.subjects(SKOS.topConceptOf, URIRef(BASE + "areas")))
    for one in found:
        assert str(one) == f"{BASE}area/{texts(areas, one, SKOS.prefLabel, 'zh')[0]}", f"{one}: name it by its label"
        assert len(texts(areas, one, SKOS.prefLabel, "en")) == 1, f"{one}: one skos:prefLabel @en"


def test_every_area_is_used(graph: Graph, areas: Graph) -> None:
    strategies = Graph().parse(SCHEMES / "strategies.ttl")
    used = set(graph.objects(None, TKG.policyArea)) | set(strategies.objects(None, TKG.policyArea))
    narrower = set(areas.objects(None, SKOS.broader))
    assert not members(areas) - used - narrower, "no programme and no strategy belongs to these areas"
