"""Villages and communities that sentences name: 石桥村, 大坪居委会, 在石桥、李家湾等3个村.

A name is what stands between a word that cannot belong to it and its kind (村, 社区, 嘎查). Where that could be an
everyday word (团结村), it is a name only behind a clause's begin or the like, or where the report has it elsewhere.
What is never a name (示范村, 城中村) is data, and so are the words that end a name (kg/data/places.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import segment
from kg.lexicon import table
from kg.recognise.refusals import Spans

_HAN = re.compile("[\u3400-\u9fff·]+$")


@dataclass(frozen=True, slots=True)
class Village:
    """A name in the text (clean offsets); `name` is its plain form (大坪社区 for 大坪居委会), `row` its row's number.

    Names of one row (石桥村、大坪村) have the same `row`, a name alone has its own.
    """

    start: int
    end: int
    name: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be a name: `sure` where it cannot be anything else."""

    start: int
    end: int
    stem: str
    kind: str
    sure: bool


def recognise(text: str, names: Iterable[tuple[int, int]] = ()) -> list[Village]:
    """The villages that the reading text names, in order; nothing is read inside `names`, spans of other names."""
    taken = Spans((start, end, "name") for start, end in names)
    found = [one for one in _candidates(text) if not taken.cover(one.start, one.start + 1)]
    sure = {one.stem for one in found if one.sure}
    kept = {(one.start, one.end): one for one in found if one.sure or one.stem in sure}
    return _in_rows(text, sorted(kept.values(), key=lambda one: one.start))


def _in_rows(text: str, found: Sequence[_Found]) -> list[Village]:
    """The names, numbered by the rows they stand in."""
    villages: list[Village] = []
    row = 0
    for one in found:
        if not villages or text[villages[-1].end : one.start] not in tuple(_row()["links"]):
            row += 1
        if not villages or one.start >= villages[-1].end:
            villages.append(Village(one.start, one.end, one.stem + one.kind, row))
    return villages


def _candidates(text: str) -> Iterator[_Found]:
    """Everything before a kind that could be a name, and the rows that a kind closes."""
    floor = 0
    for anchor in _anchor().finditer(text):
        at, end, kind = anchor.start(), anchor.end(), _kind(anchor[0])
        if _may_count(text, at):
            if row := _counted().search(text, max(0, at - _row()["longest"]), at):
                yield from _of_row(text, row, kind, _name()["nameable"])
        elif one := _before(text, floor, at, kind, end):
            yield _Found(one.start, end, one.stem, kind, one.sure)
            yield from _joined(text, one.start, kind)
        floor = end


def _before(text: str, floor: int, at: int, kind: str, end: int) -> _Found | None:
    """What may be a name right before `at`, beginning not before `floor`; its kind ends at `end`."""
    name = _name()
    run = _HAN.search(text, max(floor, at - name["around"]), at)
    if run is None:
        return None
    start, plain = _begin(text, run.start(), at)
    stem = text[start:at]
    if not name["shortest"] <= len(stem) <= name["longest"] or _is_generic(stem):
        return None
    if plain and len(stem) < name["longest"] - 1:
        return _Found(start, at, stem, kind, True)
    opened = start == 0 or text[start - 1] in name["openers"]
    word = kind != "社区" or stem in _auspicious()
    return _Found(start, at, stem, kind, opened and word and not text.startswith(tuple(name["common_behind"]), end))


def _begin(text: str, low: int, at: int) -> tuple[int, bool]:
    """Where the name begins that ends at `at`, and whether all its words are such as names are made of."""
    name = _name()
    start, plain = at, True
    for word in reversed(segment.words(text[low : at + 3], offset=low)):
        if word.start >= at:
            continue
        said = text[word.start : min(word.end, at)]
        if start < at and word.tag == "m":  # 五里庄村, but only where a name must begin: a count could stand there
            return word.start, False
        ends = start < at and (word.tag in name["stops"] or word.text.endswith(tuple(name["units"])))
        if ends or said in _leads():
            break
        plain = plain and (word.tag in name["nameable"] or word.end > at)
        start = word.start
    return start, plain


def _may_count(text: str, at: int) -> bool:
    """Whether what ends at `at` can be a count of villages; asked first because it is quick."""
    return text[at - 1 : at] in tuple(_name()["counts"]) or text.endswith(tuple(_row()["kinds"]), 0, at)


def _joined(text: str, at: int, kind: str) -> Iterator[_Found]:
    """The bare names in one row with a village that begins at `at`: 石桥、大坪和(李家湾村)."""
    row = _open_row().search(text, max(0, at - _row()["longest"]), at)
    if row:
        yield from _of_row(text, row, kind, _name()["proper"])


def _of_row(text: str, row: re.Match[str], kind: str, tags: Sequence[str]) -> Iterator[_Found]:
    """The items of a row as names, if all but what leads up to the first are words of these parts of speech."""
    low = row.start("row")
    (first, end), *others = [(low + m.start(), low + m.end()) for m in _item().finditer(row["row"])]
    head = _before(text, first, end - len(_kind_of(text[first:end])), kind, end)
    if head is None:
        return
    items = [(head.start, end), *others]
    stems = [_without_kind(text[start:stop]) for start, stop in items]
    if all(_bare(stem, tags) for stem in stems) and any(_bare(stem, _name()["proper"]) for stem in stems):
        for (start, stop), stem in zip(items, stems, strict=True):
            yield _Found(start, stop, stem, _kind_of(text[start:stop]) or kind, True)


def _bare(stem: str, tags: Sequence[str]) -> bool:
    """Whether a stem alone is a name, all its words of these parts of speech."""
    if not _name()["shortest"] <= len(stem) < _name()["longest"] - 1 or _is_generic(stem):
        return False
    return stem[-1] in _row()["landforms"] or all(word.tag in tags for word in segment.words(stem))


def _kind_of(item: str) -> str:
    """The kind that an item itself ends with, "" for a bare name."""
    return next((kind for kind in table("places.toml")["kinds"] if item.endswith(kind)), "")


def _without_kind(item: str) -> str:
    return item.removesuffix(_kind_of(item))


def _is_generic(stem: str) -> bool:
    """Whether the words before a kind are never a name: 省级示范, 软弱涣散."""
    return stem not in _auspicious() and stem.endswith(tuple(_name()["generic"]))


@cache
def _name() -> dict[str, Any]:
    found: dict[str, Any] = table("places.toml")["name"]
    return found


@cache
def _row() -> dict[str, Any]:
    found: dict[str, Any] = table("places.toml")["row"]
    return found


@cache
def _leads() -> frozenset[str]:
    return frozenset(_name()["leads"])


@cache
def _auspicious() -> frozenset[str]:
    return frozenset(_name()["auspicious"])


@cache
def _anchor() -> re.Pattern[str]:
    """Matches a kind where a name may stand before it."""
    endings = sorted((e for ends in table("places.toml")["kinds"].values() for e in ends), key=len, reverse=True)
    return re.compile(rf"(?<![{_name()['not_before']}])(?:{'|'.join(endings)})(?!{'|'.join(_name()['not_behind'])})")


@cache
def _kind(ending: str) -> str:
    kinds: dict[str, list[str]] = table("places.toml")["kinds"]
    return next(kind for kind, endings in kinds.items() if ending in endings)


@cache
def _item() -> re.Pattern[str]:
    return re.compile(f"[^{_row()['links']}]+")


@cache
def _counted() -> re.Pattern[str]:
    """Matches a row of items and the count behind it, at the end of what is searched."""
    links = _row()["links"]
    return re.compile(
        rf"(?P<row>(?:[\u3400-\u9fff]{{2,12}}[{links}])+[\u3400-\u9fff]{{2,7}}?){_row()['count']}(?:{'|'.join(_row()['kinds'])})?$"
    )


@cache
def _open_row() -> re.Pattern[str]:
    """Matches items with a link behind each, at the end of what is searched."""
    links = _row()["links"]
    return re.compile(rf"(?P<row>[\u3400-\u9fff]{{2,12}}(?:[{links}][\u3400-\u9fff]{{2,5}})*)[{links}]$")
