"""GeoJSON of views: RFC 7946, and what stands on the map."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg import resources
from kg.cli import main
from kg.errors import ExportError
from kg.export import geojson
from kg.export.selection import Selection
from kg.graph.queries import Query
from kg.graph.store import Store

TRIG = """
@base <https://w3id.org/township-kg/> .
@prefix tkg: <https://w3id.org/township-kg/ontology#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix schema: <https://schema.org/> .
GRAPH <graph/places> {
<place/990101> a tkg:Place ; schema:name "云岭县" ; tkg:level tkg:county ; geo:hasGeometry <place/990101#point> .
<place/990101#point> a geo:Geometry ; geo:asWKT "POINT(110.5 27.9)"^^geo:wktLiteral ;
  tkg:pointBasis tkg:middleOfTownships .
<place/990101/青溪镇> a tkg:Place ; schema:name "青溪镇" ; tkg:level tkg:township ; tkg:statisticalCode "990101100" ;
  schema:containedInPlace <place/990101> ; geo:hasGeometry <place/990101/青溪镇#point> .
<place/990101/青溪镇#point> a geo:Geometry ; geo:asWKT "POINT(110.61234 28.0)"^^geo:wktLiteral ;
  tkg:pointBasis tkg:populatedPlace .
<place/990101/白水乡> a tkg:Place ; schema:name "白水乡" ; tkg:level tkg:township ;
  schema:containedInPlace <place/990101> .
<place/unlisted/x/某镇> a tkg:Place ; schema:name "某镇" ; schema:containedInPlace <place/unlisted/x/某镇> .
}
"""
HEAD = """PREFIX tkg: <https://w3id.org/township-kg/ontology#>
PREFIX schema: <https://schema.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
CONSTRUCT { ?p a tkg:Place ; schema:name ?n ; tkg:level ?l . """
TAIL = " } WHERE { ?p a tkg:Place ; schema:name ?n . OPTIONAL { ?p tkg:level ?l } }"
EDGES = """<urn:i> a tkg:Indicator ; skos:prefLabel "硬化道路里程"@zh .
  [] a rdf:Statement ; rdf:subject ?p ; rdf:predicate tkg:measuredBy ; rdf:object <urn:i> ; tkg:year "2021"^^xsd:gYear ;
     schema:value 12.5 ; tkg:unitText "公里" ; tkg:status tkg:achieved .
  [] a rdf:Statement ; rdf:subject ?p ; rdf:predicate tkg:measuredBy ; rdf:object <urn:i> ; tkg:year "2022"^^xsd:gYear ;
     tkg:lower 3 ; tkg:upper 5 ; tkg:unitText "公里" ; tkg:status tkg:planned .
  <urn:h> a tkg:Programme ; skos:prefLabel "河长制"@zh . ?p tkg:implements <urn:h> ."""
LINES = """
  <https://w3id.org/township-kg/place/990101/青溪镇> tkg:similarTo <https://w3id.org/township-kg/place/990101> .
  <https://w3id.org/township-kg/place/990101/白水乡> tkg:similarTo <https://w3id.org/township-kg/place/990101> ."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    quads = ox.serialize(ox.parse(TRIG, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    with Store.open_for_writing(tmp_path / "store") as opened:
        assert quads is not None
        opened.add(quads.decode())
        yield opened


def written(store: Store, said: str) -> dict[str, Any]:
    out = io.BytesIO()
    geojson.export(store, "geojson", out, query=Query("mine", HEAD + said + TAIL))
    made: dict[str, Any] = json.loads(out.getvalue())
    return made


def by_name(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {feature["properties"]["name"]: feature for feature in made["features"]}


def test_a_place_is_a_feature_with_its_point_and_what_the_view_says(store: Store) -> None:
    made = written(store, EDGES)
    assert made["type"] == "FeatureCollection" and "crs" not in made
    town = by_name(made)["青溪镇"]
    assert town["type"] == "Feature" and town["id"] == "https://w3id.org/township-kg/place/990101/青溪镇"
    assert town["geometry"] == {"type": "Point", "coordinates": [110.61234, 28.0]}, "longitude first"
    properties = town["properties"]
    assert properties["硬化道路里程（公里，2021）"] == 12.5
    assert properties["硬化道路里程（公里，2022，计划，下限）"] == 3
    assert properties["硬化道路里程（公里，2022，计划，上限）"] == 5
    assert properties["河长制"] == 1 and properties["implements"] == 1 and properties["measuredBy"] == 2
    assert properties["point_of"] == "青溪镇" and properties["point_basis"] == "populatedPlace"
    assert properties["level"] == "township"


def test_a_place_without_a_point_stands_at_what_it_lies_in_and_says_so(store: Store) -> None:
    found = by_name(written(store, EDGES))
    assert found["白水乡"]["geometry"]["coordinates"] == [110.5, 27.9]
    assert found["白水乡"]["properties"]["point_of"] == "云岭县"
    assert found["某镇"]["geometry"] is None and "point_of" not in found["某镇"]["properties"], "in a circle"


def test_places_that_are_tied_and_stand_apart_are_joined(store: Store) -> None:
    lines = [f for f in written(store, LINES)["features"] if f["geometry"] and f["geometry"]["type"] == "LineString"]
    (line,) = lines
    assert line["geometry"]["coordinates"] == [[110.61234, 28.0], [110.5, 27.9]]
    assert line["properties"]["relation"] == "similarTo" and line["properties"]["name"] == "青溪镇 – 云岭县"


def test_what_cannot_be_written_is_said(store: Store) -> None:
    with pytest.raises(ExportError, match="no map format"):
        geojson.export(store, "svg", io.BytesIO())
    with pytest.raises(ExportError, match="shows no places"):
        geojson.export(store, "geojson", io.BytesIO(), view="strategy-cascade")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two invented reports of real townships."""
    folder = tmp_path_factory.mktemp("reports")
    for name, number in (("均坪镇", 12), ("观音阁镇", 22)):
        (folder / f"{name}.txt").write_text(
            f"溆浦县{name}人民政府2021年工作报告\n2021年，在溆浦县委、县政府坚强领导下，{name}硬化道路{number}公里，"
            f"农村居民人均可支配收入达到16850元。实施厕所革命，改厕120户。推行河长制。\n2022年，计划硬化道路8公里。\n",
            "utf-8",
        )
    ran = CliRunner().invoke(main, ["build", str(folder), "--store", str(folder / "store")], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return folder / "store"


@pytest.mark.parametrize("view", ["programme-network", "place-indicators", "place-similarity"])
def test_every_view_with_places_opens_in_gdal(built: Path, tmp_path: Path, view: str) -> None:
    out = tmp_path / f"{view}.geojson"
    ran = CliRunner().invoke(
        main, ["export", "--store", str(built), "--format", "geojson", "--view", view, "-o", str(out)]
    )
    assert ran.exit_code == 0, ran.output
    made = json.loads(out.read_text("utf-8"))
    for feature in made["features"]:
        spots = feature["geometry"]["coordinates"]
        for lon, lat in [spots] if feature["geometry"]["type"] == "Point" else spots:
            assert 110 < lon < 111 and 27 < lat < 29
    if shutil.which("ogrinfo"):
        told = subprocess.run(["ogrinfo", "-al", "-so", str(out)], capture_output=True, text=True, check=True).stdout
        assert f"Feature Count: {len(made['features'])}" in told and 'ID["EPSG",4326]' in told


def test_a_selection_selects(built: Path, tmp_path: Path) -> None:
    with Store.open_for_reading(built) as opened:
        out = tmp_path / "one.geojson"
        geojson.export(opened, "geojson", out, selection=Selection(places=("均坪镇",)))
        assert [f["properties"]["name"] for f in json.loads(out.read_text("utf-8"))["features"]] == ["均坪镇"]


def test_the_points_query_is_packaged() -> None:
    assert resources.queries("place-points.rq").is_file()
