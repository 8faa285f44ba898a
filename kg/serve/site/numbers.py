"""Measured numbers as pages show them: read from rows, put into words, and put side by side."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.export.tables.lookups import Measured
from kg.export.tables.rows import REPORTS
from kg.graph.namespaces import PREFIXES
from kg.serve.site.ask import Row, iri
from kg.serve.site.figures import measured
from kg.serve.site.page import Page
from kg.serve.site.paging import Part, part
from kg.serve.site.words import words

MOST = 100_000  # numbers of a programme or indicator that are listed

_TERM = PREFIXES["tkg"]
_COUNTED = {"things", "households"}  # kinds whose measure words stand for each other: 改厕 650 户 or 个


@dataclass(frozen=True, slots=True)
class Number:
    """One outcome, in the unit that its report gives. What the report does not say is "" or None."""

    outcome: str
    place: str
    indicator: str
    name: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    measured: str
    qualifier: str  # exact, approx, at_least, at_most
    change: str  # level, increase, decrease
    status: str  # achieved, planned
    year: str
    whole: bool  # whether it is of a whole year
    programme: str
    masked: bool
    evidence: str

    @property
    def report(self) -> str:
        """The report that says so."""
        return self.outcome.partition("#")[0]

    @property
    def middle(self) -> Decimal | None:
        """The number, of a range its middle."""
        if self.value is not None:
            return self.value
        ends = [end for end in (self.lower, self.upper) if end is not None]
        return sum(ends, Decimal(0)) / len(ends) if ends else None


def read(rows: Iterable[Row]) -> list[Number]:
    """The numbers of rows of queries/pages/numbers and …-series, the latest first, then as the reports have them."""
    return sorted((_number(row) for row in rows), key=lambda one: _order(one.outcome, one.year))


async def series(page: Page, kind: str, things: Sequence[str]) -> list[Number]:
    """The numbers of canonical indicators of some things, of one kind, that tell how much there is, not how much more.

    `kind` is place, programme or indicator.
    """
    return read(await _asked(page, kind, "series", things))


async def outcomes(page: Page, kind: str, things: Sequence[str]) -> list[Row]:
    """All numbers of some things, of one kind, by their IRIs, each with its year, "" for none."""
    return await _asked(page, kind, "outcomes", things)


async def _asked(page: Page, kind: str, query: str, things: Sequence[str]) -> list[Row]:
    """Rows of a query; of places it reads reports whole, some at a time, since most of what they say is of them."""
    this = [iri(one) for one in things]
    if kind != "place":
        return await page.ask.rows(f"{kind}-{query}", this=this)
    reports = [iri(row["report"]) for row in await page.ask.rows("place-holding", this=this)]
    batches = [reports[first : first + REPORTS] for first in range(0, len(reports), REPORTS)]
    answers = await asyncio.gather(*(page.ask.rows(f"place-{query}", report=batch, this=this) for batch in batches))
    return [row for answer in answers for row in answer]


async def listed(page: Page, found: Iterable[Row], year: str | None = None) -> Part[Number]:
    """A page (?page=) of numbers, rows of `outcomes`; of a year where one is given, "" being that of none."""
    kept = {(_order(row["outcome"], row["year"]), row["outcome"]) for row in found if year in (None, row["year"])}
    shown = part(page.request, [outcome for _, outcome in sorted(kept)])
    rows = await page.ask.rows("numbers", this=[iri(one) for one in shown.rows]) if shown.rows else []
    return Part(read(rows), shown.page, shown.pages, shown.all)


def _order(outcome: str, year: str) -> tuple[int, str, int]:
    """The latest year first, then as the reports have it."""
    report, _, start = outcome.rpartition("#outcome-")
    return -int(year) if year.lstrip("-").isdecimal() else 0, report, int(start) if start.isdecimal() else 0


def _number(row: Row) -> Number:
    year, period = row["year"], row.get("period", "")
    return Number(
        outcome=row["outcome"],
        place=row["place"],
        indicator=row["indicator"],
        name=row.get("name", ""),
        value=_decimal(row["value"]),
        lower=_decimal(row["lower"]),
        upper=_decimal(row["upper"]),
        unit=row["unit"],
        measured=row.get("measured", ""),
        qualifier=row["qualifier"].removeprefix(_TERM),
        change=row.get("change", "level").removeprefix(_TERM).removesuffix("_value"),
        status=row["status"].removeprefix(_TERM),
        year=year,
        whole=period.endswith(f"/period/{year}"),
        programme=row.get("programme", ""),
        masked=row.get("masked") == "true",
        evidence=row.get("evidence", ""),
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def said(one: Number, language: str) -> str:
    """A number as people say it: 约 650 户, 30–50 household (户), up 8%."""
    known = words(language)
    ends = [end for end in ((one.lower, one.upper) if one.value is None else (one.value,)) if end is not None]
    more = [known[key] for key in (f"said-{one.change}", f"said-{one.qualifier}") if known.get(key)]
    return " ".join([*more, measured(ends or [known["masked"]], one.unit, language)])


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit in which numbers are compared, as the reports write it, and the numbers that can be."""

    unit: str
    amounts: Mapping[str, Decimal]  # outcome → amount in the unit
    left: int  # numbers in units that do not compare

    def __contains__(self, one: Number) -> bool:
        return one.outcome in self.amounts

    def of(self, value: Decimal | None, one: Number) -> float | None:
        """A bound of a number, in the unit of the scale."""
        middle = one.middle
        if value is None or not middle:
            return None if value is None else float(value)
        return float(value * self.amounts[one.outcome] / middle)


def scale(numbers: Sequence[Number], units: Mapping[str, Measured]) -> Scale:
    """What the numbers have in common: the unit that most are in, to which all of its kind are converted."""
    if not numbers:
        return Scale("", {}, 0)
    [((unit, measured), _)] = Counter((one.unit, one.measured) for one in numbers).most_common(1)
    to = units.get(measured)
    amounts = {}
    for one in numbers:
        amount = one.middle if one.unit == unit else _converted(one, units.get(one.measured), to)
        if amount is not None:
            amounts[one.outcome] = amount
    return Scale(unit, amounts, len(numbers) - len(amounts))


def _converted(one: Number, unit: Measured | None, to: Measured | None) -> Decimal | None:
    if one.middle is None or unit is None or to is None:
        return None
    if unit.factor is None and to.factor is None and {unit.kind, to.kind} <= _COUNTED:
        return one.middle
    if unit.kind != to.kind or unit.offset or to.offset:
        return None
    if unit.factor is None or to.factor is None or unit.base(one.middle, level=True)[1] is None:
        return None
    return one.middle * unit.factor * to.divisor / (unit.divisor * to.factor)


async def units(page: Page, numbers: Iterable[Number]) -> Mapping[str, Measured]:
    """The units of numbers, by their IRIs."""
    used = sorted({one.measured for one in numbers if one.measured})
    rows = await page.ask.rows("tables/units", unit=[iri(one) for one in used]) if used else []
    return {
        row["unit"]: Measured(
            row["kind"].removeprefix(_TERM),
            _decimal(row["factor"]),
            Decimal(row["divisor"] or 1),
            Decimal(row["offset"] or 0),
        )
        for row in rows
    }


def by_indicator(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    """Numbers of each indicator."""
    found: dict[str, list[Number]] = defaultdict(list)
    for one in numbers:
        found[one.indicator].append(one)
    return found
