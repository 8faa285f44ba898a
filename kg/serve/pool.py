"""Workers, kept warm: a query gets one for itself; what takes too long or breaks its worker costs that worker only."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from kg.errors import StoreError
from kg.serve import frames
from kg.serve.refused import Refused
from kg.serve.settings import Limits

SLOW = 1.0  # seconds after which a query makes way for others: its worker goes on with a lower priority
_LOWER = 10  # of nice(1)
_IN_MEMORY = 1 << 20  # bytes of an answer that wait in memory, not on the disk
_BUFFER = 1 << 20  # bytes of a worker's that are read ahead
_PAUSE = 1.0  # seconds between attempts to start a worker where the store cannot be opened
_log = logging.getLogger("kg.serve")


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
    async def start(cls, store: Path, memory: int) -> Worker:
        """A worker that has opened the store; StoreError where it cannot."""
        call = (sys.executable, "-P", "-m", "kg.serve.worker", str(store), str(memory), str(os.getpid()))
        process = await asyncio.create_subprocess_exec(
            *call,
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
            raise StoreError(store, "a worker ended as it opened the store", "see to memory and try again") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        if kind == frames.WRONG:
            raise StoreError(store, json.loads(content)["reason"], "give the folder of a store")
        return worker

    @property
    def alive(self) -> bool:
        """Whether there is somebody to ask."""
        return not self._from.at_eof() and self.process.returncode is None

    def kill(self) -> None:
        """End the process now, whatever it does."""
        if self.process.returncode is None:
            self.process.kill()

    def make_way(self) -> None:
        """Let other processes go first; there is no way back, so this worker is let go when it is done."""
        self.slow = True
        if self.alive:
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _LOWER)

    async def ask(self, request: Mapping[str, Any]) -> Reply:
        """The answer. Refused where the worker says so; IncompleteReadError, ConnectionError where it died."""
        begun = time.perf_counter()
        self._to.write(frames.frame(frames.BEGIN, json.dumps(request).encode()))
        await self._to.drain()
        content: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the reply's taker closes
        head, size = {}, 0
        try:
            while True:
                kind, piece = await frames.receive(self._from)
                if kind == frames.BEGIN:
                    head = json.loads(piece)
                elif kind == frames.DATA:
                    size += content.write(piece)
                elif kind == frames.END:
                    content.seek(0)
                    etag = json.loads(piece)["etag"]
                    return Reply(content, size, head["format"], head["packed"], etag, time.perf_counter() - begun)
                else:
                    wrong = json.loads(piece)
                    raise Refused(wrong["status"], wrong["reason"], again=1 if wrong["status"] == 503 else 0)
        except BaseException:
            content.close()
            raise


class Pool:
    """As many workers as may run at a time, each replaced when it is gone."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self.store, self.limits = store, limits
        self._workers: set[Worker] = set()
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting, self._closing = 0, False
        self.ended: Counter[str] = Counter()  # reason → workers that were ended for it

    async def start(self) -> None:
        """Start the workers; StoreError where the store cannot be opened."""
        await asyncio.gather(*(self._one_more() for _ in range(self.limits.workers)))

    async def close(self) -> None:
        """End all workers, and return when they are gone."""
        self._closing = True
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.process.wait() for worker in self._workers))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def renew(self) -> None:
        """Open the store anew, as it is now: each worker is replaced, and ends after the query it is at."""
        for worker in list(self._workers):
            await self._one_more()
            worker.retired = True
            if worker in self._idle:
                self._idle.remove(worker)
                self._end(worker, "renewed")

    @property
    def alive(self) -> int:
        """The number of workers."""
        return len(self._workers)

    @property
    def running(self) -> int:
        """The number of queries that are at work."""
        return len(self._workers) - len(self._idle)

    @property
    def waiting(self) -> int:
        """The number of queries that wait."""
        return len(self._waiting)

    def pids(self) -> list[int]:
        """The workers' process ids."""
        return [worker.process.pid for worker in self._workers]

    async def ask(self, request: Mapping[str, Any]) -> Reply:
        """The whole answer to a request, see `kg.serve.worker`; Refused where there is none within the limits.

        When this is cancelled, the worker is ended.
        """
        worker = await self._take()
        slow = asyncio.get_running_loop().call_later(SLOW, worker.make_way)
        reason = "cancelled"
        try:
            async with asyncio.timeout(self.limits.seconds):
                reply = await worker.ask(request)
            reason = "slow" if worker.slow else "renewed" if worker.retired else ""
            return reply
        except Refused as error:
            reason = "store" if error.status == 503 else "slow" if worker.slow else "renewed" if worker.retired else ""
            raise
        except TimeoutError:
            reason = "time"
            raise Refused(
                503, f"the query took more than {self.limits.seconds:g} seconds; ask for less, or try again", again=10
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            reason = "crash"
            raise _crash(await worker.process.wait()) from None
        finally:
            slow.cancel()
            self._give(worker, reason)

    async def _take(self) -> Worker:
        deadline = asyncio.get_running_loop().time() + self.limits.seconds
        while True:
            while self._idle:
                if (worker := self._idle.popleft()).alive:
                    return worker
            if len(self._waiting) >= self.limits.queue:
                raise Refused(503, f"{self.limits.queue} queries wait already; try again", again=5)
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                async with asyncio.timeout_at(deadline):
                    await turn
            except TimeoutError:
                raise Refused(503, "no worker became free in time; try again", again=5) from None
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._next()  # our turn came as we left
                raise
            finally:
                if turn in self._waiting:
                    self._waiting.remove(turn)

    def _give(self, worker: Worker, reason: str) -> None:
        if reason:
            self._end(worker, reason)
        else:
            self._free(worker)

    def _free(self, worker: Worker) -> None:
        self._idle.append(worker)
        self._next()

    def _next(self) -> None:
        while self._waiting:
            if not (turn := self._waiting.popleft()).done():
                turn.set_result(None)
                return

    def _end(self, worker: Worker, reason: str) -> None:
        self.ended[reason] += 1
        worker.kill()

    async def _one_more(self) -> None:
        self._starting += 1
        try:
            worker = await Worker.start(self.store, self.limits.memory)
        finally:
            self._starting -= 1
        self._workers.add(worker)
        self._spawn(self._tend(worker))
        self._free(worker)

    async def _tend(self, worker: Worker) -> None:
        """Wait for the end of a worker, and see that another takes its place."""
        await worker.process.wait()
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        while not self._closing and len(self._workers) + self._starting < self.limits.workers:
            try:
                await self._one_more()
            except StoreError as error:
                _log.error("%s", error)
                await asyncio.sleep(_PAUSE)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _crash(code: int) -> Refused:
    if code == -signal.SIGKILL:
        return Refused(503, "the query was ended from outside; try again", again=1)
    return Refused(422, "the query is nested too deeply or needs more memory than is allowed; ask for less")
