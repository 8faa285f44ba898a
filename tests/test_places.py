"""Villages that sentences name, and numbers that are about a single one of them: the rows of ``corpus/places.tsv``."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline
from kg.link.named import namings, smaller
from kg.model import Level, Place, Reading, Resolution, Source
from kg.recognise.places import recognise
from kg.relate.place import located
from tests.reading import facts, rows

ROWS = list(rows("places"))
TOWN = Place("青溪镇", Level.TOWNSHIP, None)


def test_the_corpus_has_not_shrunk() -> None:
    assert len(ROWS) >= 95


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_names(row: dict[str, str]) -> None:
    found = dict.fromkeys(village.name for village in recognise(row["text"]))
    assert list(found) == [name for name in row["names"].split("/") if name]


@pytest.mark.parametrize("row", [row for row in ROWS if row["about"]], ids=lambda row: row["text"])
def test_what_a_number_is_about(row: dict[str, str]) -> None:
    text, outcomes, _ = facts(row["text"])
    around = namings(text.clean, recognise(text.clean), Resolution(TOWN))
    found = located(text.clean, outcomes, around, lambda place: smaller(place, TOWN))
    about = {text.verbatim(o.quantity.start, o.quantity.end): o.place.name if o.place else "" for o in found}
    wanted = dict(pair.split("=") for pair in row["about"].split(";"))
    assert {number: about.get(number) for number in wanted} == wanted


@given(st.text(st.sampled_from("石桥大坪村社区、和等3个在，。镇新建两居委会民一")))
def test_names_lie_in_order_in_any_text(text: str) -> None:
    found = recognise(text)
    assert all(0 <= v.start < v.end <= len(text) for v in found)
    assert all(one.end <= other.start and one.row <= other.row for one, other in pairwise(found))


def _read(text: str, head: str) -> Reading:
    return pipeline.read(Source("a.txt", "a.txt", f"{head}\n一、2021年工作回顾\n{text}\n", "0" * 64))


TOWNSHIP = "溆浦县均坪镇2021年工作总结"
NEIGHBOURS = [
    ("联合桥江镇开展禁毒宣传，均坪镇参加。", TOWNSHIP, ["桥江镇 溆浦县"]),
    ("赴安化县考察，与怀化市、溆浦县有关部门对接。", TOWNSHIP, ["安化县 益阳市"]),
    ("学习北京市朝阳区做法。", TOWNSHIP, []),  # there are two, neither is near
    ("新增城区绿地，改造平房区，罗浮山县道通车。", TOWNSHIP, []),  # 增城区, 平房区 and 浮山县 are names too
    ("老屋坪村与桥江镇新田村结对。", TOWNSHIP, ["老屋坪村 均坪镇", "桥江镇 溆浦县", "新田村 桥江镇"]),
    (
        "参观桥江镇新田村、白岩村，老屋坪村跟进。",
        TOWNSHIP,
        ["桥江镇 溆浦县", "新田村 桥江镇", "白岩村 桥江镇", "老屋坪村 均坪镇"],
    ),
    ("桥江镇、均坪镇完成改厕。", "溆浦县2021年政府工作报告", ["桥江镇 溆浦县", "均坪镇 溆浦县"]),
]


@pytest.mark.parametrize(("text", "head", "expected"), NEIGHBOURS, ids=lambda value: str(value)[:20])
def test_neighbours_are_official_units(text: str, head: str, expected: list[str]) -> None:
    places = [naming.place for naming in _read(text, head).places]
    assert [f"{place.name} {place.parent.name if place.parent else ''}" for place in places] == expected


def test_a_neighbour_ends_what_a_village_began_and_has_no_number_itself() -> None:
    read = _read("石桥村改厕20户，桥江镇改厕90户，桥江镇新田村改厕30户。", TOWNSHIP)
    assert [o.place and o.place.name for o in read.outcomes] == ["石桥村", None, None]


def test_numbers_of_a_county_may_be_about_its_townships() -> None:
    read = _read("桥江镇新建公厕2座，全县改厕650户。", "溆浦县2021年政府工作报告")
    assert [o.place and o.place.code for o in read.outcomes] == ["431224103", None]
    assert read.outcomes[0].rules[-1] == "place:named" and "place:named" not in read.outcomes[1].rules
