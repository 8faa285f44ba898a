"""A worker: a process that opens the store, and answers queries that come over a pipe until it is killed.

    python -m kg.serve.worker PARENT MEMORY STORE [SERVICE ...]

The engine cannot stop a query, and some crash it; so the server only ever talks to such processes. Pipes carry
the frames of `kg.serve.frames`: requests in JSON come in, answers go out. A worker has no network; what a query wants
to know from one of the endpoints SERVICE it asks of the server, and reads as values.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

from kg.errors import KgError, QueryError, StoreError
from kg.serve import federation, frames, media, sandbox
from kg.serve.refused import Refused
from kg.serve.writing import Out

_SERVICE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
_OWN_FAULT = 503
_KINDS = {"rows": "rows", "truth": "rows", "triples": "graph"}


def main() -> int:
    """Answer what comes in until nothing does."""
    parent, memory, path, services = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]
    source, pipe = frames.pipes()
    try:
        sandbox.confine(parent)
        from kg.graph.store import Store  # after the network is gone, as importing may start threads

        with Store.open_for_reading(path) as opened:
            opened.query("ASK { ?s ?p ?o }").truth()  # warm
            sandbox.limit_memory(memory)
            frames.send(pipe, frames.READY)
            while (request := frames.read(source)) is not None:
                _answer(opened, json.loads(request), source, pipe, services)
    except KgError as error:
        frames.wrong(pipe, _OWN_FAULT, str(error))
        return 1
    return 0


def _answer(
    opened: Any, request: Mapping[str, Any], source: IO[bytes], pipe: IO[bytes], services: Collection[str]
) -> None:
    """Answer one request. StoreError where the store cannot be read as it was opened any more."""
    from kg.graph.namespaces import PREFIXES

    try:
        if services:
            call = partial(_call, source, pipe)
            request = {**request, "query": federation.joined(request["query"], services, call)}
        answer = _ask(opened, request)
        format = request["formats"][_KINDS[answer.kind]]
        if format is None:
            raise media.not_acceptable(media.GRAPHS if answer.kind == "triples" else media.ROWS)
        out = Out(pipe, format, rows=request["rows"], size=request["bytes"], packed=request["packed"])
        answer.write(out, format, PREFIXES, out.triple)
        out.close()
    except Refused as error:
        frames.wrong(pipe, error.status, error.reason)
    except QueryError as error:
        frames.wrong(pipe, 400, str(error))
    except MemoryError:
        frames.wrong(pipe, 422, "the query needs more memory than is allowed; ask for less")
    except (RuntimeError, OSError) as error:
        if not _SERVICE.search(request["query"]):
            raise StoreError(sys.argv[3], str(error).partition("\n")[0], "ask again") from error
        frames.wrong(pipe, 400, federation.refusal(services))


def _ask(opened: Any, request: Mapping[str, Any]) -> Any:
    from kg.oxigraph import Dataset, valid_iri

    if (graph := request.get("graph")) is not None:
        if not valid_iri(graph):
            raise Refused(400, f"{graph!r} is no absolute IRI")
        if not opened.has_graph(graph):
            raise Refused(404, f"there is no graph <{graph}>")
        return opened.query_over(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", None)
    given = request.get("dataset")
    return opened.query_over(request["query"], given and Dataset(*map(tuple, given)), request["base"])


def _call(source: IO[bytes], pipe: IO[bytes], service: str, query: str) -> Any:
    """The answer of another endpoint in SPARQL JSON, which the server gets."""
    frames.send(pipe, frames.CALL, {"service": service, "query": query})
    return json.loads(frames.read(source) or b'{"wrong": "the server is gone"}')


if __name__ == "__main__":
    sys.exit(main())
