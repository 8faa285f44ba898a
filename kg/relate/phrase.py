"""Phrases: what is left of the words around a number when settings, adverbs and links are taken away."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kg import segment
from kg.lexicon import table, units
from kg.recognise.numerals import alternatives
from kg.recognise.periods import BARE, OPENING

LONGEST = 26  # characters that an indicator's name has at most


@cache
def cue(group: str, name: str) -> re.Pattern[str]:
    """The regular expression `name` of a group of ``kg/data/clauses.toml``."""
    return re.compile(str(table("clauses.toml")[group][name]))


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(table("clauses.toml")["indicator"][name])


@cache
def _lead() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(_words("lead")) + ")+")


@cache
def _tail() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(sorted(_words("tail"), key=len, reverse=True)) + ")+$")


@cache
def _after_stop() -> re.Pattern[str]:
    return re.compile("^(?:" + "|".join(_words("after_stop")) + ")+")


@cache
def times() -> re.Pattern[str]:
    """A time expression, with the comma behind it."""
    return re.compile(rf"(?:{BARE})，?")


@cache
def _closing_time() -> re.Pattern[str]:
    """A time that stands last: 上升到2021年的."""
    return re.compile(rf"{times().pattern}的?$")


@cache
def verb() -> re.Pattern[str]:
    """A verb of work."""
    return re.compile(f"(?:{alternatives(table('clauses.toml')['verbs']['work'])})了?")


@cache
def _closing_verb() -> re.Pattern[str]:
    return re.compile(verb().pattern + "$")


@cache
def _opening_verbs() -> re.Pattern[str]:
    """One verb of work, or two of them: 维修、新增."""
    return re.compile(f"{verb().pattern}(?:、{verb().pattern})?")


@cache
def _tail_ends() -> frozenset[str]:
    """The characters of the words that only link to the number: a phrase that ends with none of them has none last."""
    return frozenset("".join(_words("tail")))


_HAN = re.compile(r"[\u4e00-\u9fff]")
_LEADING = re.compile(r"[、，。；：）”\s—-]+")
_STRAY = re.compile(r"^[的、，和）\s]+|[的、，和（\s：]+$|(同比|环比)(?=\1)")


@lru_cache(maxsize=4096)  # several rules look at the same phrase
def trim(phrase: str) -> str:
    """A phrase without the words that say only where, when or how, and without its link to the number."""
    if found := _LEADING.match(phrase):
        phrase = phrase[found.end() :]
    while True:
        shorter = phrase
        timed = OPENING.search(phrase) is not None
        if timed and (found := times().match(shorter)):
            shorter = shorter[found.end() :]
        if found := _lead().match(shorter):
            shorter = shorter[found.end() :]
        if shorter[-1:] in _tail_ends():
            shorter = _tail().sub("", shorter)
        if timed:
            shorter = _closing_time().sub("", shorter)
        if shorter == phrase:
            return phrase.strip(" ，、：")
        phrase = shorter


def tidy(phrase: str) -> str:
    """A phrase without stray particles and quotation marks that do not close."""
    phrase = _STRAY.sub("", phrase)
    if phrase.count("“") != phrase.count("”"):
        phrase = phrase.replace("“", "").replace("”", "")
    return phrase


def end_of(phrase: str) -> str:
    """At most LONGEST characters: the end of a long phrase, from a word's beginning."""
    if len(phrase) <= LONGEST:
        return phrase
    for word in segment.words(phrase):
        if len(phrase) - word.start <= LONGEST and word.tag not in ("x", "uj", "c", "u"):
            return phrase[word.start :]
    return phrase[-LONGEST:]


def start_of(phrase: str) -> str:
    """At most LONGEST characters from the start of a long phrase, to a word's end."""
    if len(phrase) <= LONGEST:
        return phrase
    ends = [word.end for word in segment.words(phrase) if word.end <= LONGEST]
    return phrase[: ends[-1]] if ends else phrase[:LONGEST]


def head_of(phrase: str) -> str:
    """Of a long X的Y the head Y, where it is long enough to stand alone."""
    if len(phrase) > 14 and "的" in phrase:
        head = phrase.rsplit("的", 1)[1]
        return head if len(head) >= 5 else phrase
    return phrase


@lru_cache(maxsize=4096)
def noun(after: str) -> str:
    """The counted noun in the text behind a number, "" where there is none; of a list of long ones the first."""
    if after[:1] in ("", "、", "和", "及", "与") or not _HAN.search(after):
        return ""
    found = cue("indicator", "links").sub("", _after_stop().sub("", after.split("——")[0])).strip(" ")
    first = found.split("、")[0]
    return first if "、" in found and len(first) >= 5 else found


@cache
def _counted() -> re.Pattern[str]:
    """Numbers with their units at the start of an object: 65条、总长度57.9公里的."""
    one = rf"(?:总?长度?|总?面积|共计?)?[\d一二三两四五六七八九十百千万亿.余多]+(?:{alternatives(units())})"
    return re.compile(rf"^{one}(?:[、，]{one})*的?")


def thing(text: str) -> str:
    """The thing named at the start of a stretch, up to the verb that says what became of it."""
    return cue("indicator", "fate").split(_counted().sub("", text))[0].strip("的、")


def is_verb(text: str) -> bool:
    """Whether a phrase is nothing but a verb."""
    return verb().fullmatch(text) is not None or (len(text) == 2 and segment.first(text).tag == "v")


def is_place(text: str) -> bool:
    """Whether a phrase ends with the word for a kind of village or ward."""
    return text.endswith(("村", "社区", "村民组", "村民小组", "居委会", "嘎查", "艾里", "居民组", "组"))


def ends_in_verb(text: str) -> bool:
    """Whether a phrase ends with a verb of work."""
    return _closing_verb().search(text) is not None


def begins_as_verb(text: str) -> bool:
    """Whether the first word of a phrase is a verb, a preposition or an adverb rather than a noun."""
    word = segment.first(text)
    verbal = word.tag in ("v", "vd", "vg", "p", "d") and len(word.text) > 1
    return verbal or word.text in ("被", "获", "达", "由", "在")


def opening_verb(before: str) -> str:
    """The verb that a phrase opens with, "" where it opens with none."""
    if not before:
        return ""
    if found := _opening_verbs().match(before):
        return found[0].removesuffix("了")
    words = segment.words(before)
    if len(before) <= 6 and words[-1].tag == "v" and len(words[-1].text) > 1:
        return before
    return words[0].text if words[0].tag in ("v", "vn") and len(words[0].text) == 2 else ""


def without_verb(phrase: str) -> str:
    """A phrase without the verbs of work that it opens with."""
    found = _opening_verbs().match(phrase)
    return phrase[found.end() :] if found else phrase
