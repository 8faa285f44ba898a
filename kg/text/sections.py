"""Sections and sentences: where each sentence stands and what its part of the report does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile

from kg.lexicon import table
from kg.model import Part, Section, Sentence
from kg.text.headings import CHINESE, STOP, TOPICAL, Heading, headings, mark_of
from kg.text.heads import Head
from kg.text.lines import Line
from kg.text.years import named_in

RUN_IN = re.compile(rf"(?:[{CHINESE}]是|[{CHINESE}]要|第[{CHINESE}](?=[，、：])|首先|其次|再次|最后|其[{CHINESE}]|——)")
LATER_YEAR = re.compile(r"(?:到|在|进入)?(20\d\d|二[〇零][〇零一二三四五六七八九]{2})年")
DIGIT = re.compile(r"\d")
OUTERMOST = 2  # ranks of headings up to this say by any of their words what the part does
LONGEST_SENTENCE = 1000  # characters; the longest of a province's reports has 400
LONGEST_TOPIC = 34
LEADING = 4  # paragraphs below a heading that tell what it does when its words do not
LEAD = 80  # characters of each
LONGEST_INNER = 24  # characters of an inner heading that says what it does


@dataclass(slots=True)
class _Open:
    """A heading under which text is being gathered; `now` is the part, which a paragraph below it may change."""

    title: str
    rank: float
    part: Part
    start: int
    heading: tuple[int, int]
    now: Part


@cache
def _parts() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    return tuple((Part(g["part"]), re.compile("|".join(g["cues"]))) for g in table("outline.toml")["parts"])


@cache
def _inner() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    return tuple((Part(name), re.compile(cue)) for name, cue in table("outline.toml")["inner"].items())


@cache
def _leads() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    return tuple((Part(g["part"]), re.compile(g["cue"])) for g in table("outline.toml")["lead"])


@cache
def _switches() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    """For a paragraph, for the rest of a section, for the rest of a section or a paragraph."""
    return tuple((Part(g["part"]), re.compile("|".join(g["cues"]))) for g in table("outline.toml")["switches"])


@cache
def _ahead() -> re.Pattern[str]:
    return re.compile(table("outline.toml")["ahead"]["cue"])


def lay_out(lines: tuple[Line, ...], *, head: Head) -> tuple[tuple[Section, ...], tuple[Sentence, ...]]:
    """Sections and sentences of a report's own lines; `head` says what years its parts speak of."""
    found = headings(lines, skip=head.lines)
    layout = _Layout(head)
    for number, line in enumerate(lines):
        if number in found:
            below = takewhile(lambda n: n not in found, range(number + 1, min(len(lines), number + 1 + LEADING)))
            layout.open(line, found[number], [lines[n].text for n in below])
        layout.add(line)
    layout.close(lines[-1].end if lines else 0)
    return tuple(sorted(layout.sections, key=lambda s: (s.start, s.level))), tuple(layout.sentences)


@dataclass(slots=True)
class _Layout:
    """A report being laid out line by line; `part` is that of the last outermost heading."""

    head: Head
    part: Part = Part.OPENING
    stack: list[_Open] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)

    def open(self, line: Line, found: Heading, below: list[str]) -> None:
        """Open the section of a heading; those of its rank and below it end here."""
        self._close_below(found.rank, line.start)
        title = line.text[: found.length]
        outer = self.stack[-1].now if self.stack else self.part
        part = self._part_of(title, found.rank, outer, [line.text[found.length :], *below])
        if not self.stack:
            self.part = part
        span = (line.start, line.start + found.length)
        rank = found.rank if found.rank != TOPICAL else (self.stack[-1].rank // 1 if self.stack else 0) + TOPICAL
        self.stack.append(_Open(title, rank, part, line.start, span, part))

    def _close_below(self, rank: float, at: int) -> None:
        while self.stack and (self.stack[-1].rank >= rank if rank != TOPICAL else self.stack[-1].rank % 1 == TOPICAL):
            opened = self.stack.pop()
            self.sections.append(Section(opened.title, len(self.stack) + 1, opened.part, opened.start, at))

    def close(self, at: int) -> None:
        """End every open section."""
        self._close_below(0, at)

    def _part_of(self, title: str, rank: float, outer: Part, below: list[str]) -> Part:
        """What a section does, from its heading; an inner one does what the outer does unless it says otherwise."""
        if self.stack or rank > OUTERMOST:
            return self._inner_part(title, outer)
        years = named_in(title)
        if years and self.head.year is not None and min(years) > self.head.year:
            return Part.PLAN
        for part, cues in _parts():
            if cues.search(title):
                return part
        for part, cue in _leads():
            if any(cue.search(text, 0, LEAD) for text in below):
                return part
        return Part.REVIEW if outer is Part.OPENING else outer

    def _inner_part(self, title: str, outer: Part) -> Part:
        if len(title) <= LONGEST_INNER:
            for part, cue in _inner():
                if cue.search(title) and not (part is Part.REVIEW and outer is Part.PLAN):
                    return part
        return Part.REVIEW if outer is Part.OPENING and not self.stack else outer

    def add(self, line: Line) -> None:
        """Add the sentences of a line, with the part that its opening or one of its sentences changes."""
        part = self.stack[-1].now if self.stack else self.part
        aside, lasting, anywhere = _switches()
        if part is not Part.PLAN and aside[1].search(line.text):
            part = aside[0]
        if part not in (Part.OPENING, Part.PLAN) and lasting[1].search(line.text):
            part = lasting[0]
        if part is not Part.PLAN and (anywhere[1].match(line.text) or self._is_ahead(line.text)):
            part = anywhere[0]
        if part is Part.PLAN:
            self._turn(part)
        self.sentences.extend(self._sentences(line, part))

    def _turn(self, part: Part) -> None:
        """From here to the next heading the section does something else than its heading said."""
        if self.stack:
            self.stack[-1].now = part
        else:
            self.part = part

    def _is_ahead(self, text: str) -> bool:
        """Whether a paragraph or sentence begins with a year to come and an intention."""
        found = LATER_YEAR.match(text)
        if found is None or self.head.year is None or named_in(found[0])[-1] <= self.head.year:
            return False
        return bool(_ahead().match(text, found.end()))

    def _sentences(self, line: Line, part: Part) -> Iterator[Sentence]:
        """The sentences of one line; a short one without a number that opens a point is a topic of those after it."""
        text, above, turns = line.text, tuple(o.heading for o in self.stack), _switches()[-1][1].match
        lead: tuple[tuple[int, int], ...] = ()  # the topic over the first point, and so over all of them
        topic: tuple[tuple[int, int], ...] = ()
        pointed = False
        year, at = self.head.plan_year if part is Part.PLAN else self.head.year, 0
        while at < len(text):
            end = _end_of_sentence(text, at)
            start, finish = line.start + at, line.start + end
            body = text[at:end]
            if mark := _mark(body, first=at == 0):  # long or short, it ends the one before
                lead, topic, pointed = lead if pointed else topic, (), True
            if opens := end - at <= LONGEST_TOPIC and _is_topic(body, mark, first=at == 0):
                topic = ()
            over = (*above, *lead, *topic)
            if opens and all(low != start for low, _ in above):  # else it is the heading of the section itself
                topic = ((start, finish),)
            if part is not Part.PLAN and (turns(body) or self._is_ahead(body)):
                part, year = Part.PLAN, self.head.plan_year
            yield Sentence(start, finish, part, over, year)
            at = end


def _end_of_sentence(text: str, at: int) -> int:
    """Where the sentence that begins at `at` ends; where no mark does so for long, behind a comma or a space."""
    ceiling = min(len(text), at + LONGEST_SENTENCE)
    if stop := STOP.search(text, at, ceiling):
        return stop.end()
    if ceiling == len(text):
        return ceiling
    return max(text.rfind(mark, at, ceiling) for mark in "，, ") + 1 or ceiling


def _mark(body: str, *, first: bool) -> int:
    """The length of the mark that makes a sentence a point: 二是, 其二, （2）; 0 for none and for a heading's own."""
    if spoken := RUN_IN.match(body):
        return spoken.end()
    return 0 if first else mark_of(body)


def _is_topic(body: str, mark: int, *, first: bool) -> bool:
    """Whether a sentence is a heading run into the paragraph: 一是河道治理有力。 or 厕所革命有序推进。"""
    if len(body) > LONGEST_TOPIC or body[-1] != "。" or DIGIT.search(body, mark):
        return False
    return mark > 0 or ("，" not in body and (first or len(body) <= 20))
