"""Masked reports read from end to end: their numbers are outcomes without value, their masked names name nothing."""

from __future__ import annotations

import pytest

from kg import pipeline
from kg.model import Reading, Source

MASKS = ("xx", "XX", "××", "**", "※※", "○○", "某某")
REPORT = """{m}镇20xx年工作总结
20xx年，在{m}县委、县政府的坚强领导下，{m}镇党委认真落实上级部署，{m}书记多次到{m}村调研。
一、主要工作
深入实施“{m}工程”，大力推进{m}战略，扎实开展{m}行动，{m}同志在{m}社区召开现场会。
全面推行林长制，{m}村与{m}公司共建示范基地，{m}小区完成改造。
二、下一步打算
启动{m}项目，继续抓好“{m}”专项行动，力争{m}村创成{m}市级文明村。
"""
COUNTED = "全镇下辖{n}个行政村，完成改厕{n}户，投入资金{n}万元，参保率达{n}%，硬化道路{n}公里。\n"
BLANKS = (*MASKS[:-1], "___", "〔〕", "（ ）", "[ ]", "1x", "")


def reading(text: str) -> Reading:
    return pipeline.read(Source("masked.txt", "masked.txt", text, "0" * 64))


@pytest.mark.parametrize("mask", MASKS)
def test_a_masked_name_is_no_name(mask: str) -> None:
    found = reading(REPORT.format(m=mask))
    assert {m.concept.label for m in found.mentions} <= {"林长制"}
    assert found.resolution.place is None and found.resolution.within is None and not found.resolution.candidates
    assert found.document.unit is None and found.document.year is None
    assert found.outcomes == ()


def test_a_name_that_is_legible_in_part_stays_one() -> None:
    text = "青石镇2021年工作总结\n一、主要工作\n深入推进“清朗xx”行动，开展“平安××”创建活动。\n"
    assert {m.concept.label for m in reading(text).mentions} == {"清朗xx", "平安××"}


@pytest.mark.parametrize("mask", BLANKS)
def test_a_masked_number_is_an_outcome_without_value(mask: str) -> None:
    head = "青石镇2021年工作总结\n一、主要工作\n2021年，全镇各项工作有序推进。\n"
    found = reading(head + COUNTED.format(n=mask))
    assert [o.quantity.unit for o in found.outcomes] == ["个", "户", "元", "%", "公里"]
    for outcome in found.outcomes:
        quantity = outcome.quantity
        assert quantity.masked and quantity.value is quantity.lower is quantity.upper is None
        assert quantity.start < quantity.end and outcome.period is not None and outcome.period.year == 2021
