"""Names as they are compared: one width, one script, no spaces, quotes or dots; and how alike two of them are."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kg.text.repair.script import simplified

_IDLE = re.compile(r"[\s\"'`“”‘’「」『』《》〈〉·•・‧.,，、。;；:：()（）\[\]【】_\-—–]+")  # says nothing in a name


def plain(name: str) -> str:
    """The name in half width, simplified script and lower case, without what says nothing."""
    return _IDLE.sub("", simple(unicodedata.normalize("NFKC", name)).lower())


def simple(text: str) -> str:
    """A text in simplified script, character for character."""
    return text.translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    return {ord(old): new for old, new in simplified().items()}


def pairs(name: str) -> set[str]:
    """The name's pairs of neighbouring characters; the character of a name of one."""
    return {name[at : at + 2] for at in range(max(1, len(name) - 1))}


def likeness(one: str, other: str) -> float:
    """How many pairs of characters two plain names share: 0 to 1."""
    if one == other:
        return 1.0
    mine, theirs = pairs(one), pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def one_apart(one: str, other: str) -> bool:
    """Whether two names differ by one character: another, one more or one less."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    front = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    return longer[front + 1 :] == shorter[front + (len(one) == len(other)) :]
