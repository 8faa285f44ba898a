"""A stored text read once more as the extractor read it: what was mended in it, and where it names its places."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Repair, Text
from kg.recognise import places
from kg.text.outline import outline
from kg.text.repair import repair

_WHOLE = "traditional"  # the one repair that is of a text, not of a place in it
_TEXTS = 32  # that are kept as they were read


@dataclass(frozen=True, slots=True)
class Naming:
    """Words of the text at [start, end) that name a place, by its IRI."""

    start: int
    end: int
    place: str


def prepare() -> None:
    """Load the tables and dictionaries (a second)."""
    text = read("石桥村改厕650个。")
    headings(text.source)
    named(text, {"石桥村": ""}, [])


@lru_cache(_TEXTS)
def read(text: str) -> Text:
    """The reading text of a stored text with the way back; a damaged one of 10,000 characters takes seconds."""
    return repair(text)


@lru_cache(_TEXTS)
def headings(source: str) -> dict[int, int]:
    """Offset of each line of a text that is a heading and nothing else → its level in the page, 2 or 3."""
    found, text = {}, read(source)
    for section in outline(text, key="").sections:
        start, end = text.span(section.start, section.start + len(section.title))
        begin = text.source.rfind("\n", 0, start) + 1
        line = text.source[begin : text.source.find("\n", end) % (len(text.source) + 1)]
        if text.source[start:end].strip() == line.strip():
            found[begin] = 2 if section.level == 1 else 3
    return found


def mended(text: Text) -> list[Repair]:
    """What was mended where it can be seen, in order: no blanks, nor the script of the whole."""
    found = (one for one in text.repairs if one.kind != _WHOLE and text.source[one.start : one.end].strip())
    return sorted(found, key=lambda one: (one.start, one.end))


def traditional(text: Text) -> bool:
    """Whether the text is in traditional characters."""
    return any(one.kind == _WHOLE for one in text.repairs)


def named(text: Text, known: Mapping[str, str], taken: Sequence[tuple[int, int]]) -> list[Naming]:
    """Where the text names places that are `known` by their names, but not inside the source spans `taken`.

    Villages are found as the extractor finds them (石桥、大坪等村), others by their whole names, the longest first.
    """
    inside = [_clean(text, *span) for span in taken]
    found = [(one.start, one.end, known[one.name]) for one in places.recognise(text.clean, inside) if one.name in known]
    covered = sorted([*inside, *((start, end) for start, end, _ in found)])
    spans = ((match, *match.span()) for match in (_names(known).finditer(text.clean) if known else ()))
    found += [(start, end, known[match[0]]) for match, start, end in spans if not _meets(covered, start, end)]
    return [Naming(*text.span(start, end), place) for start, end, place in sorted(found)]


def _names(known: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(known, key=lambda name: (-len(name), name)))))


def _meets(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the sorted spans shares a character with [start, end)."""
    behind = bisect_left(spans, (end, 0))
    return any(stop > start for _, stop in spans[max(0, behind - 8) : behind])


def _clean(text: Text, start: int, end: int) -> tuple[int, int]:
    """The clean span of a source span."""
    if text.starts is None or text.ends is None:
        return start, end
    return bisect_right(text.ends, start), bisect_left(text.starts, end)
