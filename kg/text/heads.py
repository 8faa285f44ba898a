"""What a report says about itself: title, reporting unit, issuer, dates, level of government."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.lexicon import table
from kg.model import Level
from kg.text import dates
from kg.text.lines import Line, Page

NUMBERED = re.compile(r"[一二三四五六七八九十]、|（")
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a report; every field None where the page does not say."""

    title: str | None
    issuer: str | None
    issued: str | None
    year: int | None
    plan_year: int | None
    level: Level | None
    unit: str | None
    hints: tuple[str, ...]


@cache
def _cues(group: str) -> dict[str, Any]:
    found: dict[str, Any] = table("outline.toml")[group]
    return found


@cache
def _cue(group: str, name: str) -> re.Pattern[str]:
    return re.compile(_cues(group)[name])


def read_head(page: Page) -> Head:
    """The head of the report on `page`."""
    opening = page.lines[:12]
    title = _title(opening)
    unit = _unit(title, page)
    issuer = _issuer(page, unit)
    unit = unit or (unit_of(issuer) if issuer else None)
    issued = dates.issued(page)
    year, plan_year = dates.years(page, title, issued)
    hints = tuple(h for h in (title, issuer, page.trail, *page.fields.values(), *(x.text for x in opening[:6])) if h)
    return Head(title, issuer, issued, year, plan_year, _level(unit, issuer, title, page), unit, hints)


def _title(opening: tuple[Line, ...]) -> str | None:
    """The first short line that ends as titles do."""
    ends = tuple(_cues("title")["ends"])
    for line in opening:
        bare = re.sub(r"（[^）]*）$", "", line.text).rstrip("：")
        if len(bare) > LONGEST_TITLE or "。" in bare or NUMBERED.match(line.text):
            continue
        if bare.endswith(ends) or _dated_title(bare):
            return bare
    return None


def _dated_title(bare: str) -> bool:
    """Whether a line with a year and a word for reports is one, whatever it ends with."""
    dated = dates.YEAR.search(bare) and _cue("title", "work").search(bare)
    return bool(dated) and len(bare) < 45 and not re.search(r"[，；—]", bare)


@cache
def _unit_name() -> re.Pattern[str]:
    unit = _cues("unit")
    letter = rf"(?:[\u4e00-\u9fff]|{unit['masked']})"
    return re.compile(rf"({letter}+?{unit['endings']}+){unit['followers']}")


@cache
def _unit_parts() -> re.Pattern[str]:
    unit = _cues("unit")
    letter = rf"(?:[\u4e00-\u9fff]|{unit['masked']})"
    return re.compile(rf"{letter}+?{unit['endings']}(?![镇乡县区])")


def unit_of(text: str) -> str | None:
    """The unit that a title or an organ's name begins with (the last of 某县某镇), None where masked or generic."""
    text = re.sub(r"\s|^(?:中共|中国共产党)|^(?:关于)", "", text)
    text = re.sub(r"^(?:(?:19|20)\d\d|[xX×*]{2,4})年度?", "", text)
    found = _unit_name().match(text)
    if found is None:
        return None
    last = (_unit_parts().findall(found[1]) or [found[1]])[-1]
    generic = _cue("unit", "endings").fullmatch(last) or re.fullmatch(r"(?:乡镇|本|我|各)[镇乡街道县区市]*", last)
    return None if generic or _cue("unit", "masked").search(last) else last


def _unit(title: str | None, page: Page) -> str | None:
    """The reporting unit: from the title, a delivery line, or the breadcrumb's last place."""
    if title and (unit := unit_of(title)):
        return unit
    for line in page.lines[:8]:
        delivered = _cue("unit", "delivered").search(line.text)
        if delivered and (unit := unit_of(delivered[1])):
            return unit
    steps = (step.strip() for step in reversed(re.split(r"[>＞»›]", page.trail)))
    named = re.compile(rf"[\u4e00-\u9fff]{{1,8}}{_cues('unit')['township']}")
    return next((step for step in steps if named.fullmatch(step)), None)


def _issuer(page: Page, unit: str | None) -> str | None:
    """Who speaks: a line of its own, 我代表…, the page's source field, or the subject of the first sentence."""
    finders = (_signature, _spoken_for, _source, _first_subject)
    if found := next((said for find in finders if (said := find(page, unit))), None):
        return found
    if unit is None:
        return None
    seat = next((seat for ending, seat in _cues("issuer")["seats"].items() if unit.endswith(ending)), "人民政府")
    return unit + seat


def _signature(page: Page, unit: str | None) -> str | None:
    """A line near the start or the end that is nothing but an organ's name."""
    whole = re.compile(rf"(?:中共)?(?:[\u4e00-\u9fff]|{_cues('unit')['masked']}){{0,24}}{_cues('issuer')['organs']}")
    lines = (*page.lines[:5], *page.lines[-4:])
    return next((line.text for line in lines if len(line.text) <= 30 and whole.fullmatch(line.text)), None)


def _spoken_for(page: Page, unit: str | None) -> str | None:
    """我代表省人民政府, said in 湖南省, is 湖南省人民政府."""
    for line in page.lines:
        if found := _cue("issuer", "spoken_for").search(line.text):
            organ = found[1].removeprefix("本届")
            generic = _cue("issuer", "generic").match(organ)
            if not unit or not generic:
                return organ
            tail = organ[generic.end() :]
            return unit + ("人民政府" if tail == "政府" else tail)
    return None


def _source(page: Page, unit: str | None) -> str | None:
    """The field of the page that names an organ of some unit."""
    values = (page.fields.get(key, "").split(" ")[0] for key in _cues("issuer")["sources"])
    organ, ending = _cue("issuer", "organs"), _cue("unit", "endings")
    return next((value for value in values if organ.search(value) and ending.search(value)), None)


def _first_subject(page: Page, unit: str | None) -> str | None:
    """某镇党委、政府在…领导下: the subject of a sentence near the start or the end."""
    subject = re.compile(
        rf"(?:^|[，。])([\u4e00-\u9fff]{{1,10}}?{_cues('unit')['endings']}{_cues('issuer')['organs']}){_cues('issuer')['acting']}"
    )
    lines = (*page.lines[:14], *page.lines[-14:])
    return next((found[1] for line in lines if (found := subject.search(line.text))), None)


def _level(unit: str | None, issuer: str | None, title: str | None, page: Page) -> Level | None:
    """The level of government that reports."""
    if unit and unit.endswith("市"):
        return _level_of_city(unit, page)
    for level in (Level.TOWNSHIP, Level.PREFECTURE, Level.PROVINCE, Level.COUNTY) if unit else ():
        if re.search(_cues("unit")[level.value] + "$", unit or ""):
            return level
    township = _cue("unit", "township")
    return Level.TOWNSHIP if any(text and township.search(text) for text in (title, issuer)) else None


def _level_of_city(unit: str, page: Page) -> Level:
    """A 市 is a province, a prefecture, or a county-level city that looks up to another 市."""
    if unit in _cues("unit")["municipalities"]:
        return Level.PROVINCE
    text = "".join(line.text for line in page.lines[:40])
    return Level.COUNTY if _cue("unit", "under_a_city").search(text) else Level.PREFECTURE
