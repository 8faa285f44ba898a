"""Links to other open data: tables that SSSOM's own tool takes, graphs with method, date and confidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from rdflib.namespace import DCTERMS, RDF, SKOS, VOID, XSD

from kg import build, resources
from kg.cli import main
from kg.errors import KgError
from kg.graph import iris
from kg.graph.namespaces import OWL, PAV, SSSOM, TKG, WDT
from kg.graph.store import Store
from kg.link import linksets, mappings, sssom
from kg.link.gazetteer import Gazetteer
from kg.link.sssom import LinkSet
from kg.oxigraph import Triple, parse, statements

SETS = {links.name: links for links in mappings.packaged()}
PREDICATES = {str(SKOS[f"{kind}Match"]) for kind in ("exact", "close", "broad", "narrow", "related")}
HUNAN = f"{iris.BASE}place/43"


REPORT = "县溪镇2021年政府工作报告\n湖南省怀化市通道侗族自治县县溪镇人民政府\n完成改厕650户。全镇总人口2.1万人。\n"


def report(folder: Path, text: str = REPORT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "report.txt").write_text(text, "utf-8")
    return folder / "report.txt"


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked")
    store = folder / "store"
    build.build([resources.data("samples"), report(folder / "reports")], store, jobs=1, any_text=True)
    result = CliRunner().invoke(main, ["link", "--store", str(store)])
    assert result.exit_code == 0, result.output
    return store


def graph_of(store: Path, name: str) -> rdflib.Graph:
    with Store.open_for_reading(store) as opened:
        return rdflib.Graph().parse(data="\n".join(opened.statements(iris.graph(name))), format="nt")


@pytest.mark.parametrize("links", SETS.values(), ids=list(SETS))
def test_a_packaged_table_is_complete_and_of_one_mind(links: LinkSet) -> None:
    assert {"mapping_set_title", "mapping_set_description", "license", "subject_source", "object_source"} <= set(
        links.head
    )
    assert links.head["mapping_set_id"] == iris.graph(f"links/{links.name}")
    assert len({(one.subject, one.target) for one in links.links}) == len(links.links) > 0
    for one in links.links:
        assert one.predicate in PREDICATES and 0 < float(one.confidence) <= 1
        assert one.target.startswith(links.head["object_source"]) and one.subject_label


@pytest.mark.parametrize("links", SETS.values(), ids=list(SETS))
def test_what_is_the_same_is_the_same_as_one_thing_only(links: LinkSet) -> None:
    """skos:exactMatch carries over: two of ours that are one of theirs would be one."""
    same = [one for one in links.links if one.predicate == str(SKOS.exactMatch)]
    assert len({one.subject for one in same}) == len(same)
    assert len({one.target for one in same}) == len(same)


def test_what_is_linked_is_in_the_schemes_or_the_gazetteer() -> None:
    concepts = {s for file in resources.ontology("schemes").glob("*.ttl") for s, _, _ in parse(file)}
    for links in SETS.values():
        for one in links.links:
            if one.subject.startswith(mappings.PLACES):
                place = Gazetteer.load().place(one.subject.removeprefix(mappings.PLACES))
                assert place is not None and iris.place(place) == one.subject and place.name == one.subject_label
            else:
                assert one.subject in concepts, one


def test_provinces_and_prefectures_are_complete_but_for_what_nobody_vouches_for() -> None:
    places = [Gazetteer.load().place(f"{code}") for code in (*range(11, 66), *range(1100, 6600))]
    upper = {iris.place(place) for place in places if place is not None}
    missing = {name: upper - {one.subject for one in SETS[f"places-{name}"].links} for name in ("wikidata", "geonames")}
    municipal = {
        f"{mappings.PLACES}{code}" for code in ("1101", "1201", "3101", "5001")
    }  # the municipalities once more
    assert missing["geonames"] == municipal
    open_ones = ("1522", "1529", "3405", "5134", "5227", "6302", "6322")
    assert missing["wikidata"] == municipal | {f"{mappings.PLACES}{code}" for code in open_ones}


def test_a_table_reads_as_it_was_written(tmp_path: Path) -> None:
    for links in SETS.values():
        sssom.write(links, tmp_path / f"{links.name}{sssom.SUFFIX}")
        again = sssom.read(tmp_path / f"{links.name}{sssom.SUFFIX}")
        assert again == links
        packaged = resources.data(f"links/{links.name}{sssom.SUFFIX}")
        assert (tmp_path / packaged.name).read_bytes() == packaged.read_bytes()
    assert any("%2F" in one.subject for one in SETS["units-qudt"].links)


@pytest.mark.parametrize(
    ("change", "said"),
    [(("skos:exactMatch", "other:exactMatch"), "'other'"), (("mapping_date", "day"), "'mapping_date'")],
)
def test_a_broken_table_is_refused_by_name(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / f"broken{sssom.SUFFIX}"
    path.write_text(resources.data(f"links/areas-cofog{sssom.SUFFIX}").read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(KgError, match=f"broken.*{said}"):
        sssom.read(path)


def test_the_tables_of_places_are_made_again_from_their_source(tmp_path: Path, shared: Path) -> None:
    sources = {"wikidata": "adcode_wikidata_geonames.csv", "geonames": "geonames_adcode.csv"}
    for kind, source in sources.items():
        packaged = resources.data(f"links/places-{kind}{sssom.SUFFIX}")
        (tmp_path / packaged.name).write_bytes(packaged.read_bytes())
        assert linksets.places(kind, shared / "gazetteer" / source, tmp_path) == 0
        assert (tmp_path / packaged.name).read_bytes() == packaged.read_bytes()


def test_a_row_with_another_name_or_an_unknown_code_is_left_out(tmp_path: Path) -> None:
    packaged = resources.data(f"links/places-wikidata{sssom.SUFFIX}")
    (tmp_path / packaged.name).write_bytes(packaged.read_bytes())
    rows = "adcode,name,wikidata\n43,湖南省,Q45761\n4312,怀化,Q1\n9999,某市,Q2\n4313,娄底市,\n"
    (tmp_path / "table.csv").write_text(rows, "utf-8")
    assert linksets.places("wikidata", tmp_path / "table.csv", tmp_path) == 2
    made = {one.subject for one in sssom.read(tmp_path / packaged.name).links}
    assert made == {HUNAN, f"{mappings.PLACES}4503"}  # and what was curated by hand stays


def test_units_are_linked_as_qudt_has_them(tmp_path: Path) -> None:
    for name in ("qudt", "ucum"):
        packaged = resources.data(f"links/units-{name}{sssom.SUFFIX}")
        (tmp_path / packaged.name).write_bytes(packaged.read_bytes())
    matched = {one.target for one in SETS["units-qudt"].links}
    head = "@prefix qudt: <http://qudt.org/schema/qudt/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    units = "".join(f'<{unit}> rdfs:label "x"@en ; qudt:ucumCode "kg/m3", "kg.m-3" .\n' for unit in sorted(matched))
    (tmp_path / "qudt.ttl").write_text(head + units, "utf-8")
    linksets.units(tmp_path / "qudt.ttl", tmp_path)
    assert {one.target for one in sssom.read(tmp_path / f"units-qudt{sssom.SUFFIX}").links} == matched
    assert {one.target_label for one in sssom.read(tmp_path / f"units-ucum{sssom.SUFFIX}").links} == {"kg.m-3"}
    (tmp_path / "qudt.ttl").write_text(f"{head}{units}<{max(matched)}> qudt:deprecated true .", "utf-8")
    with pytest.raises(KgError, match="is no unit of QUDT"):
        linksets.units(tmp_path / "qudt.ttl", tmp_path)


def test_only_what_the_store_speaks_of_is_linked(linked: Path) -> None:
    found = graph_of(linked, "links/places-wikidata")
    with Store.open_for_reading(linked) as opened:
        rows = opened.query(f"SELECT ?place WHERE {{ ?place a <{TKG.Place}> }}").rows()
        there = {place.value for (place,) in rows if place}
    plain = {str(s) for s in found.subjects(SKOS.exactMatch)}
    assert HUNAN in plain and plain == there & {one.subject for one in SETS["places-wikidata"].links}


def test_each_link_says_how_it_was_found_how_sure_it_is_and_when(linked: Path) -> None:
    for name in SETS:
        found = graph_of(linked, f"links/{name}")
        nodes = set(found.subjects(RDF.type, rdflib.URIRef(OWL.Axiom)))
        whole = rdflib.URIRef(iris.graph(f"links/{name}"))
        assert nodes == set(found.objects(whole, rdflib.URIRef(SSSOM.mappings))) and nodes
        for node in nodes:
            ends = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
            subject, predicate, target = (found.value(node, rdflib.URIRef(end)) for end in ends)
            assert (subject, predicate, target) in found
            assert str(found.value(node, rdflib.URIRef(SSSOM.mapping_justification))).startswith(
                "https://w3id.org/semapv/"
            )
            assert 0 < float(found.value(node, rdflib.URIRef(SSSOM.confidence))) <= 1  # type: ignore[arg-type]
            day = found.value(node, rdflib.URIRef(PAV.authoredOn))
            assert isinstance(day, rdflib.Literal) and day.datatype == XSD.date


def test_the_description_has_each_set_of_links_and_its_kinds(linked: Path) -> None:
    described = graph_of(linked, "dataset")
    with Store.open_for_reading(linked) as opened:
        held = mappings.held(opened)
    assert set(held) == set(SETS)
    for name, one in held.items():
        part = rdflib.URIRef(iris.part(f"links/{name}"))
        assert described.value(part, DCTERMS.license) and described.value(part, DCTERMS.title)
        kinds = {
            str(described.value(links, VOID.linkPredicate)): int(str(described.value(links, VOID.triples)))
            for links in described.objects(part, VOID.subset)
            if (links, VOID.subjectsTarget, rdflib.URIRef(iris.dataset())) in described
            and described.value(links, VOID.objectsTarget)
        }
        assert kinds == one.sizes
    led = described.subjects(VOID.objectsTarget, rdflib.URIRef("https://sws.geonames.org/"))
    assert len(set(led)) == 2  # of the set, and of all links that lead there


def test_links_are_counted_by_set_and_kind(linked: Path) -> None:
    result = CliRunner().invoke(main, ["stats", "--store", str(linked), "--format", "json"])
    links = json.loads(result.output)["links"]
    assert links["areas-cofog exactMatch"] == 2 and links["indicators-sdg closeMatch"] > 5
    shown = CliRunner().invoke(main, ["stats", "--store", str(linked)]).output.splitlines()
    assert next(line for line in shown if line.startswith("areas-cofog exactMatch")).split()[-1] == "2"


def test_townships_have_keys_and_no_invented_item(linked: Path) -> None:
    found = graph_of(linked, "keys")
    keys = {str(place): str(key) for place, key in found.subject_objects(rdflib.URIRef(WDT.P442))}
    assert keys[HUNAN] == "43"
    townships = {place: key for place, key in keys.items() if len(key) == 12}
    assert townships and not set(townships) & {one.subject for one in SETS["places-wikidata"].links}


def test_linking_again_changes_nothing_and_new_places_are_linked(tmp_path: Path) -> None:
    store = tmp_path / "store"
    run = CliRunner().invoke
    build.build([resources.data("samples")], store, jobs=1, any_text=True)
    assert run(main, ["link", "--store", str(store), "--quiet"]).output == ""
    before = content(store)
    assert run(main, ["link", "--store", str(store)]).exit_code == 0 and content(store) == before
    build.build([report(tmp_path / "reports")], store, jobs=1, any_text=True)
    assert not graph_of(store, "links/places-wikidata")
    run(main, ["link", "--store", str(store)])
    assert graph_of(store, "links/places-wikidata").value(rdflib.URIRef(HUNAN), SKOS.exactMatch)


def content(store: Path) -> list[str]:
    with Store.open_for_reading(store) as opened:
        return sorted(f"{graph} {line}" for graph in opened.graphs() for line in opened.statements(graph))


def test_places_are_linked_under_the_stores_own_base(tmp_path: Path) -> None:
    base = "https://data.example.org/"
    build.build([report(tmp_path / "reports")], tmp_path / "store", jobs=1, base=base, any_text=True)
    assert CliRunner().invoke(main, ["link", "--store", str(tmp_path / "store"), "--base", base]).exit_code == 0
    with Store.open_for_reading(tmp_path / "store", base=base) as opened:
        assert opened.has(
            f"<{base}place/43> <{SKOS.exactMatch}> <http://www.wikidata.org/entity/Q45761> .",
            iris.graph("links/places-wikidata", base),
        )


def test_links_are_exported_and_loaded_whole(linked: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert (
        run(main, ["export", "--store", str(linked), "--format", "nquads", "-o", str(tmp_path / "a.nq")]).exit_code == 0
    )
    assert run(main, ["load", str(tmp_path / "a.nq"), "--store", str(tmp_path / "copy")]).exit_code == 0
    with (tmp_path / "a.nq").open("rb") as source:
        graphs = {graph for _, _, graph in statements(source, "nquads")}
    assert {iris.graph(f"links/{name}") for name in SETS} <= graphs
    with Store.open_for_reading(tmp_path / "copy") as copy, Store.open_for_reading(linked) as old:
        assert mappings.held(copy) == mappings.held(old)


def test_no_triple_is_written_twice() -> None:
    made: list[Triple] = list(mappings.triples(SETS["areas-cofog"], SETS["areas-cofog"].links, iris.BASE))
    assert len(made) == len(set(made))
