"""Metadata of a page as it stands in its text: 索引号：… on one line, in cells, or with the value on the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.lexicon import table

DATE = re.compile(r"(?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?")
DATED = re.compile(rf"{DATE.pattern}[\sT]*(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\.\d)?)?[\s|，]*")
STAMP = re.compile(rf"{DATE.pattern}[\sT]*\d{{1,2}}:\d{{2}}(?::\d{{2}})?")  # of a message app: who, when, where
CELLS = re.compile(r"\s*[|｜│\t]+\s*")
WRAPPED = "【】[]（）()|｜ \t"
SHORT = 40  # characters of a value on a line of its own
LONG = 200  # no other line of metadata is longer

Pairs = list[tuple[str, str]]


@cache
def keys(*groups: str) -> frozenset[str]:
    """The keys of the groups (firm, loose, counted, dates, titles, long)."""
    found = table("furniture.toml")["keys"]
    return frozenset(key for group in groups for key in found[group])


@cache
def _named(*, loose: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for a key with its colon and value, and for a bare key; with `loose` also of everyday words."""
    found = keys("firm", "counted", *(("loose",) if loose else ()))
    key = "|".join(r"\s*".join(k) for k in sorted(found, key=lambda k: (-len(k), k)))
    mark = r"\s*[：:]" if not loose else r"\s*[：:丨]"
    pair = rf"(?P<key>{key}){mark}\s*(?P<value>.*?)(?=[\s|｜，；【\[（]*(?:{key}){mark}|$)"
    return re.compile(pair), re.compile(rf"(?P<key>{key})(?P<value>.*)")


def bare(key: str) -> str:
    """A key without the spaces that set it wide (索 引 号)."""
    return re.sub(r"[\s：:]", "", key)


def pairs(text: str, *, loose: bool) -> Pairs:
    """The key-value pairs of a line that holds nothing else, [] for any other line.

    `loose` lets keys count that are everyday words, and firm keys without a colon.
    """
    inner = text.strip(WRAPPED)
    pair, key = _named(loose=loose)
    dated = DATED.match(inner)
    at = dated.end() if dated else 0
    if pair.match(inner, at):
        found = [(bare(m["key"]), m["value"].strip(WRAPPED + "，；")) for m in pair.finditer(inner, at)]
        found = [*found, ("日期", dated[0].strip(" |，"))] if dated else found
        return found if _is_metadata(text, found, loose=loose) else []
    if loose and len(inner) <= 2 * SHORT and "。" not in inner and (stamp := STAMP.search(inner)):
        return [("日期", stamp[0])]
    first = key.match(inner)
    if first is None or "。" in inner:
        return []
    return _cells(inner) or (_run_on(inner) if loose and len(inner) <= 2 * SHORT else [])


def _is_metadata(text: str, found: Pairs, *, loose: bool) -> bool:
    """Whether a line that begins as metadata goes on so: no sentence, but for a summary or a list of names."""
    if found[0][0] in keys("long"):
        return True
    named = loose and text.endswith("。") and not _other()[1].search(text)
    return "。" not in (text[:-1] if named else text) and len(text) <= LONG


def _cells(text: str) -> Pairs:
    """Keys and values side by side in the cells of a table's row."""
    cells = [cell for cell in CELLS.split(text) if cell]
    known = keys("firm", "loose", "counted")
    if len(cells) < 2 or bare(cells[0]) not in known:
        return []
    keyed = zip(map(bare, cells), [*cells[1:], ""], strict=True)
    return [(key, value) for key, value in keyed if key in known and bare(value) not in known]


def _run_on(text: str) -> Pairs:
    """Firm keys without a colon, each with its value up to the next (索引号430/2021 发布机构青柳湾镇)."""
    firm = _firm()
    places = list(firm.finditer(text))
    if not places or places[0].start() or re.search("[，；]", text):
        return []
    ends = [*(p.start() for p in places[1:]), len(text)]
    return [(bare(p[0]), text[p.end() : end].strip(WRAPPED)) for p, end in zip(places, ends, strict=True)]


def unknown(text: str) -> Pairs:
    """Pairs under keys that no table has, on a line of nothing else; no amounts, which a report may list so."""
    inner = text.strip(WRAPPED)
    other, amount = _other()
    if len(inner) > 2 * SHORT or "。" in inner or other.match(inner) is None or amount.search(inner):
        return []
    return [(m["key"], m["value"].strip(WRAPPED)) for m in other.finditer(inner)]


@cache
def _other() -> tuple[re.Pattern[str], re.Pattern[str]]:
    cues = table("furniture.toml")["keys"]
    pair = rf"(?P<key>{cues['other']})\s*[：:]\s*(?P<value>.*?)(?=\s+{cues['other']}\s*[：:]|$)"
    return re.compile(pair), re.compile(cues["amount"])


@cache
def _firm() -> re.Pattern[str]:
    return re.compile("|".join(r"\s*".join(k) for k in sorted(keys("firm"), key=lambda k: (-len(k), k))))


def awaits(text: str) -> str | None:
    """The key that a line consists of, when its value may stand on the next line."""
    key = bare(text.strip(WRAPPED))
    return key if key in keys("firm", "loose", "counted") else None


def answers(key: str, value: str) -> bool:
    """Whether a line may be the value of the key on the line before."""
    if len(value) > SHORT or "。" in value or awaits(value):
        return False
    if key in keys("counted"):
        return value.isdigit()
    return bool(DATE.match(value)) if key in keys("dates") else not value.endswith(("：", "，"))


def kept(found: Pairs) -> Iterator[tuple[str, str]]:
    """The pairs that say something of the report: no counters, no buttons, nothing empty."""
    return ((key, value) for key, value in found if value and key not in keys("counted"))


def preferred(key: str) -> int:
    """The rank of a date's key: the publication first."""
    ranks: list[str] = table("furniture.toml")["keys"]["dates"]
    return ranks.index(key)
