"""Names that the schemes list, sought without quotation marks, so that “放管服”改革 and 放管服改革 are one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.lexicon import Entry, concepts, of_schemes, table
from kg.model import Concept, Kind

IMPLIED = "implied"  # the rule of names that imply a concept: its organs and posts, 村级河长 for 河长制
QUOTES = "“”‘’"
_QUOTE = re.compile(f"[{QUOTES}]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in the text (clean offsets), by the rule of that name."""

    start: int
    end: int
    concept: Concept
    rule: str


@of_schemes
def _automaton() -> tuple[AhoCorasick, tuple[tuple[Entry, str], ...]]:
    """Finds every name of the schemes; for each its entry and the rule: its own name, or one that only implies it."""
    owners: list[tuple[Entry, str]] = []
    patterns: list[str] = []
    for entry in concepts():
        patterns += (*entry.concept.names, *entry.implied)
        owners += [(entry, "scheme")] * len(entry.concept.names) + [(entry, IMPLIED)] * len(entry.implied)
    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest), tuple(owners)


@of_schemes
def known() -> dict[str, Concept]:
    """Every label of the schemes → its concept."""
    return {name: entry.concept for entry in concepts() for name in entry.concept.names}


def recognise(text: str) -> Iterator[Name]:
    """Scheme names in order; some are read only where the text quotes them, standing duties if quoted or as schemes."""
    bare = _QUOTE.sub("", text)
    marks = [match.start() - before for before, match in enumerate(_QUOTE.finditer(text))]  # where they stood in `bare`
    automaton, owners = _automaton()
    for which, start, end in automaton.find_matches_as_indexes(bare):
        entry, rule = owners[which]
        low, high = start + bisect_right(marks, start), end + bisect_right(marks, end - 1)
        quoted = _in_quotes(text, low, high)
        if (entry.quoted and not quoted) or not _is_named(text, low, high, entry.concept, quoted=quoted):
            continue
        yield Name(low, high, entry.concept, rule)


def _in_quotes(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return before in ("“", "‘") or after in ("”", "’") or _QUOTE.search(text, start, end) is not None


def _is_named(text: str, start: int, end: int, concept: Concept, *, quoted: bool) -> bool:
    """Whether the words around leave it one: 乡村振兴示范村 is no strategy, 矛盾纠纷排查化解专项行动 is a scheme."""
    if concept.kind is Kind.STRATEGY:
        return not _cue("attributive", "words").match(text, end) and (
            not concept.ordinary
            or quoted
            or _cue("ordinary", "strategy").search(text, start, end) is not None
            or _cue("ordinary", "as_strategy").match(text, end) is not None
        )
    whole = text[start - 1 : start] == "“" and _cue("ordinary", "whole").match(text, end)
    return not concept.ordinary or bool(whole) or _cue("ordinary", "as_scheme").match(text, end) is not None


@cache
def _cue(group: str, name: str) -> re.Pattern[str]:
    return re.compile(table("names.toml")[group][name])
