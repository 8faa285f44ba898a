"""Time expressions and the days they denote, read from the year a report speaks of.

A time is a *core* (2021年, 去年上半年, 11月, 前三季度, 近三年 …), perhaps a second core behind 至, and a modifier that
makes of it a point (底), the stretch up to it (截至, 前) or from it on (以来). Cores are named rules: a pattern and a
small function from its match and the year spoken of to the first and last day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kg.lexicon import table
from kg.model import Period

Days = tuple[date, date] | None
Groups = dict[str, str | None]
Reader = Callable[[Groups, int | None], Days]

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}
RELATIVE = {
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "前年": -2,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "下年": 1,
    "下一年": 1,
    "新的一年": 1,
    "后年": 2,
}
PLANS = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}  # first years of the 十一五 … 十五五 plans
THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}

YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d|[一二][〇○零九][〇○零一二三四五六七八九]{2})\s?年度?"
    rf"|(?P<relative>{'|'.join(RELATIVE)})度?)"
)
N = r"\d{1,2}|十[一二]?|[一二两三四五六七八九]"


MASKS = re.escape(re.sub("[〇○]", "", table("numerals.toml")["marks"]["mask"]))  # in a year those are zeros
CENTURY = "一二九〇零○"  # 二〇××年
MASKED_DAY = rf"(?:某|(?=\d?[{MASKS}])[\d{MASKS}]{{1,2}}|[〔（\[]\s*[〕）\]])月(?:份|(?:某|[\d{MASKS}]{{1,2}}|[〔（\[]\s*[〕）\]])日)?"


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to say a time: the pattern of its core, and what days it means; None where they cannot be told."""

    pattern: str
    days: Reader


def number(text: str) -> int:
    """A small number in digits or Chinese numerals (up to 99)."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return DIGITS[text]
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def _year(said: Groups, year: int | None) -> int | None:
    """The year an expression names itself, else the one spoken of."""
    if text := said.get("year"):
        return int(text) if text.isdigit() else int("".join(str(DIGITS[c]) for c in text))
    if relative := said.get("relative"):
        return None if year is None else year + RELATIVE[relative]
    return year


def _span(year: int | None, first: tuple[int, int], last: tuple[int, int]) -> Days:
    """Days from month and day to month and day of a year; a day past the month's end is its end."""
    if year is None or not 1000 <= year <= 9000 or not 1 <= first[0] <= last[0] <= 12:
        return None
    ends = monthrange(year, last[0])[1]
    if not 1 <= first[1] <= 31 or first[1] > monthrange(year, first[0])[1] or last[1] < 1:
        return None
    return date(year, *first), date(year, last[0], min(last[1], ends))


def _years(first: int, last: int) -> Days:
    return (date(first, 1, 1), date(last, 12, 31)) if 1000 <= first <= last <= 9000 else None


def _whole(said: Groups, year: int | None) -> Days:
    found = _year(said, year)
    return None if found is None else _years(found, found)


def _half(said: Groups, year: int | None) -> Days:
    return _span(_year(said, year), *(((1, 1), (6, 30)) if said["half"] == "上" else ((7, 1), (12, 31))))


def _quarters(said: Groups, year: int | None) -> Days:
    last = number(said["q"] or "")
    first = number(said["q1"] or "") if said["q1"] else 1 if said["upto"] else last
    return _span(_year(said, year), (3 * first - 2, 1), (3 * last, 31))


def _months(said: Groups, year: int | None) -> Days:
    last = number(said["m"] or "")
    first = number(said["m1"] or "") if said["m1"] else 1 if said["upto"] else last
    if said["third"]:
        begin, end = THIRDS[said["third"] or ""]
        return _span(_year(said, year), (last, begin), (last, end))
    return _span(_year(said, year), (first, 1), (last, 31))


def _day(said: Groups, year: int | None) -> Days:
    month, day = number(said["m"] or ""), number(said["d"] or "")
    return _span(_year(said, year), (month, day), (month, number(said["d2"] or "") if said["d2"] else day))


def _from_to(said: Groups, year: int | None) -> Days:
    return _years(int(said["a"] or ""), int(said["b"] or ""))


def _plan(said: Groups, year: int | None) -> Days:
    first = PLANS[said["plan"] or ""]
    if said["edge"]:
        at = first if said["edge"] == "开局" else first + 4
        return _years(at, at)
    return _years(first, first + 4)


def _back(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year - number(said["n"] or "") + 1, year)


def _ahead(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year + 1, year + number(said["n"] or ""))


def _this(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year, year)


RULES: dict[str, Rule] = {
    "half year": Rule(rf"{YEAR}?(?P<half>[上下])半年", _half),
    "quarters": Rule(
        rf"{YEAR}?(?:(?P<upto>前)|(?P<q1>[1-4一二三四])(?:至|—|-|~|～|到)|第)?(?P<q>[1-4一二两三四])个?季度", _quarters
    ),
    "day": Rule(
        rf"{YEAR}?(?P<m>{N})\s?月\s?(?P<d>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])\s?(?:[日号]?(?:至|—|-|~|～|到)(?P<d2>\d{{1,2}}))?[日号]",
        _day,
    ),
    "years": Rule(r"(?P<a>(?:19|20)\d\d)年?(?:至|到|—|——|-|－|–|~|～)(?P<b>(?:19|20)\d\d)年度?", _from_to),
    "first months": Rule(rf"{YEAR}?(?P<upto>前)(?P<m1>)(?P<third>)(?P<m>{N})个?月", _months),
    "months": Rule(
        rf"{YEAR}?(?P<upto>)(?:(?P<m1>{N})月?(?:至|—|-|~|～|到))?(?P<m>{N})月(?:份|(?P<third>[上中下])旬)?(?![球饼嫂子])",
        _months,
    ),
    "five-year plan": Rule(
        r"[“‘]?十(?P<plan>[一二三四五])五[”’]?(?:规划|计划)?(?:的)?(?P<edge>开局|收官|末|期末|时期末)?(?:之年|期间|时期|间)?",
        _plan,
    ),
    "masked year": Rule(
        rf"(?:(?=[\d{CENTURY}]*[{MASKS}])[\d{CENTURY}{MASKS}]{{1,4}}|○{{2,4}}|[〔（\[]\s*[〕）\]]|某)年度?(?:{MASKED_DAY})?",
        lambda said, year: None,
    ),
    "masked month": Rule(MASKED_DAY, lambda said, year: None),
    "years back": Rule(
        r"(?:(?:近|过去|最近|这|前|[过]去的)(?P<n>[一二两三四五六七八九十]|\d)年(?:来|以来|间|时间)?)", _back
    ),
    "years long": Rule(r"(?P<n>[二两三四五])年来", _back),
    "years ahead": Rule(
        r"(?:今后|未来|此后)(?:的)?(?P<n>[一二两三四五六七八九十]|\d)(?:[到至][一二两三四五六七八九十])?年(?:内|时间)?",
        _ahead,
    ),
    "hereafter": Rule(
        r"今后(?!一个时期)|下一步|下一阶段", lambda said, year: None if year is None else _years(year + 1, year + 1)
    ),
    "year": Rule(rf"{YEAR}(?:全年|内|期间)?", _whole),
    "this year": Rule(
        r"全年(?!任务|目标|计划|预算|度)|年内|一年来|一年以来"
        r"|截至目前|目前|当前|至今|过去的?一年|这一年|年(?=[底末]|初以来)",
        _this,
    ),
}
SAME = re.compile(r"同期")
MODIFIERS = (
    r"(?P<until>截至|截止到?|至|到|自|从)?(?P<core>{core})(?:(?P<to>至|到|—|——|-|－|–|~|～)(?P<core2>{core}))?"
    r"(?P<point>年底|年末|底|末|初)?(?P<before>之前|以前|前)?(?P<since>以来|起)?"
)


def _bare(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


CORE = "|".join(f"(?:{_bare(rule.pattern)})" for rule in RULES.values())
FINDER = re.compile(MODIFIERS.format(core=CORE))
BARE = _bare(FINDER.pattern)
COMPILED = {name: re.compile(rule.pattern) for name, rule in RULES.items()}
OPENING = re.compile(
    rf"[0-9{MASKS}〔（\[某“‘〇○零一二两三四五六七八九十今本去上前明来次下新后当近过最这未此全年目至截到自从]"
)  # what a time can begin with
COMPARED = re.compile(r"(?:比|较|同|与|和|跟|高于|低于|超过|是|创)$")
BESIDE = re.compile(r"(?:年?同期|相比|新高|以来(?:最|新))")


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression (clean offsets). `rule` names the core; `comparative` marks what a number is only
    compared with (比上年, 去年同期), never the number's own period."""

    start: int
    end: int
    match: re.Match[str]
    rule: str
    comparative: bool

    def period(self, year: int | None) -> Period | None:
        """The days meant when the report tells of `year`; None where they cannot be told."""
        if self.rule == "same period":
            return None
        days = _core(self.match, "core", year)
        if days is None:
            return None
        first, last = days
        if self.match["core2"]:
            second = _core(self.match, "core2", first.year if "年" not in self.match["core2"] else year)
            if second is None or second[1] < first:
                return None
            last = second[1]
        first, last = _modified(self.match, first, last, year)
        return Period(first, last, stated=True) if first <= last else None


def _modified(match: re.Match[str], first: date, last: date, year: int | None) -> tuple[date, date]:
    """The modifiers around a core: up to it, from it on, or its end."""
    if match["since"] and year is not None and year >= first.year:
        return first, date(year, 12, 31)
    if match["before"] or (match["until"] in ("截至", "截止", "截止到", "到", "至") and first.month + first.day > 2):
        return date(last.year, 1, 1), last
    if match["point"] in ("底", "末", "年底", "年末") and match["until"] is None:
        return last, last
    return first, last


def _core(match: re.Match[str], group: str, year: int | None) -> Days:
    name, said = _read(match, group)
    return RULES[name].days(said, year)


def _read(match: re.Match[str], group: str) -> tuple[str, Groups]:
    """The first rule that reads the whole core where it stands, and what it says."""
    start, end = match.span(group)
    for name, pattern in COMPILED.items():
        found = pattern.match(match.string, start)
        if found is not None and found.end() == end:
            return name, found.groupdict()
    raise AssertionError(f"no rule for {match[group]!r}")


def recognise(text: str) -> list[Time]:
    """All time expressions of the reading text, in order."""
    found: list[Time] = []
    at = 0
    while (opening := OPENING.search(text, at)) is not None:
        match = FINDER.match(text, opening.start())
        at = match.end() if match else opening.end()
        if match is None:
            continue
        start = (
            match.start("core") if match["until"] in ("至", "到", "从", "自") and not match["core2"] else match.start()
        )
        before = text[max(0, start - 3) : match.start("core")]
        compared = COMPARED.search(before) is not None or BESIDE.match(text[match.end() : match.end() + 4]) is not None
        found.append(Time(match.start(), match.end(), match, _read(match, "core")[0], compared))
    found.extend(Time(m.start(), m.end(), m, "same period", True) for m in SAME.finditer(text))
    return sorted(found, key=lambda t: t.start)
