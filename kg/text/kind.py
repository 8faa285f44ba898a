"""Whether a text is a work report at all."""

from __future__ import annotations

import re
from functools import cache

from kg.lexicon import table
from kg.model import Document

_CHINESE = re.compile("[\u4e00-\u9fff]+")


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str], int, int]:
    report = table("kinds.toml")["report"]
    return re.compile("|".join(report["words"])), re.compile(report["title"]), report["density"], report["shortest"]


def is_report(document: Document) -> bool:
    """Whether the document reads like a work report: by its title, else by the density of the genre's words."""
    words, title, density, shortest = _cues()
    body = "".join(document.text.clean[s.start : s.end] for s in document.sentences)
    chinese = sum(map(len, _CHINESE.findall(body)))
    if chinese < shortest:
        return False
    share = 1000 * len(words.findall(body)) / chinese
    titled = document.title is not None and title.search(document.title) is not None
    return share >= (density / 3 if titled else density)
