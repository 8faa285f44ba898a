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
    "上个年": -1,
    "前年": -2,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "翌年": 1,
    "下年": 1,
    "下一年": 1,
    "新的一年": 1,
    "后年": 2,
}
SPOKEN = ("今年", "去年", "前年", "明年", "来年", "后年")  # count from the year in which they are said
ANAPHORIC = ("当年", "次年", "翌年")  # count from the year that was said last
CONGRESSES = {"十八": date(2012, 11, 8), "十九": date(2017, 10, 18), "二十": date(2022, 10, 16)}  # their first days
PLANS = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}  # first years of the 十一五 … 十五五 plans
THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}

YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d|[一二][〇○零九][〇○零一二三四五六七八九]{2})\s?(?:年度?|(?=[上下]半年))"
    r"|(?<![\d.])(?P<short>[0-3]\d)年度?(?=[上下]半年|\d{1,2}月|[底末初]|[前第一二三四][三一二四]?季度)"
    rf"|(?P<relative>{'|'.join(RELATIVE)})度?)"
)
N = r"\d{1,2}|十[一二]?|[一二两三四五六七八九]"
SOME = "(?:[一二两三四五六七八九十]|[1-9]\\d?)"  # how many years
TO = "(?:至|到|——|—|-|－|–|~|～)"


MASKS = re.escape(re.sub("[〇○]", "", table("numerals.toml")["marks"]["mask"]))  # in a year those are zeros
CENTURY = "一二九〇零○"  # 二〇××年
BLANK = r"[〔（\[]\s*[〕）\]]"
MASKED_DAY = rf"(?:某|(?=\d?[{MASKS}])[\d{MASKS}]{{1,2}}|{BLANK})月(?:份|(?:某|[\d{MASKS}]{{1,2}}|{BLANK})日)?"


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
    if short := said.get("short"):
        return 2000 + int(short)
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
    return _span(_year(said, year), *(((1, 1), (6, 30)) if said["half"] not in ("下", "后") else ((7, 1), (12, 31))))


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
    return _years(int(said["a"] or ""), int(said["b"] or said["c"] or ""))


def _plan(said: Groups, year: int | None) -> Days:
    first = PLANS[said["plan"] or ""]
    if said["edge"]:
        at = first if said["edge"] == "开局" else first + 4
        return _years(at, at)
    count = number(said["n"]) if said["n"] else 5
    return _years(first + 5 - count, first + 4) if said["side"] == "后" else _years(first, first + count - 1)


def _congress(said: Groups, year: int | None) -> Days:
    first = CONGRESSES[said["congress"] or ""]
    return None if year is None or year < first.year else (first, date(year, 12, 31))


def _back(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year - number(said["n"] or "") + 1, year)


def _ahead(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year + 1, year + number(said["far"] or said["n"] or said["n2"] or ""))


def _this(said: Groups, year: int | None) -> Days:
    return None if year is None else _years(year, year)


RULES: dict[str, Rule] = {
    "half year": Rule(rf"{YEAR}?(?:(?P<half>[上下前后])半年度?|半年度?(?=工作|总结))", _half),
    "quarters": Rule(
        rf"{YEAR}?(?:(?P<upto>[前头])|(?P<q1>[1-4一二三四])(?:至|—|-|~|～|到)|第)?(?P<q>[1-4一二两三四])个?季度",
        _quarters,
    ),
    "day": Rule(
        rf"{YEAR}?(?P<m>{N})\s?月\s?(?P<d>\d{{1,2}}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])\s?(?:[日号]?(?:至|—|-|~|～|到)(?P<d2>\d{{1,2}}))?[日号]",
        _day,
    ),
    "years": Rule(
        rf"(?P<a>(?:19|20)\d\d)(?:年?{TO}(?P<b>(?:19|20)\d\d)(?:年度?|学年|(?={SOME}年))(?:[两三四五]年)?"
        r"|年?(?:、(?:19|20)\d\d年?){0,4}[、和及与](?P<c>(?:19|20)\d\d)年?[两三四五]年)",
        _from_to,
    ),
    "first months": Rule(rf"{YEAR}?(?P<upto>[前头])(?P<m1>)(?P<third>)(?P<m>{N})个?月", _months),
    "months": Rule(
        rf"{YEAR}?(?P<upto>)(?:(?P<m1>{N})月?(?:至|—|-|~|～|到))?(?P<m>{N})月(?:份|(?P<third>[上中下])旬)?(?![球饼嫂子])",
        _months,
    ),
    "five-year plan": Rule(
        r"[“‘]?十(?P<plan>[一二三四五])五[”’]?(?:规划|计划)?(?:的)?(?:(?P<edge>开局|收官|(?:时期|期)?末)(?:之年|年)?"
        r"|(?P<side>[前头后])(?P<n>[两三四]|\d)年|(?:期间|时期|间|期)内?)?",
        _plan,
    ),
    "masked year": Rule(
        rf"(?:(?=[\d{CENTURY}]{{0,3}}[{MASKS}])[\d{CENTURY}{MASKS}]{{1,4}}|○{{2,4}}|{BLANK}|某)年度?(?:{MASKED_DAY})?",
        lambda said, year: None,
    ),
    "masked month": Rule(MASKED_DAY, lambda said, year: None),
    "years back": Rule(rf"(?:近|过去的?|最近|这|前)(?P<n>{SOME})年多?(?:来|以来|间|时间|里|中|内)?", _back),
    "years long": Rule(rf"(?P<n>(?!一年来){SOME})年(?:来|多来|间|里|(?=累计|共计|总计|合计))", _back),
    "congress": Rule(r"(?P<congress>十八|十九|二十)大以来", _congress),
    "years ahead": Rule(
        rf"(?:今后|未来|此后|往后)的?(?P<n>{SOME})(?:{TO}(?P<far>{SOME}))?年(?:内|间|里|时间)?"
        rf"|(?<=力争|争取|计划|再用|准备|打算)(?P<n2>{SOME})年(?:左右)?(?:时间|之?内)",
        _ahead,
    ),
    "hereafter": Rule(
        r"今后(?!一个时期)|下一步|下一?阶段|接下来",
        lambda said, year: None if year is None else _years(year + 1, year + 1),
    ),
    "year": Rule(rf"{YEAR}(?:全年|内|期间)?", _whole),
    "this year": Rule(
        r"全年(?!任务|目标|计划|预算|度)|(?<![一二两三四五六七八九十\d])年内|一年来|一年以来"
        r"|截至目前|目前|当前|至今|迄今|过去的?一年|这一年|年(?=[底末]|初以来)",
        _this,
    ),
}
SAME = re.compile(r"同期")
MODIFIERS = (
    r"(?P<until>截至|截止到?|至|到|自|从)?(?P<core>{core})(?:(?P<to>至|到|—|——|-|－|–|~|～)(?P<core2>{core}))?"
    r"(?P<point>年底|年末|底|末|初)?(?P<before>之前|以前|前)?(?P<since>以来|至今|开始|起(?![草步诉源飞]))?"
)


def _bare(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


CORE = "|".join(f"(?:{_bare(rule.pattern)})" for rule in RULES.values())
FINDER = re.compile(MODIFIERS.format(core=CORE))
BARE = _bare(FINDER.pattern)
COMPILED = {name: re.compile(RULES[name].pattern) for name in ("year", *RULES)}  # the commonest is tried first
ZH = "〇○零一二两三四五六七八九十"
OPENING = re.compile(  # what a time can begin with: its first character, so that the search is fast, and what shows it
    rf"[\d{ZH}{MASKS}某〔（\[“‘年今本去明来次翌全上下后前头当新近这过最未此往目至迄接截到自从半]"
    rf"(?:(?<=\d)(?<!\d\d)(?=[\d{MASKS}]{{0,3}}[ ]?[年月个季至到—–\-－~～、和及与上下{MASKS}])"
    rf"|(?<=[{ZH}])(?=[{ZH}年月季至到—–\-－~～大多{MASKS}])|(?<=[{MASKS}某])|(?<=[〔（\[])\s*[〕）\]]"
    r"|(?<=[“‘])十|(?<=年)[内底末初]|(?<=[今本去明来次翌全])年|(?<=半)年[度工总]|(?<=上)[年半一个]|(?<=下)[年半一阶]|(?<=后)[年半]"
    rf"|(?<=[前头])[年半{ZH}\d]|(?<=当)[年前]|(?<=[今此往])后|(?<=新)的一|(?<=[近这])[{ZH}\d]|(?<=过)去|(?<=最)近"
    r"|(?<=未)来|(?<=目)前|(?<=[至迄])今|(?<=接)下来|(?<=截)[至止]"
    rf"|(?<=[至到自从])[{ZH}\d“‘今本去上前明来次下当年目{MASKS}])"
)
COMPARED = re.compile(r"(?:比|较|高于|低于|超过|是|创)$")
BESIDE = re.compile(
    r"年?同期|的?水平?相比|(?:水平)?(?:相比|比[，较]|比较|持平|相当|一致)|新高|以来(?:最|新)|的?[\d.两三一]+倍"
)
NAME = re.compile(r"(?:五|[”’]|规划|计划|的)$")  # “十四五”规划 is a plan, “十四五”期间 a time
NOW = re.compile(r"目前|当前|今$|一年来|一年以来|年初以来")


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression (clean offsets). `rule` names the core, `said` is what it says by name; `comparative` marks
    what a number is only compared with (比上年, 去年同期), never the number's own period."""

    start: int
    end: int
    match: re.Match[str]
    rule: str
    said: Groups
    comparative: bool

    @property
    def begins(self) -> bool:
        """Whether it is said as the beginning of something: 从2016年."""
        return self.match["until"] in ("从", "自") if self.rule != "same period" else False

    @property
    def anaphoric(self) -> bool:
        """Whether it counts from a year said before: 次年."""
        return self.rule != "same period" and self.match["core"].startswith(ANAPHORIC)

    @property
    def spoken(self) -> bool:
        """Whether it counts from the year in which it is said: 去年, 明年上半年."""
        return self.rule != "same period" and self.match["core"].startswith(SPOKEN)

    @property
    def now(self) -> bool:
        """Whether it means the time of writing: 目前."""
        return self.rule == "this year" and NOW.search(self.match[0]) is not None

    @property
    def open_ended(self) -> bool:
        """Whether it reaches up to the day of writing: 今年以来, 目前."""
        if self.rule == "same period":
            return False
        return self.now or self.match["since"] is not None

    def period(self, year: int | None) -> Period | None:
        """The days meant when the report tells of `year`; None where they cannot be told."""
        if self.rule == "same period":
            return None
        days = RULES[self.rule].days(self.said, year)
        if days is None:
            return None
        first, last = days
        if self.match["core2"]:
            name, said = _read(self.match, "core2")
            second = RULES[name].days(said, first.year if "年" not in self.match["core2"] else year)
            if second is None or second[1] < first:
                return None
            last = second[1]
        first, last = self._modified(first, last, year)
        return Period(first, last, stated=True) if first <= last else None

    def _modified(self, first: date, last: date, year: int | None) -> tuple[date, date]:
        """The modifiers around a core: up to it, from it on, or its end; the end of 1至11月底 is no point."""
        match = self.match
        if match["since"] and year is not None and year >= first.year:
            return first, date(year, 12, 31)
        if match["before"] or (
            match["until"] in ("截至", "截止", "截止到", "到", "至") and first.month + first.day > 2
        ):
            return date(last.year, 1, 1), last
        stretch = any(self.said.get(group) for group in ("m1", "q1", "upto"))
        if match["point"] in ("底", "末", "年底", "年末") and match["until"] is None and not stretch:
            return last, last
        return first, last


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
        rule, said = _read(match, "core") if match else ("", {})
        if match is None or (rule == "five-year plan" and not match["since"] and NAME.search(match[0])):
            continue
        start = (
            match.start("core") if match["until"] in ("至", "到", "从", "自") and not match["core2"] else match.start()
        )
        before = text[max(0, start - 3) : match.start("core")]
        compared = COMPARED.search(before) is not None or BESIDE.match(text[match.end() : match.end() + 6]) is not None
        found.append(Time(match.start(), match.end(), match, rule, said, compared))
    found.extend(Time(m.start(), m.end(), m, "same period", {}, True) for m in SAME.finditer(text))
    return sorted(found, key=lambda t: t.start)
