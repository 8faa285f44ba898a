"""Which format an answer has: what the client accepts beside what the engine writes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.serve.refused import Refused

# Media type → format, the one that is preferred where all are as welcome first.
ROWS: Mapping[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPHS: Mapping[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/trig": "trig",
    "application/n-quads": "nquads",
    "application/x-turtle": "turtle",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "text/plain": "ntriples",
}
_NUMBER = re.compile(r"\s*\d(\.\d{0,3})?\s*", re.ASCII)
_TEXTS = ("text/", "application/n-triples", "application/n-quads", "application/trig", "application/x-turtle")


def choose(accept: str, offered: Mapping[str, str]) -> str | None:
    """The media type among `offered` that an Accept header likes best, None where it likes none.

    An absent header (empty) takes anything. The more exact range of two that fit a type decides on its weight.
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best, weight = None, 0.0
    for media in offered:
        fitting = [(_exactness(pattern), q) for pattern, q in ranges if _fits(pattern, media)]
        if fitting and (q := max(fitting)[1]) > weight:
            best, weight = media, q
    return best


def chosen(accept: str, offered: Mapping[str, str]) -> str:
    """As `choose`; Refused where the header likes nothing that is offered."""
    media = choose(accept, offered)
    if media is None:
        raise not_acceptable(offered)
    return media


def not_acceptable(offered: Mapping[str, str]) -> Refused:
    """What says that an answer comes in other types only."""
    return Refused(406, f"the answer comes as {', '.join(offered)}; accept one of them")


def with_charset(media: str) -> str:
    """The value of the header Content-Type."""
    return f"{media}; charset=utf-8" if media.startswith(_TEXTS) else media


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if pattern:
            found.append((pattern, _weight(parameters)))
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return min(float(value), 1.0) if _NUMBER.fullmatch(value) else 0.0
    return 1.0


def _fits(pattern: str, media: str) -> bool:
    return pattern in ("*/*", "*", media) or (pattern.endswith("/*") and media.startswith(pattern[:-1]))


def _exactness(pattern: str) -> int:
    return 0 if pattern.startswith("*") else 1 if pattern.endswith("/*") else 2
