"""The application: SPARQL 1.1 Protocol at /sparql, graphs at /store, /health and /metrics; the explorer at /.

Everything is open to every origin, and read-only but for who has a token. What the engine does happens in workers
(`kg.serve.pool`); here nothing of a stranger's is parsed but HTTP.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kg import resources
from kg.graph import iris
from kg.oxigraph import valid_iri
from kg.serve import description, media, protocol, site
from kg.serve.child import engine, relay
from kg.serve.elsewhere import Elsewhere
from kg.serve.metrics import TYPE, Metrics, Watch
from kg.serve.pool import Pool
from kg.serve.refused import Refused
from kg.serve.reply import SAFE, Whole, packs
from kg.serve.settings import Settings
from kg.serve.updates import Updates

_PATIENCE = 0.1  # seconds after which it is watched whether the client is still there
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
T = TypeVar("T")


def create(
    store: Path | None,
    settings: Settings | None = None,
    routes: Sequence[BaseRoute] = (),
    renewed: Callable[[], None] | None = None,
    base: str = iris.BASE,
) -> Starlette:
    """The application over the store at `store`, with more `routes` beside its own (they come first).

    Without a store queries are passed on to the endpoint of the settings.
    `base` is that of the store's instances, which have their pages here. `renewed` is called when SIGHUP has opened the
    store anew. The workers start and end with the application; KgError where they cannot.
    """
    settings = settings or Settings()
    elsewhere = Elsewhere(settings)
    program = engine(store, settings) if store else relay(settings.limits, settings.endpoint)
    pool = Pool(program, settings.limits, elsewhere.fetch)
    explorer = site.Site(pool, settings, store or settings.endpoint, base)
    service = _Service(pool, elsewhere, store, settings, renewed, explorer)
    return Starlette(
        routes=[*routes, *service.routes(), *explorer.routes()],
        middleware=[
            Middleware(Watch, metrics=service.metrics, log=settings.log),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["ETag", "Retry-After", "Server-Timing"],
                max_age=86_400,
            ),
        ],
        exception_handlers={
            **dict.fromkeys((Refused, HTTPException, Exception), explorer.refuse),
            ClientDisconnect: _gone,
        },
        lifespan=service.lifespan,
    )


class _Service:
    def __init__(
        self,
        pool: Pool,
        elsewhere: Elsewhere,
        store: Path | None,
        settings: Settings,
        renewed: Callable[[], None] | None,
        explorer: site.Site,
    ) -> None:
        self._explorer = explorer
        self._pool, self._elsewhere, self._settings, self._renewed = pool, elsewhere, settings, renewed
        self.metrics = Metrics()
        self._updates = Updates(store, settings, self._renew)
        self._renewing = asyncio.Lock()
        self._renewals: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [
            *(Route(path, self.sparql, methods=["GET", "POST"]) for path in ("/sparql", "/sparql/")),
            *(Route(path, self.graph, methods=["GET"]) for path in ("/store", "/store/{rest:path}")),
            Route("/health", self.health),
            Route("/metrics", self.numbers),
            Route("/openapi.json", self.openapi),
        ]

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Workers from the start to the end; SIGHUP opens the store anew."""
        app.state.pool = self._pool
        try:
            await asyncio.gather(self._pool.start(), self._elsewhere.start())
            if threading.current_thread() is threading.main_thread():
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._asked_to_renew)
            self._start(self._explorer.prepare())
            yield
        finally:
            await self._stop()
            await asyncio.gather(self._pool.close(), self._elsewhere.close())

    def _asked_to_renew(self) -> None:
        self._start(self._renew())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)

    async def _stop(self) -> None:
        for task in self._renewals:
            task.cancel()
        await asyncio.gather(*self._renewals, return_exceptions=True)
        self._explorer.index.close()

    async def _renew(self) -> None:
        async with self._renewing:
            await self._pool.renew()
            if self._renewed is not None:
                await asyncio.to_thread(self._renewed)
        self._start(self._explorer.index.renew())

    async def sparql(self, request: Request) -> Response:
        """The operations query and update, and the service's description."""
        asked = await protocol.asked(request, self._settings.limits, self._updates.allow)
        endpoint = self._address(request)
        if isinstance(asked, protocol.Change):
            seconds = await self._updates.run(asked, endpoint)
            return Response(status_code=204, headers={"Server-Timing": f"update;dur={seconds * 1000:.1f}", **SAFE})
        if asked is None:
            kind = media.chosen(request.headers.get("accept", ""), media.GRAPHS)
            content = description.describe(endpoint, media.GRAPHS[kind])
            return Response(content, headers={"Content-Type": media.with_charset(kind), "Vary": "Accept", **SAFE})
        return await self._answer(request, {"query": asked.query, "dataset": asked.dataset, "base": endpoint})

    async def graph(self, request: Request) -> Response:
        """The Graph Store Protocol's GET and HEAD: by parameter, or by the address itself."""
        fields = protocol.fields_of(request.scope["query_string"])
        if request.path_params.get("rest"):
            fields = [("graph", self._address(request))]
        if len(fields) != 1 or fields[0][0] not in ("graph", "default"):
            raise Refused(400, "name one graph: ?graph=IRI, or ?default for all of them together")
        name, value = fields[0]
        return await self._answer(
            request, {"query": _EVERYTHING, "graph": value if name == "graph" else None}, rows=False
        )

    async def health(self, request: Request) -> Response:
        """Whether queries can be answered."""
        well = self._pool.alive > 0
        return JSONResponse(
            {"status": "ok" if well else "no workers", "workers": self._pool.alive}, 200 if well else 503
        )

    async def numbers(self, request: Request) -> Response:
        """What Prometheus collects."""
        return Response(self.metrics.text(self._pool), headers={"Content-Type": TYPE})

    async def openapi(self, request: Request) -> Response:
        """What can be asked here, as OpenAPI says it."""
        content = resources.data("openapi.json").read_bytes()
        return Response(content, headers={"Content-Type": "application/json", "Cache-Control": "no-cache", **SAFE})

    async def _answer(self, request: Request, asked: dict[str, Any], *, rows: bool = True) -> Response:
        limits, accept = self._settings.limits, request.headers.get("accept", "")
        table = media.choose(accept, media.ROWS) if rows else None
        graph = media.choose(accept, media.GRAPHS)
        if table is None and graph is None:
            raise media.not_acceptable({**media.ROWS, **media.GRAPHS} if rows else media.GRAPHS)
        formats = {"rows": table and media.ROWS[table], "graph": graph and media.GRAPHS[graph]}
        more = {"formats": formats, "rows": limits.rows, "bytes": limits.answer, "packed": packs(request)}
        reply = await _unless_gone(request, self._pool.ask({"base": None, **asked, **more}))
        request.scope.setdefault("state", {})["query_seconds"] = reply.seconds
        self.metrics.query(reply.seconds)
        kind = table if reply.format == formats["rows"] else graph
        assert kind
        return Whole(request, reply, kind)

    def _address(self, request: Request) -> str:
        """The address that was asked, as clients see it."""
        path: str = (
            request.scope["raw_path"].decode("latin-1").partition("?")[0]
        )  # as it was sent, percent signs and all
        found = (self._settings.public.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}") + path
        if not valid_iri(found):
            raise Refused(400, "the header Host names no host")
        return found


async def _unless_gone(request: Request, work: Awaitable[T]) -> T:
    """What comes of `work`; where the client leaves before, the work is cancelled and ClientDisconnect raised."""
    watch = _Watch(request)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.gone:
            watch.task.uncancel()
            raise ClientDisconnect from None
        raise
    finally:
        watch.end()


class _Watch:
    """Cancels this task when the client leaves. Most work is over before it is looked; so that costs no task."""

    def __init__(self, request: Request) -> None:
        task = asyncio.current_task()
        assert task
        self.task, self.gone = task, False
        self._request = request
        self._departure: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._begin)

    def end(self) -> None:
        """Look no longer."""
        self._timer.cancel()
        if self._departure is not None:
            self._departure.cancel()

    def _begin(self) -> None:
        self._departure = asyncio.ensure_future(self._depart())

    async def _depart(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self.task.cancel()


async def _gone(request: Request, error: Exception) -> Response:
    return PlainTextResponse("", 499)  # nobody reads it, but the log has its line
