"""Networks laid out by attraction: what is much alike stands together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.export.network import layout
from kg.export.network.looks import palette
from kg.export.picture.frame import EDGE, TOP, WIDE, Extent, foot, head, tip
from kg.export.picture.svg import cut, document, group, n, path, text, width
from kg.export.picture.thin import nearest

MOST, EACH = 120, 3  # nodes of a picture, and the strongest edges that each of them brings

_FONT, _LONGEST = 12.0, 13 * 12.0
_SIDE = 100.0  # for labels beside the outermost nodes
_ROOM = 62.0  # height for a node, were they in a grid
_SHAPE = 0.75  # height of a picture to its width, at most

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def draw(whole: Any, titles: Sequence[str]) -> str:
    """The SVG of a network (as kg.export.network makes it) without columns."""
    graph = nearest(whole, MOST, EACH)
    placed = _scaled(layout.by_attraction(graph))
    labels = list(_labels(graph, placed))
    low = max(y for _, y in placed.values()) + 30
    hidden = len(graph) - len(labels)
    more = [f"{hidden} 个名称没有位置 · {hidden} names have no room"] if hidden else []
    end, bottom = foot(graph, Extent.of(whole, graph), low, more)
    return document(
        WIDE, bottom, titles, [*head(titles), *_lines(graph, placed), *_nodes(graph, placed), *labels, *end]
    )


def _scaled(placed: Mapping[int, Point]) -> dict[int, Point]:
    """As wide as the picture, and as high as so many nodes need."""
    left, top = (min(point[at] for point in placed.values()) for at in (0, 1))
    wide, high = (max(point[at] for point in placed.values()) - low or 1 for at, low in ((0, left), (1, top)))
    room = WIDE - 2 * EDGE - 2 * _SIDE
    tall = min(_SHAPE * room, _ROOM * math.sqrt(2 * len(placed)))
    return {
        node: (EDGE + _SIDE + (x - left) * room / wide, TOP + 30 + (y - top) * tall / high)
        for node, (x, y) in placed.items()
    }


def _lines(graph: Any, placed: Mapping[int, Point]) -> Iterator[str]:
    weights = [data["weight"] for _, _, data in graph.edges(data=True)] or [0]
    lightest, span = min(weights), max(weights) - min(weights) or 1
    for a, b, data in sorted(graph.edges(data=True), key=lambda edge: edge[2]["weight"]):
        (x, y), (to, low) = placed[a], placed[b]
        share = (data["weight"] - lightest) / span
        color = palette().relation(data["relation"]).color
        line = path(f"M{n(x)} {n(y)}L{n(to)} {n(low)}", color, 0.8 + 4.2 * share, opacity=0.25 + 0.4 * share)
        yield group(f"{data['relation']} {data['weight']}", (line,))


def _nodes(graph: Any, placed: Mapping[int, Point]) -> Iterator[str]:
    for node, data in graph.nodes(data=True):
        x, y = placed[node]
        circle = f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(_radius(data))}" fill="{data["color"]}" stroke="#fff"/>'
        yield group(tip(data), (circle,))


def _radius(data: Mapping[str, Any]) -> float:
    return min(float(data["size"]), 22)


def _labels(graph: Any, placed: Mapping[int, Point]) -> Iterator[str]:
    """Names where they cover neither nodes nor other names and as few lines as can be, of the largest nodes first."""
    around = {node: _around(placed[node], _radius(data)) for node, data in graph.nodes(data=True)}
    lines = {(placed[a], placed[b]) for a, b in graph.edges()}
    taken: list[Box] = []
    for node, data in sorted(graph.nodes(data=True), key=lambda found: (-found[1]["size"], found[0])):
        label = cut(data["label"], _FONT, _LONGEST)
        boxes = [
            (x, y - _FONT * 0.85, x + width(label, _FONT), y + _FONT * 0.2)
            for x, y in _spots(placed[node], _radius(data) + 3, width(label, _FONT))
        ]
        others = [*taken, *(box for other, box in around.items() if other != node)]
        free = [box for box in boxes if box[0] > 4 and box[2] < WIDE - 4 and not any(_meet(box, o) for o in others)]
        if free:
            best = min(free, key=lambda box: sum(_crosses(line, box) for line in lines))
            taken.append(best)
            yield _haloed(best[0], best[3] - _FONT * 0.2, label)


def _crosses(line: tuple[Point, Point], box: Box) -> bool:
    """Whether a line runs through a box: it comes near enough, and the corners are on both sides of it."""
    (x, y), (to, low) = line
    if max(x, to) < box[0] or min(x, to) > box[2] or max(y, low) < box[1] or min(y, low) > box[3]:
        return False
    sides = {(to - x) * (v - y) > (low - y) * (u - x) for u in (box[0], box[2]) for v in (box[1], box[3])}
    return len(sides) > 1


def _around(point: Point, radius: float) -> Box:
    return (point[0] - radius, point[1] - radius, point[0] + radius, point[1] + radius)


def _spots(point: Point, away: float, wide: float) -> Iterator[Point]:
    """Where a label may begin: right, left, above, below, and between these."""
    x, y = point
    yield x + away, y + _FONT * 0.36
    yield x - away - wide, y + _FONT * 0.36
    yield x - wide / 2, y - away - 2
    yield x - wide / 2, y + away + _FONT * 0.85
    for side in (x + away * 0.75, x - away * 0.75 - wide):
        yield side, y - away * 0.75
        yield side, y + away * 0.75 + _FONT * 0.7


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _haloed(x: float, y: float, label: str) -> str:
    halo = 'stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return text(x, y, label, size=_FONT).replace("<text ", f"<text {halo} ", 1)
