"""Lines that do not read as Chinese after all repairs: they are kept, and what is read in them carries the mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.text.repair.language import bigrams, unusual

# What decoders and broken fonts leave where they knew no character; bopomofo, which only slipped bytes make.
_SIGN = re.compile(r"[\ufffd\u3105-\u312f\u2ff0-\u2ffb]|[\ue000-\uf8ff]{2}|[（(]cid[：:][0-9]+[）)]|[？?]{4,}|锟斤拷")
_STRANGE = re.compile("[\u0080-\u024f\u3400-\u9fff\uac00-\ud7af\ue000-\uf8ff]")  # not marks, rules, other alphabets
_CROWD, _NEAR = 12, 24  # so many strange characters within so many
_FEW = 4  # in a short line so many, if they are half of it
_DEAR = 11.5  # nats a character; lists of rare names read better, for a word list has most of them


def damaged(clean: str) -> tuple[tuple[int, int], ...]:
    """The spans of the lines of a reading text that could not be mended."""
    if _SIGN.search(clean) is None and len(unusual(clean)) < _FEW:
        return ()
    return tuple(_lines(clean))


def _lines(clean: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in clean.split("\n"):
        if line and (_SIGN.search(line) or _reads_badly(line)):
            yield start, start + len(line)
        start += len(line) + 1


def _reads_badly(line: str) -> bool:
    """Whether strange characters make up a stretch of the line, or half of a short one."""
    places = [at for at in unusual(line) if _STRANGE.match(line[at])]
    if len(places) >= _FEW and 2 * len(places) >= len(line) and _is_dear(line):
        return True
    return any(
        last - first <= _NEAR and _is_dear(line[first : last + 1])
        for first, last in zip(places, places[_CROWD - 1 :], strict=False)
    )


def _is_dear(stretch: Sequence[str]) -> bool:
    return sum(map(bigrams().cost, stretch, stretch[1:])) > _DEAR * (len(stretch) - 1)
