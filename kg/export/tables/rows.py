"""The rows of the tables, streamed: those of outcomes some reports at a time, so that no store is too big.

A row has the values of its table's columns in their order, as Python has them: str, int, Decimal, bool, date, None.
Where a part is selected, the other tables have what the selected outcomes refer to, else all that the store speaks of.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache

from kg.errors import ExportError
from kg.export.selection import EVERYTHING, Selection, Terms
from kg.export.tables.columns import tables
from kg.export.tables.lookups import Concept, Lookups, Place, local, rows
from kg.graph import queries
from kg.graph.namespaces import SDMX_DIMENSION, TKG
from kg.graph.store import Store
from kg.oxigraph import Term

Value = str | int | bool | Decimal | datetime.date | None
Row = tuple[Value, ...]

REPORTS = 16  # that are asked for at a time: more gains no speed
SEPARATOR = " | "
_LEVELS = ("township", "county", "prefecture", "province")
_NOWHERE = Place(None, None, None, None)
_SELECTED = {"place": SDMX_DIMENSION.refArea, "programme": TKG.programme, "year": TKG.year}  # what a selection binds
_TYPES: Mapping[str, Callable[[str], Value]] = {
    "integer": int,
    "decimal": Decimal,
    "boolean": "true".__eq__,
    "day": datetime.date.fromisoformat,
}


class Rows:
    """The tables of a store, or of a selected part of it. Where a part is selected, read the outcomes first."""

    def __init__(self, store: Store, selection: Selection = EVERYTHING) -> None:
        """ExportError for a name that the store does not know."""
        self._store, self._known = store, Lookups(store)
        self._all = selection == EVERYTHING
        self._terms = _by_programme(selection.terms(store), self._known)
        header = tables()["reports"].header
        self._reports = {str(row[0]): dict(zip(header, row, strict=True)) for row in rows(store, "reports")}
        self._used: set[str] = set()  # IRIs that the outcomes refer to

    def of(self, table: str) -> Iterator[Row]:
        """The rows of a table, in a fixed order."""
        makers = {
            "outcomes": self._outcomes,
            "reports": self._of_reports,
            "places": self._of_places,
            "programmes": self._of_programmes,
            "strategies": self._of_strategies,
            "programme_strategies": self._of_programme_strategies,
        }
        return (_row(table, said) for said in makers[table]())

    def settle(self) -> None:
        """Find out what the selected outcomes refer to, where they are not read themselves."""
        for _ in self._outcomes():
            pass

    def _outcomes(self) -> Iterator[Mapping[str, Value]]:
        query, reports = queries.load("tables/outcomes"), self._holding()
        at = {report: number for number, report in enumerate(reports)}
        for first in range(0, len(reports), REPORTS):
            asked = tuple(Term(iri, "iri") for iri in reports[first : first + REPORTS])
            answer = queries.ask(self._store, query, {**self._terms, "report": asked})
            names = answer.variables
            found = [
                dict(zip(names, (term.value if term else None for term in row), strict=True)) for row in answer.rows()
            ]
            for said in sorted(found, key=lambda said: (at[said["report"] or ""], int(said["start"] or 0))):
                yield self._outcome(said)

    def _holding(self) -> list[str]:
        """The reports that may hold selected outcomes: few are found far faster than all are asked."""
        query, found = queries.load("tables/holding"), set(self._reports)
        for name, values in self._terms.items():
            answer = queries.ask(self._store, query, {"property": (Term(_SELECTED[name], "iri"),), "value": values})
            found &= {report.value for (report,) in answer.rows() if report}
        return [report for report in self._reports if report in found]

    def _outcome(self, said: Mapping[str, str | None]) -> Mapping[str, Value]:
        """What the columns of outcomes say of one."""
        self._used.update(iri for name in ("report", "place", "programme") if (iri := said[name]))
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
        served = self._served(programme or "")
        return {
            "concept": measured.label if measured else None,
            "concept_en": measured.label_en if measured else None,
            "area": of_area.area if of_area else None,
            "area_en": of_area.area_en if of_area else None,
            "programme_label": done.label if done else None,
            "programme_label_en": done.label_en if done else None,
            "strategies": _joined(known.label for known in served.values()),
            "strategies_en": _joined(known.label_en or known.label for known in served.values()),
        }

    def _of_reports(self) -> Iterator[Mapping[str, Value]]:
        for report, said in self._reports.items():
            if self._all or report in self._used:
                yield {**said, "level": local(said["level"])}

    def _of_places(self) -> Iterator[Mapping[str, Value]]:
        used = self._known.places if self._all else self._used | self._reporting()
        named = {iri for place in used for iri, _ in self._known.above(place)}
        for iri in sorted(named):
            place = self._known.places[iri]
            within = place.within if place.within in named else None
            yield {"place": iri, "name": place.name, "level": place.level, "code": place.code, "within": within}

    def _reporting(self) -> set[str]:
        """The places whose reports the outcomes are from."""
        return {str(said["place"]) for report, said in self._reports.items() if report in self._used}

    def _of_programmes(self) -> Iterator[Mapping[str, Value]]:
        for iri in self._spoken("Programme"):
            labels = _joined(known.label for known in self._served(iri).values())
            yield {**self._concept(iri), "programme": iri, "serves": labels}

    def _of_strategies(self) -> Iterator[Mapping[str, Value]]:
        for iri in self._spoken("Strategy"):
            yield {**self._concept(iri), "strategy": iri}

    def _of_programme_strategies(self) -> Iterator[Mapping[str, Value]]:
        for programme in self._spoken("Programme"):
            for strategy in self._served(programme):
                yield {"programme": programme, "strategy": strategy}

    def _served(self, programme: str) -> Mapping[str, Concept]:
        """The strategies that a programme serves, by their IRIs."""
        served, concepts = self._known.serves.get(programme, ()), self._known.concepts
        return {iri: concepts[iri] for iri in served if iri in concepts and concepts[iri].kind == "Strategy"}

    def _concept(self, iri: str) -> dict[str, Value]:
        known = self._known.concepts[iri]
        return {
            "label": known.label,
            "label_en": known.label_en,
            "level": known.level,
            "area": known.area,
            "area_en": known.area_en,
            "provisional": known.provisional,
        }

    def _spoken(self, kind: str) -> list[str]:
        """The concepts of a kind that reports speak of, or that the selected outcomes belong to or serve."""
        used = {str(row[0]) for row in rows(self._store, "said")} if self._all else self._used
        used = used | {strategy for programme in used for strategy in self._known.serves.get(programme, ())}
        return sorted(iri for iri in used if iri in self._known.concepts and self._known.concepts[iri].kind == kind)


def _by_programme(terms: Terms, known: Lookups) -> Terms:
    """A selection of strategies as one of the programmes that serve them. ExportError where there is none."""
    if "strategy" not in terms:
        return terms
    strategies = {term.value for term in terms["strategy"]}
    serving = {programme for programme, served in known.serves.items() if strategies & set(served)}
    if "programme" in terms:
        serving &= {term.value for term in terms["programme"]}
    if not serving:
        raise ExportError(
            "no programme serves the strategy asked for; kg query strategy-followers tells who follows it"
        )
    others = {name: value for name, value in terms.items() if name != "strategy"}
    return {**others, "programme": tuple(Term(iri, "iri") for iri in sorted(serving))}


def _joined(labels: Iterable[str]) -> str | None:
    return SEPARATOR.join(dict.fromkeys(labels)) or None


def _row(table: str, said: Mapping[str, Value]) -> Row:
    return tuple(
        make(value) if make and isinstance(value, str) else value
        for value, make in ((said[name], make) for name, make in _columns(table))
    )


@cache
def _columns(table: str) -> tuple[tuple[str, Callable[[str], Value] | None], ...]:
    return tuple((column.name, _TYPES.get(column.type)) for column in tables()[table].columns)
