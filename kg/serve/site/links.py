"""What other data sets say of the same thing, and points on the map."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.graph.namespaces import OWL, SKOS
from kg.serve.site.facts import Facts

_SERVICES = {
    "www.wikidata.org": "Wikidata",
    "sws.geonames.org": "GeoNames",
    "qudt.org": "QUDT",
    "datacommons.org": "Data Commons",
    "www.datacommons.org": "Data Commons",
    "metadata.un.org": "UN SDG",
    "unstats.un.org": "UN",
}
_MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_POINT = re.compile(r"POINT ?\((-?[\d.]+) (-?[\d.]+)\)")
_HOST = re.compile(r"https?://([^/]+)/(?:.*[/#])?([^/#]+)/?$")


@dataclass(frozen=True, slots=True)
class Link:
    """An address elsewhere, whose it is, and what the thing is called there."""

    href: str
    service: str
    name: str


def outside(facts: Facts) -> list[Link]:
    """The links of a thing to other data sets; only those to the web."""
    found = [(href, _HOST.match(href)) for href in facts.all(*_MATCHES, OWL.sameAs)]
    return [Link(href, _SERVICES.get(match[1], match[1]), match[2]) for href, match in found if match]


def position(text: str) -> tuple[float, float] | None:
    """Longitude and latitude of a point as WKT."""
    match = _POINT.search(text)
    return (float(match[1]), float(match[2])) if match else None
