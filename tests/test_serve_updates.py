"""Updates: who has the token changes the store, whole or not at all, and queries see it at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pyoxigraph as ox
import pytest
import requests
from click.testing import CliRunner

from kg.cli import main
from kg.oxigraph import Engine
from kg.serve.refused import Refused
from kg.serve.using import over
from tests.serving import ONE, TWO, G, Server, quads, store

TOKEN = "correct-horse-battery"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
UPDATE = {"Content-Type": "application/sparql-update"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
INSERT = "INSERT DATA {{ GRAPH <{0}new> {{ <{0}{1}> <{0}p> 1 }} }}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store(tmp_path_factory.mktemp("updates") / "store", quads())


@pytest.fixture(scope="module")
def server(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(f"{TOKEN}\n")
    with Server(path, "--workers", "1", "--timeout", "3", "--memory", "400", "--token-file", str(file)) as running:
        yield running


def update(server: Server, text: str, path: str = "/sparql", **headers: str) -> requests.Response:
    given = {**UPDATE, **KNOWN, **headers}
    return requests.post(server.address + path, data=text.encode(), headers=given, timeout=60)


def there(server: Server, name: str) -> bool:
    return bool(server.ask(f"ASK {{ <{G}{name}> ?p ?o }}").json()["boolean"])


def test_it_is_seen_at_once_and_on_the_disk(server: Server, path: Path) -> None:
    assert not there(server, "n1")
    answer = update(server, INSERT.format(G, "n1"))
    assert (answer.status_code, answer.content) == (204, b"") and there(server, "n1")
    assert len(list(ox.Store.read_only(str(path)).quads_for_pattern(ox.NamedNode(f"{G}n1"), None, None))) == 1
    form = urlencode({"update": INSERT.format(G, "n2")})
    assert update(server, form, **FORM).status_code == 204 and there(server, "n2")
    assert update(server, "INSERT DATA { <n3> <p> 1 }").status_code == 204
    assert server.ask(f"ASK {{ <{server.address}/n3> ?p ?o }}").json()["boolean"] is True


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
def test_nobody_else_may(server: Server, header: str) -> None:
    answer = update(server, INSERT.format(G, "never"), Authorization=header)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert not there(server, "never")


@pytest.mark.parametrize(
    ("text", "at", "status"),
    [
        ("CLEAR XYZ", "/sparql", 400),
        ("SELECT * { ?s ?p ?o }", "/sparql", 400),
        ("LOAD <http://127.0.0.1:9/>", "/sparql", 400),
        ("INSERT DATA { <http://x/never> <http://x/p> 1 } ; \\u004COAD <http://127.0.0.1:9/>", "/sparql", 400),
        (f"WITH <{ONE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", f"/sparql?using-graph-uri={TWO}", 400),
        ("DELETE WHERE { ?s ?p ?o }", "/sparql?using-graph-uri=a%20b", 400),
        ("CLEAR ALL", "/sparql?query=ASK%7B%7D", 400),
        ("CLEAR ALL", "/sparql?update=CLEAR%20ALL", 400),
    ],
)
def test_a_bad_one_changes_nothing(server: Server, text: str, at: str, status: int) -> None:
    answer = update(server, text, at)
    assert answer.status_code == status and answer.text.count("\n") == 1
    assert server.ask(f"ASK {{ <{ONE}> ?p ?o }}").json()["boolean"] is True


def test_a_get_never_updates(server: Server) -> None:
    assert server.get("/sparql?update=CLEAR%20ALL", headers=KNOWN).status_code == 400
    assert server.get("/sparql?update=CLEAR%20ALL").status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { <http://x/never> ?b ?e } WHERE { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
        "DELETE { ?s ?p ?o } WHERE " + "{" * 9000 + "}" * 9000,
    ],
)
def test_at_its_limit_it_ends_and_nothing_is_changed(server: Server, text: str) -> None:
    answer = update(server, text)
    assert answer.status_code in (400, 422, 503), answer.text
    assert server.ask("ASK { <http://x/never> ?p ?o }").json()["boolean"] is False
    assert update(server, INSERT.format(G, "after")).status_code == 204 and there(server, "after")


def test_many_at_once_are_done_one_after_the_other_and_queries_go_on(server: Server) -> None:
    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(update, server, INSERT.format(G, f"m{n}")) for n in range(3)]
        while not all(one.done() for one in done):
            assert server.ask("ASK {}").status_code == 200
        assert {one.result().status_code for one in done} == {204}
    assert all(there(server, f"m{n}") for n in range(3))
    children = psutil.Process(server.process.pid).children()
    assert not [child for child in children if "kg.serve.writer" in child.cmdline()]


def test_another_writer_is_waited_for_by_the_client(server: Server, path: Path) -> None:
    engine = Engine(path)
    answer = update(server, INSERT.format(G, "locked"))
    assert answer.status_code == 503 and "another process is writing" in answer.text and answer.headers["retry-after"]
    engine.close()
    assert update(server, INSERT.format(G, "locked")).status_code == 204


def test_a_token_is_not_easily_guessed(tmp_path: Path, path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret")
    done = CliRunner().invoke(main, ["serve", "--store", str(path), "--token-file", str(file)])
    assert done.exit_code == 2 and "fewer than 16 characters" in done.output and "secret" not in done.output
    for options in (["--store", "x", "--endpoint", "http://x/"], [], ["--endpoint", "ftp://x/"]):
        assert CliRunner().invoke(main, ["serve", *options]).exit_code == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("INSERT { ?s a 1 } WHERE { ?s ?p ?o }", "INSERT { ?s a 1 } USING <http://g/> WHERE { ?s ?p ?o }"),
        ("DELETE WHERE { ?s ?p 'WHERE' }", "DELETE { ?s ?p 'WHERE' } USING <http://g/> WHERE { ?s ?p 'WHERE' }"),
        ("INSERT DATA { <a> <b> 'x' } # WHERE", "INSERT DATA { <a> <b> 'x' } # WHERE"),
        (
            "DELETE { ?s ?p ?o } WHERE { { SELECT ?s WHERE { ?s ?p ?o } } } ; CLEAR ALL",
            "DELETE { ?s ?p ?o } USING <http://g/> WHERE { { SELECT ?s WHERE { ?s ?p ?o } } } ; CLEAR ALL",
        ),
    ],
)
def test_graphs_of_the_protocol_become_words(given: str, expected: str) -> None:
    assert over(given, [], []) == given and over(given, ["http://g/"], []) == expected
    assert "USING NAMED <http://n/> WHERE" in over("DELETE WHERE { ?s ?p ?o }", [], ["http://n/"])
    with pytest.raises(Refused, match="name them once"):
        over("DELETE { ?s ?p ?o } USING <http://x/> WHERE { ?s ?p ?o }", ["http://g/"], [])
