"""JioNLP (https://github.com/dongrixinyu/JioNLP): amounts of money are all that it measures.

It has no reader of other quantities or of percentages. Its spans take in hedges and unit, and are half open.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import redirect_stdout
from importlib.metadata import version
from typing import Any

from benchmarks.peers.model import Number, Tool
from benchmarks.peers.score import GROUPS

NAME = "JioNLP"
SPREAD = ("余", "多")  # 400余万元 is to JioNLP what lies between 400万 and 500万
HEDGES = {"accurate": "exact", "blur": "approx", "blur+": "at_least"}


def load() -> Tool:
    """JioNLP, where it is installed."""
    with redirect_stdout(sys.stderr):  # it greets
        extract = importlib.import_module("jionlp").ner.extract_money

    def find(text: str) -> list[Number]:
        return [number(entity) for entity in extract(text, with_parsing=True)]

    return Tool(NAME, version("jionlp"), find, claims=lambda one: GROUPS["money"](one) and not one.masked)


def number(entity: dict[str, Any]) -> Number:
    """An entity as `extract_money` gives it, in favour of JioNLP wherever its answer can be taken in two ways."""
    detail, words = entity["detail"], entity["text"]
    start, end = entity["offset"]
    ends = detail["num"] if isinstance(detail["num"], list) else [detail["num"]]
    lower, *upper = [None if one is None else float(one) for one in ends]
    spread = bool(upper) and any(mark in words for mark in SPREAD)
    one = spread or not upper
    return Number(
        start,
        end,
        value=lower if one else None,
        lower=None if one else lower,
        upper=None if one else upper[0],
        unit=detail["case"],
        qualifier="at_least" if spread else _qualifier(detail["definition"], words, one),
    )


def _qualifier(definition: str, words: str, one: bool) -> str:
    """A range is exact to the gold; ``blur-`` stands for both 近 and 不足, which the words still tell apart."""
    if not one:
        return "exact"
    if definition == "blur-":
        return "approx" if "近" in words else "at_most"
    return HEDGES[definition]
