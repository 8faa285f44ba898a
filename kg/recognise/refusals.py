"""Which numerals measure nothing, and why: the checks on a number that the grammar found, by name.

Patterns and word lists are in ``kg/data/refusals.toml`` and ``kg/data/set_phrases.txt``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from kg import segment
from kg.lexicon import table, units, words
from kg.recognise import numerals
from kg.recognise.patterns import Surroundings

CLOSING = "，。；：！？\n、）"  # a number may end a phrase before these
SHARES = ("percent", "fraction", "half", "tenths")  # forms that say their unit themselves
LONGEST = 40  # characters of a number; what is longer is a row of digits or of masks
SHARED_RATIO = re.compile(r"[、和与][\d.]+(%|％|个百分点)")  # 分别提高11.1、11.2个百分点


@dataclass(frozen=True, slots=True)
class Refusal:
    """A numeral that was not taken (clean offsets) and the name of the rule that refused it."""

    start: int
    end: int
    rule: str


class Found(NamedTuple):
    """A number as the grammar found it: the match of the whole, with span and form of the number expression alone.

    `number` is that expression, `unit` the unit behind it as written, None where there is none.
    """

    text: str
    match: re.Match[str]
    start: int
    end: int
    form: str
    number: str
    unit: str | None

    @classmethod
    def of(cls, text: str, match: re.Match[str]) -> Found:
        """The number that the grammar matched in the text."""
        return cls(text, match, *match.span("number"), numerals.form(match), *match.group("number", "unit"))

    @property
    def masked(self) -> bool:
        """Whether it is masked."""
        return self.form == "mask"

    @property
    def chinese(self) -> bool:
        """Whether it is written in Chinese numerals."""
        return self.form == "chinese"

    def before(self, length: int) -> str:
        """So many characters in front of the number."""
        return self.text[max(0, self.start - length) : self.start]

    def behind(self, length: int) -> str:
        """So many characters behind number, unit and hedges."""
        return self.text[self.match.end() : self.match.end() + length]

    def behind_unit(self, length: int) -> str:
        """So many characters directly behind the unit."""
        return self.text[self.match.end("unit") : self.match.end("unit") + length]


class Spans:
    """Protected spans, asked whether a stretch lies within one of them."""

    def __init__(self, spans: Iterable[tuple[int, int, str]]) -> None:
        self._spans = sorted(spans)
        self._starts = [s for s, _, _ in self._spans]
        self._reach: list[int] = []  # how far the spans up to here reach
        reach = 0
        for _, end, _ in self._spans:
            reach = max(reach, end)
            self._reach.append(reach)

    def cover(self, start: int, end: int) -> str | None:
        """The name of a span that holds [start, end) whole, None where none does."""
        at = bisect_right(self._starts, start) - 1
        while at >= 0 and self._reach[at] >= end:
            if self._spans[at][1] >= end:
                return self._spans[at][2]
            at -= 1
        return None


@cache
def _units(name: str) -> frozenset[str]:
    return frozenset(table("refusals.toml")["units"][name])


@cache
def _context(name: str) -> re.Pattern[str]:
    return re.compile(table("refusals.toml")["context"][name])


@cache
def _phrases() -> AhoCorasick:
    phrases = list(words("set_phrases.txt"))
    return AhoCorasick(phrases, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)


def protected(text: str, names: Iterable[tuple[int, int]], dates: Iterable[tuple[int, int]]) -> Spans:
    """The spans of names, of dates and of set phrases in the reading text."""
    return Spans(
        [
            *((start, end, "name") for start, end in names),
            *((start, end, "date") for start, end in dates),
            *((start, end, "set phrase") for _, start, end in _phrases().find_matches_as_indexes(text)),
        ]
    )


def refusal(found: Found, spans: Spans, around: Surroundings) -> str | None:
    """The name of the rule by which the number measures nothing, None where it measures."""
    if found.end - found.start > LONGEST:
        return "too long"
    if rule := spans.cover(found.start, found.end):
        return rule
    for check in _checks(found.form):
        if rule := check(found):
            return rule
    return around.pattern(found.start, found.end)


def implied_unit(found: Found) -> str | None:
    """The unit that the text leaves out but makes certain: money of tens of thousands, people who came."""
    before, behind = found.before(16), found.behind(3)
    if "分别" in before and (shared := SHARED_RATIO.match(found.behind(16))):
        return "%" if shared[1] == "％" else shared[1]
    if re.search("[万亿]", found.number) and (who := _context("persons").match(found.behind(8))):
        return "户" if who[0].endswith("户") else "人"
    if behind and behind[0] not in CLOSING + "”" and not _context("steps").match(behind):
        return None
    if found.number == "零" and _context("rate").search(before):
        return "%"
    if _context("counted").search(before) and found.number.isdigit() and len(found.number) > 2:
        return "人"
    if "万" not in found.number and "亿" not in found.number:
        return None
    if "个" in found.number:  # 2.5个亿 is said of money alone
        return "元"
    if _context("people").search(before):
        return "人次" if "人次" in before or "游客" in before else "人"
    return "元" if _context("money").search(before) else None


def _part_of_another(found: Found) -> str | None:
    before = found.before(2)
    if before[-1:].isascii() and before[-1:].isalpha():
        return "part of a word" if found.masked else "part of a code"
    return "part of a number" if before[-1:] == "." and before[:1].isdigit() else None


def _no_unit(found: Found) -> str | None:
    if found.unit or found.form in SHARES or implied_unit(found):
        return None
    return None if _context("pure").search(found.before(14)) else "no unit"


def _bare_magnitude(found: Found) -> str | None:
    """百 千 万 alone are numbers only where they bound something: 突破万元, 近千人."""
    if found.number.strip("百千万亿"):
        return None
    match, behind = found.match, found.behind(3)
    closing = not behind or behind[0] in CLOSING + "和" or _context("steps").match(behind)
    hedged = match["more"] or match["after"] or numerals.hedge_before(found.before(8))
    if hedged and found.unit in _units("counted_by_thousands"):  # 近千人次前来
        return None
    if closing and (hedged or _context("bound").search(found.before(4))):
        return None
    return "magnitude as an adjective"


def _inside_a_word(found: Found) -> str | None:
    """Whether the unit is only the beginning of a word (xx担当), or number and unit together are one (三轮车)."""
    unit = found.unit
    if unit is None or unit in ("个", "%", "％", "元") or found.match["after"]:
        return None
    if not "\u4e00" <= found.behind_unit(1) <= "\u9fff":
        return None
    tail = found.match.end("unit")
    one_numeral = found.chinese and len(found.number) == 1
    if one_numeral and segment.first(found.text[found.start : tail + 3]).end > tail - found.start:
        return "inside a word"
    if len(unit) == 1 and unit in table("refusals.toml")["ambiguous"]["masked" if found.masked else "units"]:
        word = segment.first(unit + found.behind_unit(3))  # jieba also makes words up: 部浙 in 12部浙产作品
        return "inside a word" if word.end > 1 and segment.listed(word.text) else None
    return None


def _figure_of_speech(found: Found) -> str | None:
    """Chinese numerals with a classifier measure work only in some places; 一个 before a noun is an article."""
    unit, number = found.unit, found.number
    if unit == "番":  # 翻一番 measures, 说一番 does not
        return None if "翻" in found.before(3) else "figure of speech"
    if not found.chinese or unit is None:
        return None
    if unit == "元" and len(number) == 1 and number not in "百千万亿":
        return "name with a numeral"
    behind = found.behind_unit(1)
    closing = not behind or behind in CLOSING + "和及"
    if number == "一" and closing:
        return "article" if unit in _units("closing_article") and not _built(found) else None
    if number == "一" and unit in _units("article") and not _made(found):
        return "article"
    return "figure of speech" if not closing and len(number) <= 2 and unit in _units("figure") else None


def _made(found: Found) -> bool:
    """Whether something countable is made here (打造一条…线路), or counted in a row (一条…、两条…)."""
    unit = found.unit or ""
    if re.match(rf"[^，。；]{{1,14}}、[两二三四五六七八九十]{unit}", found.behind_unit(20)):
        return True
    return unit in _units("made") and _context("made").search(found.before(6)) is not None


def _phase(found: Found) -> str | None:
    """智造谷二期, 二期地块: the stages of a building project; courses and bulletins are counted in 期 too."""
    if found.unit != "期" or not found.chinese or len(found.number) > 1:
        return None
    return None if _context("issued").search(found.before(14)) else "stage of a project"


def _built(found: Found) -> bool:
    """新建文化广场一个: behind the thing that was made even 一个 counts."""
    return found.unit == "个" and _context("built").search(found.before(20)) is not None


def _duration(found: Found) -> str | None:
    units, verbs = _durations()
    if found.unit not in units:
        return None
    return None if verbs.search(found.before(14)) else "duration"


@cache
def _durations() -> tuple[frozenset[str], re.Pattern[str]]:
    durations = table("refusals.toml")["durations"]
    return frozenset(durations["units"]), re.compile(durations["verbs"])


def _masked_name(found: Found) -> str | None:
    """Masks hide names too: xx镇 is no number, xx个镇 is one; 某某万元 is a number, 某户 and 某某公司 are not."""
    someone = _mark("someone")
    if someone in found.number and found.number.strip(someone) == "":
        known = _units("measured_of_someone") | (_units("counted_of_someone") if len(found.number) > 1 else frozenset())
        return None if found.unit in known else "masked name"
    return "masked name" if found.unit in _units("masked_names") else None


def _mark(name: str) -> str:
    return str(table("numerals.toml")["marks"][name])


@cache
def _product() -> re.Pattern[str]:
    return re.compile(rf"\d+(?:\.\d+)?(?:(?P<sign>[{re.escape(_mark('times'))}])\d+(?:\.\d+)?)+(?P<scale>[万亿])?")


def _multiplied(found: Found) -> str | None:
    """A sign between digits multiplies before a measure (2×35万千瓦, 3x50米); before people and money it hides one."""
    product = _product().fullmatch(found.number)
    if product is None:
        return None
    kind = units()[found.unit].kind if found.unit in units() else ""
    multiplies = kind in _units("multiplied_kinds") or (product["sign"] == "×" and kind not in _units("hidden_kinds"))
    return "multiplication" if multiplies or product["scale"] else None


def _bullet(found: Found) -> str | None:
    """A mark alone at the start of a line opens a point of a list, and ** opens bold type."""
    if found.number != "**" and (len(found.number) > 1 or found.number not in _mark("bullets")):
        return None
    return "bullet" if found.before(24).rpartition("\n")[2].strip(" \t\u3000") == "" else None


ANY = tuple(numerals.FORMS)
CHECKS: tuple[tuple[Callable[[Found], str | None], tuple[str, ...]], ...] = (  # each with the forms that it concerns
    (_part_of_another, ANY),
    (_multiplied, ("mask",)),
    (_bullet, ("mask", "chinese")),
    (_no_unit, ANY),
    (_bare_magnitude, ("chinese",)),
    (_inside_a_word, ANY),
    (_figure_of_speech, ANY),
    (_phase, ("chinese",)),
    (_duration, ANY),
    (_masked_name, ("mask",)),
)


@cache
def _checks(form: str) -> tuple[Callable[[Found], str | None], ...]:
    return tuple(check for check, forms in CHECKS if form in forms)
