"""Paragraphs from the rows of a set page: a row that fills its column goes on in the next, unless that is set in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

_LOOSE = 1.2  # heights that a full row may fall short of the margin, beside what did not fit into it
_INDENT = 1.2  # heights by which the first row of a paragraph is set in, at least; usual are two
_SHORT = 4  # heights that a row without a mark at its end falls short of the margin, if it is a heading
_CELLS = 2.5  # heights of a gap inside a row of a table
_LEADING = 2.5  # heights from one row to the next, at most; more is another paragraph
_OUTLIERS = 20  # of so many rows one may stick out of the column
_ENDED = re.compile("[。！？：；][”’）》]*$")
_UNPARTED = re.compile("[“‘《（【]*(?:[0-9A-Za-z.,%×*]+|.)[，。、；：！？”’）》】]*")  # what no line break may part
_WORD = re.compile("[A-WYZa-wyz]")  # x and X are masks


class Row(NamedTuple):
    """A row of text: where it begins and ends, how high it is, and the widest gap in it, all in points."""

    text: str
    left: float
    right: float
    top: float
    height: float
    gap: float = 0.0

    @classmethod
    def of(cls, line: dict[str, Any]) -> Row:
        """A line as pdfplumber gives it."""
        gaps = (after["x0"] - before["x1"] for before, after in pairwise(line["chars"]))
        height = line["bottom"] - line["top"]
        return cls(line["text"], line["x0"], line["x1"], line["top"], height, max(gaps, default=0.0))


def paragraphs(rows: Sequence[Row]) -> Iterator[str]:
    """The paragraphs of a page from its rows in order; those that are set in begin with two wide spaces."""
    if not rows:
        return
    left = min(row.left for row in rows)
    right = sorted(row.right for row in rows)[-1 - len(rows) // _OUTLIERS]
    inset = [row.left - left > _INDENT * row.height for row in rows]
    styled = sum(inset) * _OUTLIERS > len(rows)  # paragraphs of this page are set in, so that a full row may end none
    said = _opening(rows[0], inset[0])
    for at in range(1, len(rows)):
        before, row = rows[at - 1], rows[at]
        if not inset[at] and _goes_on(before, row, right, styled=styled):
            said += (" " if _WORD.match(said[-1:]) and _WORD.match(row.text) else "") + row.text
        else:
            yield said
            said = _opening(row, inset[at])
    yield said


def _opening(row: Row, inset: bool) -> str:
    return ("\u3000\u3000" if inset else "") + row.text


def _goes_on(row: Row, following: Row, right: float, *, styled: bool) -> bool:
    """Whether a row fills its column, so that its paragraph goes on below."""
    if (
        right - row.right > (_LOOSE + _first(following.text)) * row.height
        or following.top - row.top > _LEADING * row.height
    ):
        return False
    if max(row.gap, following.gap) > _CELLS * row.height:
        return False
    heading = right - following.right > _SHORT * row.height and not _ENDED.search(following.text)
    return not _ENDED.search(row.text) or (styled and not heading)


def _first(text: str) -> float:
    """How wide the beginning of a row is that may not be parted, in heights of the row."""
    found = _UNPARTED.match(text)
    return sum(0.6 if character < "\u0250" else 1.0 for character in found[0]) if found else 0.0
