"""What the explorer knows of the store as a whole, asked from the file that kg.serve.index.build makes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.serve.index import tokens
from kg.serve.index.build import VERSION
from kg.serve.refused import Refused

_SECONDS = 2.0  # that a search may take
_STEPS = 10_000  # of SQLite between two looks at the clock
COUNTED = 10_000  # hits are counted no further
_log = logging.getLogger("kg.serve")

_THINGS = """SELECT thing.*, MIN(CASE WHEN label.plain = :plain THEN 0 WHEN label.plain LIKE :begin ESCAPE '\\' THEN 1
  WHEN label.plain LIKE :inside ESCAPE '\\' THEN 2 ELSE 3 END) AS near, MIN(LENGTH(label.plain)) AS length
FROM name JOIN label ON label.id = name.rowid JOIN thing ON thing.id = label.thing
WHERE name MATCH :match AND (:kind = '' OR thing.kind = :kind)
GROUP BY thing.id ORDER BY near, thing.weight DESC, length, thing.iri LIMIT :limit OFFSET :offset"""
_KINDS = """SELECT thing.kind, COUNT(DISTINCT thing.id)
FROM name JOIN label ON label.id = name.rowid JOIN thing ON thing.id = label.thing
WHERE name MATCH :match GROUP BY thing.kind"""
_LINES = """SELECT line.start, line.text, thing.iri, thing.zh, thing.note
FROM said JOIN line ON line.id = said.rowid JOIN thing ON thing.id = line.thing
WHERE said MATCH :match ORDER BY rank, line.id LIMIT :limit OFFSET :offset"""
_COUNT = f"SELECT COUNT(*) FROM (SELECT 1 FROM said WHERE said MATCH :match LIMIT {COUNTED})"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name belongs to: `kind` is place, programme, strategy, indicator, area or report."""

    iri: str
    kind: str
    zh: str
    en: str
    note: Mapping[str, Any]
    weight: int

    def name(self, language: str) -> str:
        """What it is called in zh or en."""
        return (language == "en" and self.en) or self.zh


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report that has what was searched for, and where it begins."""

    report: str
    title: str
    note: Mapping[str, Any]
    start: int
    text: str


class Index:
    """The index of a source, a store's folder or an endpoint's address; it lies beside the store where it may."""

    def __init__(self, source: Path | str) -> None:
        self._source = source
        self._turn = asyncio.Lock()
        self._waiting = False
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self.path = self._place()

    async def renew(self) -> None:
        """Make the index if the source has changed; questions go to the old one meanwhile."""
        if self._waiting:  # that one will see what we have seen
            return
        self._waiting = True
        async with self._turn:
            self._waiting = False
            await self._make()

    async def _make(self) -> None:
        call = (sys.executable, "-P", "-m", "kg.serve.index.build", str(self._source), str(self.path))
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = await asyncio.create_subprocess_exec(
            *call, env=environment, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            _log.error("the index for the search was not made: %s", said.decode(errors="replace").strip()[-500:])

    def close(self) -> None:
        """Let go of the folder, if it is one of our own."""
        if self._own:
            self._own.cleanup()

    @property
    def ready(self) -> bool:
        """Whether there is an index yet."""
        return self.path.is_file()

    async def things(self, question: str, kind: str = "", limit: int = 10, offset: int = 0) -> list[Thing]:
        """The things whose names have what is asked for: first those that are called just so or begin so."""
        plain = tokens.plain(question)
        like = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values = {"plain": plain, "begin": f"{like}%", "inside": f"%{like}%", "kind": kind, "offset": offset}
        rows = await self._rows(_THINGS, tokens.name_like(question), limit=limit, **values)
        return [Thing(iri, kind, zh, en, json.loads(note), weight) for _, iri, kind, zh, en, note, weight, *_ in rows]

    async def kinds(self, question: str) -> dict[str, int]:
        """Kind → number of things whose names have what is asked for."""
        return dict(await self._rows(_KINDS, tokens.name_like(question)))

    async def lines(self, question: str, limit: int = 20, offset: int = 0) -> list[Line]:
        """The lines of texts that have all words of a question, those that are most about them first."""
        rows = await self._rows(_LINES, tokens.text_like(question), limit=limit, offset=offset)
        return [Line(iri, title, json.loads(note), start, text) for start, text, iri, title, note in rows]

    async def count(self, question: str) -> int:
        """The number of lines that have all words of a question, COUNTED at most."""
        rows = await self._rows(_COUNT, tokens.text_like(question))
        return int(rows[0][0]) if rows else 0

    async def known(self, key: str) -> Any:
        """What is known as a whole: sizes, areas, places, new."""
        ((value,),) = await self._rows("SELECT value FROM known WHERE key = :key", "all", key=key)
        return json.loads(value)

    async def size(self) -> int:
        """The number of things that have names."""
        return int((await self._rows("SELECT COUNT(*) FROM thing", "all"))[0][0])

    async def iris(self, limit: int, offset: int) -> list[str]:
        """The IRIs of things, in the order of the index."""
        query = "SELECT iri FROM thing WHERE id > :offset ORDER BY id LIMIT :limit"
        return [iri for (iri,) in await self._rows(query, "all", limit=limit, offset=offset)]

    async def _rows(self, query: str, match: str, **values: object) -> Sequence[tuple[Any, ...]]:
        if not self.ready:
            raise Refused(503, "the search is being prepared; try again in a minute", again=10)
        return await asyncio.to_thread(self._ask, query, {"match": match, **values}) if match else []

    def _ask(self, query: str, values: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as index:
            end = time.monotonic() + _SECONDS
            index.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            try:
                return index.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                raise Refused(503, f"the search took more than {_SECONDS:g} seconds; ask with fewer words") from error

    def _place(self) -> Path:
        name = f"search-{VERSION}.sqlite"
        if isinstance(self._source, Path) and os.access(self._source.absolute().parent, os.W_OK):
            return self._source.with_name(f"{self._source.name}.{name}")
        self._own = tempfile.TemporaryDirectory(prefix="kg-")
        return Path(self._own.name) / name
