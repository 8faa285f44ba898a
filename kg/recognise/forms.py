"""What the names that no scheme lists are made of: heads, verbs, and the concept that such a name becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick

from kg.lexicon import table
from kg.model import Concept, Kind
from kg.recognise.listed import known

CLAUSE_END = re.compile(r"[，。；！？：\n]")


@cache
def cues() -> dict[str, dict[str, Any]]:
    """The tables of ``kg/data/names.toml``."""
    return table("names.toml")


def stretches(text: str, signs: AhoCorasick, marks: str) -> Iterator[tuple[int, int]]:
    """The stretches between marks in which a sign stands; an expression that needs a sign is tried nowhere else."""
    closing, end = re.compile(rf"[{marks}]|\Z"), 0
    for _, sign, _ in signs.find_matches_as_indexes(text):
        if sign >= end:
            start = max(text.rfind(mark, end, sign) + 1 for mark in marks)
            end = closing.search(text, sign).start()  # type: ignore[union-attr]
            yield start, end


def provisional(kind: Kind, words: str, head: str) -> Concept:
    """A concept no scheme lists, with its head noun as another name: 四联四调, 四联四调模式."""
    label = words.strip("，、 ")
    if (listed := known().get(label + head)) or (listed := known().get(label)):
        return listed
    names = (label, label + head) if head else (label,)
    return Concept(kind, label, names, label, known=False)
