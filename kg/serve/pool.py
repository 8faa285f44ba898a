"""Workers, kept warm: a query gets one for itself; what takes too long or breaks its worker costs that worker only."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from kg.errors import KgError
from kg.serve.child import Fetch, Program, Reply, Worker
from kg.serve.refused import Refused
from kg.serve.settings import Limits

SLOW = 0.5  # seconds after which a query makes way for others: its worker goes on with a lower priority
SPARE = 2  # workers beyond those that may be at work: one of them steps in at once where one is killed
_WAIT = 10.0  # seconds at least that a query waits for a worker: a machine under load starts them slowly
_TRIES = 3  # workers that are asked where they are killed from outside
_PAUSE = 1.0  # seconds between attempts to start a worker where the store cannot be opened
_log = logging.getLogger("kg.serve")


class _Killed(Refused):
    """A worker was killed, not by us."""


class Pool:
    """As many workers as may be at work, and spare ones; each is replaced when it is gone."""

    def __init__(self, program: Program, limits: Limits, fetch: Fetch | None = None) -> None:
        """`fetch` gets what workers want to know from other endpoints."""
        self.limits, self._program, self._fetch = limits, program, fetch
        self._workers: set[Worker] = set()
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._size = limits.workers + SPARE
        self._starting, self._busy, self._closing = 0, 0, False
        self.ended: Counter[str] = Counter()  # reason → workers that were ended for it

    async def start(self) -> None:
        """Start the workers; KgError where they cannot work."""
        await asyncio.gather(*(self._one_more() for _ in range(self._size)))

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
        return self._busy

    @property
    def waiting(self) -> int:
        """The number of queries that wait."""
        return len(self._waiting)

    def pids(self) -> list[int]:
        """The workers' process ids."""
        return [worker.process.pid for worker in self._workers]

    async def ask(self, request: Mapping[str, Any]) -> Reply:
        """The whole answer to a request, see `kg.serve.worker`; Refused where there is none within the limits.

        When this is cancelled, the worker is ended. Where one is killed from outside as it is asked, another is.
        """
        for _ in range(_TRIES - 1):
            begun = time.monotonic()
            try:
                return await self._once(request)
            except _Killed:
                if time.monotonic() - begun > SLOW:
                    raise
        return await self._once(request)

    async def _once(self, request: Mapping[str, Any]) -> Reply:
        worker = await self._take()
        slow = asyncio.get_running_loop().call_later(SLOW, worker.make_way)
        reason = "cancelled"
        try:
            async with asyncio.timeout(self.limits.seconds):
                reply = await worker.ask(request, self._fetch)
            reason = "slow" if worker.slow else "renewed" if worker.retired else ""
            return reply
        except Refused as error:
            reason = "store" if error.status == 503 else "slow" if worker.slow else "renewed" if worker.retired else ""
            raise
        except TimeoutError:
            reason = "time"
            await worker.gone()
            raise Refused(
                503, f"the query took more than {self.limits.seconds:g} seconds; ask for less, or try again", again=10
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            reason = "crash"
            raise crash(await worker.process.wait()) from None
        finally:
            slow.cancel()
            self._give(worker, reason)

    async def _take(self) -> Worker:
        """A worker that is alive, when it is our turn; Refused where too many wait or none comes free."""
        if not self._waiting and (worker := self._ready()):
            return worker
        if len(self._waiting) >= self.limits.queue:
            raise Refused(503, f"{self.limits.queue} queries wait already; try again", again=5)
        try:
            async with asyncio.timeout(max(self.limits.seconds, _WAIT)):
                return await self._turn()
        except TimeoutError:
            raise Refused(503, "no worker became free in time; try again", again=5) from None

    async def _turn(self) -> Worker:
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif turn.done() and not turn.cancelled():  # our turn came as we left
                self._give(turn.result(), "")
            raise

    def _ready(self) -> Worker | None:
        """An idle worker that is alive, marked as at work; None where there is none, or enough are at work."""
        while self._idle and self._busy < self.limits.workers:
            if (worker := self._idle.pop()).alive:  # the one that worked last: its caches are warm
                self._busy += 1
                return worker
        return None

    def _give(self, worker: Worker, reason: str) -> None:
        """Take back a worker that was at work; it is ended where there is a reason."""
        self._busy -= 1
        if reason:
            self._end(worker, reason)
        else:
            self._idle.append(worker)
        self._serve_waiting()

    def _serve_waiting(self) -> None:
        while self._waiting:
            if self._waiting[0].done():  # it was cancelled
                self._waiting.popleft()
            elif worker := self._ready():
                self._waiting.popleft().set_result(worker)
            else:
                return

    def _end(self, worker: Worker, reason: str) -> None:
        self.ended[reason] += 1
        worker.kill()

    async def _one_more(self) -> None:
        self._starting += 1
        try:
            worker = await Worker.start(self._program)
        finally:
            self._starting -= 1
        self._workers.add(worker)
        self._spawn(self._tend(worker))
        self._idle.append(worker)
        self._serve_waiting()

    async def _tend(self, worker: Worker) -> None:
        """Wait for the end of a worker, and see that another takes its place."""
        await worker.process.wait()
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        while not self._closing and len(self._workers) + self._starting < self._size:
            try:
                await self._one_more()
            except KgError as error:
                _log.error("%s", error)
                await asyncio.sleep(_PAUSE)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def crash(code: int) -> Refused:
    """What is said where a worker died, by its exit code."""
    if code == -signal.SIGKILL:
        return _Killed(503, "the query was ended from outside; try again", again=1)
    return Refused(422, "the query is nested too deeply or needs more memory than is allowed; ask for less")
