"""Mixed load on `kg serve` for as long as is wanted: nothing may fail, grow, or be left over.

    python -m benchmarks.load STORE [--minutes 60] [--clients 4]

Clients ask small queries, pages, aggregates and large answers, some of them hostile queries that must end at their
limit, and leave before they are answered. Meanwhile workers are killed (kill -9) and the store is opened anew (SIGHUP).
The result is 0 where every answer was as it must be, the server's memory and open files grew by no more than a tenth
after it was warm, and its end left no process and no file.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import requests

from kg.graph.namespaces import TKG
from kg.graph.store import Store
from kg.serve.site.addresses import Addresses
from tests.serving import Server, alive, stop

NODES = 5000
LIMIT = 4.0  # seconds of a query
GROWTH = 1.1
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DEEP = "ASK " + "{" * 5000 + "}" * 5000
COUNT = "SELECT ?class (COUNT(*) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n) LIMIT 20"
LARGE = "SELECT * { ?s ?p ?o } LIMIT 5000"
KINDS = {  # what is asked → how often, and the statuses that are right
    "point": (60, {200}),
    "page": (15, {200}),
    "aggregate": (6, {200, 503}),
    "large": (4, {200, 503}),
    "wrong": (6, {400}),
    "deep": (2, {400, 422}),
    "cross product": (1, {422, 503}),
    "leaves": (2, set[int]()),
}


class Load:
    """Clients of one server, and what became of their requests."""

    def __init__(self, server: Server, nodes: list[str]) -> None:
        self._server, self._nodes = server, nodes
        self.over = threading.Event()
        self.times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.wrong: Counter[str] = Counter()

    def client(self, seed: int) -> None:
        """Ask until it is over."""
        dice, session = random.Random(seed), requests.Session()
        weights = [often for often, _ in KINDS.values()]
        while not self.over.is_set():
            (kind,) = dice.choices(list(KINDS), weights)
            begun = time.perf_counter()
            with suppress(requests.Timeout):  # who leaves
                answer = self._asked(session, kind, dice.choice(self._nodes))
                if answer.status_code not in KINDS[kind][1]:
                    self.wrong[f"{kind}: {answer.status_code} {answer.text[:80]!r}"] += 1
            self.times[kind].append(time.perf_counter() - begun)

    def _asked(self, session: requests.Session, kind: str, node: str) -> requests.Response:
        if kind == "page":
            address = self._server.address + Addresses().path(node)
            return session.get(address, headers={"Accept": "text/html"}, timeout=60)
        query = {"aggregate": COUNT, "large": LARGE, "wrong": "SELECT {", "deep": DEEP}.get(kind, CROSS)
        query = f"SELECT ?p ?o {{ <{node}> ?p ?o }}" if kind == "point" else query
        accept = {"Accept": random.choice(["text/csv", "application/sparql-results+json", "*/*"])}
        patience = 0.2 if kind == "leaves" else 60
        return session.post(f"{self._server.address}/sparql", {"query": query}, headers=accept, timeout=patience)

    def disturb(self, every: float) -> None:
        """Kill a worker, or have the store opened anew, in turn."""
        for deed in self._deeds():
            if self.over.wait(every):
                return
            deed()

    def _deeds(self) -> Iterator[Callable[[], object]]:
        while True:
            yield lambda: stop(random.choice(self._server.workers()).pid)
            yield lambda: os.kill(self._server.process.pid, signal.SIGHUP)


def main() -> int:
    """Parse the call, load, print; 1 where something was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="folder of a store")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    failures = run(options.store, options.minutes * 60, options.clients)
    print("\n".join(failures) or "all as it must be")
    return 1 if failures else 0


def run(store: Path, seconds: float, clients: int) -> list[str]:
    """What was wrong; a table of times is printed."""
    with tempfile.TemporaryDirectory() as scratch:
        server = Server(store, "--timeout", str(LIMIT), "--quiet", "--queue", "200", TMPDIR=scratch)
        warm(server)
        load = Load(server, nodes(store))
        threads = [threading.Thread(target=load.client, args=(seed,)) for seed in range(clients)]
        threads.append(threading.Thread(target=load.disturb, args=(min(15.0, seconds / 6),)))
        for thread in threads:
            thread.start()
        sizes = list(watched(server, seconds))
        load.over.set()
        for thread in threads:
            thread.join()
        workers = [worker.pid for worker in server.workers()]
        code = server.stop()
        time.sleep(1)  # the system clears killed processes away
        left = [f"process {pid} is left" for pid in workers if alive(pid)]
        left += [f"file {file} is left" for file in Path(scratch).iterdir()]
    show(load, seconds)
    wrong = [f"{number} times {what}" for what, number in load.wrong.most_common()]
    return wrong + left + grown(sizes) + ([] if code in (0, -signal.SIGTERM) else [f"the server ended with {code}"])


def warm(server: Server) -> None:
    """Let it read its names, and do so anew: for a moment it holds both, which is the most that it will need."""
    for _ in range(4):
        assert server.get("/reconcile?query=%E5%8E%95%E6%89%80%E9%9D%A9%E5%91%BD").ok
        before = {worker.pid for worker in server.workers()}
        os.kill(server.process.pid, signal.SIGHUP)
        while before & {worker.pid for worker in server.workers()}:
            time.sleep(0.1)


def watched(server: Server, seconds: float) -> Iterator[tuple[int, int]]:
    """Bytes and open files of the server, twenty times."""
    process = psutil.Process(server.process.pid)
    for part in range(20):
        time.sleep(seconds / 20)
        size, files = process.memory_info().rss, process.num_fds()
        print(f"{(part + 1) * 5:>4} %  {size / 1e6:>6.1f} MB {files:>5} files {len(server.workers()):>3} workers")
        yield size, files


def grown(sizes: list[tuple[int, int]]) -> list[str]:
    """What grew after it was warm: the least of it in the last fifth of the time against that in the second."""
    fifth = len(sizes) // 5
    found = []
    for what, values in zip(("memory", "open files"), zip(*sizes, strict=True), strict=True):
        before, after = min(values[fifth : 2 * fifth]), min(values[-fifth:])
        if after > before * GROWTH:
            found.append(f"{what} grew from {before:,} to {after:,}")
    return found


def nodes(store: Path) -> list[str]:
    """IRIs that the server has pages for."""
    with Store.open_for_reading(store) as opened:
        kinds = " ".join(f"<{kind}>" for kind in (TKG.Place, TKG.Programme))
        found = opened.query(f"SELECT DISTINCT ?s {{ VALUES ?kind {{ {kinds} }} ?s a ?kind }} LIMIT {NODES}").rows()
        return [row[0].value for row in found if row[0] and row[0].kind == "iri"]


def show(load: Load, seconds: float) -> None:
    """How many requests of each kind there were, and how long they took."""
    for kind, times in load.times.items():
        if times:
            p50, p99 = (sorted(times)[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
            print(f"{kind:<16}{len(times):>8}{len(times) / seconds:>8.1f}/s  p50 {p50:>8.1f} ms  p99 {p99:>8.1f} ms")


if __name__ == "__main__":
    raise SystemExit(main())
