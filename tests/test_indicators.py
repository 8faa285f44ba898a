"""The scheme of indicators is data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

from kg.lexicon import measures, units
from kg.model import Qualifier, Quantity
from kg.relate.measure import measure
from tests.reading import rows

SCHEMES = Path(__file__).parents[1] / "ontology" / "schemes"
MEASURES = list(rows("measures"))
BASE = "https://w3id.org/township-kg/"
TKG = Namespace(BASE + "ontology#")
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition,
    TKG.policyArea, TKG.unitKind, TKG.betterDirection, TKG.changeOf,
}  # fmt: skip
DIRECTIONS = {TKG.higher_is_better, TKG.lower_is_better, TKG.neutral}
FLOOR, DEFINED = 1880, 520  # indicators, and those with a definition; both only rise
COUNTS = {TKG[kind] for kind in ("things", "places", "organisations", "events", "documents", "groups")}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEMES / "indicators.ttl")


@pytest.fixture(scope="module")
def indicators(graph: Graph) -> list[URIRef]:
    return [one for one in graph.subjects(RDF.type, TKG.Indicator) if isinstance(one, URIRef)]


def texts(graph: Graph, subject: URIRef, predicate: URIRef, lang: str) -> list[str]:
    return [str(o) for o in graph.objects(subject, predicate) if isinstance(o, Literal) and o.language == lang]


def _bare(label: str) -> str:
    return re.sub("[“”‘’的了]|[（(][^）)]*[）)]", "", label)


def test_the_scheme_keeps_its_size(graph: Graph, indicators: list[URIRef]) -> None:
    assert len(indicators) >= FLOOR
    assert sum((one, SKOS.definition, None) in graph for one in indicators) >= DEFINED


def test_no_term_is_misspelt(graph: Graph, indicators: list[URIRef]) -> None:
    strange = {(one, term) for one in indicators for term in graph.predicates(one) if term not in TERMS}
    assert not strange, f"unknown properties: {strange}"


def test_every_indicator_is_of_the_scheme(graph: Graph, indicators: list[URIRef]) -> None:
    lost = [one for one in indicators if (one, SKOS.inScheme, URIRef(BASE + "indicators")) not in graph]
    assert not lost, f"add skos:inScheme <indicators> to {lost}"


def test_every_indicator_has_one_label_in_each_language(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        counts = [len(texts(graph, one, SKOS.prefLabel, lang)) for lang in ("zh", "en")]
        assert counts == [1, 1], f"{one}: one skos:prefLabel @zh and one @en"


def test_definitions_come_in_both_languages(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        zh, en = (len(texts(graph, one, SKOS.definition, lang)) for lang in ("zh", "en"))
        assert (zh, en) in {(0, 0), (1, 1)}, f"{one}: define it once in @zh and once in @en, or not at all"


def test_no_label_stands_in_two_indicators_of_one_kind_of_unit(graph: Graph, indicators: list[URIRef]) -> None:
    """低保户 may be counted in households and in people; what is counted by 个 and by 家 is one kind."""
    count = Counter(
        (_bare(label), "counts" if kind in COUNTS else str(kind))
        for one in indicators
        for kind in graph.objects(one, TKG.unitKind)
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        for label in texts(graph, one, predicate, "zh")
    )
    twice = [label for label, times in count.items() if times > 1]
    assert not twice, f"keep each of these in one indicator only, and once: {twice}"


def test_no_preferred_label_stands_in_two_indicators(graph: Graph, indicators: list[URIRef]) -> None:
    for lang in ("zh", "en"):
        count = Counter(label for one in indicators for label in texts(graph, one, SKOS.prefLabel, lang))
        assert not [label for label, times in count.items() if times > 1], "tell these apart"


def test_hidden_labels_are_ends_of_phrases(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        for label in texts(graph, one, SKOS.hiddenLabel, "zh"):
            assert label.startswith("…") and len(label) > 2, f"{one}: {label} is a name; make it a skos:altLabel"


def test_changes_are_of_an_indicator_that_is_no_change(graph: Graph, indicators: list[URIRef]) -> None:
    """A growth rate is a ratio; what a year adds is counted like the stock. Each has at most one of them."""
    known, seen = set(indicators), Counter[tuple[object, bool]]()
    for one, base in graph.subject_objects(TKG.changeOf):
        assert base in known and (base, TKG.changeOf, None) not in graph, f"{one}: tkg:changeOf {base}"
        rate = (one, TKG.unitKind, TKG.ratio) in graph
        assert rate or graph.value(one, TKG.unitKind) == graph.value(base, TKG.unitKind), f"{one}: the unit of {base}"
        assert graph.value(one, TKG.betterDirection) == graph.value(base, TKG.betterDirection), f"{one}: as for {base}"
        seen[base, rate] += 1
    assert seen.most_common(1)[0][1] == 1 and len(seen) >= 380


def test_local_names_are_the_chinese_labels(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        (name,) = texts(graph, one, SKOS.prefLabel, "zh")
        local = str(one).removeprefix(BASE + "indicator/")
        assert quote(local, safe="%") == quote(name, safe=""), f"{one}: rename it to {name}"


def test_every_indicator_has_one_kind_that_units_have(graph: Graph, indicators: list[URIRef]) -> None:
    kinds = set(Graph().parse(SCHEMES / "units.ttl").objects(None, TKG.unitKind))
    for one in indicators:
        found = list(graph.objects(one, TKG.unitKind))
        assert len(found) == 1 and found[0] in kinds, f"{one}: one tkg:unitKind that occurs in units.ttl"


def test_every_indicator_has_one_direction(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        found = list(graph.objects(one, TKG.betterDirection))
        assert len(found) == 1 and found[0] in DIRECTIONS, f"{one}: one tkg:betterDirection of {DIRECTIONS}"


def test_every_indicator_lies_in_a_known_policy_area(graph: Graph, indicators: list[URIRef]) -> None:
    areas = set(Graph().parse(SCHEMES / "areas.ttl").subjects(SKOS.inScheme, URIRef(BASE + "areas")))
    for one in indicators:
        found = set(graph.objects(one, TKG.policyArea))
        assert found and found <= areas, f"{one}: tkg:policyArea must be in areas.ttl, not {found - areas}"


def test_rates_are_ratios(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        (name,) = texts(graph, one, SKOS.prefLabel, "zh")
        if name.endswith("率") and not name.endswith("生产率"):
            assert (one, TKG.unitKind, TKG.ratio) in graph, f"{one}: a rate is of kind tkg:ratio"


def test_ratios_and_amounts_do_not_share_an_indicator(graph: Graph, indicators: list[URIRef]) -> None:
    for one in indicators:
        if (one, TKG.unitKind, TKG.ratio) not in graph:
            rates = [label for label in texts(graph, one, SKOS.altLabel, "zh") if label.endswith("率")]
            assert not rates, f"{one}: {rates} are rates; give them to an indicator of kind tkg:ratio"


def test_the_corpus_has_not_shrunk() -> None:
    assert len(MEASURES) >= 271 and sum(not row["indicator"] for row in MEASURES) >= 103


@pytest.mark.parametrize("row", MEASURES, ids=lambda row: f"{row['phrase']}@{row['unit']}")
def test_measure(row: dict[str, str]) -> None:
    """A failing row is mended in the scheme or in indicator_words.toml, never by a rule for that one row."""
    unit = row["unit"]
    number = Quantity(0, 1, 0, 1, None, None, None, unit, units()[unit], Qualifier.EXACT, False, "corpus")
    assert (measure(row["phrase"], number, changes=row["change"] != "level") or "") == row["indicator"]


def test_every_preferred_label_leads_to_its_indicator() -> None:
    units_of = {unit.kind: unit for unit in reversed(units().values())} | {"ratio": units()["%"]}
    for one in measures():
        unit = units_of[one.kind or "things"]
        number = Quantity(0, 1, 0, 1, None, None, None, unit.label, unit, Qualifier.EXACT, False, "label")
        assert measure(one.label, number, changes=False) == one.slug, one.label
