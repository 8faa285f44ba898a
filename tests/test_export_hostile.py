"""Exports of texts that would be markup, formulas or scripts if a reader believed them: each format keeps them text."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import rdflib
from click.testing import CliRunner
from lxml import etree
from playwright.sync_api import sync_playwright

from kg.cli import main
from kg.graph import iris
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG, XSD
from kg.graph.store import Store
from tests import hostile
from tests.browsing import CHROMIUM, FLAGS

TRAP = "</text></script><script>window.trapped=1</script><img src=x onerror=window.trapped=1>]]>&lt;'\"\\N\\"
DRAWN = {
    "svg",
    "g",
    "a",
    "title",
    "desc",
    "style",
    "rect",
    "path",
    "polygon",
    "ellipse",
    "text",
    "line",
    "circle",
    "tspan",
}
A = f"{iris.BASE}report/a"
TRIPLES = [
    f"<{A}> <{RDF.type}> <{TKG.Report}> .",
    f'<{A}> <{TKG.reportYear}> "2021"^^<{XSD.gYear}> .',
    f"<x:place> <{RDF.type}> <{TKG.Place}> .",
    f"<x:place> <{SCHEMA.name}> {json.dumps('镇' + TRAP)} .",
    f"<x:place> <{TKG.implements}> <x:programme> .",
    f"<x:programme> <{RDF.type}> <{TKG.Programme}> .",
    f"<x:programme> <{SKOS.prefLabel}> {json.dumps('工程' + TRAP)}@zh .",
]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a place and a programme with names that are traps."""
    path = tmp_path_factory.mktemp("named") / "store"
    with Store.open_for_writing(path) as opened:
        opened.load_schema()
        opened.put(A, TRIPLES)
    return path


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a hostile report as the pipeline reads it."""
    return hostile.store(tmp_path_factory.mktemp("read") / "store", hostile=hostile.REPORT)


def exported(store: Path, format: str, folder: Path, *options: str) -> Path:
    """What `kg export` writes."""
    out = folder / f"out.{format}"
    done = CliRunner().invoke(main, ["export", "--store", str(store), "--format", format, "-o", str(out), *options])
    assert done.exit_code == 0, done.output
    return out


def labels(path: Path, format: str) -> Iterator[str]:
    """All texts that a program of that format reads."""
    if format in ("gexf", "graphml"):
        for element in etree.parse(path).iter():
            yield from (element.text or "", *map(str, element.attrib.values()))
    elif format in ("cytoscape", "nodelink"):
        yield from texts(json.loads(path.read_text("utf-8")))
    elif format == "neo4j":
        for table in path.glob("*.csv"):
            with table.open(encoding="utf-8", newline="") as file:
                yield from (cell for row in csv.reader(file) for cell in row)


def texts(value: object) -> Iterator[str]:
    """All strings in what JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))


@pytest.mark.parametrize("format", ["gexf", "graphml", "cytoscape", "nodelink", "neo4j"])
def test_a_name_comes_back_as_it_was(named: Path, tmp_path: Path, format: str) -> None:
    found = set(labels(exported(named, format, tmp_path), format))
    assert {f"镇{TRAP}", f"工程{TRAP}"} <= found


def test_graphviz_draws_a_name_as_text(named: Path, tmp_path: Path) -> None:
    path = exported(named, "dot", tmp_path)
    drawn = subprocess.run(["dot", "-Tsvg", str(path)], check=True, capture_output=True).stdout
    check_svg(drawn)
    assert "<script>window.trapped=1</script>" in words(drawn)


def test_our_picture_draws_a_name_as_text(named: Path, tmp_path: Path) -> None:
    content = exported(named, "svg", tmp_path).read_bytes()
    check_svg(content)
    assert "</text></script>" in words(content)


def words(svg: bytes) -> str:
    """All text of a picture."""
    return "".join(map(str, etree.fromstring(svg).itertext()))


def check_svg(content: bytes) -> None:
    """No element or attribute that runs or loads anything, no link but to what is of the graph."""
    for element in etree.fromstring(content).iter(etree.Element):
        assert etree.QName(element).localname in DRAWN
        assert not [key for key in element.attrib if str(key).lower().startswith("on")]
        links = [str(value) for key, value in element.attrib.items() if str(key).endswith("href")]
        assert all(link.startswith(("x:", "https:")) for link in links), links


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("format", ["html", "svg"])
def test_a_browser_runs_nothing_of_it(named: Path, tmp_path: Path, format: str) -> None:
    path = exported(named, format, tmp_path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.trapped") is None
        assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [path.as_uri()]
        browser.close()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of rdflib's own parsers
@pytest.mark.parametrize("format", ["trig", "turtle", "jsonld"])
def test_the_text_of_a_report_comes_back_as_it_was(read: Path, tmp_path: Path, format: str) -> None:
    path = exported(read, format, tmp_path, "--report", "hostile.txt")
    graph = rdflib.Dataset(default_union=True).parse(path, format="json-ld" if format == "jsonld" else format)
    (text,) = map(str, graph.objects(None, rdflib.URIRef(SCHEMA.text)))
    assert "<script>alert(3)</script>" in text and "&lt;script&gt;" in text and "\u202e反转" in text


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of rdflib's own parsers
@pytest.mark.parametrize("format", ["rdfxml", "ntriples", "nquads"])
def test_a_name_in_rdf_comes_back_as_it_was(named: Path, tmp_path: Path, format: str) -> None:
    path = exported(named, format, tmp_path, "--view", "programme-network")
    graph = rdflib.Dataset(default_union=True).parse(
        path, format={"rdfxml": "xml", "ntriples": "nt"}.get(format, format)
    )
    assert {f"镇{TRAP}", f"工程{TRAP}"} <= {str(literal) for literal in graph.objects()}


def test_a_workbook_links_to_no_script_and_runs_nothing(read: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read, "xlsx", tmp_path))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert any("<script>" in str(cell.value) for cell in cells)
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert all(re.fullmatch(r"""=HYPERLINK\("#'evidence'!C\d+","原文 ↗"\)""", formula) for formula in formulas), (
        formulas
    )
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert all(link.startswith("https://") for link in links), links
