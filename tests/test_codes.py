"""Two lists of codes, kept apart: asked for by the place, never joined on the number."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import resources
from kg.errors import LexiconError, UnreadableInput
from kg.graph import iris, places
from kg.graph.namespaces import SKOS, TKG
from kg.link import codes
from kg.link.gazetteer import Gazetteer
from kg.link.history import former
from kg.model import Level, Place

TABLE = Path("gazetteer", "township.csv")


def listed(code: str) -> Place:
    place = Gazetteer.load().place(code)
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("110101001", "110101001"),  # the lists agree
        ("110105020", "110105043"),  # 首都机场街道
        ("110105043", "110105044"),  # 东湖街道, whose statistical number is 首都机场's civil-affairs one
        ("110105023", None),  # 将台地区 is on one list only
        ("431224", None),  # no township
    ],
)
def test_the_civil_affairs_code_is_that_of_the_place(code: str, expected: str | None) -> None:
    assert codes.civil_affairs(listed(code)) == expected


def test_a_namesake_of_the_number_gets_no_code() -> None:
    assert codes.civil_affairs(Place("别的街道", Level.TOWNSHIP, "110105020", listed("110105"))) is None
    assert codes.civil_affairs(Place("某村", Level.VILLAGE, None, listed("110101001"))) is None


def test_lists_say_their_day_where_it_is_known() -> None:
    assert codes.statistical().asof == "2023-06-30" and codes.statistical(2015).asof == "2015-09-30"
    assert codes.ministry(2009).asof == "2009-12-31" and codes.ministry().asof == ""
    with pytest.raises(LexiconError, match="no list of 2010"):
        codes.statistical(2010)


def test_the_table_is_made_again_from_its_source(tmp_path: Path, shared: Path) -> None:
    assert codes.make(shared / TABLE, tmp_path / "a.gz") == (9288, 4376)
    assert (tmp_path / "a.gz").read_bytes() == resources.data(codes.TABLE).read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "nbs_code,name\n110101001,东华门街道\n",
        "nbs_code,name,mca_code\n110101001,别的街道,110101001\n",
        "nbs_code,name,mca_code\n110101001,东华门街道,110102001\n",
    ],
)
def test_what_does_not_fit_the_list_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "codes.csv").write_text(text, "utf-8")
    with pytest.raises(UnreadableInput):
        codes.make(tmp_path / "codes.csv", tmp_path / "out.gz")
    with pytest.raises(UnreadableInput):
        codes.make(tmp_path / "none.csv", tmp_path / "out.gz")


# in the graph


def facts(place: Place) -> list[str]:
    return [fact for iri, said in places.nodes(place, iris.BASE) for fact in said if iri == iris.place(place)]


def notation(code: str, name: str) -> str:
    return f'<{SKOS.notation}> "{code}"^^<https://w3id.org/township-kg/codes/{name}>'


def test_a_place_has_both_codes_typed_with_their_lists() -> None:
    said = facts(listed("110105020"))
    assert f'<{TKG.statisticalCode}> "110105020"' in said and f'<{TKG.civilAffairsCode}> "110105043"' in said
    assert {notation("110105020", "statistical/2023-06-30"), notation("110105043", "civil-affairs/undated")} <= set(
        said
    )


@pytest.mark.parametrize(
    ("name", "code", "of"),
    [("洑水湾乡", "431224200", "statistical/2015-09-30"), ("崇文区", "110103", "civil-affairs/2009-12-31")],
)
def test_a_former_place_has_the_code_of_its_last_list_only(name: str, code: str, of: str) -> None:
    said = facts(former(name)[0].place)
    assert notation(code, of) in said
    assert sum(SKOS.notation in fact for fact in said) == 1 and not any(TKG.statisticalCode in fact for fact in said)


def test_every_list_that_is_used_is_described() -> None:
    nodes = dict(places.nodes(listed("110105020"), iris.BASE))
    assert {iris.code_list("statistical/2023-06-30"), iris.code_list("civil-affairs/undated")} <= nodes.keys()
