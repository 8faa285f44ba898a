"""The years that a report looks back on and ahead to, however it says them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.lexicon import table
from kg.text.dates import numeral
from kg.text.lines import Page

YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
NUMERAL = re.compile(r"([二一][〇零一二三四五六七八九]{3})(?=年)")
FIRST_YEAR = re.compile(r"(?:20\d\d|二[〇零一二三四五六七八九]{3})年")
SPAN = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—–~至到]+\s*((?:19|20)?\d\d)(?=\s*年)")
NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SPRING = "04"  # reports to the congress are given in the first months, about the year before
WINTER = "11"  # a summary signed in the last months is about the year itself
HEADING = re.compile(r"【|[一二三四五六]、|（[一二三]）|第[一二三]部分|#+ |20\d\d年|\d[.、]|下一?[步年阶]|今后|存在")
LONGEST_HEADING = 45
OPENING = 6  # lines in which a report says what it is on

Years = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Said:
    """What is known when the years are sought: the titles, best first, and the date (`own`: the report says it)."""

    titles: tuple[str, ...]
    date: str | None
    own: bool


@cache
def _cue(name: str) -> re.Pattern[str]:
    cues: dict[str, Any] = table("outline.toml")["years"]
    return re.compile(cues[name])


@cache
def _parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    groups = table("outline.toml")["parts"]
    cues = {p: "|".join(c for g in groups if g["part"] == p for c in g["cues"]) for p in ("review", "plan")}
    return re.compile(cues["review"]), re.compile(cues["plan"])


def years(page: Page, said: Said) -> Years:
    """The year reported on and the year planned for: from headings, then the title, the opening, the date, the text."""
    review, plan = _of_headings(page)
    title = next((t for t in said.titles if named_in(t)), "")
    if title:
        review, plan = _of_title(page, title, said.date, review, plan)
    if review is None:
        review = _of_opening(page)
    if review is None and plan is None and said.date:
        review = _of_date(page, said)
    if review is None and not _masked(said.titles):
        review = plan - 1 if plan is not None else _commonest(page)
    if plan is None and review is not None and _has_plan(page, said.titles, review):
        plan = review if _part_of_year(said.titles) else review + 1
    return review, plan


def named_in(title: str) -> list[int]:
    """The years that a title names, of a span (2019-2021年) only the last."""
    title = NUMERAL.sub(lambda found: numeral(found[1]), title)
    title = SPAN.sub(lambda found: found[1][: 4 - len(found[2])] + found[2], title)
    return [int(year) for year in NAMED.findall(title)]


def _of_title(page: Page, title: str, date: str | None, review: int | None, plan: int | None) -> Years:
    """A title's years: 2021年总结及2022年计划 names both; 2022年政府工作报告, given in 2022, tells of 2021."""
    named = named_in(title)
    delivered = len(named) == 1 and title.endswith("工作报告") and not _cue("no_delivery").search(title)
    if not delivered:
        if _cue("plans_only").search(title):
            return review, plan or named[-1]
        if review is not None and review > named[0]:  # 2022年主要工作 in a report on 2021 is what comes next
            review, plan = named[0], plan or review
        return review or named[0], plan or (named[1] if len(named) > 1 else None)
    in_spring = date is not None and date[:4] == str(named[0]) and date[5:7] <= SPRING
    if in_spring or (review is None and plan is None and not _more_often(page, named[0], named[0] - 1)):
        return review or named[0] - 1, plan or named[0]
    return review or (named[0] if plan is None else None), plan


def _of_headings(page: Page) -> Years:
    """The years that the headings of the looking-back and the planning part name."""
    back, ahead = _parts()
    review = plan = None
    for line in page.lines:
        heading = len(line.text) <= LONGEST_HEADING and "。" not in line.text.rstrip("。") and HEADING.match(line.text)
        found = named_in(line.text) if heading else None
        if not found:
            continue
        if back.search(line.text) and review is None and found[0] != plan:
            review = found[0]
            plan = plan or (found[1] if len(found) > 1 and ahead.search(line.text) else None)
        elif ahead.search(line.text) or (review is not None and found[0] == review + 1):
            plan = plan or found[-1]
    return review, plan


def _of_opening(page: Page) -> int | None:
    """The year that the opening says the report is on: 现将2021年工作总结如下."""
    for line in page.lines[:OPENING]:
        if found := _cue("announced").search(line.text):
            return named_in(found[0])[-1]
    return None


def _of_date(page: Page, said: Said) -> int:
    """The year reported on, by the date of delivery: the year before, unless the report is on the current one."""
    spoken, month = int((said.date or "")[:4]), (said.date or "")[5:7]
    opening = "".join(line.text for line in page.lines[:OPENING])
    more_before = _more_often(page, spoken - 1, spoken)
    if month >= WINTER:
        this_year = not more_before
    else:
        now = _cue("this_year").search(opening) and not _cue("past_year").search(opening)
        named = month > SPRING or _more_often(page, spoken, spoken - 1)
        this_year = bool(now and named and not more_before) or _part_of_year(said.titles)
    year = spoken if this_year else spoken - 1
    commonest = None if said.own else _commonest(page)  # a page may show an old report
    return commonest if commonest is not None and commonest < year else year


def _part_of_year(titles: tuple[str, ...]) -> bool:
    """Whether the report is on a half-year, a quarter or some months, so that what comes next is still this year."""
    return any(_cue("part_of_year").search(title) for title in titles)


def _masked(titles: tuple[str, ...]) -> bool:
    return bool(titles) and bool(_cue("masked").search(titles[0]))


def _has_plan(page: Page, titles: tuple[str, ...], year: int) -> bool:
    """Whether the title announces a plan, or a heading or the opening of a paragraph begins one."""
    ahead = _parts()[1]
    if any(_cue("plan_follows").search(title) for title in titles):
        return True
    return any(
        (len(x.text) < LONGEST_HEADING and HEADING.match(x.text) and ahead.search(x.text))
        or _cue("plan_opens").match(x.text)
        or _opens_with(x.text, year + 1)
        for x in page.lines
    )


def _opens_with(text: str, year: int) -> bool:
    """Whether a paragraph begins with that year and an intention: 2022年，我们将."""
    found = FIRST_YEAR.match(text)
    return found is not None and named_in(found[0]) == [year] and _ahead().match(text, found.end()) is not None


@cache
def _ahead() -> re.Pattern[str]:
    return re.compile(table("outline.toml")["ahead"]["cue"])


def _more_often(page: Page, one: int, other: int) -> bool:
    """Whether the year `one` is named more often than `other`."""
    text = "".join(line.text for line in page.lines)
    return text.count(f"{one}年") > text.count(f"{other}年")


def _commonest(page: Page) -> int | None:
    named = Counter(int(y) for line in page.lines for y in YEAR.findall(line.text))
    return min(named, key=lambda y: (-named[y], y)) if named else None
