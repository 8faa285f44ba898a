"""Traditional characters to simplified ones; the only module that imports opencc."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

from kg.lexicon import table
from kg.model import Repair
from kg.text.repair.draft import Draft

# A paragraph is traditional when so many of its characters are written otherwise in simplified script; names and
# quotations in simplified text stay below, running traditional text is at 0.2 and above.
_SHARE = 0.05
_LEAST = 2


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def simplified() -> dict[str, str]:
    """Every character of GBK that has another simplified form → that form."""
    codes = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF) if trail != 0x7F)
    characters = [c for code in codes if (c := code.decode("gbk", "ignore")) >= "一"]
    forms = _converter().convert("\n".join(characters)).split("\n")
    return {old: new for old, new in zip(characters, forms, strict=True) if old != new and len(new) == 1}


@cache
def unmistakable() -> dict[int, str]:
    """Traditional characters that simplified text never has → simplified ones (not 乾, which stands in names)."""
    return {ord(old): new for old, new in simplified().items() if not old.encode("gb2312", "ignore")}


@cache
def _traditional() -> re.Pattern[str]:
    """One character that simplified text does not use (乾, 著 and others of GB 2312 have simplified uses)."""
    return re.compile("[" + "".join(map(chr, unmistakable())) + "]")


@cache
def _particle() -> re.Pattern[str]:
    """著 where simplified script writes 着 (隨著, 著力); OpenCC leaves it as it is."""
    words = table("repair_tables.toml")["traditional"]
    return re.compile(f"著(?<![{words['behind']}]著)(?![{words['before']}])")


@cache
def _variants() -> dict[int, int]:
    """Forms that OpenCC leaves as they are → the simplified ones."""
    variants = table("repair_tables.toml")["variants"]
    return {ord(old): new for old, new in zip(variants["from"], variants["to"], strict=True)}


def looks_traditional(text: str) -> bool:
    """Whether `text` is written in traditional characters."""
    first = _traditional().search(text)
    return first is not None and len(_traditional().findall(text)) >= max(_LEAST, _SHARE * len(text))


def simplify(draft: Draft) -> None:
    """Convert the draft, or those paragraphs of it that look traditional; leaves one record, "traditional".

    The record spans the source from the first to the last converted character and shows the first one's change.
    """
    before = draft.text
    if _traditional().search(before) is None:
        return
    if looks_traditional(before):
        after = _convert(before)
    else:
        after = "\n".join(_convert(line) if looks_traditional(line) else line for line in before.split("\n"))
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    if changed:
        start, end = draft.span(changed[0], changed[-1] + 1)
        draft.repairs.append(Repair("traditional", start, end, before[changed[0]], after[changed[0]]))
        draft.replace(after)


def _convert(text: str) -> str:
    """`text` in simplified characters, one for one; character by character where phrases would change the length."""
    after = _particle().sub("着", _converter().convert(text)).translate(_variants())
    if len(after) == len(text):
        return after
    if "\n" in text:
        return "\n".join(map(_convert, text.split("\n")))
    return "".join(simplified().get(character, character) for character in text)
