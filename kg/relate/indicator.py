"""What a number measures: the shortest phrase that lets it be read alone.

An ordered tuple of named rules; the first that gives a phrase wins. Each sees the number's context and the
phrase of the number before it (`Subject`), for what a clause leaves out is found to its left.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from kg import segment
from kg.lexicon import classifiers, table, units
from kg.model import Change
from kg.recognise.periods import BARE
from kg.relate.context import Context

LONGEST = 26
DISTRIBUTED = re.compile(
    r"(?P<names>[^，。；：]{2,60}?)(?P<link>均?分别(?:为|达到|达|是|增长|下降|完成|高于[\u4e00-\u9fff]{0,4}|低于[\u4e00-\u9fff]{0,4}|提高|实现|增加|超过|超)?(?:了)?)$"
)
NOT_A_NOUN = re.compile(r"(?:[\u4e00-\u9fff]{1,4}[到至]$|并|，|且|居|同比|较|比|左右|以上|在|占|。|；|：|）|”|—)")
TIMED_GROWTH = re.compile(r"(?:[一二三四]季度|全年|上半年|下半年|前三季度|\d+月)(?:增长|下降|增加)$")
GENERIC = re.compile(
    r"(?:既定|预期|较[高低好]|良好|[高低]|最[高低]|历史|[优好]?)?(?:目标|水平|要求|速度|标准|成绩|比例|增幅|份额|态势|纪录|记录|新高|任务)$"
)
LINKS = re.compile(r"(?:共计|合计|总计|累计|共|各|均|已|分别|、|和|与|及|并|的|其中|达到?|为|约|近|超过?)+$")
SEPARATORS = re.compile(r"[、，]|和|及|与")
VERB = re.compile(
    r"(?:新建|改建|扩建|修建|建设|建成|打造|完成|发放|发展|种植|新增|培育|引进|购买|购置|安装|维修|修缮|清理|清运|清除|拆除|整治|改造|开展|举办|召开|组织|排查|化解|调解|处理|处置|受理|办理|解决|收集|培训|走访|慰问|扶持|惠及|带动|落实|投入|投资|争取|实施|建立|成立|组建|配备|选派|选聘|下派|查处|打击|取缔|关闭|检查|签订|制定|出台|印发|推出|创建|创成|获评|获得|评选|表彰|推广|铺设|硬化|绿化|亮化|疏浚|治理|修复|栽植|植树|收缴|扣押|悬挂|张贴|印制|制作|播放|接待|吸引|服务|帮助|救助|资助|补贴|补助|奖励|免费|接种|检测|采样|核查|摸排|整改|消除|劝返|转移|安置|搬迁|迁建|核实|立案|通报|约谈|处分|处罚|问责|免职|停职|开除|除名|批评|警告|责令|解除|接受|调配|提供|吸纳|推荐|介绍|申报|提请|审议|办结|答复|交办|审批|受益|覆盖|辐射|流转|承包|复垦|开发|储备|收储|出让|盘活|清收|化债|突破|承接|谋划|签约|落地|开工|竣工|完工|投产|结对|认领|联系|包保|驻|聘请|招录|招聘|选树|推选|吸收|转正|入党)(?:了)?$"
)

OPENING_VERB = re.compile(
    VERB.pattern.replace("(?:了)?$", "") + "(?:、" + VERB.pattern.replace("(?:了)?$", "") + ")?(?:了)?"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was measured just before: the phrase as read, the rule that found it, and the phrases before it."""

    phrase: str
    rule: str
    earlier: tuple[str, ...] = ()


Rule = Callable[[Context, Subject | None, Change], str | None]


@cache
def _cues() -> dict[str, dict[str, object]]:
    return table("clauses.toml")


@cache
def _lead() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(_cues()["indicator"]["lead"]) + ")+")  # type: ignore[arg-type]


@cache
def _tail() -> re.Pattern[str]:
    words = sorted(_cues()["indicator"]["tail"], key=len, reverse=True)  # type: ignore[call-overload]
    return re.compile("(?:" + "|".join(words) + ")+$")


@cache
def _after_stop() -> re.Pattern[str]:
    return re.compile("^(?:" + "|".join(_cues()["indicator"]["after_stop"]) + ")+")  # type: ignore[arg-type]


@cache
def _pattern(group: str, name: str) -> re.Pattern[str]:
    return re.compile(str(_cues()[group][name]))


@cache
def _times() -> re.Pattern[str]:
    return re.compile(rf"(?:{BARE})[，]?")


@cache
def _closing_time() -> re.Pattern[str]:
    """A time that stands last: 上升到2021年的."""
    return re.compile(rf"{_times().pattern}(?:的)?$")


def trim(phrase: str) -> str:
    """A phrase without the words that say only where, when or how, and without its link to the number."""
    phrase = re.sub(r"^[、，。；：）”\s—-]+", "", phrase)
    while True:
        shorter = phrase
        if found := _times().match(shorter):
            shorter = shorter[found.end() :]
        if found := _lead().match(shorter):
            shorter = shorter[found.end() :]
        shorter = _closing_time().sub("", _tail().sub("", shorter))
        if shorter == phrase:
            return phrase.strip(" ，、：")
        phrase = shorter


def _short(phrase: str) -> str:
    """At most LONGEST characters: the end of a long phrase, from a word's beginning."""
    if len(phrase) <= LONGEST:
        return phrase
    words = segment.words(phrase)
    for word in words:
        if len(phrase) - word.start <= LONGEST and word.tag not in ("x", "uj", "c", "u"):
            return phrase[word.start :]
    return phrase[-LONGEST:]


def _noun(after: str) -> str:
    """The counted noun behind a classifier: the text behind the number without what only links on."""
    if after[:1] in ("、", "和", "及", "与") or not re.search(r"[\u4e00-\u9fff]", after):
        return ""
    noun = LINKS.sub("", _after_stop().sub("", after.split("——")[0])).strip(" ")
    first = noun.split("、")[0]
    return first if "、" in noun and len(first) >= 5 else noun


def distributed(context: Context, subject: Subject | None, change: Change) -> str | None:
    """A、B 分别达 x、y: the names in order for the numbers in order."""
    at = context.index
    first = at
    while first >= 0:
        start = context.clause[0]
        found = DISTRIBUTED.search(context.text[start : context.row[first].left].rstrip("约近"))
        if found:
            break
        if first == 0 or not re.fullmatch(
            r"[、，和及与个以上左右]*", context.text[context.row[first - 1].right : context.row[first].left]
        ):
            return None
        first -= 1
    else:
        return None
    names = _split_names(trim(found["names"]))
    if at - first >= len(names) or _pattern("dependent", "words").match(names[0]):
        return _distributed_growth(context, subject, names, found["link"], first)
    link = re.sub(r"均?分别|为|达到?|是|完成|实现|了", "", found["link"])
    return names[at - first] + link


def _distributed_growth(
    context: Context, subject: Subject | None, names: list[str], link: str, first: int
) -> str | None:
    """A、B 分别达 x、y，同比分别增长 p、q: the growths are of A and B in turn."""
    growth = trim_growth("".join(names) + re.sub(r"均?分别|了", "", link))
    if subject is None or not _pattern("dependent", "words").match(growth):
        return None
    phrases = (*subject.earlier, subject.phrase)
    at = context.index - (len(context.row) - first)  # as many numbers back as the row of growths is long
    return phrases[at] + growth if 0 <= at < len(phrases) else None


def _split_names(text: str) -> list[str]:
    """The members of a coordination; a suffix behind quoted members belongs to all of them."""
    quoted = re.fullmatch(r"((?:“[^”]+”[、和]?){2,})(.*)", text)
    if quoted:
        return [name + quoted[2] for name in re.findall(r"“[^”]+”", quoted[1])]
    names = [n for n in SEPARATORS.split(text) if n]
    if (
        len(names) > 1
        and len(names[0]) <= 3
        and len(names[-1]) >= 6
        and not names[0].endswith(("率", "量", "数", "额"))
    ):
        tail = names[-1][segment.words(names[-1])[0].end :]
        return [n if n is names[-1] else n + tail for n in names]
    return names


def money_of(context: Context, subject: Subject | None, change: Change) -> str | None:
    """投资3亿元的某项目 and 投资3亿元，实施了某工程: the money is of what it pays for."""
    if context.quantity.unit not in ("元", "美元", "港元"):
        return None
    bare = trim(context.before)
    if not _pattern("money", "alone").match(bare) and not _pattern("money", "alone").match(
        context.before.strip("，、")
    ):
        return None
    what = re.sub(r"^(?:确保|推进|启动|实施|计划|预计|拟|共|累计|完成|全年)+", "", bare) or bare
    if context.after.startswith("的"):
        return _short(_object(context.after[1:])) + what
    nearby = context.text[context.quantity.right : context.clause[1]]
    rest = nearby or re.split(r"[，。；]", context.rest.lstrip("，"))[0]
    if nearby or context.rest.startswith("，"):
        found = _pattern("money", "purpose").match(rest)
        if found and len(rest) > found.end():
            return _short(_object(rest[found.end() :])) + what
    return None


@cache
def _counted() -> re.Pattern[str]:
    """Numbers with their units at the start of an object: 65条、总长度57.9公里的."""
    unit = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    one = rf"(?:总?长度?|总?面积|共计?)?[\d一二三两四五六七八九十百千万亿.余多]+(?:{unit})"
    return re.compile(rf"^{one}(?:[、，]{one})*的?")


def _object(text: str) -> str:
    """The thing named at the start of a stretch, up to the verb that says what became of it."""
    text = _counted().sub("", text)
    return re.split(r"(?:[\d]|开工|完成|建成|竣工|落户|投产|如期|按期|已|正在|主体|进展|，)", text)[0].strip("的、")


def behind(context: Context, subject: Subject | None, change: Change) -> str | None:
    """3座公厕, 新建3座公厕, 甲村、乙村等5个村: the counted noun stands behind, the verb, if any, in front."""
    noun = _noun(context.after)
    unit = context.quantity.unit
    linked = context.after.startswith("的")
    in_words = context.quantity.rule in ("tenths", "half", "fraction", "percent")
    if not noun or NOT_A_NOUN.match(noun) or (unit in ("%", "‰", "个百分点") and not linked and not in_words):
        return None
    if linked and GENERIC.match(noun):
        return None
    before = trim(context.before)
    verb = _opening_verb(before)
    if before and unit not in classifiers() and not linked and verb != before:
        return None
    if before and unit in classifiers() and not linked and _is_verb(segment.words(noun)[0]) and verb != before:
        return None
    return _short_front(verb + noun)


def _is_verb(word: segment.Word) -> bool:
    return word.tag in ("v", "vd", "vg", "p", "d") and len(word.text) > 1 or word.text in ("被", "获", "达", "由", "在")


def _opening_verb(before: str) -> str:
    """The verb that a phrase opens with, "" where it opens with none."""
    if not before:
        return ""
    if found := OPENING_VERB.match(before):
        return found[0].removesuffix("了")
    words = segment.words(before)
    if len(before) <= 6 and words[-1].tag == "v" and len(words[-1].text) > 1:
        return before
    return words[0].text if words[0].tag in ("v", "vn") and len(words[0].text) == 2 else ""


def _short_front(phrase: str) -> str:
    return phrase if len(phrase) <= LONGEST else phrase[:LONGEST]


def growth(context: Context, subject: Subject | None, change: Change) -> str | None:
    """同比增长7%: what grew stands before, in the number's own clause or as the subject of the last one."""
    before = trim_growth(context.before)
    if not _pattern("dependent", "words").match(before) or (change is Change.LEVEL and len(before) > 4):
        return None
    if subject is None or context.previous is None and change is Change.LEVEL:
        return None
    if TIMED_GROWTH.match(context.before.lstrip("，、")):
        return context.before.strip("，、")
    base = re.sub(r"(?:同比|年均)?(?:增长|增加|下降|提高|提升|高于.*|低于.*|上升|减少)$", "", subject.phrase)
    return _short(base + before)


def trim_growth(before: str) -> str:
    """The words of growth themselves, without link words or punctuation."""
    before = re.sub(r"^[、，。；：（\s]+", "", before)
    before = _times().sub("", before, count=1) if _times().match(before) else before
    return re.sub(r"(?:达到?|约|近|超过?|为|了|在|均|分别|突破)+$", "", before)


def completion(context: Context, subject: Subject | None, change: Change) -> str | None:
    """完成全年任务的95%: how much of the task is done, of what was spoken of before."""
    found = re.search(r"完成了?([\u4e00-\u9fff]{0,8}(?:任务|目标|计划)(?:任务|数)?)的?$", context.before)
    if found is None or context.quantity.unit != "%":
        return None
    return (subject.phrase if subject else "") + found[1] + "完成率"


def in_front(context: Context, subject: Subject | None, change: Change) -> str | None:
    """新建公厕3座: everything in front of the number that is not a link or a setting."""
    before = trim(context.before)
    if change is not Change.LEVEL:
        before = _with_growth(context.before, before)
    before = _head_of(before)
    if not before or len(before) == 1:
        return None
    before = re.sub(r"（[^）]*）", "", before)
    if not context.after and (VERB.fullmatch(before) or (len(before) == 2 and segment.words(before)[0].tag == "v")):
        return _verb_alone(context, before, subject)
    return _short(before)


def _head_of(phrase: str) -> str:
    """Of a long X的Y the head Y, where it is long enough to stand alone."""
    if len(phrase) > 14 and "的" in phrase:
        head = phrase.rsplit("的", 1)[1]
        return head if len(head) >= 5 else phrase
    return phrase


def _with_growth(raw: str, trimmed: str) -> str:
    """A growth word in front of the number is part of what is measured: 地区生产总值增长."""
    word = re.search(
        r"(?:同比|年均|按可比口径)?(?:增长|增加|提高|提升|上升|下降|减少|降低|回落|下调)(?=[^\u4e00-\u9fff]*(?:了|约|近|超|超过|达|达到|为)*$)",
        raw,
    )
    return trimmed + word[0] if word and trimmed and not trimmed.endswith(word[0]) else trimmed


def from_to(context: Context, subject: Subject | None, change: Change) -> str | None:
    """由20天压缩至5天: the second number is of the same thing as the first."""
    joins = re.fullmatch(r"[、，]?(?:又|再)?[\u4e00-\u9fff]{1,4}(?:到|至|为|成)(?:了)?", context.before)
    same = context.previous is not None and context.previous.start >= context.clause[0]
    return subject.phrase if joins and same and subject else None


def _verb_alone(context: Context, verb: str, subject: Subject | None) -> str:
    """修缮3座, 处罚3人: the verb with what was spoken of before, or with the thing that the unit counts."""
    unit = context.quantity.unit
    if context.previous and subject and _same_kind(context) and 2 < len(subject.phrase) <= 14:
        return verb + re.sub(VERB.pattern[:-1].replace("(?:了)?", "") + "", "", subject.phrase, count=1)
    counted = context.quantity.unit in classifiers() or unit in ("户", "人", "人次", "名")
    if counted and unit not in ("户", "人") and subject is None and (spoken := _spoken_of(context)):
        return spoken + verb
    return verb + {"户": "户数", "人": "人数", "人次": "人次", "元": "资金"}.get(unit, "")


def _spoken_of(context: Context) -> str:
    """What the clause before, in this sentence or under this topic, is about; "" where it is long or has numbers."""
    before = context.text[max(context.sentence.start - 30, 0) : context.clause[0]]
    clauses = [c for c in re.split(r"[，；：。！\n]", before) if c]
    phrase = trim(clauses[-1]) if clauses else ""
    verb = OPENING_VERB.match(phrase)
    phrase = phrase[verb.end() :] if verb else phrase
    return phrase if 2 <= len(phrase) <= 12 and not re.search(r"\d", phrase) else ""


def _same_kind(context: Context) -> bool:
    here, before = context.quantity.kind, context.previous.kind if context.previous else None
    return here is not None and before is not None and here.kind == before.kind


def pair(context: Context, subject: Subject | None, change: Change) -> str | None:
    """排查1597户，4949人: a number with nothing of its own shares what the one before it measures."""
    gap = trim(context.before.strip("，、（ 和共计约及合"))
    if gap or subject is None or context.previous is None:
        return None
    return subject.phrase


def shared_noun(context: Context, subject: Subject | None, change: Change) -> str | None:
    """96户、183人实现脱贫; 8条、12公里道路改造: the noun behind the last number is that of all in the row."""
    if _noun(context.after) or context.following is None:
        return None
    before = trim(context.before)
    if before and not VERB.search(context.before.strip("了")) and before not in ("完成", "实现"):
        return None
    at = context.index + 1
    while at < len(context.row):
        gap = context.text[context.row[at - 1].right : context.row[at].left]
        if not re.fullmatch(r"[、，和]?(?:总长度?|共计?|总面积|合计|约)*", gap):
            return None
        end = context.clause[1] if at + 1 >= len(context.row) else min(context.row[at + 1].left, _end(context, at))
        behind_it = _noun(context.text[context.row[at].right : max(end, _end(context, at))])
        if behind_it and not re.match(r"[，。；]", behind_it):
            return _short_front(trim(before + behind_it))
        at += 1
    return None


def _end(context: Context, at: int) -> int:
    from kg.relate.context import BOUNDARY

    found = BOUNDARY.search(context.text, context.row[at].right, context.sentence.end)
    return found.start() if found else context.sentence.end


def topic(context: Context, subject: Subject | None, change: Change) -> str | None:
    """Nothing in the clause: the subject of the sentence so far, else the clause before."""
    if change is not Change.LEVEL and subject is None and len(context.before) > 1:
        return _short(re.sub(r"^(?:[^，]*影响，)?(?:实现|完成|取得)", "", context.before.strip("，、")))
    if subject is not None:
        return subject.phrase
    clauses = re.split(r"[，；：。]", context.text[context.sentence.start : context.clause[0]])
    for clause in reversed(clauses):
        if phrase := trim(clause):
            return _short(phrase)
    return None


RULES: tuple[tuple[str, Rule], ...] = (
    ("distributed", distributed),
    ("money of", money_of),
    ("completion", completion),
    ("from to", from_to),
    ("growth", growth),
    ("shared noun", shared_noun),
    ("noun behind", behind),
    ("pair", pair),
    ("phrase in front", in_front),
    ("topic", topic),
)


def name(context: Context, subject: Subject | None, change: Change) -> Subject:
    """The phrase that says what the number measures, with the rule that found it."""
    earlier = (*subject.earlier, subject.phrase) if subject else ()
    for rule, find in RULES:
        if phrase := find(context, subject, change):
            return Subject(_clean(phrase), rule, earlier)
    return Subject(context.quantity.unit or "数量", "unit alone", earlier)


def _clean(phrase: str) -> str:
    phrase = re.sub(r"^[的、，和）\s]+|[的、，和（\s：]+$", "", phrase)
    if phrase.count("“") != phrase.count("”"):
        phrase = phrase.replace("“", "").replace("”", "")
    return phrase
