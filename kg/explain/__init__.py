"""What was read in a report and why: its text with the facts marked, and the chain of decisions behind one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.model import Kind, Outcome, Reading, Text

LONGEST = 60  # characters of a marked stretch that are shown


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the source (source offsets) that was read as something.

    `kind` is number, programme, strategy, refused, repaired or damaged; `note` says what it was read as.
    """

    start: int
    end: int
    kind: str
    note: str


def marks(reading: Reading) -> list[Mark]:
    """Every number, name, refused numeral, repair and damaged line of a reading, in the order of the source."""
    span = reading.document.text.span
    found = [
        *(Mark(*span(o.quantity.start, o.quantity.end), "number", headline(o)) for o in reading.outcomes),
        *(Mark(*span(m.start, m.end), m.concept.kind.value, m.concept.label) for m in reading.mentions),
        *(Mark(*span(start, end), "refused", rule) for start, end, rule in reading.refused),
        *(Mark(r.start, r.end, "repaired", f"{r.kind}: {r.after}") for r in reading.document.text.repairs),
        *_damaged(reading.document.text),
    ]
    return sorted(found, key=lambda m: (m.start, -m.end, m.kind))


def _damaged(text: Text) -> Iterator[Mark]:
    return (Mark(*text.span(start, end), "damaged", "could not be mended") for start, end in text.damaged)


def repairs(text: Text) -> list[Mark]:
    """Every repair of a text and every line that could not be mended, in the order of the source.

    `kind` is that of the repair, or damaged; `note` shows what became of the characters.
    """
    mended = (Mark(r.start, r.end, r.kind, f"{_shown(r.before)} → {_shown(r.after)}") for r in text.repairs)
    left = (Mark(m.start, m.end, m.kind, _shown(text.source[m.start : m.end])) for m in _damaged(text))
    return sorted((*mended, *left), key=lambda m: (m.start, m.end, m.kind))


def _shown(words: str) -> str:
    """Words on one line, the unseen among them spelt out; "nothing" for none."""
    seen = "".join(c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in words)
    return (seen if len(seen) <= LONGEST else seen[:LONGEST] + "…") or "nothing"


def headline(outcome: Outcome) -> str:
    """One line that says what an outcome is: indicator = value unit (what differs from a plain, exact, past level)."""
    quantity = outcome.quantity
    value = _value(outcome)
    readings = (quantity.qualifier.value, outcome.change.value, outcome.status.value, "damaged" * outcome.damaged)
    said = ", ".join(reading for reading in readings if reading not in ("", "exact", "level", "achieved"))
    year = f" {outcome.period.year}" if outcome.period else ""
    return f"{outcome.indicator} = {value} {quantity.unit}{f' ({said})' if said else ''}{year}"


def _value(outcome: Outcome) -> str:
    quantity = outcome.quantity
    if quantity.value is not None:
        return f"{quantity.value.normalize():f}"
    return "masked" if quantity.masked else f"{quantity.lower} to {quantity.upper}"


def text(reading: Reading) -> Iterator[tuple[str, Mark | None]]:
    """The source in pieces, each with the mark that covers it, None for plain text; pieces join to the source."""
    source = reading.source.text
    damaged = list(_damaged(reading.document.text))
    at = 0
    for mark in marks(reading):
        if mark.kind in ("refused", "repaired", "damaged") or mark.start < at:
            continue
        yield from _plain(source, at, mark.start, damaged)
        yield source[mark.start : mark.end], mark
        at = mark.end
    yield from _plain(source, at, len(source), damaged)


def _plain(source: str, start: int, end: int, damaged: list[Mark]) -> Iterator[tuple[str, Mark | None]]:
    """The pieces of a stretch without facts, what lies in damaged lines marked so."""
    for mark in damaged:
        low, high = max(start, mark.start), min(end, mark.end)
        if low < high:
            if start < low:
                yield source[start:low], None
            yield source[low:high], mark
            start = high
    if start < end:
        yield source[start:end], None


def chain(reading: Reading, offset: int) -> list[str]:
    """The decisions about whatever lies at a source offset, one line each; [] where nothing was read there."""
    text = reading.document.text
    lines: list[str] = []
    for outcome in reading.outcomes:
        start, end = text.span(outcome.quantity.start, outcome.quantity.end)
        if start <= offset < end:
            lines += _of_outcome(reading, outcome)
    for mark in marks(reading):
        if mark.start <= offset < mark.end and mark.kind != "number":
            words = reading.source.text[mark.start : mark.end]
            words = words if len(words) <= LONGEST else f"{mark.end - mark.start} characters around it"
            lines.append(_LINES[mark.kind].format(words=words, note=mark.note))
    for mention in reading.mentions:
        start, end = text.span(mention.start, mention.end)
        if start <= offset < end:
            lines.append(f"  found by the rule: {mention.rule}")
            if mention.concept.kind is Kind.PROGRAMME and mention.practice:
                lines.append(f"  {mention.practice.value}, by its section")
    return lines


_LINES = {
    "programme": "{words}: names the programme {note}",
    "strategy": "{words}: names the strategy {note}",
    "refused": "{words}: not taken as a measurement, by the rule: {note}",
    "repaired": "{words}: repaired ({note})",
    "damaged": "{words}: in a damaged line, which {note}",
}


def _of_outcome(reading: Reading, outcome: Outcome) -> list[str]:
    quantity, text = outcome.quantity, reading.document.text
    start, end = text.span(quantity.start, quantity.end)
    headings = [text.clean[a:b] for a, b in outcome.sentence.headings]
    lines = [
        headline(outcome),
        f"  words     {text.verbatim(quantity.left, quantity.right)} at {start}-{end}",
        f"  sentence  {text.verbatim(outcome.sentence.start, outcome.sentence.end).strip()}",
        *(f"  under     {heading}" for heading in headings),
        *(f"  {rule.split(':', 1)[0]:<9} {_decision(outcome, rule)}" for rule in outcome.rules),
    ]
    if outcome.measure:
        lines.append(f"  measure   {outcome.measure}")
    return lines


def _decision(outcome: Outcome, rule: str) -> str:
    """What was decided and the rule that decided it."""
    about, name = rule.split(":", 1)
    period = f"{outcome.period.first} to {outcome.period.last}" if outcome.period else "unknown"
    decided = {
        "number": f"{_value(outcome)} {outcome.quantity.unit}, {outcome.quantity.qualifier.value}",
        "indicator": outcome.indicator,
        "change": outcome.change.value,
        "status": outcome.status.value,
        "period": period,
        "programme": outcome.programme.label if outcome.programme else "none",
    }
    return f"{decided[about]}  [{name}]"
