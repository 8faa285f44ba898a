"""The faint dots that maps lie on: where the packaged gazetteer knows townships, coarse enough to be small.

{"step": degrees, "rows": {row of latitude: [column of the first longitude, steps to the next ones …]}}
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from kg import resources
from kg.link.coordinates import TABLE
from kg.serve.reply import packs
from kg.serve.site.render import SAFE

STEP = 0.05  # degrees between two dots, about a pixel of a map of the whole country
_TOWNSHIP = 9  # digits of its code
_KEPT = "public, max-age=86400"


async def land(request: Request) -> Response:
    """The dots as JSON, packed where the browser takes it so."""
    plain, packed, etag = _content()
    headers = {**SAFE, "Cache-Control": _KEPT, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if packs(request):
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type="application/json")
    return Response(plain, headers=headers, media_type="application/json")


def rows() -> dict[int, list[int]]:
    """Row of latitude → the column of its first dot, and the steps from each dot to the next, in STEPs."""
    columns: dict[int, set[int]] = defaultdict(set)
    for lon, lat in _points():
        columns[round(lat / STEP)].add(round(lon / STEP))
    return {row: _steps(sorted(found)) for row, found in sorted(columns.items())}


def _steps(columns: list[int]) -> list[int]:
    return [column - before for before, column in zip([0, *columns], columns, strict=False)]


def _points() -> Iterator[tuple[float, float]]:
    """Longitude and latitude of all townships that have a point."""
    for line in gzip.decompress(resources.data(TABLE).read_bytes()).decode().splitlines():
        code, *cells = line.split("\t")
        if len(code) == _TOWNSHIP and code.isdigit():
            yield float(cells[0]), float(cells[1])


@cache
def _content() -> tuple[bytes, bytes, str]:
    plain = json.dumps({"step": STEP, "rows": rows()}, separators=(",", ":")).encode()
    return plain, gzip.compress(plain, mtime=0), f'W/"{hashlib.blake2b(plain, digest_size=9).hexdigest()}"'
