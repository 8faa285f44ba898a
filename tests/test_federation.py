"""Queries that ask others through SERVICE: whom they ask, about what, and what becomes of a service that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.errors import QueryError
from kg.graph import queries
from kg.graph.queries import Query
from kg.graph.store import Store
from tests.test_queries import quads
from tests.wikidata import Server

FOLDER = Path(__file__).parent / "queries" / "federated"
CASES = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture
def server() -> Iterator[Server]:
    with Server((FOLDER / "county-populations" / "remote.ttl").read_text("utf-8")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.add(quads(FOLDER / "county-populations" / "data.trig"))
    return tmp_path / "store"


def asked(store: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["query", "federated/county-populations", "--store", str(store), *more])


@pytest.mark.parametrize("name", CASES)
def test_every_federated_query_names_one_service_and_what_it_is_asked_about(name: str) -> None:
    text = queries.load(f"federated/{name}").text
    assert len(list(queries._services(text))) == 1 and "\n# bound " in text


def test_a_service_is_asked_once_and_only_about_what_is_ours(store: Path, server: Server) -> None:
    result = asked(store, "--service", server.url, "--format", "csv")
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) == 3
    (query,) = server.asked
    assert "entity/Q2>" in query and "entity/Q3>" in query and "entity/Q1>" not in query


def test_a_parameter_narrows_what_the_service_is_asked_about(store: Path, server: Server) -> None:
    asked(store, "--service", server.url, "--param", "item=http://www.wikidata.org/entity/Q2")
    (query,) = server.asked
    assert "entity/Q2>" in query and "entity/Q3>" not in query


@pytest.mark.parametrize("status", [200, 429, 500])
def test_a_service_that_fails_is_said_in_a_line(store: Path, server: Server, status: int) -> None:
    server.trouble = lambda handler, _: handler.answer(status, b'{"head":{"vars":["item"]},"results":{"bind')
    result = asked(store, "--service", server.url)
    assert result.exit_code == 2 and len(result.output.splitlines()) == 1
    assert "does not answer" in result.output and "--service" in result.output


def test_an_address_that_is_none_is_refused(store: Path) -> None:
    assert "is no address" in asked(store, "--service", "file:///etc/passwd").output


def test_checking_a_query_asks_nobody(server: Server) -> None:
    """It once ran over an empty store, and its SERVICE was asked."""
    with pytest.raises(QueryError, match="no variable"):
        queries.ask(None, Query("q", f"SELECT * {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}"), {"x": []})  # type: ignore[arg-type]
    assert not server.asked


@pytest.mark.parametrize("silent", ["", "SILENT ", "silent\n  "])
def test_only_the_address_of_a_service_is_replaced(silent: str) -> None:
    head = '# SERVICE <http://a/>\nSELECT * { ?silent ?service "SERVICE <http://b/>" '
    text = f"{head}service {silent}<http://c/> {{ ?s ?p <http://c/> }} }}"
    wanted = text.replace("<http://c/> {", "<http://d/> {")
    assert queries._served(text, "<http://d/>").split() == wanted.split()


@pytest.mark.parametrize("form", ["ASK {", "SELECT * {", "CONSTRUCT { ?s ?p ?o } {"])
@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_any_form_is_checked_without_asking(tmp_path: Path, server: Server, form: str, silent: str) -> None:
    query = Query("q", f"{form} SERVICE {silent}<{server.url}> {{ ?s ?p ?o }} }}")
    with Store.open_for_writing(tmp_path / "store") as opened:
        answer = queries.run(opened, query)
        assert len(server.asked) == 1 or answer.kind != "truth"


def test_others_ask_us(store: Path) -> None:
    """Another store joins its own data with our counties through a SERVICE of ours."""
    with Server("") as ours:
        ours.store.bulk_load(path=FOLDER / "county-populations" / "data.trig", format=ox.RdfFormat.TRIG)
        threading.Thread(target=ours.serve_forever, daemon=True).start()
        theirs = ox.Store()
        theirs.update('INSERT DATA { <http://www.wikidata.org/entity/Q2> <x:visited> "2020" }')
        text = f"""SELECT ?name ?year {{ ?item <x:visited> ?year SERVICE <{ours.url}> {{
            ?place <http://www.w3.org/2004/02/skos/core#exactMatch> ?item ; <https://schema.org/name> ?name }} }}"""
        answer = theirs.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        assert [(row["name"].value, row["year"].value) for row in answer] == [("乙县", "2020")]
        ours.shutdown()
