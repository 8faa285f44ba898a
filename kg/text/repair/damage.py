"""Lines that do not read as Chinese after all repairs: they are kept, and what is read in them carries the mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.text.repair.language import bigrams, unusual

# Four marks that encoders without Chinese wrote; the number of a glyph in a font that does not say what it stands for.
_ASCII = re.compile(r"？{4}|[（(]cid[：:][0-9]+[）)]")
# U+FFFD and the same in UTF-8 read as GBK; bopomofo and description characters, which only slipped bytes make.
_LOST = re.compile("[\ufffd\u3105-\u312f\u2ff0-\u2ffb]|锟斤拷|[\ue000-\uf8ff]{2}")
_STRANGE = re.compile("[\u0080-\u024f\u3400-\u9fff\uac00-\ud7af\ue000-\uf8ff]")  # not marks, rules, other alphabets
_CROWD, _NEAR = 12, 24  # so many strange characters within so many
_FEW = 4  # in a short line so many, if they are half of it
_DEAR = 11.5  # nats a character; lists of rare names read better, for a word list has most of them


def damaged(clean: str) -> tuple[tuple[int, int], ...]:
    """The spans of the lines of a reading text that could not be mended."""
    found: set[tuple[int, int]] = set()
    if "？？？？" in clean or "cid" in clean:
        found.update(_line(clean, sign.start()) for sign in _ASCII.finditer(clean))
    for start, end, places in _odd_lines(clean):
        if any(_LOST.match(clean, at) for at in places) or _reads_badly(clean, start, end, places):
            found.add((start, end))
    return tuple(sorted(found))


def _line(clean: str, at: int) -> tuple[int, int]:
    """The span of the line that holds a place."""
    end = clean.find("\n", at)
    return clean.rfind("\n", 0, at) + 1, end if end >= 0 else len(clean)


def _odd_lines(clean: str) -> Iterator[tuple[int, int, list[int]]]:
    """The span of each line that has unusual characters, with their places."""
    start, end = 0, -1
    places: list[int] = []
    for at in unusual(clean):
        if at >= end:
            if places:
                yield start, end, places
            start, end = _line(clean, at)
            places = []
        places.append(at)
    if places:
        yield start, end, places


def _reads_badly(clean: str, start: int, end: int, places: Sequence[int]) -> bool:
    """Whether strange characters make up a stretch of the line, or half of a short one."""
    if len(places) < _FEW:
        return False
    places = [at for at in places if _STRANGE.match(clean, at)]
    if len(places) >= _FEW and 2 * len(places) >= end - start and _is_dear(clean[start:end]):
        return True
    return any(
        last - first <= _NEAR and _is_dear(clean[first : last + 1])
        for first, last in zip(places, places[_CROWD - 1 :], strict=False)
    )


def _is_dear(stretch: str) -> bool:
    return sum(map(bigrams().cost, stretch, stretch[1:])) > _DEAR * (len(stretch) - 1)
