"""The pages of policy areas and of whole schemes: the programmes, strategies and indicators that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.graph.namespaces import SKOS, TKG
from kg.serve.site.ask import Row, iri
from kg.serve.site.facts import Facts
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page
from kg.serve.site.programme import common, related

KINDS = {"programme": TKG.Programme, "strategy": TKG.Strategy, "indicator": TKG.Indicator}


async def area(page: Page) -> Mapping[str, Any]:
    """A policy area with the areas and concepts in it."""
    said, pointing = await page.ask.all("said-of", "pointing-at", this=page.this)
    facts = Facts(said)
    names = await named(page, {page.iri, *related(facts, pointing), *facts.all(SKOS.inScheme)})
    members = [(row["subject"], row["class"]) for row in pointing if row["property"] == TKG.policyArea]
    return {
        **common(page, facts, pointing, names),
        "kind": "text",
        "whole": False,
        "schemes": facts.all(SKOS.inScheme),
        **await _members(page, names, members),
    }


async def scheme(page: Page) -> Mapping[str, Any]:
    """A scheme with all its concepts."""
    said, rows = await page.ask.all("said-of", "members", this=page.this)
    facts = Facts(said)
    names = await named(page, {page.iri, *(row["concept"] for row in rows)})
    return {
        **common(page, facts, (), names),
        "kind": "text",
        "whole": True,
        "schemes": [],
        "narrower": names.sorted(facts.all(SKOS.hasTopConcept)),
        **await _members(page, names, [(row["concept"], row["class"]) for row in rows]),
    }


async def _members(page: Page, names: Names, members: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Concepts by kind, those of most places first, and of how many places each is."""
    groups = {kind: {one for one, its in members if its == of} for kind, of in KINDS.items()}
    done = [iri(one) for one in sorted(groups["programme"] | groups["strategy"])]
    rows: list[Row] = await page.ask.rows("done-where", concept=done) if done else []
    counts = {row["concept"]: int(row["places"]) for row in rows}
    return {
        "counts": counts,
        "groups": {
            kind: sorted(group, key=lambda one: (-counts.get(one, 0), str(names[one])))
            for kind, group in groups.items()
            if group
        },
    }
