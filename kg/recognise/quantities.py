"""Numbers with their units: what is measured in a text, and which numerals measure nothing.

One compiled expression finds every number with its hedges and unit; refusals (``kg/data/refusals.toml``) and the
spans of names and dates take out what measures nothing. Each refusal carries the name of its rule.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg import segment
from kg.lexicon import classifiers, table, units, words
from kg.model import Qualifier, Quantity
from kg.recognise import numerals

CLAUSE = "，。；：！？\n"
ARTICLE = re.compile(r"一(?:个|条|项|种|次|份|支|片|张|份|座|名|位|场|批|套|本|句|幅|道|股|件|处|家|块|只)")
MONEY = re.compile(r"(?:资金|补助|补贴|收入[^，。；、]{0,4}|金|费|款|投入|投资|产值|税收|优抚|救助|供养|奖励|贷款|经费|额|值|利润|贴息|赔付|捐赠|发放|抚恤|薪|工资)[^，。；、]{0,6}$")
PEOPLE = re.compile(r"(?:人次|人数|游客[量数]?|人口|人员|用户数?|访问量|浏览量|粉丝数?)[^，。；、]{0,4}$")
COUNTED = re.compile(r"(?:人口|人数)(?:共?计?|为|达到?|有)?$")
_COMPOUND = re.compile(r"[/（(]")
ABLE = ((r"\d", r"\\d|[0-9]"), (r"[\u4e00-\u9fff〇]", "[零一二三四五六七八九十百千万两]"))  # what a pattern must speak of
STEPS = ("大关", "新台阶", "台阶", "关口", "元大")
REACH = 32  # characters around a number in which what refuses it begins and ends
LARGE = re.compile(r"[万亿]")
BOUND = re.compile(r"(?:迈上|突破|跨上|达到?|越过|超|过|近|上|破)$")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A numeral that was not taken (clean offsets) and the name of the rule that refused it."""

    start: int
    end: int
    rule: str


class Spans:
    """Disjoint-ish protected spans, asked whether a stretch lies within one of them."""

    def __init__(self, spans: Iterable[tuple[int, int, str]]) -> None:
        self._spans = sorted(spans)
        self._starts = [s for s, _, _ in self._spans]
        self._reach: list[int] = []
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
def _refusals(written: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The refusal patterns that can cover a number that begins like this: a digit, a Chinese numeral or a mask."""
    able = re.compile(next((hint for begins, hint in ABLE if re.match(begins, written)), ""))
    patterns = table("refusals.toml")["patterns"].items()
    return tuple((name, re.compile(pattern)) for name, pattern in patterns if able.search(pattern))


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


@cache
def _hedges() -> dict[str, Qualifier]:
    return {w: Qualifier(kind) for side in table("hedges.toml").values() for kind, ws in side.items() if kind != "transparent" for w in ws}


@cache
def _master() -> re.Pattern[str]:
    after = [w for words in table("hedges.toml")["after"].values() for w in words if w not in ("多", "余")]
    unit = _alternatives(units())
    compound = rf"(?:{unit})(?:/(?:{unit}))?(?:[（(](?:{unit})[）)])?"
    return re.compile(
        rf"(?:{numerals.pattern()})(?P<more>[余多来]|有余)?[ ]?(?P<unit>{compound})?(?P<little>[多余](?![\u4e00-\u9fff]))?(?P<after>{_alternatives(after)})?"
    )


@cache
def _before() -> re.Pattern[str]:
    """Hedges in front of a number, read backwards over verbs that stand between."""
    before = table("hedges.toml")["before"]
    hedge = _alternatives(w for kind, words in before.items() if kind != "transparent" for w in words)
    between = _alternatives(before["transparent"])
    return re.compile(rf"(?P<hedge>{hedge})(?:{between})?$")


def recognise(text: str, names: Iterable[tuple[int, int]], dates: Iterable[tuple[int, int]]) -> tuple[list[Quantity], list[Refusal]]:
    """All quantities of the reading text, in order, and the numerals refused.

    `names` are spans of concept names, `dates` spans of time expressions; numbers within either are refused.
    """
    protected = Spans(
        [
            *((s, e, "name") for s, e in names),
            *((s, e, "date") for s, e in dates),
            *((s, e, "set phrase") for _, s, e in _phrases().find_matches_as_indexes(text)),
        ]
    )
    found: list[Quantity] = []
    refused: list[Refusal] = []
    at = 0
    while (opening := _opening().search(text, at)) is not None:
        match = _master().match(text, opening.start())
        if match is None:
            at = opening.end()
            continue
        number = _number_span(match)
        rule = protected.cover(*number) or _refusal(text, match, number) or _named_refusal(text, *number)
        if rule is None:
            found.append(_quantity(text, match, number))
            at = max(match.end("unit"), number[1])
        else:
            refused.append(Refusal(*number, rule))
            at = number[1]
    return found, refused


@cache
def _phrases() -> AhoCorasick:
    return AhoCorasick(list(words("set_phrases.txt")), matchkind=MatchKind.LeftmostLongest)


@cache
def _opening() -> re.Pattern[str]:
    """The characters with which a number can begin; only there the whole grammar is tried."""
    return re.compile(numerals.opening())


def _named_refusal(text: str, start: int, end: int) -> str | None:
    """The name of the refusal pattern that covers the number, looked for in the words around it alone."""
    low, high = max(0, start - REACH), end + REACH
    for name, pattern in _refusals(text[start]):
        for match in pattern.finditer(text, low, high):
            if match.start() <= start and end <= match.end():
                return name
            if match.start() > start:
                break
    return None


def _number_span(match: re.Match[str]) -> tuple[int, int]:
    """Offsets of the number expression alone."""
    for group in ("percent", "fraction", "half", "tenths", "range", "mask", "arabic", "chrange", "chinese", "half"):
        if match[group] is not None:
            return match.span(group)
    raise AssertionError("the grammar matched without a group")


def _refusal(text: str, match: re.Match[str], number: tuple[int, int]) -> str | None:
    """Why a number with this unit at this place measures nothing, None where it does."""
    start, end = number
    unit = match["unit"]
    if start and (text[start - 1].isascii() and text[start - 1].isalpha() and not match["mask"]):
        return "part of a code"
    if start and text[start - 1] in ".，," and start > 1 and text[start - 2].isdigit() and text[start - 1] == ".":
        return "part of a number"
    for check in (_no_unit, _bare_magnitude, _inside_a_word, _figure_of_speech, _duration, _masked_word):
        if rule := check(text, match, start, end, unit):
            return rule
    return None


def _no_unit(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    if unit or match["percent"] or match["fraction"] or match["half"] or match["tenths"]:
        return None
    return None if _implied(text, match, start) else "no unit"


def _implied(text: str, match: re.Match[str], start: int) -> str | None:
    """The unit that the text leaves out but makes certain: money of tens of thousands, people who came."""
    number = text[start : _number_span(match)[1]]
    following = text[match.end() : match.end() + 3]
    before = text[max(0, start - 16) : start]
    if following and following[0] not in CLAUSE + "、）”" and not following.startswith(STEPS):
        return None
    if COUNTED.search(before) and number.isdigit() and len(number) > 2:
        return "人"
    if not LARGE.search(number):
        return None
    if PEOPLE.search(before):
        return "人次" if "人次" in before or "游客" in before else "人"
    return "元" if MONEY.search(before) else None


def _bare_magnitude(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    """百 千 万 alone are numbers only where they bound something: 突破万元, 近千人."""
    number = text[start:end]
    if match["chinese"] is None or number.strip("百千万亿"):
        return None
    following = text[match.end() : match.end() + 3]
    closing = match["after"] or not following or following[0] in CLAUSE + "、）和" or following.startswith(STEPS)
    if closing and (match["more"] or match["after"] or _before().search(text[max(0, start - 8) : start]) or BOUND.search(text[max(0, start - 4) : start])):
        return None
    return "magnitude as an adjective"


def _inside_a_word(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    """Whether the unit is only the beginning of a word (xx担当), or number and unit together are one (三轮车)."""
    if unit is None or unit in ("个", "%", "％", "元") or match["after"]:
        return None
    tail = match.end("unit")
    following = text[tail : tail + 1]
    if not "\u4e00" <= following <= "\u9fff":
        return None
    chinese = match["chinese"] is not None and len(match["chinese"]) == 1
    if chinese and segment.words(text[start : tail + 3])[0].end > tail - start:
        return "inside a word"
    if len(unit) == 1 and unit in table("refusals.toml")["ambiguous"]["masked" if match["mask"] else "units"]:
        return "inside a word" if segment.words(text[match.start("unit") : tail + 3])[0].end > 1 else None
    return None


def _figure_of_speech(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    """Chinese numerals with a classifier measure work only in some places; 一个 before a noun is an article."""
    number = text[start:end]
    if match["chinese"] is None or unit is None or unit == "番":
        return _doubling(text, start) if unit == "番" else None
    if unit == "元" and len(number) == 1 and number not in "百千万亿":
        return "name with a numeral"
    if unit not in classifiers() and len(number) == 1 and unit not in units():
        return "figure of speech"
    after = text[match.end("unit") : match.end("unit") + 1]
    closing = not after or after in CLAUSE + "、）和及"
    if number == "一" and not closing and (unit in ("个", "种", "项", "批", "份", "片", "场", "次", "支", "套", "股", "件", "处", "位", "道", "张", "句", "天", "年", "日", "户", "人", "村", "家", "点", "面", "级", "类", "部", "本", "块", "条", "线", "站", "路") and not _work_verb(text, start, unit)):
        return "article"
    if number == "一" and closing and unit in ("个", "点", "人", "户", "天", "年", "日", "面", "线", "级", "次", "路", "站", "家", "村", "条"):
        return "article"
    if not closing and unit in ("级", "届", "类", "等", "线", "面", "方", "点", "里", "度", "分", "成", "重", "化", "步", "回", "代", "脚", "字", "路", "本", "套", "口", "手") and len(number) <= 2 and unit != "成":
        return "figure of speech"
    return None


def _doubling(text: str, start: int) -> str | None:
    """翻一番 measures, 说一番 does not."""
    return None if "翻" in text[max(0, start - 3) : start] else "figure of speech"


def _work_verb(text: str, start: int, unit: str) -> bool:
    """Whether a countable thing is made here: 打造一条…线路, 购买一台…."""
    if re.match(rf"[^，。；]{{1,14}}、[两二三四五六七八九十]{unit}", text[start + 1 + len(unit) :]):
        return True
    made = re.search(r"(?:新建|修建|建设|建成|打造|购买|购置|新增|改造|配备|安装|引进|建起|完成|培育|修缮|维修|添置|采购)(?:了)?$", text[max(0, start - 6) : start])
    return bool(made) and unit in ("条", "处", "支", "套", "场", "家", "户")


def _duration(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    durations = table("refusals.toml")["durations"]
    if unit not in durations["units"]:
        return None
    return None if re.search(durations["verbs"], text[max(0, start - 14) : start]) else "duration"


def _masked_word(text: str, match: re.Match[str], start: int, end: int, unit: str | None) -> str | None:
    """Masks hide names too: xx镇 is no number, xx个镇 is one."""
    if match["mask"] is None or unit is None:
        return None
    if start and re.match(r"[A-Za-z]", text[start - 1]):
        return "part of a word"
    return "masked name" if unit in ("村", "组", "站", "县", "镇", "乡", "市", "社区", "区", "路", "年", "级", "线", "里") else None


def _quantity(text: str, match: re.Match[str], number: tuple[int, int]) -> Quantity:
    start, end = number
    amount = numerals.read(match)
    hedge = _before().search(text[max(0, start - 8) : start])
    if hedge and hedge["hedge"] in ("上", "过") and text[start] not in "百千万亿":
        hedge = None
    left = start - len(hedge[0]) if hedge else start
    unit = match["unit"] or amount.unit or _implied(text, match, start) or ""
    unit = _percentage_points(text, match, unit)
    known = units().get(unit) or units().get(_COMPOUND.split(unit)[0])
    return Quantity(
        start=start,
        end=end,
        left=left,
        right=match.end(),
        value=amount.value,
        lower=amount.lower,
        upper=amount.upper,
        unit="%" if unit == "％" else unit,
        kind=known,
        qualifier=_qualifier(match, amount, hedge["hedge"] if hedge else _distant_hedge(text, start)),
        masked=amount.masked,
        rule=next(g for g in match.groupdict() if match[g] is not None),
    )


def _distant_hedge(text: str, start: int) -> str | None:
    """至少, 最多 hedge over the verb that follows them: 至少完成培训200人次."""
    found = re.search(r"(至少|最少|最多|至多)[^，。；：\d]{1,8}$", text[max(0, start - 10) : start])
    return found[1] if found else None


def _percentage_points(text: str, match: re.Match[str], unit: str) -> str:
    """2.2个和3.7个百分点: the first 个 counts percentage points too."""
    if unit not in ("个", ""):
        return unit
    later = re.match(r"(?:和|、|至|到|与|，)[\d.xX]+个百分点", text[match.end("unit") :])
    return "个百分点" if later else unit


def _qualifier(match: re.Match[str], amount: numerals.Amount, hedge: str | None) -> Qualifier:
    """余 and 以上 say at least even behind 约; otherwise the word behind decides, then the one before."""
    if match["more"] == "来":
        return Qualifier.APPROX
    if match["more"] or match["little"] or amount.more:
        return Qualifier.AT_LEAST
    if match["after"]:
        return _hedges()[match["after"]]
    if hedge:
        return _hedges()[hedge]
    bare = match["chinese"] is not None and not match["chinese"].strip("百千万亿")
    if amount.vague or bare:
        return Qualifier.APPROX
    return Qualifier.EXACT
