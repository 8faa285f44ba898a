"""The frozen values that travel from stage to stage.

Offsets come in two kinds. *Source offsets* count characters of the input as it was decoded; they are what
leaves the program. *Clean offsets* count characters of the repaired reading text (`Text.clean`); every stage
between repair and map works with these, and `Text.span` leads from the second kind back to the first.
All spans are half open: ``text[start:end]``.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Qualifier(StrEnum):
    """How exact a number claims to be."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Change(StrEnum):
    """Whether a number says how much there is, or how much more or less."""

    LEVEL = "level"
    INCREASE = "increase"
    DECREASE = "decrease"


class Status(StrEnum):
    """Whether a number is a fact or an aim."""

    ACHIEVED = "achieved"
    PLANNED = "planned"


class Practice(StrEnum):
    """Whether a programme is being carried out or is announced."""

    IMPLEMENTED = "implemented"
    PLANNED = "planned"


class Kind(StrEnum):
    """The two kinds of named concept that reports speak of."""

    PROGRAMME = "programme"
    STRATEGY = "strategy"


class Level(StrEnum):
    """Levels of government, from the top down, and the villages and communities below them."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Part(StrEnum):
    """What a section of a report does."""

    REVIEW = "review"
    PROBLEMS = "problems"
    PLAN = "plan"
    OPENING = "opening"
    FURNITURE = "furniture"  # navigation, metadata, footers: nothing in it is a fact of the report


@dataclass(frozen=True, slots=True)
class Source:
    """One input as the reader took it.

    `key` is its identity in a store (a relative POSIX path), `name` the file's name, `text` the decoded
    characters with nothing changed (source offsets count these), `digest` the SHA-256 of the bytes in hex.
    `fields` is what the input says of the text beside it, key → value in the input's order: `url`, `title`, `date`,
    `place`, `site` and `publisher`, and entries of the page's metadata under their own names (索引号).
    """

    key: str
    name: str
    text: str
    digest: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """One place that was mended: `kind` names the rule, `start`/`end` are source offsets."""

    kind: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Text:
    """A reading text with the way back to its source.

    `starts[i]`/`ends[i]` are the source offsets of clean character `i`; both are None when the clean text has
    the source's characters one for one. `damaged` are the clean spans of lines that could not be mended.
    """

    source: str
    clean: str
    starts: array[int] | None = None
    ends: array[int] | None = None
    repairs: tuple[Repair, ...] = ()
    damaged: tuple[tuple[int, int], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of the clean span [start, end)."""
        if self.starts is None or self.ends is None:
            return start, end
        if start == end:
            at = self.starts[start] if start < len(self.starts) else len(self.source)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def verbatim(self, start: int, end: int) -> str:
        """The source's own characters behind the clean span [start, end)."""
        low, high = self.span(start, end)
        return self.source[low:high]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; `start`/`end` are clean offsets, `level` 1 is the outermost."""

    title: str
    level: int
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (clean offsets) with the headings it stands under, outermost first.

    `part` is what the section does; the innermost heading may be a short sentence of the same paragraph
    (一是河道治理有力。); `year` is the year the section speaks of, None where masked or unknown.
    """

    start: int
    end: int
    part: Part
    headings: tuple[tuple[int, int], ...]
    year: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included; `stated` says whether the sentence gave it or the report did."""

    first: date
    last: date
    stated: bool = False

    @property
    def year(self) -> int:
        """The year a number of this period belongs to (the last one of a longer span)."""
        return self.last.year

    @classmethod
    def of_year(cls, year: int, *, stated: bool = False) -> Period:
        """The whole calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), stated)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the official division, or a stated one that is not on the list (`code` None).

    `code` is the statistical code: 2, 4, 6 or 9 digits for province, prefecture, county and township.
    `parent` is the unit it lies in; a village without one lies in the report's own place, whichever that is.
    """

    name: str
    level: Level
    code: str | None
    parent: Place | None = None

    def at(self, level: Level) -> Place | None:
        """This place or its ancestor of the given level."""
        place: Place | None = self
        while place is not None and place.level is not level:
            place = place.parent
        return place


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which official unit a report is about.

    `place` is the unit, None where the text does not determine it; then `within` is the smallest unit that
    certainly contains it (a masked township of a county that the text names) and `candidates` those that fit.
    `inferred` says that the report does not name the place: the villages that it names are those of `place`.
    `reasons` are plain-English lines that say what spoke for the answer.
    """

    place: Place | None
    within: Place | None = None
    candidates: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """A stretch of the text (clean offsets) that names a village or a neighbouring unit.

    Namings of one `row` stand side by side (石桥村、大坪村): what is said is said of all of them.
    """

    start: int
    end: int
    place: Place
    row: int


@dataclass(frozen=True, slots=True)
class Document:
    """A report laid out: what it is, and its sentences in order.

    `unit` is the reporting unit's name as the title or issuer gives it (荫田镇), None when masked; `issued` is
    ISO 8601 as precise as the text is; `hints` are strings that name the unit or those above it, best first;
    `fields` is the metadata of the page (索引号, 发布机构 …), key → value as written.
    """

    text: Text
    title: str | None
    issuer: str | None
    issued: str | None
    year: int | None
    plan_year: int | None
    level: Level | None
    unit: str | None
    hints: tuple[str, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """A programme or strategy. `slug` is its local name in the scheme; `known` is False for provisional ones.

    `ordinary` marks standing benefits and duties (低保, 信访): named by many, but a number near them is not theirs.
    `iri` is what a scheme of the user's calls it, empty where that is what ours would.
    """

    kind: Kind
    label: str
    names: tuple[str, ...]
    slug: str
    level: Level | None = None
    known: bool = True
    ordinary: bool = False
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text (clean offsets) that names a concept. `level`: who set it, as the text says."""

    start: int
    end: int
    concept: Concept
    rule: str
    practice: Practice | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit or classifier of the scheme: `slug` its local name, `kind` what it counts or measures."""

    label: str
    slug: str
    kind: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (clean offsets).

    `start`/`end` enclose the number expression; `left`/`right` the whole of it with hedges and unit.
    `value` is None for a range (`lower`, `upper`) and for a masked number (`masked`).
    `unit` is written as in the text without magnitude words; `rule` names the recogniser.
    """

    start: int
    end: int
    left: int
    right: int
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    kind: Unit | None
    qualifier: Qualifier
    masked: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measured number with everything that was read about it; `rules` names who decided what.

    `place` is a smaller or neighbouring unit that the number is about (a village), None for the report's own;
    `damaged` says that its line could not be mended.
    """

    quantity: Quantity
    sentence: Sentence
    indicator: str
    change: Change
    status: Status
    period: Period | None
    programme: Concept | None
    measure: str | None = None  # local name of the canonical indicator, where one fits
    rules: tuple[str, ...] = ()
    place: Place | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """The report says that `programme` serves `strategy`; the span holds the words (clean offsets)."""

    programme: Concept
    strategy: Concept
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one report."""

    source: Source
    document: Document
    resolution: Resolution
    outcomes: tuple[Outcome, ...]
    mentions: tuple[Mention, ...]
    services: tuple[Service, ...]
    refused: tuple[tuple[int, int, str], ...] = field(default=())
    places: tuple[Naming, ...] = ()
