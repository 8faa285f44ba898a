"""A selection: what users name is found with all below it, and a query is asked for just that part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.errors import ExportError
from kg.export.selection import EVERYTHING, Selection, ask
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG, XSD
from kg.graph.queries import Query
from kg.graph.store import Store

A = f"<{RDF.type}>"
TRIPLES = [
    f"<x:county> {A} <{TKG.Place}> .",
    f'<x:county> <{SCHEMA.name}> "青县" .',
    f'<x:county> <{TKG.statisticalCode}> "990101" .',
    *(f"<x:{n}> {A} <{TKG.Place}> ." for n in (1, 2, 3)),
    *(f'<x:{n}> <{SCHEMA.name}> "{name}" .' for n, name in ((1, "溪镇"), (2, "河镇"), (3, "溪镇"))),
    *(f"<x:{n}> <{SCHEMA.containedInPlace}> <x:county> ." for n in (1, 2)),
    *(f"<x:p{n}> {A} <{TKG.Programme}> ." for n in (1, 2)),
    f'<x:p1> <{SKOS.prefLabel}> "环境整治"@zh .',
    f'<x:p2> <{SKOS.altLabel}> "改厕"@zh .',
    f"<x:p2> <{SKOS.broader}> <x:p1> .",
    *(f"<x:{n}> <x:does> <x:p{1 + n % 2}> ." for n in (1, 2, 3)),
    *(f'<x:{n}> <{TKG.year}> "{2018 + n}"^^<{XSD.gYear}> .' for n in (1, 2, 3)),
]
QUERY = Query("test", f"SELECT ?place {{ ?place <x:does> ?programme ; <{TKG.year}> ?year }}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("selection") / "store") as opened:
        opened.put("x:g", TRIPLES)
        yield opened


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (EVERYTHING, "123"),
        (Selection(places=("青县",)), "12"),
        (Selection(places=("990101",)), "12"),
        (Selection(places=("x:2",)), "2"),
        (Selection(places=("溪镇",)), "13"),
        (Selection(places=("溪镇", "河镇")), "123"),
        (Selection(programmes=("环境整治",)), "123"),
        (Selection(programmes=("改厕",)), "13"),
        (Selection(years=(2019, 2021)), "13"),
        (Selection(since=2020), "23"),
        (Selection(places=("青县",), programmes=("改厕",), since=2019), "1"),
        (Selection(years=(2020,), programmes=("改厕",)), ""),
    ],
)
def test_only_the_selected_part_is_found(store: Store, selection: Selection, found: str) -> None:
    rows = ask(store, QUERY, selection).rows()
    assert sorted(place.value for (place,) in rows if place) == [f"x:{n}" for n in found]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(places=("青溪县",)), "青溪县: there is no place of this name in .*did you mean 青县"),
        (Selection(programmes=("青县",)), "there is no programme of this name"),
        (Selection(strategies=("x",)), "there is no strategy"),
        (Selection(years=(1998,)), "of the years asked for .1998.; there are 2019 to 2021"),
        (Selection(since=2022), "since 2022"),
    ],
)
def test_what_the_store_does_not_know_is_said(store: Store, selection: Selection, message: str) -> None:
    with pytest.raises(ExportError, match=message):
        ask(store, QUERY, selection)


def test_a_query_that_does_not_speak_of_the_selected_is_refused(store: Store) -> None:
    with pytest.raises(ExportError, match="test cannot be selected by place"):
        ask(store, Query("test", "SELECT ?x { ?x <x:does> ?programme }"), Selection(places=("青县",)))
