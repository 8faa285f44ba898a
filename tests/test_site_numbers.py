"""How pages compare and say numbers, units and words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.export.tables.lookups import Measured
from kg.serve.site import chinese, compared
from kg.serve.site.figures import measured
from kg.serve.site.links import position
from kg.serve.site.numbers import Number, said, scale
from kg.serve.site.words import words


def number(value: str, unit: str, measured: str, **more: object) -> Number:
    given = {"qualifier": "exact", "change": "level", "status": "achieved", "year": "2021", "whole": True}
    blank = dict.fromkeys(("place", "indicator", "name", "programme", "evidence"), "")
    fields = {**blank, **given, "outcome": f"{value}{unit}", "lower": None, "upper": None, "masked": False, **more}
    return Number(value=Decimal(value), unit=unit, measured=measured, **fields)  # type: ignore[arg-type]


UNITS = {
    "mu": Measured("area", Decimal(2000), Decimal(3), Decimal(0)),
    "ha": Measured("area", Decimal(10000), Decimal(1), Decimal(0)),
    "km": Measured("length", Decimal(1000), Decimal(1), Decimal(0)),
    "piece": Measured("things", None, Decimal(1), Decimal(0)),
    "household": Measured("households", None, Decimal(1), Decimal(0)),
    "visit": Measured("people", None, Decimal(1), Decimal(0)),
}


def test_numbers_are_compared_in_the_unit_that_most_are_in() -> None:
    told = [number("30", "亩", "mu"), number("45", "亩", "mu"), number("2", "公顷", "ha"), number("3", "公里", "km")]
    common = scale(told, UNITS)
    assert (common.unit, common.left) == ("亩", 1)
    assert [common.amounts[one.outcome] for one in told[:3]] == [30, 45, 30]
    assert told[3] not in common


def test_counts_compare_whatever_their_measure_word_but_visits_are_no_people() -> None:
    told = [number("650", "户", "household"), number("9", "户", "household"), number("20", "个", "piece")]
    assert scale(told, UNITS).left == 0
    assert scale([*told, number("4", "人次", "visit")], UNITS).left == 1


def test_of_several_numbers_of_a_year_that_of_the_whole_year_is_drawn() -> None:
    half, whole = number("20", "户", "household", whole=False), number("50", "户", "household")
    told = compared.series([half, whole], UNITS, lambda one: (one.year,))
    assert told and list(told.numbers.values()) == [whole]
    assert compared.series([number("8", "%", "", change="increase")], UNITS, lambda one: (one.year,)) is None


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({}, "1,200 户", "1,200 household (户)"),
        ({"qualifier": "at_least"}, "不少于 1,200 户", "at least 1,200 household (户)"),
        ({"change": "increase", "qualifier": "approx"}, "增加 约 1,200 户", "up about 1,200 household (户)"),
    ],
)
def test_a_number_is_said_as_people_say_it(more: dict[str, str], zh: str, en: str) -> None:
    one = number("1200", "户", "household", **more)
    assert (said(one, "zh"), said(one, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("ends", "unit", "zh", "en"),
    [
        (["650"], "户", "650 户", "650 household (户)"),
        (["95.3"], "%", "95.3%", "95.3%"),
        (["759500"], "人", "759,500 人", "759,500 person (人)"),
        (["1060000"], "人", "106 万人", "1,060,000 person (人)"),
        (["83690000000"], "斤", "836.9 亿斤", "83,690,000,000 jin (斤)"),
        (["-120000000"], "元", "-1.2 亿元", "-120,000,000 yuan (元)"),
        (["123456789"], "元", "12,345.6789 万元", "123,456,789 yuan (元)"),
        (["1234567.891"], "元", "1,234,567.891 元", "1,234,567.891 yuan (元)"),
        (["2000000", "3000000"], "元", "200–300 万元", "2,000,000–3,000,000 yuan (元)"),
        (["2000000", "150000000"], "元", "2,000,000–150,000,000 元", "2,000,000–150,000,000 yuan (元)"),
        (["500000", "2000000"], "元", "500,000–2,000,000 元", "500,000–2,000,000 yuan (元)"),
        (["x"], "户", "x 户", "x household (户)"),
        ([], "户", "户", "household (户)"),
    ],
)
def test_large_numbers_are_in_the_multiples_of_chinese(ends: list[str], unit: str, zh: str, en: str) -> None:
    assert (measured(ends, unit, "zh"), measured(ends, unit, "en")) == (zh, en)


def test_points_are_read_from_wkt() -> None:
    assert position("POINT(110.5 27.9)") == (110.5, 27.9)
    assert position("POLYGON((0 0))") is None


def test_every_word_is_there_in_both_languages() -> None:
    assert words("zh").keys() == words("en").keys()


def test_units_have_their_english_names_in_english_pages() -> None:
    assert chinese.unit("户", "en") == "household (户)" and chinese.unit_name("户", "en") == "household"
    assert chinese.unit("个", "en") == "piece (个)" and chinese.unit("户", "zh") == "户"
    assert chinese.unit("%", "en") == "%" and chinese.unit("没有的单位", "en") == "没有的单位"


def test_chinese_words_are_marked_in_english_pages_and_stay_text() -> None:
    marked = '<span lang="zh-Hans">2021年青溪镇</span>, &lt;b&gt; 12 <span lang="zh-Hans">户</span>'
    assert chinese.marked("2021年青溪镇, <b> 12 户", "en") == marked
    assert chinese.marked("青溪镇 <b>", "zh") == "青溪镇 &lt;b&gt;"
