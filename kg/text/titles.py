"""The title of a report: on one line or several, else in the page's metadata, else in the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from kg.lexicon import table
from kg.text import metadata
from kg.text.lines import Page

NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]+）|第[一二三]部分|\d{1,2}[、．.](?!\d)")
LONGEST = 60
LONGEST_PIECE = 36  # of a title that is set on several lines
LOOKED_AT = 12  # lines in front of the text
CHINESE = re.compile("[一-鿿]")
YEAR = re.compile(r"(?:19|20)\d\d|[二一][〇零一二三四五六七八九]{3}年")


@cache
def _cues() -> dict[str, Any]:
    found: dict[str, Any] = table("outline.toml")["title"]
    return found


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(_cues()[name])


def in_text(page: Page) -> tuple[str | None, frozenset[int]]:
    """The title that stands in the text, and the places of its lines: the first that end as titles do."""
    opening = [line.text for line in page.lines[:LOOKED_AT]]
    for number, text in enumerate(opening):
        if _is_text(text):
            break
        for count in (3, 2, 1):
            pieces = opening[number : number + count]
            if len(pieces) == count and (title := _joined(pieces)):
                return title, frozenset(range(number, number + count))
    return None, frozenset()


def _is_text(text: str) -> bool:
    """Whether a line is the report's own prose, so that no title can follow."""
    return len(text) > 2 * LONGEST or (len(text) > LONGEST and "。" in text)


def _joined(pieces: list[str]) -> str | None:
    """The title that the lines make together, None where they make none or one of them would do."""
    if len(pieces) == 1:
        return bare(pieces[0]) if is_title(pieces[0]) else None
    if any(len(p) > LONGEST_PIECE or re.search("[，。；：—]|^（", p) or NUMBERED.match(p) for p in pieces):
        return None
    whole = "".join(pieces)
    runs_on = all(_runs_on(one, other) for one, other in pairwise(pieces))
    return bare(whole) if runs_on and is_title(whole) else None


def _runs_on(one: str, other: str) -> bool:
    """Whether a title goes on from one line to the next."""
    if _cue("goes_on").match(other):
        return True
    if bare(one).endswith(tuple(_cues()["ends"])):
        return False
    if is_title(other) and _cue("names_unit").match(other):
        return False
    return bool(_cue("breaks_off").search(one)) and not _cue("signed").search(other)


def bare(text: str) -> str:
    """A title without what stands around it: brackets, a trailing （草案）, list marks."""
    text = re.sub(r"^#{1,6}\s*|^\s*[【\[](?:总结|乡镇|转载|原创)[】\]]\s*|\*\*", "", text.strip())
    text = re.sub(r"(?:\s*[（(【\[][^）)】\]]{1,20}[）)】\]])+$", "", text).rstrip("：— ")
    quoted = re.fullmatch(r"《(.*)》|“(.*)”", text)
    return (quoted[1] or quoted[2] or "") if quoted else text


def is_title(text: str) -> bool:
    """Whether a line is the title of a report: how it ends, or a year and a word for reports in it."""
    title = bare(text)
    if not 4 <= len(title) <= LONGEST or re.search("[。；！？]", title) or NUMBERED.match(title):
        return False
    if title.endswith(tuple(_cues()["ends"])):
        return not _cue("sentence").search(title)
    dated = YEAR.search(title) and _cue("work").search(title)
    return bool(dated) and len(title) < 45 and not re.search(r"[，—：]", title) and not _cue("sentence").search(title)


def named(fields: dict[str, str], key: str) -> tuple[str, ...]:
    """What the input calls the report beside its text: titles among the fields, then the file's name."""
    said = [fields.get(name, "") for name in (*sorted(metadata.keys("titles")), "title")]
    pieces = [piece for text in said for piece in _pieces(text)]
    return tuple(dict.fromkeys(bare(p) for p in (*pieces, _of_file(key)) if is_title(p)))


def _pieces(text: str) -> Iterator[str]:
    """A page's title and its parts (青柳湾镇2021年工作总结_青禾县人民政府)."""
    yield from re.split(r"\s*[_|｜»>]\s*|\s+[-—–]+\s+|(?<=[一-鿿])[-—–]+(?=[一-鿿])", text.strip())


def _of_file(key: str) -> str:
    """A file's name without ending, number in front, and marks of copies and versions behind."""
    stem = re.sub(r"(?:\.[A-Za-z0-9]{2,8})+$", "", PurePosixPath(key).name)
    stem = re.sub(r"^(?:[0-9a-f]{6,}|\d{1,3})[\s._、-]+|^附件\d*[：:\s._-]*", "", stem)
    versions = _cues()["versions"]
    copies = rf"[（(](?:\d+|{versions})[）)]|{versions}|(?<=\D)\d{{6,8}}|[vV]\d+"
    return re.sub(rf"(?:[\s._-]*(?:{copies}))+$", "", stem)


def folders(key: str) -> tuple[str, ...]:
    """The names of the folders on the path that are Chinese, innermost first."""
    steps = PurePosixPath(key).parts[:-1]
    return tuple(step for step in reversed(steps) if CHINESE.search(step))
