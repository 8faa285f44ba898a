"""Page numbers and the heads and feet that run through the pages of a document taken out of PDF or a printer's file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.text.repair.draft import Draft, Edit

FEED = "\f"  # ends a page

_DASH = r"[-—–−~·•_=\s]"
# A line that is nothing but the number of its page; with its marks no other line looks so ...
_MARKED = re.compile(
    rf"^(?:{_DASH}*[-—–−~·•]{_DASH}*[0-9]{{1,4}}{_DASH}*[-—–−~·•]{_DASH}*"
    r"|第 *[0-9一二三四五六七八九十百]{1,4} *页(?:[ ，,/|]*共 *[0-9一二三四五六七八九十百]{1,4} *页)?"
    r"|共 *[0-9]{1,4} *页[ ，,/|]*第 *[0-9]{1,4} *页"
    r"|(?:Page|page|PAGE|P\.|p\.) *[0-9]{1,4}(?: *(?:of|/) *[0-9]{1,4})?)$"
)
_BARE = re.compile(r"^([0-9]{1,4})(?: *[/|] *([0-9]{1,4}))?$")  # ... without them a row of such lines must count up
_MAYBE = re.compile(
    r"[\n\f](?:(?<=\f)|[ \t]*[^\n\f\u4e00-\u9fff]{0,8}(?:[0-9第共]|[Pp]age|PAGE)[^\n\f]{0,16}(?=[\n\f]|\Z))"
)
_DIGITS = re.compile("[0-9]+|[ \t]+")
_ROW = 3  # bare numbers that make a row
_APART = 8  # lines between two bare numbers, so that no column of a table is a row
_LONGEST_HEAD = 40
_EDGE = 2  # lines at the top and the bottom of a page that may be heads and feet
_REACH = 8  # lines, empty ones among them, in which they are looked for
_SHARE = 0.4  # of the pages that a head is on; left and right pages may have two


class Line(NamedTuple):
    """One line of the draft, [start, end) without what ends it; `text` is without the spaces around it."""

    text: str
    start: int
    end: int
    indent: int


def lines(text: str) -> list[Line]:
    """The lines of a draft, ended by line breaks and by form feeds."""
    found: list[Line] = []
    start = 0
    for raw in re.split("[\n\f]", text):
        text = raw.strip(" \t")
        found.append(Line(text, start, start + len(raw), raw.index(text)))
        start += len(raw) + 1
    return found


def unpage(draft: Draft) -> None:
    """Take page numbers and running heads out; one form feed, and nothing else, stands between two pages then.

    Leaves a record for each of them, "page-number" or "running-head".
    """
    if _MAYBE.search(draft.text) is None:
        return
    page = lines(draft.text)
    numbers = _numbers(page, draft.text)
    breaks = {at for at, line in enumerate(page) if draft.text[line.end : line.end + 1] == FEED}
    kinds = dict.fromkeys(numbers, "page-number")
    kinds |= dict.fromkeys(_heads(page, numbers, breaks), "running-head")
    if kinds or breaks:
        draft.edit(_edits(page, kinds, breaks))


def _numbers(page: Sequence[Line], text: str) -> set[int]:
    """The places of the lines that hold a page number."""
    found = {at for at, line in enumerate(page) if len(line.text) <= _LONGEST_HEAD and _MARKED.match(line.text)}
    last = max((at for at, line in enumerate(page) if line.text), default=0)
    row: list[tuple[int, int]] = []  # place and number
    for at, line in enumerate(page):
        bare = _BARE.match(line.text)
        if bare is None or (bare[2] and int(bare[1]) > int(bare[2])):
            continue
        if row and not (int(bare[1]) == row[-1][1] + 1 and (at - row[-1][0] > _APART or at == last)):
            found |= _row(row, page, text)
            row = []
        row.append((at, int(bare[1])))
    return found | _row(row, page, text)


def _row(row: Sequence[tuple[int, int]], page: Sequence[Line], text: str) -> set[int]:
    """The places of a row of bare numbers, if they number pages: by how many they are, or by where they stand."""
    places = {at for at, _ in row}
    fed = sum(FEED in text[max(0, page[at].start - 2) : page[at].end + 2] for at in places)
    counted = sum("/" in page[at].text for at in places)
    return places if len(row) >= _ROW or fed + counted >= min(2, len(row)) > 0 else set()


def _heads(page: Sequence[Line], numbers: set[int], breaks: set[int]) -> set[int]:
    """The places of the lines that recur at the tops and the bottoms of the pages, the first page's top aside."""
    seen: dict[str, set[int]] = defaultdict(set)
    ends = _page_ends(page, numbers, breaks)
    for end in (*ends, len(page) - 1) if ends else ():
        for way in (range(end, max(-1, end - _REACH), -1), range(end + 1, min(len(page), end + 1 + _REACH))):
            full = (at for at in way if page[at].text and at not in numbers)
            for at, _ in zip(full, range(_EDGE), strict=False):
                seen[_DIGITS.sub("0", page[at].text)].add(at)
    least = max(2, _SHARE * len(ends))
    return {at for text, places in seen.items() for at in places if len(places) >= least and _may_head(text)}


def _page_ends(page: Sequence[Line], numbers: set[int], breaks: set[int]) -> list[int]:
    """The last line of each page but the last: where it is fed, else where its number stands."""
    return sorted(at for at in (breaks or numbers) if at < len(page) - 1)


def _may_head(text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and text[-1] not in "。，；！？、"


def _edits(page: Sequence[Line], kinds: dict[int, str], breaks: set[int]) -> Iterator[Edit]:
    kept = [at for at, line in enumerate(page) if line.text and at not in kinds]
    if not kept:
        yield from (Edit(page[at].start, page[at].end, "", kinds[at]) for at in sorted(kinds))
        return
    yield from (Edit(page[at].start, page[at].end, "", kinds[at]) for at in sorted(kinds) if at < kept[0])
    for before, after in pairwise(kept):
        between = range(before + 1, after)
        if before in breaks or any(at in kinds or at in breaks for at in between):
            yield from _gap(page, kinds, before, after, between)
    yield from (Edit(page[at].start, page[at].end, "", kinds[at]) for at in sorted(kinds) if at > kept[-1])


def _gap(
    page: Sequence[Line], kinds: dict[int, str], before: int, after: int, between: Iterable[int]
) -> Iterator[Edit]:
    """The edits that leave one form feed between two lines."""
    at = page[before].end + 1
    yield Edit(at - 1, at, FEED)
    for place in between:
        if place in kinds:
            if page[place].start > at:
                yield Edit(at, page[place].start, "")
            yield Edit(page[place].start, page[place].end, "", kinds[place])
            at = page[place].end
    if page[after].start > at:
        yield Edit(at, page[after].start, "")
