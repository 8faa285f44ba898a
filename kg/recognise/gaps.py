"""Numbers whose digits are gone: a unit where only a number can have stood before it (下辖个村, 新建公厕座, 增长%).

Such places look like faults of their own and are taken only where the text shows more than one, or masks beside it;
a few leave no doubt even alone. What is said around them is in ``kg/data/gaps.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg import segment
from kg.lexicon import table, units
from kg.model import Qualifier, Quantity
from kg.recognise.numerals import alternatives
from kg.recognise.refusals import Spans

HAN = "[\u4e00-\u9fff]"
CLAUSE = re.compile(r"[，。；：、！？（）\n]")
REACH = 18  # characters in front of a unit in which its noun and verb stand


@dataclass(frozen=True, slots=True)
class _Gap:
    """A unit without its number; `certain` where the words alone leave no doubt."""

    start: int
    end: int
    unit: str
    certain: bool


@cache
def _finder() -> re.Pattern[str]:
    """Units that can have lost their number, by what stands directly beside them."""
    data = table("gaps.toml")
    measures, things = alternatives(data["measures"]["units"]), data["things"]
    verb_ends = "".join(sorted({verb[-1] for verb in _verbs()}))
    return re.compile(
        rf"(?P<percent>(?<=[{data['percent']}])[%％])"
        rf"|(?<={HAN})(?:[百千]?[万亿]{{0,2}}(?:{measures})|{alternatives(things['closing'])})(?={data['end']})"
        rf"|(?<=[{verb_ends}])(?P<leading>{alternatives(things['leading'])})(?={HAN})"
    )


@cache
def _opening() -> re.Pattern[str]:
    """The characters with which such a unit begins; only there the finder is tried."""
    data = table("gaps.toml")
    listed = (*data["measures"]["units"], *data["things"]["closing"], *data["things"]["leading"])
    return re.compile(f"[%％百千万亿{''.join(sorted({unit[0] for unit in listed}))}]")


@cache
def _verbs() -> frozenset[str]:
    """Verbs of the work that numbers measure, and of what there is."""
    return frozenset((*table("clauses.toml")["verbs"]["work"], *table("gaps.toml")["certain"]))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    data = table("gaps.toml")
    measures = alternatives(data["measures"]["units"])
    return re.compile(
        {
            "never": data["never"],
            "compound": data["things"]["compound"],
            "verb": alternatives(_verbs()),
            "measured": rf"{data['measures']['nouns']}{data['link']}[百千]?[万亿]{{0,2}}(?:{measures})$",
            "counted": rf"(?P<verb>{alternatives(_verbs())})了?(?P<noun>(?:(?![的和及与了]){HAN}){{2,12}})$",
            "had": rf"(?P<verb>{alternatives(_verbs())})了?$",
        }[name]
    )


def recognise(text: str, taken: Sequence[Quantity], spans: Spans) -> list[Quantity]:
    """The numbers that are gone from the reading text, in order; `taken` are those that are there."""
    covered = Spans([*((q.left, q.right, "number") for q in taken)])
    gaps = list(_gaps(text, lambda start, end: not (covered.cover(start, end) or spans.cover(start, end))))
    shown = len(gaps) + sum(quantity.masked for quantity in taken) > 1
    return [_quantity(gap) for gap in gaps if shown or gap.certain]


def _gaps(text: str, is_free: Callable[[int, int], bool]) -> Iterator[_Gap]:
    finder, at = _finder(), 0
    for opening in _opening().finditer(text):
        match = finder.match(text, opening.start()) if opening.start() >= at else None
        if match is None:
            continue
        at = match.end()
        if not is_free(match.start(), at):
            continue
        if match["percent"]:
            yield _Gap(match.start(), at, "%", certain=True)
            continue
        before = CLAUSE.split(text[max(0, match.start() - REACH) : match.start()])[-1]
        certain = _leading(before, match) if match["leading"] else _closing(before, match)
        if certain is not None:
            yield _Gap(match.start(), at, match[0].lstrip("百千万亿"), certain)


def _closing(before: str, match: re.Match[str]) -> bool | None:
    """面积亩: behind what is measured; 新建公厕座: behind verb and counted noun, no word (讲座) ending in it."""
    if _pattern("measured").search(before + match[0]):
        return False
    if match[0] not in table("gaps.toml")["things"]["closing"]:
        return None
    counted = _pattern("counted").search(before)
    if counted is None or _pattern("never").search(before) or _pattern("compound").search(before + match[0]):
        return None
    words = {counted["noun"][-n:] + match[0] for n in (1, 2, 3)} - set(table("gaps.toml")["things"]["apart"])
    return None if any(map(segment.listed, words)) else _certain(counted["verb"], match[0])


def _leading(before: str, match: re.Match[str]) -> bool | None:
    """召开次会议: between a verb and the noun that is counted, where the unit is part of no word with either."""
    had = _pattern("had").search(before)
    if had is None or _pattern("verb").search(before[: had.start()]):
        return None
    start, end = match.span()
    if any(segment.listed(match.string[start : end + n]) or segment.listed(before[-n:] + match[0]) for n in (1, 2, 3)):
        return None
    return _certain(had["verb"], match[0])


def _certain(verb: str, unit: str) -> bool:
    return verb in table("gaps.toml")["certain"] and unit in table("gaps.toml")["things"]["certain"]


def _quantity(gap: _Gap) -> Quantity:
    """A masked number; its expression is all that is left of it: the magnitude word, else the unit."""
    end = gap.end - len(gap.unit) if gap.end - gap.start > len(gap.unit) else gap.end
    return Quantity(
        start=gap.start,
        end=end,
        left=gap.start,
        right=gap.end,
        value=None,
        lower=None,
        upper=None,
        unit=gap.unit,
        kind=units().get(gap.unit),
        qualifier=Qualifier.EXACT,
        masked=True,
        rule="gone",
    )
