"""The page of an indicator: what it measures, and its numbers across places and over the years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.graph.namespaces import TKG
from kg.serve.site import compared, numbers
from kg.serve.site.ask import iri
from kg.serve.site.compared import Drawn
from kg.serve.site.facts import Facts
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page
from kg.serve.site.paging import part
from kg.serve.site.programme import beside, common, related

LINES = 6  # places that are drawn over the years: as many as there are colours


async def show(page: Page) -> Mapping[str, Any]:
    """All that its template shows; ?year= narrows the numbers down."""
    said, pointing = await page.ask.all("said-of", "pointing-at", this=page.this)
    facts = Facts(said)
    rows = await page.ask.rows("numbers", by=iri(TKG.indicator), this=page.this)
    told = numbers.read(rows)
    units = await numbers.units(page, told)
    names = await named(
        page,
        {
            *(page.iri, *related(facts, pointing), *facts.all(TKG.unitKind, TKG.betterDirection)),
            *(iri for one in told for iri in (one.place, one.programme)),
        },
    )
    drawn = Drawn(page.addresses.path, page.language)
    years = sorted({one.year for one in told}, reverse=True)
    year = page.request.query_params.get("year", "")
    return {
        **common(page, facts, pointing, names),
        "kind": "indicator",
        "changes": names.sorted(row["subject"] for row in pointing if row["property"] == TKG.changeOf),
        "of": facts.all(TKG.changeOf),
        "years": years,
        "year": year if year in years else "",
        "places": len({one.place for one in told}),
        "programmes": Counter(one.programme for one in told if one.programme).most_common(),
        "chart_": beside([one for one in told if year not in years or one.year == year], units, names, drawn),
        "lines": _lines(told, units, names, drawn),
        "listed": part(page.request, [one for one in told if year not in years or one.year == year]),
        "full": len(rows) >= numbers.MOST,
    }


def _lines(
    told: Sequence[numbers.Number], units: compared.Units, names: Names, drawn: Drawn
) -> dict[str, Any] | None:
    """The places that tell of most years, as lines; None where none tells of two."""
    found = compared.series(
        [one for one in told if one.status == "achieved" and one.year], units, lambda one: (one.place, one.year)
    )
    if found is None:
        return None
    years = Counter(place for place, _ in found.numbers)
    drawn_ones = [place for place, count in years.most_common(LINES) if count > 1]
    rows = [
        drawn.row(one, found.scale, int(year), str(names[place]))
        for (place, year), one in sorted(found.numbers.items(), key=lambda pair: pair[0][1])
        if place in drawn_ones
    ]
    return drawn.chart("lines", found.scale.unit, rows, "year", str(names[found.indicator])) if rows else None
