"""The page of a report: its text with every fact marked, and how each was read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.graph.namespaces import PREFIXES, TKG
from kg.model import Text
from kg.serve.site import marks, reading
from kg.serve.site.ask import Row
from kg.serve.site.figures import number
from kg.serve.site.marks import Fact
from kg.serve.site.page import Page

_TERM = PREFIXES["tkg"]
_CLASS = {TKG.Programme: "programme", TKG.Strategy: "strategy"}
_TIGHT = ("%", "‰", "°")  # units that stand close behind their number
_FLAGS = {"masked": "masked", "damaged": "damaged-line"}  # variable → word
_LONGEST = 12  # characters of a place's name that is looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """How a fact was read: its words, what it is, and (word of the page, text, IRI or "", word of the value or "")."""

    fact: Fact
    said: str
    title: str
    href: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()
    tags: tuple[str, ...] = ()
    beside: list[Fact] = field(default_factory=list)


async def show(page: Page) -> Mapping[str, Any]:
    """The report's head, its lines in pieces, and the readings in the order of the text."""
    (head, *_), outcomes, mentions, places, stated = await page.ask.all(
        "report", "report-outcomes", "report-mentions", "report-places", "report-metadata", this=page.this
    )
    text = head["text"]
    found = [*_outcomes(outcomes, text, page.language), *_mentions(mentions, text, page.language)]
    clean = await asyncio.to_thread(reading.read, text)
    found += _places(places, clean, [(one.fact.start, one.fact.end) for one in found if one.fact.kind != "outcome"])
    found += _repairs(clean)
    return {
        "title": head["title"] or head["source"],
        "head": head,
        "stated": stated,
        "own": _own(places),
        "above": [row for row in _once(places) if row["role"] == "above"],
        "candidates": [row for row in _once(places) if row["role"] == "candidate"],
        "level": head["level"].removeprefix(_TERM),
        "inferred": bool(head["placeBasis"]),
        "lines": _lines(clean, found, outcomes),
        "readings": _beside(found),
        "counts": Counter(one.fact.kind for one in found),
        "kinds": marks.KINDS,
        "traditional": reading.traditional(clean),
        "damaged": bool(clean.damaged),
        "more": {
            "author": head["issuer"],
            "datePublished": head["published"],
            "temporalCoverage": head["year"],
            "about": {"@id": head["place"]} if head["place"] else "",
            "inLanguage": "zh-Hant" if reading.traditional(clean) else "zh-Hans",
        },
    }


def _lines(text: Text, found: Iterable[Reading], outcomes: Iterable[Row]) -> list[marks.Line]:
    """The lines in pieces; sentences have their anchors, since numbers elsewhere are derived from them."""
    sentences = dict.fromkeys(row["passage"].partition("#")[2] for row in outcomes)
    facts = [one.fact for one in found]
    taken = {fact.id for fact in facts}
    anchors = [(int(name.removeprefix("char=").partition(",")[0]), name) for name in sentences if name not in taken]
    return marks.lines(text.source, facts, anchors, reading.headings(text))


def _beside(found: Iterable[Reading]) -> list[Reading]:
    ordered = sorted(found, key=lambda one: (one.fact.start, one.fact.end, marks.KINDS.index(one.fact.kind)))
    others = marks.covering([one.fact for one in ordered])
    for one in ordered:
        one.beside.extend(others[one.fact.id])
    return ordered


def _outcomes(rows: Iterable[Row], text: str, language: str) -> list[Reading]:
    """The readings of numbers; a number whose programme or place has several labels comes once."""
    first = {row["outcome"]: row for row in reversed(list(rows))}
    return [_outcome(row, text, language) for row in first.values()]


def _outcome(row: Row, text: str, language: str) -> Reading:
    fact = _fact(row["outcome"].partition("#")[2], "outcome", row["start"], row["end"])
    canonical = _label(row, "indicator", language)
    return Reading(
        fact,
        text[fact.start : fact.end],
        row["name"],
        row["indicator"],
        _present(
            ("value", amount(row), ""),
            ("indicator", canonical if canonical != row["name"] else "", row["indicator"]),
            ("place", row["placeName"], row["place"]),
            ("period", _label(row, "period", language), ""),
            ("programme", _label(row, "programme", language), row["programme"]),
            ("section", row["section"], ""),
            ("rule", row["rule"], ""),
        ),
        _tags(row, "status", "change", "qualifier", "periodBasis")
        + tuple(tag for name, tag in _FLAGS.items() if row[name]),
    )


def amount(row: Row) -> str:
    """A value or a range with its unit: 650 户, 30–50%; nothing where it is masked."""
    ends = [number(row[name]) for name in ("lower", "upper") if row[name]]
    said = number(row["value"]) if row["value"] else "–".join(ends)
    return f"{said}{'' if row['unit'].startswith(_TIGHT) else ' '}{row['unit']}".strip()


def _mentions(rows: Iterable[Row], text: str, language: str) -> list[Reading]:
    """The readings of names: one for each concept that a passage names."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["passage"], row["concept"]), []).append(row)
    names: Counter[str] = Counter()
    readings = []
    for (passage, _), said in found.items():
        names[passage] += 1
        again = f"-{names[passage]}" if names[passage] > 1 else ""
        readings.append(_mention(passage.partition("#")[2] + again, said, text, language))
    return readings


def _mention(name: str, rows: Sequence[Row], text: str, language: str) -> Reading:
    row = rows[0]
    fact = _fact(name, _CLASS[row["class"]], row["start"], row["end"])
    years = "、".join(dict.fromkeys(one["year"] for one in rows if one["year"]))
    tags = [tag for one in rows for tag in _tags(one, "status")]
    return Reading(
        fact,
        text[fact.start : fact.end],
        (row[language] or row["zh"]) or row["concept"],
        row["concept"],
        _present(("year", years, ""), ("section", row["section"], ""), ("rule", row["rule"], "")),
        (*dict.fromkeys(tags), *_tags(row, "levelSaid"), *(("provisional",) if row["provisional"] == "true" else ())),
    )


def _places(rows: Sequence[Row], text: Text, taken: Sequence[tuple[int, int]]) -> list[Reading]:
    """The readings of names of places. A name that several places have is that of the one named, then of the own."""
    once = [row for row in _once(rows) if row["name"] and len(row["name"]) > 1 and row["role"] != "candidate"]
    rank = {"named": 0, "own": 1, "above": 2}
    ordered = sorted(once, key=lambda row: rank[row["role"]], reverse=True)
    by_name = {row["name"]: row for row in ordered if len(row["name"]) <= _LONGEST}
    by_iri = {row["place"]: row for row in by_name.values()}
    found = reading.named(text, {name: row["place"] for name, row in by_name.items()}, taken)
    return [_place(one, by_iri[one.place], text.source) for one in found]


def _place(one: reading.Naming, row: Row, text: str) -> Reading:
    return Reading(
        Fact(f"place-{one.start}", "place", one.start, one.end),
        text[one.start : one.end],
        row["name"],
        row["place"],
        _present(("within", row["withinName"], row["within"])),
        _tags(row, "level"),
    )


def _repairs(text: Text) -> list[Reading]:
    """The readings of mended places: what stood there, and what was read."""
    return [
        Reading(
            Fact(f"repair-{at}", "repair", one.start, one.end),
            one.before,
            one.after,
            tags=(f"repair-{one.kind}",),
        )
        for at, one in enumerate(reading.mended(text))
    ]


def _own(rows: Sequence[Row]) -> Row | None:
    return next((row for row in rows if row["role"] == "own"), None)


def _once(rows: Iterable[Row]) -> list[Row]:
    """A row for each place; one that lies in two (by two lists) has two."""
    return list({(row["role"], row["place"]): row for row in rows}.values())


def _fact(name: str, kind: str, start: str, end: str) -> Fact:
    return Fact(name, kind, int(start), int(end))


def _label(row: Row, name: str, language: str) -> str:
    return row[f"{name}{language.title()}"] or row[f"{name}Zh"]


def _tags(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(row[name].removeprefix(_TERM) for name in names if row[name])


def _present(*rows: tuple[str, str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(row for row in rows if row[1])
