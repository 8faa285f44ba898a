"""A server of the Model Context Protocol: what assistants may ask of a store, each answer with its evidence.

Queries run in the same killable workers, without a network, that answer strangers over HTTP. The library `mcp` brings
the protocol; it is an extra, so only the command imports this module.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from kg import __version__
from kg.errors import KgError
from kg.graph import iris, queries
from kg.graph.store import Store
from kg.serve.child import engine
from kg.serve.index.ask import Index
from kg.serve.pool import Pool
from kg.serve.reconcile import Reconciler
from kg.serve.settings import Limits, Settings

_INSTRUCTIONS = """A knowledge graph of annual work reports (年度工作总结, 政府工作报告) of Chinese townships: places,
programmes, strategies, indicators, and outcomes (numbers), each with the sentence of the report that says it.
Begin with `search` for names and their IRIs, take numbers from `facts`, what no number says from `texts`, and for
anything else read `examples` and write SPARQL. Cite the sentence (evidence) and the report (source) of each number.
What is planned is not achieved."""
# Whom facts are about → the packaged query, and its parameter.
_FACTS = {
    "place": ("place-numbers", "place"),
    "programme": ("programme-numbers", "programme"),
    "indicator": ("outcomes-by-keyword", "keyword"),
    "report": ("report-numbers", "source"),
}
_MOST = 200  # rows of facts
_LINES = 30  # of texts
_PATIENCE = 30  # seconds to wait for the index of texts when it is made for the first time
_FORMATS = {"rows": "tsv", "graph": "turtle"}


class Assistants:
    """The tools over the store at `path`; `base` is that of its instances. StoreError where it cannot be opened."""

    def __init__(self, path: Path, limits: Limits, base: str = iris.BASE) -> None:
        self._limits = limits
        self._pool = Pool(engine(path, Settings(limits)), limits)
        self._names = Reconciler(Store.open_for_reading(path, base=base), base)
        self._index = Index(path)
        self._base = base

    def server(self) -> MCPServer[None]:
        """The server; it runs until its client closes the pipe."""
        server = MCPServer(
            "township-kg", instructions=_INSTRUCTIONS, version=__version__, lifespan=self._life, log_level="WARNING"
        )
        for tool in (self.search, self.facts, self.texts, self.sparql, self.examples):
            server.tool()(tool)
        return server

    @asynccontextmanager
    async def _life(self, server: MCPServer[None]) -> AsyncIterator[None]:
        threading.Thread(target=self._names.prepare, daemon=True).start()
        self._renewal = asyncio.ensure_future(self._index.renew())
        try:
            await self._pool.start()
            yield
        finally:
            self._renewal.cancel()
            await asyncio.gather(self._pool.close(), self._renewal, return_exceptions=True)
            self._index.close()

    async def search(
        self, text: Annotated[str, Field(description="A name or its beginning, in Chinese: 县溪镇, 厕所革命, 改厕")]
    ) -> list[dict[str, str]]:
        """Places, programmes, strategies and indicators of that name: name, description and IRI."""
        found = await asyncio.to_thread(self._names.suggest, "entity", text)
        return [
            {"name": one["name"], "description": one.get("description", ""), "iri": self._base + one["id"]}
            for one in found["result"]
        ]

    async def facts(
        self,
        about: Annotated[Literal["place", "programme", "indicator", "report"], Field(description="What `name` names")],
        name: Annotated[
            str, Field(description="青溪镇; 厕所革命; a word of an indicator: 收入; a report's file: 000.txt")
        ],
    ) -> str:
        """Numbers of a place, programme or report, or those whose indicator has a word, with the sentences, as CSV."""
        query, parameter = _FACTS[about]
        with _explained():
            loaded = queries.load(query)
            example = queries.parameters(loaded)[parameter].example
            text = queries.bind(loaded.text, {parameter: [queries.term(name, example)]})
            return _shortened(await self._ask(f"{text}\nLIMIT {_MOST + 1}", {**_FORMATS, "rows": "csv"}))

    async def texts(
        self, words: Annotated[str, Field(description="Words that a line is to have, all of them: 厕所 验收")]
    ) -> list[dict[str, str | int]]:
        """Lines of reports with these words, those most about them first: the line, its report, where it begins."""
        if not self._index.ready:
            await asyncio.wait([self._renewal], timeout=_PATIENCE)
        with _explained():
            found = await self._index.lines(words, _LINES)
        return [{"text": line.text, "report": line.title, "iri": line.report, "start": line.start} for line in found]

    async def sparql(self, query: Annotated[str, Field(description="SPARQL 1.1, with its PREFIX lines")]) -> str:
        """The answer to a query: TSV for SELECT and ASK, Turtle for CONSTRUCT and DESCRIBE. All graphs are asked."""
        with _explained():
            return await self._ask(query, _FORMATS)

    async def examples(
        self, name: Annotated[str, Field(description="Of a query, to read its text; empty for the list")] = ""
    ) -> str:
        """Queries to learn from: all names with what each answers, or the text of one."""
        with _explained():
            if name:
                return queries.load(name).text if name in queries.names() else _unknown(name)
            plain = (queries.load(one) for one in queries.names() if "/" not in one)
            return "\n".join(f"{query.name}: {query.sentence}" for query in plain)

    async def _ask(self, query: str, formats: Mapping[str, str]) -> str:
        asked: dict[str, Any] = {"query": query, "base": None, "formats": formats, "packed": False}
        reply = await self._pool.ask({**asked, "rows": self._limits.rows, "bytes": self._limits.answer})
        with reply.content as content:
            return content.read().decode()


@contextmanager
def _explained() -> Iterator[None]:
    """What goes wrong is said to the assistant, in a line."""
    try:
        yield
    except KgError as error:
        raise ToolError(str(error)) from error


def _unknown(name: str) -> str:
    raise KgError(f"there is no query {json.dumps(name)[:80]}; ask for the list of them, without a name")


def _shortened(table: str) -> str:
    """CSV with no more than the most rows, and a last line where there are more."""
    rows = list(csv.reader(io.StringIO(table, newline="")))
    if len(rows) <= _MOST + 1:
        return table
    out = io.StringIO()
    csv.writer(out).writerows(rows[: _MOST + 1])
    return f"{out.getvalue()}# there are more than {_MOST}; ask with SPARQL for those you need\r\n"
