"""The scheme of units is data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

SCHEMES = Path(__file__).parents[1] / "ontology" / "schemes"
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
QUDT_UNIT = "http://qudt.org/vocab/unit/"
KINDS = {
    "area", "money", "mass", "length", "volume", "energy", "power", "time", "age", "temperature", "speed",
    "information", "ratio", "people", "households", "things", "events", "organisations", "documents", "groups",
    "places", "compound",
}  # fmt: skip
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.exactMatch,
    TKG.unitKind, TKG.classifier, QUDT.conversionMultiplier,
}  # fmt: skip
FLOOR = 370  # units in the scheme; only rises


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEMES / "units.ttl")


@pytest.fixture(scope="module")
def units(graph: Graph) -> list[URIRef]:
    return [unit for unit in graph.subjects(RDF.type, TKG.Unit) if isinstance(unit, URIRef)]


def labels(graph: Graph, unit: URIRef, lang: str) -> list[str]:
    every = [*graph.objects(unit, SKOS.prefLabel), *graph.objects(unit, SKOS.altLabel)]
    return [str(label) for label in every if isinstance(label, Literal) and label.language == lang]


def factor(graph: Graph, label: str) -> Decimal:
    value = graph.value(URIRef(f"{BASE}unit/{label}"), QUDT.conversionMultiplier)
    assert isinstance(value, Literal), f"{label}: give it a qudt:conversionMultiplier"
    return Decimal(str(value))


def test_the_scheme_keeps_its_size(units: list[URIRef]) -> None:
    assert len(units) >= FLOOR


def test_no_term_is_misspelt(graph: Graph, units: list[URIRef]) -> None:
    strange = {(unit, term) for unit in units for term in graph.predicates(unit) if term not in TERMS}
    assert not strange, f"unknown properties: {strange}"


def test_every_unit_has_one_label_in_each_language(graph: Graph, units: list[URIRef]) -> None:
    for unit in units:
        languages = [label.language for label in graph.objects(unit, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(map(str, languages)) == ["en", "zh"], f"{unit}: one skos:prefLabel @zh and one @en"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_stands_in_two_units(graph: Graph, units: list[URIRef], lang: str) -> None:
    count = Counter(label for unit in units for label in labels(graph, unit, lang))
    assert not [label for label, times in count.items() if times > 1], "keep each of these in one unit only"


def test_local_names_are_the_chinese_labels(graph: Graph, units: list[URIRef]) -> None:
    for unit in units:
        names = {str(o) for o in graph.objects(unit, SKOS.prefLabel) if isinstance(o, Literal) and o.language == "zh"}
        local = str(unit).removeprefix(BASE + "unit/")
        assert quote(local, safe="%") in {quote(name, safe="") for name in names}, f"{unit}: rename it to {names}"


def test_every_unit_is_of_the_scheme_and_of_one_known_kind(graph: Graph, units: list[URIRef]) -> None:
    for unit in units:
        assert (unit, SKOS.inScheme, URIRef(BASE + "units")) in graph, f"{unit}: add skos:inScheme <units>"
        kinds = [str(kind).removeprefix(str(TKG)) for kind in graph.objects(unit, TKG.unitKind)]
        assert len(kinds) == 1 and kinds[0] in KINDS, f"{unit}: one tkg:unitKind out of {sorted(KINDS)}"


def test_every_kind_is_used(graph: Graph) -> None:
    used = {str(kind).removeprefix(str(TKG)) for kind in graph.objects(None, TKG.unitKind)}
    assert used == KINDS


def test_magnitude_words_are_no_part_of_a_unit(graph: Graph, units: list[URIRef]) -> None:
    known = {label for unit in units for label in labels(graph, unit, "zh")}
    swollen = {label for label in known if label[0] in "十百万亿" and label[1:] in known}
    assert not swollen, f"{swollen}: leave the magnitude to the number"


def test_measure_words_are_marked_with_a_boolean_and_have_no_factor(graph: Graph) -> None:
    for unit, flag in graph.subject_objects(TKG.classifier):
        assert isinstance(flag, Literal) and flag.value is True, f"{unit}: write tkg:classifier true or leave it out"
        assert (unit, QUDT.conversionMultiplier, None) not in graph, f"{unit}: a measure word converts into nothing"


def test_matches_lead_to_qudt_and_to_one_unit_each(graph: Graph) -> None:
    matches = [str(match) for match in graph.objects(None, SKOS.exactMatch)]
    assert all(match.startswith(QUDT_UNIT) for match in matches)
    assert not [match for match, times in Counter(matches).items() if times > 1], "two units that are the same one"


def test_factors_are_positive_decimals(graph: Graph) -> None:
    for unit, value in graph.subject_objects(QUDT.conversionMultiplier):
        assert isinstance(value, Literal) and isinstance(value.value, Decimal), f"{unit}: write the factor as a decimal"
        assert value.value > 0, f"{unit}: a factor is positive"


@pytest.mark.parametrize(
    ("many", "unit", "one"),
    [
        ("15", "亩", "公顷"),
        ("2", "斤", "公斤"),
        ("1000", "公斤", "吨"),
        ("100", "公顷", "平方公里"),
        ("2", "里", "公里"),
        ("1000", "千瓦时", "兆瓦时"),
        ("100", "斤", "担"),
    ],
)
def test_factors_agree_with_each_other(graph: Graph, many: str, unit: str, one: str) -> None:
    assert abs(Decimal(many) * factor(graph, unit) / factor(graph, one) - 1) < Decimal("1e-9")
