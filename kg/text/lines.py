"""Lines of the reading text, and the page that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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

    `trail` is the breadcrumb, "" where there is none; `titles` are what the input calls the report beside its text,
    best first, and `folders` the names of the folders it came from, the innermost first.
    """

    lines: tuple[Line, ...]
    fields: dict[str, str] = field(default_factory=dict)
    trail: str = ""
    titles: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def split(text: str) -> Iterator[Line]:
    """The non-empty lines of `text`, stripped of indentation."""
    at = 0
    for raw in text.split("\n"):
        body = raw.strip(INDENT)
        if body:
            start = at + raw.index(body)
            yield Line(body, start, start + len(body))
        at += len(raw) + 1
