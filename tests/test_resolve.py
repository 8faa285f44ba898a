"""Which unit a report is about. The reports are invented; only the names of places are real."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest

from kg import resources
from kg.link.gazetteer import Gazetteer
from kg.link.host import spells
from kg.link.resolve import resolve
from kg.model import Document, Level, Place, Resolution, Text

SHARED = Path(__file__).parents[2] / "shared"


def about(
    unit: str | None,
    text: str = "",
    *hints: str,
    level: Level | None = Level.TOWNSHIP,
    title: str | None = None,
    fields: tuple[tuple[str, str], ...] = (),
    key: str = "",
) -> Resolution:
    """What is made of a report of `unit` with this text, these hints, and this said beside it."""
    return resolve(
        Document(
            text=Text(text, text),
            title=title,
            issuer=None,
            issued=None,
            year=None,
            plan_year=None,
            level=level,
            unit=unit,
            hints=hints,
            sections=(),
            sentences=(),
            fields=fields,
        ),
        key=key,
    )


def path(place: Place | None) -> str | None:
    """The names from the place up, None for none."""
    found = []
    while place is not None:
        found.append(place.name)
        place = place.parent
    return " ".join(found) or None


FOUND = [
    # on the list once: nothing else need be said
    ("县溪镇", "", (), "县溪镇 通道侗族自治县 怀化市 湖南省"),
    ("荫田", "常宁市委、市政府坚强领导，全市一盘棋", (), "荫田镇 常宁市 衡阳市 湖南省"),
    ("郭镇乡", "我乡赴长沙市望城区学习，接轨武汉", (), "郭镇乡 岳阳楼区 岳阳市 湖南省"),
    ("虎门镇", "", (), "虎门镇 东莞市 广东省"),
    ("东华门街道办事处", "在东城区委领导下", (), "东华门街道 东城区 北京市 北京市"),
    # several: the hints decide
    ("城关镇", "", ("中共石泉县城关镇委员会",), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "", ("首页 > 平利县人民政府 > 城关镇 > 规划计划",), "城关镇 平利县 安康市 陕西省"),
    ("新店镇", "", ("福州市晋安区新店镇2021年工作总结",), "新店镇 晋安区 福州市 福建省"),
    ("溆浦县均坪镇", "", (), "均坪镇 溆浦县 怀化市 湖南省"),
    ("历阳镇", "", ("中共和县历阳镇委员会",), "历阳镇 和县 马鞍山市 安徽省"),
    ("和平镇", "", ("来源：长兴县和平镇人民政府",), "和平镇 长兴县 湖州市 浙江省"),
    # several: the text decides
    ("城关镇", "一年来，在石泉县委、县政府的坚强领导下，城关镇奋力拼搏。", (), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "《石泉县乡村振兴规划（2021—2025年）》印发后，我镇对照落实。", (), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "石泉县城关镇地处汉江北岸。", (), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "承办石泉县农民丰收节，在全镇推广。", (), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "石泉鎏金铜蚕、石泉老街引来游客，石泉发布推介我镇。", (), "城关镇 石泉县 安康市 陕西省"),
    ("城关镇", "积极对接西安市，赴平利县学习，与旬阳市、石泉县联动；石泉县委要求。", (), "城关镇 石泉县 安康市 陕西省"),
    ("石门镇", "在漳州市委领导下，石门镇全面推进振兴；石门镇是资源大镇。", ("平和县",), None),
    ("三合镇", "在古县委、县政府正确领导下", (), "三合镇 古县 临汾市 山西省"),
    ("新兴镇", "健康绍兴、平安浙江建设走深走实；新兴产业合作振兴，资源新建。", (), None),
    ("马渡乡", "恩施州委提出的目标", (), None),
    ("沙坪镇", "湘西州委、永顺县委统一部署", (), None),
    ("芙蓉镇", "湘西州委、永顺县委统一部署", (), "芙蓉镇 永顺县 湘西土家族苗族自治州 湖南省"),
    ("太平镇", "贯彻西昌市、雷波县要求", ("雅安市芦山县太平镇",), "太平镇 芦山县 雅安市 四川省"),
    ("后山镇", "", ("巴南区、万盛、 垫江县",), None),
    ("下帅乡", "在怀集县委领导下", (), "下帅壮族瑶族乡 怀集县 肇庆市 广东省"),
]


@pytest.mark.parametrize(("unit", "text", "hints", "expected"), FOUND)
def test_township(unit: str, text: str, hints: tuple[str, ...], expected: str | None) -> None:
    resolution = about(unit, text, *hints)
    assert path(resolution.place) == expected, resolution.reasons
    assert resolution.reasons


OPEN = [
    # unit, text, hints, within, how many candidates
    ("城关镇", "在县委、县政府坚强领导下，我镇砥砺前行。", (), None, 88),
    ("城关乡", "", (), None, 6),
    ("城关镇", "落实陕西省委部署，对标平安陕西、法治陕西。", (), "陕西省", None),
    ("城关镇", "朝阳产业、和平年代、公安工作、资源整合、振兴通道。", (), None, 88),
    # not on the list
    ("高新技术产业园区", "", ("怀化市鹤城区高新技术产业园区管委会",), "鹤城区 怀化市 湖南省", 1),
    ("滨湖开发区", "岳阳楼区委要求", (), "岳阳楼区 岳阳市 湖南省", 0),
    ("花果山新镇", "", (), None, 0),
    # what it was called before it became another kind of unit
    ("播阳乡", "通道县委领导下", (), "通道侗族自治县 怀化市 湖南省", 1),
    # on the list, but the report says it lies elsewhere
    ("荫田镇", "", ("怀化市溆浦县荫田镇人民政府",), "溆浦县 怀化市 湖南省", 1),
]


@pytest.mark.parametrize(("unit", "text", "hints", "within", "count"), OPEN)
def test_no_clear_winner(unit: str, text: str, hints: tuple[str, ...], within: str | None, count: int | None) -> None:
    resolution = about(unit, text, *hints)
    assert resolution.place is None, resolution.reasons
    assert path(resolution.within) == within, resolution.reasons
    assert count is None or len(resolution.candidates) == count


def test_candidates_come_best_first() -> None:
    resolution = about("城关镇", "陕西省委提出，平安陕西建设走在前列。")
    first = resolution.candidates[0].at(Level.PROVINCE)
    assert (first and first.name, len(resolution.candidates) > 1) == ("陕西省", True)


MASKED = [
    (
        "落实《三江侗族x县茶产业振兴方案》，做优“三江xx”品牌；龙胜、融水等地茶商来镇，接轨桂林。",
        "三江侗族自治县 柳州市 广西壮族自治区",
    ),
    ("xx镇在通道县委、县政府领导下", "通道侗族自治县 怀化市 湖南省"),
    ("溆浦县xx镇地处山区，接轨怀化，对接长沙。", "溆浦县 怀化市 湖南省"),
    ("投身建设新旬邑的热潮，健康旬邑行动有声有色。", "旬邑县 咸阳市 陕西省"),
    ("衡阳市委提出新目标，常宁、耒阳等地客商来镇投资。", "衡阳市 湖南省"),
    ("牢记总书记考察陕西时的嘱托，xx镇党委奋力拼搏。", "陕西省"),
    ("东西部协作，常熟市对口帮扶，引进常熟市企业，常熟市援助资金到位；贵州省委要求。", "贵州省"),
    ("石泉县开会，石泉县评比第一，石泉县表彰我镇。", "石泉县 安康市 陕西省"),
    ("在朝阳区委领导下", None),
    ("在朝阳区委领导下，吉林省委要求", "朝阳区 长春市 吉林省"),
    ("赴安吉县考察学习，与长兴县结对，来自义乌市的客商", None),
    ("在县委、县政府领导下，全镇合作振兴，公安、资源、通道、城区、和平。", None),
    ("在全省率先，xx县、x市、某某区。", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "within"), MASKED)
def test_masked_township(text: str, within: str | None) -> None:
    resolution = about(None, text)
    assert (resolution.place, path(resolution.within)) == (None, within), resolution.reasons


UPPER = [
    ("海拉尔区", Level.COUNTY, "", "海拉尔区 呼伦贝尔市 内蒙古自治区"),
    ("湖南省", Level.PROVINCE, "岳阳市、怀化市", "湖南省"),
    ("湖南省", None, "", "湖南省"),
    ("北京市", Level.PREFECTURE, "", "北京市"),
    ("岳阳市", Level.COUNTY, "", "岳阳市 湖南省"),
    ("常宁市", Level.PREFECTURE, "", "常宁市 衡阳市 湖南省"),
    ("内蒙古自治区呼伦贝尔市海拉尔区", Level.COUNTY, "", "海拉尔区 呼伦贝尔市 内蒙古自治区"),
    ("朝阳区", Level.COUNTY, "长春市委要求", "朝阳区 长春市 吉林省"),
    ("鼓楼区", Level.COUNTY, "", None),
    ("通道县", Level.COUNTY, "", "通道侗族自治县 怀化市 湖南省"),
    ("湘西州", Level.PREFECTURE, "在省委领导下", "湘西土家族苗族自治州 湖南省"),
]


@pytest.mark.parametrize(("unit", "level", "text", "expected"), UPPER)
def test_upper_levels(unit: str, level: Level | None, text: str, expected: str | None) -> None:
    resolution = about(unit, text, level=level)
    assert path(resolution.place) == expected, resolution.reasons


BESIDE = [
    # unit, what is said beside the text, the path, where the unit is
    ("城关镇", (("site", "石泉县人民政府门户网站"),), "", "石泉县"),
    ("城关镇", (("publisher", "平利县城关镇人民政府"),), "", "平利县"),
    ("城关镇", (("发布机构", "石泉县政府办公室"),), "", "石泉县"),
    ("城关镇", (("信息来源", "石泉县城关镇"),), "", "石泉县"),
    ("城关镇", (("place", "陕西省安康市石泉县"),), "", "石泉县"),
    ("城关镇", (("place", "安康/石泉"),), "", "石泉县"),
    ("城关镇", (("place", "陕西 安康 平利"),), "", "平利县"),
    ("城关镇", (("place", "陕西-安康-石泉-城关镇"),), "", "石泉县"),
    ("中峰镇", (("place", "广西/桂林/资源"),), "", "资源县"),  # 资源 below 桂林 is no everyday word
    ("城关镇", (), "陕西省/安康市/石泉县/2021.txt", "石泉县"),
    ("城关镇", (), "reports/陕西/安康/石泉/2021/data/1.txt", "石泉县"),
    ("城关镇", (), "工作总结/平利县/城关镇.txt", "平利县"),
    ("城关镇", (), "石泉县.txt", None),  # a file's name is no folder
    ("城关镇", (), "reports/2021/data/资源/公安/1.txt", None),
    ("城关镇", (("url", "石泉县"), ("关键词", "石泉县")), "", None),
    # the address of the page
    ("城关镇", (("url", "http://www.shiquan.gov.cn/a/1.html"),), "", "石泉县"),
    ("城关镇", (("url", "https://pingli.gov.cn/Content-1.html"),), "", "平利县"),
    ("城关镇", (("url", "www.sxshiquan.gov.cn/x"),), "", "石泉县"),
    ("城关镇", (("url", "http://www.sqx.gov.cn/"),), "", None),
    ("城关镇", (("url", "http://example.org/shiquan/1.html"),), "", None),
    ("城关镇", (("url", "http://"),), "", None),
    ("新店镇", (("url", "http://jinan.fuzhou.gov.cn/"),), "", "晋安区"),
    ("城关镇", (("url", "http://www.shiquan.gov.cn/"), ("site", "平利县人民政府")), "", "平利县"),  # words first
]


@pytest.mark.parametrize(("unit", "fields", "key", "county"), BESIDE)
def test_what_stands_beside_the_text(
    unit: str, fields: tuple[tuple[str, str], ...], key: str, county: str | None
) -> None:
    resolution = about(unit, "我镇砥砺前行。", fields=fields, key=key)
    where = resolution.place and resolution.place.at(Level.COUNTY)
    assert (where and where.name) == county, resolution.reasons


def test_folders_place_masked_townships_too() -> None:
    assert path(about(None, key="湖南省/怀化市/溆浦县/a.txt").within) == "溆浦县 怀化市 湖南省"


def test_the_address_is_weaker_than_the_text() -> None:
    resolution = about("城关镇", "在平利县委领导下", fields=(("url", "http://www.shiquan.gov.cn/"),))
    assert path(resolution.place) == "城关镇 平利县 安康市 陕西省"


@pytest.mark.parametrize(
    ("url", "name", "spelt"),
    [
        ("http://www.xupu.gov.cn/x", "溆浦", True),
        ("changning.hnzz.gov.cn", "常宁", True),
        ("http://www.lvliang.gov.cn", "吕梁", True),
        ("http://www.luliang.gov.cn", "吕梁", True),
        ("http://hnxupu.gov.cn", "溆浦", True),
        ("http://xp.gov.cn", "溆浦", False),
        ("http://www.gov.cn/xupu", "溆浦", False),
        ("", "溆浦", False),
        ("http://[::1", "溆浦", False),
        ("http://www.xupu.gov.cn", "", False),
    ],
)
def test_addresses_spell_names(url: str, name: str, spelt: bool) -> None:
    assert spells(url, name) is spelt


def test_paragraphs_and_passing_names_are_no_hints() -> None:
    paragraph = "全镇上下团结一心，" * 6 + "产品卖到石泉县，农户走访平利县。"
    assert about("城关镇", paragraph, paragraph).place is None
    assert about("城关镇", "", "赴石泉县考察学习").place is None


def test_title_counts_as_a_hint() -> None:
    assert path(about("城关镇", "", title="石泉县城关镇2021年工作总结").place) == "城关镇 石泉县 安康市 陕西省"


def test_reasons_say_what_spoke_for_the_place() -> None:
    reasons = about("城关镇", "石泉县委领导下").reasons
    assert reasons == ("1 on the list called 城关镇", "石泉县: the report places itself there (石泉县)")


def test_townships_resolve_when_their_county_is_named() -> None:
    gazetteer = Gazetteer.load()
    table = gzip.decompress(resources.data("divisions.tsv.gz").read_bytes()).decode()
    codes = random.Random(0).sample(re.findall(r"^\d{9}", table, re.MULTILINE), 600)
    wrong: list[str | None] = []
    undecided: list[str | None] = []
    for code in codes:
        township = gazetteer.place(code)
        assert township is not None
        assert township.parent is not None
        place = about(township.name, "", f"中共{township.parent.name}{township.name}委员会").place
        if place != township:
            (wrong if place else undecided).append(path(township))
    assert not wrong
    assert len(undecided) <= 2, undecided  # 0.02 % of all townships are left undecided


SEEDS = [
    ("000_5546a77122c494d4", "县溪镇", "县溪镇 通道侗族自治县 怀化市 湖南省", None),
    ("001_cc03cb1b8fd4d28d", None, None, "景宁畲族自治县 丽水市 浙江省"),
    ("002_788a321da40b58ee", "荫田镇", "荫田镇 常宁市 衡阳市 湖南省", None),
    ("004_784b623376034c62", "均坪镇", "均坪镇 溆浦县 怀化市 湖南省", None),
]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development reports are not beside the repository")
@pytest.mark.parametrize(("name", "unit", "place", "within"), SEEDS)
def test_development_reports(name: str, unit: str | None, place: str | None, within: str | None) -> None:
    resolution = about(unit, (SHARED / "seeds" / f"{name}.txt").read_text("utf-8"))
    assert (path(resolution.place), path(resolution.within)) == (place, within)
