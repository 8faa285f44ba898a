"""The schemes of programmes and policy areas are data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

SCHEMES = Path(__file__).parents[1] / "ontology" / "schemes"
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
LEVELS = {TKG[name] for name in ("central", "province", "prefecture", "county", "township")}
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.broader,
    TKG.policyArea, TKG.level, TKG.quotedOnly, TKG.ordinary, TKG.servesStrategy,
}  # fmt: skip
STRAY = re.compile(r"\s|[“”‘’\"'()<>\\^`{}|/#?;,]")  # quotation marks, and what an IRI cannot hold
PAIRS = (("（", "）"), ("《", "》"))
FLOOR = 1200  # programmes in the scheme; only rises
DEFINED = 340  # of them with a definition in both languages; only rises
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


def texts(graph: Graph, concept: URIRef, term: URIRef, lang: str) -> list[str]:
    return [str(o) for o in graph.objects(concept, term) if isinstance(o, Literal) and o.language == lang]


def labels(graph: Graph, concept: URIRef) -> list[str]:
    return texts(graph, concept, SKOS.prefLabel, "zh") + texts(graph, concept, SKOS.altLabel, "zh")


def members(areas: Graph) -> set[URIRef]:
    return {one for one in areas.subjects(SKOS.inScheme, URIRef(BASE + "areas")) if isinstance(one, URIRef)}


@pytest.mark.parametrize("name", ["programmes", "areas"])
def test_both_engines_read_the_same_statements(name: str) -> None:
    path = SCHEMES / f"{name}.ttl"
    assert len(set(pyoxigraph.parse(path=str(path)))) == len(Graph().parse(path))


def test_the_scheme_keeps_its_size(graph: Graph, programmes: list[URIRef]) -> None:
    assert len(programmes) >= FLOOR
    assert len(set(graph.subjects(SKOS.definition)) & set(programmes)) >= DEFINED


def test_no_term_is_misspelt(graph: Graph, programmes: list[URIRef]) -> None:
    strange = {(one, term) for one in programmes for term in graph.predicates(one) if term not in TERMS}
    assert not strange, f"unknown properties: {strange}"


def test_every_programme_has_one_label_in_each_language(graph: Graph, programmes: list[URIRef]) -> None:
    for one in programmes:
        languages = [label.language for label in graph.objects(one, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(map(str, languages)) == ["en", "zh"], f"{one}: one skos:prefLabel @zh and one @en"


def test_a_definition_comes_in_both_languages(graph: Graph, programmes: list[URIRef]) -> None:
    for one in programmes:
        chinese, english = (texts(graph, one, SKOS.definition, lang) for lang in ("zh", "en"))
        assert len(chinese) == len(english) <= 1, f"{one}: one skos:definition @zh and one @en, or none"


def test_no_label_stands_in_two_programmes(graph: Graph, programmes: list[URIRef]) -> None:
    count = Counter(label for one in programmes for label in labels(graph, one))
    assert not [label for label, times in count.items() if times > 1], "keep each of these in one programme only"


def test_no_english_label_names_two_programmes(graph: Graph, programmes: list[URIRef]) -> None:
    count = Counter(label for one in programmes for label in texts(graph, one, SKOS.prefLabel, "en"))
    assert not [label for label, times in count.items() if times > 1], "tell these apart"


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
    used = set(graph.objects(None, TKG.policyArea))
    narrower = set(areas.objects(None, SKOS.broader))
    assert not members(areas) - used - narrower, "no programme belongs to these areas"
