"""What the address of a page says of its place: sites of counties are named in pinyin (www.xupu.gov.cn)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache
from itertools import product

from kg.text.repair.language import readings

_HOST = re.compile(r"(?:https?://)?([\w.-]+)", re.IGNORECASE)
_MORE = 2  # letters that may stand around a name: hnxupu, xupuzf
_LEAST = 4  # letters of a spelling that such a label may hold; shorter ones would be in many
_MOST = 4  # characters of a name that is spelt: 2 to 4 readings each


def spells(url: str, name: str) -> bool:
    """Whether a part of the host's name is the pinyin of `name` without tones; initials (xp) say nothing."""
    host = _HOST.match(url)
    labels = host[1].lower().split(".") if host else ()
    return any(_holds(label, spelling) for spelling in spellings(name) for label in labels)


def _holds(label: str, spelling: str) -> bool:
    if label == spelling:
        return True
    around = len(label) - len(spelling)
    return 0 < around <= _MORE and len(spelling) >= _LEAST and (label.startswith(spelling) or label.endswith(spelling))


def spellings(name: str) -> set[str]:
    """Every way to spell the name, one for each reading of its characters."""
    if not 1 < len(name) <= _MOST:
        return set()
    return {"".join(read) for read in product(*(syllables().get(character, ()) for character in name))}


@cache
def syllables() -> dict[str, set[str]]:
    """Character → its readings without tones, ü as v and as u (lvliang, luliang)."""
    found: dict[str, set[str]] = defaultdict(set)
    for syllable, characters in readings().items():
        letters = unicodedata.normalize("NFD", syllable)
        plain = {"".join(filter(str.isalpha, letters.replace("u\u0308", umlaut))) for umlaut in "vu"}
        for character in characters:
            found[character] |= plain
    return dict(found)
