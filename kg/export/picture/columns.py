"""Networks in columns: a box for each node, lines between columns, and lanes for what leads past a column."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from kg.export.network import layout
from kg.export.network.looks import mixed, palette
from kg.export.picture.frame import EDGE, TOP, WIDE, Extent, foot, head, tip
from kg.export.picture.svg import FAINT, INK, cut, document, group, n, path, text, width
from kg.export.picture.thin import strongest

MOST = 40  # nodes of a column: more make lines that no eye follows

_BOX, _ROW, _LANE = 20.0, 25.0, 6.0  # heights: of a box, of it with its space, of what leads past
_LOOSE = 2.0  # how much further apart than in the longest column boxes stand in shorter ones, at most
_FONT, _PAD = 12.0, 8.0
_LONGEST = 15 * _FONT  # of a label in a box
_GAP = 70.0  # between columns, at least
_VALUES, _SHOWN = 330.0, 3  # room for the numbers beside indicators; how many are written out
_MASKED = "×"

Item = tuple[int, int]  # a node and a column: its own, or one that edges to it lead past


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column stands; its nodes with what is written in their boxes."""

    left: float
    wide: float
    labels: Mapping[int, str]

    @property
    def right(self) -> float:
        return self.left + self.wide


def draw(whole: Any, titles: Sequence[str]) -> str:
    """The SVG of a network (as kg.export.network makes it) whose layout has columns."""
    graph = strongest(whole, MOST)
    found = layout.columns(graph)
    columns = list(_columns(graph, found))
    heights = _heights(graph, found)
    end, bottom = foot(graph, Extent.of(whole, graph), max(heights.values()) + _ROW, list(_notes(graph)))
    shapes = [
        *head(titles),
        *_headings(graph, columns),
        *_lines(graph, columns, heights),
        *_boxes(graph, columns, heights),
        *_numbers(graph, columns, heights),
        *end,
    ]
    return document(WIDE, bottom, titles, shapes)


def _columns(graph: Any, found: layout.Columns) -> Iterator[_Column]:
    """What the labels leave free is shared by the spaces between the columns."""
    room = WIDE - 2 * EDGE - (_VALUES if _numbered(graph) else 0)
    longest = min(_LONGEST, room / len(found) - _GAP)
    labels = [{node: cut(graph.nodes[node]["label"], _FONT, longest) for node in nodes} for nodes in found]
    widths = [max(width(label, _FONT) for label in column.values()) + 2 * _PAD for column in labels]
    gap = (room - sum(widths)) / max(1, len(found) - 1)
    left = EDGE
    for wide, column in zip(widths, labels, strict=True):
        yield _Column(left, wide, column)
        left += wide + gap


def _heights(graph: Any, found: layout.Columns) -> dict[Item, float]:
    """How far down the middle of every box and lane is."""
    lanes = _lanes(graph, found)
    rows = [sorted([*_shares(nodes, at), *lanes.get(at, ())]) for at, nodes in enumerate(found)]
    own = [set(nodes) for nodes in found]
    tall = [sum(_ROW if item[0] in own[at] else _LANE for _, item in row) for at, row in enumerate(rows)]
    heights = {}
    for at, row in enumerate(rows):
        loose = min(max(tall) / tall[at], _LOOSE)
        y = TOP + _ROW + (max(tall) - loose * tall[at]) / 2
        for _, item in row:
            high = loose * (_ROW if item[0] in own[at] else _LANE)
            heights[item] = y + high / 2
            y += high
    return heights


def _shares(nodes: Sequence[int], at: int) -> Iterator[tuple[float, Item]]:
    return (((place + 0.5) / len(nodes), (node, at)) for place, node in enumerate(nodes))


def _lanes(graph: Any, found: layout.Columns) -> dict[int, list[tuple[float, Item]]]:
    """Column → the lanes through it, one for all edges to a node, beside the middle of what they lead from and to."""
    share = {item: down for at, nodes in enumerate(found) for down, item in _shares(nodes, at)}
    at = dict(share.keys())
    ends: dict[Item, list[float]] = defaultdict(list)
    for a, b in graph.edges():
        first, last = sorted((at[a], at[b]))
        for between in range(first + 1, last):
            ends[b, between] += [share[a, at[a]], share[b, at[b]]]
    lanes: dict[int, list[tuple[float, Item]]] = defaultdict(list)
    for item, near in ends.items():
        lanes[item[1]].append((sum(near) / len(near), item))
    return lanes


def _headings(graph: Any, columns: Sequence[_Column]) -> Iterator[str]:
    """What each column holds."""
    for column, heading in zip(columns, _named(graph, columns), strict=True):
        end = min(column.left, WIDE - EDGE - width(heading, _FONT))
        yield text(end, TOP + 10, heading, size=_FONT, bold=True)


def _named(graph: Any, columns: Sequence[_Column]) -> Iterator[str]:
    for column in columns:
        data = graph.nodes[next(iter(column.labels))]
        look = palette().kind(data["kind"])
        if graph.graph["layout"] == "levels" and data["kind"] == "Strategy":
            look = palette().level(str(data.get("level", "")))
        yield f"{look.zh} {look.en}"


def _lines(graph: Any, columns: Sequence[_Column], heights: Mapping[Item, float]) -> Iterator[str]:
    at = {node: place for place, column in enumerate(columns) for node in column.labels}
    weights: dict[tuple[int, int, str], float] = defaultdict(float)
    for a, b, data in graph.edges(data=True):
        weights[a, b, data["relation"]] += data["weight"]
    for (a, b, relation), weight in sorted(weights.items()):
        color = palette().relation(relation).color
        wide = min(1 + 0.6 * math.log2(weight) if weight > 1 else 1, 4)
        yield path(_way(a, b, at, columns, heights), color, wide, opacity=0.5)


def _way(a: int, b: int, at: Mapping[int, int], columns: Sequence[_Column], heights: Mapping[Item, float]) -> str:
    """The line from one box to another as path data: straight through lanes, bent between columns."""
    if at[a] == at[b]:
        return _aside(columns[at[a]].right, heights[a, at[a]], heights[b, at[b]])
    left, right = (a, b) if at[a] < at[b] else (b, a)
    y = heights[left, at[left]]
    points = [(columns[at[left]].right, y)]
    for between in range(at[left] + 1, at[right]):
        y = heights[b, between]
        points += [(columns[between].left, y), (columns[between].right, y)]
    points.append((columns[at[right]].left, heights[right, at[right]]))
    data = f"M{n(points[0][0])} {n(points[0][1])}"
    for number, ((x, y), (to, low)) in enumerate(pairwise(points)):
        middle = (x + to) / 2
        bent = f"C{n(middle)} {n(y)} {n(middle)} {n(low)} {n(to)} {n(low)}"
        data += f"H{n(to)}" if number % 2 else bent
    return data


def _aside(x: float, y: float, low: float) -> str:
    """A bow to the right, between boxes of one column."""
    bow = x + min(12 + abs(low - y) / 6, _GAP)
    return f"M{n(x)} {n(y)}C{n(bow)} {n(y)} {n(bow)} {n(low)} {n(x)} {n(low)}"


def _boxes(graph: Any, columns: Sequence[_Column], heights: Mapping[Item, float]) -> Iterator[str]:
    for at, column in enumerate(columns):
        for node, label in column.labels.items():
            data, y = graph.nodes[node], heights[node, at]
            corner = f'x="{n(column.left)}" y="{n(y - _BOX / 2)}" height="{n(_BOX)}"'
            paint = f'fill="{mixed(data["color"], 0.84)}" stroke="{data["color"]}"'
            box = f'<rect {corner} width="{n(column.wide)}" rx="4" {paint}/>'
            mark = f'<rect {corner} width="4" fill="{data["color"]}"/>'
            words = text(column.left + _PAD, y + _FONT * 0.36, label, size=_FONT, fill=INK)
            yield group(tip(data), (box, mark, words))


def _numbered(graph: Any) -> bool:
    return any("value" in data for _, _, data in graph.edges(data=True))


def _numbers(graph: Any, columns: Sequence[_Column], heights: Mapping[Item, float]) -> Iterator[str]:
    """Beside a node of the last column what was measured; of many numbers only how many they are."""
    last = len(columns) - 1
    for node in columns[last].labels if _numbered(graph) else ():
        found = sorted({_number(data) for _, _, data in graph.in_edges(node, data=True)})
        words = "；".join(" ".join(filter(None, number)) for number in found)
        if len(found) > _SHOWN or width(words, _FONT - 1) > _VALUES:
            places = len({place for place, _ in graph.in_edges(node)})
            many = graph.in_degree(node, weight="weight")  # two places may give the same number
            words = f"{many} 个数，{places} 地 · {many} numbers, {places} place{'s' * (places > 1)}"
        yield text(columns[last].right + 8, heights[node, last] + 4, words, size=_FONT - 1, fill=FAINT)


def _notes(graph: Any) -> Iterator[str]:
    if any(data.get("masked") for _, _, data in graph.edges(data=True)):
        yield f"{_MASKED} 原文中已隐去的数 · a number that the source masks"


def _number(data: Mapping[str, Any]) -> tuple[str, str]:
    """The year, and a number or its bounds with its unit; an aim is marked."""
    bounds = [data[name] for name in ("value",) if name in data] or [data.get("lower"), data.get("upper")]
    value = "–".join(_figure(bound) for bound in bounds if bound is not None) or _MASKED
    aim = "（计划）" if data.get("status") == "planned" else ""
    return str(data.get("years", "")), f"{value}{data.get('unit', '')}{aim}"


def _figure(value: object) -> str:
    """A number with all its digits and none more; other words, which loaded data may hold, as they are."""
    return f"{Decimal(str(value)).normalize():,f}" if isinstance(value, (int, float)) else str(value)
