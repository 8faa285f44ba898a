"""GeoJSON (RFC 7946) of a view: its places as points with what the view says of them, for QGIS, geojson.io and maps.

Places that are tied to each other are joined by lines too. Coordinates are longitude and latitude in degrees, WGS84.
A place without a point of its own stands at that of the unit above it, and says so; one without any has no geometry.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import ExportError
from kg.export import views, writing
from kg.export.network import network
from kg.export.selection import EVERYTHING, Selection
from kg.graph import queries
from kg.graph.queries import Query
from kg.graph.store import Store

FORMATS = ("geojson",)
_POINT = re.compile(r"^POINT ?\((-?[\d.]+) (-?[\d.]+)\)$")
_DRAWING = {"iri", "color", "size", "label", "kind", "viz"}  # what is said otherwise, or only of networks
_WORDS = {"planned": "计划", "increase": "增", "decrease": "减"}  # what tells two numbers of one indicator apart
_ENDS = {"lower": "下限", "upper": "上限"}
Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A longitude and latitude in degrees, what they are, and the name of the unit that they are of."""

    lon: float
    lat: float
    basis: str
    of: str


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
    query: Query | None = None,
) -> None:
    """Write the places of a view, or of the user's own `query`, with their points and values.

    ExportError on another format or view, where the view has no places, and where `out` cannot be written.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no map format; choose {FORMATS[0]}")
    chosen = query or views.load(view)
    graph = network(store, chosen, selection)
    spots = points(store)
    features = [*_places(graph, spots), *_lines(graph, spots)]
    if not features:
        raise ExportError(f"{chosen.name} shows no places; choose another view")
    with writing(out) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="\n", write_through=True)
        json.dump({"type": "FeatureCollection", "features": features}, text, ensure_ascii=False, indent=1)
        text.detach()


def points(store: Store) -> dict[str, Spot]:
    """IRI of a place → its point, or that of the nearest unit above it that has one."""
    above: dict[str, str] = {}
    own: dict[str, Spot] = {}
    for row in queries.ask(store, queries.load("place-points"), {}).rows():
        place, name, wkt, basis, parent = ("" if term is None else term.value for term in row)
        above[place] = parent
        if match := _POINT.match(wkt):
            own[place] = Spot(float(match[1]), float(match[2]), basis.rpartition("#")[2], name)
    return {place: own[unit] for place in above if (unit := _nearest(place, above, own))}


def _nearest(place: str, above: dict[str, str], own: dict[str, Spot]) -> str:
    """The place itself or the first unit above it that has a point, "" where none has."""
    seen: set[str] = set()
    while place and place not in own and place not in seen:  # a store may hold a circle
        seen.add(place)
        place = above.get(place, "")
    return place if place in own else ""


def _places(graph: Any, spots: dict[str, Spot]) -> Iterator[Feature]:
    """A point for each place of the network."""
    for node, data in graph.nodes(data=True):
        if data["kind"] == "Place":
            spot = spots.get(data["iri"])
            said = {"name": data["label"], **_located(spot), **_values(graph, node)}
            said |= {name: value for name, value in data.items() if name not in _DRAWING}
            yield _feature(data["iri"], _geometry("Point", spot and [spot.lon, spot.lat]), said)


def _located(spot: Spot | None) -> dict[str, str]:
    return {"point_of": spot.of, "point_basis": spot.basis} if spot else {}


def _values(graph: Any, node: int) -> dict[str, float]:
    """What the edges from a place say: how many there are of each kind, and a number for each that has one."""
    values: dict[str, float] = {}
    edges = [(graph.nodes[end], data) for _, end, data in graph.out_edges(node, data=True)]
    edges = [(end, data) for end, data in edges if end["kind"] != "Place"]
    values.update(Counter(data["relation"] for _, data in edges))
    for end, data in edges:
        for name, value in _numbers(end["label"], data):
            values.setdefault(name, value)
    return values


def _numbers(label: str, data: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers of an edge, each with a name that tells it from others: 道路硬化里程（公里，2021，计划）."""
    if data["relation"] != "measuredBy":
        yield label, data["weight"]
        return
    words = (data.get("unit"), data.get("years"), *(_WORDS.get(data.get(key, "")) for key in ("status", "change")))
    for key in ("value", "lower", "upper"):
        if isinstance(data.get(key), (int, float)):
            yield f"{label}（{'，'.join(str(word) for word in (*words, _ENDS.get(key)) if word)}）", data[key]


def _lines(graph: Any, spots: dict[str, Spot]) -> Iterator[Feature]:
    """A line for each edge between two places that stand apart."""
    for start, end, data in graph.edges(data=True):
        ends = [graph.nodes[start], graph.nodes[end]]
        at = [spot for node in ends if node["kind"] == "Place" and (spot := spots.get(node["iri"]))]
        line = [[spot.lon, spot.lat] for spot in at]
        if len(line) == 2 and line[0] != line[1]:
            said = {"name": f"{ends[0]['label']} – {ends[1]['label']}", **data}
            yield _feature(None, _geometry("LineString", line), said)


def _geometry(kind: str, coordinates: Any) -> dict[str, Any] | None:
    return {"type": kind, "coordinates": coordinates} if coordinates else None


def _feature(iri: str | None, geometry: dict[str, Any] | None, properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", **({"id": iri} if iri else {}), "geometry": geometry, "properties": properties}
