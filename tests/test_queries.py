"""Every packaged query answers its question: small data written by hand, and the answer that follows from it.

tests/queries/<name>/ holds `data.trig`, named graphs as the store has them, and `expected.csv`: the query's columns
and rows, an empty cell where nothing is bound (`expected.nt` for a query that constructs a graph). Further cases
over the same data are `expected.<case>.csv`. A first line ``# name=value`` gives the query's parameters.
"""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import resources
from kg.graph import queries
from kg.graph.namespaces import (
    DCAT,
    DCTERMS,
    FOAF,
    GEO,
    OA,
    OWL,
    PREFIXES,
    PROV,
    QB,
    QUDT,
    RDF,
    RDFS,
    SCHEMA,
    SDMX_ATTRIBUTE,
    SDMX_DIMENSION,
    SDMX_MEASURE,
    SKOS,
    TIME,
    VOID,
)
from kg.graph.store import Store
from kg.oxigraph import Answer, parse

FOLDER = Path(__file__).parent / "queries"
DATA = sorted(FOLDER.rglob("data.trig"))
CASES = sorted(FOLDER.rglob("expected*.*"))
SDMX = (*SDMX_ATTRIBUTE, *SDMX_DIMENSION, *SDMX_MEASURE)
KNOWN = (RDF, RDFS, OWL, SKOS, SCHEMA, PROV, OA, QB, QUDT, TIME, DCTERMS, DCAT, VOID, FOAF, GEO, SDMX)


def name_of(path: Path) -> str:
    """The query that the files in this file's folder are for."""
    return path.parent.relative_to(FOLDER).as_posix()


def label(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("expected", CASES, ids=label)
def test_a_query_gives_the_answer_worked_out_by_hand(tmp_path: Path, expected: Path) -> None:
    query = queries.load(name_of(expected))
    with Store.open_for_writing(tmp_path / "store") as store:
        store.add(quads(expected.with_name("data.trig")))
        answer = queries.run(store, query, values(expected))
        if expected.suffix == ".nt":
            assert sorted(answer.triples()) == sorted(parse(expected, "ntriples"))
        elif "ORDER BY" in query.text:
            assert table(answer) == rows(expected)
        else:
            assert sorted(table(answer)) == sorted(rows(expected))


def quads(path: Path) -> str:
    text = ox.serialize(ox.parse(path=path, format=ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS)
    assert text is not None
    return text.decode()


def values(expected: Path) -> dict[str, str]:
    first, _, _ = expected.read_text("utf-8").partition("\n")
    pairs = (pair.partition("=") for pair in shlex.split(first.removeprefix("#")) if first.startswith("#"))
    return {name: value for name, _, value in pairs}


def rows(expected: Path) -> list[list[str]]:
    lines = expected.read_text("utf-8").splitlines()
    return list(csv.reader(line for line in lines if line and not line.startswith("#")))


def table(answer: Answer) -> list[list[str]]:
    return [list(answer.variables), *(["" if term is None else term.value for term in row] for row in answer.rows())]


def test_every_packaged_query_has_its_cases() -> None:
    assert {name_of(path) for path in DATA} == {name_of(path) for path in CASES} == set(queries.names())
    assert len(CASES) == int((FOLDER / "count.txt").read_text())


@pytest.mark.parametrize("name", sorted({name_of(path) for path in CASES}))
def test_the_first_case_of_a_query_finds_something(name: str) -> None:
    """An answer that is empty by design is a further case, never the only one."""
    table, graph = (FOLDER / name / f"expected.{suffix}" for suffix in ("csv", "nt"))
    assert list(parse(graph, "ntriples")) if graph.is_file() else len(rows(table)) > 1


@pytest.mark.parametrize("path", DATA, ids=label)
def test_the_data_speaks_the_graphs_vocabulary(path: Path) -> None:
    """A misspelt property would make a near miss of anything."""
    declared = {subject for subject, _, _ in parse(resources.ontology("ontology.ttl"))}
    assert set(terms(path)) <= declared | set(chain(*KNOWN))


def terms(path: Path) -> Iterator[str]:
    """Properties, classes and all else of the own ontology that the data names."""
    for _, predicate, value in parse(path, "trig"):
        yield predicate
        if value.kind == "iri" and (predicate == RDF.type or value.value.startswith(PREFIXES["tkg"])):
            yield value.value


def test_only_a_hundred_of_the_largest_numbers_are_given(tmp_path: Path) -> None:
    """Data for this would be too long to write by hand: one number many times."""
    one = quads(FOLDER / "largest-outcomes" / "data.trig")
    many = (one.replace("#outcome-40>", f"#outcome-{n}>").replace('"40"', f'"{n}"') for n in range(1000, 1101))
    with Store.open_for_writing(tmp_path / "store") as store:
        store.add("".join(many))
        assert len(table(queries.run(store, queries.load("largest-outcomes"), {"unit": "斤"}))) == 1 + 100
