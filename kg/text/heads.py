"""What a report says about itself: title, issuer, dates, the years it looks back on and ahead to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from kg.lexicon import table
from kg.model import Level
from kg.text.lines import Line, Page

DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(?:(\d{1,2})\s*日?)?)?")
CHINESE_DATE = re.compile(
    r"([二一][〇零○OＯ0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})日)?"
)
NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "Ｏ": 0, "0": 0}
YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
UNIT = r"[\u4e00-\u9fff]{1,12}?(?:街道|镇|乡|苏木|县|市|区|旗|省|农场)"
LEVELS = (
    (r"(?:街道|镇|乡|苏木|农场)", Level.TOWNSHIP),
    (r"(?:县|区|旗)", Level.COUNTY),
    (r"(?:州|盟|地区)", Level.PREFECTURE),
    (r"(?:省)", Level.PROVINCE),
)


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
def _cues() -> dict[str, dict[str, list[str]]]:
    return table("outline.toml")


@cache
def _organs() -> str:
    return str(_cues()["issuer"]["organs"])


def read_head(page: Page) -> Head:
    """The head of the report on `page`."""
    opening = page.lines[:12]
    title = _title(opening)
    unit = _unit(title, page)
    issuer = _issuer(page, unit)
    if unit is None and issuer is not None:
        unit = _unit_of(issuer)
    year, plan_year = _years(page, title)
    hints = tuple(h for h in (title, issuer, page.trail, *page.fields.values(), *(x.text for x in opening[:6])) if h)
    return Head(title, issuer, _issued(page), year, plan_year, _level(unit, issuer, title, page), unit, hints)


def _title(opening: tuple[Line, ...]) -> str | None:
    """The first short line that ends as titles do; titles broken over two lines are joined by the repair."""
    ends = tuple(_cues()["title"]["ends"])
    work = re.compile(str(_cues()["title"]["work"]))
    for line in opening:
        bare = re.sub(r"（[^）]*）$", "", line.text).rstrip("：")
        numbered = re.match(r"[一二三四五六七八九十]、|（", line.text)
        if len(bare) <= 60 and "。" not in bare and not numbered and (bare.endswith(ends) or _dated(bare, work)):
            return bare
    return None


def _dated(bare: str, work: re.Pattern[str]) -> bool:
    return bool(YEAR.search(bare) and work.search(bare) and len(bare) < 45 and not re.search(r"[，；—]", bare))


def _unit_of(text: str) -> str | None:
    """The administrative unit that a title or an organ's name begins with, None where it is masked or generic."""
    text = re.sub(r"^(?:中共|中国共产党)|[\s]", "", text)
    text = re.sub(r"^(?:19|20)\d\d年度?", "", text)
    found = re.match(
        r"([\u4e00-\u9fffxX×*]+?(?:街道|镇|乡|苏木|自治县|县|自治区|市|区|旗|省|农场)+)(?=$|[^\u4e00-\u9fff]|人民|政府|党|办事|委员|管委|20|政协|人大|工作|年|农|第|街|推|河|的|林)",
        text,
    )
    if found is None:
        return None
    parts = re.findall(
        r"[\u4e00-\u9fffxX×*]+?(?:自治县|自治区|街道|苏木|农场|省|市|县|区|旗|镇|乡)(?![镇乡县])", found[1]
    ) or [found[1]]
    last = str(parts[-1])
    masked = re.fullmatch(r"[xX×*某]*(?:乡镇|镇|乡|街道|县|市|区|省|自治区)", last) or re.search(r"[xX×*某]", last)
    return None if masked or len(last) < 2 else last


def _unit(title: str | None, page: Page) -> str | None:
    """The reporting unit: from the title, the breadcrumb's last place, a delivery line, or a metadata field."""
    if title and (unit := _unit_of(title)):
        return unit
    for line in page.lines[:8]:
        delivered = re.search(rf"在({UNIT})第[\u4e00-\u9fff\d]+届(?:人民代表大会|人大)", line.text)
        if delivered and (unit := _unit_of(delivered[1])):
            return unit
    for step in reversed(re.split(r"[>＞»›]", page.trail)):
        if re.fullmatch(r"[\u4e00-\u9fff]{1,8}(?:镇|乡|街道)", step.strip()):
            return step.strip()
    return None


def _issuer(page: Page, unit: str | None) -> str | None:
    """Who speaks: a line of its own, 我代表…, the page's source field, or the subject of the first sentence."""
    organs = _organs()
    whole = re.compile(rf"(?:中共)?[\u4e00-\u9fffxX×*]{{0,24}}{organs}")
    for line in (*page.lines[:5], *page.lines[-4:]):
        if whole.fullmatch(line.text) and len(line.text) <= 30:
            return line.text
    body = page.lines[:14] + page.lines[-14:]
    for line in page.lines:
        if found := re.search(
            rf"我(?:谨)?代表((?:本届)?[\u4e00-\u9fffxX×*]{{0,12}}?(?:人民政府|政府|党委|办事处|委员会))", line.text
        ):
            return _expand(found[1], unit)
    for key in _cues()["issuer"]["sources"]:
        value = page.fields.get(key, "").split(" ")[0]
        if re.search(r"政府|党委|委员会|办事处|管委会|党工委", value) and re.search(
            r"镇|乡|街道|县|区|市|旗|农场", value
        ):
            return value
    for line in body:
        if found := re.search(
            rf"(?:^|[，。])([\u4e00-\u9fff]{{2,12}}?(?:镇|乡|街道|县|区|市)(?:党委、政府|党委政府|党委、人大、政府|党工委、办事处|人民政府|政府|党委|办事处))(?:在|紧紧|坚持|认真|始终|以|高举|深入|团结|坚决)",
            line.text,
        ):
            return found[1]
    return f"{unit}人民政府" if unit and not unit.endswith("街道") else None


def _expand(organ: str, unit: str | None) -> str:
    """我代表省人民政府, said in 湖南省, is 湖南省人民政府."""
    organ = organ.removeprefix("本届")
    generic = re.match(r"(?:省|市|县|区|镇|乡|旗|自治区|街道)?(?=人民政府|政府|党委|办事处)", organ)
    if unit and generic:
        tail = organ[generic.end() :]
        return unit + ("人民政府" if tail == "政府" else tail)
    return organ


def _iso(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def _chinese_iso(found: re.Match[str]) -> str | None:
    year = "".join(str(NUMERALS.get(c, "")) for c in found[1])
    month, day = (_small(g) if g else None for g in found.groups()[1:])
    if len(year) != 4 or month is None:
        return None
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")


def _small(text: str) -> int:
    """A Chinese numeral up to 99."""
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return NUMERALS[text]
    return (NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0)


def _date_in(text: str) -> str | None:
    if found := DATE.search(text):
        month, day = int(found[2]), int(found[3] or 1)
        return _iso(found) if 1 <= month <= 12 and 1 <= day <= 31 else None
    chinese = CHINESE_DATE.search(text)
    return _chinese_iso(chinese) if chinese else None


def _issued(page: Page) -> str | None:
    """When it was issued: a line that is only a date, the delivery line, a signature, or the page's own date."""
    for line in (*page.lines[:8], *page.lines[-3:]):
        bare = line.text.strip("（）() —-")
        dated = DATE.match(bare) or CHINESE_DATE.match(bare)
        if dated and len(bare) - len(dated[0]) <= 1:
            return _date_in(bare)
        if dated and re.search(r"会议?上|大会|会上", bare):
            return _date_in(bare)
    for key in _cues()["issuer"]["dates"]:
        if value := page.fields.get(key):
            return _date_in(value)
    return None


def _years(page: Page, title: str | None) -> tuple[int | None, int | None]:
    """The year reported on and the year planned for: from headings, then the title, then the date."""
    review, plan = _heading_years(page)
    if title and (years := [int(y) for y in re.findall(r"((?:19|20)\d\d)\s*年?", title)]):
        delivered = (
            len(years) == 1 and re.search(r"政府工作报告|工作报告$", title) and not re.search(r"年度|总结", title)
        )
        if delivered and _spoken_in(page, years[0]):
            review, plan = review or years[0] - 1, plan or years[0]
        elif delivered and review is None and plan is None and not _looks_back(page, years[0]):
            review, plan = years[0] - 1, years[0]
        elif not (delivered and review is not None):
            review = review or years[0]
            plan = plan or (years[1] if len(years) > 1 else None)
    issued = _issued(page)
    if review is None and plan is None and issued:
        spoken = int(issued[:4])
        review = spoken if int(issued[5:7]) >= 11 and not _said(page, spoken - 1, spoken) else spoken - 1
    if review is None and plan is not None:
        review = plan - 1
    if review is None:
        review = _commonest(page)
    if plan is None and review is not None and _has_plan(page):
        plan = review + 1
    return review, plan


def _spoken_in(page: Page, year: int) -> bool:
    """Whether the report was delivered in the first months of `year`: then it looks back on the year before."""
    issued = _issued(page)
    return issued is not None and issued[:4] == str(year) and issued[5:7] <= "04"


def _heading_years(page: Page) -> tuple[int | None, int | None]:
    review = plan = None
    parts = _cues()["parts"]
    back, ahead = re.compile("|".join(parts["review"])), re.compile("|".join(parts["plan"]))
    for line in page.lines:
        if len(line.text) > 45 or "。" in line.text.rstrip("。"):
            continue
        if not re.match(r"[一二三四五六]、|（[一二三]）|第[一二三]部分|20\d\d年", line.text):
            continue
        found = YEAR.search(line.text) or re.search(r"(20\d\d)", line.text)
        if found is None:
            continue
        if ahead.search(line.text):
            plan = plan or int(found[1])
        elif back.search(line.text):
            review = review or int(found[1])
    return review, plan


def _looks_back(page: Page, year: int) -> bool:
    """Whether the text tells of `year` as of a year that is over (2021年，全镇…完成) rather than ahead."""
    return _said(page, year, year - 1)


def _said(page: Page, one: int, other: int) -> bool:
    """Whether the year `one` is named more often than `other`."""
    text = "".join(line.text for line in page.lines)
    return text.count(f"{one}年") > text.count(f"{other}年")


def _commonest(page: Page) -> int | None:
    years = Counter(int(y) for line in page.lines for y in YEAR.findall(line.text))
    return min(years, key=lambda y: (-years[y], y)) if years else None


def _has_plan(page: Page) -> bool:
    ahead = re.compile("|".join(_cues()["parts"]["plan"]))
    return any(
        len(x.text) < 45 and re.match(r"[一二三四五六]、|20\d\d年", x.text) and ahead.search(x.text) for x in page.lines
    )


def _level(unit: str | None, issuer: str | None, title: str | None, page: Page) -> Level | None:
    """The level of government that reports."""
    if unit:
        if unit.endswith("市"):
            text = "".join(line.text for line in page.lines[:40])
            return (
                Level.PROVINCE
                if unit[:2] in ("北京", "上海", "天津", "重庆")
                else (
                    Level.COUNTY
                    if re.search(r"(?:地级|.{2}市委[、，]?.{0,3}市政府的?(?:正确|坚强)?领导)", text)
                    else Level.PREFECTURE
                )
            )
        if unit.endswith("自治区"):
            return Level.PROVINCE
        if unit.endswith("自治州"):
            return Level.PREFECTURE
        for ending, level in LEVELS:
            if re.search(ending + "$", unit):
                return level
    for text in (title, issuer):
        if text and re.search(r"乡镇|镇|乡|街道", text):
            return Level.TOWNSHIP
    return None
