"""Names of programmes and strategies: those the schemes list, and those that show by their form what they are.

Each kind of name has its room: `listed` and `apart` know the schemes' names, `quoted` and `unquoted` the forms. Here
they are put together, none within another, and become mentions in their sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.lexicon import refused
from kg.model import Kind, Level, Part, Practice, Sentence
from kg.model import Mention as Named
from kg.recognise import apart, listed, quoted, unquoted
from kg.recognise.forms import CLAUSE_END, cues
from kg.recognise.listed import Name
from kg.recognise.periods import Time

SETTERS = (
    (re.compile(r"(?:党中央|中央|国务院|国家)[^，。；“]{0,8}$"), Level.CENTRAL),
    (re.compile(r"(?:省委|省政府|自治区党委|自治区|全省|省委省政府)[^，。；“]{0,8}$"), Level.PROVINCE),
    (re.compile(r"(?:市委|市政府|州委|全市)[^，。；“]{0,8}$"), Level.PREFECTURE),
    (re.compile(r"(?:县委|区委|旗委|县政府|区政府|全县|全区)[^，。；“]{0,8}$"), Level.COUNTY),
    (re.compile(r"(?:镇党委|乡党委|街道党工委|镇委|乡委)[^，。；“]{0,8}$"), Level.TOWNSHIP),
)


def recognise(text: str) -> list[Name]:
    """All names in the reading text, in order, none within another."""
    known = list(listed.recognise(text))
    taken = _Cover(known)
    known += [Name(*found, "said apart") for found in apart.recognise(text) if not taken.meets(*found[:2])]
    taken = _Cover(known)
    formed = [n for n in quoted.recognise(text, known) if not taken.holds(n.start, n.end) and not refused(n.concept)]
    formed = [n for n in formed if not _extended(text, taken.inside(n.start, n.end), n)]
    inner = _Cover(formed)
    known = [n for n in known if not inner.meets(n.start, n.end) or inner.covered(n.start, n.end)]
    taken = _Cover([*known, *formed])
    plain = [n for n in unquoted.recognise(text) if not taken.blocks(n.start, n.end) and not refused(n.concept)]
    longer = _Cover(plain)
    kept = [n for n in known if n.concept.kind is Kind.STRATEGY or not longer.within(n.start, n.end)]
    found = [*kept, *formed, *plain]
    return sorted([*found, *_again(text, found)], key=lambda n: (n.start, -n.end))


def _again(text: str, found: list[Name]) -> Iterator[Name]:
    """What one place shows to be a name is one wherever it stands: 实施拆炉并网工程, later 拆炉并网工程新增9万元."""
    learned = {n: name.concept for name in found if not name.concept.known for n in name.concept.names if len(n) >= 4}
    if not learned:
        return
    taken = _Cover(found)
    automaton = AhoCorasick(learned, matchkind=MatchKind.LeftmostLongest)
    for _, start, end in automaton.find_matches_as_indexes(text):
        if not taken.meets(start, end):
            yield Name(start, end, learned[text[start:end]], "named elsewhere")


def _extended(text: str, inside: list[Name], name: Name) -> bool:
    """Whether a quotation only adds a nested one to a listed name: “我为群众办实事‘清泉到家’”."""
    return any(m.start == name.start and text[m.end : m.end + 1] in ("‘", "—", "·", "（") for m in inside)


class _Cover:
    """Which stretches of text are taken by names."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = sorted(names, key=lambda n: (n.start, n.end))
        self._starts = [n.start for n in self._names]
        self._reach = list(accumulate((n.end for n in self._names), max))  # how far the names up to here reach

    def inside(self, start: int, end: int) -> list[Name]:
        """The names that lie in the stretch."""
        low = bisect_left(self._starts, start)
        return [n for n in self._names[low : bisect_left(self._starts, end)] if n.end <= end]

    def covered(self, start: int, end: int) -> bool:
        """Whether every name that the stretch touches lies in it."""
        return all(start <= name.start and name.end <= end for name in self._touched(start, end))

    def blocks(self, start: int, end: int) -> bool:
        """Whether a name begins or ends with the stretch or reaches over its edge; one in its middle does not.

        Neither does a strategy that it begins with: 新型城镇化战略五年行动计划 carries the strategy out.
        """
        return any(self._bars(name, start, end) for name in self._touched(start, end))

    def _bars(self, name: Name, start: int, end: int) -> bool:
        opens = name.concept.kind is Kind.STRATEGY and name.start == start and name.end < end
        return not opens and (name.start <= start or name.end >= end)

    def holds(self, start: int, end: int) -> bool:
        """Whether one name covers the whole stretch."""
        return any(name.start <= start and end <= name.end for name in self._touched(start, end))

    def within(self, start: int, end: int) -> bool:
        """Whether the stretch lies inside a longer name."""
        around = (name for name in self._touched(start, end) if (name.start, name.end) != (start, end))
        return any(name.start <= start and end <= name.end for name in around)

    def meets(self, start: int, end: int) -> bool:
        """Whether any name shares a character with the stretch."""
        return bool(self._touched(start, end))

    def _touched(self, start: int, end: int) -> list[Name]:
        """The names that share a character with the stretch."""
        first = bisect_right(self._reach, start)
        near = self._names[first : bisect_left(self._starts, end, lo=first)]
        return [name for name in near if start < name.end] if near else near


def mentions(text: str, names: list[Name], sentences: tuple[Sentence, ...], times: Sequence[Time]) -> list[Named]:
    """Names as mentions in their sentences: what is done or planned, and who set a strategy; others are dropped."""
    starts = [s.start for s in sentences]
    clock = [t.start for t in times]
    found: list[Named] = []
    for name in names:
        at = bisect_right(starts, name.start) - 1
        if at < 0 or name.start >= sentences[at].end:
            continue
        practice = None
        if name.concept.kind is Kind.PROGRAMME:
            said = times[bisect_left(clock, sentences[at].start) : bisect_left(clock, name.start)]
            practice = _practice(text, name, sentences[at], said)
        level = _setter(text, name) if name.concept.kind is Kind.STRATEGY else None
        found.append(Named(name.start, name.end, name.concept, name.rule, practice, level))
    return found


def _practice(text: str, name: Name, sentence: Sentence, said: Sequence[Time]) -> Practice | None:
    """Planned in a plan section, behind a time to come, or behind a word of planning in its clause.

    None where the report names it among its problems: 农村改厕尚未起步.
    """
    if sentence.part is Part.PROBLEMS:
        return None
    if sentence.part is Part.PLAN:
        return Practice.PLANNED
    periods = [t.period(sentence.year) for t in said if not t.comparative]
    if sentence.year is not None and any(p is not None and p.first.year > sentence.year for p in periods):
        return Practice.PLANNED
    clause = CLAUSE_END.split(text[sentence.start : name.start])[-1]
    return Practice.PLANNED if _to_come().search(clause) else Practice.IMPLEMENTED


@cache
def _to_come() -> re.Pattern[str]:
    return re.compile(str(cues()["programme"]["to_come"]))


def _setter(text: str, name: Name) -> Level | None:
    """Who set a strategy, where the words in front of it say so: 省委“…”战略."""
    before = text[max(0, name.start - 14) : name.start].rstrip("“‘")
    return next((level for cue, level in SETTERS if cue.search(before)), None)
