"""Builds a knowledge graph from Chinese township work reports (乡镇年度工作总结).

The names below are the library for users, see docs/python.md; they are loaded when first asked for. `kg.pipeline` is
the way from a file to its facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Graph", "KgError", "Reading", "Selection", "graph_of", "open_graph", "read", "read_text"]

if TYPE_CHECKING:
    from kg.api import Graph, Reading, Selection, graph_of, open_graph, read, read_text
    from kg.errors import KgError


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg import api, errors

    return errors.KgError if name == "KgError" else getattr(api, name)
