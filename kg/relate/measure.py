"""Canonical indicators: the concept of the scheme that an indicator's own words fit, where one does.

1. The head of the phrase is the longest name of an indicator that ends it (红旗水库除险加固 → 水库除险加固). Words that
   say nothing may stand behind (`after` in the table: 总数, 任务); behind others another thing is counted.
2. In front may stand words that say nothing (`before`: 全镇, 累计) and examples (沃柑、芒果等水果), for others narrow
   what is named (女党员 are not all 党员); anything, where the name begins with a verb of its own (`verbs`: 拆除违建)
   or is open (…项目总投资).
3. Beside a verb that adds (`adding`: 新建大棚, 大棚建设) the number is the year's and no stock: it goes to the
   indicator of what is added (tkg:changeOf), and stays open where the scheme has none.
4. A rate of change goes to the growth indicator of what is named. A change in money, people or things is no value of a
   level and stays open, but where the name itself speaks of a gain (人均增收).
5. Kinds of unit: people are counted in people only, households not in places; 个, 家, 处 and 次 stand for each other.
   A name may stand in two indicators of two kinds (低保户: 户 or 人).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.lexicon import Measure, measures, table
from kg.model import Quantity

COUNTS = frozenset({"things", "households", "places", "organisations", "events", "documents", "groups"})
PARTS = frozenset({"mass", "money", "volume", "things", "area", "length"})  # 亩产500公斤: what it is per is left out
PERCENT = frozenset({"%", "％", "﹪", "‰"})
NOISE = re.compile(r"[“”‘’\"《》的了]|[（(][^）)]*[）)]|^\d+[、.．]|连续\d+年")
THAN = "(?:同比|[比较](?:上年|去年)(?:同期)?)"
GAIN = re.compile("[增减新]")
OPEN = "…"
STANDING = re.compile("(?:累计|已经?)(?:建成|完成|建设|发展|创建)$")  # what there is by now


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of all indicators, what measures their growth and their yearly gain, and the words around names."""

    owners: dict[str, tuple[Measure, ...]]
    rates: dict[str, Measure]
    flows: dict[str, Measure]
    before: re.Pattern[str]
    after: re.Pattern[str]
    adding: re.Pattern[str]
    added: re.Pattern[str]
    verbs: tuple[str, ...]
    growth: re.Pattern[str]


@cache
def _names() -> _Names:
    owners: dict[str, tuple[Measure, ...]] = {}
    for one in measures():
        for name in map(_bare, one.names):
            owners[name] = (*owners.get(name, ()), one)
    words = {kind: sorted(said.split(), key=len, reverse=True) for kind, said in table("indicator_words.toml").items()}
    either = {kind: "|".join(map(re.escape, said)) for kind, said in words.items()}
    changes = [one for one in measures() if one.change_of]
    return _Names(
        owners,
        {one.change_of: one for one in changes if one.kind == "ratio"},
        {one.change_of: one for one in changes if one.kind != "ratio"},
        re.compile(f"(?:.+(?<![高平均中初])等)?(?:{either['before']})*"),
        re.compile(f"(?:{either['after']})$"),
        re.compile(f"(?:{either['adding']})(?:各类|各级|一批)?$"),
        re.compile("(?:建设|新建|创建|培育|安装|扩建|新改建|新增|净增|增加|入库)$"),
        tuple(words["verbs"]),
        re.compile(rf"{THAN}?(?:预计?|再)?(?:{either['growth']})$|{THAN}$"),
    )


def _bare(words: str) -> str:
    return NOISE.sub("", words)


def measure(indicator: str, quantity: Quantity, *, changes: bool) -> str | None:
    """The local name of the canonical indicator that `indicator` names and whose kind of unit fits, else None."""
    names, bare = _names(), _bare(indicator)
    kind = quantity.kind.kind if quantity.kind else None
    if kind is None or (kind == "ratio" and quantity.unit not in PERCENT):
        return None
    grows = names.growth.search(bare) if kind == "ratio" or changes else None
    if kind == "ratio" and (changes or grows):
        found = _rate(names, bare[: grows.start()] if grows else bare) or _find(names, bare, kind, quantity.unit)
        return found.slug if found and (found.change_of or not changes) else None
    found = _find(names, bare, kind, quantity.unit)
    return found.slug if found and (not changes or GAIN.search(found.label)) else None


def _rate(names: _Names, phrase: str) -> Measure | None:
    """The indicator of the rate at which what the phrase names grows."""
    found = _find(names, phrase, None, "")
    return names.rates.get(found.slug) if found else None


def _find(names: _Names, phrase: str, kind: str | None, unit: str) -> Measure | None:
    """The indicator of the longest name that ends the phrase, with what stands before it allowed; kind None: any."""
    for head, added in _heads(names, phrase):
        for start in range(len(head) - 1):
            before, name = head[:start], head[start:]
            for one in sorted(names.owners.get(name, ()), key=lambda one: one.kind != kind):
                if (found := _allowed(names, before, name, one, added=added)) and _fits(found.kind, kind, unit):
                    return found
            for one in names.owners.get(OPEN + name, ()):
                if _fits(one.kind, kind, unit):
                    return one
    return None


def _heads(names: _Names, phrase: str) -> Iterator[tuple[str, bool]]:
    """The phrase, and what is left of it without words behind that say nothing; True: the last one says it is added."""
    yield phrase, False
    while (said := names.after.search(phrase)) and said.start():
        yield (phrase := phrase[: said.start()]), False
    if (said := names.added.search(phrase)) and said.start():
        yield phrase[: said.start()], True


def _allowed(names: _Names, before: str, name: str, one: Measure, *, added: bool) -> Measure | None:
    """The indicator that `one` becomes behind what stands before its name, None where that is another thing."""
    adds = added or (names.adding.search(before) and not STANDING.search(before))
    flow = names.flows.get(one.slug)
    if adds and flow:
        return flow if not added or names.before.fullmatch(before) or names.adding.search(before) else None
    if names.before.fullmatch(before) and not added:
        return one
    return one if name.startswith(names.verbs) and one.kind != "ratio" and not added else None


def _fits(expected: str | None, kind: str | None, unit: str) -> bool:
    """Whether a kind of unit can stand for the expected one; kind None stands for any."""
    if kind is None or expected is None or expected == kind:
        return True
    if expected == "compound":
        return kind in PARTS
    if kind == "households":
        return expected in {"things", "organisations"}
    return (expected in COUNTS and kind in COUNTS) or (expected == "events" and unit == "人次")
