"""What pages say of themselves to programs: schema.org as JSON-LD, and where the data are, as links in the head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from kg.graph.namespaces import DCAT, TKG

_TYPES = {
    TKG.Report: "Report",
    TKG.Place: "AdministrativeArea",
    TKG.Programme: "DefinedTerm",
    TKG.Strategy: "DefinedTerm",
    TKG.Indicator: "StatisticalVariable",
    DCAT.Dataset: "Dataset",
}
FORMATS = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
_KEPT = "/:?#[]@!$&'()*+,;=%-._~"  # what a URI has of an IRI


def thing(iri: str, kinds: Iterable[str], name: str, address: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """A thing in the terms of schema.org; `address` is that of its page, `more` what else is said of it."""
    type = next((_TYPES[kind] for kind in kinds if kind in _TYPES), "Thing")
    said = {"@context": "https://schema.org", "@type": type, "@id": iri, "name": name, "url": address}
    return said | {key: value for key, value in more.items() if value}


def website(address: str, name: str, language: str) -> dict[str, Any]:
    """The explorer itself, with its search."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": f"{address}/",
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{address}/search?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }


def links(iri: str, path: str) -> str:
    """The header Link of a thing's page: its data in all formats, and the IRI by which to cite it."""
    data = [f'<{path}.{ending}>; rel="alternate"; type="{kind}"' for ending, kind in FORMATS.items()]
    return ", ".join([*data, f'<{quote(iri, safe=_KEPT)}>; rel="cite-as"'])


def back(path: str) -> str:
    """The header Link of data: the page about the same thing."""
    return f'<{path}>; rel="alternate"; type="text/html"'
