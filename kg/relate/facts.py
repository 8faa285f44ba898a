"""From the mentions of a report to its facts: each quantity becomes an outcome with all that is read about it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kg.model import Change, Concept, Document, Mention, Outcome, Quantity, Sentence, Status
from kg.recognise.periods import Time
from kg.relate import change as changes
from kg.relate import indicator as indicators
from kg.relate.context import Context, contexts
from kg.relate.measure import measure
from kg.relate.programme import Ties
from kg.relate.when import Clock


def outcomes(
    document: Document, quantities: Sequence[Quantity], times: Sequence[Time], mentions: Sequence[Mention]
) -> Iterator[Outcome]:
    """The outcomes of a report in the order of its text; quantities outside its sentences are furniture."""
    ties, clock = Ties(mentions), Clock(document, times)
    nameless = _without(document.text.clean, mentions)
    starts = [q.start for q in quantities]
    for sentence in document.sentences:
        row = quantities[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if row:
            yield from _of_sentence(document, sentence, row, clock, ties, nameless)


def _without(text: str, mentions: Sequence[Mention]) -> str:
    """The text with every mention blanked out, length kept."""
    parts: list[str] = []
    at = 0
    for mention in mentions:
        if mention.start >= at:
            parts += [text[at : mention.start], "□" * (mention.end - mention.start)]
            at = mention.end
    return "".join(parts) + text[at:]


def _of_sentence(
    document: Document, sentence: Sentence, row: Sequence[Quantity], clock: Clock, ties: Ties, nameless: str
) -> Iterator[Outcome]:
    subject: indicators.Subject | None = None
    programme: Concept | None = None
    for context in contexts(document.text.clean, sentence, row):
        how, change_rule = changes.change(context)
        subject = indicators.name(context, subject, how)
        programme, tie_rule = ties.programme(context, programme)
        yield _outcome(document, context, subject, how, change_rule, clock, (programme, tie_rule), nameless)


def _outcome(
    document: Document,
    context: Context,
    subject: indicators.Subject,
    how: Change,
    change_rule: str,
    clock: Clock,
    tie: tuple[Concept | None, str],
    nameless: str,
) -> Outcome:
    status, status_rule = changes.status(context, nameless)
    period, period_rule = clock.period(context, status)
    if period is not None and document.year is not None and period.year > document.year and status is Status.ACHIEVED:
        status, status_rule = Status.PLANNED, "time to come"
    programme, tie_rule = tie
    quantity = context.quantity
    return Outcome(
        quantity=quantity,
        sentence=context.sentence,
        indicator=subject.phrase,
        change=how,
        status=status,
        period=period,
        programme=programme,
        measure=measure(subject.phrase, quantity, changes=how is not Change.LEVEL),
        rules=(
            f"number:{quantity.rule}",
            f"indicator:{subject.rule}",
            f"change:{change_rule}",
            f"status:{status_rule}",
            f"period:{period_rule}",
            f"programme:{tie_rule}",
        ),
        damaged=_touches(document.text.damaged, context.sentence),
    )


def _touches(spans: Sequence[tuple[int, int]], sentence: Sentence) -> bool:
    """Whether a sentence reaches into one of the spans, which are in order."""
    before = bisect_left(spans, (sentence.end,)) if spans else 0
    return before > 0 and spans[before - 1][1] > sentence.start
