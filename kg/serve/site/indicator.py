"""The page of an indicator: what it measures, and its numbers across places and over the years."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.graph.namespaces import TKG
from kg.serve.site import compared, numbers
from kg.serve.site.compared import Drawn
from kg.serve.site.facts import Facts
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page
from kg.serve.site.programme import beside, common, related

LINES = 6  # places that are drawn over the years: as many as there are colours


async def show(page: Page) -> Mapping[str, Any]:
    """All that its template shows; ?year= narrows the numbers down."""
    said, pointing, counts, programmes = await page.ask.all(
        "said-of", "pointing-at", "indicator-years", "indicator-programmes", this=page.this
    )
    facts = Facts(said)
    years = [row["year"] for row in counts]
    asked = page.request.query_params.get("year", "")
    year = asked if asked and asked in years else ""
    told, outcomes = await asyncio.gather(
        numbers.series(page, "indicator", [page.iri]), numbers.outcomes(page, "indicator", [page.iri])
    )
    listed, units = await asyncio.gather(numbers.listed(page, outcomes, year or None), numbers.units(page, told))
    names = await named(
        page,
        {
            *(page.iri, *related(facts, pointing), *facts.all(TKG.unitKind, TKG.betterDirection)),
            *(row["programme"] for row in programmes),
            *(one.place for one in told),
            *(thing for one in listed.rows for thing in (one.place, one.programme) if thing),
        },
    )
    drawn = Drawn(page.addresses.path, page.language)
    return {
        **common(page, facts, pointing, names),
        "kind": "indicator",
        "changes": names.sorted(row["subject"] for row in pointing if row["property"] == TKG.changeOf),
        "of": facts.all(TKG.changeOf),
        "years": years,
        "year": year,
        "counts": {
            "places": int(counts[0]["places"]) if counts else 0,
            "numbers": sum(int(row["numbers"]) for row in counts),
        },
        "programmes": [(row["programme"], row["numbers"]) for row in programmes],
        "chart_": beside([one for one in told if not year or one.year == year], units, names, drawn),
        "lines": None if year else _lines(told, units, names, drawn),
        "listed": listed,
    }


def _lines(told: Sequence[numbers.Number], units: compared.Units, names: Names, drawn: Drawn) -> dict[str, Any] | None:
    """The places that tell of two years or more, those of most years drawn as lines; None where none does."""
    found = compared.series(
        [one for one in told if one.status == "achieved" and one.year], units, lambda one: (one.place, one.year)
    )
    if found is None:
        return None
    years = Counter(place for place, _ in found.numbers)
    places = [place for place, count in years.most_common() if count > 1]
    rows = [
        drawn.row(one, found.scale, int(year), str(names[place]))
        for (place, year), one in sorted(found.numbers.items(), key=lambda pair: pair[0][1])
        if place in places[:LINES]
    ]
    return (
        {
            "data": drawn.chart("lines", found.scale.unit, rows, "year", str(names[found.indicator])),
            "series": found,
            "places": places,
            "years": sorted({year for place, year in found.numbers if place in places}),
            "drawn": LINES,
        }
        if places
        else None
    )
