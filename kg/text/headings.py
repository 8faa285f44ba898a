"""Which lines are headings, in whatever style they are numbered or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import table
from kg.text.lines import Line

CHINESE = "一二三四五六七八九十"
PLAIN = 0.0  # the rank of a heading without a number that names a part of the report
TOPICAL = 0.5  # and of one that names a topic: inside whatever section is open
NUMBERINGS = (  # rank, outermost first, and pattern
    (0.0, re.compile(r"#\s+")),
    (1.0, re.compile(r"【(?=[^】]{2,24}】$)")),
    (1.0, re.compile(rf"第[{CHINESE}]{{1,3}}(?:部分|章|篇|编)[：:、\s]*|【[{CHINESE}]{{1,3}}】|##\s+")),
    (2.0, re.compile(rf"[{CHINESE}]{{1,3}}\s*[、．.]\s*(?![{CHINESE}](?:季|产|级|月|类|、))")),
    (2.0, re.compile(rf"第[{CHINESE}]{{1,3}}(?:、|节[：:、\s]*)|[Ⅰ-Ⅻ]\s*[、．.]?\s*")),
    (2.0, re.compile(r"(?:I{1,3}|IV|VI{0,3}|IX|X)[、．.]\s*(?![A-Za-z])")),
    (3.0, re.compile(rf"（[{CHINESE}]{{1,3}}）[、．.]?\s*|[㈠-㈩]\s*|[{CHINESE}]{{1,3}}）\s*|#{{3,6}}\s+")),
    (4.4, re.compile(r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?:[、．.\s]\s*(?=[一-鿿“])|(?=[一-鿿]{2,20}$))")),
    (4.0, re.compile(r"\d{1,2}(?:、\s*|[．.]\s*(?=20\d\d年|\D|$))|[⒈-⒛]\s*")),
    (5.0, re.compile(r"（\d{1,2}）[、．.]?\s*|\d{1,2}）\s*|[⑴-⒇]\s*")),
    (6.0, re.compile(r"[①-⑳]\s*")),
)
MARKS = frozenset(f"#第【{CHINESE}（ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVX0123456789")  # with what a numbered heading begins
MARKS |= frozenset(map(chr, (*range(0x2460, 0x249C), *range(0x3220, 0x322A))))  # ① to ⒛, ㈠ to ㈩
STOP = re.compile(r"[。！？；\n][。！？；\n]*[”’）]*")  # one mark first, so that the search is fast
LONGEST = 60
LONGEST_PLAIN = 26
LONG_TEXT = 40  # characters of a paragraph that a heading without a number stands over
UNLIKE = re.compile(r"[，。；：！？…|\t]|^[—（《“•\d]|\d{4}|[年月日]$|^(?:各位|谢谢|附|注)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The rank of a heading (outer ones are lower) and its length in the line."""

    rank: float
    length: int


@cache
def _names_part() -> re.Pattern[str]:
    return re.compile("|".join(cue for group in table("outline.toml")["parts"] for cue in group["cues"]))


def headings(lines: Sequence[Line], *, skip: frozenset[int] = frozenset()) -> dict[int, Heading]:
    """The headings among the lines, by their places; the lines at `skip` are none."""
    found = {}
    for number, line in enumerate(lines):
        if number in skip:
            continue
        if heading := numbered(line.text) or _plain(lines, number, skip):
            found[number] = heading
    return found


def numbered(text: str) -> Heading | None:
    """The heading that a line with a list mark opens with, None for other lines."""
    rank, mark = _opening(text)
    if not mark:
        return None
    stop = STOP.search(text, mark)
    end = stop.start() if stop else len(text)
    return Heading(rank, end if end <= LONGEST or rank <= 2 else mark)


def mark_of(text: str) -> int:
    """The length of the list mark that a line or sentence opens with, 0 where there is none."""
    return _opening(text)[1]


def _opening(text: str) -> tuple[float, int]:
    """The rank and the length of a list mark; a length of 0 where there is none."""
    if text and text[0] in MARKS:
        for rank, numbering in NUMBERINGS:
            if mark := numbering.match(text):
                return rank, mark.end()
    return PLAIN, 0


def _plain(lines: Sequence[Line], number: int, skip: frozenset[int]) -> Heading | None:
    """A short line without a mark, over a paragraph: the name of a part, or of a topic."""
    text = lines[number].text
    if len(text) > LONGEST_PLAIN:
        return None
    names = re.match(r"(?:20\d\d年|过去|今年|明年|主要|存在|下一?步|今后|工作|面临)", text)
    if names and not STOP.search(text) and not re.search("[：，]", text) and _names_part().search(text):
        return Heading(PLAIN, len(text))
    if number == 0 or number + 1 >= len(lines) or number - 1 in skip or len(text) < 4 or UNLIKE.search(text):
        return None
    before, after = lines[number - 1].text, lines[number + 1].text
    over = len(after) >= LONG_TEXT and "。" in after and numbered(after) is None
    return Heading(TOPICAL, len(text)) if over and (len(before) >= LONG_TEXT or numbered(before)) else None
