"""A SPARQL server that speaks like Wikidata's and can be told to misbehave: known items, slow, failing, cut answers."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox

Trouble = Callable[["Handler", int], bool]
"""Told the handler and how many queries came before; whether it has answered already."""


class Server(ThreadingHTTPServer):
    """The server; `asked` are the queries that came, `headers` theirs."""

    daemon_threads = True

    def __init__(self, data: str) -> None:
        """`data`: what it holds, as Turtle."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.store.load(data.encode(), ox.RdfFormat.TURTLE)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.trouble: Trouble = lambda handler, number: False

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class Handler(BaseHTTPRequestHandler):
    """Answers a query posted as a form or as itself."""

    server: Server

    def do_POST(self) -> None:
        """Answer, or do what trouble does."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = body if "sparql-query" in self.headers["Content-Type"] else parse_qs(body)["query"][0]
        self.server.asked.append(query)
        self.server.headers.append(dict(self.headers.items()))
        if not self.server.trouble(self, len(self.server.asked) - 1):
            self.answer(200, self.result())

    def result(self) -> bytes:
        """The right answer to the last query."""
        answer = self.server.store.query(self.server.asked[-1], use_default_graph_as_union=True)
        assert not isinstance(answer, ox.QueryTriples)
        content = answer.serialize(format=ox.QueryResultsFormat.JSON)
        assert content is not None
        return content

    def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
        """Send this, with headers like ``Retry_After="1"``; always true."""
        self.send_response(status)
        sizes = {"Content-Length": str(len(body)), "Content-Type": "application/sparql-results+json"}
        for name, value in (sizes | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, *_: object) -> None:
        """Nothing is said on the terminal."""
