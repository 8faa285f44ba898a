"""Ties: which programme a number belongs to, and which strategy a programme is said to serve."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kg.model import Concept, Kind, Mention, Sentence, Service
from kg.relate.context import Context

GUIDES = re.compile(
    r"(?:落实|围绕|锚定|紧扣|紧跟|紧贴|贯彻|践行|坚持|聚焦|按照|以|根据|立足|服务|对标|融入|牢固树立|厉行|遵循|坚定|聚力|推进|为)[^，。；]{0,24}$"
)


class Ties:
    """The programme mentions of a report, asked which of them a number belongs to."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._programmes = [m for m in mentions if m.concept.kind is Kind.PROGRAMME and not m.concept.ordinary]
        self._starts = [m.start for m in self._programmes]

    def within(self, start: int, end: int) -> list[Mention]:
        """Programme mentions that lie in the stretch, in order."""
        return self._programmes[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def programme(self, context: Context) -> tuple[Concept | None, str]:
        """The programme of the number and the rule that ties it: clause, then sentence, then heading."""
        quantity = context.quantity
        low = quantity.left - len(context.before)
        own = self.within(low, quantity.right + len(context.after))
        if own:
            return min(own, key=lambda m: _distance(m, quantity.start)).concept, "named with the number"
        clause = self.within(context.clause[0], quantity.start)
        if clause and context.previous and context.previous.start > clause[-1].start:
            return clause[-1].concept, "named in the clause"
        if opening := self._opening(context):
            return opening.concept, "opens the sentence"
        for start, end in reversed(context.sentence.headings[1:]):
            headed = self.within(start, end)
            if headed:
                return headed[0].concept, "named in the heading"
        return None, "no programme near"

    def _opening(self, context: Context) -> Mention | None:
        """The programme that the sentence opens with, in clauses before any number: 推进厕所革命，改造户厕61个."""
        start, first = context.sentence.start, context.row[0].left
        clauses = re.split(r"(?<=[，；：])", context.text[start:first])[:-1][:2]
        mentions = self.within(start, start + len("".join(clauses)))
        return mentions[0] if mentions else None


def _distance(mention: Mention, at: int) -> int:
    return min(abs(at - mention.start), abs(at - mention.end))


def services(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Iterator[Service]:
    """Programmes that serve a strategy because the sentence puts them under it: 锚定…战略, 实施…行动."""
    starts = [m.start for m in mentions]
    seen: set[tuple[str, str]] = set()
    for sentence in sentences:
        here = mentions[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        guide: Mention | None = None
        for mention in here:
            if mention.concept.kind is Kind.STRATEGY:
                lead = text[max(sentence.start, mention.start - 30) : mention.start]
                guide = mention if GUIDES.search(lead) else guide
            elif guide is not None and (key := (mention.concept.slug, guide.concept.slug)) not in seen:
                seen.add(key)
                yield Service(mention.concept, guide.concept, guide.start, mention.end, "strategy guides the sentence")
