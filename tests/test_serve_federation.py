"""Other endpoints: those that queries may name with SERVICE, and one that is served instead of a store."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.oxigraph import check
from kg.serve import federation
from kg.serve.pool import SPARE
from tests.serving import ONE, G, Server, quads, store

SELECT = "SELECT * {{ {} }}"
ODD = 'a"\\\n第😀\x01<>'


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store(tmp_path_factory.mktemp("serve") / "store", quads())


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    lines = f"<{G}s7> <{G}their> {ox.Literal(ODD)} <{G}g> .\n<{G}s8> <{G}their> 'x'@zh <{G}g> .\n".replace("'", '"')
    other = store(tmp_path_factory.mktemp("theirs") / "store", lines + f"_:b <{G}blank> _:c <{G}g> .\n")
    with Server(other, "--workers", "2", "--quiet") as running:
        yield running


@pytest.fixture(scope="module")
def server(path: Path, theirs: Server) -> Iterator[Server]:
    gone = "http://127.0.0.1:9/sparql"
    with Server(path, "--workers", "2", "--service", f"{theirs.address}/sparql", "--service", gone) as running:
        yield running


@pytest.fixture(scope="module")
def front(theirs: Server) -> Iterator[Server]:
    with Server(None, "--endpoint", f"{theirs.address}/sparql", "--workers", "2", "--rows", "3") as running:
        yield running


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"]["bindings"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o ?t {{ ?s <{G}p> ?o SERVICE <{url}> {{ ?s <{G}their> ?t }} }}",
        "PREFIX g: <{G}> PREFIX u: <{host}/> SELECT * {{ SERVICE silent u:sparql {{ ?s g:their ?t }} ?s g:p ?o }}",
        "SELECT * {{ ?s <{G}p> ?o # SERVICE <x> {{ ?t a ?t }}\n SERVICE <{url}> {{ ?s ?p ?t FILTER(?p != '}}') }} }}",
    ],
)
def test_an_allowed_endpoint_is_joined(server: Server, theirs: Server, text: str) -> None:
    query = text.format(G=G, url=f"{theirs.address}/sparql", host=theirs.address)
    found = {row["t"]["value"]: row for row in rows(server.ask(query))}
    assert found.keys() == {ODD, "x"} and found["x"]["t"]["xml:lang"] == "zh"
    assert found[ODD]["o"]["value"].startswith("第7句")


def test_what_an_endpoint_does_not_answer_is_an_error_but_where_it_may_be_silent(server: Server) -> None:
    failing = "SERVICE {} <http://127.0.0.1:9/sparql> {{ ?s ?p ?o }}"
    answer = server.ask(SELECT.format(failing.format("")))
    assert answer.status_code == 502 and "127.0.0.1:9" in answer.text and answer.text.count("\n") == 1
    assert rows(server.ask(SELECT.format(failing.format("SILENT")))) == [{}]


@pytest.mark.parametrize("name", ["<{url}>", "?u", "u:", "<\\u0068ttp://127.0.0.1:{port}/>"])
def test_no_other_endpoint_is_asked(server: Server, name: str) -> None:
    with counting() as (url, asked):
        said = name.format(url=url, port=url.split(":")[-1].strip("/"))
        query = f"PREFIX u: <{url}> SELECT * {{ VALUES ?u {{ <{url}> }} SERVICE {said} {{ ?s ?p ?o }} }}"
        assert server.ask(query).status_code == 400
        assert not asked
    workers = [worker for worker in server.workers() if "kg.serve.worker" in worker.cmdline()]
    assert len(workers) == 2 + SPARE and all(status(worker.pid)["Seccomp"] == "2" for worker in workers)


def test_an_endpoint_that_never_answers_costs_its_time_only(path: Path) -> None:
    with counting(hangs=True) as (url, asked), Server(path, "--timeout", "1", "--service", url) as server:
        assert server.ask(SELECT.format(f"SERVICE <{url}> {{ ?s ?p ?o }}")).status_code == 503
        assert asked and rows(server.ask(f"SELECT * {{ <{ONE}> ?p ?o }}"))


def test_instead_of_a_store_an_endpoint_is_served(front: Server, theirs: Server) -> None:
    query = f"SELECT ?t {{ ?s <{G}their> ?t }} ORDER BY ?t"
    assert rows(front.ask(query)) == rows(theirs.ask(query))
    for kind in ("text/csv", "application/sparql-results+xml"):
        assert front.ask(query, kind).content == theirs.ask(query, kind).content
    assert f"<{G}s8>" in front.ask(f"DESCRIBE <{G}s8>", "text/turtle").text
    assert front.get(f"/store?graph={G}g", headers={"Accept": "application/n-triples"}).text.count("\n") == 3
    for bad in ("a b", "http://x> { ?s ?p ?o } } #"):
        assert front.get("/store", params={"graph": bad}).status_code == 400
    assert front.get("/health").json()["status"] == "ok" and front.get("/reconcile").status_code == 404
    tag = front.get("/sparql?query=ASK{}").headers["etag"]
    assert front.get("/sparql?query=ASK{}", headers={"If-None-Match": tag}).status_code == 304


def test_limits_hold_before_another_endpoint(front: Server) -> None:
    assert front.ask("SELECT ?n { VALUES ?n { 1 2 3 } }").status_code == 200
    assert front.ask("SELECT ?n { VALUES ?n { 1 2 3 4 } }").status_code == 422
    assert front.ask("SELECT ?n {", "text/csv").status_code == 400
    assert front.ask("ASK {}", "text/turtle").status_code == 406
    update = {"Content-Type": "application/sparql-update"}
    assert front.http.post(f"{front.address}/sparql", data=b"CLEAR ALL", headers=update, timeout=60).status_code == 403


@pytest.mark.parametrize("broken", ["page", "half", "elsewhere"])
def test_what_is_no_whole_answer_is_none(broken: str) -> None:
    with counting(broken=broken) as (url, _), Server(None, "--endpoint", url, "--workers", "1") as server:
        answer = server.ask("SELECT * { ?s ?p ?o }")
        assert answer.status_code == 502 and answer.text.count("\n") == 1


def test_rows_become_values_as_they_are() -> None:
    terms: list[Any] = [
        None,
        {"type": "uri", "value": "http://x/a b>"},
        {"type": "bnode", "value": "b0"},
        {"type": "literal", "value": ODD},
        {"type": "literal", "value": "x", "xml:lang": "zh"},
        {"type": "literal", "value": "1.5", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"},
    ]
    given = [{"v": term} if term else {} for term in terms]
    group = federation.values({"head": {"vars": ["v"]}, "results": {"bindings": given}})
    found = [row[0] for row in ox.Store().query(f"SELECT ?v {group}")]  # type: ignore[union-attr]
    assert found[0] is None and found[1].value == "http://x/a%20b%3E" and found[2].value == "urn:x-blank:b0"
    assert found[3:] == [ox.Literal(ODD), ox.Literal("x", language="zh"), ox.Literal("1.5", datatype=DECIMAL)]
    check(f"SELECT * {federation.values({'head': {'vars': []}, 'results': {'bindings': [{}]}})}")


DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


@contextmanager
def counting(*, hangs: bool = False, broken: str = "") -> Iterator[tuple[str, list[str]]]:
    """An address that notes who asks, and answers never, or not as it should."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            if hangs:
                over.wait(20)
            content = json.dumps({"head": {"vars": []}, "results": {"bindings": [{}]}}).encode()
            self.send_response(302 if broken == "elsewhere" else 200)
            self.send_header("Content-Type", "text/html" if broken == "page" else "application/sparql-results+json")
            self.send_header("Content-Length", str(len(content) + (5 if broken == "half" else 0)))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is said."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        over.set()
        server.shutdown()


def status(pid: int) -> dict[str, str]:
    """What the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
