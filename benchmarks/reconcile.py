"""How many names a second the reconciliation service matches, and how well it matches a messy column of 500 town names.

    python benchmarks/reconcile.py [--store DIR] [--names 5000] [--batch 50] [--clients 2] [--seeds 6 7 8]

The service runs in a process of its own and is asked over HTTP on the loopback device, in batches, by clients that keep
their connection. The columns are those of tests/town_names.py. Precision and recall count what is a `match`.
Without --store the graph is empty but for the packaged schemes. Times are of one run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from kg.graph.store import Store
from kg.serve.reconcile.entities import of_place
from tests.town_names import Row, column

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def serve(folder: str, listening: socket.socket) -> None:
    """Run the service on the socket."""
    import uvicorn
    from starlette.applications import Starlette

    from kg.serve.reconcile import Reconciler, routes

    with Store.open_for_reading(Path(folder)) as store:
        app = Starlette(routes=routes(Reconciler(store)))
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def ask(port: int, batches: list[list[Row]], found: list[tuple[Row, str]]) -> None:
    """Send the batches one by one; note the id of the candidate that matches each row, "" for none."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for batch in batches:
        queries = {str(number): query(row) for number, row in enumerate(batch)}
        connection.request("POST", "/reconcile", urlencode({"queries": json.dumps(queries)}), FORM)
        results = json.load(connection.getresponse())
        for number, row in enumerate(batch):
            found.append((row, next((c["id"] for c in results[str(number)]["result"] if c["match"]), "")))
    connection.close()


def query(row: Row) -> dict[str, object]:
    """A row as OpenRefine asks for it."""
    properties = [{"pid": "county", "v": row.county}] if row.county else []
    return {"query": row.cell, "type": "township", "type_strict": "should", "limit": 5, "properties": properties}


def measure(port: int, rows: list[Row], size: int, clients: int) -> tuple[float, list[tuple[Row, str]]]:
    """Seconds that the rows take with so many clients at once, and what was found."""
    batches = [rows[at : at + size] for at in range(0, len(rows), size)]
    found: list[tuple[Row, str]] = []
    threads = [threading.Thread(target=ask, args=(port, batches[n::clients], found)) for n in range(clients)]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - before, found


def quality(found: list[tuple[Row, str]]) -> tuple[float, float, Counter[str]]:
    """Precision and recall, and the kinds of mess of what was missed or wrong."""
    right = [row for row, id in found if id == id_of(row)]
    wrong = Counter(f"{'wrong' if id else 'open'}: {row.mess}" for row, id in found if id != id_of(row))
    return len(right) / max(1, sum(1 for _, id in found if id)), len(right) / len(found), wrong


def id_of(row: Row) -> str:
    """The id of the place that is meant."""
    entity = of_place(row.place)
    assert entity is not None, row
    return entity.id


def main() -> int:
    """Parse the call, measure, print."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        store = options.store or Path(folder) / "store"
        if not options.store:
            with Store.open_for_writing(store) as new:
                new.load_schema()
        port = listening.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(str(store), listening))
        server.start()
        try:
            rows = column(options.names, seed=1)
            measure(port, rows[: options.batch], options.batch, 1)  # reads the graph and the tables
            seconds, _ = measure(port, rows, options.batch, options.clients)
            asked = f"{len(rows)} names in batches of {options.batch}, {options.clients} clients"
            print(f"{len(rows) / seconds:.0f} names a second ({asked})")
            for seed in options.seeds:
                precision, recall, wrong = quality(measure(port, column(seed=seed), options.batch, 1)[1])
                print(f"column {seed}: precision {precision:.3f}, recall {recall:.3f}; {dict(wrong)}")
        finally:
            server.terminate()
            server.join()
    return 0


def arguments() -> argparse.Namespace:
    """The call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--names", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[6, 7, 8])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
