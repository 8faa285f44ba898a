"""Exports: read back by others they are the same graph, and a file is written whole or not at all."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner

from kg.cli import main
from kg.errors import ExportError
from kg.export import network, rdf, writing
from kg.graph import iris
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG
from kg.graph.store import Store

PLACE = f"{iris.BASE}place/990101/青溪镇"
RIVER = f"{iris.SCHEMES}programme/河长制"
GREEN = f"{iris.SCHEMES}strategy/生态文明建设"
TRIPLES = {
    "报告/a.txt": [
        f"<{PLACE}> <{TKG.implements}> <{RIVER}> .",
        f'<{PLACE}> <{SCHEMA.name}> "青溪镇" .',
        f'<x:o> <{TKG.quote}> "引文\\n“x” \\\\ & < >" .',
    ],
    "报告/b.txt": [
        f"<{PLACE}> <{TKG.implements}> <{RIVER}> .",
        f"<{RIVER}> <{RDF.type}> <{TKG.Programme}> .",
        f'<{RIVER}> <{SKOS.prefLabel}> "河长制"@zh .',
        f'<{RIVER}> <{SKOS.prefLabel}> "River chief system"@en .',
        f"<{RIVER}> <{TKG.servesStrategy}> <{GREEN}> .",
        f"<{GREEN}> <{RDF.type}> <{TKG.Strategy}> .",
        f'<{GREEN}> <{SKOS.prefLabel}> "生态文明建设"@zh .',
    ],
}
QUADS = sum(map(len, TRIPLES.values()))
DISTINCT = len({triple for triples in TRIPLES.values() for triple in triples})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("export") / "store") as opened:
        for key, triples in TRIPLES.items():
            opened.put(iris.report(key), triples)
        yield opened


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own TriG parser uses it
@pytest.mark.parametrize("format", ["nquads", "trig"])
def test_datasets_keep_their_graphs(store: Store, tmp_path: Path, format: str) -> None:
    rdf.export(store, format, tmp_path / "out")
    dataset = rdflib.Dataset().parse(tmp_path / "out", format=format)
    graphs = {str(quad[3]) for quad in dataset.quads() if quad[3]}
    assert graphs == {iris.report(key) for key in TRIPLES} and sum(1 for _ in dataset.quads()) == QUADS


def test_json_ld_keeps_its_graphs(store: Store, tmp_path: Path) -> None:
    rdf.export(store, "jsonld", tmp_path / "out")
    content = json.loads((tmp_path / "out").read_text("utf-8"))
    graphs = content["@graph"] if isinstance(content, dict) else content
    assert {graph["id"] for graph in graphs if "@graph" in graph} >= {iris.report(key) for key in TRIPLES}


@pytest.mark.parametrize(("format", "name"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml")])
def test_graphs_are_the_union_each_triple_once(store: Store, format: str, name: str) -> None:
    out = io.BytesIO()
    rdf.export(store, format, out)
    graph = rdflib.Graph().parse(data=out.getvalue(), format=name)
    assert len(graph) == DISTINCT
    assert (rdflib.URIRef("x:o"), rdflib.URIRef(TKG.quote), rdflib.Literal("引文\n“x” \\ & < >")) in graph
    if format == "ntriples":
        assert out.getvalue().count(b"\n") == DISTINCT
    if format == "turtle":
        assert b"@prefix tkg:" in out.getvalue() and b"tkg:implements" in out.getvalue()


def test_unknown_formats_are_refused(store: Store, tmp_path: Path) -> None:
    for module in (rdf, network):
        with pytest.raises(ExportError, match="choose one of"):
            module.export(store, "nope", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.nq"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        _fail(path)
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["out.nq"]


def _fail(path: Path) -> None:
    with writing(path) as file:
        file.write(b"new")
        raise ZeroDivisionError


def test_where_nothing_can_be_written_is_said_in_one_line(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="cannot be written"):
        rdf.export(store, "nquads", tmp_path / "file" / "out.nq")
    with pytest.raises(ExportError, match="Is a directory"):
        rdf.export(store, "nquads", tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("format", ["nquads", "turtle"])
def test_a_full_disk_is_said_in_one_line(store: Store, format: str) -> None:
    with pytest.raises(ExportError, match=r"/dev/full: cannot be written .No space left"):
        rdf.export(store, format, Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


def test_the_network_of_places_programmes_and_strategies(store: Store) -> None:
    graph = network.network(store)
    named = {data["label"]: data for _, data in graph.nodes(data=True)}
    assert set(named) == {"青溪镇", "河长制", "生态文明建设"} and set(graph) == {0, 1, 2}
    assert named["河长制"]["iri"] == RIVER and named["河长制"]["kind"] == "Programme"
    edges = {
        (graph.nodes[a]["label"], data["relation"], graph.nodes[b]["label"]) for a, b, data in graph.edges(data=True)
    }
    assert edges == {("青溪镇", "implements", "河长制"), ("河长制", "servesStrategy", "生态文明建设")}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "gexf", "-o", "x.gexf.gz"), "x.gexf.gz: only RDF is packed; leave .gz off the name"),
        (("--format", "nquads", "--compress", "gz", "-o", "x.nq.zst"), "--compress gz writes no .zst"),
        (("--format", "nquads", "--shards", "2"), "name a folder with -o"),
        (
            ("--format", "gexf", "--view", "place-similarity", "--programme", "河长制"),
            "error: place-similarity cannot be",
        ),
        (("--format", "svg", "--view", "place-similarity"), "error: place-similarity shows nothing"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.put(iris.report("报告/b.txt"), TRIPLES["报告/b.txt"])
    done = CliRunner().invoke(main, ["export", "--store", str(tmp_path / "store"), *options])
    assert done.exit_code == 2 and said in done.stderr and not Path(options[-1]).exists()


def test_a_zip_for_neo4j_may_be_written_in_capitals(store: Store, tmp_path: Path) -> None:
    network.export(store, "neo4j", tmp_path / "x.ZIP")
    assert (tmp_path / "x.ZIP").read_bytes().startswith(b"PK")
