"""Numbers with their units: what is measured in a text.

One compiled expression reads a number with its hedges and unit where a number can begin; ``refusals`` takes out what
measures nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kg.lexicon import table, units
from kg.model import Qualifier, Quantity
from kg.recognise import gaps, numerals
from kg.recognise.patterns import Surroundings
from kg.recognise.refusals import Found, Refusal, implied_unit, protected, refusal

COMPOUND = re.compile(r"[/（(]")
DISTANT = re.compile(r"(至少|最少|最多|至多)[^，。；：\d]{1,8}$")
POINTS = re.compile(r"(?:和|、|至|到|与|，)[\d.xX]+个百分点")


@cache
def _grammar() -> re.Pattern[str]:
    """A number, 余 or 多, its unit (compound ones too), and the hedge behind it."""
    after = [w for ws in table("hedges.toml")["after"].values() for w in ws if w not in ("多", "余")]
    unit = numerals.alternatives(units())
    compound = rf"(?:{unit})(?:/(?:{unit}))?(?:[（(](?:{unit})[）)])?"
    little = r"[多余](?![\u4e00-\u9fff])"
    return re.compile(
        rf"(?P<number>{numerals.pattern()})(?P<more>[余多来]|有余)?[ ]?(?:\*\*)?(?P<unit>{compound})?"
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
        found = Found(text, match, *match.span("number"), numerals.form(match))
        if rule := refusal(found, spans, around):
            refused.append(Refusal(found.start, found.end, rule))
            at = found.end
        else:
            taken.append(_quantity(found))
            at = max(match.end("unit"), found.end)
    gone = gaps.recognise(text, taken, spans)
    if gone:
        places = {quantity.start for quantity in gone}
        return sorted([*taken, *gone], key=lambda q: q.start), [r for r in refused if r.start not in places]
    return taken, refused


def _quantity(found: Found) -> Quantity:
    match = found.match
    amount = numerals.read(found.number, found.form)
    hedge = numerals.hedge_before(found.before(8))
    if hedge and hedge["hedge"] in ("上", "过") and found.number[0] not in "百千万亿":
        hedge = None
    unit = _percentage_points(found, match["unit"] or amount.unit or implied_unit(found) or "")
    return Quantity(
        start=found.start,
        end=found.end,
        left=found.start - len(hedge[0]) if hedge else found.start,
        right=match.end(),
        value=amount.value,
        lower=amount.lower,
        upper=amount.upper,
        unit="%" if unit == "％" else unit,
        kind=units().get(unit) or units().get(COMPOUND.split(unit)[0]),
        qualifier=_qualifier(match, amount, hedge["hedge"] if hedge else _distant_hedge(found)),
        masked=amount.masked,
        rule=found.form,
    )


def _distant_hedge(found: Found) -> str | None:
    """至少, 最多 hedge over the verb that follows them: 至少完成培训200人次."""
    far = DISTANT.search(found.before(10))
    return far[1] if far else None


def _percentage_points(found: Found, unit: str) -> str:
    """2.2个和3.7个百分点: the first 个 counts percentage points too."""
    if unit not in ("个", ""):
        return unit
    return "个百分点" if POINTS.match(found.behind_unit(14)) else unit


def _qualifier(match: re.Match[str], amount: numerals.Amount, hedge: str | None) -> Qualifier:
    """余 and 以上 say at least even behind 约; otherwise the word behind decides, then the one before."""
    if match["more"] == "来":
        return Qualifier.APPROX
    if match["more"] or match["little"] or amount.more:
        return Qualifier.AT_LEAST
    if word := match["after"] or hedge:
        return numerals.hedges()[word]
    bare = match["chinese"] is not None and not match["chinese"].strip("百千万亿")
    return Qualifier.APPROX if amount.vague or bare else Qualifier.EXACT
