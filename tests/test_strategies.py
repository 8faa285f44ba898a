"""The scheme of strategies is data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

from tests.schemes import labels, texts

SCHEME = Path(__file__).parents[1] / "ontology" / "schemes" / "strategies.ttl"
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
SCHEMA = Namespace("https://schema.org/")
YEAR = URIRef("http://www.w3.org/2001/XMLSchema#gYear")
LEVELS = {TKG[name] for name in ("central", "province", "prefecture", "county", "township")}
STRAY = re.compile(r"\s|[“”‘’\"'（）()<>\\^`{}|/#?]")  # quotation marks, and what an IRI cannot hold
SERVED = [  # local names that programmes refer to with tkg:servesStrategy
    "乡村振兴战略", "健康中国战略", "生态文明建设", "全面从严治党", "全面建成小康社会", "高质量发展", "美丽中国建设",
    "数字中国建设", "平安中国建设", "新型城镇化战略", "创新驱动发展战略", "国家粮食安全战略", "就业优先战略",
    "教育强国", "科教兴国战略", "法治中国建设", "共同富裕", "扩大内需战略", "文化强国建设", "全面深化改革",
]  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEME)


@pytest.fixture(scope="module")
def strategies(graph: Graph) -> list[URIRef]:
    return [one for one in graph.subjects(RDF.type, TKG.Strategy) if isinstance(one, URIRef)]


def test_labels_have_no_quotation_marks_and_no_stray_spaces(graph: Graph, strategies: list[URIRef]) -> None:
    stray = {label for one in strategies for label in labels(graph, one) if STRAY.search(label)}
    assert not stray, f"{stray}: write them bare, names are sought without quotation marks"


def test_no_label_is_a_bare_number(graph: Graph, strategies: list[URIRef]) -> None:
    bare = {label for one in strategies for label in labels(graph, one) if not re.search(r"[\u4e00-\u9fff]{2}", label)}
    assert not bare - {"1+1+4+3+N"}, f"{bare}: they would be found inside ordinary numbers"


def test_local_names_are_the_chinese_labels(graph: Graph, strategies: list[URIRef]) -> None:
    for one in strategies:
        name = texts(graph, one, SKOS.prefLabel, "zh")[0]
        assert str(one) == f"{BASE}strategy/{name}", f"{one}: rename it to <strategy/{name}>"


def test_every_strategy_is_of_the_scheme(graph: Graph, strategies: list[URIRef]) -> None:
    for one in strategies:
        assert (one, SKOS.inScheme, URIRef(BASE + "strategies")) in graph, f"{one}: add skos:inScheme <strategies>"


def test_levels_are_of_the_list(graph: Graph, strategies: list[URIRef]) -> None:
    for one in strategies:
        levels = set(graph.objects(one, TKG.level))
        assert len(levels) <= 1 and levels <= LEVELS, f"{one}: one tkg:level of {sorted(LEVELS)}, or none"
        assert levels or not list(graph.objects(one, TKG.setBy)), f"{one}: a body that sets it has a level"


def test_every_strategy_has_one_known_area_and_is_defined(graph: Graph, strategies: list[URIRef]) -> None:
    known = set(Graph().parse(SCHEME.with_name("areas.ttl")).subjects(SKOS.inScheme, URIRef(BASE + "areas")))
    for one in strategies:
        areas = list(graph.objects(one, TKG.policyArea))
        assert len(areas) == 1 and set(areas) <= known, f"{one}: one tkg:policyArea that areas.ttl describes"
        assert list(graph.objects(one, SKOS.definition)), f"{one}: say what it directs in a skos:definition"


def test_years_and_marks_are_typed(graph: Graph, strategies: list[URIRef]) -> None:
    for one, year in graph.subject_objects(SCHEMA.startDate):
        assert isinstance(year, Literal) and year.datatype == YEAR, f"{one}: write the year as xsd:gYear"
        assert re.fullmatch(r"(19|20)\d\d", str(year)), f"{one}: {year} is no year of a strategy"
    for one, mark in graph.subject_objects(TKG.quotedOnly):
        assert isinstance(mark, Literal) and mark.value is True, f"{one}: write tkg:quotedOnly true or leave it out"


def test_broader_leads_up_within_the_scheme(graph: Graph, strategies: list[URIRef]) -> None:
    known = set(strategies)
    for one, wider in graph.subject_objects(SKOS.broader):
        assert wider in known, f"{one}: {wider} is in no block of this file"
        assert one not in set(graph.transitive_objects(wider, SKOS.broader)), f"{one}: broader runs in a circle"


@pytest.mark.parametrize("name", SERVED)
def test_what_programmes_serve_is_there(graph: Graph, name: str) -> None:
    assert (URIRef(f"{BASE}strategy/{name}"), RDF.type, TKG.Strategy) in graph
