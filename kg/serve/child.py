"""The server's side of a worker: a process that is asked one thing at a time over pipes, and can be killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from kg.errors import KgError, StoreError
from kg.serve import frames
from kg.serve.refused import Refused
from kg.serve.settings import Limits, Settings

_LAST = 0.3  # seconds that an answer waits for a killed worker's end
_LOWER = 10  # of nice(1)
_IN_MEMORY = 1 << 20  # bytes of an answer that wait in memory, not on the disk
_BUFFER = 1 << 20  # bytes of a worker's that are read ahead

Fetch = Callable[[Mapping[str, Any]], Awaitable[bytes]]  # what gets the answer of another endpoint for a worker


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker runs: a module of ours and its arguments; `at` is the store or address it works on, for errors."""

    module: str
    arguments: tuple[str, ...]
    at: Path | str


def engine(store: Path, settings: Settings) -> Program:
    """Workers that answer queries from a store, and ask the services of the settings through the server."""
    return Program("worker", (str(settings.limits.memory), str(store), *settings.services), store)


def writer(store: Path, limits: Limits) -> Program:
    """A worker that updates a store."""
    return Program("writer", (str(limits.memory), str(store)), store)


def relay(limits: Limits, *addresses: str) -> Program:
    """Workers that pass queries on to other endpoints, the first of them where a query names none."""
    return Program("relay", (str(limits.memory), *addresses), addresses[0])


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: its bytes in a file that the taker closes, their number, format and tag, and how it was made."""

    content: SpooledTemporaryFile[bytes]
    size: int
    format: str
    packed: bool
    etag: str
    seconds: float  # of the query, without waiting for a worker


class Worker:
    """A worker's process, of which one question at a time may be asked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.retired, self.slow = process, False, False
        assert process.stdin and process.stdout
        self._to, self._from = process.stdin, process.stdout

    @classmethod
    async def start(cls, program: Program) -> Worker:
        """A worker that is ready; KgError where it cannot be."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", f"kg.serve.{program.module}", str(os.getpid()), *program.arguments),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # what we import, it imports
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a crash says a page; what went wrong comes in a frame
            limit=_BUFFER,
        )
        worker = cls(process)
        try:
            kind, content = await frames.receive(worker._from)
        except asyncio.IncompleteReadError as error:
            raise StoreError(program.at, "a worker ended as it started", "see to memory and try again") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        if kind == frames.WRONG:
            raise KgError(json.loads(content)["reason"])
        return worker

    @property
    def alive(self) -> bool:
        """Whether there is somebody to ask."""
        return not self._from.at_eof() and self.process.returncode is None

    def kill(self) -> None:
        """End the process now, whatever it does."""
        if self.process.returncode is None:
            self.process.kill()

    async def gone(self) -> None:
        """End the process, and return when it is gone; a busy machine may take longer to clear it away than we wait."""
        self.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST):
                await self.process.wait()

    def make_way(self) -> None:
        """Let other processes go first; there is no way back, so this worker is let go when it is done."""
        self.slow = True
        if self.alive:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _LOWER)

    async def ask(self, request: Mapping[str, Any], fetch: Fetch | None = None) -> Reply:
        """The answer. Refused where the worker says so; IncompleteReadError, ConnectionError where it died.

        Where the worker wants to know something from another endpoint, `fetch` gets it.
        """
        begun = time.perf_counter()
        await self._send(json.dumps(request).encode())
        content: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the reply's taker closes
        size = 0
        try:
            while True:
                kind, piece = await frames.receive(self._from)
                if kind == frames.DATA:
                    size += content.write(piece)
                elif kind == frames.END:
                    content.seek(0)
                    return Reply(content, size, **json.loads(piece), seconds=time.perf_counter() - begun)
                elif kind == frames.CALL and fetch:
                    await self._send(await fetch(json.loads(piece)))
                else:
                    wrong = json.loads(piece)
                    raise Refused(wrong["status"], wrong["reason"], again=1 if wrong["status"] == 503 else 0)
        except BaseException:
            content.close()
            raise

    async def _send(self, content: bytes) -> None:
        self._to.write(frames.frame(frames.ASK, content))
        await self._to.drain()
