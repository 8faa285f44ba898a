"""How nodes look: a colour for their kind, lighter for lower levels, a size by the logarithm of their edges' weight.

Lightest is what has no level where others of its kind have one.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import resources

SMALLEST, GROWTH = 4.0, 3.0  # size of a node without edges, and what each doubling of their weights adds


@dataclass(frozen=True, slots=True)
class Look:
    """A colour and what it means in two languages; of kinds, the shape in Graphviz; of levels, the share of white."""

    zh: str
    en: str
    color: str = ""
    shape: str = ""
    white: float = 0.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Looks by name; "" is for all others."""

    kinds: dict[str, Look]
    levels: dict[str, Look]
    relations: dict[str, Look]

    def kind(self, name: str) -> Look:
        """The look of a kind of nodes."""
        return self.kinds.get(name, self.kinds[""])

    def level(self, name: str) -> Look:
        """The look of a level of government."""
        return self.levels.get(name, self.levels[""])

    def relation(self, name: str) -> Look:
        """The look of a kind of edges; one that the palette does not know goes by its own name."""
        return self.relations.get(name) or Look(name, name, self.relations[""].color)


@cache
def palette() -> Palette:
    """The palette of kg/data/export/palette.toml."""
    tables = tomllib.loads(resources.data("export/palette.toml").read_text("utf-8"))
    return Palette(**{part: {name: Look(**look) for name, look in looks.items()} for part, looks in tables.items()})


def dress(graph: Any) -> None:
    """Give every node of a network its `color`, its `size` and the `years` of its edges."""
    weights = dict.fromkeys(graph, 0.0)
    years: dict[int, set[str]] = {node: set() for node in graph}
    for source, target, edge in graph.edges(data=True):
        for node in {source, target}:
            weights[node] += edge["weight"]
            years[node].update(edge.get("years", "").split())
    levelled = {data["kind"] for _, data in graph.nodes(data=True) if "level" in data}
    for node, data in graph.nodes(data=True):
        white = palette().level(str(data.get("level", ""))).white if data["kind"] in levelled else 0
        data["color"] = mixed(palette().kind(data["kind"]).color, white)
        data["size"] = round(SMALLEST + GROWTH * math.log2(1 + weights[node]), 1)
        if years[node]:
            data["years"] = " ".join(sorted(years[node]))


def mixed(color: str, white: float) -> str:
    """A colour "#rrggbb" with a share of white in it."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)
