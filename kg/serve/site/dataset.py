"""The page of the data set: what it holds, under which licence, where to get it and how to cite it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kg.graph import iris
from kg.graph.namespaces import DCAT, DCTERMS, RDFS, VOID
from kg.serve.site.page import Page

_COUNTS = ("triples", "entities", "classes", "properties")
_PROPERTIES = ("license", "creator", "publisher", "source", "modified")


async def show(page: Page) -> Mapping[str, Any]:
    """The data set as the store describes it: the whole, or one of its parts."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in await page.ask.rows("said-of", this=page.this):
        said[row["property"]].append((row["value"], row["language"]))

    def word(*terms: str) -> str:
        found = {language[:2]: value for term in reversed(terms) for value, language in said[term]}
        return found.get(page.language) or found.get("zh") or next(iter(found.values()), "")

    title = word(DCTERMS.title, RDFS.label) or page.iri
    about, licence = word(DCTERMS.description), word(DCTERMS.license)
    return {
        "title": title,
        "description": about,
        "counts": [(name, said[VOID[name]][0][0]) for name in _COUNTS if said[VOID[name]]],
        "facts": [
            (name, value)
            for name in _PROPERTIES
            for value, _ in said[DCTERMS[name]]
            if name != "source" or not page.addresses.local(value)
        ],
        "version": word(DCAT.version),
        "parts": sorted({value for value, _ in said[VOID.subset] if "#" not in value}),
        "whole": page.iri == iris.dataset(page.addresses.base),
        "graph": iris.graph("dataset", page.addresses.base),
        "to_programs": {"description": about, "license": licence, "inLanguage": "zh"},
    }
