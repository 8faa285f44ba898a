"""The graph of a reading: the right facts, valid whatever the text, every line once, offsets of the source."""

from __future__ import annotations

import dataclasses
from array import array
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.graph import iris
from kg.graph.common import shared_quads
from kg.graph.mapping import mapped, quads, run_quads
from kg.graph.namespaces import OA, PROV, RDF, RDFS, SCHEMA, SDMX_DIMENSION, SDMX_MEASURE, SKOS, TIME, TKG, XSD
from kg.model import (
    Change,
    Concept,
    Document,
    Kind,
    Level,
    Mention,
    Naming,
    Outcome,
    Part,
    Period,
    Place,
    Practice,
    Qualifier,
    Quantity,
    Reading,
    Resolution,
    Sentence,
    Service,
    Source,
    Status,
    Text,
    Unit,
)
from kg.oxigraph import Term, parse, valid_iri

TEXT = "一、工作回顾\n全镇推行河长制，落实“强镇”战略，改厕650户。"
REPORT = iris.report("示例/000.txt")
COUNTY = Place(
    "青溪县", Level.COUNTY, "990101", Place("示例市", Level.PREFECTURE, "9901", Place("示例省", Level.PROVINCE, "99"))
)
TOWN = Place("青溪镇", Level.TOWNSHIP, "990101101", COUNTY)
RIVER = Concept(Kind.PROGRAMME, "河长制", ("河长制", "河湖长制"), "河长制", Level.CENTRAL)
STRONG = Concept(Kind.STRATEGY, "强镇战略", ("强镇战略", "强镇"), "强镇", known=False)


def number(start: int, end: int, value: Decimal | None = Decimal("650.00")) -> Quantity:
    unit = Unit("户", "户", "households")
    return Quantity(start, end, start, end + 1, value, None, None, "户", unit, Qualifier.EXACT, value is None, "digits")


def sentence() -> Sentence:
    return Sentence(7, len(TEXT), Part.REVIEW, ((0, 6),), 2021)


def outcome(start: int, end: int, value: Decimal | None = Decimal("650.00")) -> Outcome:
    return Outcome(
        quantity=number(start, end, value),
        sentence=sentence(),
        indicator="改厕户数",
        change=Change.LEVEL,
        status=Status.ACHIEVED,
        period=Period.of_year(2021),
        programme=RIVER,
        rules=("digits", "verb"),
    )


def reading(text: Text | None = None, key: str = "示例/000.txt", **parts: object) -> Reading:
    document = Document(
        text=text or Text(TEXT, TEXT),
        title="青溪镇工作总结",
        issuer="青溪镇人民政府",
        issued="2022-02",
        year=2021,
        plan_year=2022,
        level=Level.TOWNSHIP,
        unit="青溪镇",
        hints=(),
        sections=(),
        sentences=(sentence(),),
    )
    at = TEXT.index("650")
    base = Reading(
        source=Source(key, "000.txt", document.text.source, "0" * 64),
        document=document,
        resolution=Resolution(TOWN),
        outcomes=(outcome(at, at + 3),),
        mentions=(
            Mention(11, 14, RIVER, "name", Practice.IMPLEMENTED),
            Mention(17, 23, STRONG, "quoted", level=Level.COUNTY),
        ),
        services=(Service(RIVER, STRONG, 11, 23, "sentence"),),
    )
    return dataclasses.replace(base, **parts)  # type: ignore[arg-type]


def triples(read: Reading) -> set[tuple[str, str, Term]]:
    lines = "".join(quads(read, run="1-a"))
    found = list(parse(lines.encode(), "nquads"))
    assert len(set(found)) == len(found) == lines.count("\n")
    return set(found)


def shared(read: Reading) -> set[tuple[str, str, Term]]:
    return set(parse("".join(shared_quads(read)).encode(), "nquads"))


def values(found: set[tuple[str, str, Term]], subject: str, predicate: str) -> set[str]:
    return {term.value for node, property_, term in found if (node, property_) == (subject, predicate)}


def test_every_fact_of_a_report() -> None:
    found = triples(reading())
    place = f"{iris.BASE}place/990101/青溪镇"
    assert values(found, REPORT, TKG.about) == {place}
    assert (REPORT, SCHEMA.datePublished, Term("2022-02", "literal", "", XSD.gYearMonth)) in found
    assert values(found, REPORT, TKG.tripleCount) == {str(len(found))}
    assert values(found, REPORT, PROV.wasGeneratedBy) == {iris.run("1-a")}
    at = TEXT.index("650")
    node = iris.outcome(REPORT, at)
    assert (node, SDMX_MEASURE.obsValue, Term("650", "literal", "", XSD.decimal)) in found
    assert values(found, node, SDMX_DIMENSION.refPeriod) == {f"{iris.BASE}period/2021"}
    assert values(found, node, TKG.change) == {TKG.level_value}
    assert values(found, node, TKG.rule) == {"digits verb"}
    passage = iris.passage(REPORT, 7, len(TEXT))
    assert values(found, node, PROV.wasDerivedFrom) == {passage}
    assert values(found, passage, TKG.quote) == {TEXT[7:]}
    assert values(found, passage, TKG.section) == {"一、工作回顾"}
    assert values(found, iris.selector(REPORT, 7, len(TEXT)), OA.start) == {"7"}
    river, strong = f"{iris.SCHEMES}programme/河长制", f"{iris.BASE}provisional/strategy/强镇战略"
    assert values(found, f"{REPORT}#does-implemented-河长制", PROV.wasDerivedFrom) == {iris.passage(REPORT, 11, 14)}
    assert values(found, place, TKG.implements) == {river} and values(found, place, TKG.follows) == {strong}
    assert values(found, river, TKG.servesStrategy) == {strong}
    common = shared(reading())
    assert values(common, strong, RDF.type) == {TKG.Strategy, TKG.Provisional}
    assert (strong, SKOS.altLabel, Term("强镇", "literal", "zh")) in common
    assert values(found, iris.passage(REPORT, 17, 23), TKG.levelSaid) == {TKG.county}


METADATA = (
    ("索引号", "430000/2022-00015"),
    ("发布机构", "青溪镇人民政府"),
    ("发文单位", "青溪县人民政府办公室"),
    ("发文字号", "青政发〔2022〕3号"),
    ("生成日期", "2022年1月18日"),
    ("更新时间", "尚无"),
    ("公开方式", "主动公开"),
    ("发布日期", "2022-02"),
    ("title", "青溪镇工作总结"),
    ("url", "https://www.example.org/2022/15.html"),
    ("联系电话", "0735-1234567"),
    ("主题词", ""),
)


def test_metadata_of_the_page() -> None:
    """A term where there is one, a named value where there is none, nothing twice and nothing of the site's staff."""
    found = triples(reading(document=dataclasses.replace(reading().document, fields=METADATA)))
    assert values(found, REPORT, SCHEMA.identifier) == {"430000/2022-00015"}
    assert values(found, REPORT, SCHEMA.publisher) == {"青溪镇人民政府"}
    assert values(found, REPORT, SCHEMA.reportNumber) == {"青政发〔2022〕3号"}
    assert values(found, REPORT, SCHEMA.url) == {"https://www.example.org/2022/15.html"}
    assert (REPORT, SCHEMA.dateCreated, Term("2022-01-18", "literal", "", XSD.date)) in found
    entries = values(found, REPORT, SCHEMA.additionalProperty)
    assert entries == {node for node, predicate, term in found if term.value == SCHEMA.PropertyValue}
    said = {tuple(name for term in (SCHEMA.name, SCHEMA.value) for name in values(found, n, term)) for n in entries}
    assert said == {("发文单位", "青溪县人民政府办公室"), ("更新时间", "尚无"), ("公开方式", "主动公开")}


def test_a_page_without_metadata_has_no_entries() -> None:
    found = triples(reading())
    assert not values(found, REPORT, SCHEMA.additionalProperty)
    assert SCHEMA.PropertyValue not in {term.value for _, _, term in found}


def test_lines_are_in_the_reports_graph_and_the_same_twice() -> None:
    first = mapped(reading(), run="1-a")
    assert first == mapped(reading(), run="1-a") and first.graph == REPORT
    assert all(line.endswith(f" <{REPORT}> .") for line in first.quads.decode().splitlines())


def test_places_with_codes_are_described_with_all_above_them() -> None:
    found = shared(reading())
    assert {name for n, _, _ in found for name in values(found, n, SCHEMA.name)} == {
        "青溪镇",
        "青溪县",
        "示例市",
        "示例省",
    }
    town = f"{iris.BASE}place/990101/青溪镇"
    assert (town, TKG.statisticalCode, Term("990101101", "literal")) in found
    assert values(found, town, SCHEMA.containedInPlace) == {f"{iris.BASE}place/990101"}


@pytest.mark.parametrize(
    ("resolution", "iri", "above"),
    [
        (Resolution(None), f"{iris.BASE}place/unlisted/示例/青溪镇", set()),
        (Resolution(None, within=COUNTY), f"{iris.BASE}place/unlisted/示例/青溪镇", {f"{iris.BASE}place/990101"}),
        (Resolution(None, candidates=(TOWN, TOWN)), f"{REPORT}#place", set()),
        (
            Resolution(Place("新镇", Level.TOWNSHIP, None, COUNTY)),
            f"{iris.BASE}place/990101/新镇",
            {f"{iris.BASE}place/990101"},
        ),
    ],
)
def test_places_without_a_code_are_described_once(resolution: Resolution, iri: str, above: set[str]) -> None:
    """Where others can mean the same place it is described for all, else in the report alone."""
    read = reading(resolution=resolution)
    own, common = triples(read), shared(read)
    assert values(own, REPORT, TKG.about) == {iri}
    where, elsewhere = (own, common) if iri.startswith(REPORT) else (common, own)
    assert values(where, iri, RDF.type) == {TKG.Place} and values(where, iri, SCHEMA.containedInPlace) == above
    assert not values(elsewhere, iri, RDF.type) and above <= {subject for subject, _, _ in common}


VILLAGE = Place("石桥村", Level.VILLAGE, None, TOWN)
NEIGHBOUR = Place("柳河乡", Level.TOWNSHIP, "990101102", COUNTY)


@pytest.mark.parametrize(
    ("resolution", "iri", "above"),
    [
        (Resolution(TOWN), f"{iris.BASE}place/990101/青溪镇/石桥村", f"{iris.BASE}place/990101/青溪镇"),
        (Resolution(None), f"{iris.BASE}place/unlisted/示例/青溪镇/石桥村", f"{iris.BASE}place/unlisted/示例/青溪镇"),
        (Resolution(None, candidates=(TOWN, NEIGHBOUR)), f"{REPORT}#place/石桥村", f"{REPORT}#place"),
        (Resolution(COUNTY), f"{REPORT}#place/石桥村", f"{iris.BASE}place/990101"),  # a county may have two
    ],
)
def test_villages_are_places_of_their_own_below_the_reports(resolution: Resolution, iri: str, above: str) -> None:
    at = TEXT.index("650")
    village = dataclasses.replace(VILLAGE, parent=resolution.place)
    about = dataclasses.replace(outcome(at, at + 3), place=village)
    read = reading(
        resolution=resolution, outcomes=(about,), places=(Naming(7, 10, village, 1), Naming(9, 12, village, 2))
    )
    own, common = triples(read), shared(read)
    assert (
        values(own, iris.outcome(REPORT, at), SDMX_DIMENSION.refArea) == {iri} == values(own, REPORT, SCHEMA.mentions)
    )
    assert values(own, REPORT, TKG.about) != {iri}
    where, elsewhere = (own, common) if iri.startswith(REPORT) else (common, own)
    assert values(where, iri, TKG.level) == {TKG.village} and values(where, iri, SCHEMA.containedInPlace) == {above}
    assert values(where, iri, SCHEMA.name) == {"石桥村"} and not values(elsewhere, iri, RDF.type)
    assert values(own | common, above, RDF.type) == {TKG.Place}


def test_neighbours_are_the_units_of_the_list() -> None:
    read = reading(places=(Naming(7, 10, NEIGHBOUR, 1),))
    iri = f"{iris.BASE}place/990101/柳河乡"
    assert values(triples(read), REPORT, SCHEMA.mentions) == {iri}
    assert values(shared(read), iri, TKG.statisticalCode) == {"990101102"}


def test_what_is_not_decided_is_kept_and_what_is_inferred_says_so() -> None:
    read = reading(resolution=Resolution(None, candidates=(TOWN, NEIGHBOUR)))
    towns = {f"{iris.BASE}place/990101/{name}" for name in ("青溪镇", "柳河乡")}
    assert values(triples(read), f"{REPORT}#place", TKG.candidatePlace) == towns
    assert towns <= {subject for subject, predicate, _ in shared(read) if predicate == SCHEMA.name}
    assert values(triples(read), REPORT, TKG.placeBasis) == set()
    inferred = triples(reading(resolution=Resolution(TOWN, inferred=True)))
    assert values(inferred, REPORT, TKG.placeBasis) == {TKG.inferred}


def test_periods_are_described_for_all_and_say_where_they_come_from() -> None:
    at = TEXT.index("650")
    half = Period(date(2021, 1, 1), date(2021, 6, 30), stated=True)
    read = reading(outcomes=(outcome(at, at + 3), dataclasses.replace(outcome(at - 1, at), period=half)))
    own, common = triples(read), shared(read)
    assert values(own, iris.outcome(REPORT, at), TKG.periodBasis) == {TKG.takenFromReport}
    assert values(own, iris.outcome(REPORT, at - 1), TKG.periodBasis) == {TKG.statedInText}
    labels = {iris.period(half): {"2021年1月1日至2021年6月30日", "2021-01-01 to 2021-06-30"}}
    labels[f"{iris.BASE}period/2021"] = {"2021年", "2021"}
    assert {node for node, _, term in common if term.value == TIME.ProperInterval} == set(labels)
    for node, label in labels.items():
        assert values(common, node, RDFS.label) == label and not values(own, node, RDF.type)
    assert (iris.period(half), SCHEMA.startDate, Term("2021-01-01", "literal", "", XSD.date)) in common
    assert (iris.period(half), SCHEMA.endDate, Term("2021-06-30", "literal", "", XSD.date)) in common


def test_offsets_and_quotes_are_of_the_source() -> None:
    """One character of the source is not in the clean text, another stands for two."""
    source = "\ufeff" + TEXT.replace("改厕", "改①厕")
    starts = array("l", [i + 1 + (i > TEXT.index("厕") - 1) for i in range(len(TEXT))])
    text = Text(source, TEXT, starts, array("l", [start + 1 for start in starts]))
    found = triples(reading(text))
    at = source.index("650")
    assert values(found, iris.outcome(REPORT, at), TKG.start) == {str(at)}
    assert values(found, iris.passage(REPORT, 8, len(source)), TKG.quote) == {source[8:]}


def test_masked_numbers_and_ranges() -> None:
    at = TEXT.index("650")
    masked = triples(reading(outcomes=(outcome(at, at + 3, None),)))
    node = iris.outcome(REPORT, at)
    assert values(masked, node, TKG.masked) == {"true"} and not values(masked, node, SDMX_MEASURE.obsValue)
    quantity = dataclasses.replace(number(at, at + 3, None), lower=Decimal(3), upper=Decimal("5.50"), masked=False)
    ranged = triples(reading(outcomes=(dataclasses.replace(outcome(at, at + 3), quantity=quantity),)))
    assert values(ranged, node, TKG.lower) == {"3"} and values(ranged, node, TKG.upper) == {"5.5"}
    assert not values(ranged, node, TKG.masked)


def test_two_outcomes_at_one_place_stay_two() -> None:
    at = TEXT.index("650")
    found = triples(reading(outcomes=(outcome(at, at + 3), outcome(at, at + 3, Decimal(7)))))
    assert values(found, iris.outcome(REPORT, at), SDMX_MEASURE.obsValue) == {"650"}
    assert values(found, iris.outcome(REPORT, at) + "-2", SDMX_MEASURE.obsValue) == {"7"}


def test_repeated_mentions_are_one_implementation_with_many_passages() -> None:
    mentions = tuple(Mention(s, s + 3, RIVER, "name", Practice.IMPLEMENTED) for s in (11, 17, 11))
    found = triples(reading(mentions=mentions, outcomes=()))
    assert len(values(found, f"{REPORT}#does-implemented-河长制", PROV.wasDerivedFrom)) == 2


def test_two_readings_of_one_provisional_name_are_one_concept() -> None:
    both = [
        Concept(Kind.PROGRAMME, "一网通办", names, "", known=False) for names in (("一网通办",), ("一网通办", "通办"))
    ]
    mentions = tuple(Mention(s, s + 3, c, "form", Practice.IMPLEMENTED) for s, c in zip((11, 17), both, strict=True))
    read = reading(mentions=mentions, outcomes=(), services=())
    found = triples(read)
    concept = f"{iris.BASE}provisional/programme/一网通办"
    assert not values(found, concept, SKOS.altLabel)
    found |= shared(read)
    assert values(found, concept, SKOS.altLabel) == {"通办"} and values(found, concept, TKG.level) == set()
    assert len(values(found, f"{REPORT}#does-implemented-provisional-一网通办", PROV.wasDerivedFrom)) == 2


def test_planned_programmes_belong_to_the_plan_year_and_are_not_implemented() -> None:
    found = triples(reading(mentions=(Mention(11, 14, RIVER, "name", Practice.PLANNED),)))
    assert values(found, f"{REPORT}#does-planned-河长制", TKG.year) == {"2022"}
    assert not values(found, f"{iris.BASE}place/990101/青溪镇", TKG.implements)


@pytest.mark.parametrize(
    ("issued", "datatype"),
    [
        ("2021-12-06", XSD.date),
        ("2022-02", XSD.gYearMonth),
        ("2022", XSD.gYear),
        ("2021-13-01", ""),
        ("20211206", ""),
        ("去年", ""),
    ],
)
def test_dates_are_as_precise_as_the_text(issued: str, datatype: str) -> None:
    document = dataclasses.replace(reading().document, issued=issued)
    assert (REPORT, SCHEMA.datePublished, Term(issued, "literal", "", datatype)) in triples(reading(document=document))


def test_a_base_of_ones_own_names_all_but_the_schemes() -> None:
    base = iris.instance_base("https://example.org/kg")
    one = mapped(reading(), run="1-a", base=base)
    assert one.graph == "https://example.org/kg/report/示例/000.txt"
    nodes = {subject for subject, _, _ in parse(one.quads + one.shared.encode(), "nquads")}
    ours = {f"{iris.SCHEMES}programme/河长制", f"{iris.SCHEMES}codes/statistical/2023-06-30"}
    assert {node for node in nodes if not node.startswith(base)} == ours
    for wrong in ("example.org", "ftp://x/", "http://", "http://x y/", "http://x/?a=", "http://x/#"):
        with pytest.raises(KgError, match="no base for IRIs"):
            iris.instance_base(wrong)


def test_the_run_is_described() -> None:
    found = set(parse("".join(run_quads("1-a", version="1", lexicon="a")).encode(), "nquads"))
    assert values(found, iris.run("1-a"), TKG.lexiconHash) == {"a"}
    assert iris.run_of(iris.run("1-a 中/b")) == "1-a 中/b"


anything = st.text(st.characters(exclude_categories=()))  # surrogates and unassigned characters too


@given(anything)
def test_keys_go_to_valid_iris_and_back(key: str) -> None:
    iri = iris.report(key)
    assert valid_iri(iri) and iris.key_of(iri) == key and not {"#", "?"} & set(iri)
    assert not {".", ".."} & set(iri.split("/")) and all(c.isprintable() or c > "\u0600" for c in iri)


def test_readable_keys_stay_readable() -> None:
    assert iris.report("报告/县溪镇+1.txt").endswith("/报告/县溪镇+1.txt")
    assert iris.report("a b.txt").endswith("/a%20b.txt") and iris.report("50%.txt").endswith("/50%25.txt")
    assert iris.key_of(iris.graph("places")) is None


@pytest.mark.parametrize(("slug", "local"), [("%25", "%25"), ("放管服+", "放管服+"), ("a b", "a%20b"), ("5%", "5%25")])
def test_local_names_of_schemes_are_kept_as_they_are(slug: str, local: str) -> None:
    assert iris.unit(slug) == f"{iris.SCHEMES}unit/{local}"


def test_periods() -> None:
    assert iris.period(Period.of_year(2021)).endswith("/period/2021")
    assert iris.period(Period(date(2021, 1, 1), date(2021, 11, 30))).endswith("/period/2021-01-01_2021-11-30")


@given(st.lists(anything, min_size=6, max_size=6), anything)
def test_any_text_gives_valid_quads_and_quotes_of_the_right_length(words: list[str], text: str) -> None:
    source = (text + "x") * 3
    document = dataclasses.replace(
        reading().document,
        text=Text(source, source),
        title=words[0],
        issuer=words[1],
        issued=words[2],
        sentences=(Sentence(0, len(source), Part.REVIEW, ((0, 1),), None),),
    )
    concept = Concept(Kind.PROGRAMME, words[3], (words[3], words[4]), words[3], known=False)
    at = len(source) - 1
    read = reading(
        source=Source("x", words[5], source, "0"),
        document=document,
        mentions=(Mention(0, at, concept, "form", Practice.IMPLEMENTED),),
        outcomes=(dataclasses.replace(outcome(0, at), sentence=document.sentences[0], indicator=words[4]),),
        services=(),
    )
    graph = iris.report("x")
    found = triples(read)
    (quote,) = values(found, iris.passage(graph, 0, at), TKG.quote)
    assert len(quote) == at and all(a in (b, "\ufffd") for a, b in zip(quote, source, strict=False))
    for _, predicate, term in found:
        assert term.kind != "literal" or not set("\0\x1b\x0b\ufffe") & set(term.value)
        assert predicate in (TKG.quote, TKG.sourceName) or "\u202e" not in term.value
