"""Text that was decoded in the wrong encoding: 涓€銆佸伐浣 is 一、工作 in UTF-8 read as GBK, ¹¤×÷ is 工作.

The way back: the characters become the bytes they were decoded from, and these are decoded anew. Bytes that the wrong
decoder could not read stand as U+FFFD or ?, or are gone; of the characters that they leave open, the one that fits
best is taken. A stretch is exchanged only where it then reads much better (kg.text.repair.language).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from heapq import nsmallest
from itertools import product
from math import prod
from operator import contains, itemgetter
from typing import NamedTuple

from kg.text.repair.draft import Draft, Edit
from kg.text.repair.language import bigrams, is_unusual, looks_odd, unusual

_UTF8, _GBK, _BIG5 = "utf-8", "gb18030", "big5hkscs"
_LATIN = "cp1252"  # what it has no character for is read as Latin-1
_WRONG_WAYS = {  # how it was decoded → how it should have been
    _GBK: (_UTF8, _BIG5),
    _BIG5: (_UTF8, _GBK),
    _LATIN: (_UTF8, _GBK, _BIG5),
}
_SPECIALS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # of Windows-1252, where Latin-1 has control characters
_LATINS = re.compile(f"[\t -~\x80-\xff{_SPECIALS}\ufffd]+")
_PAIR = f"[\x80-\xff{_SPECIALS}\ufffd]{{2}}"
_FOREIGN = re.compile(rf"{_PAIR}[\t -~]*{_PAIR}")  # no language writes so
_UNREADABLE = "\ufffd"
_TRAILS = bytes(range(0x80, 0xC0))  # of UTF-8
_ANY = {_UTF8: _TRAILS, _GBK: bytes(range(0x40, 0xFF)), _BIG5: bytes(range(0x40, 0xFF))}
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # in Windows-1252
_HAN_LEADS = bytes(range(0xE4, 0xEA))  # of Chinese characters in UTF-8
_MOST = 256  # ways to fill in lost bytes that are tried; where there are more, only the marks are
_MARKS = "，。、“”；：（）《》—？！…‘’"
_WIDTH = 16  # texts followed from each character to the next
_READABLE = 8.5  # nats a character: what comes out must not be dearer
_GAIN = 12.0  # nats that must be won
_SHARE = 6  # of so many characters, ASCII aside, one is odd at least
_RUINED = 2  # of so many characters one is unreadable at most, and of so many decoded anew one odd or open


class Byte(NamedTuple):
    """One byte of the original text, or all that it may have been; `at` is the draft offset it is read from."""

    may_be: bytes
    at: int


class Character(NamedTuple):
    """One character decoded anew, or all that it may be, from the draft span [start, end)."""

    may_be: str
    start: int
    end: int


_Before = tuple[float, str, "_Before | None"]  # a way to fill in the gaps: its cost, last character, and before it


def redecode(draft: Draft) -> None:
    """Decode anew what was decoded in the wrong encoding; leaves one record, "mojibake", for each stretch."""
    if is_unusual(draft.text):
        draft.edit(_edits(draft.text))


def _edits(text: str) -> Iterator[Edit]:
    start = 0
    for line in text.split("\n"):
        if looks_odd(line):
            whole = _best(line, start, _GBK) or _best(line, start, _BIG5)
            runs = [] if whole else (run for run in _LATINS.finditer(line) if _FOREIGN.search(run[0]))
            yield from filter(None, (whole, *(_best(run[0], start + run.start(), _LATIN) for run in runs)))
        start += len(line) + 1


def _best(stretch: str, at: int, wrong: str) -> Edit | None:
    """The best way to read a stretch that was decoded as `wrong`, if one is much better than the stretch itself."""
    foreign = sum(not character.isascii() for character in stretch)
    if foreign > _SHARE * len(unusual(stretch)) or stretch.count(_UNREADABLE) * _RUINED > foreign:
        return None
    read = [_reading(stretch, at, wrong, right) for right in _WRONG_WAYS[wrong]]
    best = min((edit for edit in read if edit), key=lambda edit: _cost(edit.new), default=None)
    if best is None or looks_odd(best.new):
        return None
    cost = _cost(best.new)
    return best if cost <= _READABLE * len(best.new) and cost + _GAIN <= _cost(stretch) else None


def _cost(text: str) -> float:
    """How dear the language finds a line, in nats."""
    return sum(map(bigrams().cost, "\n" + text, text + "\n"))


def _reading(stretch: str, at: int, wrong: str, right: str) -> Edit | None:
    """`stretch` decoded as `right` from the bytes it has in `wrong`; None where it cannot come from such bytes."""
    code: list[Byte] = []
    for place, character in enumerate(stretch, at):
        made = _bytes(character, wrong, right)
        if made is None:
            return None
        code += (Byte(may_be, place) for may_be in made)
    read = list(_decoded(code, right))
    if sum(len(character.may_be) > 1 or bool(unusual(character.may_be)) for character in read) * _RUINED > len(read):
        return None
    new = _chosen([character.may_be for character in read])
    return Edit(at, at + len(stretch), new, "mojibake", tuple((c.start, c.end) for c in read))


@cache
def _bytes(character: str, wrong: str, right: str) -> tuple[bytes, ...] | None:
    """What each byte may be that `character` was decoded from; None for a character that `wrong` does not have."""
    if character == _UNREADABLE:
        return (_UNDEFINED if wrong == _LATIN else _ANY[right],)
    if wrong == _LATIN and character <= "\xff":
        return (bytes((ord(character),)),)
    code = b"\x80" if wrong == _GBK and character == "€" else character.encode(wrong, "ignore")
    return tuple(bytes((byte,)) for byte in code) if 1 <= len(code) <= 2 else None


def _decoded(code: Sequence[Byte], right: str) -> Iterator[Character]:
    """The characters of the bytes; each takes as many as its first byte says, whatever became of the others."""
    at = 0
    while at < len(code):
        may_be, taken = _utf8_at(code, at) if right == _UTF8 else _double_at(code, at, right)
        yield Character(may_be, code[at].at, code[at + taken - 1].at + 1)
        at += taken


def _utf8_at(code: Sequence[Byte], at: int) -> tuple[str, int]:
    """What the character of UTF-8 at a place of the bytes may be, and how many of them it takes."""
    lead = code[at].may_be
    if lead[0] < 0x80:
        return chr(lead[0]), 1
    size = 4 if lead[0] >= 0xF0 else 3 if lead[0] >= 0xE0 else 2 if lead[0] >= 0xC2 else 0
    trails = [trail for byte in code[at + 1 : at + max(size, 3)] if (trail := _trail(byte.may_be, _TRAILS))]
    if size == 0 and len(trails) == 1:  # two bytes whose lead is lost
        return _made((_HAN_LEADS, lead, *trails)), 2
    if size and len(trails) < size - 1:  # some are gone without a trace, those in front as likely as those behind
        gone = (_TRAILS,) * (size - 1 - len(trails))
        return _made((lead, *gone, *trails)) + _made((lead, *trails, *gone)), 1 + len(trails)
    taken = max(size - 1, 0)
    return _made((lead, *trails[:taken])), 1 + min(taken, len(trails))


def _double_at(code: Sequence[Byte], at: int, right: str) -> tuple[str, int]:
    """The same for an encoding that writes a Chinese character in two bytes."""
    lead = code[at].may_be
    if lead[0] < 0x80 and len(lead) == 1:
        return chr(lead[0]), 1
    trail = _trail(code[at + 1].may_be, _ANY[right]) if at + 1 < len(code) else b""
    return _made((lead, trail or _ANY[right]), right), 2 if trail else 1


def _trail(may_be: bytes, trails: bytes) -> bytes:
    """What of a byte can be a trail byte; a question mark is what a decoder put in the place of any."""
    return trails if may_be == b"?" else bytes(byte for byte in may_be if byte in trails)


@lru_cache(maxsize=50_000)
def _made(code: tuple[bytes, ...], encoding: str = _UTF8) -> str:
    """All that the bytes may be: the usual characters where there is a choice, U+FFFD where there is nothing."""
    if prod(map(len, code)) > _MOST:
        marks = zip(_MARKS, (mark.encode(encoding) for mark in _MARKS), strict=True)
        made = [mark for mark, spelt in marks if len(spelt) == len(code) and all(map(contains, code, spelt))]
        return "".join(made) or _UNREADABLE
    made = [bytes(one).decode(encoding, "ignore") for one in product(*code)]
    made = [character for character in made if len(character) == 1]
    usual = [character for character in made if len(made) > 1 and not unusual(character)]
    return "".join(usual or made) or _UNREADABLE


def _chosen(options: Iterable[str]) -> str:
    """The cheapest text of which each character is one of the options."""
    paths: list[tuple[float, str, _Before | None]] = [(0.0, "\n", None)]
    for may_be in (*options, "\n"):
        reached = [
            min(((path[0] + bigrams().cost(path[1], character), character, path) for path in paths), key=itemgetter(0))
            for character in may_be
        ]
        paths = nsmallest(_WIDTH, reached, key=itemgetter(0))
    return _spelt(paths[0][2])


def _spelt(path: _Before | None) -> str:
    """The characters of a path, without the line break that it begins with."""
    characters: list[str] = []
    while path is not None:
        characters.append(path[1])
        path = path[2]
    return "".join(characters[-2::-1])
