"""What the server counts, as Prometheus reads it, and the line it logs for every request."""

from __future__ import annotations

import logging
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.pool import Pool

TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # seconds, the upper ends of the histogram
_log = logging.getLogger("kg.serve.access")


class Metrics:
    """Numbers since the start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0
        self._sent = 0

    def request(self, method: str, status: int, sent: int) -> None:
        """Count a request and the bytes of its answer."""
        self._requests[method, status] += 1
        self._sent += sent

    def query(self, seconds: float) -> None:
        """Count a query that was answered."""
        self._buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def text(self, pool: Pool) -> str:
        """All of it in Prometheus' text format."""
        return "".join(f"{line}\n" for part in (self._http(), self._queries(), _workers(pool)) for line in part)

    def _http(self) -> Iterator[str]:
        yield "# HELP kg_requests_total Requests by method and status."
        yield "# TYPE kg_requests_total counter"
        for (method, status), number in sorted(self._requests.items()):
            yield f'kg_requests_total{{method="{method}",status="{status}"}} {number}'
        yield "# HELP kg_sent_bytes_total Bytes of answers."
        yield "# TYPE kg_sent_bytes_total counter"
        yield f"kg_sent_bytes_total {self._sent}"

    def _queries(self) -> Iterator[str]:
        yield "# HELP kg_query_seconds Time that answered queries took in their worker."
        yield "# TYPE kg_query_seconds histogram"
        total = 0
        for bound, number in zip((*_BOUNDS, "+Inf"), self._buckets, strict=True):
            total += number
            yield f'kg_query_seconds_bucket{{le="{bound}"}} {total}'
        yield f"kg_query_seconds_sum {self._seconds:.6f}"
        yield f"kg_query_seconds_count {total}"


def _workers(pool: Pool) -> Iterator[str]:
    for name, what, number in (
        ("kg_workers", "Workers that are there.", pool.alive),
        ("kg_queries_running", "Queries at work.", pool.running),
        ("kg_queries_waiting", "Queries that wait for a worker.", pool.waiting),
    ):
        yield f"# HELP {name} {what}"
        yield f"# TYPE {name} gauge"
        yield f"{name} {number}"
    yield "# HELP kg_workers_ended_total Workers that were ended, by reason."
    yield "# TYPE kg_workers_ended_total counter"
    for reason, number in sorted(pool.ended.items()):
        yield f'kg_workers_ended_total{{reason="{reason}"}} {number}'


class Watch:
    """Middleware that counts every request and logs it in one line."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: bool) -> None:
        self._app, self._metrics, self._logs = app, metrics, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see what becomes of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, sent = time.perf_counter(), 499, 0  # 499: the client left before there was an answer

        async def watched(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.request(_method(scope), status, sent)
            if self._logs:
                self._line(scope, status, sent, time.perf_counter() - begun)

    def _line(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        client = (scope.get("client") or ("-",))[0]
        path = scope.get("raw_path", b"").decode("latin-1").split("?")[0]
        query = scope.get("state", {}).get("query_seconds")
        took = "-" if query is None else f"{query * 1000:.1f}"
        _log.info(
            '%s "%s %s" %d %d bytes, query %s ms, all %.1f ms',
            client, _method(scope), ascii(path)[1:-1], status, sent, took, seconds * 1000,
        )  # fmt: skip


def _method(scope: Scope) -> str:
    """The method, where it is one that HTTP knows: a stranger's words make no new series."""
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH")
    return scope["method"] if scope["method"] in known else "OTHER"
