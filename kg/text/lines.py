"""Lines of the reading text: which are the report, which are the furniture of its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from kg.lexicon import table

INDENT = " \t　•·"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its indentation; `start`/`end` are clean offsets."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart: the report's own `lines`, and the `fields` of its metadata (key → value).

    `trail` is the breadcrumb, "" where there is none.
    """

    lines: tuple[Line, ...]
    fields: dict[str, str] = field(default_factory=dict)
    trail: str = ""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    furniture = table("outline.toml")["furniture"]
    key = "|".join(r"\s*".join(k) for k in sorted(furniture["keys"], key=len, reverse=True))
    return (
        re.compile(rf"(?P<key>{key})\s*[：:]\s*(?P<value>.*?)(?=(?:\s|^)(?:{key})\s*[：:]|$)"),
        re.compile("|".join(furniture["trails"])),
        re.compile("|".join(furniture["footers"])),
        re.compile(furniture["glossary"]),
    )


def split(text: str) -> Iterator[Line]:
    """The non-empty lines of `text`, stripped of indentation."""
    at = 0
    for raw in text.split("\n"):
        body = raw.strip(INDENT)
        if body:
            start = at + raw.index(body)
            yield Line(body, start, start + len(body))
        at += len(raw) + 1


def take_apart(text: str) -> Page:
    """The page behind a reading text: furniture lines set aside, metadata read."""
    fields_pattern, trails, footers, glossary = _patterns()
    kept: list[Line] = []
    fields: dict[str, str] = {}
    trail = ""
    for line in split(text):
        if len(line.text) > 200:
            kept.append(line)
        elif found := _metadata(line.text, fields_pattern):
            for key, value in found:
                fields.setdefault(key, value)
        elif trails.search(line.text) and "。" not in line.text:
            trail = trail or line.text
        elif len(kept) > 5 and glossary.search(line.text):
            break
        elif not (footers.search(line.text) and len(line.text) < 60):
            kept.append(line)
    return Page(tuple(kept), fields, trail)


def _metadata(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """The key-value pairs of a line that holds nothing else, [] for any other line."""
    if pattern.match(text) is None or "。" in text:
        return []
    return [(re.sub(r"\s", "", m["key"]), m["value"].strip(" |")) for m in pattern.finditer(text)]
