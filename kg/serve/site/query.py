"""The page where people write queries: our examples, and the terms that the editor completes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kg import resources
from kg.graph import iris, queries
from kg.graph.namespaces import PREFIXES, RDF, RDFS
from kg.graph.queries import Query
from kg.oxigraph import parse
from kg.serve.site.page import Page

_NAME = re.compile(r"(?<![\w<:/#.?-])([a-z][\w-]*):([A-Za-z][\w-]*)")
_LIMIT = re.compile(r"\bLIMIT\s+\d+\s*$", re.IGNORECASE)
_FIRST = "\nLIMIT 1000\n"  # of an example that asks for all there is
_KINDS = {"Class": "class", "ObjectProperty": "property", "DatatypeProperty": "property"}


async def show(page: Page) -> Mapping[str, Any]:
    """The examples in the page's language, and what the editor's script wants to know."""
    settings = {
        "prefixes": PREFIXES,
        "bases": sorted({page.addresses.base, iris.SCHEMES}),
        "terms": [[term, kind, labels.get(page.language, "")] for term, kind, labels in terms()],
        "examples": {name: text for name, _, _, text in examples()},
    }
    shown = [(name, english if page.language == "en" else chinese) for name, english, chinese, _ in examples()]
    return {"title": "", "examples": shown, "settings": settings}


@cache
def examples() -> tuple[tuple[str, str, str, str], ...]:
    """Name, question in English and in Chinese, and text of the packaged queries, with what they ask for filled in."""
    found = []
    for name in queries.names():
        query = queries.load(name)
        if "/" not in name and "SERVICE" not in query.text:
            english, chinese = (line.removeprefix("#").strip() for line in query.text.split("\n")[:2])
            found.append((name, english, chinese, _filled(query)))
    return tuple(found)


def _filled(query: Query) -> str:
    """A query with the examples of its parameters in place of them, and the prefixes that it leaves out."""
    terms = {name: [known.example] for name, known in queries.parameters(query).items() if known.example}
    text = queries.bind(query.text, terms)
    missing = [name for name in dict(_NAME.findall(text)) if name in PREFIXES and f"PREFIX {name}:" not in text]
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in sorted(missing))
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return "\n".join([*lines[:at], *head.splitlines(), *lines[at:]]).rstrip() + ("" if _LIMIT.search(text) else _FIRST)


@cache
def terms() -> tuple[tuple[str, str, Mapping[str, str]], ...]:
    """IRI, kind (class, property) and labels by language of what queries speak of: our ontology, and what it reuses."""
    labels: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    for subject, predicate, value in parse(resources.ontology("ontology.ttl"), base=iris.SCHEMES):
        if subject.startswith("_:"):
            continue
        if predicate == RDF.type and (kind := _KINDS.get(value.value.removeprefix(PREFIXES["owl"]))):
            kinds[subject] = kind
        elif predicate == RDFS.label and value.language:
            labels.setdefault(subject, {})[value.language] = value.value
    for term, local in _reused():
        kinds.setdefault(term, "class" if local[0].isupper() and "wikidata" not in term else "property")
    return tuple((term, kind, labels.get(term, {})) for term, kind in sorted(kinds.items()))


def _reused() -> Iterator[tuple[str, str]]:
    """The terms of other vocabularies that the packaged queries use, and their local names."""
    for name in queries.names():
        for prefix, local in _NAME.findall(queries.load(name).text):
            if prefix in PREFIXES and prefix not in ("tkg", "xsd"):
                yield PREFIXES[prefix] + local, local
