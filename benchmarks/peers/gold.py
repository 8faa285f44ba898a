"""Reads gold: NAME.gold.jsonl beside, or apart from, the NAME.txt that it is of.

Of a gold file only the lines of type ``outcome`` count here. A number's place is its `start` and `end`, or the `nth`
(0 unless told) `number` inside a `snippet` that the text holds exactly once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.peers.model import Number, Report

ENDING = ".gold.jsonl"


class GoldError(ValueError):
    """Gold that cannot be used; the message says which file and why."""


def reports(texts: Path, golds: Path) -> list[Report]:
    """The reports of a folder of texts that a folder of gold speaks of."""
    found = sorted(golds.glob(f"*{ENDING}"))
    if not found:
        raise GoldError(f"{golds}: no NAME{ENDING} here; name a folder that has some")
    return [_report(texts / f"{gold.name.removesuffix(ENDING)}.txt", gold) for gold in found]


def _report(source: Path, gold: Path) -> Report:
    """One text with its gold."""
    if not source.is_file():
        raise GoldError(f"{gold.name} is of {source}, which is missing; say where the texts are with --texts")
    text = source.read_bytes().decode("utf-8")  # as offsets count it: line ends stay what they are
    lines = [json.loads(line) for line in gold.read_text("utf-8").splitlines() if line.strip()]
    numbers = [_number(line, text, gold.name) for line in lines if line["type"] == "outcome"]
    return Report(source.stem, text, tuple(numbers))


def _number(line: dict[str, Any], text: str, name: str) -> Number:
    """The number that a line of gold describes."""
    start, end = (line["start"], line["end"]) if "start" in line else _place(line, text, name)
    return Number(
        start,
        end,
        value=line["value"],
        lower=line.get("lower"),
        upper=line.get("upper"),
        unit=line["unit"] or "",
        qualifier=line["qualifier"],
        optional=line.get("optional", False),
    )


def _place(line: dict[str, Any], text: str, name: str) -> tuple[int, int]:
    """Where the number of a line stands in the text."""
    snippet, number = line["snippet"], line["number"]
    if text.count(snippet) != 1:
        raise GoldError(f"{name}: the text holds {text.count(snippet)} times, not once: {snippet!r}")
    at = -1
    for _ in range(line.get("nth", 0) + 1):
        at = snippet.find(number, at + 1)
        if at < 0:
            raise GoldError(f"{name}: no {number!r} in {snippet!r}")
    start = text.index(snippet) + at
    return start, start + len(number)
