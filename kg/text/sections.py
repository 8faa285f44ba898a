"""Headings, sections and sentences: where each sentence stands and what its part of the report does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.lexicon import table
from kg.model import Part, Section, Sentence
from kg.text.lines import Line

CHINESE = "一二三四五六七八九十"
NUMBERINGS = (  # outermost first; a heading's level is its place in this list
    re.compile(rf"第?[{CHINESE}]{{1,3}}(?:、|部分[：、]?|章)\s*"),
    re.compile(rf"（[{CHINESE}]{{1,3}}）\s*"),
    re.compile(r"(?:\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳])\s*"),
    re.compile(r"（\d{1,2}）\s*"),
)
RUN_IN = re.compile(rf"(?:[{CHINESE}]是|[{CHINESE}]要|第[{CHINESE}](?=[，、：])|首先|其次|再次|最后|——)")
STOP = re.compile(r"[。！？；\n]+[”’）]*")
LONGEST_HEADING = 60
LONGEST_TOPIC = 34


@dataclass(slots=True)
class _Open:
    """A heading under which text is being gathered."""

    title: str
    level: int
    part: Part
    start: int
    heading: tuple[int, int]


@cache
def _parts() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    cues = table("outline.toml")["parts"]
    return tuple((Part(name), re.compile("|".join(cues[name]))) for name in cues)


@cache
def _switches() -> tuple[tuple[Part, re.Pattern[str]], ...]:
    cues = table("outline.toml")["switches"]
    return tuple((Part(name), re.compile("|".join(cues[name]))) for name in cues)


def heading(line: str) -> tuple[int, int] | None:
    """(level, length of the heading) of a line that opens a section, else None; level 1 is outermost."""
    for level, numbering in enumerate(NUMBERINGS, 1):
        if found := numbering.match(line):
            stop = STOP.search(line, found.end())
            end = stop.start() if stop else len(line)
            return (level, end) if end <= LONGEST_HEADING or level == 1 else (level, found.end())
    if len(line) <= 24 and not STOP.search(line) and re.search(r"^(?:20\d\d年|过去|今年|主要|存在|下一步)", line):
        return 1, len(line)
    return None


def _part_of(title: str, level: int, before: Part, year: int | None) -> Part:
    """What a section does, from its heading; an inner one does what the outer does unless it says otherwise."""
    if level > 1:
        problems = level == 2 and re.search(r"存在的?(?:主要)?(?:问题|困难|不足)|问题(?:和|与|及)(?:不足|困难)", title)
        return Part.PROBLEMS if problems else before
    years = [int(y) for y in re.findall(r"(20\d\d)年?", title)]
    if years and year is not None and min(years) > year:
        return Part.PLAN
    for part, cues in _parts():
        if cues.search(title):
            return part
    return Part.REVIEW if before is Part.OPENING else before


def lay_out(
    lines: tuple[Line, ...], *, year: int | None, plan_year: int | None
) -> tuple[tuple[Section, ...], tuple[Sentence, ...]]:
    """Sections and sentences of a report's own lines; `year`/`plan_year` are what the sections speak of."""
    sections: list[Section] = []
    sentences: list[Sentence] = []
    stack: list[_Open] = []
    part = Part.OPENING
    for line in lines:
        found = heading(line.text)
        if found is not None:
            level, length = found
            while stack and stack[-1].level >= level:
                _close(stack, sections, line.start)
            outer = stack[-1].part if stack else part
            outer = part if level == 1 else outer
            title = line.text[:length]
            kind = _part_of(title, level, outer, year)
            part = kind if level == 1 else part
            stack.append(_Open(title, level, kind, line.start, (line.start, line.start + length)))
        current = stack[-1].part if stack else part
        for switched, cue in _switches():
            if current is not Part.OPENING and cue.search(line.text):
                current = switched
        frame = plan_year if current is Part.PLAN else year
        headings = tuple(o.heading for o in stack)
        sentences.extend(_sentences(line, current, headings, frame))
    end = lines[-1].end if lines else 0
    while stack:
        _close(stack, sections, end)
    sections.sort(key=lambda s: (s.start, s.level))
    return tuple(sections), tuple(sentences)


def _close(stack: list[_Open], sections: list[Section], end: int) -> None:
    opened = stack.pop()
    sections.append(Section(opened.title, opened.level, opened.part, opened.start, end))


def _sentences(line: Line, part: Part, headings: tuple[tuple[int, int], ...], year: int | None) -> list[Sentence]:
    """The sentences of one line; a short one without a number that opens a point is a topic of those after it."""
    found: list[Sentence] = []
    topic: tuple[int, int] | None = None
    at = 0
    while at < len(line.text):
        stop = STOP.search(line.text, at)
        end = stop.end() if stop else len(line.text)
        start, finish = line.start + at, line.start + end
        body = line.text[at:end]
        above = headings if topic is None else (*headings, topic)
        if _is_topic(body, first=at == 0):
            named = any(low == start for low, _ in headings)  # the heading of the section itself
            topic = topic if named else (start, finish)
            above = headings
        found.append(Sentence(start, finish, part, above, year))
        at = end
    return found


def _is_topic(body: str, *, first: bool) -> bool:
    """Whether a sentence is a heading run into the paragraph: 一是河道治理有力。 or 厕所革命有序推进。"""
    if len(body) > LONGEST_TOPIC or not body.endswith("。"):
        return False
    if RUN_IN.match(body):
        return True
    return re.search(r"\d|，", body) is None and (first or len(body) <= 20)
