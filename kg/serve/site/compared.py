"""Numbers side by side: an indicator over the years, what was planned beside what came of it, place beside place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kg.export.tables.lookups import Measured
from kg.serve.site import chinese
from kg.serve.site.numbers import Number, Scale, by_indicator, said, scale

Units = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one indicator in one unit: at most one for each key (a year and a status, say)."""

    indicator: str
    scale: Scale
    numbers: Mapping[tuple[str, ...], Number]

    @property
    def statuses(self) -> list[str]:
        """Achieved and planned, those that there are numbers of."""
        return sorted({one.status for one in self.numbers.values()})

    @property
    def years(self) -> list[str]:
        """The years that there are numbers of."""
        return sorted({one.year for one in self.numbers.values()})


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned for a year and what came of it; `share` is achieved over planned in per cent."""

    planned: Number
    achieved: Number
    unit: str
    share: Decimal | None


def series(numbers: Sequence[Number], units: Units, key: Callable[[Number], tuple[str, ...]]) -> Series | None:
    """How much there is of one indicator (not how much more), one number for a key; None where nothing compares.

    Of several numbers with the same key one of a whole year comes first, then the first that is said.
    """
    levels = [one for one in numbers if one.change == "level" and one.middle is not None]
    common = scale(levels, units)
    found: dict[tuple[str, ...], Number] = {}
    for one in sorted((one for one in levels if one in common), key=lambda one: not one.whole):
        found.setdefault(key(one), one)
    return Series(levels[0].indicator, common, found) if found else None


def trends(numbers: Iterable[Number], units: Units) -> list[Series]:
    """The indicators of a place that have numbers of two years or more, those of most years first."""
    found = [series(group, units, lambda one: (one.year, one.status)) for group in by_indicator(numbers).values()]
    told = [one for one in found if one is not None and len(achieved_years(one)) > 1]
    return sorted(told, key=lambda one: (-len(achieved_years(one)), -len(one.numbers), one.indicator))


def achieved_years(one: Series) -> list[str]:
    """The years of which a number tells what was achieved."""
    return sorted({number.year for number in one.numbers.values() if number.status == "achieved"})


def plans(numbers: Iterable[Number], units: Units) -> list[Plan]:
    """What a place planned for a year beside what it achieved in it, the latest first."""
    found = []
    for group in by_indicator(numbers).values():
        told = series(group, units, lambda one: (one.year, one.status))
        for year in told.years if told else ():
            assert told
            planned, achieved = (told.numbers.get((year, status)) for status in ("planned", "achieved"))
            if planned and achieved:
                found.append(_plan(planned, achieved, told.scale))
    return sorted(found, key=lambda plan: (plan.planned.year, plan.planned.indicator), reverse=True)


def _plan(planned: Number, achieved: Number, common: Scale) -> Plan:
    aim, result = common.amounts[planned.outcome], common.amounts[achieved.outcome]
    share = (100 * result / aim).quantize(Decimal("0.1")) if aim else None
    return Plan(planned, achieved, common.unit, share)


@dataclass(frozen=True, slots=True)
class Beside:
    """Numbers of one indicator, one for each of two places, None where a place has none to set beside the other's."""

    indicator: str
    scale: Scale
    numbers: tuple[Number | None, Number | None]

    @property
    def told(self) -> list[Number]:
        """The numbers that there are."""
        return [one for one in self.numbers if one]

    @property
    def alike(self) -> bool:
        """Whether all are of the same year and status."""
        return len({(one.year, one.status) for one in self.told}) == 1


def beside(one: Series, pair: Sequence[str]) -> tuple[list[Beside], list[Beside]]:
    """Rows in which two places compare, and rows of the numbers of one place that are left over.

    The keys of the series are place, year and status. What both tell of a year and status is a row, the latest year
    first; where there is none such, the last number of each is, of the same status if both have one.
    """
    first, second = ({key[1:]: number for key, number in one.numbers.items() if key[0] == place} for place in pair)
    shared = sorted(first.keys() & second.keys(), key=lambda key: (-int(key[0]), key[1]))
    matched = [(key, key) for key in shared]
    if first and second and not matched:
        both = {status for _, status in first} & {status for _, status in second}
        wanted = min(both, default="")  # achieved before planned
        matched = [(_last(first, wanted), _last(second, wanted))]
    rows = [Beside(one.indicator, one.scale, (first[a], second[b])) for a, b in matched]
    left = [(key, number, None) for key, number in first.items() if key not in {a for a, _ in matched}]
    right = [(key, None, number) for key, number in second.items() if key not in {b for _, b in matched}]
    alone = sorted([*left, *right], key=lambda row: (-int(row[0][0]), row[0][1]))
    return rows, [Beside(one.indicator, one.scale, (a, b)) for _, a, b in alone]


def _last(keys: Iterable[tuple[str, ...]], wanted: str) -> tuple[str, ...]:
    """The latest year and status, of a status if that is not ""."""
    return max(key for key in keys if wanted in ("", key[1]))


def fullest_year(numbers: Iterable[Number]) -> str:
    """The year of which most places tell what they achieved, the latest of several; "" where there is none."""
    pairs = {(one.year, one.place) for one in numbers if one.status == "achieved" and one.year}
    years = Counter(year for year, _ in pairs)
    return max(years, key=lambda year: (years[year], year), default="")


class Drawn:
    """Makes the rows of charts: `path` leads to addresses, `language` is that of the page."""

    def __init__(self, path: Callable[[str], str], language: str) -> None:
        self._path, self._language = path, language

    def row(self, one: Number, common: Scale, x: str | int, of: str) -> dict[str, Any]:
        """One number in a chart, `of` being the line or the colour that it belongs to."""
        return {
            "x": x,
            "y": float(common.amounts[one.outcome]),
            "lower": common.of(one.lower, one),
            "upper": common.of(one.upper, one),
            "series": of,
            "status": one.status,
            "href": self._path(one.outcome),
            "label": said(one, self._language),
        }

    def chart(self, kind: str, unit: str, rows: Sequence[Mapping[str, Any]], x: str, y: str) -> dict[str, Any]:
        """A chart as the front end draws it: lines, bars or dots."""
        return {"type": kind, "x": x, "y": y, "unit": chinese.unit_name(unit, self._language), "rows": rows}
