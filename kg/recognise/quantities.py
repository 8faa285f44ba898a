"""Numbers with their units: what is measured in a text.

One compiled expression reads a number with its hedges and unit where a number can begin; ``refusals`` takes out what
measures nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from kg.lexicon import table, units
from kg.model import Qualifier, Quantity
from kg.recognise import gaps, numerals
from kg.recognise.patterns import Surroundings
from kg.recognise.refusals import Found, Refusal, implied_unit, protected, refusal

ALIKE = ("分别约", "分别近", "分别超", "分别达约", "均约", "均超")  # in front of a row: said of each
BOUNDED = ("time", "length", "ratio", "money", "")  # kinds of unit that 内 can bound
COMPOUND = re.compile(r"[/（(]")
DISTANT = re.compile(r"(至少|最少|最多|至多)(?!的)[^，。；：\d]{1,8}$")
SHARED = re.compile(r"(不足|不到|超过|接近|近|超)[^，。；：\d]{1,12}的$")
POINTS = re.compile(r"(?:和|、|至|到|与|，)[\d.xX]+个百分点")


@cache
def _grammar() -> re.Pattern[str]:
    """A number, 余 or 多, its unit (compound ones too), and the hedge behind it."""
    after = [w for ws in table("hedges.toml")["after"].values() for w in ws if w not in ("多", "余")]
    unit = numerals.alternatives(units())
    compound = rf"(?:{unit})(?:/(?:{unit}))?(?:[（(](?:{unit})(?:、(?:{unit}))*[）)])?"
    little = r"[多余](?![\u4e00-\u9fff])"
    return re.compile(
        rf"(?P<number>{numerals.pattern()})(?P<more>[余多来]|有余)?[ ]?(?:\*\*)?(?P<unit>(?!村民|户籍){compound})?"
        rf"(?P<little>{little})?(?P<after>{numerals.alternatives(after)})?"
    )


@cache
def _opening() -> re.Pattern[str]:
    """The characters with which a number can begin; only there the whole grammar is tried."""
    return re.compile(numerals.opening())


def recognise(
    text: str, names: Iterable[tuple[int, int]], dates: Iterable[tuple[int, int]]
) -> tuple[list[Quantity], list[Refusal]]:
    """All quantities of the reading text, in order, and the numerals refused.

    `names` are spans of concept names, `dates` spans of time expressions; numbers within either are refused.
    """
    spans, around = protected(text, names, dates), Surroundings(text)
    begins, reads = _opening().search, _grammar().match
    taken: list[Quantity] = []
    refused: list[Refusal] = []
    at = 0
    while (opening := begins(text, at)) is not None:
        match = reads(text, opening.start())
        if match is None:
            at = opening.end()
            continue
        found = Found.of(text, match)
        if rule := refusal(found, spans, around):
            refused.append(Refusal(found.start, found.end, rule))
            at = found.end
        else:
            taken.append(_quantity(found))
            at = max(match.end("unit"), found.end)
    taken = list(_with_shared_hedges(text, taken))
    gone = gaps.recognise(text, taken, spans)
    if gone:
        places = {quantity.start for quantity in gone}
        return sorted([*taken, *gone], key=lambda q: q.start), [r for r in refused if r.start not in places]
    return taken, refused


def _with_shared_hedges(text: str, row: list[Quantity]) -> Iterator[Quantity]:
    """90%和98%以上: what stands behind the last of two shares, or 约 behind 分别, is said of both."""
    for at, quantity in enumerate(row):
        before, after = row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None
        shared = quantity.qualifier
        joined = after is not None and text[quantity.right : after.left] in ("和", "与")
        if shared is Qualifier.EXACT and after and joined and quantity.unit == after.unit == "%":
            shared = after.qualifier if after.right > after.end + 2 else shared
        elif shared is Qualifier.EXACT and before and _goes_with(text, before, quantity):
            shared = before.qualifier if text[: before.start].endswith(ALIKE) else shared
        yield quantity if shared is quantity.qualifier else replace(quantity, qualifier=shared)


def _goes_with(text: str, one: Quantity, other: Quantity) -> bool:
    """Whether two shares stand side by side."""
    return one.unit == other.unit == "%" and text[one.right : other.left] in ("和", "、", "与")


def _quantity(found: Found) -> Quantity:
    match = found.match
    amount = numerals.read(found.number, found.form)
    hedge = numerals.hedge_before(found.before(8))
    if hedge and _no_hedge(found, hedge["hedge"]):
        hedge = None
    unit = _percentage_points(found, match["unit"] or amount.unit or implied_unit(found) or "")
    kind = units().get(unit) or units().get(COMPOUND.split(unit)[0])
    return Quantity(
        start=found.start,
        end=found.end,
        left=found.start - len(hedge[0]) if hedge else found.start,
        right=match.end(),
        value=amount.value,
        lower=amount.lower,
        upper=amount.upper,
        unit="%" if unit == "％" else unit,
        kind=kind,
        qualifier=_qualifier(
            match, amount, hedge["hedge"] if hedge else _distant_hedge(found), kind.kind if kind else ""
        ),
        masked=amount.masked,
        rule=found.form,
    )


def _no_hedge(found: Found, word: str) -> bool:
    """上 and 过 hedge bare magnitudes (上千亩), 过 large numbers (过1.8亿元); 超 not where it compares (较任务超9亩)"""
    if word in ("上", "过"):
        large = word == "过" and found.number[-1] in "万亿" and re.search("[通经超不错越]过$", found.before(2)) is None
        return found.number[0] not in "百千万亿" and not large
    return (
        word in ("超", "超过", "超出")
        and re.search(r"[比较](?![重例率值])[^，。；]{1,10}超[过出]?$", found.before(14)) is not None
    )


def _distant_hedge(found: Found) -> str | None:
    """至少完成培训200人次, 不足全县平均的七成: the hedge over the verb that follows it, or over what a share is of."""
    far = DISTANT.search(found.before(10))
    share = far or (SHARED.search(found.before(16)) if found.form in ("tenths", "fraction") else None)
    return share[1] if share else None


def _percentage_points(found: Found, unit: str) -> str:
    """2.2个和3.7个百分点: the first 个 counts percentage points too."""
    if unit not in ("个", ""):
        return unit
    return "个百分点" if POINTS.match(found.behind_unit(14)) else unit


def _qualifier(match: re.Match[str], amount: numerals.Amount, hedge: str | None, kind: str) -> Qualifier:
    """余 and 以上 say at least even behind 约; otherwise the word behind decides, then the one before."""
    if match["more"] == "来":
        return Qualifier.APPROX
    if match["more"] or match["little"] or amount.more:
        return Qualifier.AT_LEAST
    behind = None if match["after"] == "内" and kind not in BOUNDED else match["after"]  # 5条内街巷
    if word := behind or hedge:
        return numerals.hedges()[word]
    bare = match["chinese"] is not None and not match["chinese"].strip("百千万亿")
    return Qualifier.APPROX if amount.vague or bare else Qualifier.EXACT
