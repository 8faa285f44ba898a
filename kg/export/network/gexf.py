"""GEXF for Gephi: colours, sizes and places of nodes, and when nodes and edges exist, for the timeline.

Written as it goes, because networkx's writer knows neither sizes nor years and holds the whole document in memory. The
version is 1.2draft, which Gephi, Gephi Lite, graphology and networkx all read (https://gexf.net/schema.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from lxml import etree

from kg.export.network.layout import positions
from kg.export.network.looks import palette

GEXF = "http://www.gexf.net/1.2draft"
VIZ = "http://www.gexf.net/1.2draft/viz"

_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}
_ELSEWHERE = {"label", "color", "size", "weight"}  # said by elements and attributes of their own


def write(graph: Any, out: IO[bytes]) -> None:
    """Write a network (as kg.export.network makes it)."""
    placed = positions(graph)
    timed = any("years" in data for _, data in graph.nodes(data=True))
    mode = {"mode": "dynamic", "timeformat": "date"} if timed else {"mode": "static"}
    nodes, edges = _columns(graph.nodes(data=True)), _columns((a, data) for a, _, data in graph.edges(data=True))
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        root = file.element("gexf", nsmap={None: GEXF, "viz": VIZ}, version="1.2")
        with root, file.element("graph", defaultedgetype="directed", **mode):
            for name, columns in (("node", nodes), ("edge", edges)):
                file.write(_described(name, columns), pretty_print=True)
            with file.element("nodes"):
                for node, data in graph.nodes(data=True):
                    file.write(_node(node, data, nodes, placed[node]), pretty_print=True)
            with file.element("edges"):
                for number, (a, b, data) in enumerate(graph.edges(data=True)):
                    file.write(_edge(number, a, b, data, edges), pretty_print=True)


def _columns(described: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, str]:
    """The attributes and their types, in the order of their names."""
    found = {name: _TYPES[type(value)] for _, data in described for name, value in data.items()}
    return {name: found[name] for name in sorted(found.keys() - _ELSEWHERE)}


def _described(name: str, columns: Mapping[str, str]) -> etree._Element:
    element = etree.Element("attributes", {"class": name, "mode": "static"})
    for number, (title, kind) in enumerate(columns.items()):
        etree.SubElement(element, "attribute", id=str(number), title=title, type=kind)
    return element


def _node(node: int, data: Mapping[str, Any], columns: Mapping[str, str], at: tuple[float, float]) -> etree._Element:
    element = etree.Element("node", id=str(node), label=data["label"], nsmap={"viz": VIZ})
    _values(element, data, columns)
    _spells(element, data)
    _color(element, data["color"])
    etree.SubElement(element, f"{{{VIZ}}}size", value=str(data["size"]))
    etree.SubElement(element, f"{{{VIZ}}}position", x=str(at[0]), y=str(-at[1]), z="0.0")  # Gephi's y goes upwards
    return element


def _edge(number: int, a: int, b: int, data: Mapping[str, Any], columns: Mapping[str, str]) -> etree._Element:
    look = palette().relation(data["relation"])
    ends = {"id": str(number), "source": str(a), "target": str(b), "weight": str(data["weight"])}
    element = etree.Element("edge", {**ends, "label": data["relation"], "kind": data["relation"]}, nsmap={"viz": VIZ})
    _values(element, data, columns)
    _spells(element, data)
    _color(element, look.color)
    return element


def _values(element: etree._Element, data: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    values = etree.SubElement(element, "attvalues")
    for number, name in enumerate(columns):
        if name in data:
            value = data[name]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            etree.SubElement(values, "attvalue", {"for": str(number), "value": text})


def _spells(element: etree._Element, data: Mapping[str, Any]) -> None:
    """When it exists; what has no years is there always."""
    if "years" in data:
        spells = etree.SubElement(element, "spells")
        for first, last in runs(data["years"]):
            etree.SubElement(spells, "spell", start=f"{first:04}-01-01", end=f"{last:04}-12-31")


def runs(years: str) -> Iterator[tuple[int, int]]:
    """The first and the last year of every run of years that follow each other ("2019 2020 2022")."""
    found = sorted(int(year) for year in years.split())
    starts = [year for year in found if year - 1 not in found]
    ends = [year for year in found if year + 1 not in found]
    return zip(starts, ends, strict=True)


def _color(element: etree._Element, color: str) -> None:
    parts = {name: str(int(color[at : at + 2], 16)) for name, at in (("r", 1), ("g", 3), ("b", 5))}
    etree.SubElement(element, f"{{{VIZ}}}color", parts)
