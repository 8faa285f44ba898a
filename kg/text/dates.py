"""Dates that a page gives: when the report was delivered, signed or published."""

from __future__ import annotations

import re

from kg.text import metadata
from kg.text.lines import Line, Page

DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(?:(\d{1,2})\s*日?)?)?")
CHINESE_DATE = re.compile(
    r"([二一][〇零○OＯ0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")  # 20220105, as in dumps
REST_OF_DATE = re.compile(r".?|\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d)?")  # a bracket, or the hour of a web page
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "Ｏ": 0, "0": 0}
BEHIND = re.compile(r"[一-鿿\s：:]{2,30}?[\s，（(]*(\S{6,12}[日月]|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})[）)]?")
DELIVERED = re.compile(r"会议?上|大会|全会|会议")
SIGNED = re.compile(r"^[（(]?\s*(?:19|20)\d\d\s*年[^。]{0,12}[）)]$|(?:县长|区长|镇长|乡长|市长|省长|书记|主任|主席)")
NEAR = (8, 4)  # lines at the start and at the end where a report is dated


def date_in(text: str) -> str | None:
    """The first date in `text` as ISO 8601, as precise as it is written; None where there is none."""
    if found := DATE.search(text) or COMPACT.search(text):
        year, month, day = found[1], int(found[2]), int(found[3] or 0)
        return _iso(year, month, day)
    if found := CHINESE_DATE.search(text):
        return _iso(numeral(found[1]), _small(found[2]), _small(found[3]) if found[3] else 0)
    return None


def numeral(text: str) -> str:
    """A year in Chinese numerals, digit for digit (二〇二一)."""
    return "".join(str(DIGITS[c]) for c in text)


def _iso(year: str, month: int, day: int) -> str | None:
    if not 1 <= month <= 12 or day > 31:
        return None
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"


def _small(text: str) -> int:
    """A Chinese numeral up to 99."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return DIGITS[text[-1]]
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def issued(page: Page) -> tuple[str | None, bool]:
    """When it was issued, and whether the report says so itself: a line of its own, else the page's own date."""
    for line in (*page.lines[: NEAR[0]], *page.lines[max(NEAR[0], len(page.lines) - NEAR[1]) :]):
        if found := _dated(line):
            return found, True
    keys = sorted(metadata.keys("dates"), key=metadata.preferred)
    values = (page.fields.get(key) for key in (*keys, "date"))
    return next((found for value in values if value and (found := date_in(value))), None), False


def _dated(line: Line) -> str | None:
    """The date of a line that is only a date, or says where the report was delivered and by whom."""
    bare = line.text.strip("（）()【】 —-－")
    dated = DATE.match(bare) or CHINESE_DATE.match(bare)
    if dated is None:
        behind = _at_the_end(bare)
        return date_in(behind) if behind else None
    rest = bare[dated.end() :]
    told = len(bare) <= 80 and (DELIVERED.search(rest) or SIGNED.search(line.text))
    return date_in(bare) if told or REST_OF_DATE.fullmatch(rest) else None


def _at_the_end(bare: str) -> str | None:
    """The date behind the name of the organ or the speaker that signs (某镇人民政府 2021年12月30日)."""
    found = BEHIND.fullmatch(bare)
    return found[1] if found and (DATE.fullmatch(found[1]) or CHINESE_DATE.fullmatch(found[1])) else None
