"""kg push: another store gets what changed and nothing else, whatever the network and the server do."""

from __future__ import annotations

import base64
import gzip
import re
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from kg import build, resources
from kg.cli import main
from kg.errors import EndpointError, PushError
from kg.export import rdf
from kg.graph import iris
from kg.graph.store import Store
from kg.oxigraph import canonical, statements
from kg.push import endpoint as endpoints
from kg.push import manifest, send
from kg.push.endpoint import Endpoint, Login
from tests import virtuoso

MANIFEST = iris.graph("pushed")
GRAPHS = {f"http://example.org/{name}": [f'<x:{name}> <x:p> "{name}{n}" .' for n in range(3)] for name in "甲乙丙"}
FIRST, SECOND, THIRD = sorted(GRAPHS)


class Server(ThreadingHTTPServer):
    """A graph store that can be told how to misbehave, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.trouble: Callable[[_Handler, str], bool] = lambda handler, graph: False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/store"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def _do(self) -> None:
        graph = parse_qs(urlsplit(self.path).query).get("graph", [""])[0]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, graph))
        self.server.headers.append(dict(self.headers.items()))
        if self.server.trouble(self, graph):
            return
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        there = graph in self.server.held
        if self.command == "PUT":
            self.server.held[graph] = body
        elif self.command == "DELETE":
            self.server.held.pop(graph, None)
        self.answer(200 if self.command == "PUT" or there else 404, self.server.held.get(graph, b""))

    do_GET = do_PUT = do_DELETE = do_POST = _do

    def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Store.open_for_writing(tmp_path / "store") as opened:
        for graph, triples in GRAPHS.items():
            opened.put(graph, triples)
    return tmp_path / "store"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_BACKOFF", 0.01)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "NETRC"):
        monkeypatch.delenv(name, raising=False)


def push(store: Path, server: Server, **more: object) -> send.Pushed:
    login, timeout = more.pop("login", None), more.pop("timeout", 5.0)
    target = Endpoint(server.url, login=login, timeout=timeout)  # type: ignore[arg-type]
    with Store.open_for_reading(store) as opened:
        return send.push(opened, target, manifest_graph=MANIFEST, **more)  # type: ignore[arg-type]


def put(store: Path, graph: str, triples: list[str]) -> None:
    with Store.open_for_writing(store) as opened:
        opened.put(graph, triples)


def sent(server: Server) -> list[str]:
    return sorted(graph for method, graph in server.asked if method == "PUT" and graph != MANIFEST)


def test_only_what_changed_is_sent(store: Path, server: Server) -> None:
    assert push(store, server, dry_run=True).sent == sorted(GRAPHS) and server.held == {}
    assert sorted(push(store, server).sent) == sorted(GRAPHS)
    assert {graph: body.decode().splitlines() for graph, body in server.held.items() if graph != MANIFEST} == GRAPHS
    server.asked.clear()
    assert push(store, server).unchanged == 3 and server.asked == [("GET", MANIFEST)]
    put(store, FIRST, ['<x:1> <x:p> "new" .'])
    assert push(store, server).sent == [FIRST] and server.held[FIRST] == b'<x:1> <x:p> "new" .\n'
    assert len(push(store, server, everything=True).sent) == 3


def test_graphs_that_are_gone_are_deleted_on_demand_and_no_others(store: Path, server: Server) -> None:
    server.held["http://example.org/theirs"] = b"<x:a> <x:p> <x:o> ."
    push(store, server)
    with Store.open_for_writing(store) as opened:
        opened.put(THIRD, [])
    done = push(store, server)
    assert (done.gone, done.deleted) == ([THIRD], []) and THIRD in server.held
    assert push(store, server, delete=True, dry_run=True).deleted == [THIRD] and THIRD in server.held
    assert push(store, server, delete=True).deleted == [THIRD]
    assert set(server.held) == {FIRST, SECOND, MANIFEST, "http://example.org/theirs"}
    assert set(manifest.read(server.held[MANIFEST])) == {FIRST, SECOND}


def test_a_busy_server_is_asked_again_when_it_says(store: Path, server: Server) -> None:
    busy = iter((503, 429, 503))

    def trouble(handler: _Handler, graph: str) -> bool:
        status = next(busy, 0) if graph == SECOND else 0
        return bool(status) and handler.answer(status, b"slow down", Retry_After="0")

    server.trouble = trouble
    done = push(store, server)
    assert len(done.sent) == 3 and done.problems == [] and sent(server).count(SECOND) == 4


def test_what_fails_is_named_and_the_next_push_sends_it(store: Path, server: Server) -> None:
    server.trouble = lambda handler, graph: graph == SECOND and handler.answer(500, b"no\nroom")
    done = push(store, server)
    assert sorted(done.sent) == [FIRST, THIRD]
    assert [str(problem) for problem in done.problems] == [
        f"{SECOND}: PUT was answered with 500 no room; see the server's log"
    ]
    server.trouble = lambda handler, graph: False
    assert push(store, server).sent == [SECOND]


def test_a_changed_graph_that_failed_is_never_taken_for_done(store: Path, server: Server) -> None:
    push(store, server)
    put(store, FIRST, ['<x:1> <x:p> "new" .'])
    server.trouble = lambda handler, graph: graph == FIRST and handler.answer(500)
    push(store, server)
    put(store, FIRST, GRAPHS[FIRST])  # as the endpoint once had it
    server.trouble = lambda handler, graph: False
    assert push(store, server).sent == [FIRST]


@pytest.mark.parametrize("how", ["cut", "hang"])
def test_cut_and_hanging_connections(store: Path, server: Server, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "ATTEMPTS", 1)
    stop = threading.Event()

    def trouble(handler: _Handler, graph: str) -> bool:
        if graph == SECOND and how == "hang":
            stop.wait(3)
        handler.close_connection = graph == SECOND
        return graph == SECOND

    server.trouble = trouble
    done = push(store, server, timeout=0.3)
    stop.set()
    assert sorted(done.sent) == [FIRST, THIRD] and len(done.problems) == 1
    assert "\n" not in str(done.problems[0]) and SECOND in str(done.problems[0])


def test_an_endpoint_that_fails_on_and_on_is_given_up(store: Path, server: Server) -> None:
    for number in range(20):
        put(store, f"x:{number:02d}", ["<x:a> <x:p> <x:o> ."])
    server.trouble = lambda handler, graph: graph != MANIFEST and handler.answer(500)
    done = push(store, server)
    assert len(done.problems) == 23 and len(sent(server)) < 15
    assert "again and again" in str(done.problems[-1])


def test_redirects_are_not_followed(store: Path, server: Server) -> None:
    server.trouble = lambda handler, graph: handler.answer(307, Location="http://198.51.100.7/store")
    with pytest.raises(EndpointError, match=r"redirects to http://198\.51\.100\.7/store; give that address"):
        push(store, server)
    assert server.asked == [("GET", MANIFEST)]


def test_a_graph_of_others_is_not_taken_for_the_manifest(store: Path, server: Server) -> None:
    server.held[MANIFEST] = b"<html>"
    with pytest.raises(EndpointError, match="is no manifest; name another graph"):
        push(store, server)


def test_no_address(store: Path) -> None:
    with pytest.raises(EndpointError, match="is no http address"):
        Endpoint("file:///etc/passwd")
    with Store.open_for_reading(store) as opened, pytest.raises(PushError, match="cannot be reached"):
        send.push(opened, Endpoint("http://127.0.0.1:9/", timeout=1), manifest_graph=MANIFEST)


def _wants(kind: str) -> Callable[[_Handler, str], bool]:
    def trouble(handler: _Handler, graph: str) -> bool:
        said = handler.headers.get("Authorization", "")
        return not said.startswith(kind) and handler.answer(
            401, WWW_Authenticate=f'{kind} realm="r", nonce="n", qop="auth"'
        )

    return trouble


def test_who_we_are_is_said_when_asked_and_as_asked(
    store: Path, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    login = Login("wang", "密码")
    assert len(push(store, server, login=login).sent) == 3
    assert not any("Authorization" in headers for headers in server.headers)
    server.trouble = _wants("Digest")
    assert push(store, server, login=login).unchanged == 3 and 'username="wang"' in server.headers[-1]["Authorization"]
    server.trouble = _wants("Basic")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login li password geheim\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert push(store, server).unchanged == 3
    assert server.headers[-1]["Authorization"] == f"Basic {base64.b64encode(b'li:geheim').decode()}"
    server.trouble = _wants("Bearer")
    assert push(store, server, login=Login(token="t0ken")).unchanged == 3
    with pytest.raises(EndpointError, match=r"does not let us in .401.; give --user, --token"):
        push(store, server)
    assert "geheim" not in repr(Login("a", "geheim", "geheim"))


def test_bodies_are_packed_for_servers_that_say_they_unpack(store: Path, server: Server) -> None:
    def trouble(handler: _Handler, graph: str) -> bool:
        if graph == SECOND and handler.headers.get("Content-Encoding"):
            return handler.answer(415)
        return handler.command == "GET" and handler.answer(404, Accept_Encoding="gzip")

    server.trouble = trouble
    assert len(push(store, server, jobs=1).sent) == 3
    assert any("Content-Encoding" in headers for headers in server.headers)
    assert {graph: body.decode().splitlines() for graph, body in server.held.items() if graph != MANIFEST} == GRAPHS


def test_the_command(store: Path, server: Server) -> None:
    arguments = ["push", "--store", str(store), "--endpoint", server.url]
    done = CliRunner().invoke(main, [*arguments, "--dry-run"])
    assert done.exit_code == 0 and done.stdout.splitlines() == [f"send\t{graph}" for graph in sorted(GRAPHS)]
    server.trouble = lambda handler, graph: graph == SECOND and handler.answer(500)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and SECOND in done.stderr
    assert done.stdout == "2 sent, 0 unchanged, 0 deleted, 1 failed\n"
    server.trouble = lambda handler, graph: handler.answer(401)
    assert CliRunner().invoke(main, arguments).exit_code == 2


# --- Virtuoso


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[virtuoso.Virtuoso]:
    if not virtuoso.INSTALLED:
        pytest.skip(virtuoso.MISSING)
    with virtuoso.running(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("samples") / "store"
    build.build([resources.data("samples")], path, jobs=1)
    return path


LONG = re.compile(r'"(\d+\.\d{16,})"(?=\^\^<http://www.w3.org/2001/XMLSchema#decimal>)')


def _rounded(line: str) -> str:
    """Virtuoso 7.2.5 keeps 15 digits behind the point: some conversion factors of units have more."""
    return LONG.sub(lambda found: f'"{Decimal(found[1]).quantize(Decimal("1e-15")).normalize():f}"', line)


def _held(target: Endpoint, graph: str, folder: Path) -> list[str]:
    (folder / "back.ttl").write_bytes(target.get(graph) or b"")
    with (folder / "back.ttl").open("rb") as file:
        return canonical(line for _, line, _ in statements(file, "turtle"))


def test_virtuoso_gets_what_changed_and_holds_the_same(samples: Path, other: virtuoso.Virtuoso, tmp_path: Path) -> None:
    target = Endpoint(other.graphs, other.queries, login=Login("dba", virtuoso.PASSWORD))
    graphs = {MANIFEST}

    def again(*, delete: bool = False) -> tuple[list[str], list[str]]:
        with Store.open_for_reading(samples) as opened:
            done = send.push(opened, target, manifest_graph=MANIFEST, delete=delete)
            graphs.update(opened.graphs())
        assert done.problems == []
        return done.sent, done.deleted

    with Store.open_for_reading(samples) as opened:
        assert sorted(again()[0]) == opened.graphs()
        for graph in opened.graphs():
            wanted = map(_rounded, opened.statements(graph))
            assert _held(target, graph, tmp_path) == canonical(wanted), graph
    assert again() == ([], [])
    one = iris.report("samples/xitang-2021.txt")
    other.isql(
        f"SPARQL DELETE DATA {{ GRAPH <{one}> {{ <{one}> a <https://w3id.org/township-kg/ontology#Report> }} }};"
    )
    assert again() == ([one], [])  # somebody changed it there
    with Store.open_for_writing(samples) as opened:
        opened.put(iris.graph("links"), ["<x:a> <x:p> <x:中> ."])
    assert again() == ([iris.graph("links")], [])
    with Store.open_for_writing(samples) as opened:
        opened.put(iris.graph("links"), [])
    assert again() == ([], []) and again(delete=True) == ([], [iris.graph("links")])
    assert target.counts(graphs | {iris.graph("links")}).keys() == graphs - {iris.graph("links")}


def test_virtuoso_loads_the_whole_export(samples: Path, other: virtuoso.Virtuoso) -> None:
    with Store.open_for_reading(samples) as opened:
        rdf.export(opened, "nquads", other.folder / "parts", packed="gz", shards=3)
        number = opened.counts()["quads"]
        graphs = ", ".join(f"<{graph}>" for graph in opened.graphs())
        for graph in opened.graphs():  # blank nodes would be there twice
            other.isql(f"SPARQL CLEAR GRAPH <{graph}>;")
    other.isql(f"ld_dir('{other.folder}/parts', '*.nq.gz', 'x:none'); rdf_loader_run(); checkpoint;")
    errors = other.isql("select count(*) from DB.DBA.load_list where ll_state <> 2 or ll_error is not null;")
    answer = other.isql(f"SPARQL SELECT COUNT(*) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g IN ({graphs})) }};")
    assert "\n0\n" in errors and str(number) in answer.split()
