"""The page of a place: where it lies, what its reports say year by year, and what lies in and beside it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.graph.namespaces import DCTERMS, TKG
from kg.serve.site import compared, links, numbers, spots
from kg.serve.site.ask import Row, iri
from kg.serve.site.compared import Drawn
from kg.serve.site.facts import Facts
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page

CHARTS = 6  # indicators that are drawn; all are in the table
TOP = 30  # programmes of a county or province that are drawn
_QUERIES = ("said-of", "above", "inside", "place-programmes", "place-strategies", "place-reports", "done-inside")


@dataclass(slots=True)
class Done:
    """A programme or strategy of a place: years in which it is carried out or planned, and where the words stand."""

    concept: str
    years: set[str] = field(default_factory=set)
    planned: set[str] = field(default_factory=set)  # years in which it is only planned
    passages: dict[str, str] = field(default_factory=dict)  # year → words that say so


async def show(page: Page) -> Mapping[str, Any]:
    """All that its template shows; of the chosen year (?year=) programmes, strategies and numbers."""
    (said, above, inside, programmes, strategies, reports, below), told = await asyncio.gather(
        page.ask.all(*_QUERIES, this=page.this), numbers.series(page, "place", [page.iri])
    )
    facts, chain = Facts(said), _chain(page.iri, above)
    done, followed = _done(programmes, "programme"), _done(strategies, "strategy")
    villages = [row["place"] for row in inside if row["level"] == TKG.village]
    outcomes, units, beside = await asyncio.gather(
        numbers.outcomes(page, "place", [page.iri, *villages]), numbers.units(page, told), _beside(page, chain)
    )
    known = sorted({row["year"] for rows in (outcomes, programmes, strategies) for row in rows}, reverse=True)
    year = _year(page, known, reports)
    listed, at = await asyncio.gather(
        numbers.listed(page, outcomes, year), spots.find(page, _on_map(page.iri, [*inside, *beside]))
    )
    trends, plans = compared.trends(told, units), compared.plans(told, units)
    names = await named(
        page,
        {
            *(page.iri, *chain, *at.units, *done, *followed, *facts.all(DCTERMS.isReplacedBy)),
            *(row["place"] for row in (*inside, *beside)),
            *(row["concept"] for row in below),
            *(iri for one in listed.rows for iri in (one.place, one.indicator, one.programme) if iri),
            *(one.indicator for one in trends),
            *(plan.planned.indicator for plan in plans),
        },
    )
    drawn = Drawn(page.addresses.path, page.language)
    return {
        "title": str(names[page.iri]),
        "kind": "place",
        "facts": facts,
        "names": names,
        "chain": chain[::-1],
        "level": facts.level,
        "links": links.outside(facts),
        "point": at.own.get(page.iri, ""),
        "years": known,
        "year": year,
        "reports": reports,
        "counts": {"reports": len(reports), "numbers": len({row["outcome"] for row in outcomes})},
        "doing": sum(one.years != one.planned for one in done.values()),
        "planning": sum(one.years == one.planned for one in done.values()),
        "following": len(followed),
        "areas": _by(names, _in(done, year), names.area),
        "levels": _by_level(names, _in(followed, year)),
        "listed": listed,
        "trends": trends,
        "trend_years": sorted({year for one in trends for year in one.years}),
        "charts": [_chart(one, names, drawn) for one in trends[:CHARTS]],
        "plans": plans,
        "villages": villages,
        "inside": [row for row in inside if row["level"] != TKG.village],
        "inside_reports": sum(int(row["reports"]) for row in inside),
        "beside": [row for row in beside if row["place"] != page.iri],
        "below": {
            name: [row for row in below if row["property"] == property]
            for name, property in (("programmes", TKG.implements), ("strategies", TKG.follows))
        },
        "below_chart": _spread(names, below, page, drawn),
        "map": at.shown(names, page),
    }


def _chain(this: str, rows: Iterable[Row]) -> list[str]:
    """What a place lies in, from below."""
    within = {row["place"]: row["within"] for row in rows}
    chain: list[str] = []
    while (above := within.get(chain[-1] if chain else this)) and above not in chain:
        chain.append(above)
    return chain


def _done(rows: Iterable[Row], name: str) -> dict[str, Done]:
    """Programmes or strategies by their IRIs."""
    found: dict[str, Done] = {}
    carried: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        one = found.setdefault(row[name], Done(row[name]))
        one.years.add(row["year"])
        planned = row.get("status") == TKG.planned
        if not planned:
            carried[row[name]].add(row["year"])
        if not planned or row["year"] not in one.passages:
            one.passages[row["year"]] = row["passage"]
    for concept, one in found.items():
        one.planned = one.years - carried[concept]
    return found


def _year(page: Page, known: Sequence[str], reports: Sequence[Row]) -> str:
    """The year that is asked for, else that of the last report, else the last one; "" for what has no year."""
    asked = page.request.query_params.get("year")
    if asked is not None and asked in known:
        return asked
    return next((row["year"] for row in reports if row["year"] in known), known[0] if known else "")


def _in(done: Mapping[str, Done], year: str) -> list[Done]:
    return [one for one in done.values() if year in one.years]


async def _beside(page: Page, chain: Sequence[str]) -> list[Row]:
    """The places of the same county or province that there are reports of."""
    if not chain:
        return []
    return [row for row in await page.ask.rows("inside", this=iri(chain[0])) if row["reports"] != "0"]


def _by(names: Names, done: Iterable[Done], key: Any) -> list[tuple[str, list[Done]]]:
    """Concepts by policy area, areas and concepts by their names; those without one last."""
    found: dict[str, list[Done]] = defaultdict(list)
    for one in sorted(done, key=lambda one: str(names[one.concept])):
        found[key(one.concept)].append(one)
    return sorted(found.items(), key=lambda group: (not group[0], str(names[group[0]]) if group[0] else ""))


def _by_level(names: Names, done: Iterable[Done]) -> list[tuple[str, list[Done]]]:
    """Strategies by the level of government that set them, the central one first."""
    order = ("central", "province", "prefecture", "county", "township", "")
    return sorted(_by(names, done, names.level), key=lambda group: order.index(group[0]) if group[0] in order else 9)


def _chart(one: compared.Series, names: Names, drawn: Drawn) -> dict[str, Any]:
    title = str(names[one.indicator])
    rows = [drawn.row(number, one.scale, int(number.year), title) for number in one.numbers.values()]
    rows.sort(key=lambda row: (row["status"], row["x"]))
    return {
        "indicator": one.indicator,
        "unit": one.scale.unit,
        "data": drawn.chart("lines", one.scale.unit, rows, "year", title),
    }


def _spread(names: Names, rows: Iterable[Row], page: Page, drawn: Drawn) -> dict[str, Any]:
    """In how many of its places each programme is carried out, as bars."""
    bars = [
        {
            "x": str(names[row["concept"]]),
            "y": int(row["places"]),
            "lower": None,
            "upper": None,
            "series": "",
            "href": page.addresses.path(row["concept"]),
        }
        for row in rows
        if row["property"] == TKG.implements and int(row["places"]) > 1
    ]
    return drawn.chart("bars", "", bars[:TOP], "programme", "places")


def _on_map(this: str, rows: Iterable[Row]) -> dict[str, float | None]:
    """The place, and those in and beside it that there are reports of, with how many."""
    others = {row["place"]: float(row["reports"]) for row in rows if row["reports"] != "0"}
    return {**others, this: None}
