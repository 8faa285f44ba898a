"""Which address shows what: pages of the explorer, and every IRI of the graph as a page or as data."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.graph import iris
from kg.graph.namespaces import DCAT, SKOS, TKG
from kg.oxigraph import valid_iri
from kg.serve.index.ask import Index
from kg.serve.pool import Pool
from kg.serve.refused import Refused
from kg.serve.settings import Settings
from kg.serve.site import (
    compare,
    concept,
    crawlers,
    data,
    dataset,
    download,
    files,
    indicator,
    land,
    linked,
    network,
    place,
    programme,
    query,
    reading,
    report,
    search,
    start,
    strategy,
    thing,
)
from kg.serve.site.addresses import Addresses
from kg.serve.site.ask import Asker, iri
from kg.serve.site.errors import refusals
from kg.serve.site.page import Page
from kg.serve.site.render import Renderer
from kg.serve.site.words import words

Show = Callable[[Page], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class View:
    """How things of a class are shown: a template, and what gets the values for it."""

    template: str
    show: Show


# Class → view, the first that fits; other things are shown as the table of what is said of them.
VIEWS: Mapping[str, View] = {
    TKG.Report: View("report.html", report.show),
    TKG.Place: View("place.html", place.show),
    TKG.Programme: View("programme.html", programme.show),
    TKG.Strategy: View("strategy.html", strategy.show),
    TKG.Indicator: View("indicator.html", indicator.show),
    SKOS.ConceptScheme: View("concept.html", concept.scheme),
    SKOS.Concept: View("concept.html", concept.area),
    DCAT.Dataset: View("dataset.html", dataset.show),
}
PAGES: Mapping[str, View] = {
    "/": View("start.html", start.show),
    "/search": View("search.html", search.show),
    "/compare": View("compare.html", compare.show),
    "/network": View("network.html", network.show),
    "/query": View("query.html", query.show),
}
OTHER = View("thing.html", thing.show)


class Site:
    """The explorer over a store's folder or an endpoint's address, whose workers are those of `pool`."""

    def __init__(self, pool: Pool, settings: Settings, source: Path | str, base: str = iris.BASE) -> None:
        self.index = Index(source)
        self._public = settings.public.rstrip("/")
        self._ask, self._addresses = Asker(pool, settings.limits), Addresses(base)
        self._renderer = Renderer(self._addresses)
        self.refuse = refusals(self._renderer)

    async def prepare(self) -> None:
        """Make the index if need be, and load what the first page of a report would wait for."""
        await asyncio.gather(self.index.renew(), asyncio.to_thread(reading.prepare))

    def routes(self) -> list[BaseRoute]:
        """All routes; the last of them takes any path, so they come after all others."""
        return [
            *(Route(at, self.page(view)) for at, view in PAGES.items()),
            Route("/suggest", search.suggest(self.index, self._addresses)),
            *crawlers.routes(self.index, self._addresses, self._address),
            Route("/assets/{name}", files.asset),
            Route("/land.json", land.land),
            Route("/{path:path}", self.thing),
        ]

    def page(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """What answers for a page of the explorer's own."""

        async def answer(request: Request) -> Response:
            page = self._page(request, "")
            name = words(page.language)["site"]
            return await self._show(view, page, linked.website(self._address(request), name, page.language))

        return answer

    async def thing(self, request: Request) -> Response:
        """What an IRI of the graph is about: a page for people, triples for machines."""
        path = data.sent(request)
        name, format = data.suffix(path)
        found = await self._find(name) or await self._find(path)
        if not found:
            raise Refused(404, f"nothing here is known as {unquote(path)!r}")
        this, kinds = found
        if format == download.CSV:
            return await download.answer(request, self._ask, this, kinds, unquote(name).strip("/").replace("/", "-"))
        at = self._addresses.path(this)
        if media := format or data.wanted(request):
            response = await data.answer(request, self._ask, this, media)
            response.headers["Link"] = linked.back(at)
            return response
        view = next((VIEWS[kind] for kind in VIEWS if kind in kinds), OTHER)
        response = await self._show(view, self._page(request, this), kinds=kinds)
        response.headers["Link"] = linked.links(this, at)
        return response

    async def _find(self, path: str) -> tuple[str, list[str]] | None:
        """The IRI that a path stands for, and its classes."""
        rows = await self._ask.rows("classes", this=[iri(one) for one in self._addresses.iris(path)])
        return (rows[0]["this"], [row["class"] for row in rows]) if rows else None

    async def _show(
        self, view: View, page: Page, said: Mapping[str, Any] | None = None, kinds: Sequence[str] = ()
    ) -> Response:
        """A page; `said` is what it says to programs, by itself what its thing is of these `kinds`."""
        values = await view.show(page)
        if said is None:
            at = self._address(page.request) + self._addresses.path(page.iri)
            said = linked.thing(page.iri, kinds, str(values["title"]), at, values.get("to_programs", {}))
        return self._renderer.page(page.request, view.template, linked=said, this=page.iri, **values)

    def _page(self, request: Request, this: str) -> Page:
        return Page(request, self._ask, self._addresses, this, self.index)

    def _address(self, request: Request) -> str:
        """The server's address as clients see it, without a slash at its end."""
        found = self._public or f"{request.url.scheme}://{request.url.netloc}"
        if not valid_iri(found):
            raise Refused(400, "the header Host names no host")
        return found
