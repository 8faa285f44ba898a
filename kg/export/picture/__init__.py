"""Pictures of a network: SVG, and PNG drawn from it. What cannot be read is left out, and the picture says how much."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from kg.errors import ExportError
from kg.export import views, writing
from kg.export.network import network
from kg.export.picture import clusters, columns
from kg.export.picture.png import drawn
from kg.export.selection import EVERYTHING, Selection
from kg.graph.queries import Query
from kg.graph.store import Store

FORMATS = ("svg", "png")


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
    query: Query | None = None,
) -> None:
    """Draw a view, or the user's own `query`, by its layout.

    ExportError on another format or view, where there is nothing to draw, and where `out` cannot be written;
    for PNG, MissingLibrary without resvg and ExportError without a Chinese font.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no format of pictures; choose one of {', '.join(FORMATS)}")
    query = query or views.load(view)
    graph = network(store, query, selection)
    if not graph:
        raise ExportError(f"{query.name} shows nothing of what is selected; select more, or build a store with reports")
    draw = clusters.draw if graph.graph["layout"] == "force" else columns.draw
    svg = draw(graph, views.titles(query))
    content = svg.encode() if format == "svg" else drawn(svg)
    with writing(out) as file:
        file.write(content)
