"""The page of a report: its text with every fact marked, and how each was read."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.graph.namespaces import PREFIXES, TKG
from kg.model import Text
from kg.serve.index.build import untitled
from kg.serve.site import marks, reading, rules
from kg.serve.site.ask import Row, iri
from kg.serve.site.figures import measured
from kg.serve.site.marks import Fact
from kg.serve.site.names import Names, named
from kg.serve.site.page import Page

_TERM = PREFIXES["tkg"]
_QUERIES = tuple(f"report{part}" for part in ("", "-outcomes", "-mentions", "-practices", "-places", "-metadata"))
_CLASS = {TKG.Programme: "programme", TKG.Strategy: "strategy"}
_STATUSES = ("achieved", "implemented", "planned")
_SPAN = re.compile("char=([0-9]{1,9}),([0-9]{1,9})")
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
    rules: tuple[str, ...] = ()
    beside: list[Fact] = field(default_factory=list)


async def show(page: Page) -> Mapping[str, Any]:
    """The report's head, its lines in pieces, and the readings in the order of the text."""
    (head, *_), outcomes, mentions, practices, places, stated = await page.ask.all(*_QUERIES, this=page.this)
    names, kinds = await asyncio.gather(_names(page, outcomes, mentions), _kinds(page, mentions))
    text = head["text"]
    found = [_outcome(row, text, names, page.language) for row in outcomes]
    found += _mentions([row for row in mentions if row["concept"] in kinds], practices, kinds, text, names)
    taken = [(one.fact.start, one.fact.end) for one in found if one.fact.kind != "outcome"]
    clean, more, headings = await asyncio.to_thread(_read_again, text, places, taken)
    found += more
    own = _own(places)
    return {
        "title": head["title"] or untitled(own["name"] if own else "", head["year"], head["source"]),
        "head": head,
        "stated": stated,
        "own": own,
        "above": [row for row in _once(places) if row["role"] == "above"],
        "candidates": [row for row in _once(places) if row["role"] == "candidate"],
        "level": head["level"].removeprefix(_TERM),
        "inferred": bool(head["placeBasis"]),
        "lines": _lines(text, found, outcomes, headings),
        "readings": _beside(found),
        "counts": Counter(one.fact.kind for one in found),
        "kinds": marks.KINDS,
        "statuses": _STATUSES,
        "traditional": reading.traditional(clean),
        "damaged": bool(clean.damaged),
        "to_programs": {
            "author": head["issuer"],
            "datePublished": head["published"],
            "temporalCoverage": head["year"],
            "about": {"@id": head["place"]} if head["place"] else "",
            "inLanguage": "zh-Hant" if reading.traditional(clean) else "zh-Hans",
        },
    }


def _read_again(
    text: str, places: Sequence[Row], taken: Sequence[tuple[int, int]]
) -> tuple[Text, list[Reading], dict[int, int]]:
    """What the graph does not have of a text: how it was mended, its places and repairs, its headings."""
    clean = reading.read(text)
    return clean, [*_places(places, clean, taken), *_repairs(clean)], reading.headings(text)


def _lines(
    text: str, found: Iterable[Reading], outcomes: Iterable[Row], headings: Mapping[int, int]
) -> list[marks.Line]:
    """The lines in pieces; sentences have their anchors, since numbers elsewhere are derived from them."""
    sentences = dict.fromkeys(row["passage"].partition("#")[2] for row in outcomes)
    facts = [one.fact for one in found]
    taken = {fact.id for fact in facts}
    spans = ((_SPAN.fullmatch(name), name) for name in sentences if name not in taken)
    anchors = [(int(span[1]), name) for span, name in spans if span]
    return marks.lines(text, facts, anchors, headings)


def _beside(found: Iterable[Reading]) -> list[Reading]:
    ordered = sorted(found, key=lambda one: (one.fact.start, one.fact.end, marks.KINDS.index(one.fact.kind)))
    others = marks.covering([one.fact for one in ordered])
    for one in ordered:
        one.beside.extend(others[one.fact.id])
    return ordered


async def _names(page: Page, outcomes: Iterable[Row], mentions: Iterable[Row]) -> Names:
    """The names of all that the readings speak of."""
    told = {row[name] for row in outcomes for name in ("indicator", "programme", "place", "period") if row[name]}
    return await named(page, told | {row["concept"] for row in mentions})


async def _kinds(page: Page, mentions: Iterable[Row]) -> dict[str, str]:
    """Concept → programme or strategy."""
    concepts = [iri(concept) for concept in sorted({row["concept"] for row in mentions})]
    rows = await page.ask.rows("kinds", this=concepts) if concepts else []
    return {row["this"]: _CLASS[row["class"]] for row in rows if row["class"] in _CLASS}


def _outcome(row: Row, text: str, names: Names, language: str) -> Reading:
    """The reading of a number."""
    fact = _fact(row["outcome"].partition("#")[2], "outcome", row["start"], row["end"])
    known = {name: row[name] and str(names[row[name]]) for name in ("indicator", "programme", "place", "period")}
    return Reading(
        fact,
        _sentence(row["passage"], text) or text[fact.start : fact.end],
        row["name"],
        row["indicator"],
        _present(
            ("value", amount(row, language), ""),
            ("indicator", known["indicator"] if known["indicator"] != row["name"] else "", row["indicator"]),
            ("place", known["place"], row["place"]),
            ("period", known["period"], ""),
            ("programme", known["programme"], row["programme"]),
            ("section", row["section"], ""),
        ),
        _tags(row, "status", "change", "qualifier", "periodBasis")
        + tuple(tag for name, tag in _FLAGS.items() if row[name]),
        rules.split(row["rule"]),
    )


def _sentence(passage: str, text: str) -> str:
    """The words of a passage, as its IRI says where they stand; "" where it does not."""
    found = _SPAN.fullmatch(passage.partition("#")[2])
    return text[int(found[1]) : int(found[2])].strip() if found else ""


def amount(row: Row, language: str) -> str:
    """A value or a range with its unit: 650 户, 836.9 亿斤, 30–50%; the unit where it is masked."""
    ends = [row[name] for name in (("value",) if row["value"] else ("lower", "upper")) if row[name]]
    return measured(ends, row["unit"], language)


def _mentions(
    rows: Iterable[Row], practices: Iterable[Row], kinds: Mapping[str, str], text: str, names: Names
) -> list[Reading]:
    """The readings of names: one for each concept that a passage names."""
    done: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for practice in practices:
        done[practice["passage"], practice["concept"]].append(practice)
    count: Counter[str] = Counter()
    readings = []
    for row in rows:
        passage, concept = row["passage"], row["concept"]
        count[passage] += 1
        again = f"-{count[passage]}" if count[passage] > 1 else ""
        fact = _fact(passage.partition("#")[2] + again, kinds[concept], row["start"], row["end"])
        readings.append(_mention(fact, row, done[passage, concept], text, names))
    return readings


def _mention(fact: Fact, row: Row, practices: Sequence[Row], text: str, names: Names) -> Reading:
    years = "、".join(dict.fromkeys(one["year"] for one in practices if one["year"]))
    tags = [tag for one in practices for tag in _tags(one, "status")]
    return Reading(
        fact,
        text[fact.start : fact.end],
        str(names[row["concept"]]),
        row["concept"],
        _present(("year", years, ""), ("section", row["section"], "")),
        (*dict.fromkeys(tags), *_tags(row, "levelSaid"), *["provisional"] * ("/provisional/" in row["concept"])),
        rules.split(row["rule"]),
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


def _tags(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(row[name].removeprefix(_TERM) for name in names if row[name])


def _present(*rows: tuple[str, str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(row for row in rows if row[1])
