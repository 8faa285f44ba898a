"""The picture of the ontology's classes and how they lead to one another, for `docs.ontology`.

Graphviz (``dot``) only says where things go, and is given every size, so that fonts do not matter; the page draws them.
"""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BOX = (132, 58)  # width and height of a class
LINE = 13  # height of a row of a label
DOT_HEAD = "digraph ontology { graph [rankdir=TB, nodesep=0.3, ranksep=0.4, newrank=true, margin=0]"


@dataclass(frozen=True, slots=True)
class Line:
    """What leads from one class to another: a term, its label in Chinese where it has one, and whether it is ours."""

    term: str
    label: str
    own: bool

    @property
    def rows(self) -> tuple[str, str]:
        """The line as it is written beside the arrow, in two rows: narrow labels make a narrow picture."""
        prefix, colon, term = self.term.rpartition(":")
        return self.label or prefix + colon, term


@dataclass(frozen=True, slots=True)
class Box:
    """A class at its place: the middle of its box."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as an SVG path, with the lines of its label and their middle."""

    path: str
    lines: tuple[Line, ...]
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Figure:
    """The boxes and arrows, and the size of the whole."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def figure(classes: Iterable[str], ways: Mapping[tuple[str, str], tuple[Line, ...]]) -> Figure:
    """The picture of these classes and of the ways (from, to) between them. Needs ``dot``."""
    graph = json.loads(_dot("\n".join([DOT_HEAD, *_nodes(classes), *_edges(ways), "}"])))
    _, _, width, height = map(float, graph["bb"].split(","))
    names = [node["name"] for node in graph["objects"]]
    boxes = (Box(node["name"], *_point(node["pos"], height)) for node in graph["objects"])
    arrows = (_arrow(edge, ways[names[edge["tail"]], names[edge["head"]]], height) for edge in graph["edges"])
    return Figure(round(width), round(height), tuple(boxes), tuple(arrows))


def _nodes(classes: Iterable[str]) -> Iterable[str]:
    width, height = (side / 72 for side in BOX)
    return (f'{name} [shape=box, fixedsize=true, width={width:.3f}, height={height:.3f}, label=""]' for name in classes)


def _edges(ways: Mapping[tuple[str, str], tuple[Line, ...]]) -> Iterable[str]:
    for (tail, head), lines in ways.items():
        size = f'fixedsize="true" width="{_width(lines):.0f}" height="{2 * LINE * len(lines)}"'
        yield f'{tail} -> {head} [label=<<table border="0" cellborder="0"><tr><td {size}></td></tr></table>>]'


def _width(lines: Iterable[Line]) -> float:
    """The width of a label's longest line at 11 pixels, by the kind of its characters."""
    rows = (row for line in lines for row in line.rows)
    return max(sum(12 if unicodedata.east_asian_width(c) in "WF" else 6.6 for c in row) for row in rows) + 6


def _dot(source: str) -> str:
    return subprocess.run(["dot", "-Tjson0"], input=source, capture_output=True, text=True, check=True).stdout


def _point(text: str, height: float) -> tuple[float, float]:
    """A point of Graphviz, whose y goes up, as one of SVG."""
    x, y = map(float, text.split(","))
    return round(x, 1), round(height - y, 1)


def _arrow(edge: dict[str, str], lines: tuple[Line, ...], height: float) -> Arrow:
    tip, start, *curve = edge["pos"].removeprefix("e,").split()
    points = [" ".join(map(str, _point(point, height))) for point in (start, *curve, tip)]
    path = f"M{points[0]} C{' '.join(points[1:-1])} L{points[-1]}"
    return Arrow(path, lines, *_point(edge["lp"], height), round(_width(lines)))
