"""Question marks that a decoder put in the place of quotation marks: ?三高四新?战略 is “三高四新”战略."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.lexicon import table
from kg.text.repair.draft import Draft, Edit

_HAN = "一-鿿〇"
# A pair around a few words that stands in a sentence; decoders write ? in ASCII, and not in addresses.
_PAIR = re.compile(rf"(?<![A-Za-z0-9/=&])\?(?=[{_HAN}0-9])([^?？。！；\n]{{0,23}}[{_HAN}0-9%])\?(?![A-Za-z/=&])")
_CLAUSE = re.compile("[^，。；：！？?\n]*$")
_LONGEST_CLAUSE = 40


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(table("repair_tables.toml")["quotes"]["asking"]))


def requote(draft: Draft) -> None:
    """Put quotation marks in the place of pairs of ? that ask nothing; leaves a record, "lost-quote", for each mark."""
    if "?" in draft.text:
        draft.edit(_edits(draft.text))


def _edits(text: str) -> Iterator[Edit]:
    for found in _PAIR.finditer(text):
        clause = _CLAUSE.search(text[max(0, found.start() - _LONGEST_CLAUSE) : found.start()])
        if not (_asking().search(found[1]) or (clause and _asking().search(clause[0]))):
            yield Edit(found.start(), found.start() + 1, "“", "lost-quote")
            yield Edit(found.end() - 1, found.end(), "”", "lost-quote")
