"""Queries of people who mean no good, or know no better: each ends at its limit, and others are answered meanwhile."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest
import requests

from kg.serve import sandbox
from tests.serving import Server, alive, stop, store

WORKERS = 3
LIMIT = 2.0  # seconds
SOON = 1.0  # seconds beyond the limit: the machine that tests may be busy
MANY = 3000
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
POINT = "SELECT ?o { <http://x/s7> <http://x/p> ?o }"


def doubling(times: int) -> str:
    binds = "".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(times))
    return f'SELECT (STRLEN(?v{times}) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?v0) {binds} }}'


HOSTILE = {  # query → statuses it may be answered with
    "cross product": (CROSS, {503}),
    "cross product in order": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", {422, 503}),
    "cross product, distinct": ("SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {422, 503}),
    "rows without end": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {422, 503}),
    "triples without end": ("CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", {422, 503}),
    "deep groups": ("ASK " + "{" * 5000 + "}" * 5000, {400, 422, 503}),
    "deep, and never closed": ("ASK " + "{" * 100_000, {400, 422, 503}),
    "deep brackets": (f"ASK {{ FILTER({'(' * 20_000}1{')' * 20_000}) }}", {400, 422, 503}),
    "deep negation": (f"ASK {{ FILTER({'!' * 50_000}true) }}", {400, 422, 503}),
    "deep lists": (f"ASK {{ ?s ?p {'(' * 20_000}{')' * 20_000} }}", {400, 422, 503}),
    "doubling": (doubling(40), {422, 503}),
    "a long sum": (f"SELECT ({'+'.join('1' * 30_000)} AS ?n) {{}}", {200, 400, 422, 503}),
    "a path to plan": (f"ASK {{ ?s ({'/'.join(['(<http://x/p>|<http://x/q>)?'] * 120)})* ?o }}", {200, 400, 422, 503}),
    "a path over all": (
        "SELECT (COUNT(*) AS ?n) { ?s (!<x:y>|^<http://x/p>)* ?o . ?o (!<x:z>)* ?q . ?a ?b ?c }",
        {422, 503},
    ),
    "a slow pattern": (
        f'ASK {{ FILTER(REGEX("{"a" * 30_000}", "(a*)*(a*)*b")) ?s ?p ?o FILTER(!BOUND(?o)) }}',
        {200, 400, 422, 503},
    ),
    "a pattern of size": ('ASK { FILTER(REGEX("a", "((a{1,999}){1,999}){1,999}")) }', {200, 400, 422, 503}),
    "NUL": ("ASK { ?s ?p 'a\0b' }", {200, 400}),
    "unions": (f"ASK {{ {' UNION '.join(['{ ?s ?p ?o }'] * 10_000)} FILTER(false) }}", {200, 400, 422, 503}),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = (f'<http://x/s{n}> <http://x/p> "{n}" <http://x/g{n % 7}> .\n' for n in range(MANY))
    return store(tmp_path_factory.mktemp("hazards") / "store", "".join(lines))


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[Server]:
    options = ("--timeout", str(LIMIT), "--workers", str(WORKERS), "--memory", "300", "--answer", "20", "--queue", "4")
    with Server(path, *options) as running:
        yield running


def point(server: Server) -> float:
    """Seconds until a small query is answered, right."""
    begun = time.perf_counter()
    answer = server.ask(POINT)
    assert answer.status_code == 200, answer.text
    assert [row["o"]["value"] for row in answer.json()["results"]["bindings"]] == ["7"]
    return time.perf_counter() - begun


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_and_the_next_is_answered(server: Server, name: str) -> None:
    query, statuses = HOSTILE[name]
    begun = time.perf_counter()
    answer = server.ask(query, "*/*")
    assert answer.status_code in statuses, answer.text[:200]
    assert time.perf_counter() - begun < LIMIT + SOON
    if answer.status_code != 200:
        assert answer.headers["content-type"].startswith("text/plain") and answer.text.count("\n") == 1
        assert ("retry-after" in answer.headers) == (answer.status_code == 503)
    point(server)


def test_at_its_limit_a_worker_is_gone_and_another_there(server: Server) -> None:
    before = {worker.pid for worker in server.workers_again(WORKERS)}
    assert server.ask(CROSS).status_code == 503
    after = {worker.pid for worker in server.workers_again(WORKERS)}
    (gone,) = before - after
    assert not alive(gone) and len(after) == WORKERS


def test_others_are_answered_while_one_runs_long(server: Server) -> None:
    server.workers_again(WORKERS)
    with ThreadPoolExecutor(1) as threads:
        long = threads.submit(server.ask, CROSS)
        time.sleep(0.2)
        seconds = sorted(point(server) for _ in range(20))
        assert not long.done() and seconds[10] < 0.5
        assert long.result().status_code == 503


def test_more_than_may_wait_are_told_to_come_again(server: Server) -> None:
    server.workers_again(WORKERS)
    with ThreadPoolExecutor(WORKERS + 8) as threads:
        begun = time.perf_counter()
        answers = list(threads.map(lambda _: server.ask(CROSS), range(WORKERS + 8)))
    assert {answer.status_code for answer in answers} == {503} and time.perf_counter() - begun < 3 * LIMIT + SOON
    assert sum("wait already" in answer.text for answer in answers) >= 1
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    point(server)


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_kill_9_of_any_worker(server: Server, state: str) -> None:
    workers = server.workers_again(WORKERS)
    with ThreadPoolExecutor(WORKERS) as threads:
        running = [threads.submit(server.ask, CROSS) for _ in range(WORKERS if state == "busy" else 0)]
        time.sleep(0.3)
        for worker in workers:
            stop(worker.pid)
        point(server)
        for answer in running:
            assert answer.result().status_code == 503 and answer.result().headers["retry-after"]
    assert not {worker.pid for worker in workers} & {worker.pid for worker in server.workers_again(WORKERS)}


def test_a_query_nobody_waits_for_is_ended(server: Server) -> None:
    before = {worker.pid for worker in server.workers_again(WORKERS)}
    with pytest.raises(requests.Timeout):
        requests.get(f"{server.address}/sparql", params={"query": CROSS}, timeout=0.4)
    end = time.monotonic() + LIMIT / 2
    while before <= {worker.pid for worker in server.workers()}:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_memory_returns(server: Server) -> None:
    server.ask("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
    server.ask(doubling(24))
    assert all(worker.memory_info().rss < 150 << 20 for worker in server.workers_again(WORKERS))


class _Counting(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_error(500)

    do_POST = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is said."""


@pytest.mark.parametrize("query", [
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?u {{ <{url}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ <a#> <b\\u0023> ?c . \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "PREFIX u: <{url}> SELECT * {{ ?s ?p ?o SERVICE u: {{ ?s ?p ?o }} }}",
])  # fmt: skip
def test_no_query_reaches_the_network(server: Server, query: str) -> None:
    _Counting.asked = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counting) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        answer = server.ask(query.format(url=f"http://127.0.0.1:{elsewhere.server_port}/"))
        elsewhere.shutdown()
    assert _Counting.asked == 0 and answer.status_code in (200, 400, 422)
    if "SILENT" not in query and answer.status_code == 400 and "u0053" not in query:
        assert "SERVICE is off" in answer.text
    point(server)


def test_a_worker_opens_no_socket_and_starts_no_program() -> None:
    script = """
import os, socket, subprocess, sys
from kg.serve import sandbox
sandbox.confine(os.getppid())
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try: socket.socket(family)
    except PermissionError: print("refused")
try: subprocess.run(["true"])
except PermissionError: print("refused")
try: socket.getaddrinfo("localhost", 80)
except OSError: print("refused")
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == ["refused"] * 6 or said.stdout.split() == ["refused"] * 5, said.stderr


def test_workers_die_with_a_server_that_is_killed(path: Path) -> None:
    server = Server(path, "--workers", "2")
    workers = server.workers_again(2)

    def ask_in_vain() -> None:
        with pytest.raises(requests.ConnectionError):
            server.ask(CROSS)

    asker = threading.Thread(target=ask_in_vain)
    asker.start()
    time.sleep(0.3)
    server.process.kill()
    asker.join()
    server.stop()
    _, left = psutil.wait_procs(workers, timeout=5)
    assert not [worker for worker in left if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]


def test_sigterm_lets_requests_at_work_end(path: Path) -> None:
    server = Server(path, "--workers", "2", "--timeout", "3")
    workers = server.workers_again(2)
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(server.ask, CROSS)
        time.sleep(0.3)
        assert server.stop() in (0, -15)
        assert answer.result().status_code == 503
    assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]


def test_slow_and_oversized_bodies(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(head % 50 + b"ASK")
        begun = time.perf_counter()
        assert slow.makefile("rb").readline().startswith(b"HTTP/1.1 408")
        assert LIMIT - 0.5 < time.perf_counter() - begun < LIMIT + SOON
    with socket.create_connection((host, int(port)), timeout=20) as big:
        big.sendall(head % (1 << 40) + b" " * (300 << 10))
        assert big.makefile("rb").readline().startswith(b"HTTP/1.1 413")


def test_a_client_that_reads_slowly_holds_no_worker(server: Server) -> None:
    params = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"}
    headers = {"Accept": "text/csv", "Accept-Encoding": "identity"}
    ask = partial(requests.get, f"{server.address}/sparql", params=params, headers=headers, stream=True, timeout=60)
    held = [ask() for _ in range(2 * WORKERS)]
    assert [answer.status_code for answer in held] == [200] * 2 * WORKERS
    point(server)
    for answer in held:
        assert len(answer.content) == int(answer.headers["content-length"])
        assert answer.content.count(b"\r\n") == 20_001


def test_what_is_no_store_or_no_free_port_is_said_in_a_line(tmp_path: Path, path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for options, said in (
            ((str(tmp_path / "none"), "0"), "there is no store here"),
            ((str(path), str(taken.getsockname()[1])), "choose another --port"),
        ):
            call = [sys.executable, "-m", "kg", "serve", "--store", options[0], "--port", options[1]]
            done = subprocess.run(call, capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_elsewhere_than_linux_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not sandbox.possible()
