"""Maps of the explorer say which places have no point of their own; the start page has each place and year once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from selectolax.lexbor import LexborHTMLParser

from kg.graph.store import Store
from tests.serving import Server

READY = 30  # seconds until the index is to be there
# 松岭县 has a point, as has 青石镇 in it; 柳河乡 and 白水镇 have none; 云台乡 lies in nothing. One report is a copy.
DATA = """
@base <https://w3id.org/township-kg/> .
@prefix tkg: <https://w3id.org/township-kg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix schema: <https://schema.org/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .

GRAPH <graph/places> {
  <place/990101> a tkg:Place ; schema:name "松岭县" ; tkg:level tkg:county ; geo:hasGeometry <place/990101#point> .
  <place/990101#point> geo:asWKT "POINT(110.2 27.2)"^^geo:wktLiteral .
  <place/990101/青石镇> a tkg:Place ; schema:name "青石镇" ; tkg:level tkg:township ;
    schema:containedInPlace <place/990101> ; geo:hasGeometry <place/990101/青石镇#point> .
  <place/990101/青石镇#point> geo:asWKT "POINT(110.5 27.9)"^^geo:wktLiteral .
  <place/990101/柳河乡> a tkg:Place ; schema:name "柳河乡" ; tkg:level tkg:township ;
    schema:containedInPlace <place/990101> .
  <place/990101/白水镇> a tkg:Place ; schema:name "白水镇" ; tkg:level tkg:township ;
    schema:containedInPlace <place/990101> .
  <place/990102/云台乡> a tkg:Place ; schema:name "云台乡" ; tkg:level tkg:township .
}
GRAPH <graph/programmes> { <programme/植树> a tkg:Programme ; skos:prefLabel "植树"@zh . }
"""
REPORT = """
GRAPH <report/{name}.txt> {{
  <report/{name}.txt> a tkg:Report ; tkg:sourceName "{name}.txt" ; tkg:about <place/{place}> ;
    tkg:contentHash "{name}" ; tkg:reportYear "2021"^^xsd:gYear .
  <place/{place}> tkg:implements <programme/植树> .
  <report/{name}.txt#does> a tkg:Implementation ; tkg:inReport <report/{name}.txt> ; tkg:place <place/{place}> ;
    tkg:programme <programme/植树> ; tkg:year "2021"^^xsd:gYear ; tkg:status tkg:implemented ;
    prov:wasDerivedFrom <report/{name}.txt#char=1,3> .
}}
"""
REPORTS = {
    "a": "990101/青石镇",
    "a-copy": "990101/青石镇",
    "b": "990101/柳河乡",
    "c": "990101/白水镇",
    "d": "990102/云台乡",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("maps") / "store"
    text = DATA + "".join(REPORT.format(name=name, place=place) for name, place in REPORTS.items())
    quads = ox.serialize(ox.parse(text, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    assert quads
    with Store.open_for_writing(path) as store:
        store.add(quads.decode())
    with Server(path, "--quiet") as running:
        yield running


def page(server: Server, address: str, language: str = "zh") -> LexborHTMLParser:
    answer = server.get(f"{address}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def start(server: Server) -> LexborHTMLParser:
    """The start page, when the index has been made."""
    end = time.monotonic() + READY
    while (tree := page(server, "/")).css_first("ul.hits") is None:
        assert time.monotonic() < end, "there is no index"
        time.sleep(0.2)
    return tree


def marks(tree: LexborHTMLParser) -> list[tuple[str, bool, float]]:
    script = tree.css_first("figure.map script")
    assert script is not None
    return [(one["label"], one["around"], one["value"]) for one in json.loads(script.text())["points"]]


def note(tree: LexborHTMLParser) -> str:
    found = tree.css_first("figure.map + .note")
    assert found is not None
    return found.text()


def test_places_without_a_point_are_somewhere_in_what_they_lie_in_and_counted(server: Server) -> None:
    tree = page(server, "/programme/植树")
    assert marks(tree) == [("青石镇", False, 1), ("松岭县某处：柳河乡、白水镇", True, 2)]
    assert note(tree).startswith("4 个地方中，1 个按自己的点位") and "2 个没有开放数据" in note(tree)
    assert "1 个没有任何点位" in note(tree)
    assert "At their own points: 1 of 4 places." in note(page(server, "/programme/植树", "en"))


def test_the_start_page_says_so_too(server: Server) -> None:
    tree = start(server)
    assert set(marks(tree)) == {("青石镇", False, 2), ("松岭县某处：柳河乡、白水镇", True, 2)}
    assert "4 个地方中" in note(tree)


def test_each_place_and_year_is_new_once(server: Server) -> None:
    found = [one.text().split()[0] for one in start(server).css("ul.hits li")]
    assert sorted(found) == [
        "云台乡2021年工作报告",
        "柳河乡2021年工作报告",
        "白水镇2021年工作报告",
        "青石镇2021年工作报告",
    ]


def test_a_place_with_nothing_around_it_shows_its_codes_alone(server: Server) -> None:
    alone, other = (
        page(server, f"/place/{place}").css_first("#around") for place in ("990102/云台乡", "990101/青石镇")
    )
    assert alone and other
    assert [one.text() for one in alone.css("h2, h3")] == ["代码与链接"] and len(alone.css(".columns > section")) == 1
    assert [one.text() for one in other.css("h2")] == ["位置与周边"] and other.css_first("figure.map")
