"""The words of a scheme's concepts, for the tests of the schemes."""

from __future__ import annotations

from rdflib import SKOS, Graph, Literal, URIRef


def texts(graph: Graph, concept: URIRef, term: URIRef, lang: str) -> list[str]:
    """What `term` says of the concept in one language."""
    return [str(o) for o in graph.objects(concept, term) if isinstance(o, Literal) and o.language == lang]


def labels(graph: Graph, concept: URIRef) -> list[str]:
    """All Chinese names of the concept."""
    return texts(graph, concept, SKOS.prefLabel, "zh") + texts(graph, concept, SKOS.altLabel, "zh")
