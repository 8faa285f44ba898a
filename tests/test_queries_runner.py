"""Running queries and checks: parameters bind what they should, errors say where, results can be read elsewhere."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.graph import queries
from kg.graph.namespaces import XSD
from kg.graph.queries import Query
from kg.graph.store import Store
from kg.oxigraph import Engine, Term, parse

DATA = f"""<x:1> <x:p> "河长制"@zh .
<x:1> <x:year> "2021"^^<{XSD.gYear}> .
<x:1> <x:n> "5"^^<{XSD.integer}> .
<x:2> <x:p> "厕所革命"@zh .
<x:2> <x:year> "2022"^^<{XSD.gYear}> .
<x:2> <x:n> "7"^^<{XSD.integer}> ."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("queries") / "store") as opened:
        opened.put("x:g", DATA.splitlines())
        yield opened


def rows(store: Store, text: str, **values: str) -> list[tuple[str, ...]]:
    found = queries.run(store, Query("test", text), values).rows()
    return sorted(tuple(term.value if term else "" for term in row) for row in found)


def test_every_packaged_query_runs_with_the_examples_of_its_parameters(store: Store) -> None:
    names = queries.names()
    assert {"reports", "outcomes", "concepts"} <= set(names) and len(names) > 20
    for name in names:
        query = queries.load(name)
        assert query.sentence.endswith(("?", ".")), name
        values = {key: str(parameter.example) for key, parameter in queries.parameters(query).items()}
        assert all(value != "None" for value in values.values()), name
        answer = queries.run(store, query, values)
        assert list(answer.triples() if answer.kind == "triples" else answer.rows()) == [], name


@pytest.mark.parametrize(("name", "hint"), [("outcome", "did you mean outcomes"), ("年", "there are ")])
def test_an_unknown_query_is_answered_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(QueryError, match=hint):
        queries.load(name)


def test_a_file_is_a_query_too(tmp_path: Path) -> None:
    path = tmp_path / "一.rq"
    path.write_text("\ufeff# Everything.\nSELECT * { ?s ?p ?o }", "utf-8")
    assert queries.load(str(path)).sentence == "Everything."
    path.write_bytes("# 中".encode("gb18030"))
    with pytest.raises(QueryError, match="UTF-8"):
        queries.load(str(path))


@pytest.mark.parametrize(
    ("text", "values", "found"),
    [
        ("SELECT ?s { ?s <x:p> ?name }", {"name": '"河长制"@zh'}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o FILTER(STR(?o) = ?name) }", {"name": "河长制"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o OPTIONAL { ?s <x:n> ?n } }", {"n": "5"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o optional { ?s <x:p> ?o ; <x:n> 5 } }", {"o": '"厕所革命"@zh'}, ["x:2"]),
        ("SELECT ?s { ?s <x:p> ?o OPTIONAL { ?s <x:n> ?n } OPTIONAL { ?s <x:m> ?n } }", {"n": "5"}, ["x:1", "x:2"]),
        ("SELECT ?s { ?s <x:year> ?o OPTIONAL { ?s <x:p> ?q OPTIONAL { ?s <x:n> ?n } } }", {"n": "5"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o FILTER(!BOUND(?name) || STR(?o) = ?name) }", {"name": "河长制"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o FILTER(!BOUND(?name) || STR(?o) = ?name) }", {}, ["x:1", "x:2"]),
        ("SELECT ?s { VALUES ?name { UNDEF } ?s <x:p> ?o FILTER(STR(?o) = ?name) }", {"name": "河长制"}, ["x:1"]),
        ("SELECT ?s { ?s <x:n> ?n FILTER(?n > ?least) }", {"least": "5.5"}, ["x:2"]),
        ("SELECT ?s { ?s <x:year> ?year }", {"year": '"2021"^^xsd:gYear'}, ["x:1"]),
        ("SELECT ?s { ?s <x:year> ?year }", {"?year": f'"2021"^^<{XSD.gYear}>'}, ["x:1"]),
        ('# param year: e.g. "1999"^^xsd:gYear\nSELECT ?s { ?s <x:year> ?year }', {"year": "2021"}, ["x:1"]),
        ("SELECT ?s { ?s ?p ?o { SELECT ?o { ?node <x:n> ?o } } } ", {"node": "<x:2>"}, ["x:2"]),
        ("SELECT ?s { { ?s <x:p> ?v } UNION { ?s <x:n> ?n FILTER(?n = ?v) } }", {"v": "7"}, ["x:2"]),
        ("SELECT ?s { ?s <x:p> ?o FILTER NOT EXISTS { ?s <x:n> ?v } } # ?v }", {"v": "7"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o MINUS { ?s <x:n> ?v } }", {"v": "7"}, ["x:1"]),
        ("SELECT ?s { ?s <x:p> ?o OPTIONAL { ?s <x:n> ?v } FILTER(BOUND(?v)) }", {"v": "7"}, ["x:1", "x:2"]),
        ("SELECT ?s { ?s <x:n> ?v } ORDER BY ?v", {"v": "7"}, ["x:2"]),
        (
            "SELECT ?s { ?s <x:p> ?o BIND(\"?v } {\" AS ?w) FILTER(STR(?o) = ?v && ?w = '?v } {') }",
            {"v": "河长制"},
            ["x:1"],
        ),
    ],
)
def test_parameters(store: Store, text: str, values: dict[str, str], found: list[str]) -> None:
    answer = queries.run(store, Query("test", text), values)
    assert sorted(row[0].value for row in answer.rows() if row[0]) == found


def test_parameters_of_a_construct_and_an_ask(store: Store) -> None:
    text = "CONSTRUCT { ?s <x:found> ?v } WHERE { ?s <x:n> ?v }"
    answer = queries.run(store, Query("test", text), {"v": "7"})
    assert list(answer.triples()) == [("x:2", "x:found", Term("7", "literal", "", XSD.integer))]
    assert not queries.run(store, Query("test", "ASK { ?s <x:n> ?v }"), {"v": "8"}).truth()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_value_becomes_syntax(value: str) -> None:
    term = queries.term(value)
    ((found,),) = Engine().query(queries.bind("SELECT ?v { FILTER(BOUND(?v)) }", {"v": [term]})).rows()
    assert found == term


@pytest.mark.parametrize(
    "value", ["007", "1.50", "+5", "1e3", "-0", "http://x y", "<x y>", "true", '"', '"a', "a:b", ""]
)
def test_values_that_are_plain_strings(value: str) -> None:
    assert queries.term(value) == Term(value, "literal")


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("SELECT ?s { ?s <x:p> ?name }", {"nam": "x"}, "test: there is no variable nam to bind; did you mean name?"),
        ("SELECT ?s { ?s <x:p> ?o }", {"year": "x"}, "there are o, s"),
        ("SELECT ?s { ?s <x:p> ?o BIND(1 AS ?v) }", {"v": "x"}, "v cannot be bound"),
        ("SELECT ?s {\n ?s <x:p> ?o\n", {}, "^test: line 3, column 1: syntax error"),
        ("SELECT ?s { ?s foo:p ?o }", {}, "line 1, column 21: Prefix not found after '.*s foo:p'"),
        ("SELECT ?s { ?s a ?o } LIMT 1", {}, "line 1, column 2"),
        ("", {}, "line 1, column 1"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", {}, "line 1, column"),
        ("SELECT ?s { ?s a ?v }", {"v": '"2021"^^nope:gYear'}, "nope:gYear is no datatype"),
        ("SELECT ?s { ?s a ?v }", {"v": '"x"^^rdf:langString'}, "rdf:langString is no datatype"),
        ("SELECT ?s { ?s a ?v }", {"v": "\udcff"}, "is no text"),
    ],
)
def test_errors_are_one_line(store: Store, text: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        queries.run(store, Query("test", text), values)
    assert "\n" not in str(caught.value)


def test_prefixes_need_not_be_declared(store: Store) -> None:
    assert rows(store, "SELECT * { ?s a tkg:Report ; schema:name ?n ; sdmx-measure:obsValue ?v }") == []


def shown(store: Store, text: str, format: str, width: int | None = None) -> str:
    out = io.BytesIO()
    queries.show(queries.run(store, Query("test", text)), format, out, width=width)
    return out.getvalue().decode()


SELECT = "SELECT ?s ?name ?none { ?s <x:p> ?name OPTIONAL { ?s <x:none> ?none } } ORDER BY ?s"


def test_results_in_all_formats(store: Store) -> None:
    answer = json.loads(shown(store, SELECT, "json"))
    assert answer["head"]["vars"] == ["s", "name", "none"]
    assert answer["results"]["bindings"][0]["name"] == {"type": "literal", "value": "河长制", "xml:lang": "zh"}
    assert shown(store, SELECT, "csv").splitlines() == ["s,name,none", "x:1,河长制,", "x:2,厕所革命,"]
    assert shown(store, SELECT, "tsv").splitlines()[1] == '<x:1>\t"河长制"@zh\t'
    assert json.loads(shown(store, "ASK {}", "json"))["boolean"] is True and shown(store, "ASK {}", "table") == "true\n"
    for format in ("turtle", "ntriples", "rdfxml", "jsonld"):
        found = parse(shown(store, "CONSTRUCT WHERE { ?s <x:p> ?o }", format).encode(), format)
        assert {term.value for _, _, term in found} == {"河长制", "厕所革命"}
    for text, format in ((SELECT, "turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv"), ("ASK {}", "nope")):
        with pytest.raises(QueryError, match=f"{format} cannot hold"):
            shown(store, text, format)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_tables_are_aligned_and_cut() -> None:
    rows_ = [("x:1", "河长制", "a"), ("x:2", "厕所革命，农村人居环境整治", "b")]
    lines = _table(rows_).splitlines()
    assert [line[:3] for line in lines] == ["a  ", "---", "x:1", "x:2"]
    assert {columns(line[: line.rindex(" ")]) for line in lines[2:]} == {columns("x:2  厕所革命，农村人居环境整治 ")}
    for width in (40, 25, 17):
        assert all(columns(line) <= width for line in _table(rows_, width).splitlines())
    assert "…" in _table(rows_, 25) and _table([], 10) == "a  b  c\n-  -  -\n"


def _table(rows_: Sequence[tuple[str, ...]], width: int | None = None) -> str:
    values = " ".join("(" + " ".join(f'"{cell}"' for cell in row) + ")" for row in rows_)
    return queries.table(Engine().query(f"SELECT ?a ?b ?c {{ VALUES (?a ?b ?c) {{ {values} }} }}"), width=width)


def test_tables_hold_no_control_characters(store: Store) -> None:
    text = r'SELECT ?a ?t { BIND("\u001b[31m\n\u202ex" AS ?a) BIND(tkg:Report AS ?t) }'
    assert shown(store, text, "table").splitlines()[-1] == " [31m  x  tkg:Report"
