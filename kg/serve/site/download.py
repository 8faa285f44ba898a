"""The numbers of a place, programme, strategy, indicator or report as a table for Excel: CSV with a byte order mark.

The columns are those of `kg export --format csv`. Reports are asked some at a time in the workers, and what their
numbers refer to with them; the file is complete before its first byte is sent.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kg.export.tables.columns import tables
from kg.export.tables.delimited import MARK, blocks, lines
from kg.export.tables.joined import Joined, typed
from kg.export.tables.lookups import Lookups, Strings
from kg.export.tables.rows import REPORTS
from kg.graph.namespaces import SDMX_DIMENSION, TKG
from kg.oxigraph import Term
from kg.serve.child import Reply
from kg.serve.refused import Refused
from kg.serve.reply import Whole
from kg.serve.site import readable
from kg.serve.site.ask import Asker, Row, iri
from kg.serve.site.words import language, words

CSV = "text/csv"
_IN_MEMORY = 1 << 20  # bytes of a file that need no disk
_REPORT = tables()["reports"].header
_ASKED = {"places": "place", "concepts": "concept", "units": "unit", "periods": "period", "reports": "report"}


async def answer(request: Request, ask: Asker, this: str, kinds: Sequence[str], name: str) -> Response:
    """The file, to be saved as `name`, with all columns, or (?columns=readable) with those for people.

    Refused where numbers never refer to such a thing, or there are too many.
    """
    chosen = await _chosen(ask, this, kinds)
    spoken = language(request) if request.query_params.get("columns") == "readable" else ""
    content: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        tag = await _write(ask, chosen, content, spoken)
    except BaseException:
        content.close()
        raise
    size = content.tell()
    content.seek(0)
    response = Whole(request, Reply(content, size, "csv", False, tag, 0), CSV)
    file = f"{name}-{words(spoken)['numbers']}" if spoken else name
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file, safe='')}.csv"
    return response


class _Chosen:
    """Which numbers are wanted: of which reports, what is bound in the query, and of which places."""

    def __init__(self, reports: Iterable[str], bound: Mapping[str, list[Term]], places: Iterable[str] = ()) -> None:
        self.reports, self.bound, self.places = sorted(reports), bound, frozenset(places)

    def has(self, row: Row) -> bool:
        """Whether a number of the reports is wanted."""
        return not self.places or row["place"] in self.places


async def _chosen(ask: Asker, this: str, kinds: Sequence[str]) -> _Chosen:
    if TKG.Report in kinds:
        return _Chosen([this], {})
    if TKG.Place in kinds:
        places = [row["place"] for row in await ask.rows("below", this=iri(this))]
        return _Chosen(await _holding(ask, SDMX_DIMENSION.refArea, places), {}, places)
    if TKG.Indicator in kinds:
        return _Chosen(await _holding(ask, TKG.indicator, [this]), {"indicator": [iri(this)]})
    if TKG.Programme in kinds:
        parts = [row["part"] for row in await ask.rows("parts", this=iri(this))]
        return _Chosen(await _holding(ask, TKG.programme, parts), {"programme": [iri(part) for part in parts]})
    if TKG.Strategy in kinds:
        rows = await ask.rows("pointing-at", this=iri(this))
        serving = sorted({row["subject"] for row in rows if row["property"] == TKG.servesStrategy})
        reports = await _holding(ask, TKG.programme, serving) if serving else []
        return _Chosen(reports, {"programme": [iri(one) for one in serving]})
    raise Refused(404, "there are no numbers of such a thing; .ttl and .jsonld say what is known of it")


async def _holding(ask: Asker, property: str, values: Sequence[str]) -> list[str]:
    """The reports that hold numbers with one of some values."""
    rows = await ask.rows("tables/holding", property=iri(property), value=[iri(one) for one in values])
    return [row["report"] for row in rows]


async def _write(ask: Asker, chosen: _Chosen, out: SpooledTemporaryFile[bytes], spoken: str) -> str:
    """Write the table, for people in a language or with all columns (""); its tag. Refused beyond the limit of rows."""
    digest, rows, first = hashlib.blake2b(digest_size=12), 0, True
    out.write(MARK.encode())
    for at in range(0, max(len(chosen.reports), 1), REPORTS):
        said = await _said(ask, chosen, chosen.reports[at : at + REPORTS])
        rows += len(said)
        ask.within_limit(rows)
        for block in await asyncio.to_thread(_blocks, said, await _lookups(ask, said), spoken):
            text = (block if first else block.partition("\r\n")[2]).encode()  # one header for all
            digest.update(text)
            out.write(text)
        first = False
    return digest.hexdigest()


async def _said(ask: Asker, chosen: _Chosen, reports: Sequence[str]) -> list[Row]:
    """The wanted numbers of some reports, as these have them."""
    if not reports:
        return []
    rows = await ask.rows("tables/outcomes", report=[iri(one) for one in reports], **chosen.bound)
    return sorted(filter(chosen.has, rows), key=lambda row: (row["report"], int(row["start"])))


async def _lookups(ask: Asker, said: Sequence[Row]) -> dict[str, list[Strings]]:
    """What numbers refer to, as the rows of queries/tables."""
    used = {name: {row[name] for row in said} for name in ("report", "period", "programme", "indicator", "measured")}
    above = await _rows(ask, "above", "this", {row["place"] for row in said})
    services = await _rows(ask, "tables/services", "programme", used["programme"])
    wanted = {
        "places": {row["place"] for row in said} | {str(iri) for row in above for iri in row},
        "concepts": used["programme"] | used["indicator"] | {str(row[1]) for row in services},
        "units": used["measured"],
        "periods": used["period"],
        "reports": used["report"],
    }
    found = await asyncio.gather(*(_rows(ask, f"tables/{name}", _ASKED[name], wanted[name]) for name in wanted))
    return {**dict(zip(wanted, found, strict=True)), "services": services}


async def _rows(ask: Asker, query: str, variable: str, things: Iterable[str]) -> list[Strings]:
    asked = [iri(one) for one in sorted(things) if one]
    rows = await ask.rows(query, **{variable: asked}) if asked else []
    return [tuple(value or None for value in row.values()) for row in rows]


def _blocks(said: Iterable[Row], known: Mapping[str, list[Strings]], spoken: str) -> list[str]:
    """The table with a header, some lines at a time."""
    reports = {str(row[0]): dict(zip(_REPORT, row, strict=True)) for row in known["reports"]}
    joined = Joined(Lookups(known.__getitem__), reports)
    rows = (joined.outcome({name: value or None for name, value in row.items()}) for row in said)
    if spoken:
        return list(lines(readable.header(spoken), (readable.row(row, spoken) for row in rows)))
    return list(blocks("outcomes", (typed("outcomes", row) for row in rows)))
