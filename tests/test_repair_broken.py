"""Clean reports broken on purpose and mended: how much comes back, what stays as it was, whether the numbers are found.

"A1 bytes dropped at 0.2 %" means: pinyin notes stand behind a tenth of the different characters, the text is encoded in
GB18030, as many bytes A1 as are 0.2 % of its characters (the lead bytes of 、。“”《》… and the trail bytes of some
characters) are taken out at random, and what is left is decoded again; the decoder leaves out what it cannot read
("ignore") or puts U+FFFD there ("replace"). Each lost byte spoils the characters up to the next in ASCII, or more.
All of them count, those in front of a line break too, which leave no trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from opencc import OpenCC

from kg import pipeline
from kg.model import Source
from kg.text.repair import repair
from tests.test_repair import broken, distance, noted

SEEDS = ("000", "001", "002", "004")
FLOORS = {0.002: 0.97, 0.008: 0.95}
ROUNDS = 4
NUMBERS = 0.99  # of the clean text that are found, and of those found that are of the clean text


@pytest.fixture(scope="module", params=["simplified", "traditional"])
def reports(shared: Path, request: pytest.FixtureRequest) -> list[str]:
    texts = [next((shared / "seeds").glob(f"{name}_*.txt")).read_bytes().decode("utf-8") for name in SEEDS]
    return list(map(OpenCC("s2t").convert, texts)) if request.param == "traditional" else texts


def _pairs(reports: list[str], share: float, errors: str, rounds: int = 1) -> Iterator[tuple[str, str, str]]:
    """Each report, with notes, and broken."""
    for report in reports:
        for seed in range(rounds):
            annotated = noted(report, Random(seed))
            yield report, annotated, broken(annotated, Random(seed), share, errors=errors)


@pytest.mark.parametrize("errors", ["ignore", "replace"])
@pytest.mark.parametrize("share", FLOORS)
def test_the_damaged_characters_come_back(reports: list[str], share: float, errors: str) -> None:
    damaged = left = 0
    for report, annotated, spoilt in _pairs(reports, share, errors, ROUNDS):
        damaged += distance(spoilt, annotated)
        left += distance(repair(spoilt).clean, repair(report).clean)
    assert damaged > 800
    assert 1 - left / damaged >= FLOORS[share]


@pytest.mark.parametrize("share", FLOORS)
def test_no_undamaged_line_is_changed(reports: list[str], share: float) -> None:
    checked = 0
    for report, annotated, spoilt in _pairs(reports, share, "ignore"):
        lines = (text.split("\n") for text in (annotated, spoilt, repair(report).clean, repair(spoilt).clean))
        for whole, damaged, clean, mended in zip(*lines, strict=True):
            if whole == damaged:
                assert mended == clean
                checked += 1
    assert checked > 30


def _numbers(text: str) -> Counter[tuple[object, ...]]:
    outcomes = pipeline.read(Source("a.txt", "a.txt", text, "0" * 64)).outcomes
    return Counter((o.quantity.value, o.quantity.lower, o.quantity.upper, o.quantity.unit) for o in outcomes)


@pytest.mark.parametrize("share", FLOORS)
def test_the_numbers_are_found_as_on_the_clean_text(reports: list[str], share: float) -> None:
    clean, found = Counter[object](), Counter[object]()
    common = 0
    for report, _, spoilt in _pairs(reports, share, "ignore"):
        of_clean, of_spoilt = _numbers(report), _numbers(spoilt)
        common += (of_clean & of_spoilt).total()
        clean.update(of_clean)
        found.update(of_spoilt)
    assert clean.total() > 200
    assert common / clean.total() >= NUMBERS and common / found.total() >= NUMBERS


@pytest.mark.parametrize(("errors", "floor"), [("ignore", 0.85), ("replace", 0.93)])
def test_less_comes_back_from_a_decoder_of_plain_gbk(reports: list[str], errors: str, floor: float) -> None:
    """It leaves out whole pairs that GB18030 has characters for."""
    damaged = left = 0
    for report in reports:
        kept = report.encode("gbk", "ignore").decode("gbk")
        annotated = noted(kept, Random(0))
        spoilt = broken(annotated, Random(0), 0.008, codec="gbk", errors=errors)
        damaged += distance(spoilt, annotated)
        left += distance(repair(spoilt).clean, repair(kept).clean)
    assert 1 - left / damaged >= floor
