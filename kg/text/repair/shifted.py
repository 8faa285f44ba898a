"""Text whose GBK bytes slipped: one byte 0xA1 was lost, and what followed was decoded in the wrong pairs.

``。ㄒ唬┮詫W習`` is ``（一）以學習`` behind a lost A1: A1|A3A8 D2BB A3A9 D2D4 8C57 read as A1A3 A8D2 BBA3 A9D2 D48C 57.
The way back is the cheapest path through the characters of a line, each of which goes as its bytes through a
decoder that may at every step do what the damage did, at a price:

* put back a lost A1, before a character or in the middle of it;
* read an ASCII character as the full-width one it was folded from (F as A3C6);
* put back a trail byte that a decoder threw away, because as a lead it formed nothing with what followed (an ASCII
  character above all); where a pinyin note stands, characters that are read so come first;
* leave out a byte.

What comes out is priced by how well its characters follow each other (kg.text.repair.language) and by whether
the pinyin notes fit the characters they stand behind. The path that changes nothing is always among them, so a
line changes only where the language gains more than the repair costs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from kg.text.repair.language import bigrams, readings

_A1 = 0xA1
# Prices in nats. Losses are one in a thousand characters and rarer; the rest was chosen on reports broken on purpose.
_LOST = 4.0
_TRAIL = 3.0
_DROPPED, _NO_LEAD = 2.0, 0.5  # a trail byte that forms nothing as a lead in GBK; 0x80, which never does
_LEFT_OUT = 14.0
_FOLDED = 1.0
_MISREAD = 16.0  # a note that does not fit its character
_UNUSUAL = 6.0  # a note that fits, but stands behind other characters in the rest of the text
_WIDTH, _DEPTH = 8, 16.0  # paths followed from each character, and how much worse than the best they may be
_GUESSES = 16  # characters tried for a lost trail byte
_A1_MARKS = "。、“”《》"  # a lone unreadable byte may be the rest of one of these
_MARKS = _A1_MARKS + "，；：？！（）"
UNREADABLE = "\ufffd"  # what decoders put in the place of bytes they cannot read


class Item(NamedTuple):
    """One character of a line at `at` (a draft offset), and the pinyin `note` behind it, "" for none.

    `usual` are the characters that have this note elsewhere in the text: pages annotate a character always or never.
    """

    character: str
    at: int
    note: str = ""
    usual: frozenset[str] = frozenset()


class Step(NamedTuple):
    """One character of a path, read from the draft span [start, end)."""

    before: Step | None
    character: str
    start: int
    end: int


class Path(NamedTuple):
    """A way to read a line so far: its price, its last step, the byte that waits for its trail (-1) and from where."""

    price: float
    step: Step
    waiting: int = -1
    origin: int = -1


@cache
def _pairs() -> dict[int, str]:
    """Every two-byte code of GB18030, as lead * 256 + trail → its character."""
    codes = ((lead, trail) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F)
    return {lead << 8 | trail: bytes((lead, trail)).decode("gb18030") for lead, trail in codes}


@cache
def _by_lead(lead: int) -> tuple[str, ...]:
    """The Chinese characters and common marks whose code begins with `lead`."""
    return tuple(c for code, c in _pairs().items() if code >> 8 == lead and _common(c))


def _common(character: str) -> bool:
    return "一" <= character <= "鿿" or character in _MARKS


@cache
def _codes(character: str) -> bytes:
    """The two bytes that a character had before it was decoded and folded to ASCII; none for any other."""
    if character == " ":
        return bytes((_A1, _A1))
    code = bytes((0xA3, ord(character) | 0x80)) if "!" <= character <= "~" else character.encode("gb18030", "ignore")
    return code if len(code) == 2 else b""


@lru_cache(maxsize=50_000)
def _guesses(last: str, lead: int, note: str) -> tuple[str, ...]:
    """The likeliest characters behind `last` that begin with `lead` and, if there is a note, are read like it."""
    fitting = [made for made in _by_lead(lead) if not note or made in readings().get(note, ())]
    return tuple(sorted(fitting, key=lambda made: bigrams()[last + made])[:_GUESSES])


@cache
def _dropped_before(lead: int, byte: int) -> tuple[tuple[str, float], ...]:
    """The characters that begin with `lead` and whose trail byte, read as a lead, forms nothing with `byte` in GBK.

    Out of step, decoders drop such a trail byte and are in step again. Each comes with its price.
    """
    trails = [trail for trail in range(0x80, 0xFF) if len(bytes((trail, byte)).decode("gbk", "ignore")) != 1]
    made = [(_pairs().get(lead << 8 | trail, ""), _DROPPED if trail > 0x80 else _NO_LEAD) for trail in trails]
    return tuple((character, price) for character, price in made if character and _common(character))


@lru_cache(maxsize=50_000)
def _dropped(last: str, lead: int, byte: int) -> tuple[tuple[float, str], ...]:
    """Of `_dropped_before` those that can be among the paths followed, priced as they stand behind `last`."""
    costs = bigrams()
    priced = [(price + costs[last + made], made) for made, price in _dropped_before(lead, byte)]
    return tuple(sorted(priced)[:_WIDTH])


@cache
def _ending_in_a1() -> frozenset[str]:
    """The Chinese characters whose trail byte is A1."""
    return frozenset(c for code, c in _pairs().items() if code & 0xFF == _A1 and "一" <= c <= "鿿")


def reread(stretch: Sequence[Item], *, before: str, after: str) -> list[Step]:
    """The cheapest reading of a stretch of text, which must not be empty.

    `before` and `after` are the characters that enclose it, line breaks where a line begins and ends.
    """
    start = Step(None, before, stretch[0].at, stretch[0].at)
    paths = [Path(0.0, start)]
    for item in stretch:
        paths = _best(_read(paths, item))
        if item.note:
            paths = _best(_heed(paths, item.note, item.usual))
    end = stretch[-1].at + 1
    whole = _close(paths) if after == "\n" else map(_leave_out, paths)
    step = min((_write(path, after, end, end) for path in whole), key=itemgetter(0)).step.before
    steps = []
    while step is not None and step is not start:
        steps.append(step)
        step = step.before
    return steps[::-1]


def _best(paths: Iterable[Path]) -> list[Path]:
    """The paths worth following: of those that end alike the cheapest, of these a few."""
    found: dict[tuple[int, str], Path] = {}
    for path in paths:
        key = (path.waiting, path.step.character)
        other = found.get(key)
        if other is None or path.price < other.price:
            found[key] = path
    ranked = sorted(found.values(), key=itemgetter(0))[:_WIDTH]  # by price
    return [path for path in ranked if path.price <= ranked[0].price + _DEPTH]


def _read(paths: list[Path], item: Item) -> Iterator[Path]:
    """Every way to read `item` behind the paths."""
    character, at, code = item.character, item.at, _codes(item.character)
    if code:
        read = _feed(_best(_feed(paths, code[0], at)), code[1], at)
        if character.isascii():  # the other ways to read the wide form; by itself it is no other character
            wide = code.decode("gb18030")
            read = (p._replace(price=p.price + _FOLDED) for p in read if p.step.character != wide or p.waiting >= 0)
        yield from read
    if character.isascii() or not code:
        yield from (_write(path, character, at, at + 1) for path in _close(paths))
    if character == UNREADABLE:
        # the trail byte of what waits: that it was dropped (see _dropped_before and _close) is no guess then
        yield from (path._replace(price=path.price - _DROPPED) for path in paths if path.waiting >= 0)
        yield from (_write(path, mark, at, at + 1, _LOST) for path in paths if path.waiting < 0 for mark in _A1_MARKS)
    for path in paths:
        if path.waiting >= 0 and (made := _pairs().get(path.waiting << 8 | ord(character))) and character.isascii():
            yield _write(path, made, path.origin, at + 1)


def _feed(paths: Iterable[Path], byte: int, at: int) -> Iterator[Path]:
    """The paths behind one more byte, with and without a lost A1 before it."""
    limit = math.inf  # what `_best` would leave out is not made
    for path in paths:
        if path.waiting < 0:
            read = _open(path, byte, at)
            if made := _pairs().get(_A1 << 8 | byte):
                yield _write(path, made, at, at + 1, _LOST)
        elif made := _pairs().get(path.waiting << 8 | byte):
            read = _write(path, made, path.origin, at + 1)
        else:
            read = _open(_leave_out(path), byte, at)
        yield read
        limit = min(limit, read.price + _DEPTH)
        if path.waiting >= 0:
            yield from _losses(path, byte, at, limit)


def _losses(path: Path, byte: int, at: int, limit: float) -> Iterator[Path]:
    """The paths on which the trail byte of what waits was lost in front of `byte`, none dearer than `limit`."""
    if made := _pairs().get(path.waiting << 8 | _A1):
        yield _open(_write(path, made, path.origin, path.origin + 1, _LOST), byte, at)
    if path.origin < at:
        for price, made in _dropped(path.step.character, path.waiting, byte):
            if path.price + price > limit:
                break
            step = Step(path.step, made, path.origin, path.origin + 1)
            yield _open(Path(path.price + price, step), byte, at)


def _leave_out(path: Path) -> Path:
    """The path without the byte that waits, if one does."""
    return path if path.waiting < 0 else Path(path.price + _LEFT_OUT, path.step)


def _open(path: Path, byte: int, at: int) -> Path:
    """The path with `byte` as the first of a character; an ASCII byte is one by itself."""
    if byte < 0x80:
        return _write(path, chr(byte), at, at + 1)
    return Path(path.price, path.step, byte, at)


def _close(paths: Iterable[Path], note: str = "") -> Iterator[Path]:
    """The paths with nothing waiting: the trail byte was lost, or the lead byte is left out.

    With a pinyin `note` only characters that are read so are tried, else those that follow best.
    """
    for path in paths:
        if path.waiting < 0:
            yield path
            continue
        waiting, origin = path.waiting, path.origin
        yield _leave_out(path)
        if made := _pairs().get(waiting << 8 | _A1):
            yield _write(path, made, origin, origin + 1, _LOST)
        for made in _guesses(path.step.character, waiting, note):
            yield _write(path, made, origin, origin + 1, _TRAIL)


def _heed(paths: Iterable[Path], note: str, usual: frozenset[str]) -> Iterator[Path]:
    """The paths in front of a pinyin note, dearer where it does not fit what they wrote last or not as it is `usual`.

    A character whose trail byte was the lost A1 may be missing altogether: 省(shěng) leaves only (shěng).
    """
    fitting = readings().get(note, frozenset())
    for path in _close(paths, note):
        if path.step.character in fitting:
            yield path if not usual or path.step.character in usual else path._replace(price=path.price + _UNUSUAL)
            continue
        yield path._replace(price=path.price + _MISREAD)
        for made in fitting & _ending_in_a1():
            yield _write(path, made, path.step.start, path.step.end, _LOST + _TRAIL)


def _write(path: Path, character: str, start: int, end: int, price: float = 0.0) -> Path:
    """The path with one more character, nothing waiting."""
    price += path.price + bigrams()[path.step.character + character]
    return Path(price, Step(path.step, character, start, end))
