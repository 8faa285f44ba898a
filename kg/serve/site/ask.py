"""Asks the packaged queries that pages are made of, in the same killable workers that answer strangers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from kg.graph import queries
from kg.graph.namespaces import PREFIXES
from kg.oxigraph import Term, check
from kg.serve.child import Reply
from kg.serve.pool import Pool
from kg.serve.refused import Refused
from kg.serve.settings import Limits

Row = Mapping[str, str]  # variable → value; "" where it is unbound


class Asker:
    """Asks queries of queries/pages by their names, others by their names with the folder (tables/units)."""

    def __init__(self, pool: Pool, limits: Limits) -> None:
        self._pool, self._limits = pool, limits

    async def rows(self, name: str, **values: Term | Sequence[Term]) -> list[Row]:
        """The rows of a query with variables bound; Refused as the pool says."""
        answer = await self._json(bound(name, values))
        variables: list[str] = answer["head"]["vars"]
        return [
            {name: row[name]["value"] if name in row else "" for name in variables}
            for row in answer["results"]["bindings"]
        ]

    async def all(self, *names: str, **values: Term | Sequence[Term]) -> list[list[Row]]:
        """The rows of several queries with the same variables bound, asked at the same time."""
        return list(await asyncio.gather(*(self.rows(name, **values) for name in names)))

    def within_limit(self, rows: int) -> None:
        """Refused where something put together of several answers has more rows than one answer may."""
        if rows > self._limits.rows:
            raise Refused(422, f"more than {self._limits.rows:,} rows; ask for less")

    async def graph(self, name: str, format: str, packed: bool, **values: Term | Sequence[Term]) -> Reply:
        """The triples of a CONSTRUCT query in a format of kg.serve.media; the taker closes the reply's content."""
        return await self._ask(bound(name, values), {"rows": None, "graph": format}, packed=packed)

    async def _json(self, text: str) -> Any:
        reply = await self._ask(text, {"rows": "json", "graph": None}, packed=False)
        with reply.content as content:
            return json.loads(content.read())

    async def _ask(self, text: str, formats: Mapping[str, str | None], *, packed: bool) -> Reply:
        return await self._pool.ask(
            {
                "query": text,
                "base": None,
                "dataset": None,
                "formats": formats,
                "rows": self._limits.rows,
                "bytes": self._limits.answer,
                "packed": packed,
            }
        )


def iri(value: str) -> Term:
    """An IRI as a term to bind."""
    return Term(value, "iri")


def bound(name: str, values: Mapping[str, Term | Sequence[Term]]) -> str:
    """The text of a page's query with its variables bound; QueryError for a variable that it has not."""
    terms = {name: [value] if isinstance(value, Term) else list(value) for name, value in values.items()}
    return queries.bind(_text(name), terms)


@cache
def _text(name: str) -> str:
    """A page's query, with the prefixes that it leaves out."""
    text = queries.load(name if "/" in name else f"pages/{name}").text
    check(text, PREFIXES)
    return text


def first(rows: Iterable[Row]) -> Row | None:
    """The first row, if there is one."""
    return next(iter(rows), None)
