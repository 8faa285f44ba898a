"""Services: the strategies that a report says its programmes serve, beside what the schemes know.

A strategy guides the programmes that later clauses of its sentence carry out (锚定“三高四新”，实施强基行动), and
those of the section whose heading names it (四、加快推进乡村振兴), where the sentence names no other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from kg.lexicon import table
from kg.model import Document, Kind, Mention, Service
from kg.relate.context import BOUNDARY

LEAD = 16  # characters in front of a strategy in which the verb stands that says it is followed


def services(document: Document, mentions: Sequence[Mention]) -> Iterator[Service]:
    """The programmes of a report with the strategy that each is put under, every pair once, in order of the text."""
    text, starts = document.text.clean, [m.start for m in mentions]
    seen: set[tuple[str, str]] = set()
    for sentence in document.sentences:
        here = mentions[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if not here:
            continue
        heading: Mention | None = None
        for start, end in reversed(sentence.headings):
            above = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
            if heading := next((m for m in above if m.concept.kind is Kind.STRATEGY), None):
                break
        for programme, strategy, rule in _pairs(text, here, heading, sentence.start):
            if (pair := (programme.concept.slug, strategy.concept.slug)) not in seen:
                seen.add(pair)
                start, end = min(strategy.start, programme.start), max(strategy.end, programme.end)
                yield Service(programme.concept, strategy.concept, start, end, rule)


def _pairs(
    text: str, here: Sequence[Mention], heading: Mention | None, floor: int
) -> Iterator[tuple[Mention, Mention, str]]:
    guide: Mention | None = None
    for mention in here:
        if mention.concept.kind is Kind.STRATEGY:
            guide = mention if _guides().search(text[max(floor, mention.start - LEAD) : mention.start]) else guide
        elif guide and BOUNDARY.search(text, guide.end, mention.start):
            yield mention, guide, "strategy guides the sentence"
        elif heading:
            yield mention, heading, "strategy heads the section"


@cache
def _guides() -> re.Pattern[str]:
    """Matches, at the end of what stands in front of a strategy, a verb of following it and who set it."""
    return re.compile(table("clauses.toml")["service"]["guides"])
