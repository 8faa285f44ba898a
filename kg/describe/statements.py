"""How triples of the description are written, and the IRIs of its nodes: none is blank, so that it can be compared."""

from __future__ import annotations

from urllib.parse import quote

from kg.graph.namespaces import PREFIXES, XSD
from kg.oxigraph import Term, Triple


def link(subject: str, predicate: str, target: str) -> Triple:
    """That a node is tied to another."""
    return subject, predicate, Term(target, "iri")


def text(subject: str, predicate: str, words: str, language: str = "") -> Triple:
    """That a node is said to be something in words."""
    return subject, predicate, Term(words, "literal", language)


def number(subject: str, predicate: str, value: int) -> Triple:
    """That there is so much of it."""
    return subject, predicate, Term(str(value), "literal", "", XSD.integer)


def day(subject: str, predicate: str, value: str) -> Triple:
    """That it was then, as an ISO 8601 date."""
    return subject, predicate, Term(value, "literal", "", XSD.date)


def node(of: str, kind: str, about: str) -> str:
    """The IRI of a node that says something of `of` with regard to the IRI `about`: …/dataset#class-tkg:Report."""
    return f"{of}#{kind}-{short(about)}"


def short(iri: str) -> str:
    """An IRI by its prefix where it has one, else encoded; fit for a part of another IRI."""
    prefix = max((p for p in PREFIXES if iri.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default="")
    return f"{prefix}:{quote(iri.removeprefix(PREFIXES[prefix]), safe='')}" if prefix else quote(iri, safe="")


def vocabulary(iri: str) -> str:
    """The namespace that a property or class belongs to; that of a URN ends with a colon."""
    return iri[: (max(iri.rfind("#"), iri.rfind("/")) + 1) or iri.rfind(":") + 1]
