"""The page where people write queries: our examples, and the terms that the editor completes."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """The examples in the page's language, the query that the address names, and what the editor's script wants."""
    known = {one.name: one for one in examples()}
    settings = {
        "prefixes": PREFIXES,
        "bases": sorted({page.addresses.base, iris.SCHEMES}),
        "terms": [[term, kind, labels.get(page.language, "")] for term, kind, labels in terms()],
        "examples": {name: one.text for name, one in known.items()},
    }
    asked = page.request.query_params
    chosen = known.get(asked.get("example", ""), next(iter(known.values())))
    groups: dict[str, list[Example]] = defaultdict(list)
    for one in known.values():
        groups[one.about].append(one)
    return {"title": "", "groups": groups, "text": asked.get("query") or chosen.text, "settings": settings}


@dataclass(frozen=True, slots=True)
class Example:
    """A packaged query: what it is about, its question by language, and its text with all that it wants filled in."""

    name: str
    about: str
    question: Mapping[str, str]
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The packaged queries in the order and the groups of kg/data/examples.toml."""
    return tuple(_example(name, about) for about, listed in _groups().items() for name in listed)


def _groups() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(resources.data("examples.toml").read_text("utf-8"))
    return {about: [name for entry in entries for name in _within(entry)] for about, entries in table.items()}


def _within(entry: str) -> list[str]:
    """The queries of a folder, written with its slash; a query is its own."""
    return queries.names(entry) if entry.endswith("/") else [entry]


def _example(name: str, about: str) -> Example:
    query = queries.load(name)
    english, chinese = (line.removeprefix("#").strip() for line in query.text.split("\n")[:2])
    return Example(name, about, {"en": english, "zh": chinese}, _filled(query))


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
