"""A name finds its place with what stands around it, and stays open where several places may be meant."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kg.link.gazetteer import Gazetteer
from kg.link.match import Context, match
from kg.model import Level, Place


def code(place: Place | None) -> str | None:
    return place.code if place else None


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("县溪镇", Context(), "431230101"),
        ("县溪", Context(county="通道县"), "431230101"),
        ("縣溪鎮", Context(county="通道侗族自治縣"), "431230101"),
        ("县溪乡", Context(county="通道"), "431230101"),
        ("县渓镇", Context(county="通道", province="湖南"), "431230101"),
        ("县溪镇", Context(county="溆浦县"), None),
        ("城关镇", Context(), None),
        ("城关镇", Context(county="嵩县"), "410325100"),
        ("虎门镇", Context(county="东莞市"), "441900121"),
        ("神湾镇", Context(county="中山"), "442000117"),  # 中山区 is another
        ("濛阳街道", Context(province="四川省"), "510182003"),
        ("天津经济技术开发区（其他片区）", Context(county="滨海新区"), "120116400"),
        ("杨村乡", Context(county="鹤城区"), "431202003"),  # merged after 2015
        ("通道县", Context(), "431230"),
        ("通道县", Context(province="湖南", year=1985), "431230"),
        ("湖南", Context(), "43"),
        ("朝阳区", Context(prefecture="北京市"), "110105"),
        ("", Context(county="通道县"), None),
    ],
)
def test_a_name_and_its_context_give_a_place(name: str, context: Context, expected: str | None) -> None:
    found = match(name, context)
    assert code(found.place) == expected
    if found.place:
        assert found.candidates[0].place == found.place and found.candidates[0].reasons


def test_candidates_are_left_where_nothing_decides() -> None:
    found = match("城关镇", level=Level.TOWNSHIP, limit=7)
    assert found.place is None and len(found.candidates) == 7
    assert {one.place.name for one in found.candidates} == {"城关镇"}
    elsewhere = match("县溪镇", Context(county="溆浦县"))
    assert [code(one.place) for one in elsewhere.candidates] == ["431230101"] and elsewhere.candidates[0].score < 0.5
    misspelt = match("县渓镇")
    assert misspelt.place is None and "431230101" in [code(one.place) for one in misspelt.candidates]


def test_contradictions_decide_nothing() -> None:
    assert match("县溪镇", Context(county="通道县", province="广东省")).place is None


def test_a_level_leaves_out_the_others() -> None:
    assert code(match("通道", level=Level.COUNTY).place) == "431230"
    assert match("通道县", level=Level.TOWNSHIP).place is None


def test_neighbours_tell_namesakes_apart() -> None:
    assert code(match("均坪镇", Context(neighbours=("桥江镇", "低庄镇"))).place) == code(match("均坪镇").place)
    named = match("城关镇", Context(neighbours=("库区乡", "饭坡镇", "德亭镇")))
    assert code(named.place) == "410325100"


def test_villages_tell_namesakes_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = "410325100\t北店街村 青山屯村\n140123100\t南关村\n"
    (tmp_path / "villages.tsv.gz").write_bytes(gzip.compress(table.encode()))
    monkeypatch.setenv("KG_DATA", str(tmp_path))
    assert code(match("城关镇", Context(villages=("北店街", "青山屯村"))).place) == "410325100"
    assert match("城关镇", Context(villages=("无此村",))).place is None


def test_every_township_is_found_with_its_county() -> None:
    places = list(Gazetteer.load().all_townships())[::7]
    found = [match(p.name, Context(county=p.parent.name, province=top.name), level=p.level).place
             for p in places if p.parent and (top := p.at(Level.PROVINCE))]  # fmt: skip
    right = sum(a == b for a, b in zip(found, places, strict=True))
    assert right == sum(place is not None for place in found) and right / len(places) >= 0.999
