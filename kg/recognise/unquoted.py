"""Unquoted names that no scheme lists, known by their form and by what is said to be done with them.

Between a verb of carrying out and a head noun (实施河岸亮化工程), as the subject of such a verb (集体林权改革全面铺开),
in rows that share a head (甲、乙等行动), as duties by day, week and month (日监视、周分析制度), as packages of measures
(人才振兴60条).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product

from ahocorasick_rs import AhoCorasick

from kg.model import Kind
from kg.recognise.forms import cues, provisional, stretches
from kg.recognise.listed import Name
from kg.recognise.numerals import alternatives

WORK = re.compile(r"(?:工作)?$")  # 整治工作 is 整治


MARKS = "，。；：、！？\n）"  # in front of a name that is a subject
ROW_MARKS = "，。；：！？\n"  # around a row
BODY = r"[^，。；：、！？“”‘’（）《》\s\d的了和及与等]{2,18}"
AIM = r"(?P<name>[^，。；：、！？“”‘’（）《》\s\d的了和及与等]{3,14}?)"  # a strategy without its head
MEMBER = r"[^，。；：！？“”‘’（）《》\s\d的了、]{3,14}?"  # of a row that shares its head


@cache
def _plain() -> tuple[re.Pattern[str], ...]:
    """Names alone: behind a verb of carrying out, further …制 of a row, packages of measures, duties by the day."""
    programme = cues()["programme"]
    verbs, heads = alternatives(programme["verbs"]), alternatives(programme["plain_heads"])
    after = r"(?![\u4e00-\u9fff]?(?:指挥部|办公室|领导小组|方案|者|家|创新成果))"
    return (
        re.compile(rf"(?:{verbs})(?:了|好)?(?P<name>{BODY}(?:{heads})){after}"),
        re.compile(r"、(?<=制、)(?P<name>[^，。；：、！？“”‘’（）\s\d的]{2,10}制)(?=[、，。；等三两四])"),
        re.compile(rf"{cues()['policy']['verbs']}“?{cues()['policy']['name']}"),
        re.compile(rf"(?P<name>{cues()['schedule']['parts']})(?={cues()['schedule']['heads']})"),
    )


@cache
def _subject() -> tuple[AhoCorasick, re.Pattern[str]]:
    """Names that open a clause, in front of what is said to become of them, and what finds head and verb together."""
    heads, predicates = cues()["programme"]["plain_heads"], cues()["programme"]["predicates"]
    signs = AhoCorasick(map("".join, product(heads, predicates)))
    return signs, re.compile(rf"(?P<name>{BODY}(?:{alternatives(heads)}))(?={alternatives(predicates)})")


@cache
def _row() -> tuple[AhoCorasick, re.Pattern[str]]:
    """A row of names that share the head behind its last, 实施甲、乙、丙等行动, and what finds its end."""
    verbs, heads = alternatives(cues()["programme"]["verbs"]), cues()["row"]["heads"]
    row = rf"(?P<row>{MEMBER}(?:、{MEMBER}){{1,5}}(?:和{MEMBER})?)"
    signs = AhoCorasick(map("".join, product("等", ("", "系列", "专项"), heads)))
    return signs, re.compile(rf"(?:{verbs}){row}等(?:系列|专项)?(?P<head>{alternatives(heads)})")


@cache
def _guide() -> re.Pattern[str]:
    """Strategies behind a verb: 锚定农业强省目标."""
    strategy = cues()["strategy"]
    verbs, heads = alternatives(strategy["plain_verbs"]), alternatives(strategy["plain_heads"])
    return re.compile(rf"(?:{verbs})(?:好)?{AIM}(?P<head>{heads})(?=[，。；、和]|要求|任务)")


@cache
def _guiding() -> tuple[AhoCorasick, re.Pattern[str]]:
    """Strategies that open a clause, 科技富民战略深入实施, and what finds their head."""
    carried = r"(?:得到)?(?:深入|全面|扎实|持续|有效|加快|稳步|顺利)(?:实施|推进|落实)"
    return AhoCorasick(["战略"]), re.compile(rf"{AIM}(?P<head>战略)(?={carried})")


def _opening(text: str, signs: AhoCorasick, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of a form that open their clause."""
    return filter(None, (form.match(text, start) for start, _ in stretches(text, signs, MARKS)))


def recognise(text: str) -> Iterator[Name]:
    """The names in the reading text, programmes alone, then those of rows, then strategies."""
    yield from _alone(text)
    yield from _of_rows(text)
    for match in chain(_guide().finditer(text), _opening(text, *_guiding())):
        if not _ordinary_aim().search(match["name"]):
            concept = provisional(Kind.STRATEGY, match["name"], match["head"])
            yield Name(match.start("name"), match.end("name"), concept, "unquoted strategy")


def _alone(text: str) -> Iterator[Name]:
    taken = -1
    matches = chain(_opening(text, *_subject()), *(pattern.finditer(text) for pattern in _plain()))
    for start, end in sorted({match.span("name") for match in matches}):
        lead = _pure_verbs().match(text, start, end)
        start = lead.end() if lead else start
        end -= len(WORK.search(text[start:end])[0])  # type: ignore[index]
        words = text[start:end]
        if len(words) < 4 or start < taken or _generic().match(words) or _is_building_work(words):
            continue
        taken = end
        yield Name(start, end, provisional(Kind.PROGRAMME, words, ""), "unquoted with head")


def _of_rows(text: str) -> Iterator[Name]:
    signs, form = _row()
    for match in chain.from_iterable(form.finditer(text, *span) for span in stretches(text, signs, ROW_MARKS)):
        at = match.start("row")
        for member in re.split("([、和])", match["row"]):
            lead = _pure_verbs().match(member)
            words = member[lead.end() :] if lead else member
            if len(words) >= 4 and not _generic().match(words + match["head"]):
                start = at + len(member) - len(words)
                yield Name(start, at + len(member), provisional(Kind.PROGRAMME, words, match["head"]), "row with head")
            at += len(member)


def _is_building_work(words: str) -> bool:
    """Whether a name ending in 工程 is one building site (污水处理厂提标改造工程), no scheme."""
    return words.endswith("工程") and re.search(cues()["works"]["marks"], words) is not None


@cache
def _ordinary_aim() -> re.Pattern[str]:
    """Aims that every report has and that name no strategy: 年度工作目标, 各项发展目标."""
    return re.compile("|".join(cues()["strategy"]["ordinary"]))


@cache
def _pure_verbs() -> re.Pattern[str]:
    """Verbs and adverbs that stand before a name and never begin one."""
    return re.compile(rf"(?:{alternatives(cues()['programme']['pure_verbs'])}|要(?!素)|好|了|以)+")


@cache
def _generic() -> re.Pattern[str]:
    programme = cues()["programme"]
    heads = alternatives([*programme["plain_heads"], *cues()["row"]["heads"]])
    return re.compile(rf"^(?:{alternatives(programme['generic'])})*(?:{heads})$")
