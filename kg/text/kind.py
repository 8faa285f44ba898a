"""Whether a text is a work report at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from kg.lexicon import table
from kg.model import Document
from kg.text.lines import split

_CHINESE = re.compile("[\u4e00-\u9fff]+")
_STOPS = re.compile("[。；！]")
_LONGEST_LINE = 60  # of a title or a headline
_DATELINE = 400  # characters in which a news item shows itself


@cache
def _cues(group: str) -> dict[str, Any]:
    found: dict[str, Any] = table("kinds.toml")[group]
    return found


@cache
def _cue(group: str, name: str) -> re.Pattern[str]:
    cues = _cues(group)[name]
    return re.compile(cues if isinstance(cues, str) else "|".join(cues))


def is_report(document: Document) -> bool:
    """Whether the document reads like a work report.

    1. it is long enough and prose   2. it is no text of another kind, by its title, its layout, its phrases
    3. its words are those of the genre: fewer will do where the title says so, else it must say so itself
    """
    body = "".join(document.text.clean[s.start : s.end] for s in document.sentences)
    chinese = sum(map(len, _CHINESE.findall(body)))
    cues = _cues("report")
    titled = document.title is not None and _cue("report", "title").search(document.title) is not None
    if chinese < cues["shortest"][titled] or 1000 * len(_STOPS.findall(body)) < cues["punctuated"] * chinese:
        return False
    own = {sentence.start for sentence in document.sentences}
    lines = [line.text for line in split(document.text.clean) if line.start in own]
    if _is_other(document.title or "", lines, titled=titled) or _is_news(body[:_DATELINE], lines, titled=titled):
        return False
    share = 1000 * len(_cue("report", "words").findall(body)) / chinese
    if titled:
        return bool(share >= cues["density"] / 3)
    return bool(share >= cues["density"] and _cue("report", "says").search(body))


def _is_other(title: str, lines: Sequence[str], *, titled: bool) -> bool:
    """Whether a text is of another kind: by its title, or its first lines where it has none, or by its layout."""
    first = [title, *(() if titled else _opening(lines))]
    if any(_cue("other", "ends").search(text) or _cue("other", "holds").search(text) for text in first):
        return True
    return any(sum(bool(_cue("other", name).match(text)) for text in lines) > 1 for name in ("several", "articles"))


def _is_news(body: str, lines: Sequence[str], *, titled: bool) -> bool:
    """Whether a text without a report's title begins as news do: with a headline, or with who saw what and when."""
    if titled or _cue("report", "addresses").search(body):
        return False
    told = len(_cue("other", "news").findall(body))
    headline = any(_cue("other", "headline").search(text) for text in _opening(lines))
    return bool(told + headline >= _cues("other")["items"])


def _opening(lines: Sequence[str]) -> list[str]:
    """The first lines that may be a title or a headline."""
    return [text for text in lines[: _cues("report")["opening"]] if len(text) <= _LONGEST_LINE and "。" not in text]
