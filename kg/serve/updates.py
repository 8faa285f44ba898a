"""Updates of the store that is served: by who has the token, one after the other, each in a process of its own."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request

from kg.errors import KgError
from kg.serve.child import Worker, writer
from kg.serve.pool import crash
from kg.serve.protocol import Change
from kg.serve.refused import Refused
from kg.serve.settings import Settings

_READ_ONLY = "this endpoint is read-only: it takes queries, no updates"


class Updates:
    """Changes the store at a path; `renew` opens it anew for those who read."""

    def __init__(self, store: Path | None, settings: Settings, renew: Callable[[], Awaitable[None]]) -> None:
        self._store, self._limits, self._token, self._renew = store, settings.limits, settings.token, renew
        self._turn = asyncio.Lock()
        self._waiting = 0

    def allow(self, request: Request) -> None:
        """Refused where this endpoint takes no updates, or none from who asks."""
        if not self._token or self._store is None:
            raise Refused(403, _READ_ONLY)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token.encode()):
            raise Refused(401, "updates need the header Authorization: Bearer TOKEN, with the token of this server")

    async def run(self, change: Change, base: str) -> float:
        """Do it, and return when it is on the disk and seen by queries: the seconds it took. Refused where it fails."""
        if self._waiting > self._limits.queue:
            raise Refused(503, f"{self._limits.queue} updates wait already; try again", again=5)
        begun = time.perf_counter()
        self._waiting += 1
        try:
            async with self._turn:
                await self._write(change, base)
                await self._show()
        finally:
            self._waiting -= 1
        return time.perf_counter() - begun

    async def _show(self) -> None:
        try:
            await self._renew()
        except KgError as error:
            raise Refused(503, f"the update is done, but queries cannot see it yet: {error}") from error

    async def _write(self, change: Change, base: str) -> None:
        assert self._store
        try:
            worker = await Worker.start(writer(self._store, self._limits))
        except KgError as error:  # another process writes
            raise Refused(503, str(error), again=5) from error
        try:
            async with asyncio.timeout(self._limits.seconds):
                reply = await worker.ask({"update": change.update, "dataset": change.dataset, "base": base})
            reply.content.close()
        except TimeoutError:
            raise Refused(
                503, f"the update took more than {self._limits.seconds:g} seconds; do less at a time"
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise crash(await worker.process.wait()) from None
        finally:
            await worker.gone()
