"""The endpoint as a server of HTTP: what it keeps, packs, counts, logs and refuses."""

from __future__ import annotations

import gzip
import io
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from kg.errors import KgError
from kg.oxigraph import Engine
from kg.serve import media
from kg.serve.pool import SPARE
from kg.serve.refused import Refused
from kg.serve.writing import Out
from tests.serving import LINES, G, Server, quads, store


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = store(tmp_path_factory.mktemp("serve") / "store", quads())
    with Server(path, "--workers", "2", "--rows", str(LINES + 10)) as running:
        yield running


def test_the_same_answer_is_not_sent_again(server: Server) -> None:
    query = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s')}"
    first = server.get(query)
    tag = first.headers["etag"]
    for given in (tag, f'"x", W/{tag}', "*"):
        again = server.get(query, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert server.get(query, headers={"If-None-Match": '"x"'}).content == first.content
    assert server.get(query, headers={"Accept": "text/csv"}).headers["etag"] != tag
    assert server.get(query, headers={"Accept-Encoding": "identity"}).headers["etag"] != tag
    assert {"Accept", "Accept-Encoding"} <= {name.strip() for name in first.headers["vary"].split(",")}


def test_gzip(server: Server) -> None:
    query = f"{server.address}/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
    packed = requests.get(query, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=60)
    plain = requests.get(query, headers={"Accept-Encoding": "gzip;q=0, identity"}, timeout=60)
    raw = packed.raw.read(decode_content=False)
    assert packed.headers["content-encoding"] == "gzip" and int(packed.headers["content-length"]) == len(raw)
    assert "content-encoding" not in plain.headers and len(raw) < len(plain.content) / 5
    assert json.loads(gzip.decompress(raw)) == plain.json() and len(plain.json()["results"]["bindings"]) == LINES + 4
    assert "content-encoding" not in server.get("/sparql?query=ASK%7B%7D", headers={"Accept-Encoding": "gzip"}).headers


def test_cors(server: Server) -> None:
    origin = {"Origin": "https://yasgui.example"}
    assert server.get("/sparql?query=ASK%7B%7D", headers=origin).headers["access-control-allow-origin"] == "*"
    assert server.get("/sparql?query=ASK%7B", headers=origin).headers["access-control-allow-origin"] == "*"
    asks = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    before = server.http.options(f"{server.address}/sparql", headers=asks, timeout=60)
    assert before.status_code == 200 and "POST" in before.headers["access-control-allow-methods"]
    assert before.headers["access-control-allow-headers"] == "content-type"


def test_answers_are_no_pages_and_xml_is_well_formed(server: Server) -> None:
    from lxml import etree

    for query, accept in (
        (f"SELECT ?o {{ <{G}odd> ?p ?o }}", "application/sparql-results+xml"),
        (f"CONSTRUCT WHERE {{ <{G}odd> ?p ?o }}", "application/rdf+xml"),
    ):
        answer = server.ask(query, accept)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "a��b�<script>" in str(etree.fromstring(answer.content).xpath("string()"))


@pytest.mark.parametrize(
    "kind",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
def test_rows_are_counted_whatever_they_hold(server: Server, kind: str) -> None:
    """The limit of this server is LINES + 10."""
    many = f"GRAPH <{G}many> {{ ?s ?p ?o }}"
    more = f"SELECT ?s ?o {{ {{ {many} }} UNION {{ VALUES ?o {{ {'1 ' * 11} }} }} }}"
    assert server.ask(more.replace("1 " * 11, "1 " * 10), kind).status_code == 200
    over = server.ask(more, kind)
    assert over.status_code == 422 and f"more than {LINES + 10:,} rows" in over.text


def test_triples_are_counted(server: Server) -> None:
    assert server.ask("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle").status_code == 200
    over = server.ask("CONSTRUCT { ?s ?p ?o, 1 } { ?s ?p ?o }", "text/turtle")
    assert over.status_code == 422 and "triples" in over.text


def test_health_metrics_and_the_log(server: Server) -> None:
    assert server.get("/health").json() == {"status": "ok", "workers": 2 + SPARE}
    server.get("/sparql?query=ASK%7B%7D")
    for method in ("BREW", "PROPFIND"):  # one that HTTP does not know, one that we do not
        assert server.http.request(method, f"{server.address}/sparql", timeout=60).status_code >= 400
    text = server.get("/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    numbers = dict(line.rsplit(" ", 1) for line in text.text.splitlines() if not line.startswith("#"))
    assert float(numbers["kg_query_seconds_count"]) > 0 and numbers["kg_workers"] == str(2 + SPARE)
    assert float(numbers['kg_requests_total{method="GET",status="200"}']) > 0
    assert 'method="OTHER"' in text.text and "BREW" not in text.text and "PROPFIND" not in text.text
    assert any(
        re.search(r'"GET /sparql" 200 \d+ bytes, query \d+\.\d ms, all \d+\.\d ms', line) for line in server.lines
    )


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /a\x1b[31m%0d%0aX HTTP/1.1\r\nHost: x", 400),
        (b'GET /sparql HTTP/1.1\r\nHost: a b<>"', 200),  # such a host is none: the server's own address is said
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: x", 404),
        (b"GET /store/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x", 404),
        (b"nonsense", 400),
    ],
    ids=["control characters", "host", "path", "graph", "nonsense"],
)
def test_hostile_requests(server: Server, head: bytes, status: int) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head + b"\r\nConnection: close\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 %d " % status) and b"a b<>" not in answer and b"root:" not in answer
    assert not any("\x1b" in line for line in server.lines)


def test_a_rebuilt_store_is_opened_without_a_lost_request(tmp_path: Path) -> None:
    path = store(tmp_path / "store", quads())
    with Server(path, "--workers", "2") as server:
        engine = Engine(path)
        engine.update(f"INSERT DATA {{ GRAPH <{G}new> {{ <{G}new> <{G}p> 1 }} }}")
        engine.flush()
        engine.close()
        fresh = f"ASK {{ <{G}new> ?p ?o }}"
        assert server.ask(fresh).json()["boolean"] is False
        before = {worker.pid for worker in server.workers()}
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 20
        while before & {worker.pid for worker in server.workers()}:
            assert server.ask("ASK {}").status_code == 200 and time.monotonic() < end
        assert server.ask(fresh).json()["boolean"] is True


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "a/b"),
        ("a/c", "a/c"),
        ("a/b;q=0, a/*", "a/c"),
        ("a/b;q=nan", None),
        ("x/y", None),
        ("a/c;q=0.9, */*;q=0.1", "a/c"),
        (";;q=,,", "a/b"),
        ("a/b;q=-1", None),
    ],
)
def test_choice_of_a_type(header: str, chosen: str | None) -> None:
    offered = {"a/b": "one", "a/c": "two"}
    assert media.choose(header, offered) == chosen
    if chosen is None:
        with pytest.raises(Refused):
            media.chosen(header, offered)


def test_refusals_are_errors_of_ours() -> None:
    assert isinstance(Refused(400, "why"), KgError) and str(Refused(400, "why")) == "why"


def test_rows_are_counted_in_pieces_of_any_size() -> None:
    engine = Engine()
    engine.bulk_load(quads().encode())
    for format in ("json", "csv", "tsv", "xml"):
        whole = io.BytesIO()
        engine.query("SELECT ?s ?o { ?s ?p ?o }").write(whole, format, {})
        for size, rows in product((1, 7, 4096), (LINES + 4, LINES + 3)):
            out = Out(io.BytesIO(), format, rows=rows, size=1 << 30, packed=False)
            pieces = (whole.getvalue()[start : start + size] for start in range(0, len(whole.getvalue()), size))
            with nullcontext() if rows == LINES + 4 else pytest.raises(Refused, match="rows"):
                for piece in pieces:
                    out._count(piece)
