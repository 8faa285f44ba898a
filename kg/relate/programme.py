"""Ties: which programme a number belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from kg.lexicon import concepts, of_schemes, table
from kg.model import Concept, Kind, Mention
from kg.recognise.listed import IMPLIED
from kg.relate import phrase
from kg.relate.context import BOUNDARY, Context

TIMES_DONE = ("次", "场", "场次", "轮", "期", "批次", "遍")  # counts of the activity itself, whose results follow
REST = 6  # characters that a section's heading may have beside the programme it is about, marks left out
ATTRIBUTE = 5  # characters of a noun that can be an attribute of what was spoken of: 成功率, 惠及人口
COMMON = 12  # concepts that may share a pair of characters before it says nothing of one of them


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(table("clauses.toml")["tie"][name])


class Ties:
    """The programme mentions of a report, asked which of them a number belongs to."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        programmes = [m for m in mentions if m.concept.kind is Kind.PROGRAMME]
        self._named = _Row(m for m in programmes if m.rule != IMPLIED)
        self._implied = _Row(m for m in programmes if m.rule == IMPLIED)

    def within(self, start: int, end: int) -> list[Mention]:
        """Mentions of programmes by name that lie in the stretch, in order."""
        return self._named.within(start, end)

    def programme(self, context: Context, before: Concept | None) -> tuple[Concept | None, str]:
        """The programme of the number and the rule that ties it, the first that finds one; None where none does.

        `before` is the programme of the number in front of it in the sentence.
        """
        if self._depends(context) or (before and _is_rate(context)):
            return before, "depends on the number before"
        spoken_of = self.within(context.sentence.start, context.sentence.end)
        for rule, find in RULES if spoken_of else ELSEWHERE:
            if found := find(self, context):
                return found.concept, rule
        return None, "no programme near"

    def _depends(self, context: Context) -> bool:
        """Whether the number says more of the one before it in its clause, and names nothing itself: 、增长34.6%.

        So does what was done of as many: 排查隐患32处整改30处.
        """
        previous, left = context.previous, context.quantity.left
        if previous is None or previous.start < context.clause[0] or self.within(left - len(context.before), left):
            return False
        done = previous.unit == context.quantity.unit and phrase.ends_in_verb(context.before)
        return done or _bare(context)

    def in_front(self, context: Context) -> Mention | None:
        """推进厕所革命改厕61个: the programme between the number and the one before it, or the clause's beginning."""
        left = context.quantity.left
        before = self.within(left - len(context.before), left)
        behind = [(m, context.text[m.end : left]) for m in before]
        whole = [m for m, rest in behind if not (_cue("other_thing").search(rest) or _cue("of_persons").match(rest))]
        return _head_of_row(context.text, whole)

    def behind(self, context: Context) -> Mention | None:
        """新增3个厕所革命示范村: the programme that the number counts, with nothing but its attributes between them."""
        right = context.quantity.right
        after = self.within(context.quantity.end, right + len(context.after))
        return after[0] if after and not _cue("parts").search(context.text[right : after[0].start]) else None

    def in_clause(self, context: Context) -> Mention | None:
        """雨露计划补助5万元、惠及80人: the programme in front of the number before, in the same clause."""
        clause = self.within(context.clause[0], context.quantity.start)
        return clause[-1] if clause and context.previous and context.previous.start > clause[-1].start else None

    def of_activity(self, context: Context) -> Mention | None:
        """开展打非治违行动10次，取缔5家: what the activity brought, whose times were counted just before."""
        if context.quantity.unit in TIMES_DONE:  # another activity
            return None
        for at in range(context.index - 1, -1, -1):
            quantity = context.row[at]
            if quantity.unit in TIMES_DONE:
                named = self.within(context.clause_start(quantity.left), context.clause_end(quantity.right))
                return named[-1] if named and not _own_subject(context, named[-1]) else None
        return None

    def topic(self, context: Context) -> Mention | None:
        """“长者饭堂”增至10间，全年供餐21万人次: the programme of an earlier clause, which this one goes on with."""
        for at in range(context.index - 1, -1, -1):
            quantity = context.row[at]
            start = context.clause_start(quantity.left)
            named = self.within(start, quantity.left) if start < context.clause[0] else []
            if named:
                return named[0] if self._rules_on(context, named[0]) else None
        return None

    def _rules_on(self, context: Context, mention: Mention) -> bool:
        """Whether an earlier clause's programme rules the number: what depends on it, or goes on about its subject."""
        if _bare(context) or (_acts(context.text, mention) and not _own_subject(context, mention)):
            return True
        if not _is_subject(context, mention):
            return False
        return not _opens_with_noun(context) or not _own_subject(context, mention)

    def clauses_before(self, context: Context) -> Mention | None:
        """慰问老人50人，购买了“防贫保”，参保率达100%: the programme that clauses without a number name just before."""
        return self._of_run(context, context.previous.right if context.previous else context.sentence.start)

    def opening(self, context: Context) -> Mention | None:
        """推进厕所革命，计划改厕100个，完成5个村摸排: the programme that clauses further in front name."""
        for at in range(context.index - 1, -1, -1):
            low = context.row[at - 1].right if at else context.sentence.start
            if self.within(low, context.clause_start(context.row[at].left)):
                return self._of_run(context, low, context.row[at].left)
        return None

    def _of_run(self, context: Context, low: int, high: int | None = None) -> Mention | None:
        """The programme that rules a run of clauses, which ends where the clause of `high` or of the number begins."""
        end = context.clause[0] if high is None else context.clause_start(high)
        named = [m for m in self.within(low, end) if not _is_manner(context, m) and not _is_counted(context, m)]
        if not named:
            return None
        spoken_of = [m for m in named if _speaks_of(context, m)]
        chosen = spoken_of[0] if spoken_of else _ruling(context, named)
        start = context.clause_start(chosen.start)
        row = [m for m in named if context.clause_start(m.start) == start]
        if len(spoken_of) != 1 and not _is_one(context.text, row):
            return None
        return None if _is_subject(context, chosen) and _growth_of_another(context, chosen) else chosen

    def in_heading(self, context: Context) -> Mention | None:
        """3.厕所革命扎实推进: the programme of the nearest heading that names one; one further out named."""
        for start, end in reversed(context.sentence.headings):
            named = self.within(start, end)
            if named and self._heads(context, named[0], start, end):
                return named[0]
        return None

    def implied(self, context: Context) -> Mention | None:
        """镇级河长巡河26次: the programme whose organs or posts stand beside the number, where none is named."""
        quantity = context.quantity
        near = self._implied.within(quantity.left - len(context.before), quantity.right + len(context.after))
        if not near and context.previous and not _opens_with_noun(context):  # 划分网格36个，…，上报事件190件
            near = self._implied.within(context.sentence.start, context.previous.right)
        return near[-1] if near else None

    def _heads(self, context: Context, mention: Mention, start: int, end: int) -> bool:
        """Whether a heading's programme rules the number: not as one of two things, nor over the growth of another.

        A section's heading does where it says little else: （四）河长制工作, not （三）突出民生实事，群众获得感再增强.
        """
        mark = _cue("wide_heading").match(context.text, start)
        rest = context.text[mark.end() if mark else start : mention.start] + context.text[mention.end : end]
        if (mark or (start, end) == context.sentence.headings[0]) and len(rest.strip("“”。：")) > REST:
            return _speaks_of(context, mention)
        if _cue("one_of_two").search(context.text[start : mention.start] + "□" + context.text[mention.end : end]):
            return _speaks_of(context, mention)
        return not _growth_of_another(context, mention)


Rule = Callable[[Ties, Context], Mention | None]
ELSEWHERE: tuple[tuple[str, Rule], ...] = (  # than in the sentence by name
    ("named in the heading", Ties.in_heading),
    ("implied by its organs", Ties.implied),
)
RULES: tuple[tuple[str, Rule], ...] = (
    ("named with the number", Ties.in_front),
    ("counted by the number", Ties.behind),
    ("named in the clause", Ties.in_clause),
    ("result of the activity", Ties.of_activity),
    ("subject of the clause before", Ties.topic),
    ("named just before", Ties.clauses_before),
    ("opens the sentence", Ties.opening),
    *ELSEWHERE,
)


class _Row:
    """Mentions in order."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._mentions = list(mentions)
        self._starts = [m.start for m in self._mentions]

    def within(self, start: int, end: int) -> list[Mention]:
        """Those that begin in the stretch."""
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def _head_of_row(text: str, mentions: Sequence[Mention]) -> Mention | None:
    """The mention next to the number, or the first of the row that it closes (A、B、C等贷款12万元)."""
    at = len(mentions) - 1
    while at > 0 and re.fullmatch("[”’]?[、和及与]?[“‘]?", text[mentions[at - 1].end : mentions[at].start]):
        at -= 1
    return mentions[at] if mentions else None


def _acts(text: str, mention: Mention) -> bool:
    """Whether a programme is a body that acts itself: 组建“板凳宣讲队”14支，开展宣讲120场."""
    return _cue("body").search(text, mention.start, mention.end) is not None


def _is_rate(context: Context) -> bool:
    """Whether the number is a rate said of what was counted just before: 签约1.08万户，签约率38.5%."""
    return context.previous is not None and _cue("rate").fullmatch(phrase.trim(context.before)) is not None


def _is_one(text: str, row: Sequence[Mention]) -> bool:
    """Whether mentions in a clause are one programme: its parts in a phrase, or a row with one head (“A”“B”活动)."""
    joined = all(text[a.end : b.start] in ("", "“", "”") for a, b in pairwise(row))
    return joined or len({m.concept.slug for m in row}) == 1 or bool(_cue("one_head").match(text, row[-1].end))


def _bare(context: Context) -> bool:
    """Whether nothing but a verb or a word of growth stands in front of the number: 取缔5家, 其中3家."""
    lead = phrase.trim(context.before)
    return not lead or phrase.is_verb(lead) or _cue("goes_on").match(context.before.lstrip("，、；")) is not None


def _ruling(context: Context, named: Sequence[Mention]) -> Mention:
    """Of several in a run of clauses the last that opens a statement of its own, else the first."""
    return next((m for m in reversed(named) if _is_subject(context, m)), named[0])


def _is_manner(context: Context, mention: Mention) -> bool:
    """Whether the mention only says how something is done, or what something is: 按照“…”的要求, 作为“一号工程”."""
    return _cue("manner").search(context.text[context.clause_start(mention.start) : mention.start]) is not None


def _is_counted(context: Context, mention: Mention) -> bool:
    """Whether a number in front counts things that the mention only qualifies: 建成129条乡村振兴示范带."""
    number = next((q for q in reversed(context.row[: context.index]) if q.right <= mention.start), None)
    if number is None or number.unit in (*TIMES_DONE, "元"):
        return False
    between = context.text[number.right : mention.start]
    return len(between) <= ATTRIBUTE and not BOUNDARY.search(between) and not _doing().search(between)


def _is_subject(context: Context, mention: Mention) -> bool:
    """Whether the mention opens its clause, what is said of it following: “四算一体”稳步推进."""
    lead = context.text[context.clause_start(mention.start) : mention.start].rstrip("“‘")
    if lead.endswith(("、", "和", "及", "与")) or _cue("of_persons").match(context.text, mention.end):
        return False
    return _doing().search(lead) is None and phrase.verb().search(lead) is None


@cache
def _doing() -> re.Pattern[str]:
    """Matches a verb or preposition that has a programme for its object."""
    return re.compile("|".join([*table("names.toml")["programme"]["verbs"], _cue("object_of").pattern]))


def _opens_with_noun(context: Context) -> bool:
    """Whether the number's clause opens with a noun that is more than an attribute of what was spoken of."""
    lead = phrase.trim(context.lead)
    return len(lead) > ATTRIBUTE and not _is_verbal(lead)


def _is_verbal(lead: str) -> bool:
    return bool(phrase.verb().match(lead) or _doing().match(lead) or phrase.begins_as_verb(lead))


def _own_subject(context: Context, mention: Mention) -> bool:
    """Whether the number's clause speaks of something else: it opens with a noun that the programme's name lacks."""
    lead = phrase.trim(context.lead)
    return bool(lead) and not _is_verbal(lead) and not _speaks_of(context, mention)


def _growth_of_another(context: Context, mention: Mention) -> bool:
    """Whether the number is the growth of something that the clause names itself, no work of the programme's."""
    return phrase.cue("indicator", "growth_word").search(context.before) is not None and _own_subject(context, mention)


def _speaks_of(context: Context, mention: Mention) -> bool:
    """Whether the number's clause has words of the programme's name that few other names have."""
    said = context.lead + context.after
    return any(pair in said for pair in _telling(mention.concept.names, _common_pairs()))


@lru_cache(4096)
def _telling(names: tuple[str, ...], common: frozenset[str]) -> frozenset[str]:
    """Pairs of characters that tell of what has these names."""
    return frozenset(pair for name in names for pair in _pairs(name)) - common


def _pairs(name: str) -> Iterator[str]:
    """Every two neighbouring characters of a name."""
    return (name[at : at + 2] for at in range(len(name) - 1))


@of_schemes
def _common_pairs() -> frozenset[str]:
    """Pairs of characters that many names share, and that say little for that: 建设, 农村."""
    count = Counter(pair for entry in concepts() for pair in set(_pairs(entry.concept.label)))
    return frozenset(pair for pair, times in count.items() if times > COMMON)
