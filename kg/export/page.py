"""A page that shows a network: one HTML file that holds all it needs, opens offline and asks nothing of anyone.

Its front end, kg/export/web, is bundled when the package is built (hatch_build.py). Its policy lets the browser run
just that script and style, by their hashes, and connect to nothing.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import IO, Any

import kg
from kg import resources
from kg.errors import ExportError
from kg.export import views, writing
from kg.export.network import network
from kg.export.page_data import About, about, embedded, words
from kg.export.selection import EVERYTHING, Selection
from kg.graph.store import Store

FORMATS = ("html",)

_BUNDLE = "export"  # of kg/export/web
_GAP = re.compile(r"\{\{(\w+)\}\}")


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
) -> None:
    """Write the page of the selected part of a view.

    ExportError on another format or view, where the view cannot be selected so, and where `out` cannot be written.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no format of pages; choose {', '.join(FORMATS)}")
    query = views.load(view)
    graph = network(store, query, selection)
    content = page(graph, about(store, query, selection), words(store, graph))
    with writing(out) as file:
        file.write(content)


def page(graph: Any, about: About, words: dict[str, dict[str, str]]) -> bytes:
    """The page of a network (as kg.export.network makes it), with what `words` of its data are called."""
    style, script = _part("page.css"), _part("page.js")
    kind, data = embedded(graph, about, words)
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "generator": f"township-kg {kg.__version__}",
        "title": html.escape(about.title["zh"]),
        "style": style,
        "type": kind,
        "data": data,
        "script": script,
    }
    return _GAP.sub(lambda gap: parts[gap[1]], _part("page.html")).encode()


def _part(name: str) -> str:
    return resources.bundle(f"{_BUNDLE}/{name}").read_text("utf-8")


def _hash(text: str) -> str:
    """How a Content-Security-Policy names an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
