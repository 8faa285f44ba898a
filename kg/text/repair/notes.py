"""Pinyin notes: the reading in brackets that some pages put behind a character, as in 關(guān)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from kg.text.repair.language import readings

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_MARKS = "\u0300\u0301\u0304\u030c"  # tone marks that combine with the letter before them
_LETTERS = "a-züɑɡ"
_NOTE = re.compile(rf"[(（](?<=[^\s(（][(（])([{_LETTERS}]*[{_TONES}{_MARKS}][{_LETTERS}]*)[)）]")
_WORN = re.compile(r"[(（](?<=[^\s(（][(（])([^()（）\s0-9一-鿿]{1,7})[)）]")
_LEAD, _LOST = b"\xa8", b"\xa1"  # together ā


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the draft at [start, end), brackets included; `syllable` is what it says."""

    start: int
    end: int
    syllable: str


def find(text: str) -> list[Note]:
    """The notes of `text` in order; where there are any, also those without a tone and those that lost a byte."""
    notes = [Note(m.start(), m.end(), syllable) for m in _NOTE.finditer(text) if (syllable := _known(m[1]))]
    if notes:
        taken = {note.start for note in notes}
        worn = (m for m in _WORN.finditer(text) if m.start() not in taken)
        notes += [Note(m.start(), m.end(), s) for m in worn if (s := _guess(text[m.start() - 1], m[1]))]
    return sorted(notes, key=lambda note: note.start)


def _known(syllable: str) -> str:
    """The syllable as the table of readings writes it, "" if it is none."""
    plain = unicodedata.normalize("NFC", syllable.replace("ɑ", "a").replace("ɡ", "g"))
    return plain if plain in readings() else ""


def _guess(character: str, note: str) -> str:
    """The syllable that a note without a tone mark stands for, "" if it is no note.

    It is a neutral tone (們(men)), or it had an ā, whose code A8A1 lost its second byte; then the first made another
    character with the letter behind it, or was dropped.
    """
    code = note.encode("gb18030", "ignore")
    mended = code.replace(_LEAD, _LEAD + _LOST).decode("gb18030", "ignore")
    if mended in readings() and (mended != note or len(note) > 1):
        return mended
    letters = note.replace("\ufffd", "")
    return next((reading for reading in _readings_of(character) if reading.replace("ā", "") == letters), "")


@cache
def _readings_of(character: str) -> tuple[str, ...]:
    return tuple(syllable for syllable, characters in readings().items() if character in characters)
