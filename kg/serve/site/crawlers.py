"""What programs look for at well-known places: robots.txt, sitemaps, the description of the data set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kg.graph import iris
from kg.serve.index.ask import Index
from kg.serve.refused import Refused
from kg.serve.site.addresses import Addresses
from kg.serve.site.render import SAFE

_PAGE = 10_000  # addresses of a sitemap
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /reconcile
Disallow: /search
Disallow: /suggest
Disallow: /compare
Disallow: /metrics
Allow: /

Sitemap: {address}/sitemap.xml
"""

Address = Callable[[Request], str]  # the server's address as clients see it, without a slash at its end


def routes(index: Index, addresses: Addresses, address: Address) -> list[BaseRoute]:
    """Their routes."""

    async def robots(request: Request) -> Response:
        return PlainTextResponse(_ROBOTS.format(address=address(request)), headers=SAFE)

    async def sitemaps(request: Request) -> Response:
        pages = -(-await index.size() // _PAGE)
        at = address(request)
        return _xml("sitemapindex", "sitemap", (f"{at}/sitemap/{number}.xml" for number in range(1, pages + 1)))

    async def sitemap(request: Request) -> Response:
        number = request.path_params["number"]
        found = await index.iris(_PAGE, (number - 1) * _PAGE) if 0 < number < 10**6 else []
        if not found:
            raise Refused(404, f"there is no sitemap {number}")
        at = address(request)
        paths = (addresses.path(iri) for iri in found if addresses.local(iri))
        return _xml("urlset", "url", (f"{at}{path}" for path in paths))

    return [
        Route("/robots.txt", robots),
        Route("/sitemap.xml", sitemaps),
        Route("/sitemap/{number:int}.xml", sitemap),
        *(Route(f"/.well-known/{name}", _description(addresses)) for name in ("void", "dcat")),
    ]


def _description(addresses: Addresses) -> Callable[[Request], Awaitable[Response]]:
    """What leads to the graph in which the store describes itself."""
    to = addresses.path(iris.graph("dataset", addresses.base))

    async def description(request: Request) -> Response:
        return RedirectResponse(f"{to}.ttl", 303, headers=SAFE)

    return description


def _xml(root: str, entry: str, found: Iterable[str]) -> Response:
    body = "".join(f"<{entry}><loc>{escape(one)}</loc></{entry}>\n" for one in found)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">\n{body}</{root}>\n'
    return Response(text, headers=SAFE, media_type="application/xml")
