"""One kind of digit, letter, mark and quotation mark; no spaces between Chinese characters that mean nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.lexicon import table
from kg.text.repair.draft import Draft, Edit

_HAN = "〇㐀-䶿一-鿿\U00020000-\U0003ffff"
_CHINESE = _HAN + "，。、；：？！（）“”‘’《》【】…"

# An ASCII mark, unless it stands between digits (1,234 and 17:16) or between Latin words (http:, Ltd, Inc).
_MARK = re.compile(r"[,:;?!](?<![0-9][,:](?=[0-9]))(?<![A-Za-z/.=][,:;?!](?= ?[A-Za-z/\\]))")
_CLOCK = re.compile(r"：(?<=[0-9]：)(?=[0-9])")
_THOUSANDS = re.compile(r"[0-9](?<![0-9.][0-9])(?<![0-9]，[0-9])[0-9]{0,2}(?:，[0-9]{3})+(?!，?[0-9])")
_YEAR = re.compile("[一二][一二三四五六七八九零〇○◯ОO0]{3}(?=[年至到~—-])")  # 二○二二年, with anything round for 〇
_ROUND = str.maketrans("○◯ОO0", "〇〇〇〇〇")

_SPACE = "[ \u3000\u00a0\u2002-\u200a]"
_SPACED = re.compile(  # 政 府 工 作 报 告, 共 计 1 2 0 户
    rf"(?<![^\s：，。；])(?:[{_HAN}0-9○（）“”、，.·%—-]{_SPACE}+){{3,}}[{_HAN}0-9○（）”。，%]"
    rf"(?![0-9A-Za-z{_HAN}○])"
)
_RHYTHM = re.compile(rf"{_SPACE}\S{_SPACE}+\S{_SPACE}")  # in every such title, and quickly looked for
_CHARACTER = re.compile(r"\S")
_LEAST_HAN = 2
_LOOSE = re.compile("[，、；。： ](?:(?<= ) *|[，、；。：]+)")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
_LABEL = re.compile("[一-鿿]{2,8} ?：")
_HEADING = re.compile(
    r"[ \t]*(?:（[一二三四五六七八九十0-9]+）|[一二三四五六七八九十]+[、.]|第[一二三四五六七八九十]+[章节部分、]+"
    r"|[0-9]+[.、）])[^，。；：]{4,40}"
)
_SENTENCE = re.compile(r"[^\n，。；]{0,200}[，。；]")
_REACH = 60  # characters in front of a space that are looked at: no heading is longer
_MASKED = r"[0-9]*[xX×*※○_]+[0-9xX×*※○_]*(?:\.[0-9xX×*※○_]+)?%?"
_LETTERS = "[A-Za-z]{1,8}[0-9]{0,3}"
_NUMBER_BEFORE = re.compile(rf"(?<![0-9:/.A-Za-z&-])(?:[0-9][0-9.,]*%?|{_MASKED}|{_LETTERS})$")
_NUMBER_AFTER = re.compile(rf"(?:[0-9]+(?:[.,][0-9]+)*%?|{_MASKED}|{_LETTERS}) ?(?=[{_CHINESE}])")
_LIST_MARK = re.compile(r"[ \t]*(?:[0-9]{1,2}|[*※○_-]|[A-Za-z])$")


def close_ranks(draft: Draft) -> None:
    """Take the spaces out of titles that have one behind each character; leaves a record, "spaced", for each."""
    if _RHYTHM.search(draft.text) is None:
        return
    runs = (run for run in _SPACED.finditer(draft.text) if len(re.findall(f"[{_HAN}]", run[0])) >= _LEAST_HAN)
    draft.edit(map(_closed, runs))


def _closed(run: re.Match[str]) -> Edit:
    places = [found.start() for found in _CHARACTER.finditer(run.string, *run.span())]
    new = "".join(run.string[at] for at in places)
    return Edit(*run.span(), new, "spaced", tuple((at, at + 1) for at in places))


@cache
def _folds(name: str) -> dict[str, str]:
    """The table `name` of folds, character → character."""
    fold = table("repair_tables.toml")[name]
    return dict(zip(fold["from"], fold["to"], strict=True))


@cache
def _foldable() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(_folds("fold"))) + "]")


def fold(draft: Draft) -> None:
    """Make digits, letters, marks and spaces of one kind, each in its place."""
    folds, marks = _folds("fold"), _folds("marks")
    text = _foldable().sub(lambda found: folds[found[0]], draft.text)
    text = _MARK.sub(lambda found: marks[found[0]], text)
    text = _CLOCK.sub(":", text)
    text = _THOUSANDS.sub(lambda found: found[0].replace("，", ","), text)
    draft.replace(_YEAR.sub(lambda found: found[0].translate(_ROUND), text))


def pair(draft: Draft) -> None:
    """Make quotation marks of one kind; those that are alike on both sides open and close in turn."""
    text = draft.text
    for straight, curly in (('"', "“”"), ("'", "‘’")):
        if straight in text:
            text = "\n".join(_paired(line, straight, curly) for line in text.split("\n"))
    draft.replace(text)


def _paired(line: str, straight: str, pair: str) -> str:
    """`line` with straight quotation marks opening and closing in turn, an apostrophe or odd last one untouched."""
    places = [m.start() for m in re.finditer(f"[{straight}{pair}]", line) if not _apostrophe(line, m.start())]
    characters = list(line)
    opened = -1
    for at in places:
        if characters[at] == straight and opened >= 0:
            characters[at] = pair[1]
            if characters[opened] == straight:
                characters[opened] = pair[0]
        opened = -1 if characters[at] == pair[1] else at
    return "".join(characters)


def _apostrophe(line: str, at: int) -> bool:
    around = line[at - 1 : at] + line[at + 1 : at + 2]
    return line[at] == "'" and len(around) == 2 and around.isascii() and around.isalnum()


def close_up(draft: Draft) -> None:
    """Take out doubled commas and the spaces between Chinese characters.

    A space stays where it parts a list heading from its sentence, or stands before the label of a metadata line.
    """
    draft.edit(_loose(draft.text))


def _loose(text: str) -> Iterator[Edit]:
    for found in _LOOSE.finditer(text):
        start, end = found.span()
        if found[0][0] != " ":
            if (mark := _strongest(found[0])) != found[0]:
                yield Edit(start, end, mark, "doubled-mark")
        elif start > 0 and end < len(text) and _means_nothing(text, start, end):
            yield Edit(start, end, "")


def _strongest(marks: str) -> str:
    """The one mark that a row of them is meant for; a colon among others means something."""
    if "：" in marks and set(marks) != {"："}:
        return marks
    return next(mark for mark in "。；，、：" if mark in marks)


def _means_nothing(text: str, start: int, end: int) -> bool:
    """Whether the spaces text[start:end] may go."""
    before, after = text[start - 1], text[end]
    low = max(0, start - _REACH)
    line = text[max(low, text.rfind("\n", low, start) + 1) : start]
    if not _IS_CHINESE.match(before):
        number = _NUMBER_BEFORE.search(line[-20:])
        return bool(number and _IS_CHINESE.match(after) and not _LIST_MARK.match(line))
    if _IS_CHINESE.match(after):
        if len(line) == 1 or line[-2] == " ":
            return True
        return not (_LABEL.match(text, end) or _heads(line, text, end))
    return bool(_NUMBER_AFTER.match(text, end)) and not _heads(line, text, end)


def _heads(line: str, text: str, end: int) -> bool:
    """Whether `line` is a list heading and a sentence follows it at `end`."""
    return bool(_HEADING.fullmatch(line)) and bool(_SENTENCE.match(text, end))
