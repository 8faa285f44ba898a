"""The data of a thing for machines: which format is wanted, and the triples in it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.serve import media
from kg.serve.reply import Whole, packs
from kg.serve.site.ask import Asker, iri

HTML = "text/html"
_SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
    ".rdf": "application/rdf+xml",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
    ".csv": "text/csv",  # the numbers
}
_OFFERED = {HTML: "html", "application/xhtml+xml": "html", **media.GRAPHS}


def sent(request: Request) -> str:
    """The path as the client sent it, percent signs and all."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("latin-1").partition("?")[0]


def suffix(path: str) -> tuple[str, str]:
    """A path without the suffix that asks for a format (.ttl, .jsonld, .csv), and the media type; "" for none."""
    for ending, kind in _SUFFIXES.items():
        if path.endswith(ending):
            return path.removesuffix(ending), kind
    return path, ""


def wanted(request: Request) -> str:
    """The media type of the triples that a client wants; "" where it wants a page. Refused for other things."""
    kind = media.chosen(request.headers.get("accept", ""), _OFFERED)
    return "" if _OFFERED[kind] == "html" else kind


async def answer(request: Request, ask: Asker, this: str, kind: str) -> Response:
    """What is said of a thing, all that a report says if it is one, as triples."""
    reply = await ask.graph("about", media.GRAPHS[kind], packs(request), this=iri(this))
    return Whole(request, reply, kind)
