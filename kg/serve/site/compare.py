"""Two places side by side: what both do, what one alone does, and their numbers of the same indicators."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.serve.site import compared, numbers
from kg.serve.site.ask import iri
from kg.serve.site.compared import Drawn, Series
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page

CHARTS = 6  # indicators that are drawn
_QUERIES = {"programme": "place-programmes", "strategy": "place-strategies"}


async def show(page: Page) -> Mapping[str, Any]:
    """The two places that the address names (?a=/place/…&b=/place/…), and those to choose from."""
    rows = await page.ask.rows("reporting")
    reports = {row["place"]: int(row["reports"]) for row in rows}
    pair = [_place(page, name, reports) for name in ("a", "b")]
    names = await named(page, [*reports, *pair])
    values = {
        "reports": reports,
        "choices": _choices(reports, names),
        "pair": pair,
        "names": names,
    }
    if not all(pair) or pair[0] == pair[1]:
        return {**values, "title": "", "compared": None}
    found = await _compared(page, pair)
    more = await named(page, {*reports, *found["concepts"]})
    return {
        **values,
        "names": more,
        "title": " – ".join(str(names[one]) for one in pair),
        "compared": {**found, "charts": _charts(page, found["common"], more)},
    }


def _choices(places: Iterable[str], names: Names) -> list[tuple[str, list[str]]]:
    """Places by what contains them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in names.sorted(places):
        groups[names.within(one)].append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], str(names[group[0]]) if group[0] else ""))


def _place(page: Page, name: str, known: Mapping[str, int]) -> str:
    """The place that a field of the address names by path or IRI; "" for none that there are reports of."""
    asked = page.request.query_params.get(name, "")
    return next((one for one in (asked, *page.addresses.iris(asked)) if one in known), "")


async def _compared(page: Page, pair: Sequence[str]) -> dict[str, Any]:
    """Concepts of both and of one alone, and indicators that both have numbers of."""
    programmes, strategies, told = await asyncio.gather(
        _done(page, "programme", pair), _done(page, "strategy", pair), numbers.series(page, "place", pair)
    )
    sets = {"programme": programmes, "strategy": strategies}
    units = await numbers.units(page, told)
    common = _common(told, units)
    rows = [compared.beside(one, pair) for one in common]
    return {
        "sets": {kind: (both[0] & both[1], both[0] - both[1], both[1] - both[0]) for kind, both in sets.items()},
        "common": common,
        "rows": sorted((row for both, _ in rows for row in both), key=lambda row: not row.alike),
        "alone": [row for _, rest in rows for row in rest],
        "concepts": {
            *(one for both in sets.values() for group in both for one in group),
            *(one.indicator for one in common),
        },
    }


async def _done(page: Page, kind: str, pair: Sequence[str]) -> list[set[str]]:
    """The programmes or strategies of each place."""
    answers = await asyncio.gather(*(page.ask.rows(_QUERIES[kind], this=iri(one)) for one in pair))
    return [{row[kind] for row in rows} for rows in answers]


def _common(told: Sequence[numbers.Number], units: compared.Units) -> list[Series]:
    """What both places tell of the same indicator and in the same unit, those with most numbers first."""
    groups = numbers.by_indicator(told).values()
    found = [compared.series(group, units, lambda one: (one.place, one.year, one.status)) for group in groups]
    both = [one for one in found if one and len({place for place, *_ in one.numbers}) > 1]
    return sorted(both, key=lambda one: (-len(one.numbers), one.indicator))


def _charts(page: Page, common: Sequence[Series], names: Names) -> list[dict[str, Any]]:
    """Lines over the years where a place tells of several, else bars."""
    drawn = Drawn(page.addresses.path, page.language)
    found = []
    for one in common[:CHARTS]:
        title, lines = str(names[one.indicator]), len(one.years) > 1
        rows = [
            drawn.row(number, one.scale, int(number.year) if lines else str(names[place]), str(names[place]))
            for (place, *_), number in sorted(one.numbers.items(), key=lambda pair: pair[0][1:])
        ]
        kind = "lines" if lines else "bars"
        found.append({"title": title, "data": drawn.chart(kind, one.scale.unit, rows, "year", title)})
    return found
