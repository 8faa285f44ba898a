"""Villages that sentences name, and numbers that are about a single one of them: the rows of ``corpus/places.tsv``."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.link.named import namings, smaller
from kg.model import Level, Place, Resolution
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
