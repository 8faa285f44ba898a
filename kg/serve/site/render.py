"""Templates to responses: what comes from a report is escaped; inline are only data and the one style sheet."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from kg.serve.reply import packs
from kg.serve.site import chinese, rules
from kg.serve.site.addresses import Addresses
from kg.serve.site.assets import asset
from kg.serve.site.figures import number
from kg.serve.site.numbers import said
from kg.serve.site.style import arrives, sheet, source
from kg.serve.site.words import language, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LEVEL = 5  # of gzip: pages are small, and made anew for each reader
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Renderer:
    """Makes pages of the templates beside this module."""

    def __init__(self, addresses: Addresses) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"path": addresses.path, "local": addresses.local, "asset": asset}
        self._environment.filters |= {"number": number, "data": data, "said": said, "with": changed, "rule": rules.name}
        self._environment.filters |= {"unit": chinese.unit, "marked": chinese.marked}

    def page(
        self, request: Request, template: str, status: int = 200, linked: Mapping[str, Any] | None = None, **values: Any
    ) -> Response:
        """A template as a page in the request's language, with a tag by which a browser may keep it.

        `linked` is what the page says of itself to programs, as JSON-LD.
        """
        spoken, inline = language(request), arrives(request)
        text = self._environment.get_template(template).render(
            w=_speak(words(spoken)),
            lang=spoken,
            here=request.url.path,
            query=request.query_params,
            linked=linked,
            sheet=sheet() if inline else None,
            **values,
        )
        content = text.encode()
        etag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
        policy = POLICY.replace("style-src", f"style-src {source()}") if inline else POLICY
        headers = {**SAFE, "Content-Security-Policy": policy, "ETag": etag, "Cache-Control": "no-cache"}
        headers["Content-Language"] = spoken
        headers["Vary"] = "Accept, Accept-Encoding, Accept-Language, Cookie"
        if status == 200 and etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if packs(request):
            content, headers["Content-Encoding"] = gzip.compress(content, _LEVEL, mtime=0), "gzip"
        return Response(content, status, headers, "text/html")


def _speak(known: Mapping[str, str]) -> Callable[..., str]:
    def speak(key: str, **values: object) -> str:
        return known[key].format(**values) if values else known[key]

    return speak


def data(value: Any) -> Markup:
    """JSON for a <script type="application/json">, which nothing in it can end."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED))


def changed(query: QueryParams, **values: object) -> str:
    """The query of an address with some of its fields changed; None leaves one out."""
    kept = [(name, value) for name, value in query.multi_items() if name not in values]
    return f"?{urlencode([*kept, *((name, value) for name, value in values.items() if value is not None)])}"
