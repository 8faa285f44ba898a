"""The stretch of text around a number: its clause, the words before and behind, the numbers beside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Quantity, Sentence

CHAIN = 400  # characters in front of a sentence in which what semicolons tie to it is sought
MARKS = "，。；：！？\n（）"  # between clauses
BOUNDARY = re.compile(f"[{MARKS}]")

ASIDE = re.compile(r"（[^（）\d，。；]{1,10}）$")  # a short aside does not end a clause: 蔬菜（食用菌）产量
ASIDE_AHEAD = re.compile(r"（[^（）\d，。；]{1,10}）(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Context:
    """One number in its sentence (clean offsets).

    `before` is the text from the clause's start or the number before up to this number, `after` the text behind
    it up to the clause's end or the next number; `clause` the whole clause's span. `index` is the number's place
    among `row`, the numbers of the sentence, whose clauses' marks end at `marks`.
    """

    text: str
    sentence: Sentence
    row: Sequence[Quantity]
    index: int
    clause: tuple[int, int]
    before: str
    after: str
    marks: Sequence[int]

    @property
    def quantity(self) -> Quantity:
        """The number itself."""
        return self.row[self.index]

    @property
    def previous(self) -> Quantity | None:
        """The number before it in the sentence."""
        return self.row[self.index - 1] if self.index else None

    @property
    def following(self) -> Quantity | None:
        """The number behind it in the sentence."""
        return self.row[self.index + 1] if self.index + 1 < len(self.row) else None

    @property
    def chain_start(self) -> int:
        """Where the list begins whose items semicolons part; where the sentence does, if it is none."""
        start = self.sentence.start
        floor = max(0, start - CHAIN)
        while start > floor and self.text[start - 1] == "；":
            start = max(floor, *(self.text.rfind(mark, floor, start - 1) + 1 for mark in "。！？；\n"))
        return start

    def clause_start(self, at: int) -> int:
        """Where the stretch between marks begins in which `at` stands; asides end none here."""
        nearest = bisect_right(self.marks, at)
        return self.marks[nearest - 1] if nearest else min(self.sentence.start, at)

    def clause_end(self, at: int) -> int:
        """Where that stretch ends, its mark included."""
        nearest = bisect_right(self.marks, at)
        return self.marks[nearest] if nearest < len(self.marks) else self.sentence.end

    def gap(self, at: int) -> str:
        """What stands between the number `at` of the row and the one before it."""
        return self.text[self.row[at - 1].right : self.row[at].left]

    @property
    def lead(self) -> str:
        """The clause from its start to the number, other numbers included."""
        return self.text[self.clause[0] : self.quantity.start]

    @property
    def rest(self) -> str:
        """What stands behind the clause in the sentence, its punctuation first."""
        return self.text[self.clause[1] : self.sentence.end]


def contexts(text: str, sentence: Sentence, row: Sequence[Quantity]) -> list[Context]:
    """The context of each number in `row`, which are the numbers of `sentence` in order."""
    found = []
    marks = [mark.end() for mark in BOUNDARY.finditer(text, sentence.start, sentence.end)]
    for index, quantity in enumerate(row):
        start = _clause_start(text, marks, sentence.start, quantity.left)
        end = _clause_end(text, marks, quantity.right, sentence.end)
        low = max(start, row[index - 1].right) if index else start
        high = min(end, row[index + 1].left) if index + 1 < len(row) else end
        before, after = text[low : quantity.left], text[quantity.right : max(high, quantity.right)]
        found.append(Context(text, sentence, row, index, (start, end), before, after, marks))
    return found


def _clause_start(text: str, marks: Sequence[int], floor: int, at: int) -> int:
    """Where the clause begins that `at` stands in: behind the last of the marks before it."""
    nearest = bisect_right(marks, at)
    start = marks[nearest - 1] if nearest else min(floor, at)
    if start > floor and text[start - 1] == "）" and (aside := ASIDE.search(text, max(floor, start - 12), start)):
        return _clause_start(text, marks, floor, aside.start())
    return start


def _clause_end(text: str, marks: Sequence[int], at: int, ceiling: int) -> int:
    """Where it ends: at the first of the marks behind `at`."""
    nearest = bisect_right(marks, at)
    if nearest == len(marks):
        return ceiling
    end = marks[nearest] - 1
    if text[end] == "（" and end > at and (aside := ASIDE_AHEAD.match(text, end, ceiling)):
        return _clause_end(text, marks, aside.end(), ceiling)
    return end
