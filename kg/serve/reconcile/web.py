"""The reconciliation service as routes of a Starlette application (Reconciliation Service API 0.2, and 0.1).

Everything is read-only, open to every origin (the API demands it), and answers errors as JSON with their status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.errors import KgError
from kg.serve.reconcile import asked, offer, preview
from kg.serve.reconcile.asked import Refused
from kg.serve.reconcile.manifest import manifest
from kg.serve.reconcile.service import Reconciler
from kg.serve.reconcile.suggest import FURTHEST

BODY = 1_000_000  # bytes of a request's body: a batch of 100 queries has 30,000
AT_ONCE, WAITING = 4, 64  # requests that are worked on, and that may wait for it
_AGAIN = "2"  # seconds after which a client may try again
_FIELDS = 20  # parameters of a request
_FORM = "application/x-www-form-urlencoded"
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){0,4}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}(?::\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](?::\d{1,5})?")
_METHODS = ["GET", "POST", "OPTIONS"]
_OPEN = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=_METHODS, allow_headers=["*"], max_age=86_400)
_SAFE = {"X-Content-Type-Options": "nosniff"}

Params = Mapping[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")


def routes(reconciler: Reconciler, path: str = "/reconcile", *, base_url: str = "", view: str = "") -> list[Route]:
    """The routes of the service at `path`.

    `base_url` is the URL of the service as clients reach it, behind a proxy say; without it the request's own is used.
    `view` is the template of the page of an entity (https://example.org/{{id}}); without it that is the preview.
    """
    service = _Service(reconciler, path, base_url.rstrip("/"), view)
    endpoints = {
        "": service.root,
        "/": service.root,
        "/suggest/{kind}": service.suggest,
        "/flyout/{kind}": service.flyout,
        "/properties": service.properties,
        "/preview": service.preview,
        "/feature": service.feature,
    }
    answered = {path + at: _answered(endpoint) for at, endpoint in endpoints.items() if path + at}
    return [Route(at, endpoint, methods=_METHODS, middleware=[_OPEN]) for at, endpoint in answered.items()]


class _Service:
    """The endpoints."""

    def __init__(self, reconciler: Reconciler, path: str, base_url: str, view: str) -> None:
        self._of, self._path, self._base_url, self._view = reconciler, path, base_url, view
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def root(self, request: Request) -> Response:
        """Queries, data extension, or the manifest."""
        params = await _params(request)
        if "queries" in params:
            queries = asked.batch(params["queries"])
            return _json(await self._do(self._of.reconcile, queries), params)
        if "query" in params:
            found = await self._do(self._of.reconcile, {"query": asked.single(params["query"])})
            return _json(found["query"], params)
        if "extend" in params:
            return _json(await self._do(self._of.extend, asked.extension(params["extend"])), params)
        if request.method == "POST":
            raise Refused(400, f"the body has none of the fields queries, query and extend, as {_FORM}")
        return _json(manifest(self._at(request), self._of.base, self._view), params)

    async def suggest(self, request: Request) -> Response:
        """Suggestions for a prefix."""
        params, kind = await _params(request), _kind(request)
        types = offer.types_called(filter(None, params.get("type", "").split(",")))
        skip = min(asked.whole(params.get("cursor") or "0", "cursor"), FURTHEST)
        return _json(await self._do(self._of.suggest, kind, params.get("prefix", ""), types, skip), params)

    async def flyout(self, request: Request) -> Response:
        """A piece of HTML in JSON."""
        params, kind = await _params(request), _kind(request)
        return _json(await self._do(self._of.flyout, kind, _needed(params, "id")), params)

    async def properties(self, request: Request) -> Response:
        """Proposals of properties for a type."""
        params = await _params(request)
        limit = asked.whole(params.get("limit") or "0", "limit")
        return _json(await self._do(self._of.properties, params.get("type", ""), limit), params)

    async def preview(self, request: Request) -> Response:
        """The page of an entity."""
        return _html(await self._do(self._of.preview, _needed(await _params(request), "id")))

    async def feature(self, request: Request) -> Response:
        """The page about the features of candidates."""
        return _html(preview.features())

    async def _do(self, work: Callable[..., T], *arguments: object) -> T:
        """Work that takes its time, in a thread; Refused where too much waits for one."""
        if self._limiter.statistics().tasks_waiting >= WAITING:
            raise Refused(503, "too many requests at once; try again in a moment")
        return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=self._limiter)

    def _at(self, request: Request) -> str:
        """The URL of the service as the client reaches it."""
        if self._base_url:
            return self._base_url
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise Refused(400, "the Host header names no host")
        return f"{request.url.scheme}://{host}{request.scope.get('root_path', '')}{self._path}"


def _answered(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its errors as JSON, and OPTIONS answered."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":  # one that is no preflight of a browser
            return Response(status_code=204, headers={"Allow": ", ".join(_METHODS)})
        try:
            return await endpoint(request)
        except Refused as refused:
            return _error(refused.status, str(refused))
        except KgError as error:  # the graph cannot be asked
            return _error(503, str(error))

    return answer


def _error(status: int, message: str) -> Response:
    headers = _SAFE | ({"Retry-After": _AGAIN} if status == 503 else {})
    return Response(
        _bytes({"status": "error", "code": status, "message": message}), status, headers, "application/json"
    )


async def _params(request: Request) -> dict[str, str]:
    """The parameters of the query string and of a form; of the same name the first, the form's before the others."""
    text = [request.scope["query_string"]]
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = await _body(request)
        if body and kind != _FORM:
            raise Refused(415, f"the body is {kind or 'of no type'}; send {_FORM}")
        text = [body, *text]
    try:
        fields = [parse_qsl(part.decode("ascii"), True, errors="strict", max_num_fields=_FIELDS) for part in text]
    except ValueError as error:  # other characters, too many fields
        raise Refused(400, f"the parameters are no {_FORM} in UTF-8, or are more than {_FIELDS}") from error
    return dict(reversed([pair for part in fields for pair in part]))


async def _body(request: Request) -> bytes:
    """The body, if it is not too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise Refused(413, f"the body is longer than {BODY} bytes; send smaller batches")
    return body


def _needed(params: Params, name: str) -> str:
    if not params.get(name):
        raise Refused(400, f"the parameter {name} is missing")
    return params[name]


def _kind(request: Request) -> str:
    """What suggestions and flyouts are about."""
    kind = request.path_params["kind"]
    if kind not in ("entity", "property", "type"):
        raise Refused(404, f"there is no such service: {kind[:20]!r}; there are entity, property and type")
    return str(kind)


def _json(data: Any, params: Params) -> Response:
    """The data as JSON, or in a call of the function that the parameter callback names (JSONP)."""
    if "callback" not in params:
        return Response(_bytes(data), headers=_SAFE, media_type="application/json")
    if not _CALLBACK.fullmatch(params["callback"]):
        raise Refused(400, "callback: is no name of a function")
    script = b"/**/" + params["callback"].encode() + b"(" + _bytes(data) + b");"
    return Response(script, headers=_SAFE, media_type="text/javascript")


def _bytes(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _html(text: str) -> Response:
    return Response(text, headers=_SAFE | {"Content-Security-Policy": preview.POLICY}, media_type="text/html")
