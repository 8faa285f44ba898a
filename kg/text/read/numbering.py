"""The numbers that Word puts in front of paragraphs by itself (一、 （一） 1.), which are not in their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.parts.document import DocumentPart
from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


def _chinese(number: int) -> str:
    """A number as Chinese lists count: 一, 十, 十二, 二十, a hundred and more digit by digit."""
    if number >= 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones or not tens else "")


def _roman(number: int) -> str:
    values = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    letters = ""
    for value, letter in values:
        letters += letter * (number // value)
        number %= value
    return letters


def _ring(first: str, most: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= most else str(number)


_letter = _ring("A", 26)
# ECMA-376 part 1, 17.18.59 (ST_NumberFormat); all others count in digits
_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "japaneseCounting"), _chinese),
    **dict.fromkeys(("taiwaneseCountingThousand", "ideographDigital", "koreanDigital2"), _chinese),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _ring("①", 20)),
    "decimalEnclosedParen": _ring("⑴", 20),
    "decimalEnclosedFullstop": _ring("⒈", 20),
    "ideographEnclosedCircle": _ring("㈠", 10),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    **dict.fromkeys(("bullet", "none"), lambda number: ""),
}


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list counts: from `start`, in a format, and `text` with %1 … for the numbers of the levels."""

    start: int
    format: str
    text: str


class Numbering:
    """Counts the lists of one document; ask for the labels of its paragraphs in their order."""

    def __init__(self, part: DocumentPart) -> None:
        roots = {rel.reltype: rel.target_part for rel in part.rels.values() if not rel.is_external}
        numbering = roots.get(RELATIONSHIP_TYPE.NUMBERING)
        styles = roots.get(RELATIONSHIP_TYPE.STYLES)
        self._lists = dict(_lists(numbering.element)) if numbering is not None else {}
        self._styles = dict(_styles(styles.element)) if styles is not None else {}
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, paragraph: Element) -> str:
        """What Word shows in front of a w:p, "" where it is in no numbered list."""
        properties = paragraph.find(f"{_W}pPr")
        number, depth = self._place(properties) if properties is not None else ("", 0)
        levels = self._lists.get(number, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(number, {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        label = _PLACE.sub(lambda place: self._shown(levels, counts, int(place[1]) - 1), levels[depth].text)
        if levels[depth].format == "bullet":
            return ""
        return label + " " if label[-1:].isascii() and label else label

    def _place(self, properties: Element) -> tuple[str, int]:
        """(list, level) of a paragraph, from itself or its style; list 0 takes a paragraph out of its style's."""
        own = _numbered(properties)
        style = _value(properties.find(f"{_W}pStyle"))
        inherited = self._styles.get(style or "", ("", 0))
        if own is None:
            return inherited
        return own if own[0] else (inherited[0], own[1])

    @staticmethod
    def _shown(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        if depth not in levels:
            return ""
        number = counts.get(depth, levels[depth].start)
        return _FORMATS.get(levels[depth].format, str)(number)


def _value(element: Element | None) -> str | None:
    return element.get(f"{_W}val") if element is not None else None


def _numbered(properties: Element) -> tuple[str, int] | None:
    """(list, level) as properties state it."""
    found = properties.find(f"{_W}numPr")
    if found is None:
        return None
    return _value(found.find(f"{_W}numId")) or "", int(_value(found.find(f"{_W}ilvl")) or 0)


def _lists(root: Element) -> Iterator[tuple[str, dict[int, _Level]]]:
    """The lists of a document with their levels."""
    kinds = {kind.get(f"{_W}abstractNumId"): dict(_levels(kind)) for kind in root.findall(f"{_W}abstractNum")}
    for number in root.findall(f"{_W}num"):
        levels = dict(kinds.get(_value(number.find(f"{_W}abstractNumId")), {}))
        for override in number.findall(f"{_W}lvlOverride"):
            levels |= dict(_levels(override))
        yield number.get(f"{_W}numId") or "", levels


def _levels(parent: Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.findall(f"{_W}lvl"):
        start, form, text = (_value(level.find(f"{_W}{name}")) for name in ("start", "numFmt", "lvlText"))
        yield int(level.get(f"{_W}ilvl") or 0), _Level(int(start or 1), form or "decimal", text or "")


def _styles(root: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """Paragraph styles that number, those that inherit it included."""
    styles = {style.get(f"{_W}styleId") or "": style for style in root.findall(f"{_W}style")}
    for name in styles:
        seen: set[str] = set()
        at = name
        while at in styles and at not in seen:
            seen.add(at)
            properties = styles[at].find(f"{_W}pPr")
            if properties is not None and (found := _numbered(properties)):
                yield name, found
                break
            at = _value(styles[at].find(f"{_W}basedOn")) or ""
