"""A page taken apart: its furniture set aside, its metadata read, the report's own lines kept.

What is furniture is data (``kg/data/furniture.toml``); here is where it counts. *Outside* is before the first and
after the last paragraph of the page: there everyday words may be keys and bars, between them only what can be
nothing else. *Latter* is the part of the page in which a glossary or a list of links ends the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from kg.lexicon import table
from kg.text import metadata
from kg.text.lines import Line, Page, split

LATTER = 0.4  # share of a page's characters after which a glossary, an attachment or a list of links may begin
LONGEST = 200  # characters; a longer line is a paragraph and looked at no further
LONGEST_FURNITURE = 80
PARAGRAPH = 25  # characters of a sentence that is prose
MOST_CONTENTS = 80  # lines of a table of contents
MARKS = r"[\s|｜/\\·>》＞»:：【】\[\]（）()、-]"  # between the words of a bar
OPENING = re.compile(r"[一二三四五六七八九十]{1,3}、|（一）|第一部分|各位代表")


@cache
def _cues(group: str) -> dict[str, Any]:
    found: dict[str, Any] = table("furniture.toml")[group]
    return found


@cache
def _cue(group: str, name: str) -> re.Pattern[str]:
    """The pattern of an entry; of a list of them, one that finds any."""
    cues = _cues(group)[name]
    return re.compile(cues if isinstance(cues, str) else "|".join(cues))


@cache
def _only(*groups: str) -> re.Pattern[str]:
    """Matches a line of nothing but words of the groups and marks between them."""
    words = sorted((w for g in groups for w in _cues("words")[g]), key=len, reverse=True)
    return re.compile(rf"{MARKS}*+(?>(?:{'|'.join(words)}){MARKS}*+)++")


def take_apart(text: str) -> Page:
    """The page behind a reading text."""
    lines = list(split(text))
    contents = _contents(lines)
    first, last = _paragraphs(lines)
    taker = _Taker(lines, latter=LATTER * len(text))
    for number, line in enumerate(lines):
        if taker.behind and not taker.resumes(line):
            continue
        if number not in contents:
            taker.take(line, outside=not first <= number <= last)
    return Page(tuple(taker.lines), taker.fields, ">".join(taker.trail))


def _paragraphs(lines: list[Line]) -> tuple[int, int]:
    """The places of the first and the last line that are the report's prose or headings."""
    prose = (n for n, line in enumerate(lines) if _is_prose(line.text))
    first = next(prose, 0)
    if not lines or not _is_prose(lines[first].text):
        return 0, len(lines)
    last = next((n for n in range(len(lines) - 1, first, -1) if _is_prose(lines[n].text)), first)
    return first, last


def _is_prose(text: str) -> bool:
    if len(text) > LONGEST:
        return True
    if OPENING.match(text):
        return not _cue("contents", "leader").search(text)
    return len(text) >= PARAGRAPH and text.endswith(("。", "：", "；", "！")) and not _is_furniture(text, outside=True)


def _is_furniture(text: str, *, outside: bool) -> bool:
    """Whether a line is furniture by itself, whatever stands around it."""
    if not outside and len(text) >= PARAGRAPH and text.endswith("。"):
        return False
    if len(text) <= LONGEST_FURNITURE and _cue("lines", "anywhere").search(text):
        return "。" not in text[:-1] or outside
    if _only("buttons").fullmatch(text):
        return True
    if not outside:
        return False
    return bool(_cue("lines", "outside").search(text) or _only("buttons", "bars").fullmatch(text))


class _Taker:
    """The lines of a page taken one by one.

    `listing` holds while the items of a list are passed over, `awaited` is the key whose value comes next, `stepping`
    that the next line is a step of the breadcrumb; `begun` says that the paragraphs have, `behind` that the rest of
    the page is none of the report.
    """

    def __init__(self, lines: Sequence[Line], *, latter: float) -> None:
        self.latter = latter
        self.following = {one.start: other.text for one, other in pairwise(lines)}
        self.lines: list[Line] = []
        self.fields: dict[str, str] = {}
        self.trail: list[str] = []
        self.listing: re.Pattern[str] | None = None
        self.awaited: str | None = None
        self.stepping = False
        self.begun = False
        self.behind = False

    def resumes(self, line: Line) -> bool:
        """Whether the report goes on after a glossary, with an annex of works that it plans."""
        return self._annexed(line) and (line.text.startswith("附") or "实事" in line.text)

    def take(self, line: Line, *, outside: bool) -> None:
        """Keep the line, or learn what it says of the page."""
        self.begun = self.begun or not outside
        if len(line.text) > LONGEST:
            self.listing, self.behind = None, self._entry(line)
        elif self._answered(line.text) or self._listed(line.text):
            return
        else:
            self.behind = self._ends(line)
            if self._metadata(line, outside=outside) or self._trailing(line.text, outside=outside):
                return
            if self._opens_list(line) or _is_furniture(line.text, outside=outside):
                return
            if outside and (found := metadata.unknown(line.text)):
                self._note(found)
                return
        if not self.behind:
            self.lines.append(line)

    def _ends(self, line: Line) -> bool:
        """Whether what follows, this line included, is attached to the report or explains its words."""
        if line.start < self.latter or self._annexed(line):
            return False
        return bool(_cue("lists", "behind").search(line.text)) or self._entry(line)

    def _annexed(self, line: Line) -> bool:
        """Whether an annex is work that the report plans: 附件1, and below it 2025年十件民生实事."""
        following = self.following.get(line.start, "")
        return any(_cue("lists", "annex").search(text) for text in (line.text, following))

    def _entry(self, line: Line) -> bool:
        """Whether a glossary begins here that no heading announces."""
        return line.start > self.latter and bool(_cue("lists", "entry").match(line.text))

    def _answered(self, text: str) -> bool:
        """Whether the line is the value of the key before it, or the next step of the breadcrumb."""
        key, self.awaited = self.awaited, None
        stepping, self.stepping = self.stepping, False
        if key and metadata.answers(key, text):
            self._note([(key, text)])
            return True
        if stepping and len(text) < 20:
            self.trail.append(text)
            return True
        return False

    def _listed(self, text: str) -> bool:
        """Whether the line is an item of the list that is being passed over."""
        if self.listing and self.listing.search(text) and "。" not in text:
            return True
        self.listing = None
        return False

    def _metadata(self, line: Line, *, outside: bool) -> bool:
        found = metadata.pairs(line.text, loose=outside)
        if found and not self.behind:
            self._note(found)
            if not found[-1][1] and outside:
                self.awaited = found[-1][0]
            return True
        if outside and (key := metadata.awaits(line.text)):
            self.awaited = key
            return True
        return False

    def _note(self, found: metadata.Pairs) -> None:
        for key, value in metadata.kept(found):
            if not self.begun or key in metadata.keys("firm", "loose"):
                self.fields.setdefault(key, value)

    def _trailing(self, text: str, *, outside: bool) -> bool:
        """Whether the line belongs to the breadcrumb."""
        if "。" in text:
            return False
        if self.trail and outside and re.fullmatch(_cues("trail")["mark"], text):
            self.stepping = True
            return True
        if any(_cue("trail", name).search(text) for name in ("label", "opens", *(("steps",) if outside else ()))):
            self.trail.append(text)
            return True
        return False

    def _opens_list(self, line: Line) -> bool:
        """Whether the line stands over a list of links or files."""
        if _cue("lists", "note").search(line.text):
            self.listing = _cue("lists", "item")
            return True
        if "。" in line.text or len(line.text) > LONGEST_FURNITURE:
            return False
        if _cue("lists", "links").search(line.text):
            self.behind = line.start > self.latter
            self.listing = _cue("lists", "link")
            return True
        if _cue("lists", "files").search(line.text):
            self.listing = _cue("lists", "item")
            return True
        return False


def _contents(lines: list[Line]) -> set[int]:
    """The places of the lines of a table of contents: those under its heading that come again, and dotted ones."""
    leader = _cue("contents", "leader")
    found = {n for n, line in enumerate(lines) if len(line.text) <= 60 and leader.search(line.text)}
    under = next((n for n, line in enumerate(lines[:60]) if _cue("contents", "heading").search(line.text)), None)
    return found if under is None else found | {under} | set(_again(lines, under, found))


def _again(lines: list[Line], under: int, dotted: set[int]) -> Iterator[int]:
    """The short lines after the heading whose words come again further down."""
    later: dict[str, int] = {}
    for number, line in enumerate(lines[under + 1 :], under + 1):
        later[_key(line.text)] = number
    for number in range(under + 1, min(len(lines), under + MOST_CONTENTS)):
        text = lines[number].text
        if number in dotted or (len(text) <= 60 and _cue("contents", "page").search(text)):
            yield number
            continue
        if len(text) > 60 or "。" in text or later[_key(text)] <= number:
            return
        yield number


def _key(text: str) -> str:
    """The beginning of a heading, by which its entry in a table of contents is known."""
    return re.sub(r"[\s\d.．…·—-]+$", "", text.split("。", 1)[0])[:14]
