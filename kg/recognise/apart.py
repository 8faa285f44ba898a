"""Names said apart: 老旧小区改造 as 36个老旧小区的节能改造 or 改造城镇老旧小区5357个.

Names of the programme scheme that end in a verb of work fall into what is worked on and the verb; where the two stand
in one clause, in either order, the programme is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.lexicon import Entry, concepts, of_schemes, table
from kg.model import Concept, Kind

REACH = 14  # characters of the clause on either side in which the verb is sought
CLAUSE = re.compile(r"[，。；：！？\n“”]")


@cache
def _parts() -> re.Pattern[str]:
    """Takes a name apart: what is worked on, words that only qualify the work, and the verb."""
    cues = table("names.toml")["apart"]
    verbs, between, closing = ("|".join(cues[key]) for key in ("verbs", "between", "closing"))
    return re.compile(rf"(?P<thing>.{{3,}}?)(?:{between})*(?P<verb>{verbs})(?:{closing})*")


@of_schemes
def _things() -> tuple[AhoCorasick, tuple[tuple[str, Concept], ...]]:
    """What is worked on, to be sought in the text; for each the verb and the programme."""
    found: dict[str, tuple[str, Concept]] = {}
    for entry in concepts():
        for name in entry.concept.names if _may_fall_apart(entry) else ():
            if (parts := _parts().fullmatch(name)) and not _parts().fullmatch(parts["thing"]):
                found.setdefault(parts["thing"], (parts["verb"], entry.concept))
    return AhoCorasick(list(found), matchkind=MatchKind.LeftmostLongest), tuple(found.values())


def _may_fall_apart(entry: Entry) -> bool:
    return entry.concept.kind is Kind.PROGRAMME and not entry.quoted and not entry.concept.ordinary


def recognise(text: str) -> Iterator[tuple[int, int, Concept]]:
    """Where what a programme works on stands beside its verb: the span of the thing, and the programme."""
    automaton, owners = _things()
    for which, start, end in automaton.find_matches_as_indexes(text):
        verb, concept = owners[which]
        behind = CLAUSE.split(text[end : end + REACH])[0]
        before = CLAUSE.split(text[max(0, start - REACH) : start])[-1]
        if verb in behind or verb in before or _is_heading(text, start, end):
            yield start, end, concept


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether surroundings that are worked on (…环境) are what a short heading is about: 二是人居环境持续改善。"""
    if not text.startswith("环境", end - 2):
        return False
    return (
        _cue("improved").match(text, end) is not None
        and _cue("mark").search(text, max(0, start - 8), start) is not None
    )


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(table("names.toml")["apart"][name])
