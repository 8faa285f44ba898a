"""What all pictures have around them: title, legend, and how much was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.export.network.looks import mixed, palette
from kg.export.picture.svg import FAINT, cut, path, text, width

WIDE, EDGE = 1000.0, 24.0  # of every picture: what a README shows without shrinking the words much; its margin
TOP = 66.0  # under the title
_LINE = 22.0
_SMALL = 11.0


@dataclass(frozen=True, slots=True)
class Extent:
    """How many nodes and edges a network has, and how many of them are drawn."""

    nodes: int
    edges: int
    drawn_nodes: int
    drawn_edges: int

    @classmethod
    def of(cls, whole: Any, part: Any) -> Extent:
        """What `part` draws of the network `whole`."""
        return cls(len(whole), whole.number_of_edges(), len(part), part.number_of_edges())

    @property
    def sentences(self) -> tuple[str, str]:
        """The same in Chinese and English."""
        zh = f"共 {self.nodes} 个节点、{self.edges} 条关系"
        en = f"{self.nodes} nodes and {self.edges} edges in all"
        if (self.drawn_nodes, self.drawn_edges) == (self.nodes, self.edges):
            return f"{zh}，全部画出", f"{en}, all drawn"
        left = self.nodes - self.drawn_nodes, self.edges - self.drawn_edges
        left_zh = "、".join(f"{n} {what}" for n, what in zip(left, ("个节点", "条关系"), strict=True) if n)
        left_en = " and ".join(f"{n} {what}" for n, what in zip(left, ("nodes", "edges"), strict=True) if n)
        return (
            f"{zh}；为便于阅读，略去联系较少的 {left_zh}",
            f"{en}; {left_en} of least weight left out, so that it can be read",
        )


def head(titles: Sequence[str]) -> Iterator[str]:
    """The title in both languages."""
    yield text(EDGE, 28, cut(titles[0], 17, WIDE - 2 * EDGE), size=17, bold=True)
    yield text(EDGE, 48, cut(titles[1], 12, WIDE - 2 * EDGE), size=12, fill=FAINT)


def foot(graph: Any, extent: Extent, top: float, more: Sequence[str] = ()) -> tuple[list[str], float]:
    """The legend and how much was left out, and where the picture ends."""
    shapes, y = _legend(graph, top + _LINE)
    for words in (*more, *extent.sentences):
        shapes.append(text(EDGE, y + _LINE, cut(words, _SMALL, WIDE - 2 * EDGE), size=_SMALL, fill=FAINT))
        y += _LINE * 0.75
    return shapes, y + _LINE + EDGE / 2


def _legend(graph: Any, y: float) -> tuple[list[str], float]:
    shapes, x = [], EDGE
    for entry, wide in (*_relations(graph), *_levels(graph)):
        if x + wide > WIDE - EDGE:
            x, y = EDGE, y + _LINE
        shapes += [shape.replace("@X", f"{x:.0f}").replace("@Y", f"{y:.0f}") for shape in entry]
        x += wide
    return shapes, y


def _relations(graph: Any) -> Iterator[tuple[list[str], float]]:
    used = {data["relation"] for _, _, data in graph.edges(data=True)}
    for name in [*(name for name in palette().relations if name in used), *sorted(used - palette().relations.keys())]:
        look = palette().relation(name)
        words = f"{look.zh} {look.en}" if look.zh != look.en else look.en
        yield _placed(path("M0 -4h26", look.color, 3, opacity=0.8), words)


def _levels(graph: Any) -> Iterator[tuple[list[str], float]]:
    """What light and dark mean, for each kind that has several levels."""
    for kind, look in palette().kinds.items():
        used = {str(data.get("level", "")) for _, data in graph.nodes(data=True) if data["kind"] == kind}
        shown = [name for name in palette().levels if name in used]
        for name in shown if len(shown) > 1 else ():
            color = mixed(look.color, palette().level(name).white)
            words = f"{look.zh}·{palette().level(name).zh} {palette().level(name).en}"
            yield _placed(f'<rect y="-11" width="26" height="13" rx="4" fill="{color}"/>', words)


def _placed(sign: str, words: str) -> tuple[list[str], float]:
    shapes = [f'<g transform="translate(@X @Y)">{sign}', text(33, 0, words, size=_SMALL), "</g>"]
    return shapes, 33 + width(words, _SMALL) + 24


def tip(data: Any) -> str:
    """What a node says of itself while the pointer is on it."""
    names = ("label", "label_en", "area", "area_en", "level", "code", "years")
    return " · ".join(str(data[name]) for name in names if data.get(name))
