"""When a number holds: the time its own words say, else the one that stands over it, else the report's."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from kg.lexicon import table
from kg.model import Document, Part, Period, Sentence, Status
from kg.recognise import periods
from kg.recognise.periods import Time
from kg.relate.context import Context

SPANS = ("years back", "years long", "years ahead", "five-year plan")
PARTS_OF_A_YEAR = ("half year", "quarters", "first months", "months")
OPENING = 6  # characters that may stand in front of a time that opens a sentence


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds where no time is said: the days, the year from which times count, and the rule that says so."""

    days: Period | None
    year: int | None
    rule: str


_Setting = tuple[tuple[tuple[int, int], ...], int | None, Part, Status]  # what a frame depends on in a report


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(table("clauses.toml")["time"][name])


class Clock:
    """When the numbers of one report hold, by the times that its text says."""

    def __init__(self, document: Document, times: Sequence[Time]) -> None:
        self._document, self._times = document, times
        self._starts, self._ends = [t.start for t in times], [t.end for t in times]
        self._headed = dict(_headed(document, times))
        self._frames: dict[_Setting, _Frame] = {}
        self._part = _of_title(document.title, document.year) if document.title and document.year else None

    def period(self, context: Context, status: Status) -> tuple[Period | None, str]:
        """When the number holds, and the rule that says so: a time said for it, the heading's, or the report's."""
        sentence = context.sentence
        setting = sentence.headings, sentence.year, sentence.part, status
        frame = self._frames.get(setting) or self._frames.setdefault(setting, self._frame(sentence, status))
        said = self._said(context)
        for at in range(len(said) - 1, -1, -1):
            time = said[at]
            if time.rule == "masked year":
                return None, "masked year"
            if not _holds(context, time):
                continue
            days = time.period(_counted_from(said[:at], time, self._document, frame.year))
            if days is not None:
                if status is Status.ACHIEVED and time.rule == "five-year plan":
                    days = _so_far(days, self._document.year)
                return _within(time, days, frame.days), f"time said: {time.rule}"
        return frame.days, frame.rule

    def _frame(self, sentence: Sentence, status: Status) -> _Frame:
        """What holds where no time is said: the time of the heading, that of the title, or the year of the section."""
        document, year, planning = self._document, sentence.year, sentence.part is Part.PLAN
        headed = next((self._headed[h] for h in reversed(sentence.headings) if h in self._headed), None)
        if headed is not None and headed != Period.of_year(headed.year):
            return _Frame(headed, headed.year, "time of the heading")
        if year is None:
            return _Frame(None, None, "no year known")
        if self._part and not headed and (days := _rest(self._part, year) if planning else self._part):
            return _Frame(days, days.year, "time of the title")
        if planning and status is Status.ACHIEVED and document.year:
            return _Frame(Period.of_year(document.year), year, "year of the report")
        if sentence.part is Part.PROBLEMS and status is Status.PLANNED and document.plan_year:
            return _Frame(Period.of_year(document.plan_year), year, "year of the plan")
        return _Frame(Period.of_year(year), year, "year of the section")

    def _said(self, context: Context) -> Sequence[Time]:
        """The times in front of the number, in its sentence and in those that semicolons tie to it, in order."""
        low = bisect_left(self._starts, context.chain_start)
        return self._times[low : bisect_right(self._ends, context.quantity.start, lo=low)]


def _headed(document: Document, times: Sequence[Time]) -> Iterator[tuple[tuple[int, int], Period]]:
    """The headings that name a part of a year, or a whole one for a plan, each with what it names."""
    planning = {heading: s.part is Part.PLAN for s in document.sentences for heading in s.headings}
    for (start, end), plan in planning.items():
        low = bisect_left(times, start, key=lambda t: t.start)
        for time in times[low : bisect_left(times, end, lo=low, key=lambda t: t.start)]:
            named = time.rule in PARTS_OF_A_YEAR or (plan and time.rule == "year" and time.said.get("year"))
            year = document.plan_year if plan else document.year
            if named and not time.comparative and (days := time.period(year)) is not None:
                yield (start, end), replace(days, stated=False)
                break


def _of_title(title: str, year: int) -> Period | None:
    """The part of the year that a title names (2021年上半年工作总结), None where it speaks of the whole."""
    for time in periods.recognise(title):
        if time.rule in PARTS_OF_A_YEAR and (days := time.period(year)) and days.year == year:
            return replace(days, stated=False)
    return None


def _rest(part: Period, planned: int) -> Period | None:
    """What is left of the year after a part of it, for a plan of the same year; None for another's, or at its end."""
    if part.last.month >= 11 or planned != part.year:
        return None
    return Period(part.last + timedelta(days=1), date(part.year, 12, 31))


def _holds(context: Context, time: Time) -> bool:
    """Whether a time in front of the number says when it holds."""
    between = context.text[time.end : context.quantity.left]
    if time.comparative or _cue("compared_with").search(context.text, context.clause[0], time.start):
        return context.quantity.unit != "倍" and _cue("of_its_own").fullmatch(between) is not None
    if _is_start(context.text, time):
        return not re.search("[到至为达]", between)
    return time.start >= context.clause[0] or _governs(context, time)


def _is_start(text: str, time: Time) -> bool:
    """Whether a change sets out from this time: 由2016年的5个增加到8个. It is the time of the first number only."""
    leads = time.begins or _cue("start").search(text, max(0, time.start - 2), time.start) is not None
    return leads and _cue("from_to").match(text, time.end) is not None


def _governs(context: Context, time: Time) -> bool:
    """Whether a time outside the number's clause still holds for it: it opens the sentence or its own clause."""
    text, sentence = context.text, context.sentence
    alone = text[time.end : time.end + 1] == "，"
    if time.start < sentence.start:  # in a part before a semicolon: only what opens that part
        return alone and text[time.start - 1] in "；。！？\n"
    if time.start - sentence.start <= OPENING:
        return True
    return text[time.start - 1] in "，：、（" and (alone or time.rule not in SPANS)


def _counted_from(before: Sequence[Time], time: Time, document: Document, year: int | None) -> int | None:
    """The year from which a relative time counts: 次年 and 当年 from the time said last, 今年 from when it is said."""
    if time.anaphoric:
        for at in range(len(before) - 1, -1, -1):
            last = before[at]
            days = None if last.comparative else last.period(_counted_from(before[:at], last, document, year))
            if days is not None:
                return days.year
    if time.spoken:
        return _now(document)
    ahead = time.rule in ("years ahead", "hereafter") or time.now
    return document.year if ahead and document.year is not None else year


def _now(document: Document) -> int | None:
    """The year in which the report speaks: one to a congress in spring speaks of the year before as 去年."""
    year, title = document.year, document.title or ""
    if year is None or not _cue("delivered").search(title):
        return year
    later = str(year + 1)
    return year + 1 if later in title or (document.issued or "").startswith(later) else year


def _so_far(days: Period, year: int | None) -> Period:
    """Of a five-year plan that still runs what is done reaches no further than the year reported on."""
    if year is None or not days.first.year <= year < days.last.year:
        return days
    return replace(days, last=date(year, 12, 31))


def _within(time: Time, days: Period, frame: Period | None) -> Period:
    """今年以来 and 目前 reach no further than the part of the year that the report is about."""
    if frame is None or not time.open_ended or frame.year != days.year or frame.last >= days.last:
        return days
    return replace(days, last=frame.last)
