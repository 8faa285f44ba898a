"""How requests are refused: one line for programs, a page for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kg.serve import media
from kg.serve.refused import Refused
from kg.serve.reply import SAFE
from kg.serve.site.render import Renderer

_OFFERED = {"text/plain": "plain", "text/html": "html"}  # who takes anything gets the line
_WORDED = (400, 404, 405, 406, 413, 422, 500, 503)  # statuses that the pages have words for

Refuse = Callable[[Request, Exception], Awaitable[Response]]


def refusals(renderer: Renderer) -> Refuse:
    """What answers where a request is refused, or fails."""

    async def refuse(request: Request, error: Exception) -> Response:
        status, reason, headers = _said(error)
        if media.choose(request.headers.get("accept", ""), _OFFERED) != "text/html":
            return PlainTextResponse(f"{reason}\n", status, headers | SAFE)
        key = status if status in _WORDED else 400 if status < 500 else 500
        page = renderer.page(request, "error.html", status, key=key, code=status, reason=reason, this="")
        page.headers.update(headers | {"Cache-Control": "no-store"})
        return page

    return refuse


def _said(error: Exception) -> tuple[int, str, dict[str, str]]:
    """Status, reason and headers. Of what we did not expect nothing is told but that it happened."""
    if isinstance(error, Refused):
        headers = {"Retry-After": str(error.again)} if error.again else {}
        return error.status, error.reason, headers | ({"WWW-Authenticate": "Bearer"} if error.status == 401 else {})
    if isinstance(error, HTTPException):
        return error.status_code, error.detail, dict(error.headers or {})
    return 500, HTTPStatus(500).phrase, {}
