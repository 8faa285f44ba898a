"""The page of a programme: what it is, what it serves, who carries it out, and its numbers place beside place.

A programme stands for those that are part of it too, as in `kg export --programme`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.graph.namespaces import RDF, SKOS, TKG
from kg.serve.site import compared, links, numbers, spots
from kg.serve.site.ask import Row, iri
from kg.serve.site.compared import Drawn
from kg.serve.site.facts import Facts
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page

CHARTS = 4  # indicators that are drawn
_STATUSES = ("implemented", "planned")


@dataclass(slots=True)
class Doer:
    """A place with the years in which it does something, and where the words stand."""

    place: str
    years: set[str] = field(default_factory=set)
    planned_years: set[str] = field(default_factory=set)  # in which it is only planned
    planned: bool = True  # whether it only ever plans to
    passage: str = ""


async def show(page: Page) -> Mapping[str, Any]:
    """All that its template shows."""
    said, pointing, found = await page.ask.all("said-of", "pointing-at", "parts", this=page.this)
    facts, parts = Facts(said), [row["part"] for row in found]
    places, told, outcomes = await asyncio.gather(
        page.ask.rows("programme-places", this=[iri(part) for part in parts]),
        numbers.series(page, "programme", parts),
        numbers.outcomes(page, "programme", parts),
    )
    who = doers(places)
    listed, units, at = await asyncio.gather(
        numbers.listed(page, outcomes), numbers.units(page, told), spots.find(page, worth(who))
    )
    measured = _measured(told)
    names = await named(
        page,
        {
            *(page.iri, *who, *at.units, *measured, *related(facts, pointing)),
            *(one.place for one in told),
            *(thing for one in listed.rows for thing in (one.place, one.indicator, one.programme)),
        },
    )
    drawn = Drawn(page.addresses.path, page.language)
    return {
        **common(page, facts, pointing, names),
        "kind": "programme",
        "serves": names.sorted(facts.all(TKG.servesStrategy)),
        "who": sorted(who.values(), key=lambda one: (-len(one.years), str(names[one.place]))),
        "by_year": by_year(who.values(), drawn),
        "doing": sum(not one.planned for one in who.values()),
        "planning": sum(one.planned for one in who.values()),
        "listed": listed,
        "parts": len(parts) - 1,
        "charts": [
            chart for group in list(measured.values())[:CHARTS] if (chart := beside(group, units, names, drawn))
        ],
        "map": at.shown(names, page),
    }


def common(page: Page, facts: Facts, pointing: Iterable[Row], names: Names) -> dict[str, Any]:
    """What the pages of all concepts show: names, definition, what is broader and narrower."""
    title = str(names[page.iri])
    narrower = [row["subject"] for row in pointing if row["property"] == SKOS.broader]
    return {
        "title": title,
        "facts": facts,
        "names": names,
        "others": facts.others(page.language, title),
        "provisional": TKG.Provisional in facts.all(RDF.type),
        "definition": facts.text(SKOS.definition, page.language),
        "area": facts.one(TKG.policyArea),
        "broader": facts.all(SKOS.broader),
        "narrower": names.sorted(narrower),
        "links": links.outside(facts),
        "most": numbers.MOST,
    }


def related(facts: Facts, pointing: Iterable[Row]) -> set[str]:
    """The concepts that a concept is tied to."""
    out = (SKOS.broader, TKG.policyArea, TKG.servesStrategy, TKG.changeOf)
    return {*facts.all(*out), *(row["subject"] for row in pointing)}


def doers(rows: Sequence[Row]) -> dict[str, Doer]:
    """The places of the rows of the queries programme-places and strategy-places."""
    found: dict[str, Doer] = {}
    for row in rows:
        one = found.setdefault(row["place"], Doer(row["place"]))
        planned = row.get("status") == TKG.planned
        if not one.passage or (one.planned and not planned):
            one.passage = row["passage"]
        one.years.add(row["year"])
        one.planned = one.planned and planned
    for place, year in _only_planned(rows):
        found[place].planned_years.add(year)
    return found


def _only_planned(rows: Iterable[Row]) -> set[tuple[str, str]]:
    """The places and years in which something is planned and not carried out."""
    planned: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for row in rows:
        planned[row.get("status") == TKG.planned].add((row["place"], row["year"]))
    return planned[True] - planned[False]


def worth(who: Mapping[str, Doer]) -> dict[str, float | None]:
    """Place → its years, which is how large it is drawn on a map."""
    return {place: float(len(one.years)) for place, one in who.items()}


def by_year(who: Iterable[Doer], drawn: Drawn) -> dict[str, Any]:
    """In how many places each year, and in how many it is only planned, as a chart; empty where there is one year."""
    counts = Counter((year, year in one.planned_years) for one in who for year in one.years if year)
    bars = [
        {"x": year, "y": count, "lower": None, "upper": None, "series": "", "status": _STATUSES[planned]}
        for (year, planned), count in sorted(counts.items())
    ]
    return drawn.chart("bars", "", bars if len({bar["x"] for bar in bars}) > 1 else [], "year", "places")


def _measured(told: Sequence[numbers.Number]) -> dict[str, list[numbers.Number]]:
    """Numbers by canonical indicator, those of most places first."""
    groups = numbers.by_indicator(told)
    return dict(
        sorted(groups.items(), key=lambda group: (-len({one.place for one in group[1]}), -len(group[1]), group[0]))
    )


def beside(group: Sequence[numbers.Number], units: compared.Units, names: Names, drawn: Drawn) -> dict[str, Any] | None:
    """What places achieved in the year of which most of them tell, as bars; None where one place alone tells."""
    year = compared.fullest_year(one for one in group if one.change == "level" and one.middle is not None)
    of_year = [one for one in group if one.year == year and one.status == "achieved"]
    told = compared.series(of_year, units, lambda one: (one.place,))
    if told is None or len(told.numbers) < 2:
        return None
    amounts = told.scale.amounts
    ranked = sorted(told.numbers.values(), key=lambda one: -amounts[one.outcome])
    rows = [drawn.row(one, told.scale, str(names[one.place]), "") for one in ranked]
    return {
        "indicator": told.indicator,
        "year": year,
        "unit": told.scale.unit,
        "left": told.scale.left,
        "data": drawn.chart("bars", told.scale.unit, rows, "place", str(names[told.indicator])),
    }
