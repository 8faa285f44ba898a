"""Number expressions: their grammar as one regular expression, and their values.

The grammar follows how numbers are written in reports: ASCII digits with separators, decimals and magnitude
words (3.5亿, 1万6千), Chinese numerals plain and formal (两千三百, 叁拾), parts of a whole (百分之十四点一,
三分之二, 九成), ranges (3至5, 七八个) and masks (xx.x, 3x, 〔〕). Characters come from ``kg/data/numerals.toml``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from kg.lexicon import table
from kg.model import Qualifier

SIMPLE = re.compile(r"(\d[\d,，]*(?:\.\d+)?)([万亿]?)")  # what most numbers are


class Amount(NamedTuple):
    """What a number expression says: a `value`, or the bounds of a range, or nothing when `masked`.

    `more` is True when 余 or 多 stand inside (100余万), `vague` when no digit is said (数十),
    `unit` is the unit that the expression itself implies (% for 百分之三), None otherwise.
    """

    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    masked: bool = False
    more: bool = False
    vague: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class _Characters:
    digits: dict[str, int]
    magnitudes: dict[str, int]
    mask: str
    letters: str
    someone: str
    brackets: tuple[tuple[str, str], ...]
    more: str
    vague: str
    tens: dict[str, int]
    ranges: tuple[str, ...]


@cache
def _characters() -> _Characters:
    data = table("numerals.toml")
    marks = data["marks"]
    return _Characters(
        data["digits"],
        data["magnitudes"],
        marks["mask"],
        marks["letters"],
        marks["someone"],
        tuple((a, b) for a, b in marks["brackets"]),
        marks["more"],
        marks["vague"],
        data["tens"],
        tuple(marks["ranges"]),
    )


def _class(characters: str) -> str:
    return "[" + re.escape(characters) + "]"


@cache
def pattern() -> str:
    """The grammar of number expressions as the source of a regular expression with named groups.

    Groups, of which exactly one matches: `percent`, `fraction`, `half`, `tenths`, `range`, `mask`, `arabic`,
    `chrange`, `chinese`.
    """
    c = _characters()
    digits = "".join((*c.digits, *c.tens))
    small = "".join(m for m in c.magnitudes if c.magnitudes[m] < 10_000)
    large = "".join(m for m in c.magnitudes if c.magnitudes[m] >= 10_000)
    more = _class(c.more)
    arabic = r"\d+(?:[,，]\d{3})*(?![,，]?\d)(?:\.\d+)?"
    whole = r"(?!千[米克瓦伏卡帕]|百分点)"  # 3千米 is three of a unit that begins with 千
    spoken = rf"个{more}?(?:千|百)?亿"  # 2.5个亿, 三个多亿
    scale = (
        rf"(?:{spoken}|{more}?{_class(small)}?{_class(large)}+|{more}?{whole}{_class(small)}(?={more}?[^{small}]|$))"
    )
    compound = (
        rf"(?:\d+{_class(small)}?{whole}{_class(large + small)}\d+{whole}{_class(small + large)}{_class(large)}?)"
    )
    decimals = rf"(?:点{_class(digits)}+{_class(large)}*)?"
    chinese = rf"{_class(digits + small + large)}+{decimals}"
    either = rf"(?:{arabic}|{chinese})"
    repeated = "(?:%|％|‰|元|个百分点|亩|人|户|个)?"  # 1000元至3000元: the unit may be said twice
    nonzero = "".join(d for d in digits if c.digits.get(d, 1))
    other = "(?![功立为员果效长绩型品就本年人交分熟片套都][^，。；以左]|[功立为员果效绩就])"  # 三成立, 一成年
    tenths = rf"{_class(nonzero)}成(?:半|{_class(nonzero)})?{other}"
    dash = "(?:" + "|".join(map(re.escape, sorted(c.ranges, key=len, reverse=True))) + ")"
    masked = _masked()
    return (
        rf"(?P<percent>(?:百|千)分之(?:(?![〇○]){masked}|{either}|{masked})|百分百)"
        rf"|(?P<fraction>{_class(nonzero)}+分之{_class(digits)}+|(?<![\d/])[1-9]/(?!00?(?!\d))\d{{1,2}}(?![\d/]))"
        rf"|(?P<half>一半|半数)|(?P<tenths>{tenths})"
        rf"|(?P<range>(?>{arabic}{scale}?{repeated}){dash}(?:{masked}|{arabic}){scale}?)"
        rf"|(?P<mask>{masked}(?:{repeated}{dash}(?:{masked}|{arabic}))?(?:{more}?{_class(small)}?{_class(large)}+|{_class(small)}(?={more}))?)"
        rf"|(?P<arabic>{compound}|{arabic}{scale}?)"
        rf"|(?P<chrange>{chinese}(?:至|到){chinese})"
        rf"|(?P<chinese>(?:{_class(c.vague)}(?={_class(small + large)}))?{_class(digits + small + large)}"
        rf"(?:{more}?{whole}{_class(digits + small + large)})*{decimals}(?:{spoken})?)"
    )


@cache
def _masked() -> str:
    """One masked number: mask letters among digits (1x.5), behind Chinese numerals (二十x), or in an empty bracket.

    ** in front of or around digits is bold type.
    """
    c = _characters()
    mask, either = _class(c.mask), rf"[\d{re.escape(c.mask)}]"
    rest = rf"{either}*(?:[,，]{either}{{3}}(?!{either}))*(?:\.{either}+)?"
    blank = "|".join(rf"{re.escape(a)}[ \u3000]*{mask}*[ \u3000]*{re.escape(b)}" for a, b in c.brackets)
    return (
        rf"(?:(?<!\*)\d++(?:{mask}{rest}|\.{mask}+)|(?<!\d)(?!\*+\d){mask}{rest}"
        rf"|{_class(''.join((*c.digits, *c.tens, *c.magnitudes)))}{{1,4}}+{_class(c.letters)}+"
        rf"|{blank}|{_class(c.someone)}{{1,3}})"
    )


def opening() -> str:
    """What a number expression can begin with, as the source of a regular expression: a character, or an empty bracket.

    The first character comes first, so that the search for it is fast.
    """
    c = _characters()
    brackets = "".join(a for a, _ in c.brackets)
    begin = "0123456789半" + "".join((*c.digits, *c.tens, *c.magnitudes)) + c.mask + c.vague + c.someone + brackets
    blank = "|".join(rf"(?<={re.escape(a)})[ \u3000]*(?:{_class(c.mask)}|{re.escape(b)})" for a, b in c.brackets)
    return rf"{_class(begin)}(?:(?<!{_class(brackets)})|{blank})"


def alternatives(words: Iterable[str]) -> str:
    """Words as the source of a regular expression that prefers the longer one.

    Words that begin alike share their beginning, so that few of many are tried (百(?:分点|米)?|千米).
    """
    tails: dict[str, set[str]] = defaultdict(set)
    for word in filter(None, words):
        tails[word[0]].add(word[1:])
    return "|".join(re.escape(head) + _one_of(ends) for head, ends in sorted(tails.items()))


def _one_of(ends: set[str]) -> str:
    """What may follow a beginning: one of these, where "" is among them perhaps nothing."""
    longer = alternatives(ends)
    return f"(?:{longer}){'?' if '' in ends else ''}" if longer else ""


@cache
def hedges() -> dict[str, Qualifier]:
    """Every hedging word → how exact it leaves the number."""
    sides = table("hedges.toml").values()
    kinds = [(kind, words) for side in sides for kind, words in side.items() if kind != "transparent"]
    return {word: Qualifier(kind) for kind, words in kinds for word in words}


@cache
def _before() -> re.Pattern[str]:
    before = table("hedges.toml")["before"]
    hedge = alternatives(w for kind, words in before.items() if kind != "transparent" for w in words)
    within = "(?<![签预节条公违合特履解契立])"  # 签约5.7万人 says nothing of 约
    return re.compile(rf"{within}(?P<hedge>{hedge})(?:{alternatives(before['transparent'])})?$")


def hedge_before(text: str) -> re.Match[str] | None:
    """The hedge (group `hedge`) at the end of what stands in front of a number, over a verb between them."""
    return _before().search(text)


def form(match: re.Match[str]) -> str:
    """The group of `pattern()` that a match of it has."""
    for name in FORMS:
        if match[name] is not None:
            return name
    raise ValueError(f"no number: {match[0]!r}")


def read(text: str, form: str) -> Amount:
    """The value of a number expression of that form."""
    return FORMS[form](text)


def value_of(text: str) -> Decimal:
    """The value of a plain number expression without range or mask, magnitude words multiplied out.

    Raises ValueError where `text` is none.
    """
    c = _characters()
    text = "".join(ch for ch in text if ch not in c.more and ch not in ",，%％‰个")
    total, group, current = Decimal(0), Decimal(0), None
    position = 0
    while position < len(text):
        ch = text[position]
        if ch.isdigit():
            found = re.match(r"\d+(?:\.\d+)?", text[position:])
            assert found is not None
            current = Decimal(found[0])
            position += len(found[0])
            continue
        if ch in c.digits:
            current = (current or Decimal(0)) * 10 + c.digits[ch] if _digit_string(text) else Decimal(c.digits[ch])
        elif ch == "点":
            decimals = "".join(str(c.digits[d]) for d in text[position + 1 :] if d in c.digits)
            current = group + (current or Decimal(0)) + Decimal(f"0.{decimals}")
            group = Decimal(0)
            position += len(decimals)
        elif ch in c.tens:
            group, current = group + c.tens[ch], None
        elif ch in c.magnitudes:
            total, group, current = _scale(total, group, current, c.magnitudes[ch], text, position)
        else:
            raise ValueError(f"not a number: {text!r}")
        position += 1
    return total + group + (current or Decimal(0))


def _digit_string(text: str) -> bool:
    """Whether Chinese digits stand one after the other as in 二〇二一."""
    c = _characters()
    return len(text) > 1 and all(ch in c.digits for ch in text)


def _scale(
    total: Decimal, group: Decimal, current: Decimal | None, magnitude: int, text: str, position: int
) -> tuple[Decimal, Decimal, Decimal | None]:
    """One step of reading: what 十 百 千 万 亿 do to the sums so far."""
    if magnitude < 10_000:
        if current is not None and current >= 1000:  # 15000千: four figures and more take no 千, the writer slipped
            return total, group + current, None
        return total, group + (current if current is not None else Decimal(1)) * magnitude, None
    if current is None and group == 0 and total:  # 万亿: the second multiplies what the first has made
        return total * magnitude, Decimal(0), None
    part = group + (current or Decimal(0)) or Decimal(1)
    if magnitude > 10_000 and total and total < magnitude:  # 3万5千亿
        return (total + part) * magnitude, Decimal(0), None
    return total + part * magnitude, Decimal(0), None


def _plain(text: str) -> Amount:
    if text.isdigit() and text.isascii():
        return Amount(Decimal(text))
    c = _characters()
    if (simple := SIMPLE.fullmatch(text)) and (value := Decimal(simple[1].replace(",", "").replace("，", ""))):
        return Amount(value * c.magnitudes.get(simple[2], 1))
    more = any(m in text for m in c.more)
    vague = text[0] in c.vague
    if vague:  # 数十: no digit is said
        return Amount(None, vague=True)
    if pair := _neighbours(text):
        return Amount(None, *pair)
    return Amount(value_of(text), more=more)


def _hidden(text: str) -> Amount:
    return Amount(None, masked=True, more=any(m in text for m in _characters().more))


@cache
def _two_digits() -> re.Pattern[str]:
    digit = _class("".join(_characters().digits))
    return re.compile(f"({digit})({digit})")


def _neighbours(text: str) -> tuple[Decimal, Decimal] | None:
    """Two digits in a row are a range: 七八(个), 三四十, 十二三, 二三百万."""
    c = _characters()
    found = _two_digits().search(text)
    if found is None or (_digit_string(text) and len(text) > 2):
        return None
    low, high = found.groups()
    if c.digits[high] != c.digits[low] + 1 or c.digits[low] == 0:
        return None
    head, tail = text[: found.start()], text[found.end() :]
    return value_of(head + low + tail), value_of(head + high + tail)


def _percent(text: str) -> Amount:
    c = _characters()
    unit = "%" if text[0] == "百" else "‰"
    rest = text[3:] or "100"  # 百分百
    if not all(ch.isdigit() or ch in "点.," or ch in c.digits or ch in c.tens or ch in c.magnitudes for ch in rest):
        return Amount(None, masked=True, unit=unit)
    return Amount(value_of(rest), unit=unit)


def _fraction(text: str) -> Amount:
    below, above = text.split("分之") if "分之" in text else text.split("/")[::-1]
    share = value_of(above) / value_of(below) * 100
    return Amount(round(share, 2), unit="%")


def _tenths(text: str) -> Amount:
    rest = 5 if text.endswith("半") else value_of(text[2:] or "零")
    return Amount(value_of(text[0]) * 10 + rest, unit="%")


def _arabic_range(text: str) -> Amount:
    """A range whose end may be masked (3至x)."""
    c = _characters()
    hidden = {*c.mask, *c.someone, *(mark for pair in c.brackets for mark in pair)}
    return Amount(None, masked=True) if hidden & set(text) else _range(text)


def _range(text: str) -> Amount:
    c = _characters()
    dash = max((r for r in c.ranges if r in text), key=len)
    low, high = text.split(dash, 1)
    alone = re.sub(r"[元亩人户个%％‰]|个百分点", "", low)
    lower, upper = value_of(alone), value_of(high)
    scale = re.search(r"[^\d.,，%％‰]+$", high)
    own = low != alone and lower < upper  # 8000元到1万元: what has a unit of its own has its magnitude too
    if scale and not own and not re.search(r"[^\d.,，%％‰]$", alone) and alone[0].isdigit():  # 3至5万
        lower = value_of(re.sub(r"[%％‰]", "", alone) + scale[0])
    return Amount(None, lower, upper)


FORMS: dict[str, Callable[[str], Amount]] = {  # how each form is read, the commonest first
    "arabic": _plain,
    "chinese": _plain,
    "percent": _percent,
    "fraction": _fraction,
    "half": lambda _: Amount(Decimal(50), unit="%"),
    "tenths": _tenths,
    "range": _arabic_range,
    "chrange": _range,
    "mask": _hidden,
}
