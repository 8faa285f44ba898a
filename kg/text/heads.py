"""What a report says about itself: title, reporting unit, issuer, dates, level of government."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from kg.lexicon import table
from kg.model import Level
from kg.text import dates, titles, years
from kg.text.lines import Page

NEAR = 8  # lines at the start that name the unit, the issuer, the occasion


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a report; every field None where the page does not say. `lines` are the places of the title's."""

    title: str | None
    issuer: str | None
    issued: str | None
    year: int | None
    plan_year: int | None
    level: Level | None
    unit: str | None
    hints: tuple[str, ...]
    lines: frozenset[int] = frozenset()


@cache
def _cues(group: str) -> dict[str, Any]:
    found: dict[str, Any] = table("outline.toml")[group]
    return found


@cache
def _cue(group: str, name: str) -> re.Pattern[str]:
    return re.compile(_cues(group)[name])


def read_head(page: Page) -> Head:
    """The head of the report on `page`."""
    in_text, places = titles.in_text(page)
    names = tuple(dict.fromkeys(t for t in (in_text, *page.titles) if t))
    unit = _unit(names, page)
    issuer = _issuer(page, unit, names)
    unit = unit or _of_issuer(page, issuer) or _of_folders(page, names)
    issuer = issuer or (_seated(unit) if unit else None)
    date, own = dates.issued(page)
    year, plan_year = years.years(page, years.Said(names, date, own))
    title = next(iter(names), None)
    level = _level(unit, issuer, title, page)
    return Head(title, issuer, date, year, plan_year, level, unit, tuple(_hints(page, names, issuer)), places)


def _hints(page: Page, names: tuple[str, ...], issuer: str | None) -> Iterator[str]:
    """What names the unit and those above it, best first: title, issuer, breadcrumb, metadata, first lines, folders."""
    said = (*names, issuer or "", page.trail, *page.fields.values(), *(line.text for line in page.lines[:6]))
    yield from (unquote(text) for text in said if text)
    yield from page.folders


@cache
def _unit_name() -> re.Pattern[str]:
    unit = _cues("unit")
    letter = rf"(?:[\u4e00-\u9fff]|{unit['masked']})"
    listed = rf"{letter}+?{unit['endings']}+(?!街道|[镇乡](?![村镇亲]))" + unit["followers"]
    free = rf"{letter}{{2,14}}?(?:{unit['free']})"  # a township may be followed by whatever its report is on
    return re.compile(rf"(?P<unit>{listed}|{free})")


@cache
def _township_below() -> re.Pattern[str]:
    return re.compile(rf"(?<=[县区市旗])[\u4e00-\u9fff]{{1,6}}?(?:{_cues('unit')['free']})")


@cache
def _unit_parts() -> re.Pattern[str]:
    unit = _cues("unit")
    letter = rf"(?:[\u4e00-\u9fff]|{unit['masked']})"
    return re.compile(rf"{letter}+?{unit['endings']}(?![镇乡县区]|街道)")


def unit_of(text: str) -> str | None:
    """The unit that a title or an organ's name begins with (the last of 某县某镇), None where masked or generic."""
    text = _cue("unit", "in_front").sub("", re.sub(r"\s", "", text))
    text = _cue("unit", "office").sub(r"\1街道办事处", text)
    found = _unit_name().match(text)
    if found is None:
        return None
    below = _township_below().match(text, found.end("unit"))
    if below and not _cue("unit", "generic").fullmatch(
        below[0]
    ):  # 青禾县水口镇 is no report of the county on its water
        return below[0]
    last = _last_part(found["unit"])
    generic = _cue("unit", "endings").fullmatch(last) or _cue("unit", "generic").fullmatch(last)
    return None if generic or _cue("unit", "masked").search(last) else last


def _last_part(unit: str) -> str:
    """The last of 某县某镇; a place of one sign is none (贾市庄镇, 营镇回族乡 are whole names)."""
    parts = _unit_parts().findall(unit) or [unit]
    whole = len(parts) > 1 and (len(parts[-1]) < 3 or re.fullmatch(r"(?:\w{1,3}族)+乡", parts[-1]))
    return "".join(parts[-2:]) if whole else str(parts[-1])


def _unit(names: tuple[str, ...], page: Page) -> str | None:
    """The reporting unit: from a title, a delivery line, a line of its own, or the breadcrumb's last place."""
    for line in page.lines[:NEAR]:
        delivered = _cue("unit", "delivered").search(line.text)
        if delivered and (unit := unit_of(delivered[1])):
            return next((u for name in names[:1] if (u := unit_of(name))), None) or unit
    if unit := next((unit for name in names if (unit := unit_of(name))), None):
        return unit
    steps = (step.strip() for step in reversed(re.split(r"[>＞»›→/|\\-]", page.trail)))
    return next((step for step in steps if _township_name().fullmatch(step)), None)


@cache
def _township_name() -> re.Pattern[str]:
    return re.compile(rf"(?!{_cues('unit')['generic']}$)[\u4e00-\u9fff]{{1,8}}{_cues('unit')['township']}")


def _of_folders(page: Page, names: tuple[str, ...]) -> str | None:
    """The unit that a folder is named after: a township; a county or higher only for a report to its congress."""
    whole = re.compile(rf"(?!{_cues('unit')['generic']}$)[\u4e00-\u9fff]{{1,10}}{_cues('unit')['endings']}")
    unit = next((folder for folder in page.folders if whole.fullmatch(folder)), None)
    if unit is None or _township_name().fullmatch(unit):
        return unit
    return unit if not _of_a_township(page) and any(name.endswith("政府工作报告") for name in names) else None


def _of_issuer(page: Page, issuer: str | None) -> str | None:
    """The unit of the organ that speaks, unless the organ only published what a township under it reports."""
    unit = unit_of(issuer) if issuer else None
    return unit if unit is None or _township_name().fullmatch(unit) or not _of_a_township(page) else None


def _of_a_township(page: Page) -> bool:
    """Whether the opening speaks of a township as its own."""
    return any(_cue("issuer", "own_township").search(line.text) for line in page.lines[:NEAR])


def _issuer(page: Page, unit: str | None, names: tuple[str, ...]) -> str | None:
    """Who speaks: the organ of the title, a line of its own, 我代表…, the page's source, or the first subject."""
    for name in names:
        if organ := _organ_of_title().match(name):
            return organ[1]
    finders = (_signature, _spoken_for, _source, _first_subject)
    if found := next((said for find in finders if (said := find(page, unit))), None):
        return found
    return _seated(unit) if unit else None


@cache
def _organ_of_title() -> re.Pattern[str]:
    """Matches a title that begins with an organ which is not the unit's government."""
    organ = rf"[\u4e00-\u9fff]{{1,20}}?{_cues('unit')['endings']}{_cues('issuer')['other_organs']}"
    return re.compile(rf"(?:关于)?({organ}){_cues('issuer')['reports']}")


def _seated(unit: str) -> str:
    """The organ that governs a unit of this kind."""
    return unit + next((seat for end, seat in _cues("issuer")["seats"].items() if unit.endswith(end)), "人民政府")


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
    return Level.TOWNSHIP if unit is None and any(text and township.search(text) for text in (title, issuer)) else None


def _level_of_city(unit: str, page: Page) -> Level:
    """A 市 is a province, a prefecture, or a county-level city that looks up to another 市."""
    if unit in _cues("unit")["municipalities"]:
        return Level.PROVINCE
    text = "".join(line.text for line in page.lines[:40])
    return Level.COUNTY if _cue("unit", "under_a_city").search(text) else Level.PREFECTURE
