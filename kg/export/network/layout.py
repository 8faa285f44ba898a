"""Where nodes stand: in columns that are ordered so that few edges cross, or by attraction where there are no columns.

The same network is always laid out alike. Positions go to the right and down.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from kg.export.network.looks import palette

Point = tuple[float, float]
Columns = list[list[int]]

WIDE, HIGH = 400.0, 26.0  # between two columns, between two nodes of a column
SPACE, APART = 70.0, 60.0  # for a node that is laid out by attraction, and between clusters: wider than any node

_SWEEPS = 8  # over all columns, there and back again; more change little
_MOST = 1500  # nodes of a cluster that attraction lays out: it looks at all pairs
_ITERATIONS, _SEED = 200, 1
_GOLDEN = math.pi * (3 - math.sqrt(5))  # the angle of sunflowers


def positions(graph: Any) -> dict[int, Point]:
    """A place for every node of a network (as kg.export.network makes it), by the layout that it names."""
    found = columns(graph)
    return _in_columns(found) if found else by_attraction(graph)


def columns(graph: Any) -> Columns:
    """The nodes in columns, each ordered so that few edges cross; none where the network's layout has no columns."""
    rank = _RANKS.get(graph.graph.get("layout", ""))
    if rank is None:
        return []
    found: dict[Any, list[int]] = defaultdict(list)
    for node, data in graph.nodes(data=True):
        found[rank(data)].append(node)
    return _uncrossed(graph, [_by_area(graph, found[key]) for key in sorted(found)])


def _by_kind(data: dict[str, Any]) -> tuple[int, str]:
    kinds = list(palette().kinds)
    return (kinds.index(data["kind"]) if data["kind"] in kinds else len(kinds), data["kind"])


def _by_level(data: dict[str, Any]) -> tuple[int, str]:
    """Strategies by level from the centre down, those of no level last; beneath them the rest by kind."""
    if data["kind"] != "Strategy":
        return (len(palette().levels), str(_by_kind(data)))
    levels = list(palette().levels)
    level = data.get("level", "")
    return (levels.index(level if level in levels else ""), "")


_RANKS: dict[str, Callable[[dict[str, Any]], tuple[int, str]]] = {"columns": _by_kind, "levels": _by_level}


def _by_area(graph: Any, nodes: Sequence[int]) -> list[int]:
    return sorted(nodes, key=lambda node: (str(graph.nodes[node].get("area", "")), graph.nodes[node]["label"], node))


def _uncrossed(graph: Any, found: Columns) -> Columns:
    """Every node beside the middle of its neighbours, again and again (the barycentre heuristic of Sugiyama)."""
    near: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for a, b, data in graph.edges(data=True):
        near[a][b] += data["weight"]
        near[b][a] += data["weight"]
    height = {node: _share(place, column) for column in found for place, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in found if sweep % 2 else reversed(found):
            middle = {node: _middle(near[node], height, height[node]) for node in column}
            column.sort(key=lambda node: (middle[node], node))
            height.update((node, _share(place, column)) for place, node in enumerate(column))
    return found


def _share(place: int, column: Sequence[int]) -> float:
    """How far down its column a node stands, from 0 to 1: columns are of different lengths."""
    return (place + 0.5) / len(column)


def _middle(near: dict[int, float], height: dict[int, float], own: float) -> float:
    total = sum(near.values())
    return sum(height[node] * weight for node, weight in near.items()) / total if total else own


def _in_columns(found: Columns) -> dict[int, Point]:
    longest = max(map(len, found), default=0)
    return {
        node: (at * WIDE, round((place - len(column) / 2 + longest / 2) * HIGH, 1))
        for at, column in enumerate(found)
        for place, node in enumerate(column)
    }


def by_attraction(graph: Any) -> dict[int, Point]:
    """Every cluster by attraction, the clusters beside each other from large to small."""
    clusters = sorted(nx.weakly_connected_components(graph), key=lambda found: (-len(found), min(found)))
    placed: dict[int, Point] = {}
    row = (left, top, high) = (0.0, 0.0, 0.0)
    wide = 1.5 * SPACE * math.sqrt(len(graph))
    for cluster in clusters:
        side = SPACE * math.sqrt(len(cluster)) if len(cluster) > 1 else SPACE
        left, top, high = row
        if left and left + side > wide:
            left, top, high = 0.0, top + high + APART, 0.0
        for node, (x, y) in _cluster(graph.subgraph(cluster)).items():
            placed[node] = (round(left + x * side, 1), round(top + y * side, 1))
        row = (left + side + APART, top, max(high, side))
    return placed


def _cluster(graph: Any) -> dict[int, Point]:
    """The nodes of a cluster in the unit square."""
    if len(graph) == 1:
        return dict.fromkeys(graph, (0.5, 0.5))
    nodes = sorted(graph)
    if len(nodes) > _MOST:
        return _sunflower(graph)
    simple = nx.Graph()
    simple.add_nodes_from(nodes)
    for a, b, data in graph.edges(data=True):
        simple.add_edge(a, b, weight=data["weight"] + simple.get_edge_data(a, b, {"weight": 0})["weight"])
    found = nx.spring_layout(simple, k=2 / math.sqrt(len(nodes)), iterations=_ITERATIONS, seed=_SEED, method="force")
    left, right = (edge(x for x, _ in found.values()) for edge in (min, max))
    top, bottom = (edge(y for _, y in found.values()) for edge in (min, max))
    return {
        node: (float((x - left) / ((right - left) or 1)), float((y - top) / ((bottom - top) or 1)))
        for node, (x, y) in found.items()
    }


def _sunflower(graph: Any) -> dict[int, Point]:
    """The best connected in the middle, the others around them; for clusters too large for attraction."""
    order = sorted(graph, key=lambda node: (-graph.degree(node), node))
    return {
        node: (
            0.5 + 0.5 * math.sqrt(at / len(order)) * math.cos(at * _GOLDEN),
            0.5 + 0.5 * math.sqrt(at / len(order)) * math.sin(at * _GOLDEN),
        )
        for at, node in enumerate(order)
    }
