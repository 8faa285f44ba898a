"""A relay: a process that passes queries on to other SPARQL endpoints, until it is killed.

    python -m kg.serve.relay PARENT MEMORY ADDRESS [ADDRESS ...]

It asks no address but those, and follows no redirect. It speaks over pipes as `kg.serve.worker` does: a request may
name one of the addresses as `service`; the first of them is asked otherwise. Who we are stands in .netrc.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import IO, Any

import requests

from kg.errors import KgError
from kg.graph.tokens import form
from kg.oxigraph import valid_iri
from kg.serve import federation, frames, media, sandbox
from kg.serve.refused import Refused
from kg.serve.writing import Out

_WAIT = 10.0  # seconds for a connection
_CHUNK = 64 << 10
_SAID = 200  # characters of another endpoint's complaint that are passed on


def main() -> int:
    """Pass on what comes in until nothing does."""
    parent, memory, addresses = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    source, pipe = frames.pipes()
    try:
        sandbox.die_with(parent)
        sandbox.limit_memory(memory)
    except KgError as error:
        frames.wrong(pipe, 503, str(error))
        return 1
    frames.send(pipe, frames.READY)
    with requests.Session() as session:
        while (request := frames.read(source)) is not None:
            _answer(session, json.loads(request), addresses, pipe)
    return 0


def _answer(session: requests.Session, request: Mapping[str, Any], addresses: Sequence[str], pipe: IO[bytes]) -> None:
    try:
        address = request.get("service", addresses[0])
        if address not in addresses:
            raise Refused(400, federation.refusal(addresses))
        with _asked(session, address, request) as answer:
            _pass_on(answer, request, pipe)
    except Refused as error:
        frames.wrong(pipe, error.status, error.reason)
    except requests.RequestException as error:
        frames.wrong(pipe, 502, f"the endpoint behind this one does not answer ({type(error).__name__}); try again")


def _asked(session: requests.Session, address: str, request: Mapping[str, Any]) -> requests.Response:
    graph = request.get("graph")
    if graph is not None and not valid_iri(graph):
        raise Refused(400, f"{graph!r} is no absolute IRI")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}" if graph else request["query"]
    default, named = request.get("dataset") or ((), ())
    fields = [
        ("query", query),
        *(("default-graph-uri", name) for name in default),
        *(("named-graph-uri", name) for name in named),
    ]
    headers = {"Accept": _accepted(query, request["formats"])}
    return session.post(
        address, data=fields, headers=headers, timeout=(_WAIT, None), allow_redirects=False, stream=True
    )


def _accepted(query: str, formats: Mapping[str, str | None]) -> str:
    """The media type that is asked for; Refused where the client takes none of its kind."""
    triples = form(query) in ("CONSTRUCT", "DESCRIBE")
    offered, format = (media.GRAPHS, formats["graph"]) if triples else (media.ROWS, formats["rows"])
    if format is None:
        raise media.not_acceptable(offered)
    return next(kind for kind, found in offered.items() if found == format)


def _pass_on(answer: requests.Response, request: Mapping[str, Any], pipe: IO[bytes]) -> None:
    if answer.status_code != 200:
        said = " ".join(answer.raw.read(_SAID, decode_content=True).decode("utf-8", "replace").split())
        status = answer.status_code if answer.status_code in (400, 404, 413, 422, 503) else 502
        raise Refused(status, f"the endpoint behind this one answers {answer.status_code}: {said or answer.reason}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    format = {**media.GRAPHS, **media.ROWS}.get(kind)
    if format is None or format not in request["formats"].values():
        raise Refused(502, f"the endpoint behind this one answers with {kind[:60] or 'no type'}")
    out = Out(pipe, format, rows=request["rows"], size=request["bytes"], packed=request["packed"])
    for piece in answer.iter_content(_CHUNK):
        out.write(piece)
    out.close()


if __name__ == "__main__":
    sys.exit(main())
