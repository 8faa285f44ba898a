"""A server to test: `kg serve` in a process of its own, over a small store."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import requests

from kg.oxigraph import Engine

TYPE_OF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
G = "http://example.org/graph/"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
LINES = 2000
ONE, TWO, THREE = (f"{G}{name}" for name in ("one", "two", "three"))
_ADDRESS = re.compile(r"serving .* at (http://\S+)")


def quads() -> str:
    """Three graphs of a triple, one of many, and one of what XML cannot hold."""
    typed = "".join(f"<{graph}> <{TYPE_OF}> <{DOCUMENT}> <{graph}> .\n" for graph in (ONE, TWO, THREE))
    many = "".join(f'<{G}s{i}> <{G}p> "第{i}句 }},{{ \\" \\n" <{G}many> .\n' for i in range(LINES))
    odd = f'<{G}odd> <{G}p> "a\\u0000\\u0001b\\uFFFE<script>" <{G}odd> .\n'
    return typed + many + odd


def store(path: Path, quads: str) -> Path:
    """A store at `path` that holds these N-Quads lines."""
    engine = Engine(path)
    engine.bulk_load(quads.encode())
    engine.flush()
    engine.close()
    return path


class Server:
    """`kg serve` over a store (or none), with options and variables of the environment; it ends with the ``with``."""

    def __init__(self, path: Path | None, *options: str, **variables: str) -> None:
        of = ["--store", str(path)] if path else []
        call = [sys.executable, "-m", "kg", "serve", *of, "--port", "0", *options]
        self.process = subprocess.Popen(
            call, env=os.environ | variables, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stderr
        self.lines: deque[str] = deque()
        self.address = self._until_address(self.process.stderr)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.http = requests.Session()
        self.get("/health")  # waits for the workers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """End it as an administrator would; its exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self._listener.join(10)
        return code

    def get(self, path: str, **options: Any) -> requests.Response:
        """The answer to a GET."""
        return self.http.get(self.address + path, timeout=60, **options)

    def ask(self, query: str, accept: str = "application/sparql-results+json", **headers: str) -> requests.Response:
        """The answer to a query by POST; of a connection of its own, so that threads may ask."""
        return requests.post(
            f"{self.address}/sparql",
            data=query.encode(),
            headers={"Content-Type": "application/sparql-query", "Accept": accept, **headers},
            timeout=60,
        )

    def workers(self) -> list[psutil.Process]:
        """The workers' processes that are alive."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

    def workers_again(self, number: int, seconds: float = 20) -> list[psutil.Process]:
        """The workers, as soon as there are so many."""
        end = time.monotonic() + seconds
        while len(found := self.workers()) != number or self.get("/health").json()["workers"] != number:
            assert time.monotonic() < end, f"{len(found)} workers, not {number}"
            time.sleep(0.05)
        return found

    def _listen(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            self.lines.extend(lines)

    def _until_address(self, lines: Iterable[str]) -> str:
        said = []
        for line in lines:
            said.append(line)
            if found := _ADDRESS.search(line):
                return found[1]
        raise AssertionError(f"no server: {''.join(said)}")


def alive(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    return Path(f"/proc/{pid}").exists() and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def stop(pid: int) -> None:
    """kill -9."""
    os.kill(pid, signal.SIGKILL)
