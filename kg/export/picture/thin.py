"""Which part of a network is drawn where all of it would be a ball of hair."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kg.export.network import layout

EDGES = 220  # that a picture in columns bears
FEW = 40  # edges that need no thinning


def strongest(graph: Any, most: int) -> Any:
    """The network of the `most` best connected nodes of each column, and fewer where they have too many edges."""
    weights = _weights(graph)
    ranked = [sorted(nodes, key=lambda node: (*weights[node], node)) for nodes in layout.columns(graph)]
    kept = [nodes[:most] for nodes in ranked]
    part = _connected(graph, kept)
    while part.number_of_edges() > EDGES and max(map(len, kept)) > 1:
        longest = max(kept, key=len)
        del longest[max(1, len(longest) * 9 // 10) :]
        part = _connected(graph, kept)
    return part


def _connected(graph: Any, kept: list[list[int]]) -> Any:
    """The part of the network; what has lost all its edges goes too, unless nothing has any."""
    part = graph.subgraph(node for nodes in kept for node in nodes)
    linked = [node for node in part if part.degree(node)]
    return part.subgraph(linked) if linked else part


def _weights(graph: Any) -> dict[int, tuple[float, float]]:
    """How many neighbours a node has and what its edges weigh, as keys that sort the strongest first."""
    near: dict[int, set[int]] = defaultdict(set)
    weights: dict[int, float] = defaultdict(float)
    for a, b, data in graph.edges(data=True):
        for node, other in ((a, b), (b, a)):
            near[node].add(other)
            weights[node] += data["weight"]
    return {node: (-len(near[node]), -weights[node]) for node in graph}


def nearest(graph: Any, most: int, each: int) -> Any:
    """The network of the `each` strongest edges of every node, and of these edges' `most` best connected nodes.

    One of FEW edges stays as it is.
    """
    if graph.number_of_edges() <= FEW:
        return graph
    edges: dict[int, list[tuple[float, int, int, int]]] = defaultdict(list)
    for a, b, key, data in graph.edges(keys=True, data=True):
        for node in {a, b}:
            edges[node].append((-data["weight"], a, b, key))
    kept = {(a, b, key) for found in edges.values() for _, a, b, key in sorted(found)[:each]}
    part = graph.edge_subgraph(kept) if kept else graph
    weights = _weights(part)
    best = sorted(part, key=lambda node: (*weights[node], node))[:most]
    return _connected(part, [best])
