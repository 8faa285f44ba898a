"""A worker: a process that opens the store, and answers queries that come over a pipe until it is killed.

    python -m kg.serve.worker STORE MEMORY PARENT

The engine cannot stop a query, and some crash it; so the server only ever talks to such processes. Pipes carry
the frames of `kg.serve.frames`: requests in JSON come in, answers go out.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from kg.errors import KgError, QueryError, StoreError
from kg.serve import frames, media, sandbox
from kg.serve.refused import Refused
from kg.serve.writing import Out

_SERVICE = re.compile(r"\bSERVICE\b", re.IGNORECASE)
_OWN_FAULT = 503
_KINDS = {"rows": "rows", "truth": "rows", "triples": "graph"}


def main() -> int:
    """Answer what comes in until nothing does."""
    path, memory, parent = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    source, pipe = _pipes()
    try:
        sandbox.confine(parent)
        from kg.graph.store import Store  # after the network is gone, as importing may start threads

        with Store.open_for_reading(path) as opened:
            opened.query("ASK { ?s ?p ?o }").truth()  # warm
            sandbox.limit_memory(memory)
            _send(pipe, frames.READY)
            while (request := frames.read(source)) is not None:
                _answer(opened, json.loads(request), pipe)
    except KgError as error:
        _send(pipe, frames.WRONG, {"status": _OWN_FAULT, "reason": str(error)})
        return 1
    return 0


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output for frames alone: what a library prints goes to standard error."""
    source, pipe = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return source, pipe


def _answer(opened: Any, request: Mapping[str, Any], pipe: IO[bytes]) -> None:
    """Answer one request. StoreError where the store cannot be read as it was opened any more."""
    from kg.graph.namespaces import PREFIXES

    try:
        answer = _ask(opened, request)
        format = request["formats"][_KINDS[answer.kind]]
        if format is None:
            raise media.not_acceptable(media.GRAPHS if answer.kind == "triples" else media.ROWS)
        out = Out(pipe, format, rows=request["rows"], size=request["bytes"], packed=request["packed"])
        answer.write(out, format, PREFIXES, out.triple)
        out.close()
    except Refused as error:
        _wrong(pipe, error.status, error.reason)
    except QueryError as error:
        _wrong(pipe, 400, str(error))
    except MemoryError:
        _wrong(pipe, 422, "the query needs more memory than is allowed; ask for less")
    except (RuntimeError, OSError) as error:
        if not _SERVICE.search(request["query"]):
            raise StoreError(sys.argv[1], str(error).partition("\n")[0], "ask again") from error
        _wrong(pipe, 400, "SERVICE is off here: this endpoint asks no other; ask it yourself and join the answers")


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


def _wrong(pipe: IO[bytes], status: int, reason: str) -> None:
    _send(pipe, frames.WRONG, {"status": status, "reason": reason})


def _send(pipe: IO[bytes], kind: bytes, content: Mapping[str, Any] | None = None) -> None:
    pipe.write(frames.frame(kind, b"" if content is None else json.dumps(content).encode()))
    pipe.flush()


if __name__ == "__main__":
    sys.exit(main())
