"""How fast `kg serve` answers small queries, quiet and beside a client that runs cross products.

    python -m benchmarks.serve STORE [--seconds 10] [--clients 4] [--timeout 3]

Clients are threads of this process with a connection each, so they take part of the same cores. A point query asks
for all that is said of one node, a new one every time.
"""

from __future__ import annotations

import argparse
import http.client
import threading
import time
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil

from kg.graph.store import Store
from tests.serving import Server

NODES = 2000
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def main() -> int:
    """Parse the call, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="folder of a store")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=3, help="the server's limit for a query")
    options = parser.parse_args()
    with Store.open_for_reading(options.store) as opened:
        rows = opened.query(f"SELECT DISTINCT ?s {{ ?s a ?class }} LIMIT {NODES}").rows()
        nodes = [row[0].value for row in rows if row[0] and row[0].kind == "iri"]
    with Server(options.store, "--timeout", str(options.timeout), "--quiet") as server:
        assert server.get("/reconcile?query=%E5%8E%95%E6%89%80%E9%9D%A9%E5%91%BD").ok  # its names are read, too
        load(server.address, nodes, 1.0, 1)  # warm
        print(f"{'':<28}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}")
        begun, times = cpu(server), load(server.address, nodes, options.seconds, 1)
        show("one client", times, options.seconds)
        print(f"processor time of server and workers: {(cpu(server) - begun) / len(times) * 1000:.2f} ms a request")
        show(
            f"{options.clients} clients", load(server.address, nodes, options.seconds, options.clients), options.seconds
        )
        beside(server, nodes, options.seconds, options.timeout)
        print(f"memory of the workers: {memory(server):.0f} MB")
    return 0


def beside(server: Server, nodes: list[str], seconds: float, limit: float) -> None:
    """One client's point queries while another runs cross products."""
    ends: list[float] = []
    over = threading.Event()

    def cross() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            assert server.ask(CROSS).status_code == 503
            ends.append(time.perf_counter() - begun - limit)

    thread = threading.Thread(target=cross)
    thread.start()
    show("one client, a cross product", load(server.address, nodes, seconds, 1), seconds)
    over.set()
    thread.join()
    print(f"cross products end {max(ends) * 1000:.0f} ms after their limit at most ({len(ends)} of them)")


def load(address: str, nodes: list[str], seconds: float, clients: int) -> list[float]:
    """Seconds of every point query that `clients` could ask in so many seconds."""
    found: list[float] = []
    threads = [
        threading.Thread(target=client, args=(address, nodes[n::clients], seconds, found)) for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def client(address: str, nodes: list[str], seconds: float, found: list[float]) -> None:
    """Ask one query after the other."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    end = time.perf_counter() + seconds
    for node in cycle(nodes):
        begun = time.perf_counter()
        if begun > end:
            break
        connection.request("GET", f"/sparql?query={quote(f'SELECT ?p ?o {{ <{node}> ?p ?o }}')}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        found.append(time.perf_counter() - begun)
    connection.close()


def show(name: str, times: list[float], seconds: float) -> None:
    """One line of the table."""
    p50, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
    print(f"{name:<28}{len(times) / seconds:>11.0f}{p50:>9.2f}{p99:>9.2f}")


def cpu(server: Server) -> float:
    """Seconds of processor time that the server and its workers took: what a busy machine does not change."""
    processes = [psutil.Process(server.process.pid), *server.workers()]
    return float(sum(sum(process.cpu_times()[:2]) for process in processes))


def memory(server: Server) -> float:
    """MB that the workers hold."""
    return float(sum(psutil.Process(worker.pid).memory_info().rss for worker in server.workers())) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
