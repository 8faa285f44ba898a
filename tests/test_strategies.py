"""The scheme of strategies is data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

SCHEME = Path(__file__).parents[1] / "ontology" / "schemes" / "strategies.ttl"
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
SCHEMA = Namespace("https://schema.org/")
YEAR = URIRef("http://www.w3.org/2001/XMLSchema#gYear")
LEVELS = {TKG[name] for name in ("central", "province", "prefecture", "county", "township")}
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.broader,
    TKG.level, TKG.setBy, TKG.quotedOnly, SCHEMA.startDate,
}  # fmt: skip
STRAY = re.compile(r"\s|[“”‘’\"'（）()<>\\^`{}|/#?]")  # quotation marks, and what an IRI cannot hold
FLOOR = 550  # strategies in the scheme; only rises
DEFINED = 290  # of them with a definition in both languages; only rises
SERVED = [  # local names that programmes refer to with tkg:servesStrategy
    "乡村振兴战略", "健康中国战略", "生态文明建设", "全面从严治党", "脱贫攻坚", "高质量发展", "美丽中国建设",
    "数字中国建设", "平安中国建设", "新型城镇化战略", "创新驱动发展战略", "国家粮食安全战略", "就业优先战略",
    "教育强国", "科教兴国战略", "法治中国建设", "共同富裕", "扩大内需战略", "文化强国建设", "全面深化改革",
]  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEME)


@pytest.fixture(scope="module")
def strategies(graph: Graph) -> list[URIRef]:
    return [one for one in graph.subjects(RDF.type, TKG.Strategy) if isinstance(one, URIRef)]


def texts(graph: Graph, strategy: URIRef, term: URIRef, lang: str) -> list[str]:
    return [str(o) for o in graph.objects(strategy, term) if isinstance(o, Literal) and o.language == lang]


def labels(graph: Graph, strategy: URIRef) -> list[str]:
    return texts(graph, strategy, SKOS.prefLabel, "zh") + texts(graph, strategy, SKOS.altLabel, "zh")


def test_both_engines_read_the_same_statements(graph: Graph) -> None:
    assert len(set(pyoxigraph.parse(path=str(SCHEME)))) == len(graph)


def test_the_scheme_keeps_its_size(graph: Graph, strategies: list[URIRef]) -> None:
    assert len(strategies) >= FLOOR
    assert len(set(graph.subjects(SKOS.definition)) & set(strategies)) >= DEFINED


def test_no_term_is_misspelt(graph: Graph, strategies: list[URIRef]) -> None:
    strange = {(one, term) for one in strategies for term in graph.predicates(one) if term not in TERMS}
    assert not strange, f"unknown properties: {strange}"


def test_every_strategy_has_one_label_in_each_language(graph: Graph, strategies: list[URIRef]) -> None:
    for one in strategies:
        languages = [label.language for label in graph.objects(one, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(map(str, languages)) == ["en", "zh"], f"{one}: one skos:prefLabel @zh and one @en"


def test_a_definition_comes_in_both_languages(graph: Graph, strategies: list[URIRef]) -> None:
    for one in strategies:
        chinese, english = (texts(graph, one, SKOS.definition, lang) for lang in ("zh", "en"))
        assert len(chinese) == len(english) <= 1, f"{one}: one skos:definition @zh and one @en, or none"


def test_no_label_stands_in_two_strategies(graph: Graph, strategies: list[URIRef]) -> None:
    count = Counter(label for one in strategies for label in labels(graph, one))
    assert not [label for label, times in count.items() if times > 1], "keep each of these in one strategy only"


def test_no_english_label_names_two_strategies(graph: Graph, strategies: list[URIRef]) -> None:
    count = Counter(label for one in strategies for label in texts(graph, one, SKOS.prefLabel, "en"))
    assert not [label for label, times in count.items() if times > 1], "tell these apart, with the province if need be"


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
