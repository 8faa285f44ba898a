"""Which address shows what: pages of the explorer, and every IRI of the graph as a page or as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.graph import iris
from kg.graph.namespaces import SKOS, TKG
from kg.serve.pool import Pool
from kg.serve.refused import Refused
from kg.serve.settings import Settings
from kg.serve.site import compare, concept, data, download, files, indicator, place, programme, strategy, thing
from kg.serve.site.addresses import Addresses
from kg.serve.site.ask import Asker, iri
from kg.serve.site.page import Page
from kg.serve.site.render import Renderer

Show = Callable[[Page], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class View:
    """How things of a class are shown: a template, and what gets the values for it."""

    template: str
    show: Show


# Class → view, the first that fits; other things are shown as the table of what is said of them.
VIEWS: Mapping[str, View] = {
    TKG.Place: View("place.html", place.show),
    TKG.Programme: View("programme.html", programme.show),
    TKG.Strategy: View("strategy.html", strategy.show),
    TKG.Indicator: View("indicator.html", indicator.show),
    SKOS.ConceptScheme: View("concept.html", concept.scheme),
    SKOS.Concept: View("concept.html", concept.area),
}
PAGES: Mapping[str, View] = {
    "/": View("start.html", thing.nothing),
    "/compare": View("compare.html", compare.show),
}
OTHER = View("thing.html", thing.show)


def routes(pool: Pool, settings: Settings, base: str = iris.BASE) -> list[BaseRoute]:
    """The explorer's routes; the last of them takes any path, so they come after all others."""
    addresses = Addresses(base)
    site = _Site(Asker(pool, settings.limits), addresses, Renderer(addresses))
    return [
        *(Route(at, site.page(view)) for at, view in PAGES.items()),
        Route("/assets/{name}", files.asset),
        Route("/{path:path}", site.thing),
    ]


class _Site:
    def __init__(self, ask: Asker, addresses: Addresses, renderer: Renderer) -> None:
        self._ask, self._addresses, self._renderer = ask, addresses, renderer

    def page(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """What answers for a page of the explorer's own."""

        async def answer(request: Request) -> Response:
            return await self._show(view, Page(request, self._ask, self._addresses, ""))

        return answer

    async def thing(self, request: Request) -> Response:
        """What an IRI of the graph is about: a page for people, triples for machines."""
        path = data.sent(request)
        name, format = data.suffix(path)
        found = await self._find(name) or await self._find(path)
        if not found:
            raise Refused(404, f"nothing here is known as {path}")
        this, kinds = found
        if format == download.CSV:
            return await download.answer(request, self._ask, this, kinds, unquote(name).strip("/").replace("/", "-"))
        media = format or data.wanted(request)
        if media:
            return await data.answer(request, self._ask, this, media)
        view = next((view for kind, view in VIEWS.items() if kind in kinds), OTHER)
        return await self._show(view, Page(request, self._ask, self._addresses, this))

    async def _find(self, path: str) -> tuple[str, list[str]] | None:
        """The IRI that a path stands for, and its classes."""
        rows = await self._ask.rows("classes", this=[iri(one) for one in self._addresses.iris(path)])
        return (rows[0]["this"], [row["class"] for row in rows]) if rows else None

    async def _show(self, view: View, page: Page) -> Response:
        values = await view.show(page)
        return self._renderer.page(page.request, view.template, this=page.iri, **values)
