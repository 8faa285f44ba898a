"""When a number holds: by the words around it, by the heading it stands under, by the title of the report."""

from __future__ import annotations

from datetime import date

import pytest

from kg import pipeline
from kg.model import Outcome, Source
from tests.reading import facts, rows

WHEN = list(rows("when"))


def test_the_corpus_has_not_shrunk() -> None:
    assert len(WHEN) >= 51


@pytest.mark.parametrize("row", WHEN, ids=lambda row: f"{row['text']}@{row['number']}")
def test_the_time_of_a_number(row: dict[str, str]) -> None:
    text, outcomes, _ = facts(row["text"])
    (period,) = (o.period for o in outcomes if text.verbatim(o.quantity.start, o.quantity.end) == row["number"])
    found = ("", "", None) if period is None else (period.first.isoformat(), period.last.isoformat(), period.stated)
    assert found == (row["first"], row["last"], row["basis"] == "stated" if row["basis"] else None)


def outcomes(text: str) -> dict[str, Outcome]:
    """Number → outcome of an invented report."""
    read = pipeline.read(Source("a.txt", "a.txt", text, "0" * 64))
    clean = read.document.text.clean
    return {clean[o.quantity.start : o.quantity.end]: o for o in read.outcomes}


def days(found: Outcome) -> tuple[str, str, bool]:
    assert found.period is not None
    return found.period.first.isoformat()[5:], found.period.last.isoformat()[5:], found.period.stated


HALF = """青石镇2021年上半年工作总结
一、工作情况
今年以来，完成改厕20户。新建公厕3座。目前，硬化道路4公里。1—5月，招商2家。去年，改厕50户。
二、存在问题
群众意识有待提高。
三、下半年工作打算
完成改厕30户。年底前，新建公厕5座。
"""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("20", ("01-01", "06-30", True)),
        ("3", ("01-01", "06-30", False)),
        ("4", ("01-01", "06-30", True)),
        ("2", ("01-01", "05-31", True)),
        ("30", ("07-01", "12-31", False)),
        ("5", ("01-01", "12-31", True)),
    ],
)
def test_a_half_year_report_tells_of_half_a_year(number: str, expected: tuple[str, str, bool]) -> None:
    found = outcomes(HALF)
    assert days(found[number]) == expected and found[number].period.year == 2021  # type: ignore[union-attr]
    assert found["50"].period is not None and found["50"].period.year == 2020


@pytest.mark.parametrize(
    ("title", "headings", "review", "plan"),
    [
        ("青石镇2021年前三季度工作总结", ("一、主要工作", "二、下一步打算"), ("01-01", "09-30"), ("10-01", "12-31")),
        ("青石镇2021年第一季度工作总结", ("一、主要工作", "二、下一步打算"), ("01-01", "03-31"), ("04-01", "12-31")),
        (
            "青石镇2021年工作情况汇报",
            ("一、上半年工作情况", "二、下半年工作计划"),
            ("01-01", "06-30"),
            ("07-01", "12-31"),
        ),
        ("青石镇2021年1—11月工作总结", ("一、主要工作", "二、2022年工作打算"), ("01-01", "11-30"), ("01-01", "12-31")),
        (
            "青石镇2021年工作总结",
            ("一、2021年工作", "二、2022年上半年工作计划"),
            ("01-01", "12-31"),
            ("01-01", "06-30"),
        ),
    ],
)
def test_titles_and_headings_name_parts_of_a_year(
    title: str, headings: tuple[str, str], review: tuple[str, str], plan: tuple[str, str]
) -> None:
    found = outcomes(f"{title}\n{headings[0]}\n完成改厕20户。\n{headings[1]}\n完成改厕30户。\n")
    assert days(found["20"]) == (*review, False) and days(found["30"]) == (*plan, False)


def test_last_year_is_counted_from_when_it_is_said() -> None:
    """A report to the congress of 2022 tells of 2021 as 去年, a summary of 2021 tells of 2020 so."""
    body = "一、2021年工作回顾\n去年，全镇改厕20户。\n二、2022年工作安排\n今年，完成改厕30户。\n"
    congress = outcomes(f"青石镇2022年政府工作报告\n2022年1月20日\n{body}")
    assert [congress[n].period.year for n in ("20", "30")] == [2021, 2022]  # type: ignore[union-attr]
    summary = outcomes(f"青石镇2021年工作总结\n{body.replace('今年', '明年')}")
    assert [summary[n].period.year for n in ("20", "30")] == [2020, 2022]  # type: ignore[union-attr]


def test_needs_among_the_problems_are_of_the_year_planned_for() -> None:
    found = outcomes(
        "青石镇2021年工作总结\n一、主要工作\n改厕20户。\n二、存在的问题\n建设用地需求为35亩。\n三、2022年打算\n改厕40户。\n"
    )
    assert found["35"].period is not None and found["35"].period.first == date(2022, 1, 1)
