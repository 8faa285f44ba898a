"""What a number measures: the shortest phrase that lets it be read alone.

An ordered tuple of named rules; the first that gives a phrase wins. Each sees the number's context, whether it is a
level or a change, and what was measured before it (`Subject`), for what a clause leaves out stands to its left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kg import segment
from kg.lexicon import classifiers
from kg.model import Change
from kg.relate import phrase
from kg.relate.context import BOUNDARY, Context
from kg.relate.phrase import cue, trim

# not within 普及率, 及格率, 和谐村, 参与率
SEPARATORS = re.compile(r"[、，]|和(?![谐平睦])|以?(?<![普涉惠危波])及(?![时格第早])|(?<!参)与(?!会)")
LISTED = re.compile(
    r"[\u4e00-\u9fff（）]{2,12}(?:、|和|及|以及)(?![谐平睦])"
)  # what a number counts, in a list of such
EVENLY = "(?<![人户村亩日月年])均?分别|(?<=[人户村亩日月年]均)分别"
JOINS = re.compile(r"[、，]?(?:又|再)?[\u4e00-\u9fff]{1,4}(?:[到至为]|(?<![建完创形造])成)了?")
BESIDE = "、，和及与个以上左右"  # may stand between the numbers of a row
OPENS = re.compile(r"^[、，。；：（\s]+")  # what words of growth have in front
CLOSES = re.compile(
    r"(?:达到?|约|近|超过?|为|了|在|(?<![人户村亩日月年])均|分别|突破|的?(?:只|也|仅|还)?有)+$"
)  # and behind
ASIDES = re.compile(r"（[^）]*）")
RATIOS = ("%", "‰", "个百分点")
MONEY = ("元", "美元", "港元", "欧元")
IN_WORDS = ("tenths", "half", "fraction", "percent")  # shares in words take their noun behind them: 九成农户
SHORT, LONG = 3, 8  # characters: a noun as short does not stand alone, a phrase as long does
COUNT_OF = {"户": "户数", "人": "人数", "人次": "人次", "元": "资金"}  # what a verb alone is said of


@dataclass(frozen=True, slots=True)
class Subject:
    """What was measured just before: the phrase as read, the rule that found it, and the phrases before it."""

    phrase: str
    rule: str
    earlier: tuple[str, ...] = ()


Rule = Callable[[Context, Subject | None, Change], str | None]


def name(context: Context, subject: Subject | None, change: Change) -> Subject:
    """The phrase that says what the number measures, with the rule that found it."""
    earlier = (*subject.earlier, subject.phrase) if subject else ()
    for rule, find in RULES:
        if found := find(context, subject, change):
            return Subject(phrase.tidy(found), rule, earlier)
    return Subject(context.quantity.unit or "数量", "unit alone", earlier)


def distributed(context: Context, subject: Subject | None, change: Change) -> str | None:
    """A、B 分别达 x、y: the names in order for the numbers in order."""
    if (opened := _row_of_numbers(context)) is None:
        return None
    first, found = opened
    names = _members(trim(found["names"]))
    if len(names) == 1 and "城乡" in names[0]:
        names = [names[0].replace("城乡", where) for where in ("城镇", "农村")]
    nth = context.index - first
    if nth >= len(names) or _depends(names[0]):
        return _distributed_growth(context, subject, first, "".join(names) + found["link"])
    return names[nth] + re.sub(rf"{EVENLY}|为|达到?|是|完成|实现|了", "", found["link"])


def _row_of_numbers(context: Context) -> tuple[int, re.Match[str]] | None:
    """The first of the numbers that 分别 distributes and this one belongs to, with the words that open the row."""
    first = context.index
    while "分别" in context.lead:
        opening = context.text[context.clause[0] : context.row[first].left].rstrip("约近")
        if found := cue("indicator", "distributed").search(opening):
            return first, found
        if first == 0 or context.gap(first).strip(BESIDE):
            break
        first -= 1
    return None


def _distributed_growth(context: Context, subject: Subject | None, first: int, words: str) -> str | None:
    """A、B 分别达 x、y，同比分别增长 p、q (or 累计分别达到 p、q): these are of A and B in turn."""
    growth = _growth_words(re.sub(rf"{EVENLY}|了", "", words)).removeprefix("累计")
    if subject is None or (growth and not _depends(growth)):
        return None
    phrases = (*subject.earlier, subject.phrase)
    at = context.index - (len(context.row) - first)  # as many numbers back as this row is long
    if not 0 <= at < len(phrases):
        return None
    return phrases[at] + growth if growth else _reached(phrases[at], Change.LEVEL)


def _members(text: str) -> list[str]:
    """The members of a coordination; what the last one has more than a short first one belongs to both."""
    if quoted := re.fullmatch(r"((?:“[^”]+”[、和]?){2,})(.*)", text):
        return [member + quoted[2] for member in re.findall(r"“[^”]+”", quoted[1])]
    members = [member for member in SEPARATORS.split(text) if member]
    if counted := cue("indicator", "counted_members").search(text):
        return [member + counted["shared"] for member in SEPARATORS.split(text[: counted.start()]) if member]
    if len(members) < 2 or members[0][-1] in "率量数额":
        return members
    shared = _shared(members[0], members[-1])
    return [*(member + shared for member in members[:-1]), members[-1]]


def _shared(first: str, last: str) -> str:
    """What the last of a row has for all: 职工、居民住院报销比例, 第一、第三产业增加值, 会议和发文数量."""
    if len(first) <= SHORT and len(last) >= 2 * SHORT:
        return last[len(first) if first[0] == last[0] else segment.first(last).end :]
    measure = cue("indicator", "shared_measure").search(last)
    return measure[0] if measure and len(first) <= LONG else ""


def money_of(context: Context, subject: Subject | None, change: Change) -> str | None:
    """投资3亿元的某项目 and 投资3亿元，实施了某工程: the money is of what it pays for."""
    if context.quantity.unit not in MONEY:
        return None
    alone, bare = cue("money", "alone"), trim(context.before)
    if not (alone.match(bare) or alone.match(context.before.strip("，、"))):
        return None
    what = re.sub(r"^(?:确保|推进|启动|实施|计划|预计|拟|共|累计|完成|全年)+", "", bare) or bare
    if context.after.startswith("的"):
        return phrase.end_of(phrase.thing(context.after[1:])) + what
    if about := _undertaking(context, what):
        return about + what
    nearby = context.text[context.quantity.right : context.clause[1]]
    if not nearby and not context.rest.startswith("，"):
        return None
    rest = nearby or re.split(r"[，。；]", context.rest.lstrip("，"))[0]
    found = cue("money", "purpose").match(rest)
    return phrase.end_of(phrase.thing(rest[found.end() :])) + what if found and len(rest) > found.end() else None


def _undertaking(context: Context, what: str) -> str:
    """推进四好农村路建设，投资300万元: what the clause before undertakes, "" where it undertakes nothing."""
    total = what in ("总投资", "概算", "投资概算", "概算总投资", "完成投资", "完成投入")
    if context.clause[0] == context.sentence.start or not (total or context.before.startswith(what[:2])):
        return ""
    clause = re.split(r"[，；：]", context.text[context.sentence.start : context.clause[0]].rstrip("，；："))[-1]
    if built := cue("money", "built").match(trim(clause)):
        return phrase.without_verb(built["thing"])
    about = phrase.without_verb(trim(clause))
    undertaken = cue("money", "project" if total else "undertaken").search(clause) is not None
    return about if undertaken and 2 < len(about) <= LONG * 2 and not re.search(r"\d", clause) else ""


def completion(context: Context, subject: Subject | None, change: Change) -> str | None:
    """完成全年任务的95%: how much of the task is done, of what was spoken of before."""
    if context.quantity.unit != "%" or (found := cue("indicator", "of_task").search(context.before)) is None:
        return None
    return (subject.phrase if subject else "") + found["task"] + "完成率"


def from_to(context: Context, subject: Subject | None, change: Change) -> str | None:
    """由20天压缩至5天: the second number is of the same thing as the first."""
    if subject is None or context.previous is None or context.previous.start < context.clause[0]:
        return None
    return _reached(subject.phrase, change) if JOINS.fullmatch(context.before) else None


def growth(context: Context, subject: Subject | None, change: Change) -> str | None:
    """同比增长7%, 户均607元: what grew or is shared out stands before, in the clause or as the last one's subject."""
    if subject is None:
        return None
    words = _growth_words(context.before)
    level = change is Change.LEVEL
    if not _depends(words) or (level and len(words) > 4 and not words.startswith("每")):
        return None
    if cue("indicator", "timed_growth").match(context.before.lstrip("，、")):
        return context.before.strip("，、")
    return phrase.end_of(cue("indicator", "growth_end").sub("", subject.phrase) + words)


def _depends(words: str) -> bool:
    """Whether words of growth or of an average need the thing that they are said of."""
    return any(cue("dependent", name).match(words) for name in ("words", "compared"))


def measured(context: Context, subject: Subject | None, change: Change) -> str | None:
    """规上企业增至6户，完成产值2亿元: a measure that is said without its thing, which stands before."""
    if change is not Change.LEVEL:
        return None
    words = trim(context.before)
    noun = cue("dependent", "nouns").match(words)
    if not (noun or cue("dependent", "verbs").match(words)):
        return None
    base = (_undertaking(context, words) if "投" in words else "") or (subject.phrase if subject else "")
    base = base or _spoken_of(context)
    known = cue("dependent", "known_measure").sub("", cue("dependent", "comparison").sub("", base)) if noun else base
    return (
        phrase.end_of((known if len(known) >= 2 else base) + re.sub("^(?:完成|实现|达到)", "", words)) if base else None
    )


def part(context: Context, subject: Subject | None, change: Change) -> str | None:
    """改造危房213户（C级148户、D级65户）: a part that only its class tells from the rest."""
    if subject is None:
        return None
    which = trim(ASIDES.sub("", context.before)).strip("（、， ")
    if not cue("dependent", "part").match(which):
        return None
    whole = cue("dependent", "part_name").sub("", subject.phrase) or subject.phrase
    return which + whole


def _growth_words(before: str) -> str:
    """The words of growth themselves, without link words or punctuation."""
    before = OPENS.sub("", before)
    if time := phrase.times().match(before):
        before = before[time.end() :]
    return CLOSES.sub("", before)


def shared_noun(context: Context, subject: Subject | None, change: Change) -> str | None:
    """35户、120人完成搬迁; 3座、40米桥梁加固: the noun behind the last number is that of all in the row."""
    before, raw = trim(context.before), context.before.strip("，、")
    if phrase.noun(context.after) or (len(raw) > SHORT and not phrase.ends_in_verb(raw)) or len(before) == 1:
        return None
    if before and not phrase.ends_in_verb(before):
        return None
    for at in range(context.index + 1, len(context.row)):
        if not re.fullmatch(r"[、，和]?(?:总长度?|共计?|总面积|合计|约)*", context.gap(at)):
            return None
        end = BOUNDARY.search(context.text, context.row[at].right, context.sentence.end)
        stop = end.start() if end else context.sentence.end
        if found := phrase.noun(context.text[context.row[at].right : stop]):
            return phrase.start_of(trim(before + found))
    return None


def behind(context: Context, subject: Subject | None, change: Change) -> str | None:
    """3座公厕, 新建3座公厕, 甲村、乙村等5个村: the counted noun stands behind, the verb, if any, in front."""
    unit = context.quantity.unit
    if not (found := _counted_noun(context)):
        return None
    before = trim(_own_words(context))
    listed = context.before.endswith(("、", "和", "及")) and unit not in MONEY + RATIOS
    if listed and unit not in classifiers():
        before = ""  # 啤酒厂迁建、700万吨露天矿: the measure is of one in a list
    if len(found) <= SHORT and len(before) > SHORT and phrase.ends_in_verb(before) and context.before.endswith(before):
        return phrase.end_of(before + found)
    linked = context.after.startswith("的")
    if linked and 2 <= len(before) <= LONG and unit in classifiers() and not phrase.opening_verb(before):
        return phrase.end_of(before + SEPARATORS.split(found)[0])
    verb = phrase.opening_verb(before)
    if before and verb != before and not linked:
        if unit not in classifiers():
            return phrase.end_of(before + found) if _of_measure(context, before, found) else None
        if len(found) > SHORT and phrase.begins_as_verb(found):
            return None
    return phrase.start_of(verb + found)


def _counted_noun(context: Context) -> str:
    """What the number counts behind it, "" where what stands there is no noun or another number's."""
    found, unit, linked = phrase.noun(context.after), context.quantity.unit, context.after.startswith("的")
    if not found or cue("indicator", "not_a_noun").match(found):
        return ""
    if linked and cue("indicator", "generic").match(found):
        return ""
    if unit in RATIOS and not linked and context.quantity.rule not in IN_WORDS:
        return ""
    first = found.split("、")[0]
    shared = context.following is not None and context.following.start < context.clause[1]
    one = unit not in classifiers() and not linked and len(first) > 1  # 700万吨露天矿、啤酒厂迁建
    return first if shared or one else found


def _of_measure(context: Context, before: str, found: str) -> bool:
    """Whether a measured noun stands behind though words stand in front too: 实施奋斗镇1万亩节水灌溉."""
    alone = phrase.verb().match(found) is None and not phrase.begins_as_verb(found)
    free = not (context.following and context.following.start < context.clause[1]) or "、" in context.after
    return context.quantity.unit not in MONEY and alone and free and len(before) <= LONG and len(found) > 1


def growth_behind(context: Context, subject: Subject | None, change: Change) -> str | None:
    """旅游收入实现15%的增长: the word of growth stands behind the number, what grows in front."""
    of = trim(context.before) or (subject.phrase if subject else "")
    if context.quantity.unit not in RATIOS or not of:
        return None
    found = cue("change", "behind").match(context.after)
    return phrase.end_of(of + found[0].lstrip("的")) if found else None


def predicate(context: Context, subject: Subject | None, change: Change) -> str | None:
    """村民组100%通硬化路: a share with what is said of it behind, and of whom in front."""
    if context.quantity.unit not in RATIOS or not cue("indicator", "predicate").match(context.after):
        return None
    of = trim(context.before) or (subject.phrase if subject else "")
    return phrase.end_of(of + phrase.noun(context.after)) if of else None


def pair(context: Context, subject: Subject | None, change: Change) -> str | None:
    """排查1597户，4949人: a number with nothing of its own shares what the one before it measures."""
    previous = context.previous
    if subject is None or previous is None or trim(context.before.strip("，、（ 和共计约及合")):
        return None
    here, before = (COUNT_OF.get(unit, "") for unit in (context.quantity.unit, previous.unit))
    if here and phrase.is_place(subject.phrase) and previous.start < context.clause[0]:
        return here  # 辖11个村，4316户: the place's own
    if here and before and subject.phrase.endswith(before):
        return subject.phrase.removesuffix(before) + ("人口" if subject.phrase == before and here == "人数" else here)
    return _reached(subject.phrase, change)


def _reached(words: str, change: Change) -> str:
    """净增48万户、达680万户: a level is of what grew, not of its growth."""
    return cue("indicator", "growth_end").sub("", words) or words if change is Change.LEVEL else words


def in_front(context: Context, subject: Subject | None, change: Change) -> str | None:
    """新建公厕3座: everything in front of the number that is not a link or a setting."""
    before = trim(_own_words(context))
    if change is not Change.LEVEL:
        before = _with_growth(context.before, before)
    before = ASIDES.sub("", phrase.head_of(before))
    if len(before) < 2:
        return before if cue("indicator", "one_sign").fullmatch(before) else None
    if not context.after and phrase.is_verb(before):
        return _verb_alone(context, before, subject)
    return phrase.end_of(before)


def _own_words(context: Context) -> str:
    """The words in front of the number without a noun that the number before counts: 22个党支部、党员736名."""
    before, previous = context.before, context.previous
    if previous and before[:1] not in ("", *"，、；。：（）") and previous.right == context.quantity.left - len(before):
        counted = LISTED.match(before)
        return before[counted.end() :] if counted else before
    return before


def _with_growth(raw: str, trimmed: str) -> str:
    """A growth word in front of the number is part of what is measured: 地区生产总值增长."""
    word = cue("indicator", "growth_word").search(raw)
    return trimmed + word[0] if word and trimmed and not trimmed.endswith(word[0]) else trimmed


def _verb_alone(context: Context, verb: str, subject: Subject | None) -> str:
    """修缮3座, 处罚3人: the verb with what was spoken of before, or with the thing that the unit counts."""
    unit = context.quantity.unit
    together = unit in MONEY and context.before.startswith("、")  # 临时救助214户、支出48万元
    if subject and together and subject.phrase[-1] not in "数次" and len(subject.phrase) <= LONG:
        return phrase.without_verb(subject.phrase) + verb
    if subject and _same_kind(context) and 2 < len(subject.phrase) <= 14:
        return verb + phrase.without_verb(subject.phrase)
    if subject is None and unit not in COUNT_OF:
        return _spoken_of(context) + verb
    return verb + COUNT_OF.get(unit, "")


def _same_kind(context: Context) -> bool:
    """Whether the number before counts the same kind of thing."""
    here, before = context.quantity.kind, context.previous.kind if context.previous else None
    return here is not None and before is not None and here.kind == before.kind


def _spoken_of(context: Context) -> str:
    """What the clause before, in this sentence or under this topic, is about; "" where it is long or has numbers."""
    before = context.text[max(context.sentence.start - 30, 0) : context.clause[0]]
    clauses = [clause for clause in re.split(r"[，；：。！\n]", before) if clause]
    about = phrase.without_verb(trim(clauses[-1])) if clauses else ""
    return about if 2 <= len(about) <= 12 and not cue("indicator", "no_topic").search(about) else ""


def topic(context: Context, subject: Subject | None, change: Change) -> str | None:
    """Nothing in the clause: the words of growth themselves, the subject so far, else the clause before."""
    if change is not Change.LEVEL and subject is None and len(context.before) > 1:
        return phrase.end_of(re.sub(r"^(?:[^，]*影响，)?(?:实现|完成|取得)", "", context.before.strip("，、")))
    if subject is not None:
        return _reached(subject.phrase, change)
    clauses = re.split(r"[，；：。]", context.text[context.sentence.start : context.clause[0]])
    return next((phrase.end_of(found) for clause in reversed(clauses) if (found := trim(clause))), None)


RULES: tuple[tuple[str, Rule], ...] = (
    ("distributed", distributed),
    ("money of", money_of),
    ("completion", completion),
    ("from to", from_to),
    ("growth", growth),
    ("measure of it", measured),
    ("part", part),
    ("growth behind", growth_behind),
    ("predicate", predicate),
    ("shared noun", shared_noun),
    ("noun behind", behind),
    ("pair", pair),
    ("phrase in front", in_front),
    ("topic", topic),
)
