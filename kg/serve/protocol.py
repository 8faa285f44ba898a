"""What a request to the endpoint asks: the SPARQL 1.1 Protocol's operations query and update, in their forms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.serve.refused import Refused
from kg.serve.settings import Limits

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_FIELDS = 1000  # parameters of a request

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and the graphs that the protocol names: `dataset` is those for its default graph, those for GRAPH."""

    query: str
    dataset: tuple[list[str], list[str]] | None


@dataclass(frozen=True, slots=True)
class Change:
    """An update, and the graphs that the protocol names for its patterns, as in `Asked`; empty for none."""

    update: str
    dataset: tuple[list[str], list[str]]


async def asked(request: Request, limits: Limits, allow: Callable[[Request], None]) -> Asked | Change | None:
    """What a request asks, None where it has no query (it wants the service's description); Refused for a bad one.

    `allow` is asked before an update is looked at; it raises Refused.
    """
    fields = fields_of(request.scope["query_string"])
    if request.method != "POST":
        if _values(fields, "update"):
            allow(request)
            raise Refused(400, "send an update by POST")
        return _asked(fields, limits) if fields else None
    media = _media(request.headers.get("content-type", ""))
    body = await _body(request, limits)
    if media == FORM:
        fields = [*fields, *fields_of(body)]
        if not _values(fields, "update"):
            return _asked(fields, limits)
        allow(request)
        return _change(fields)
    if media == DIRECT:
        if any(name == "query" for name, _ in fields):
            raise Refused(400, "the query stands in the body and in the address; send one")
        return _asked([*fields, ("query", decoded(body))], limits)
    if media == UPDATE:
        allow(request)
        return _change([*fields, ("update", decoded(body))])
    raise Refused(415, f"send a query as {DIRECT}, or as the field `query` of {FORM}")


def fields_of(text: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or a form; Refused where it is none."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError as error:
        raise Refused(400, "names and values must be UTF-8, percent-encoded") from error
    except ValueError as error:
        raise Refused(400, f"more than {_FIELDS} parameters") from error


def decoded(body: bytes) -> str:
    """A body as text; Refused where it is no UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "the query must be UTF-8") from error


def _asked(fields: Fields, limits: Limits) -> Asked:
    queries = _values(fields, "query")
    if len(queries) != 1:
        raise Refused(400, "send one query, as `query`" if not queries else f"{len(queries)} queries; send one")
    if len(queries[0].encode()) > limits.body:
        raise Refused(413, f"the query has more than {limits.body:,} bytes")
    default, named = _values(fields, "default-graph-uri"), _values(fields, "named-graph-uri")
    return Asked(queries[0], (default, named) if default or named else None)


def _change(fields: Fields) -> Change:
    updates = _values(fields, "update")
    if len(updates) != 1 or _values(fields, "query"):
        raise Refused(400, "send one update, as `update`, and no query")
    return Change(updates[0], (_values(fields, "using-graph-uri"), _values(fields, "using-named-graph-uri")))


def _values(fields: Fields, name: str) -> list[str]:
    return [value for key, value in fields if key == name]


def _media(header: str) -> str:
    """The media type of a body; Refused where it says another encoding than UTF-8."""
    media, *parameters = (part.strip().lower() for part in header.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8"):
            raise Refused(415, "the body must be UTF-8")
    return media


async def _body(request: Request, limits: Limits) -> bytes:
    found = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for piece in request.stream():
                found += piece
                if len(found) > limits.body:
                    raise Refused(413, f"the body has more than {limits.body:,} bytes")
    except TimeoutError:
        raise Refused(408, f"the body did not arrive in {limits.seconds:g} seconds") from None
    return bytes(found)
