"""Dates that a page gives, and the years that a report looks back on and ahead to."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from kg.lexicon import table
from kg.text.lines import Page

DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(?:(\d{1,2})\s*日?)?)?")
CHINESE_DATE = re.compile(
    r"([二一][〇零○OＯ0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
REST_OF_DATE = re.compile(r".?|\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d)?")  # a bracket, or the hour of a web page
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "Ｏ": 0, "0": 0}
YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
YEARS_IN_TITLE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SPRING = "04"  # reports to the congress are given in the first months, about the year before
WINTER = "11"  # a summary signed in the last months is about the year itself
HEADING = re.compile(r"[一二三四五六]、|（[一二三]）|第[一二三]部分|20\d\d年")


def date_in(text: str) -> str | None:
    """The first date in `text` as ISO 8601, as precise as it is written; None where there is none."""
    if found := DATE.search(text):
        year, month, day = found[1], int(found[2]), int(found[3] or 0)
        return _iso(year, month, day)
    if found := CHINESE_DATE.search(text):
        year = "".join(str(DIGITS[c]) for c in found[1])
        return _iso(year, _small(found[2]), _small(found[3]) if found[3] else 0)
    return None


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


def issued(page: Page) -> str | None:
    """When it was issued: a line that is only a date, the delivery line, a signature, or the page's own date."""
    for line in (*page.lines[:8], *page.lines[-3:]):
        bare = line.text.strip("（）() —-")
        dated = DATE.match(bare) or CHINESE_DATE.match(bare)
        if dated and (REST_OF_DATE.fullmatch(bare, dated.end()) or re.search(r"会议?上|大会", bare)):
            return date_in(bare)
    fields = (page.fields.get(key) for key in table("outline.toml")["issuer"]["dates"])
    return next((date_in(value) for value in fields if value), None)


def years(page: Page, title: str | None, date: str | None) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for: from headings, then the title, then the date, then the text."""
    review, plan = _of_headings(page)
    if title and (named := [int(y) for y in YEARS_IN_TITLE.findall(title)]):
        review, plan = _of_title(page, title, named, date, review, plan)
    if review is None and plan is None and date:
        spoken = int(date[:4])
        review = spoken if date[5:7] >= WINTER and not _more_often(page, spoken - 1, spoken) else spoken - 1
    if review is None:
        review = plan - 1 if plan is not None else _commonest(page)
    if plan is None and review is not None and _has_plan(page):
        plan = review + 1
    return review, plan


def _of_title(
    page: Page, title: str, named: list[int], date: str | None, review: int | None, plan: int | None
) -> tuple[int | None, int | None]:
    """A title's years: 2021年总结及2022年计划 names both; 2022年政府工作报告, given in 2022, tells of 2021."""
    delivered = len(named) == 1 and title.endswith("工作报告") and "年度" not in title
    if not delivered:
        return review or named[0], plan or (named[1] if len(named) > 1 else None)
    in_spring = date is not None and date[:4] == str(named[0]) and date[5:7] <= SPRING
    if in_spring or (review is None and plan is None and not _more_often(page, named[0], named[0] - 1)):
        return review or named[0] - 1, plan or named[0]
    return review or (named[0] if plan is None else None), plan


@cache
def _parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    parts = table("outline.toml")["parts"]
    return re.compile("|".join(parts["review"])), re.compile("|".join(parts["plan"]))


def _of_headings(page: Page) -> tuple[int | None, int | None]:
    """The years that the headings of the looking-back and the planning part name."""
    back, ahead = _parts()
    review = plan = None
    for line in page.lines:
        heading = len(line.text) <= 45 and "。" not in line.text.rstrip("。") and HEADING.match(line.text)
        found = YEARS_IN_TITLE.search(line.text) if heading else None
        if found is None:
            continue
        if ahead.search(line.text):
            plan = plan or int(found[1])
        elif back.search(line.text):
            review = review or int(found[1])
    return review, plan


def _has_plan(page: Page) -> bool:
    """Whether a heading opens a planning part."""
    ahead = _parts()[1]
    return any(len(x.text) < 45 and HEADING.match(x.text) and ahead.search(x.text) for x in page.lines)


def _more_often(page: Page, one: int, other: int) -> bool:
    """Whether the year `one` is named more often than `other`."""
    text = "".join(line.text for line in page.lines)
    return text.count(f"{one}年") > text.count(f"{other}年")


def _commonest(page: Page) -> int | None:
    named = Counter(int(y) for line in page.lines for y in YEAR.findall(line.text))
    return min(named, key=lambda y: (-named[y], y)) if named else None
