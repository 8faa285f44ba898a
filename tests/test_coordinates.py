"""Where places are: the packaged points, the user's own, and the making of both."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import lexicon, resources
from kg.cli import main
from kg.errors import KgError, LexiconError, UnreadableInput
from kg.graph import iris, places
from kg.graph.namespaces import GEO, TKG
from kg.link import coordinates, geonames
from kg.link.coordinates import Basis, Point, point
from kg.link.gazetteer import LEVELS, Gazetteer
from kg.link.history import former
from kg.model import Level, Place


@pytest.fixture(autouse=True)
def no_table_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path / "data"))


def listed(code: str) -> Place:
    place = Gazetteer.load().place(code)
    assert place is not None
    return place


def km(found: Point | None, lon: float, lat: float) -> float:
    assert found is not None
    return 111.2 * math.hypot(found.lat - lat, (found.lon - lon) * math.cos(math.radians(lat)))


@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [
        ("11", 116.40, 39.91),
        ("43", 112.98, 28.20),  # 长沙
        ("4312", 110.00, 27.55),  # 怀化
        ("431224", 110.59, 27.91),  # 溆浦
        ("54", 91.12, 29.65),  # 拉萨
        ("65", 87.60, 43.80),  # 乌鲁木齐
    ],
)
def test_points_are_longitude_and_latitude_of_the_place(code: str, lon: float, lat: float) -> None:
    found = point(listed(code))
    assert km(found, lon, lat) < 10 and found is not None and found.basis is Basis.SEAT
    assert found.source.startswith("https://sws.geonames.org/")


def test_coverage_by_level() -> None:
    rows = gzip.decompress(resources.data(coordinates.TABLE).read_bytes()).decode().splitlines()
    codes = [row.split("\t")[0] for row in rows if not row.startswith("#")]
    assert [sum(len(code) == digits for code in codes) for digits in (2, 4, 6, 9)] == [31, 329, 2026, 8264]
    assert sum(line.endswith("\t") for line in rows) == 203, "middles of townships"


def test_no_point_is_outside_of_china() -> None:
    bounds = lexicon.table("coordinates.toml")["bounds"]
    for row in gzip.decompress(resources.data(coordinates.TABLE).read_bytes()).decode().splitlines()[4:]:
        _, lon, lat, _ = row.split("\t")
        assert bounds["lon"][0] < float(lon) < bounds["lon"][1] and bounds["lat"][0] < float(lat) < bounds["lat"][1]


def test_what_is_not_on_the_list_has_no_point() -> None:
    assert point(Place("别的县", Level.COUNTY, "431224", listed("4312"))) is None
    assert point(Place("某村", Level.VILLAGE, None, None)) is None
    assert point(former("洑水湾乡")[0].place) is None


def test_points_in_the_graph() -> None:
    nodes = dict(places.nodes(listed("431224"), iris.BASE))
    iri = "https://w3id.org/township-kg/place/431224"
    assert f"<{GEO.hasGeometry}> <{iri}#point>" in nodes[iri]
    wkt = f'<{GEO.asWKT}> "POINT(110.586 27.909)"^^<{GEO.wktLiteral}>'
    assert {wkt, f"<{TKG.pointBasis}> <{TKG.populatedPlace}>"} <= set(nodes[f"{iri}#point"])


# the user's own


def own(tmp_path: Path, text: str) -> tuple[int, int]:
    (tmp_path / "points.csv").write_text(text, "utf-8")
    return coordinates.make(tmp_path / "points.csv", coordinates.path())


def test_the_users_points_come_first_and_are_told_by_county_and_name(tmp_path: Path) -> None:
    made = own(
        tmp_path,
        "nbs_code,name,lon_wgs84,lat_wgs84\n431224105,均坪镇,110.53975,28.01304\n431224100,卢峰镇,,\n"
        "431224105,别的镇,110.5,28\n",
    )
    assert made == (1, 1)
    assert point(listed("431224105")) == Point(110.53975, 28.01304, Basis.OWN)
    assert coordinates.mark() and len(coordinates.mark()) == 8


def test_columns_go_by_several_names(tmp_path: Path) -> None:
    text = "county_code,name,longitude,latitude\n431224,均坪镇,110.5,28.0\n431224,溆浦县,110.6,27.9\n"
    assert own(tmp_path, text) == (2, 0)
    assert point(listed("431224105")) == Point(110.5, 28.0, Basis.OWN)
    assert point(listed("431224")) == Point(110.6, 27.9, Basis.OWN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nbs_code,name,lon\n", "has no column lat"),
        ("name,lon,lat\n", "neither a column code nor county_code"),
        ("code,name,lon,lat\n431224,溆浦县,27.9,110.6\n", "line 2: lon '27.9' is not between 73 and 136.*swapped"),
        ("code,name,lon,lat\n431224,溆浦县,here,27.9\n", "line 2: lon 'here'"),
        ("code,name,lon,lat\n431224,溆浦县,nan,27.9\n", "line 2: lon 'nan'"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        own(tmp_path, text)
    assert not coordinates.path().exists()


def test_a_damaged_table_is_said_to_be_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coordinates.path().parent.mkdir(parents=True)
    coordinates.path().write_bytes(b"no gzip")
    with pytest.raises(KgError, match="make it again"):
        point(listed("431224"))
    coordinates.path().unlink()
    (tmp_path / "broken").write_bytes(b"no gzip")
    monkeypatch.setattr(resources, "data", lambda _: tmp_path / "broken")
    coordinates._table.cache_clear()
    with pytest.raises(LexiconError, match="not a table of coordinates"):
        point(Place("溆浦县", Level.COUNTY, "431224", None))
    coordinates._table.cache_clear()


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("code,name,lon,lat\n431224,溆浦县,110.6,27.9\n9,某地,110,27\n", "utf-8")
    ran = CliRunner().invoke(main, ["gazetteer", "build", "--coordinates", str(tmp_path / "points.csv")])
    assert ran.exit_code == 0 and "1 points; 1 lines fit no unit" in ran.output
    ran = CliRunner().invoke(main, ["gazetteer", "build"])
    assert ran.exit_code == 2 and "--coordinates" in ran.output


# the making of the packaged table


def city(number: int, admin: str, lon: float, lat: float, *names: str, population: int = 0) -> dict[str, object]:
    return {
        "geonameid": number,
        "name": names[0],
        "longitude": lon,
        "latitude": lat,
        "countrycode": "CN",
        "population": population,
        "admin1code": admin,
        "alternatenames": list(names[1:]),
    }


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The table of an invented wheel, line by code."""
    cities = [
        city(1, "11", 110.00, 27.55, "Huaihua", "怀化", "怀化市", population=9),
        city(2, "11", 112.97, 28.20, "Changsha", "长沙市", population=9),
        city(3, "11", 110.59, 27.91, "Lufeng", "卢峰", "Xupu"),
        city(4, "11", 110.54, 28.01, "Junping", "均坪镇"),
        city(5, "11", 113.50, 25.00, "Xupu"),  # another of the name, far away
        city(6, "11", 113.50, 25.10, "Longtan", "龙潭镇"),  # far from 溆浦县
        city(7, "30", 110.50, 27.90, "Junping", "均坪镇"),  # in another province
        {**city(8, "11", 110.5, 27.9, "X", "两丫坪镇"), "countrycode": "VN"},
    ]
    with zipfile.ZipFile(tmp_path / "wheel", "w") as archive:
        archive.writestr(geonames.MEMBER, json.dumps({str(one["geonameid"]): one for one in cities}))
    digest = hashlib.sha256((tmp_path / "wheel").read_bytes()).hexdigest()
    table = lexicon.table("geonames.toml")
    monkeypatch.setitem(table, "sha256", digest)
    counts = geonames.make(tmp_path / "wheel", tmp_path / "out.gz")
    lines = gzip.decompress((tmp_path / "out.gz").read_bytes()).decode().splitlines()
    found = {line.split("\t")[0]: line for line in lines if not line.startswith("#")}
    assert sum(counts.values()) == len(found) and list(counts) == list(LEVELS)
    return found


def test_seats_and_townships_are_told_by_name_and_nearness(made: dict[str, str]) -> None:
    assert made["431224"] == "431224\t110.590\t27.910\t3" and made["431224105"] == "431224105\t110.540\t28.010\t4"
    assert made["4312"].endswith("\t1") and made["43"].endswith("\t2"), "a province is its capital"


def test_what_lies_far_off_or_abroad_is_left_out(made: dict[str, str]) -> None:
    assert "431224104" not in made and "431224109" not in made and "441224105" not in made


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wheel").write_bytes(b"other")
    with pytest.raises(UnreadableInput, match="SHA-256"):
        geonames.make(tmp_path / "wheel", tmp_path / "out.gz")
    with pytest.raises(UnreadableInput, match="pip download"):
        geonames.make(tmp_path / "none", tmp_path / "out.gz")
