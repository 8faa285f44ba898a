"""What page and word processors leave in a text: entities, tags, field codes, invisible characters, odd glyphs."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from kg.lexicon import table
from kg.text.repair.draft import Draft, Edit

_BREAK = "\r\x0b\x85\u2028\u2029"
# Control characters, soft hyphens, zero-width and directional marks, variation selectors, byte-order marks.
_UNSEEN = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_HALF = "\ud800-\udfff"  # of a surrogate pair: no character at all
_GLYPH = "\u2e80-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f"  # radicals and compatibility ideographs

_BREAKS = re.compile(f"\r\n|[{_BREAK}]")
_UNSEENS = re.compile(f"[{_UNSEEN}]+")
_HALVES = re.compile(f"[{_HALF}]")
_GLYPHS = re.compile(f"[{_GLYPH}]+")
_A_GLYPH = re.compile(f"[{_GLYPH}]")  # is looked for faster than a row of them
_ENTITY = re.compile(r"&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|&nbsp")
_TAG = re.compile(
    r"</?(?:p|br|div|tr|li|h[1-6]|span|font|b|strong|em|i|u|a|img|td|table|tbody|ul|ol|center|o:p)(?:[\s/][^<>]*)?>"
    r"|<!--.{0,2000}?-->",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(r"<(?:/(?:p|div|tr|li|h[1-6])|br)\b", re.IGNORECASE)
_QUOTED = r'["“”][^"“”\n]*["“”]'
_SWITCHES = r"(?:[ \t]*\\(?:[a-z]|\*[ \t]*[A-Z]+))*"
_FIELD = re.compile(
    r"\[bookmark[:：][^\]\n]{0,200}\]"
    rf"|(?<![A-Za-z])(?:HYPERLINK|INCLUDEPICTURE)[ \t]*(?:\\[a-z][ \t]*)*{_QUOTED}{_SWITCHES}"
    rf"|(?<![A-Za-z])(?:PAGEREF|NOTEREF|REF)[ \t]+_[A-Za-z0-9_]+{_SWITCHES}"
    rf"|(?<![A-Za-z])TOC[ \t]+\\[a-z](?:[ \t]*(?:\\[a-z]|{_QUOTED}))*"
    r"|(?<![A-Za-z])(?:(?:PAGE|NUMPAGES|SEQ[ \t]+\w+)[ \t]*)?\\\*[ \t]*MERGEFORMAT(?:INET)?"
    r"|(?<![A-Za-z])(?:EMBED|ADDIN)[ \t]+[A-Z][A-Za-z0-9_.]+"
)
_FIELD_WORDS = ("[bookmark", "LINK", "INCLUDEPICTURE", "REF", "TOC", "MERGEFORMAT", "EMBED", "ADDIN")
_CAPITAL = re.compile(r"[A-Z\[]")  # in every one of them
_SIGNS = re.compile(f"[&<{_BREAK}{_UNSEEN}{_HALF}]")  # a text without these needs field codes looked for only


def clear(draft: Draft) -> None:
    """Take entities, tags, field codes and invisible characters out of the draft.

    Line breaks of all kinds become "\\n", but form feeds stay; halves of surrogate pairs become U+FFFD.
    """
    if _SIGNS.search(draft.text):
        _each(draft, _ENTITY, _decoded, "entity")
        _each(draft, _TAG, _untagged, "markup")
        draft.replace(_HALVES.sub("\ufffd", draft.text))
        _each(draft, _BREAKS, lambda found: "\n", "")
        _each(draft, _UNSEENS, lambda found: "", "")
    if _CAPITAL.search(draft.text) and any(word in draft.text for word in _FIELD_WORDS):
        _each(draft, _FIELD, lambda found: "", "markup")


def ordinary(draft: Draft) -> None:
    """Make radicals and compatibility ideographs ordinary characters.

    Slipped bytes make such glyphs too, so they have to be mended before.
    """
    if _A_GLYPH.search(draft.text):
        _each(draft, _GLYPHS, _unified, "radical")


def _each(draft: Draft, pattern: re.Pattern[str], new: Callable[[str], str], kind: str) -> None:
    """Put new(what was found) in the place of everything that `pattern` finds."""
    found = ((m.start(), m.end(), m[0], new(m[0])) for m in pattern.finditer(draft.text))
    draft.edit([Edit(start, end, after, kind) for start, end, before, after in found if after != before])


def _decoded(entity: str) -> str:
    """The characters that an entity stands for, also where it was escaped more than once."""
    while (plain := html.unescape(entity)) != entity:
        entity = plain
    return entity


def _untagged(tag: str) -> str:
    return "\n" if _BLOCK.match(tag) else ""


@cache
def _radicals() -> dict[int, int]:
    glyphs = table("repair_tables.toml")["glyphs"]
    return str.maketrans(glyphs["from"], glyphs["to"])


def _unified(glyphs: str) -> str:
    """The ordinary characters that radicals and compatibility ideographs stand for."""
    return unicodedata.normalize("NFKC", glyphs.translate(_radicals()))
