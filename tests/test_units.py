"""The scheme of units is data, tested like code; a failing test names the entry to repair."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote, unquote

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
MEASURING = {"area", "mass", "length", "volume", "energy", "power", "time", "age", "temperature", "speed",
    "information", "ratio"}  # fmt: skip
COUNTED = {"人", "户", "次", "人次", "个", "件", "头", "只", "株"}  # each of them is one
TERMS = {
    RDF.type, SKOS.inScheme, SKOS.prefLabel, SKOS.altLabel, SKOS.exactMatch, SKOS.closeMatch, SKOS.scopeNote,
    TKG.unitKind, TKG.classifier, TKG.factorNumerator, TKG.factorDenominator,
    QUDT.conversionMultiplier, QUDT.conversionOffset, QUDT.scalingOf,
}  # fmt: skip
FLOOR = 380  # units in the scheme; only rises
PLACES = Decimal(1).scaleb(-18)  # the store keeps so many decimals


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(SCHEMES / "units.ttl")


@pytest.fixture(scope="module")
def units(graph: Graph) -> list[URIRef]:
    return [unit for unit in graph.subjects(RDF.type, TKG.Unit) if isinstance(unit, URIRef)]


def labels(graph: Graph, unit: URIRef, lang: str) -> list[str]:
    every = [*graph.objects(unit, SKOS.prefLabel), *graph.objects(unit, SKOS.altLabel)]
    return [str(label) for label in every if isinstance(label, Literal) and label.language == lang]


def iri(label: str) -> URIRef:
    return URIRef(f"{BASE}unit/{label.replace('%', '%25').replace('/', '%2F')}")


def number(graph: Graph, unit: URIRef, term: URIRef) -> Decimal | None:
    value = graph.value(unit, term)
    return None if value is None else Decimal(str(value))


def factor(graph: Graph, unit: URIRef) -> Fraction:
    """The exact factor to the base unit."""
    over, under = (number(graph, unit, term) for term in (TKG.factorNumerator, TKG.factorDenominator))
    if over is not None and under is not None:
        return Fraction(over) / Fraction(under)
    value = number(graph, unit, QUDT.conversionMultiplier)
    assert value is not None, f"{unit}: give it a qudt:conversionMultiplier"
    return Fraction(value)


def base(graph: Graph, unit: URIRef) -> URIRef:
    above = graph.value(unit, QUDT.scalingOf)
    return above if isinstance(above, URIRef) else unit


def qudt() -> dict[str, dict[str, str]]:
    """QUDT's units by local name; see the head of the file."""
    lines = (Path(__file__).parent / "data" / "qudt_units.tsv").read_text("utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {row["unit"]: row for row in rows}


def convertible(graph: Graph) -> Iterator[URIRef]:
    return (unit for unit in graph.subjects(QUDT.conversionMultiplier) if isinstance(unit, URIRef))


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
    named = {str(node) for triple in graph for node in triple if str(node).startswith(QUDT_UNIT)} - {QUDT_UNIT}
    assert not [match for match, times in Counter(matches).items() if times > 1], "two units that are the same one"
    assert all(match.startswith(QUDT_UNIT) for match in [*matches, *map(str, graph.objects(None, SKOS.closeMatch))])
    unknown = {name.removeprefix(QUDT_UNIT) for name in named} - set(qudt())
    assert not unknown, f"{unknown}: not in tests/data/qudt_units.tsv; if QUDT has them, add them as its head says"


def test_what_qudt_knows_converts_as_in_qudt(graph: Graph) -> None:
    """Factors are compared by the base they lead to, so that QUDT may count bits in nats where we count bits."""
    known, compared = qudt(), 0
    for unit, match in [*graph.subject_objects(SKOS.exactMatch), *graph.subject_objects(SKOS.closeMatch)]:
        if not isinstance(unit, URIRef) or (unit, QUDT.conversionMultiplier, None) not in graph:
            continue
        theirs, above = known[local(match)], known[of_qudt(graph, base(graph, unit))]
        expected = Fraction(theirs["multiplier"]) / Fraction(above["multiplier"])
        assert abs(factor(graph, unit) / expected - 1) < Fraction(1, 10**6), f"{unit}: QUDT has {expected}"
        assert theirs["dimensions"] == above["dimensions"], f"{unit}: is of another dimension than its base"
        assert (number(graph, unit, QUDT.conversionOffset) or 0) == Decimal(theirs["offset"] or 0)
        compared += 1
    assert compared > 80


def local(node: object) -> str:
    return str(node).removeprefix(QUDT_UNIT)


def of_qudt(graph: Graph, unit: URIRef) -> str:
    """The local name in QUDT of a base unit, which may be ours."""
    return local(unit if unit.startswith(QUDT_UNIT) else graph.value(unit, SKOS.exactMatch))


def test_units_that_measure_convert_or_say_why_not(graph: Graph, units: list[URIRef]) -> None:
    for unit in units:
        if str(graph.value(unit, TKG.unitKind)).removeprefix(str(TKG)) in MEASURING:
            notes = sorted(str(getattr(note, "language", "")) for note in graph.objects(unit, SKOS.scopeNote))
            told = (unit, QUDT.conversionMultiplier, None) in graph or notes == ["en", "zh"]
            assert told, (
                f"{unit}: give it a qudt:conversionMultiplier, or a skos:scopeNote @zh and @en that says why not"
            )


def test_only_yuan_is_money_that_converts(graph: Graph) -> None:
    money = {
        unit for unit in graph.subjects(TKG.unitKind, TKG.money) if (unit, QUDT.conversionMultiplier, None) in graph
    }
    assert money == {iri("元")}, "rates move: a foreign currency has no factor"


def test_bases_are_bases_and_have_names(graph: Graph) -> None:
    for unit in convertible(graph):
        above = base(graph, unit)
        assert (above, QUDT.scalingOf, None) not in graph, f"{unit}: {above} is scaled itself, name its base"
        languages = [getattr(label, "language", "") for label in graph.objects(above, SKOS.prefLabel)]
        assert sorted(map(str, languages)) == ["en", "zh"], f"{above}: one skos:prefLabel @zh and one @en"
        if above == unit:
            assert factor(graph, unit) == 1, f"{unit}: name its base with qudt:scalingOf"


@pytest.mark.parametrize("kind", sorted(MEASURING - {"power", "information", "ratio"}))  # of one dimension each
def test_a_kind_has_one_base(graph: Graph, kind: str) -> None:
    """Two units of area that lead to different bases would never be compared."""
    bases = {base(graph, unit) for unit in convertible(graph) if (unit, TKG.unitKind, TKG[kind]) in graph}
    assert len(bases) == 1, f"{kind}: {bases}"


def test_factors_are_positive_decimals(graph: Graph) -> None:
    for unit, value in graph.subject_objects(QUDT.conversionMultiplier):
        assert isinstance(value, Literal) and isinstance(value.value, Decimal), f"{unit}: write the factor as a decimal"
        assert value.value > 0, f"{unit}: a factor is positive"


def test_fractions_are_given_where_no_decimal_is_exact(graph: Graph) -> None:
    """A multiplier is its fraction to the store's last place; a fraction is in lowest terms and never a decimal."""
    told = 0
    for unit in graph.subjects(TKG.factorNumerator):
        assert isinstance(unit, URIRef)
        exact, multiplier = factor(graph, unit), number(graph, unit, QUDT.conversionMultiplier)
        assert str(exact.numerator) == str(graph.value(unit, TKG.factorNumerator)), f"{unit}: shorten it to {exact}"
        rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES, ROUND_HALF_UP)
        assert multiplier == rounded, f"{unit}: the multiplier of {exact} is {rounded}"
        assert Fraction(rounded) != exact, f"{unit}: {rounded} is exact, leave the fraction out"
        told += 1
    assert told > 10
    assert set(graph.subjects(TKG.factorNumerator)) == set(graph.subjects(TKG.factorDenominator))


def test_compound_units_convert_as_their_parts_do(graph: Graph, units: list[URIRef]) -> None:
    """元/亩 is a yuan by a mu: its factor follows from theirs, and its base is the ratio of their bases."""
    compared = 0
    for unit in units:
        over, slash, under = unquote(unit.removeprefix(BASE + "unit/")).partition("/")
        if slash and (unit, TKG.unitKind, TKG.compound) in graph and (unit, QUDT.conversionMultiplier, None) in graph:
            expected = part(graph, over) / part(graph, under)
            assert factor(graph, unit) == expected, f"{unit}: its parts make {expected}"
            compared += 1
    assert compared > 40


def part(graph: Graph, label: str) -> Fraction:
    """The factor of one side of a compound unit."""
    many, label = (10000, "元") if label == "万元" else (1, {"日": "天"}.get(label, label))
    return Fraction(many) if label in COUNTED else many * factor(graph, iri(label))


@pytest.mark.parametrize(
    ("many", "unit", "one"),
    [
        ("15", "亩", "公顷"),
        ("100", "亩", "顷"),
        ("2", "斤", "公斤"),
        ("1000", "公斤", "吨"),
        ("100", "公顷", "平方公里"),
        ("2", "里", "公里"),
        ("10", "寸", "尺"),
        ("3", "尺", "米"),
        ("1000", "千瓦时", "兆瓦时"),
        ("100", "斤", "担"),
        ("12", "个月", "年"),
        ("4", "季度", "年"),
        ("12", "月龄", "岁"),
        ("3.6", "公里/小时", "米/秒"),
    ],
)
def test_factors_agree_with_each_other(graph: Graph, many: str, unit: str, one: str) -> None:
    assert Fraction(many) * factor(graph, iri(unit)) == factor(graph, iri(one))


def test_the_page_on_quality_counts_as_we_do(graph: Graph, units: list[URIRef]) -> None:
    convert = sum((unit, QUDT.conversionMultiplier, None) in graph for unit in units)
    docs = Path(__file__).parents[1] / "docs"
    for page, said in (("", "units and measure words {} convert"), (".zh", "个单位和量词中，{} 个可换算")):
        text = (docs / f"ontology-quality{page}.md").read_text("utf-8")
        assert f"{len(units)} {said.format(convert)}" in text, f"{page}: {len(units)} units, of which {convert} convert"
