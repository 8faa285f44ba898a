"""What several test modules need of reading: a text through the recognisers, rows of the corpus."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kg.model import Document, Mention, Outcome, Quantity, Service, Text
from kg.recognise import names, periods, quantities
from kg.recognise.listed import Name
from kg.recognise.periods import Time
from kg.recognise.refusals import Refusal
from kg.relate.facts import outcomes
from kg.relate.service import services
from kg.text.outline import outline
from kg.text.repair import repair

CORPUS = Path(__file__).parent / "corpus"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a corpus file, comments left out."""
    with (CORPUS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


@dataclass(frozen=True)
class Read:
    """A short text as the recognisers see it."""

    text: Text
    names: list[Name]
    times: list[Time]
    quantities: list[Quantity]
    refused: list[Refusal]


def read(text: str) -> Read:
    """`text` repaired and its mentions recognised."""
    mended = repair(text)
    named = names.recognise(mended.clean)
    times = periods.recognise(mended.clean)
    spans = [(n.start, n.end) for n in named], [(t.start, t.end) for t in times]
    found, refused = quantities.recognise(mended.clean, *spans)
    return Read(mended, named, times, found, refused)


def facts(text: str, *, year: int = 2021) -> tuple[Text, list[Outcome], list[Mention]]:
    """The outcomes and mentions of `text`, read as a sentence of the looking-back part of a report on `year`."""
    seen, document, mentions = _report(text, year)
    return seen.text, list(outcomes(document, seen.quantities, seen.times, mentions)), mentions


def served(text: str) -> list[Service]:
    """The strategies that `text`, such a sentence, says its programmes serve."""
    _, document, mentions = _report(text, 2021)
    return list(services(document, mentions))


def _report(text: str, year: int) -> tuple[Read, Document, list[Mention]]:
    seen = read(f"一、工作回顾\n{text}")
    document = replace(outline(seen.text), year=year, plan_year=year + 1)
    document = replace(document, sentences=tuple(replace(s, year=year) for s in document.sentences))
    return seen, document, names.mentions(seen.text.clean, seen.names, document.sentences, seen.times)
