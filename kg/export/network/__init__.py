"""Networks for tools that analyse and draw them: a view of the store as nodes and edges, in the formats of these tools.

`model` makes the network of the triples that a view gives, `looks` colours and sizes, `layout` places it; each other
module writes one format. This package is the only importer of networkx.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import networkx as nx  # type: ignore[import-untyped]

from kg.errors import ExportError
from kg.export import views, writing
from kg.export.network import cytoscape, dot, gexf, neo4j
from kg.export.network.model import network as network
from kg.export.selection import EVERYTHING, Selection
from kg.graph.queries import Query
from kg.graph.store import Store

__all__ = ["FORMATS", "export", "network"]


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
    query: Query | None = None,
) -> None:
    """Write the network of a view, or of the user's own `query`, in one of FORMATS.

    neo4j becomes a folder, or a ZIP file where `out` is one or a stream. ExportError on another format or view and
    where `out` cannot be written.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no network format; choose one of {', '.join(FORMATS)}")
    graph = network(store, query or views.load(view), selection)
    if format == "neo4j" and isinstance(out, Path) and out.suffix.lower() != ".zip":
        neo4j.write_folder(graph, out)
        return
    with writing(out) as file:
        _WRITERS[format](graph, file)


def _write_graphml(graph: nx.MultiDiGraph, out: IO[bytes]) -> None:
    nx.write_graphml_lxml(graph, out)


def _write_nodelink(graph: nx.MultiDiGraph, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="\n", write_through=True)
    json.dump(nx.node_link_data(graph, edges="links"), text, ensure_ascii=False, indent=1)
    text.detach()


_WRITERS: Mapping[str, Callable[[Any, IO[bytes]], None]] = {
    "gexf": gexf.write,
    "graphml": _write_graphml,
    "cytoscape": cytoscape.write,
    "nodelink": _write_nodelink,
    "dot": dot.write,
    "neo4j": neo4j.write_zip,
}
FORMATS = tuple(_WRITERS)
