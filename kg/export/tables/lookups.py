"""What the rows of outcomes refer to, read once: places with all above them, concepts, units and periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from functools import cached_property
from urllib.parse import unquote

from kg.export.tables.columns import base_units
from kg.graph import queries
from kg.graph.store import Store

Strings = tuple[str | None, ...]

_EXACT = Context(prec=100)  # digits: more than a number of a report times any factor has
_ENDLESS = Context(prec=15)  # of a quotient that never ends: what a spreadsheet keeps


@dataclass(frozen=True, slots=True)
class Place:
    """A place as tables name it; `within` is the IRI of what contains it."""

    name: str | None
    level: str | None
    code: str | None
    within: str | None


@dataclass(frozen=True, slots=True)
class Concept:
    """A programme, strategy or indicator as tables name it."""

    kind: str
    label: str
    label_en: str | None
    level: str | None
    area: str | None
    area_en: str | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A unit: its kind, and what leads to the base unit of that kind, where there is a way to it."""

    kind: str
    factor: Decimal | None
    divisor: Decimal
    offset: Decimal

    def base(self, value: Decimal | None, *, level: bool) -> tuple[Decimal | None, str | None]:
        """The value in the base unit, and that unit; nothing where there is no way to it.

        An offset is for levels only: two degrees more are two kelvin more. Where division never ends, 15 digits stay.
        """
        unit = base_units().get(self.kind)
        if value is None or self.factor is None or unit is None:
            return None, None
        with localcontext(_EXACT) as context:
            found = (value + self.offset * level) * self.factor / self.divisor
            return (_ENDLESS if context.flags[Inexact] else context).normalize(found), unit


class Lookups:
    """What a store's IRIs stand for. Each kind is read when it is first asked for.

    `read` gives the rows of a query of queries/tables by its name, as `rows` does.
    """

    def __init__(self, read: Callable[[str], Iterable[Strings]]) -> None:
        self._read = read

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Places by their IRIs."""
        found = {}
        for iri, name, level, code, within in self._read("places"):
            found[str(iri)] = Place(name, local(level), code, within)
        return found

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Programmes, strategies and indicators by their IRIs."""
        found = {}
        for iri, kind, label, label_en, level, area, area_en, provisional in self._read("concepts"):
            known = Concept(
                local(kind) or "", label or "", label_en, local(level), area, area_en, provisional == "true"
            )
            found[str(iri)] = known
        return found

    @cached_property
    def serves(self) -> Mapping[str, tuple[str, ...]]:
        """Programme → the strategies that it serves, by their IRIs, which are in order."""
        found: dict[str, list[str]] = defaultdict(list)
        for programme, strategy in sorted((str(one), str(other)) for one, other in self._read("services")):
            found[programme].append(strategy)
        return {programme: tuple(strategies) for programme, strategies in found.items()}

    @cached_property
    def units(self) -> Mapping[str, Measured]:
        """Units by their IRIs."""
        found = {}
        for iri, kind, factor, divisor, offset in self._read("units"):
            way = Decimal(factor) if factor else None, Decimal(divisor or 1), Decimal(offset or 0)
            found[str(iri)] = Measured(local(kind) or "", *way)
        return found

    @cached_property
    def periods(self) -> Mapping[str, tuple[str, str]]:
        """Period → its first and last day."""
        return {str(iri): (str(first), str(last)) for iri, first, last in self._read("periods")}

    def served(self, programme: str) -> Mapping[str, Concept]:
        """The strategies that a programme serves, by their IRIs."""
        served = self.serves.get(programme, ())
        return {
            iri: self.concepts[iri] for iri in served if iri in self.concepts and self.concepts[iri].kind == "Strategy"
        }

    def above(self, iri: str | None) -> Iterator[tuple[str, Place]]:
        """The place and all that contain it, from below."""
        seen = set()
        while iri is not None and iri not in seen and iri in self.places:
            seen.add(iri)
            yield iri, self.places[iri]
            iri = self.places[iri].within


def rows(store: Store, name: str) -> Iterator[Strings]:
    """The answer of a packaged query of queries/tables, as strings.

    Few of them order their rows: the engine does so before DISTINCT, which takes it a hundred times as long.
    """
    for row in queries.run(store, queries.load(f"tables/{name}")).rows():
        yield tuple(None if term is None else term.value for term in row)


def local(iri: str | None) -> str | None:
    """The end of the IRI of an own term."""
    return None if iri is None else unquote(iri.rpartition("#")[2])
