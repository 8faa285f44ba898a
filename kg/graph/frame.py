"""What the mapping of a report stands on: its IRIs and offsets, and how nodes are written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kg.graph import iris
from kg.graph.terms import label, ref
from kg.model import Concept, Level, Place, Reading

Fact = str  # predicate and object as N-Quads writes them
Node = tuple[str, Collection[Fact]]  # a subject's IRI and its facts, none of them twice
Span = tuple[int, int]  # source offsets
NEAR = 40  # characters on either side that a context shows


@dataclass(frozen=True, slots=True)
class Frame:
    """What every part of the report needs: the reading, the base, the IRIs of report and place."""

    reading: Reading
    base: str
    report: str
    place: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, reading: Reading, base: str) -> Frame:
        """The frame of a reading under an instance base."""
        report = iris.report(reading.source.key, base)
        resolution, unit = reading.resolution, reading.document.unit
        known = resolution.place and iris.place(resolution.place, base)
        if resolution.place is None and unit and not resolution.candidates:
            known = iris.unlisted_place(reading.source.key, unit, base)
        starts = tuple(sentence.start for sentence in reading.document.sentences)
        return cls(reading, base, report, known or iris.unknown_place(report), starts)

    def named(self, place: Place) -> str:
        """The IRI of a place that the report names; a village whose township is not known is known from here only."""
        if place.level is not Level.VILLAGE:
            return iris.place(place, self.base) or iris.unknown_place(self.report)
        known = place.parent is None or place.parent.level is Level.TOWNSHIP
        return iris.village(self.container(place) if known else iris.unknown_place(self.report), place.name)

    def container(self, village: Place) -> str:
        """The IRI of what the village lies in."""
        return (village.parent and iris.place(village.parent, self.base)) or self.place

    def open_places(self) -> tuple[Place, ...]:
        """The units of the list that the report may be about where it does not say which."""
        resolution = self.reading.resolution
        return resolution.candidates if resolution.place is None else ()

    def span(self, start: int, end: int) -> Span:
        """Source offsets of a clean span."""
        return self.reading.document.text.span(start, end)

    def passage(self, start: int, end: int) -> str:
        """The passage over a clean span, as a reference."""
        return ref(iris.passage(self.report, *self.span(start, end)))

    def concept(self, named: Concept) -> str:
        """A programme or strategy, as a reference."""
        return ref(iris.concept(named, self.base))

    def section(self, clean: int) -> str | None:
        """The innermost heading over a clean offset, as a literal."""
        index = bisect_right(self.starts, clean) - 1
        headings = self.reading.document.sentences[index].headings if index >= 0 else ()
        return label(self.reading.document.text.clean[slice(*headings[-1])]) if headings else None

    def around(self, start: int, end: int) -> str:
        """The source's words of a clean span with what stands near it in its sentence."""
        text, index = self.reading.document.text, bisect_right(self.starts, start) - 1
        sentence = self.reading.document.sentences[index]
        return text.verbatim(max(sentence.start, start - NEAR), min(max(sentence.end, end), end + NEAR))


def fact(predicate: str, value: str) -> Fact:
    """A predicate, by its IRI, with an object."""
    return f"<{predicate}> {value}"


def present(facts: Iterable[tuple[str, object]]) -> list[Fact]:
    """Those of the facts that have an object."""
    return [fact(predicate, value) for predicate, value in facts if value and isinstance(value, str)]


def nquads(node: Node, graph: str) -> str:
    """The lines of a node in a graph."""
    subject, facts = node
    head, tail = f"<{subject}> ", f" <{graph}> .\n"
    return f"{head}{(tail + head).join(facts)}{tail}" if facts else ""
