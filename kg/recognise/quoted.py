"""Quoted names that no scheme lists: known by a head noun (“…”行动, “…”战略), by the verb in front, or by their row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.model import Kind
from kg.recognise.forms import CLAUSE_END, cues, provisional
from kg.recognise.listed import Name
from kg.recognise.numerals import alternatives

QUOTED = re.compile(
    r"(?:“(?=[^“”\n]{2,50}[”“])|‘(?=[^‘’“”\n]{2,40}’))(?P<words>[^“”\n]{2,50}?)(?:[”“]|(?<=[^”])’(?![^“]*”))"
)
IN_A_ROW = re.compile(r"^(?:[、和及与，；“”]|\s|[\dxX.余多]+[\u4e00-\u9fff]{1,2})*$")
ROW = re.compile(r"(?:[、和及与]?“[^“”]{2,40}”)+")
# “四公开”（…）制度, “五零”村（社区）创建: the aside does not part the name from its head
ASIDE = re.compile(r"^([\u4e00-\u9fff]{0,2})（[^（）\n]*）")


@cache
def _heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Head nouns behind a closing quote, a few attributive characters allowed between, by kind."""
    tables = cues()
    strategy = alternatives(tables["strategy"]["heads"])
    programme = alternatives(tables["programme"]["heads"])
    some, many = r"[\u4e00-\u9fff]{0,4}?", r"(?:的|等)[\u4e00-\u9fff]{0,7}?"
    return (
        re.compile(rf"(?:的?{some})(?!工作格局)(?:{strategy})"),
        re.compile(rf"(?:{some}|{many})(?:{programme})"),
    )


@cache
def _verbs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    tables = cues()
    counted = r"(?:[\d一二三两四五六七八九十百多余]+(?:轮|次|场|期|批|个|项|支|名))?"
    where = "(?:了|好|以|的|实|到|全国|全省|全市|全县|农村|社区|镇村|村级|城乡|各类|一批)?"
    modifier = rf"{counted}{where}[\u4e00-\u9fff]{{0,6}}$"
    return (
        re.compile(rf"(?:{alternatives(tables['strategy']['verbs'])}){modifier}"),
        re.compile(rf"(?:{alternatives(tables['programme']['verbs'])}){modifier}"),
    )


@cache
def _never() -> re.Pattern[str]:
    """Quoted words that are no name even before a head noun."""
    return re.compile("|".join(cues()["not_names"]["never"]))


@cache
def _rhetoric() -> re.Pattern[str]:
    """Quoted words that are a figure of speech or an honour unless a head noun says otherwise."""
    return re.compile("|".join(cues()["not_names"]["patterns"]))


@cache
def _followers() -> re.Pattern[str]:
    return re.compile(str(cues()["not_names"]["followers"]))


@cache
def _inner_head() -> re.Pattern[str]:
    return re.compile(rf".{{2,}}(?:{alternatives(cues()['programme']['inner_heads'])})$")


@cache
def _carried_out() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(cues()['programme']['predicates'])})")


def recognise(text: str, listed: list[Name]) -> Iterator[Name]:
    """Quoted names known by their head noun, by the verb in front, or by the neighbour in the same row."""
    whole = {(n.start, n.end): n for n in listed}
    previous: Name | None = None
    for match in QUOTED.finditer(text):
        name = whole.get(match.span("words"))
        if name is None and (name := _form(text, match, previous)) is not None:
            yield name
        previous = name


def _form(text: str, match: re.Match[str], previous: Name | None) -> Name | None:
    """What kind of name a quotation is, by the first sign that tells; None where it is no name."""
    start, end = match.span("words")
    words = match["words"]
    behind = CLAUSE_END.split(ASIDE.sub(r"\1", text[match.end() : match.end() + 90]), maxsplit=1)[0]
    row = ROW.match(behind)
    head_text = behind[row.end() if row else 0 :][:16].split("、")[0]
    before = CLAUSE_END.split(text[max(0, start - 20) : start - 1])[-1]
    if _never().search(words):
        return None
    kind, head, rule = _by_head(head_text, before)
    if kind is None and previous is not None and _in_a_row(text, previous, start - 1):
        kind, rule = previous.concept.kind, "quoted in a row"
    if kind is None and _is_slogan(words, text, match.end()):
        kind, rule = Kind.PROGRAMME, "numeral slogan"
    if kind is None and not _rhetoric().search(words) and not _followers().match(behind):
        kind, rule = _by_place(words, before, behind[row.end() if row else 0 :])
    if kind is None:
        return None
    return Name(start, end, provisional(kind, words, "" if row else head), rule)


def _by_head(behind: str, before: str) -> tuple[Kind | None, str, str]:
    """The kind of the noun that the quoted name qualifies (“…”行动); of two the one further on is the head."""
    strategy, programme = (heads.match(behind) for heads in _heads())
    if strategy is None and programme is None:
        return None, "", ""
    chosen = strategy if programme is None or (strategy and strategy.end() >= programme.end()) else programme
    assert chosen is not None
    guides = chosen[0] in cues()["strategy"]["weak_heads"] and _guided().search(before)
    kind = Kind.STRATEGY if chosen is strategy or guides or _set_by(before) else Kind.PROGRAMME
    return kind, chosen[0], "quoted with head"


@cache
def _guided() -> re.Pattern[str]:
    """Matches a verb of following a strategy at the end of what stands in front: 紧紧围绕“两个中心”建设."""
    return re.compile(rf"(?:{alternatives(cues()['strategy']['guiding'])})[一-鿿]{{0,4}}$")


def _by_place(words: str, before: str, behind: str) -> tuple[Kind | None, str]:
    """The kind by where the quotation stands: behind a verb, or as the subject of what is carried out."""
    if _inner_head().search(words):
        return Kind.PROGRAMME, "quoted with head inside"
    for verbs, kind in zip(_verbs(), (Kind.STRATEGY, Kind.PROGRAMME), strict=True):
        if verbs.search(before):
            return kind, "quoted behind verb"
    if len(words) <= 8 and _carried_out().match(behind):
        return Kind.PROGRAMME, "quoted and carried out"
    return None, ""


@cache
def _slogan(name: str) -> re.Pattern[str]:
    return re.compile(cues()["slogan"][name])


def _is_slogan(words: str, text: str, end: int) -> bool:
    """Whether a quotation is made of numerals (五改一化一维, 1+6+N) or expanded in brackets: “六清”（清沟、清渠…）."""
    if _rhetoric().search(words):
        return False
    expanded = _slogan("number").match(words) and _slogan("expansion").match(text, end - 1)
    return bool(_slogan("parts").fullmatch(words) or _slogan("formula").fullmatch(words) or expanded)


def _set_by(before: str) -> bool:
    """Whether a party committee or a government is said to have set what follows: 市委“…”建设."""
    return re.search(r"(?:[省市县区旗州镇乡]委|政府|党委)(?:的|提出的?|确定的?)?$", before) is not None


def _in_a_row(text: str, previous: Name, until: int) -> bool:
    """Whether only separators, or numbers with their units, stand between a name and the next quotation."""
    between = text[previous.end + 1 : until]
    return len(between) <= 12 and IN_A_ROW.match(between) is not None
