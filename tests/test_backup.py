"""A store is copied while it is served and written to; the copy is a whole store."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from click.testing import CliRunner, Result

from kg.cli import main
from kg.graph.store import Store
from kg.oxigraph import Engine
from tests.serving import LINES, G, Server, quads, store

PAIR = "INSERT DATA {{ GRAPH <{0}pair> {{ <{0}{1}> <{0}left> 1 . <{0}{1}> <{0}right> 1 }} }}"


def backup(path: Path, target: Path) -> Result:
    return CliRunner().invoke(main, ["backup", "--store", str(path), str(target)])


def test_while_it_is_served(tmp_path: Path) -> None:
    path = store(tmp_path / "store", quads())
    with Server(path, "--workers", "1", "--quiet") as server:
        done = backup(path, tmp_path / "backups/one")
        assert done.exit_code == 0 and done.output.startswith(f"{LINES + 4:,} quads")
        assert server.ask("ASK {}").status_code == 200
    with Server(tmp_path / "backups/one", "--workers", "1", "--quiet") as server:
        assert server.ask(f"ASK {{ <{G}s7> ?p ?o }}").json()["boolean"] is True


def test_while_it_is_written_to(tmp_path: Path) -> None:
    path, over, written = store(tmp_path / "store", quads()), threading.Event(), 0
    engine = Engine(path)

    def write() -> None:
        nonlocal written
        while not over.is_set():
            engine.update(PAIR.format(G, written))
            engine.flush()
            written += 1
            time.sleep(0.02)  # one that never rests merges files faster than they can be linked

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(8):
            before = written
            done = backup(path, tmp_path / f"copy{number}")
            assert done.exit_code == 0, done.output
            with Store.open_for_reading(tmp_path / f"copy{number}") as copy:
                halves = [copy.query(f"SELECT ?s {{ ?s <{G}{side}> 1 }}").rows() for side in ("left", "right")]
                left, right = (set(half) for half in halves)
            assert left == right and len(left) >= before
    finally:
        over.set()
        thread.join()
        engine.close()


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = store(tmp_path / "store", quads())
    done = backup(path, tmp_path)
    assert done.exit_code == 2 and "name a new folder" in done.output
    assert backup(tmp_path / "none", tmp_path / "new").exit_code == 2 and not (tmp_path / "new").exists()
