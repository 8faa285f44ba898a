"""The views of the graph: networks, each a CONSTRUCT query of queries/views/ that goes by its file's name."""

from __future__ import annotations

from kg.errors import ExportError
from kg.graph import queries
from kg.graph.queries import Query

DEFAULT = "programme-network"
_FOLDER = "views/"


def names() -> list[str]:
    """The names of all views, sorted."""
    return [name.removeprefix(_FOLDER) for name in queries.names("views")]


def load(name: str | None = None) -> Query:
    """The view of this name, or the default one. ExportError where there is none."""
    if name is not None and name not in names():
        raise ExportError(f"{name} is no view; choose one of {', '.join(names())}")
    return queries.load(f"{_FOLDER}{name or DEFAULT}")
