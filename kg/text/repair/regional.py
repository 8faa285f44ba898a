"""Words of Taiwan to those of the mainland, where a conversion to traditional script has exchanged these too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kg.lexicon import table
from kg.text.repair.draft import Draft, Edit

_LEAST = 2  # different words of Taiwan that a converted text has
_MIXED = 10  # of so many words one may be the mainland's: names and quotations


def exchange(draft: Draft) -> None:
    """Put the mainland's words back into a draft that was traditional; leaves a record, "regional-word", for each.

    A text is such a conversion where it has several words that only Taiwan uses, and hardly one that they stand for.
    """
    if not any(repair.kind == "traditional" for repair in draft.repairs):
        return
    words, text = table("repair_tables.toml")["taiwan"], draft.text
    found = {word for word in words["telling"] if word in text}
    if len(found) < _LEAST:
        return
    own, theirs = _count(text, {words["telling"][word] for word in found}), _count(text, found)
    if own * _MIXED > theirs:
        return
    shared = {word for word, meant in words["shared"].items() if meant not in text}
    meant = words["telling"] | {word: words["shared"][word] for word in shared}
    matches = (match for match in _pattern().finditer(text) if match[0] in meant)
    draft.edit(Edit(match.start(), match.end(), meant[match[0]], "regional-word") for match in matches)


def _count(text: str, words: Iterable[str]) -> int:
    return sum(map(text.count, words))


@cache
def _pattern() -> re.Pattern[str]:
    words = table("repair_tables.toml")["taiwan"]
    longest = sorted((*words["telling"], *words["shared"]), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))
