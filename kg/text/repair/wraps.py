"""Line breaks inside sentences, as in text taken out of PDF and in hard-wrapped mail."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.text.repair.draft import Draft, Edit
from kg.text.repair.pages import FEED, Line, lines

_NARROWEST, _WIDEST = 30, 160  # columns of a wrapped line, a Chinese character is two
_SLACK = 8  # columns that a full line may fall short of the widest: what it is set in, marks that may not begin a line
_CHINESE = 0.3  # of a line of text at least
_DEEPEST = 4  # characters that running text is set in; titles and signatures stand further in
_OUTLIERS = 20  # of so many lines one may be wider than the page
_LEAST = 3  # full lines that end inside a sentence
_PART = 0.7  # of the full width: a line that ends in a comma goes on from here

_ENDED = re.compile("[。！？；：…!?;:][”’）》】]*$|[】]$")
_GOES_ON = re.compile("[，、（“《]$")
_RUNNING = re.compile("[，。；：、]")  # in running text, behind the number of an item
_MARK = re.compile(  # opens an item or a heading
    r"(?:第?[一二三四五六七八九十百]{1,3}(?:、|[章节部分条款]+(?![一-鿿]{0,3}[，。])|[.．])|（[一二三四五六七八九十0-9]{1,3}）"
    r"|[0-9]{1,2}(?:[、．)）]|\.(?![0-9]))|[①-⑳⑴-⒇●○■□◆◇▲△★☆※•·➢✓-]|https?:|www\.)"
)
_NUMERAL = "[0-9〇一二三四五六七八九十]"
_DATE = re.compile(f"{_NUMERAL}{{4}}年{_NUMERAL}{{1,3}}月(?:{_NUMERAL}{{1,3}}日)?$")
_HAN = re.compile("[一-鿿]")
_TABLE = re.compile(r"\S(?:\t| {2,})\S.*\S(?:\t| {2,})\S|[│┃|].*[│┃|]|[─━]{3}")
_WORD = re.compile("[A-WYZa-wyz]")  # x and X are masks


def unwrap(draft: Draft) -> None:
    """Join the lines that a page broke inside a sentence; form feeds become line breaks.

    Leaves a record, "line-break", for each joint. Text with a paragraph on each line stays as it is.
    """
    text = draft.text
    fed = FEED in text
    if not fed and not _narrow(text):
        return
    page = lines(text)
    draft.edit(_joints(page, text, _full(page)))
    if fed:
        draft.replace(draft.text.replace(FEED, "\n"))


def _narrow(text: str) -> bool:
    """Whether the lines are short enough to be those of a page: a look that costs nothing."""
    lengths = list(map(len, text.split("\n")))
    return len(lengths) > _LEAST and _widest(lengths) <= _WIDEST


class Full(NamedTuple):
    """How wide the lines that fill their page are; infinitely where the text is not wrapped."""

    columns: float
    characters: float

    def holds(self, line: Line) -> bool:
        """Whether a line is full: programs wrap by columns or by characters."""
        return _width(line) >= self.columns - _SLACK or _length(line) >= self.characters - _SLACK // 4


def _full(page: Sequence[Line]) -> Full:
    """The measure of the full lines of a text."""
    kept = [line for line in page if line.text and line.indent <= _DEEPEST]
    columns, characters = (_widest([measure(line) for line in kept]) for measure in (_width, _length))
    full = Full(columns, characters)
    if _NARROWEST <= columns <= _WIDEST and sum(full.holds(line) and _is_open(line.text) for line in kept) >= _LEAST:
        return full
    return Full(math.inf, math.inf)


def _widest(widths: list[int]) -> int:
    """The greatest of some widths, outliers aside."""
    return sorted(widths)[-1 - len(widths) // _OUTLIERS] if widths else 0


def _length(line: Line) -> int:
    return line.indent + len(line.text)


def _width(line: Line) -> int:
    """How many columns a line takes, what it is set in included."""
    return 2 * line.indent + sum(1 + (unicodedata.east_asian_width(character) in "WFA") for character in line.text)


def _is_open(line: str) -> bool:
    """Whether a line ends inside a sentence and may go on."""
    if not line or _ENDED.search(line) or _TABLE.search(line) or _DATE.match(line):
        return False
    if len(_HAN.findall(line)) < _CHINESE * len(line):
        return False
    return not (_MARK.match(line) and not _RUNNING.search(line, 3))  # a heading


def _joints(page: Sequence[Line], text: str, full: Full) -> Iterator[Edit]:
    margin = min((line.indent for line in page if line.text), default=0)
    for line, following in pairwise(page):
        paged = text[line.end] == FEED
        if _is_open(line.text) and _goes_on(line, full, paged=paged) and _may_follow(following, margin):
            new = " " if _WORD.match(line.text[-1]) and _WORD.match(following.text) else ""
            end = line.start + line.indent + len(line.text)
            yield Edit(end, following.start + following.indent, new, "line-break")


def _goes_on(line: Line, full: Full, *, paged: bool) -> bool:
    """Whether an open line goes on in the next: it is full, or breaks off at a comma or at the end of its page."""
    if full.holds(line):
        return True
    width = _width(line)
    broken = _GOES_ON.search(line.text) is not None
    if paged:
        return broken or (width >= _NARROWEST and _RUNNING.search(line.text, 3) is not None)
    return broken and width >= _PART * full.columns


def _may_follow(line: Line, margin: int) -> bool:
    """Whether a line may be the rest of the one before: no item, heading, table or date, and not set in."""
    if not line.text or line.indent > margin + 1:
        return False
    return not (_MARK.match(line.text) or _TABLE.search(line.text) or _DATE.match(line.text))
