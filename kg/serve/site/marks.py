"""A text cut into pieces at the ends of its facts, so that each piece is marked for one of them and none is lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.graph.terms import UNSEEN

KINDS = ("outcome", "programme", "strategy", "place", "repair")  # of facts over the same words the first is on top
_UNSEEN = re.compile(f"[{UNSEEN}]")  # would turn or hide what stands around it


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said at [start, end) of a text; `id` names it in the page, its reading is `r-` and that."""

    id: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line. `fact` is what they are marked for, `first` whether nothing of it came before.

    `under` are facts of which no other piece is marked; `anchors` are ids that lead here.
    """

    text: str
    fact: Fact | None = None
    first: bool = False
    under: tuple[Fact, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text that is not blank, and where it begins; `level` is 2 or 3 where it is a heading, else 0."""

    pieces: tuple[Piece, ...]
    start: int
    level: int = 0


def lines(
    text: str,
    facts: Iterable[Fact],
    anchors: Iterable[tuple[int, str]] = (),
    headings: Mapping[int, int] | None = None,
) -> list[Line]:
    """The lines of `text` in pieces. Of facts over the same words the shortest is marked, of these the first of KINDS.

    `anchors` are offsets with ids; `headings` are the offsets of lines that are headings, with their levels. What lies
    outside the text or is blank is left out.
    """
    within = (one for one in facts if 0 <= one.start < one.end <= len(text))
    fitting = [one for one in within if seen(text[one.start : one.end]).strip()]
    cuts = _cuts(text, fitting, anchors := sorted((min(at, len(text)), name) for at, name in anchors))
    on_top = _on_top(fitting, cuts)
    stretches = zip(on_top, cuts, cuts[1:], strict=False)
    shown = {fact for fact, start, end in stretches if fact and seen(text[start:end]).strip()}
    under = _under(fitting, shown, cuts)
    there: dict[int, list[str]] = defaultdict(list)
    for at, name in anchors:
        there[at].append(name)
    found = _lines(text, cuts, on_top, under, there)
    return [Line(pieces, start, (headings or {}).get(start, 0)) for start, pieces in found]


def covering(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Id of each fact → the others that share words with it."""
    found: dict[str, list[Fact]] = {fact.id: [] for fact in facts}
    open_ones: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: (fact.start, fact.end)):
        open_ones = [one for one in open_ones if one.end > fact.start]
        for one in open_ones:
            found[one.id].append(fact)
            found[fact.id].append(one)
        open_ones.append(fact)
    return found


def seen(text: str) -> str:
    """Words as a page shows them: without characters that cannot be seen and change how others are."""
    return _UNSEEN.sub("", text)


def _cuts(text: str, facts: Iterable[Fact], anchors: Iterable[tuple[int, str]]) -> list[int]:
    found = {0, len(text), *(at for at, _ in anchors)}
    for fact in facts:
        found |= {fact.start, fact.end}
    for end in re.finditer("\n", text):
        found |= {end.start(), end.end()}
    return sorted(found)


def _on_top(facts: Iterable[Fact], cuts: Sequence[int]) -> list[Fact | None]:
    """The fact that each stretch between two cuts is marked for."""
    found: list[Fact | None] = [None] * len(cuts)
    for fact in sorted(facts, key=_rank, reverse=True):
        for at in range(bisect_left(cuts, fact.start), bisect_left(cuts, fact.end)):
            found[at] = fact
    return found


def _rank(fact: Fact) -> tuple[int, int, int]:
    return fact.end - fact.start, KINDS.index(fact.kind), fact.start


def _under(facts: Iterable[Fact], shown: set[Fact], cuts: Sequence[int]) -> dict[int, list[Fact]]:
    """Cut → the facts hidden by others that begin there."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact not in shown:
            found[cuts[bisect_left(cuts, fact.start)]].append(fact)
    return found


def _lines(
    text: str,
    cuts: Sequence[int],
    on_top: Sequence[Fact | None],
    under: dict[int, list[Fact]],
    anchors: dict[int, list[str]],
) -> Iterator[tuple[int, tuple[Piece, ...]]]:
    """Offset and pieces of each line that is not blank."""
    pieces: list[Piece] = []
    line = 0
    begun: set[Fact] = set()
    ids: list[str] = []
    hidden: list[Fact] = []
    for at, (start, end) in enumerate(zip(cuts, [*cuts[1:], len(text)], strict=True)):
        ids += anchors.get(start, ())
        hidden += under.get(start, ())
        said, fact = text[start:end], on_top[at]
        if said == "\n" or start == len(text):
            if any(piece.text.strip() for piece in pieces):
                yield line, tuple(pieces)
            pieces, line = [], end
        elif not seen(said).strip():
            pieces.append(Piece(seen(said)))
        elif pieces and fact == pieces[-1].fact and not ids and not hidden:
            pieces[-1] = replace(pieces[-1], text=pieces[-1].text + seen(said))
        else:
            first = fact is not None and fact not in begun
            pieces.append(Piece(seen(said), fact, first, tuple(hidden), tuple(ids)))
            begun |= {fact} if fact else set()
            ids, hidden = [], []
