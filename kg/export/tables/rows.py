"""The rows of the tables, streamed: those of outcomes some reports at a time, so that no store is too big.

A row has the values of its table's columns in their order, as Python has them: str, int, Decimal, bool, date, None.
Where a part is selected, the other tables have what the selected outcomes refer to, else all that the store speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from kg.errors import ExportError
from kg.export.selection import EVERYTHING, Selection, Terms
from kg.export.tables.columns import tables
from kg.export.tables.joined import Joined, joined, typed
from kg.export.tables.joined import Row as Row
from kg.export.tables.joined import Value as Value
from kg.export.tables.lookups import Lookups, local, rows
from kg.graph import queries
from kg.graph.namespaces import SDMX_DIMENSION, TKG
from kg.graph.store import Store
from kg.oxigraph import Term

REPORTS = 16  # that are asked for at a time: more gains no speed
_SELECTED = {"place": SDMX_DIMENSION.refArea, "programme": TKG.programme, "year": TKG.year}  # what a selection binds


class Rows:
    """The tables of a store, or of a selected part of it. Where a part is selected, read the outcomes first."""

    def __init__(self, store: Store, selection: Selection = EVERYTHING) -> None:
        """ExportError for a name that the store does not know."""
        self._store, self._known = store, Lookups(partial(rows, store))
        self._all = selection == EVERYTHING
        self._terms = _by_programme(selection.terms(store), self._known)
        header = tables()["reports"].header
        self._reports = {str(row[0]): dict(zip(header, row, strict=True)) for row in rows(store, "reports")}
        self._joined = Joined(self._known, self._reports)
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
        return (typed(table, said) for said in makers[table]())

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
                self._used.update(iri for name in ("report", "place", "programme") if (iri := said[name]))
                yield self._joined.outcome(said)

    def _holding(self) -> list[str]:
        """The reports that may hold selected outcomes: few are found far faster than all are asked."""
        query, found = queries.load("tables/holding"), set(self._reports)
        for name, values in self._terms.items():
            answer = queries.ask(self._store, query, {"property": (Term(_SELECTED[name], "iri"),), "value": values})
            found &= {report.value for (report,) in answer.rows() if report}
        return [report for report in self._reports if report in found]

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
            labels = joined(known.label for known in self._known.served(iri).values())
            yield {**self._concept(iri), "programme": iri, "serves": labels}

    def _of_strategies(self) -> Iterator[Mapping[str, Value]]:
        for iri in self._spoken("Strategy"):
            yield {**self._concept(iri), "strategy": iri}

    def _of_programme_strategies(self) -> Iterator[Mapping[str, Value]]:
        for programme in self._spoken("Programme"):
            for strategy in self._known.served(programme):
                yield {"programme": programme, "strategy": strategy}

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
