"""Names of programmes and strategies: those the schemes list, and those that show by their form what they are.

Scheme names are sought in the text without quotation marks, so that “放管服”改革 and 放管服改革 are one. Forms:
a quoted name before a head noun (“…”行动, “…”战略), a quoted name behind a verb of carrying out (推进“…”), quoted
names in a row, and an unquoted name between such a verb and a head noun (实施…提升行动).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.lexicon import Entry, concepts, of_schemes, refused, table
from kg.model import Concept, Kind, Level, Part, Practice, Sentence
from kg.model import Mention as Named
from kg.recognise import apart
from kg.recognise.periods import Time

QUOTES = "“”‘’"
_QUOTE = re.compile(f"[{QUOTES}]")
QUOTED = re.compile(
    r"(?:“(?=[^“”\n]{2,50}[”“])|‘(?=[^‘’“”\n]{2,40}’))(?P<words>[^“”\n]{2,50}?)(?:[”“]|(?<=[^”])’(?![^“]*”))"
)
IN_A_ROW = re.compile(r"^(?:[、和及与，；“”]|\s|[\dxX.余多]+[\u4e00-\u9fff]{1,2})*$")
ROW = re.compile(r"(?:[、和及与]?“[^“”]{2,40}”)+")
ASIDE = re.compile(r"^（[^（）\n]*）")  # “四公开”（…）制度: the aside does not part the name from its head
WORK = re.compile(r"(?:工作)?$")  # 整治工作 is 整治
CLAUSE_END = re.compile(r"[，。；！？：\n]")
SETTERS = (
    (re.compile(r"(?:党中央|中央|国务院|国家)[^，。；“]{0,8}$"), Level.CENTRAL),
    (re.compile(r"(?:省委|省政府|自治区党委|自治区|全省|省委省政府)[^，。；“]{0,8}$"), Level.PROVINCE),
    (re.compile(r"(?:市委|市政府|州委|全市)[^，。；“]{0,8}$"), Level.PREFECTURE),
    (re.compile(r"(?:县委|区委|旗委|县政府|区政府|全县|全区)[^，。；“]{0,8}$"), Level.COUNTY),
    (re.compile(r"(?:镇党委|乡党委|街道党工委|镇委|乡委)[^，。；“]{0,8}$"), Level.TOWNSHIP),
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in the text (clean offsets), by the rule of that name."""

    start: int
    end: int
    concept: Concept
    rule: str


@of_schemes
def _automaton() -> tuple[AhoCorasick, tuple[Entry, ...]]:
    entries: list[Entry] = []
    patterns: list[str] = []
    for entry in concepts():
        for name in (*entry.concept.names, *entry.implied):
            patterns.append(name)
            entries.append(entry)
    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest), tuple(entries)


@of_schemes
def known() -> dict[str, Concept]:
    """Every label of the schemes → its concept."""
    return {name: entry.concept for entry in concepts() for name in entry.concept.names}


@cache
def _cues() -> dict[str, dict[str, list[str]]]:
    return table("names.toml")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Head nouns behind a closing quote, a few attributive characters allowed between, by kind."""
    cues = _cues()
    strategy = _alternatives(cues["strategy"]["heads"])
    programme = _alternatives(cues["programme"]["heads"])
    some, many = r"[\u4e00-\u9fff]{0,4}?", r"(?:的|等)[\u4e00-\u9fff]{0,7}?"
    return (
        re.compile(rf"(?:的|{some})(?!工作格局)(?:{strategy})"),
        re.compile(rf"(?:{some}|{many})(?:{programme})"),
    )


@cache
def _verbs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    cues = _cues()
    modifier = r"(?:了|好|以|的|实|到|全国|全省|全市|全县|农村|社区|镇村|村级|城乡|各类|一批)?[\u4e00-\u9fff]{0,6}$"
    return (
        re.compile(rf"(?:{_alternatives(cues['strategy']['verbs'])}){modifier}"),
        re.compile(rf"(?:{_alternatives(cues['programme']['verbs'])}){modifier}"),
    )


@cache
def _plain() -> tuple[re.Pattern[str], ...]:
    """Unquoted names: between a verb of carrying out and a head noun, and as the subject of such a verb."""
    cues = _cues()["programme"]
    verbs, heads = _alternatives(cues["verbs"]), _alternatives(cues["plain_heads"])
    body = r"[^，。；：、！？“”‘’（）《》\s\d的了和及与等]{2,18}"
    after = r"(?![\u4e00-\u9fff]?(?:指挥部|办公室|领导小组|方案|者|家))"
    return (
        re.compile(rf"(?:{verbs})(?:了|好)?(?P<name>{body}(?:{heads})){after}"),
        re.compile(rf"(?<![^，。；：、！？\n）])(?P<name>{body}(?:{heads}))(?={_alternatives(cues['predicates'])})"),
        re.compile(r"(?<=制、)(?P<name>[^，。；：、！？“”‘’（）\s\d的]{2,10}制)(?=[、，。；等三两四])"),
    )


@cache
def _plain_strategy() -> re.Pattern[str]:
    """Unquoted strategies: 锚定农业强省目标."""
    cues = _cues()["strategy"]
    verbs, heads = _alternatives(cues["plain_verbs"]), _alternatives(cues["plain_heads"])
    return re.compile(
        rf"(?:{verbs})(?:好)?(?P<name>[^，。；：、！？“”‘’（）《》\s\d的了和及与等]{{3,14}}?)(?P<head>{heads})(?=[，。；、和]|要求|任务)"
    )


@cache
def _never() -> re.Pattern[str]:
    """Quoted words that are no name even before a head noun."""
    return re.compile("|".join(_cues()["not_names"]["never"]))


@cache
def _rhetoric() -> re.Pattern[str]:
    """Quoted words that are a figure of speech or an honour unless a head noun says otherwise."""
    return re.compile("|".join(_cues()["not_names"]["patterns"]))


@cache
def _followers() -> re.Pattern[str]:
    return re.compile(str(_cues()["not_names"]["followers"]))


@cache
def _inner_head() -> re.Pattern[str]:
    return re.compile(rf".{{2,}}(?:{_alternatives(_cues()['programme']['inner_heads'])})$")


@cache
def _carried_out() -> re.Pattern[str]:
    return re.compile(rf"(?:{_alternatives(_cues()['programme']['predicates'])})")


def recognise(text: str) -> list[Name]:
    """All names in the reading text, in order, none within another."""
    listed = list(_listed(text))
    taken = _Cover(listed)
    listed += [Name(*found, "said apart") for found in apart.recognise(text) if not taken.meets(*found[:2])]
    taken = _Cover(listed)
    formed = [n for n in _quoted(text, listed) if not taken.holds(n.start, n.end) and not refused(n.concept)]
    formed = [n for n in formed if not _extended(text, taken.inside(n.start, n.end), n)]
    inner = _Cover(formed)
    listed = [n for n in listed if not inner.meets(n.start, n.end) or inner.covered(n.start, n.end)]
    taken = _Cover([*listed, *formed])
    plain = [n for n in _unquoted(text) if not taken.blocks(n.start, n.end) and not refused(n.concept)]
    longer = _Cover(plain)
    kept = [n for n in listed if n.concept.kind is Kind.STRATEGY or not longer.within(n.start, n.end)]
    return sorted([*kept, *formed, *plain], key=lambda n: (n.start, -n.end))


def _extended(text: str, inside: list[Name], name: Name) -> bool:
    """Whether a quotation only adds a nested one to a listed name: “我为群众办实事‘清泉到家’”."""
    return any(m.start == name.start and text[m.end : m.end + 1] in ("‘", "—", "·", "（") for m in inside)


class _Cover:
    """Which stretches of text are taken by names."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = sorted(names, key=lambda n: (n.start, n.end))
        self._starts = [n.start for n in self._names]

    def inside(self, start: int, end: int) -> list[Name]:
        """The names that lie in the stretch."""
        low = bisect_left(self._starts, start)
        return [n for n in self._names[low : bisect_left(self._starts, end)] if n.end <= end]

    def covered(self, start: int, end: int) -> bool:
        """Whether every name that the stretch touches lies in it."""
        return all(start <= s and e <= end for s, e in self._around(start, end) if s < end and start < e)

    def blocks(self, start: int, end: int) -> bool:
        """Whether a name begins or ends with the stretch or reaches over its edge; one in its middle does not.

        Neither does a strategy that it begins with: 新型城镇化战略五年行动计划 carries the strategy out.
        """
        return any(self._bars(name, start, end) for name in self._names_around(start, end))

    def _bars(self, name: Name, start: int, end: int) -> bool:
        if not (name.start < end and start < name.end):
            return False
        opens = name.concept.kind is Kind.STRATEGY and name.start == start and name.end < end
        return not opens and (name.start <= start or name.end >= end)

    def _names_around(self, start: int, end: int) -> Iterator[Name]:
        at = max(0, bisect_right(self._starts, start) - 3)
        while at < len(self._names) and self._starts[at] < end:
            yield self._names[at]
            at += 1

    def _around(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        return ((name.start, name.end) for name in self._names_around(start, end))

    def holds(self, start: int, end: int) -> bool:
        """Whether one name covers the whole stretch."""
        return any(s <= start and end <= e for s, e in self._around(start, end))

    def within(self, start: int, end: int) -> bool:
        """Whether the stretch lies inside a longer name."""
        return any(s <= start and end <= e and (s, e) != (start, end) for s, e in self._around(start, end))

    def meets(self, start: int, end: int) -> bool:
        """Whether any name shares a character with the stretch."""
        return any(s < end and start < e for s, e in self._around(start, end))


def _listed(text: str) -> Iterator[Name]:
    """Scheme names, sought without quotation marks; some are read only where the text quotes them."""
    bare = _QUOTE.sub("", text)
    marks = [match.start() - before for before, match in enumerate(_QUOTE.finditer(text))]  # where they stood in `bare`
    automaton, entries = _automaton()
    for which, start, end in automaton.find_matches_as_indexes(bare):
        entry = entries[which]
        low, high = start + bisect_right(marks, start), end + bisect_right(marks, end - 1)
        if entry.quoted and not _in_quotes(text, low, high):
            continue
        yield Name(low, high, entry.concept, "scheme")


def _in_quotes(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return before in ("“", "‘") or after in ("”", "’") or any(q in text[start:end] for q in QUOTES)


def _quoted(text: str, listed: list[Name]) -> Iterator[Name]:
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
    behind = CLAUSE_END.split(ASIDE.sub("", text[match.end() : match.end() + 90]))[0]
    row = ROW.match(behind)
    head_text = behind[row.end() if row else 0 :][:16].split("、")[0]
    before = CLAUSE_END.split(text[max(0, start - 20) : start - 1])[-1]
    if _never().search(words):
        return None
    kind, head, rule = _by_head(head_text, before)
    if kind is None and previous is not None and _in_a_row(text, previous, start - 1):
        kind, rule = previous.concept.kind, "quoted in a row"
    if kind is None and not _rhetoric().search(words) and not _followers().match(behind):
        kind, rule = _by_place(words, before, behind[row.end() if row else 0 :])
    if kind is None:
        return None
    return Name(start, end, _provisional(kind, words, "" if row else head), rule)


def _by_head(behind: str, before: str) -> tuple[Kind | None, str, str]:
    """The kind of the noun that the quoted name qualifies (“…”行动); of two the one further on is the head."""
    strategy, programme = (heads.match(behind) for heads in _heads())
    if strategy is None and programme is None:
        return None, "", ""
    chosen = strategy if programme is None or (strategy and strategy.end() >= programme.end()) else programme
    assert chosen is not None
    kind = Kind.STRATEGY if chosen is strategy or _set_by(before) else Kind.PROGRAMME
    return kind, chosen[0], "quoted with head"


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


def _set_by(before: str) -> bool:
    """Whether a party committee or a government is said to have set what follows: 市委“…”建设."""
    return re.search(r"(?:[省市县区旗州镇乡]委|政府|党委)(?:的|提出的?|确定的?)?$", before) is not None


def _in_a_row(text: str, previous: Name, until: int) -> bool:
    """Whether only separators, or numbers with their units, stand between a name and the next quotation."""
    between = text[previous.end + 1 : until]
    return len(between) <= 12 and IN_A_ROW.match(between) is not None


def _provisional(kind: Kind, words: str, head: str) -> Concept:
    """A concept no scheme lists, with its head noun as another name: 四联四调, 四联四调模式."""
    label = words.strip("，、 ")
    if (listed := known().get(label + head)) or (listed := known().get(label)):
        return listed
    names = (label, label + head) if head else (label,)
    return Concept(kind, label, names, label, known=False)


def _unquoted(text: str) -> Iterator[Name]:
    """Names with a head noun that something is said to be done with: 实施河岸亮化工程, 集体林权改革全面铺开."""
    taken = -1
    for start, end in sorted({m.span("name") for pattern in _plain() for m in pattern.finditer(text)}):
        lead = _pure_verbs().match(text, start, end)
        start = lead.end() if lead else start
        end -= len(WORK.search(text[start:end])[0])  # type: ignore[index]
        words = text[start:end]
        if len(words) < 4 or start < taken or _generic().match(words):
            continue
        taken = end
        yield Name(start, end, _provisional(Kind.PROGRAMME, words, ""), "unquoted with head")
    for match in _plain_strategy().finditer(text):
        if not _ordinary_aim().search(match["name"]):
            concept = _provisional(Kind.STRATEGY, match["name"], match["head"])
            yield Name(match.start("name"), match.end("name"), concept, "unquoted strategy")


@cache
def _ordinary_aim() -> re.Pattern[str]:
    """Aims that every report has and that name no strategy: 年度工作目标, 各项发展目标."""
    return re.compile("|".join(_cues()["strategy"]["ordinary"]))


@cache
def _pure_verbs() -> re.Pattern[str]:
    """Verbs and adverbs that stand before a name and never begin one."""
    return re.compile(rf"(?:{_alternatives(_cues()['programme']['pure_verbs'])}|好|了|以)+")


@cache
def _generic() -> re.Pattern[str]:
    cues = _cues()["programme"]
    return re.compile(rf"^(?:{_alternatives(cues['generic'])})*(?:{_alternatives(cues['plain_heads'])})$")


def mentions(text: str, names: list[Name], sentences: tuple[Sentence, ...], times: Sequence[Time]) -> list[Named]:
    """Names as mentions in their sentences: what is done or planned, and who set a strategy; others are dropped."""
    starts = [s.start for s in sentences]
    clock = [t.start for t in times]
    found: list[Named] = []
    for name in names:
        at = bisect_right(starts, name.start) - 1
        if at < 0 or name.start >= sentences[at].end:
            continue
        practice = None
        if name.concept.kind is Kind.PROGRAMME:
            said = times[bisect_left(clock, sentences[at].start) : bisect_left(clock, name.start)]
            practice = _practice(text, name, sentences[at], said)
        level = _setter(text, name) if name.concept.kind is Kind.STRATEGY else None
        found.append(Named(name.start, name.end, name.concept, name.rule, practice, level))
    return found


def _practice(text: str, name: Name, sentence: Sentence, said: Sequence[Time]) -> Practice | None:
    """Planned in a plan section, behind a time to come, or behind a word of planning in its clause.

    None where the report names it among its problems: 农村改厕尚未起步.
    """
    if sentence.part is Part.PROBLEMS:
        return None
    if sentence.part is Part.PLAN:
        return Practice.PLANNED
    periods = [t.period(sentence.year) for t in said if not t.comparative]
    if sentence.year is not None and any(p is not None and p.first.year > sentence.year for p in periods):
        return Practice.PLANNED
    clause = CLAUSE_END.split(text[sentence.start : name.start])[-1]
    return Practice.PLANNED if _to_come().search(clause) else Practice.IMPLEMENTED


@cache
def _to_come() -> re.Pattern[str]:
    return re.compile(str(_cues()["programme"]["to_come"]))


def _setter(text: str, name: Name) -> Level | None:
    """Who set a strategy, where the words in front of it say so: 省委“…”战略."""
    before = text[max(0, name.start - 14) : name.start].rstrip("“‘")
    return next((level for cue, level in SETTERS if cue.search(before)), None)
