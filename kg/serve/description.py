"""What the endpoint says of itself, in the terms of SPARQL 1.1 Service Description."""

from __future__ import annotations

import io
from collections.abc import Iterator

from kg.graph.namespaces import PREFIXES, RDF, SD
from kg.oxigraph import serialize

_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads"),
)


def describe(endpoint: str, format: str) -> bytes:
    """The description of the service whose address is `endpoint`, an absolute IRI."""
    out = io.BytesIO()
    prefixes = {name: PREFIXES[name] for name in ("sd", "rdf") if name in PREFIXES}
    serialize(_lines(endpoint), out, format, prefixes)
    return out.getvalue()


def _lines(endpoint: str) -> Iterator[str]:
    service = "_:service"
    yield f"{service} <{RDF.type}> <{SD.Service}> ."
    yield f"{service} <{SD.endpoint}> <{endpoint}> ."
    yield f"{service} <{SD.supportedLanguage}> <{SD.SPARQL11Query}> ."
    yield f"{service} <{SD.feature}> <{SD.UnionDefaultGraph}> ."
    for name in _WRITTEN:
        yield f"{service} <{SD.resultFormat}> <{_FORMATS}{name}> ."
    yield f"{service} <{SD.defaultDataset}> _:dataset ."
    yield f"_:dataset <{RDF.type}> <{SD.Dataset}> ."
    yield f"_:dataset <{SD.defaultGraph}> _:union ."
    yield f"_:union <{RDF.type}> <{SD.Graph}> ."
