"""The page of a strategy: who follows it, what it is part of, and the programmes that put it into effect."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from kg.graph.namespaces import SCHEMA, SKOS, TKG
from kg.serve.site import spots
from kg.serve.site.ask import Row, iri
from kg.serve.site.compared import Drawn
from kg.serve.site.facts import Facts
from kg.serve.site.names import named
from kg.serve.site.page import Page
from kg.serve.site.programme import by_year, common, doers, related, worth


async def show(page: Page) -> Mapping[str, Any]:
    """All that its template shows."""
    said, places, pointing, over = await page.ask.all(
        "said-of", "strategy-places", "pointing-at", "broader", this=page.this
    )
    facts, who = Facts(said), doers(places)
    serving = sorted({row["subject"] for row in pointing if row["property"] == TKG.servesStrategy})
    narrower = sorted({row["subject"] for row in pointing if row["property"] == SKOS.broader})
    counts, at = await asyncio.gather(_counts(page, [*serving, *narrower]), spots.find(page, worth(who)))
    names = await named(page, {page.iri, *who, *at.units, *related(facts, pointing), *(row["concept"] for row in over)})
    return {
        **common(page, facts, pointing, names),
        "kind": "strategy",
        "since": facts.one(SCHEMA.startDate),
        "until": facts.one(SCHEMA.endDate),
        "over": _ordered([row["concept"] for row in over], facts, over),
        "counts": counts,
        "serving": sorted(serving, key=lambda one: (-counts.get(one, 0), str(names[one]))),
        "who": sorted(who.values(), key=lambda one: (-len(one.years), str(names[one.place]))),
        "by_year": by_year(who.values(), Drawn(page.addresses.path, page.language)),
        "map": at.shown(names, page),
    }


async def _counts(page: Page, concepts: Sequence[str]) -> dict[str, int]:
    """How many places have each of some concepts."""
    if not concepts:
        return {}
    rows: Sequence[Row] = await page.ask.rows("done-where", concept=[iri(one) for one in concepts])
    return {row["concept"]: int(row["places"]) for row in rows}


def _ordered(concepts: Sequence[str], facts: Facts, rows: Sequence[Row]) -> list[str]:
    """What a strategy is part of, the widest first."""
    over = {row["concept"]: row["broader"] for row in rows}
    chain: list[str] = []
    at = next(iter(facts.all(SKOS.broader)), "")
    while at and at not in chain:
        chain.append(at)
        at = over.get(at, "")
    return [*(one for one in dict.fromkeys(concepts) if one not in chain), *chain[::-1]]
