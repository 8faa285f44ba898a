"""Cytoscape.js JSON: elements with positions and a style, for Cytoscape on the desktop and cytoscape.js in pages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, Any

from kg.export.network.layout import positions
from kg.export.network.looks import palette

_FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_NODES = {
    "label": "data(label)",
    "background-color": "data(color)",
    "width": "data(size)",
    "height": "data(size)",
    "font-family": _FONTS,
    "font-size": 10,
    "color": "#222222",
    "text-valign": "center",
    "text-halign": "right",
    "text-margin-x": 3,
    "text-outline-color": "#ffffff",
    "text-outline-width": 2,
    "min-zoomed-font-size": 6,
}
_EDGES = {"curve-style": "bezier", "target-arrow-shape": "triangle", "arrow-scale": 0.6, "width": 1, "opacity": 0.6}


def write(graph: Any, out: IO[bytes]) -> None:
    """Write a network (as kg.export.network makes it): an object that `cytoscape()` takes as it is."""
    elements = {"nodes": list(_nodes(graph)), "edges": list(_edges(graph))}
    content = {
        "format_version": "1.0",
        "generated_by": "township-kg",
        "data": {"name": graph.graph["name"], "shared_name": graph.graph["name"]},
        "layout": {"name": "preset"},
        "elements": elements,
        "style": list(_style()),
    }
    text = io.TextIOWrapper(out, "utf-8", newline="\n", write_through=True)
    json.dump(content, text, ensure_ascii=False, indent=1)
    text.detach()


def _nodes(graph: Any) -> Iterator[dict[str, Any]]:
    placed = positions(graph)
    for node, data in graph.nodes(data=True):
        x, y = placed[node]
        yield {"data": {"id": f"n{node}", "name": data["label"], **data}, "position": {"x": x, "y": y}}


def _edges(graph: Any) -> Iterator[dict[str, Any]]:
    for number, (a, b, data) in enumerate(graph.edges(data=True)):
        ends = {"id": f"e{number}", "source": f"n{a}", "target": f"n{b}", "interaction": data["relation"]}
        yield {"data": {**data, **ends}}


def _style() -> Iterator[dict[str, Any]]:
    yield {"selector": "node", "style": _NODES}
    yield {"selector": "edge", "style": {**_EDGES, "line-color": "#777777", "target-arrow-color": "#777777"}}
    for name, look in palette().relations.items():
        if name:
            style = {"line-color": look.color, "target-arrow-color": look.color}
            yield {"selector": f'edge[relation = "{name}"]', "style": style}
    yield {"selector": ":selected", "style": {"border-width": 2, "border-color": "#000000", "opacity": 1}}
