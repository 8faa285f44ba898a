"""DOT for Graphviz: a rank for each column, from left to right; what has no columns is for `neato`, `fdp` or `sfdp`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import IO, Any

from kg.export.network.layout import columns
from kg.export.network.looks import mixed, palette

_FONTS = "Noto Sans CJK SC,Source Han Sans SC,PingFang SC,Microsoft YaHei,WenQuanYi Micro Hei,sans-serif"
_BREAK = re.compile(r"\r\n?|\n")


def write(graph: Any, out: IO[bytes]) -> None:
    """Write a network (as kg.export.network makes it)."""
    for line in _lines(graph):
        out.write(f"{line}\n".encode())


def quoted(text: str) -> str:
    """A string of the DOT language that shows as `text`: in labels, \\ begins an escape and & an entity."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{_BREAK.sub(chr(92) + "n", escaped)}"'


def _lines(graph: Any) -> Iterator[str]:
    ranks = columns(graph)
    engine = "" if ranks else " layout=sfdp, overlap=prism, K=1.2, splines=true,"
    yield f"digraph {quoted(graph.graph['name'])} {{"
    yield f'  graph [charset="UTF-8",{engine} rankdir=LR, ranksep=2, nodesep=0.1, bgcolor=white, fontname="{_FONTS}"]'
    yield f'  node [fontname="{_FONTS}", fontsize=11, style="filled,rounded", height=0.3, margin="0.1,0.04"]'
    yield '  edge [arrowsize=0.5, color="#77777799"]'
    for node, data in graph.nodes(data=True):
        yield f"  n{node} [{_node(data)}]"
    for rank in ranks:
        yield f"  {{ rank=same; {'; '.join(f'n{node}' for node in rank)} }}"
    for a, b, data in graph.edges(data=True):
        yield f"  n{a} -> n{b} [{_edge(data)}]"
    yield "}"


def _node(data: dict[str, Any]) -> str:
    look = palette().kind(data["kind"])
    tip = " · ".join(str(data[name]) for name in ("label", "label_en", "level", "area", "code") if name in data)
    return (
        f"label={quoted(data['label'])}, tooltip={quoted(tip)}, URL={quoted(data['iri'])}, shape={look.shape}, "
        f'color="{data["color"]}", fillcolor="{mixed(data["color"], 0.8)}"'
    )


def _edge(data: dict[str, Any]) -> str:
    look = palette().relation(data["relation"])
    wide = round(0.7 + 0.5 * math.log2(1 + data["weight"]), 2)
    tip = " ".join(str(data[name]) for name in ("relation", "value", "unit", "years") if name in data)
    return f'color="{look.color}99", penwidth={wide}, weight={max(1, round(data["weight"]))}, tooltip={quoted(tip)}'
