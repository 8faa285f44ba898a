"""What a store says of itself is true, stays the same while nothing changes, and is understood elsewhere."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SDO, SH, VOID
from rdflib.plugins.sparql import prepareQuery

from kg import resources
from kg.build import build
from kg.cli import main
from kg.export.rdf import DATASETS, TRIPLES, export
from kg.graph import iris, queries
from kg.graph.namespaces import PREFIXES, TKG
from kg.graph.store import Store

SHAPES = Path(__file__).parent / "data" / "dataset-shapes.ttl"
BASE = "https://data.example.org/kg/"
WHOLE = rdflib.URIRef(iris.dataset())
QB = rdflib.Namespace(PREFIXES["qb"])
SD = rdflib.Namespace(PREFIXES["sd"])
VERSION = rdflib.URIRef(PREFIXES["dcat"] + "version")  # newer than rdflib's copy of the vocabulary
REPORT = """青柳湾镇2021年工作总结
一、2021年工作回顾
一年来，全镇落实乡村振兴战略，深入推进“厕所革命”，完成改厕260个，发放补贴12.5万元。开展安全生产检查36次，
整改隐患88处，组织群众培训4期520人次，新修通组公路3.2公里，群众满意度达96%。加强基层党组织建设，发展党员9名，
新增就业30至50人，争取资金xx万元，推进环境整治和产业发展，农村居民收入稳步提升，社会大局和谐稳定。
二、2022年工作计划
全面落实河长制，计划改厕300个。
"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the package's sample reports and one with all kinds of numbers."""
    folder = tmp_path_factory.mktemp("describe")
    county = folder / "湖南省" / "怀化市" / "溆浦县"
    county.mkdir(parents=True)
    (county / "qingliuwan.txt").write_text(REPORT, "utf-8")
    build([resources.data("samples"), folder / "湖南省"], folder / "store")
    return folder / "store"


@pytest.fixture
def one(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text(REPORT, "utf-8")
    return tmp_path / "one.txt"


def lines(path: Path, base: str = iris.BASE) -> list[str]:
    """The description's triples as N-Triples, sorted."""
    with Store.open_for_reading(path, base=base) as opened:
        return sorted(opened.statements(iris.graph("dataset", base)))


def graph(path: Path, base: str = iris.BASE) -> rdflib.Graph:
    return rdflib.Graph().parse(data="\n".join(lines(path, base)), format="nt")


def quads(path: Path) -> list[ox.Quad]:
    """All that the store holds, but for its description."""
    out = io.BytesIO()
    with Store.open_for_reading(path) as opened:
        export(opened, "nquads", out)
    own = ox.NamedNode(iris.graph("dataset"))
    return [q for q in ox.parse(out.getvalue(), format=ox.RdfFormat.N_QUADS) if q.graph_name != own]


def value(node: object) -> str:
    """The text of a term."""
    assert isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal)
    return node.value


def number(described: rdflib.Graph, node: rdflib.term.Node, said: rdflib.URIRef) -> int:
    return int(str(described.value(node, said)))


def test_the_numbers_are_those_of_the_quads(samples: Path) -> None:
    described, there = graph(samples), quads(samples)
    typed = [q for q in there if q.predicate.value == str(RDF.type)]
    assert len(there) > 50_000
    assert number(described, WHOLE, VOID.triples) == len(there)
    assert number(described, WHOLE, VOID.distinctSubjects) == len({q.subject for q in there})
    assert number(described, WHOLE, VOID.distinctObjects) == len({q.object for q in there})
    assert number(described, WHOLE, VOID.entities) == len({q.subject for q in typed})
    uses = Counter(q.predicate.value for q in there)
    assert partition(described, VOID.propertyPartition, VOID.property, VOID.triples) == uses
    kinds = Counter(kind for _, kind in {(q.subject, value(q.object)) for q in typed})
    assert partition(described, VOID.classPartition, VOID["class"], VOID.entities) == kinds
    assert number(described, WHOLE, VOID.properties) == len(uses) and number(described, WHOLE, VOID.classes) == len(
        kinds
    )


def partition(described: rdflib.Graph, parts: rdflib.URIRef, by: rdflib.URIRef, size: rdflib.URIRef) -> dict[str, int]:
    nodes = list(described.objects(WHOLE, parts))
    return {str(described.value(node, by)): number(described, node, size) for node in nodes}


def test_the_parts_make_the_whole(samples: Path) -> None:
    described, there = graph(samples), quads(samples)
    sizes = Counter(value(q.graph_name) for q in there)
    reports = [size for name, size in sizes.items() if iris.key_of(name) is not None]
    part = rdflib.URIRef(iris.part("reports"))
    assert (number(described, part, VOID.documents), number(described, part, VOID.triples)) == (
        len(reports),
        sum(reports),
    )
    named = {str(name) for name in described.objects(None, SD.name)}
    assert named == {name for name in sizes if iris.key_of(name) is None} and len(named) >= 6
    for name in named:
        (alone,) = described.objects(rdflib.URIRef(name), SD.graph)
        assert number(described, alone, VOID.triples) == sizes[name]
        assert described.value(alone, DCTERMS.title), name


def test_the_cubes_hold_all_outcomes(samples: Path) -> None:
    described, there = graph(samples), quads(samples)
    cubes = Counter(value(q.object) for q in there if q.predicate.value == str(QB.dataSet))
    assert set(cubes) == {iris.part(name) for name in ("values", "ranges", "masked")}
    for cube, size in cubes.items():
        assert number(described, rdflib.URIRef(cube), VOID.entities) == size > 0


def test_links_are_counted_by_where_they_lead(samples: Path) -> None:
    described, there = graph(samples), quads(samples)
    links = described.value(None, VOID.linkPredicate, rdflib.SKOS.exactMatch)
    assert links is not None
    assert described.value(links, VOID.objectsTarget) == rdflib.URIRef("http://qudt.org/vocab/unit/")
    matches = {(q.subject, q.object) for q in there if q.predicate.value == PREFIXES["skos"] + "exactMatch"}
    led = [o for _, o in matches if value(o).startswith("http://qudt.org/vocab/unit/")]
    assert number(described, links, VOID.triples) == len(led) > 50


def test_extent_and_examples_are_in_the_data(samples: Path) -> None:
    described, there = graph(samples), quads(samples)
    years = sorted(value(q.object) for q in there if q.predicate.value == TKG.reportYear)
    span = described.value(WHOLE, DCTERMS.temporal)
    assert str(described.value(span, DCAT.startDate)) == f"{years[0]}-01-01"
    assert str(described.value(span, DCAT.endDate)) == f"{years[-1]}-12-31"
    known = {q.subject.value for q in there if isinstance(q.subject, ox.NamedNode)}
    places = {str(place) for place in described.objects(WHOLE, DCTERMS.spatial)}
    assert places and places | {str(node) for node in described.objects(WHOLE, VOID.exampleResource)} <= known
    assert all(re.fullmatch(r".*/place/[0-9]{2}", place) for place in places)


def test_catalogues_and_crawlers_find_what_they_need(samples: Path) -> None:
    described, shapes = graph(samples), rdflib.Graph().parse(SHAPES)
    conforms, _, report = pyshacl.validate(described, shacl_graph=shapes)
    assert conforms, report
    for said in (DCTERMS.license, DCTERMS.title, DCAT.mediaType, VOID.triples, SH.select):
        fewer = rdflib.Graph() + described
        fewer.remove((None, said, None))
        assert not pyshacl.validate(fewer, shacl_graph=shapes)[0], said


def test_only_terms_that_exist_are_used(samples: Path) -> None:
    known: dict[str, Iterable[object]] = {
        str(space): space
        for space in (DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SH, VOID)  # each of them closed
    }
    described = graph(samples)
    terms = {*described.predicates(), *described.objects(None, RDF.type)}
    checked = [(term, space) for term in map(str, terms) for space in known if term.startswith(space)]
    assert len(checked) > 50
    assert [term for term, space in checked if rdflib.URIRef(term) not in known[space]] == [str(VERSION)]
    assert not any(isinstance(node, rdflib.BNode) for triple in described for node in triple), "they cannot be compared"


def test_every_packaged_query_is_an_example_that_others_can_run(samples: Path) -> None:
    described = graph(samples)
    texts = {str(node).rpartition("/")[2]: str(text) for p in (SH.select, SH.construct) for node, text in described[:p]}
    assert set(texts) == {name for name in queries.names() if "/" not in name} and len(texts) > 35
    for name, text in texts.items():
        assert prepareQuery(text).algebra and text == queries.load(name).text
    declared = {str(prefix): str(described.value(node, SH.namespace)) for node, prefix in described[: SH.prefix]}
    assert declared == PREFIXES


def test_the_cubes_are_well_formed(samples: Path) -> None:
    """The W3C's integrity constraints, on observations of every cube; that each finds its fault is in tests/queries."""
    constraints = [name for name in queries.names("checks") if name.startswith("checks/ic-")]
    assert len(constraints) == 21
    with Store.open_for_reading(samples) as opened:
        for name in constraints:
            assert list(opened.query(queries.load(name).text).rows()) == [], name


def test_an_unchanged_build_leaves_it_as_it_is(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = one.with_name("store")
    build([one], store)
    before = lines(store)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build([one], store)
    assert lines(store) == before
    build([one], one.with_name("another"))
    dated = {line for line in lines(one.with_name("another")) if f' <{DCTERMS.modified}> "' not in line}
    assert dated == set(before), "the same input gives the same description, but for the date that was asked for"


def test_a_change_is_described(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = one.with_name("store")
    build([one], store)
    before = graph(store)
    assert before.value(WHOLE, DCTERMS.modified) is None, "no clock is read"
    one.write_text(REPORT.replace("发展党员9名，", ""), "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    build([one], store)
    after = graph(store)
    assert number(after, WHOLE, VOID.triples) == len(quads(store)) < number(before, WHOLE, VOID.triples)
    assert after.value(WHOLE, VERSION) != before.value(WHOLE, VERSION)
    assert str(after.value(WHOLE, DCTERMS.modified)) == "2023-11-14"
    assert len(list(after.objects(WHOLE, VOID.triples))) == 1, "the old description is gone"


def test_a_wrong_date_is_told(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    result = kg("build", one, "--store", one.with_name("store"))
    assert result.exit_code == 2 and "SOURCE_DATE_EPOCH=yesterday is no time" in result.stderr


def kg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def test_a_publisher_has_the_last_word(one: Path) -> None:
    about, store = one.with_name("about.ttl"), one.with_name("store")
    about.write_text(
        """@prefix dcterms: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
        @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        <dataset> dcterms:title "青柳湾镇数据"@zh ; dcterms:publisher <town> .
        <town> a foaf:Agent ; foaf:name "青柳湾镇人民政府" .
        <dataset#turtle> dcat:downloadURL <graph.ttl> .""",
        "utf-8",
    )
    assert kg("build", one, "--store", store, "--base", BASE, "--about", about).exit_code == 0
    described, whole = graph(store, BASE), rdflib.URIRef(f"{BASE}dataset")
    assert [str(title) for title in described.objects(whole, DCTERMS.title)] == ["青柳湾镇数据"]
    assert len(list(described.objects(whole, DCTERMS.description))) == 2, "what is not replaced stays"
    assert described.value(whole, DCTERMS.publisher) == rdflib.URIRef(f"{BASE}town")
    ours = {s for s in described.subjects() if str(s).startswith(iris.SCHEMES)}
    assert all("/dataset" not in str(node) and "/graph/" not in str(node) for node in ours)
    page = json.loads(kg("describe", "--store", store, "--format", "schema").stdout)
    assert page["name"] == "青柳湾镇数据" and page["publisher"]["name"] == "青柳湾镇人民政府"
    assert page["distribution"]["contentUrl"] == f"{BASE}graph.ttl"
    assert page["distribution"]["encodingFormat"] == "text/turtle"


def test_a_publisher_who_is_not_understood_is_told_before_anything_is_read(one: Path) -> None:
    about = one.with_name("about.ttl")
    about.write_text("<dataset> dcterms:title", "utf-8")
    refused = kg("build", one, "--store", one.with_name("store"), "--about", about)
    assert refused.exit_code == 2 and "about.ttl" in refused.stderr and not one.with_name("store").exists()


def test_numbers_can_wait(one: Path) -> None:
    store = one.with_name("store")
    assert kg("build", one, "--store", store, "--no-statistics").exit_code == 0
    described = graph(store)
    assert described.value(WHOLE, VOID.triples) is None and described.value(WHOLE, DCTERMS.title)
    assert kg("validate", "--store", store).exit_code == 0, "the cubes are there"
    build([one], store)
    assert number(graph(store), WHOLE, VOID.triples) == len(quads(store))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_search_engines_get_one_tree(samples: Path, language: str) -> None:
    text = kg("describe", "--store", samples, "--format", "schema", "--language", language).stdout
    page = json.loads(text)
    assert (page["@context"], page["@type"], page["@id"]) == (
        str(SDO).replace("http:", "https:"),
        "Dataset",
        str(WHOLE),
    )
    assert isinstance(page["name"], str) and ("图谱" in page["name"]) is (language == "zh")
    assert 50 <= len(page["description"]) <= 5000, "what Google's guidelines ask for"
    assert page["spatialCoverage"] == {"@id": iris.BASE + "place/43", "@type": "AdministrativeArea", "name": "湖南省"}
    assert page["license"].startswith("https://creativecommons.org/") and "distribution" not in page
    assert re.fullmatch(r"\d{4}-01-01/\d{4}-12-31", page["temporalCoverage"]) and len(page["variableMeasured"]) > 5
    local = json.dumps(page | {"@context": {"@vocab": page["@context"]}})  # its own context is on the network
    read = rdflib.Dataset(default_union=True)
    read.parse(data=local, format="json-ld")
    schema = {str(term) for term in read.predicates() if term != RDF.type}
    known = {str(term).replace("http:", "https:") for term in dir(SDO)}
    assert schema <= known and (WHOLE, RDF.type, rdflib.URIRef("https://schema.org/Dataset")) in read


def test_the_description_is_shown_as_it_is(samples: Path) -> None:
    shown = rdflib.Graph().parse(data=kg("describe", "--store", samples).stdout, format="turtle")
    assert set(shown) == set(graph(samples))


def test_a_store_without_a_description_says_so(tmp_path: Path) -> None:
    Store.open_for_writing(tmp_path / "store").close()
    for format_ in ("turtle", "schema"):
        result = kg("describe", "--store", tmp_path / "store", "--format", format_)
        assert result.exit_code == 2 and "does not describe itself; build it again" in result.stderr


@pytest.mark.parametrize("format_", [*DATASETS, *TRIPLES])
def test_every_export_carries_it(samples: Path, tmp_path: Path, format_: str) -> None:
    with Store.open_for_reading(samples) as opened:
        export(opened, format_, tmp_path / "out")
    names = {"jsonld": "JSON_LD", "nquads": "N_QUADS", "ntriples": "N_TRIPLES", "rdfxml": "RDF_XML"}
    read = ox.parse(path=tmp_path / "out", format=getattr(ox.RdfFormat, names.get(format_, format_.upper())))
    wanted = ox.NamedNode(iris.graph("dataset")) if format_ in DATASETS else ox.DefaultGraph()
    found = {f"{q.subject} {q.predicate} {q.object} ." for q in read if q.graph_name == wanted}
    assert found >= set(lines(samples)) and (format_ in TRIPLES or len(found) == len(lines(samples)))


DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```\w+\n.*?^```", re.DOTALL | re.MULTILINE)


def test_both_pages_say_the_same() -> None:
    english, chinese = ((DOCS / name).read_text("utf-8") for name in ("statistics.md", "statistics.zh.md"))
    for part in (BLOCK, re.compile(r"queries/checks/ic-[\w-]+\.rq")):
        assert part.findall(english) == part.findall(chinese) and len(part.findall(english)) >= 5
    named = {Path(path).stem for path in re.findall(r"queries/checks/ic-[\w-]+\.rq", english)}
    assert {f"checks/{name}" for name in named} == {name for name in queries.names("checks") if "/ic-" in name}


def test_the_page_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands answer something, and its publisher is understood."""
    blocks = BLOCK.findall((DOCS / "statistics.md").read_text("utf-8"))
    commands = sorted(
        (line for b in blocks if b.startswith("```sh\n") for line in b.splitlines()[1:-1]), key=_builds_first
    )
    assert len(commands) == 9
    monkeypatch.chdir(tmp_path)
    for command in commands:
        said, _, call = command.rpartition("' | ")
        arguments = shlex.split(call or command)[1:]
        done = CliRunner().invoke(main, arguments, input=said.removeprefix("echo '"), catch_exceptions=False)
        assert done.exit_code == 0 and ("validate" in command or len(done.stdout.splitlines()) > 1), command
    (turtle,) = (block for block in blocks if block.startswith("```turtle\n"))
    (tmp_path / "publisher.ttl").write_text(turtle.removeprefix("```turtle\n").removesuffix("```"), "utf-8")
    assert kg("build", "--samples", "--store", "store", "--about", "publisher.ttl").exit_code == 0
    page = json.loads(kg("describe", "--store", "store", "--format", "schema").stdout)
    assert page["publisher"]["name"] == "示例县档案馆" and page["distribution"]["name"] == "Turtle"


def _builds_first(command: str) -> bool:
    return "kg build" not in command


ODD = f"""@prefix tkg: <{TKG.Place[:-5]}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix qb: <{QB}> .
_:b a tkg:Strategy, [] ; <urn:said:so> 1 ; owl:sameAs <urn:isbn:1> ; qb:dataSet [] .
<http://x/r> a <urn:kind> ; tkg:reportYear "about 2020", "-0044"^^xsd:gYear, "2019Z"^^xsd:gYear ;
  tkg:about [ a tkg:Place ; tkg:level tkg:province ] .
"""


def test_a_store_with_loaded_data_of_any_kind_can_be_described(one: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.ttl").write_text(ODD, "utf-8")
    store = tmp_path / "store"
    assert kg("load", tmp_path / "odd.ttl", "--graph", "http://x/g", "--store", store, "--quiet").exit_code == 0
    build([one], store)
    described = graph(store)
    assert [str(day) for day in described.objects(None, DCAT.startDate)] == ["2019-01-01"]
    spaces = {str(space) for space in described.objects(WHOLE, VOID.vocabulary)}
    assert {"urn:said:", "urn:"} <= spaces and "" not in spaces
    assert rdflib.URIRef("urn:isbn:") in set(described.objects(None, VOID.objectsTarget))
    assert not any(isinstance(node, rdflib.BNode) for triple in described for node in triple)
