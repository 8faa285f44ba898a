"""The page of whatever has no page of its own kind: the table of what is said of it, and what speaks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from kg.graph.namespaces import PREFIXES, RDF, SKOS
from kg.serve.site.facts import Facts
from kg.serve.site.names import named
from kg.serve.site.page import Page
from kg.serve.site.words import words


async def show(page: Page) -> Mapping[str, Any]:
    """Its names, what is said of it by property, and what speaks of it by property."""
    said, spoken = await page.ask.all("said-of", "spoken-of-by", this=page.this)
    facts = Facts(said)
    subjects: dict[str, list[str]] = defaultdict(list)
    for row in spoken:
        subjects[row["property"]].append(row["subject"])
    values = (value for _, values in facts.items() for value, _ in values if value.startswith(("http:", "https:")))
    properties = [name for name, _ in facts.items()]
    names = await named(
        page, {page.iri, *properties, *subjects, *values, *(one for group in subjects.values() for one in group)}
    )
    return {
        "title": str(names[page.iri]),
        "names": names,
        "definition": facts.text(SKOS.definition, page.language),
        "kinds": facts.all(RDF.type),
        "said": [(name, values) for name, values in facts.items() if name != RDF.type],
        "spoken": [(name, names.sorted(group)) for name, group in sorted(subjects.items())],
        "short": partial(_short, words(page.language)),
    }


def _short(known: Mapping[str, str], iri: str) -> str:
    """What a property of another vocabulary is called here; an IRI with its prefix, where it has one."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            name = f"{prefix}:{iri.removeprefix(namespace)}"
            return known.get(f"property-{name}", name)
    return iri


async def nothing(page: Page) -> Mapping[str, Any]:
    """Nothing: the page is the same for all."""
    return {}
