"""The views of the graph: networks, each a CONSTRUCT query of queries/views/ that goes by its file's name."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.errors import ExportError
from kg.graph import queries
from kg.graph.queries import Query

DEFAULT = "programme-network"
LAYOUTS = ("force", "columns", "levels")  # by attraction; a column for each kind; strategies by level, the rest beneath
_FOLDER = "views/"
_LAYOUT = re.compile(r"^# layout: (\w+)$", re.MULTILINE)


def names() -> list[str]:
    """The names of all views, sorted."""
    return [name.removeprefix(_FOLDER) for name in queries.names("views")]


def load(name: str | None = None) -> Query:
    """The view of this name, or the default one. ExportError where there is none."""
    if name is not None and name not in names():
        raise ExportError(f"{name} is no view; choose one of {', '.join(names())}")
    name = name or DEFAULT
    return replace(queries.load(f"{_FOLDER}{name}"), name=name)


def layout(query: Query) -> str:
    """How a view wants to be drawn: what its line ``# layout: …`` says, one of LAYOUTS. ExportError on another word."""
    found = _LAYOUT.search(query.text)
    word = found[1] if found else LAYOUTS[0]
    if word not in LAYOUTS:
        raise ExportError(f"{query.name}: there is no layout {word}; choose one of {', '.join(LAYOUTS)}")
    return word


def titles(query: Query) -> tuple[str, str]:
    """What a view shows, in Chinese and English: the two sentences on top; a query without them goes by its name."""
    head = query.text.split("\n")[:2]
    lines = [line.removeprefix("#").strip() for line in head if line.startswith("# ") and not _LAYOUT.match(line)]
    english, chinese = (*lines, *lines[-1:])[:2] if lines else (query.name, query.name)
    return chinese.rstrip("。"), english.rstrip(".")
