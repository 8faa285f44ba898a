"""Outcomes joined with what they refer to: the columns of their table from the rows of queries/tables/outcomes.rq."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache

from kg.export.tables.columns import tables
from kg.export.tables.lookups import Lookups, Place, local

Value = str | int | bool | Decimal | datetime.date | None
Row = tuple[Value, ...]

SEPARATOR = " | "
_LEVELS = ("township", "county", "prefecture", "province")
_NOWHERE = Place(None, None, None, None)
_TYPES: Mapping[str, Callable[[str], Value]] = {
    "integer": int,
    "decimal": Decimal,
    "boolean": "true".__eq__,
    "day": datetime.date.fromisoformat,
}


class Joined:
    """Joins outcomes with what is known of places, concepts, units and periods, and of their reports."""

    def __init__(self, known: Lookups, reports: Mapping[str, Mapping[str, str | None]]) -> None:
        """`reports` has the columns of queries/tables/reports.rq for each report."""
        self._known, self._reports = known, reports

    def outcome(self, said: Mapping[str, str | None]) -> Mapping[str, Value]:
        """What the columns of outcomes say of one."""
        unit = self._known.units.get(said["measured"] or "")
        value = Decimal(said["value"]) if said["value"] else None
        change = (local(said["change"]) or "").removesuffix("_value")
        base_value, base_unit = unit.base(value, level=change == "level") if unit else (None, None)
        first, last = self._known.periods.get(said["period"] or "", (None, None))
        report = self._reports[said["report"] or ""]
        return {
            **said,
            **self._where(said["place"]),
            **self._what(said["indicator"], said["programme"]),
            "source": report["source"],
            "report_title": report["title"],
            "report_issuer": report["issuer"],
            "report_year": report["report_year"],
            "indicator": said["name"],
            "unit_kind": unit.kind if unit else None,
            "base_value": base_value,
            "base_unit": base_unit,
            "qualifier": local(said["qualifier"]),
            "change": change,
            "status": local(said["status"]),
            "period_start": first,
            "period_end": last,
            "period_stated": said["basis"] and local(said["basis"]) == "statedInText",
            "masked": said["masked"] == "true",
            "damaged": said["damaged"] == "true",
        }

    def _where(self, place: str | None) -> dict[str, Value]:
        """The names and codes of a place and of what contains it."""
        above = [known for _, known in self._known.above(place)]
        levels = {known.level: known for known in above}
        code = next((known.code for known in above if known.code), None)
        here = above[0] if above else _NOWHERE
        return {
            "place_name": here.name,
            "place_level": here.level,
            "place_code": code if here.code or here.level == "village" else None,
            **{level: levels.get(level, _NOWHERE).name for level in _LEVELS},
            **{f"{level}_code": levels.get(level, _NOWHERE).code for level in _LEVELS},
        }

    def _what(self, indicator: str | None, programme: str | None) -> dict[str, Value]:
        """The names of a canonical indicator, a programme and the strategies that it serves."""
        measured = self._known.concepts.get(indicator or "")
        done = self._known.concepts.get(programme or "")
        of_area = next((known for known in (measured, done) if known and known.area), None)
        served = self._known.served(programme or "")
        return {
            "concept": measured.label if measured else None,
            "concept_en": measured.label_en if measured else None,
            "area": of_area.area if of_area else None,
            "area_en": of_area.area_en if of_area else None,
            "programme_label": done.label if done else None,
            "programme_label_en": done.label_en if done else None,
            "strategies": joined(known.label for known in served.values()),
            "strategies_en": joined(known.label_en or known.label for known in served.values()),
        }


def joined(labels: Iterable[str]) -> str | None:
    """Labels in one cell; None where there are none."""
    return SEPARATOR.join(dict.fromkeys(labels)) or None


def typed(table: str, said: Mapping[str, Value]) -> Row:
    """What is said of a row of a table, in the order of its columns and with their types."""
    return tuple(
        make(value) if make and isinstance(value, str) else value
        for value, make in ((said[name], make) for name, make in _columns(table))
    )


@cache
def _columns(table: str) -> tuple[tuple[str, Callable[[str], Value] | None], ...]:
    return tuple((column.name, _TYPES.get(column.type)) for column in tables()[table].columns)
