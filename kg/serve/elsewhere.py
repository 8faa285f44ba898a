"""What queries want to know of other endpoints: asked by relays, for workers, which have no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kg.serve.child import relay
from kg.serve.federation import ROWS
from kg.serve.pool import Pool
from kg.serve.refused import Refused
from kg.serve.settings import Settings

_AT_ONCE = 2  # relays that ask at a time
_SIZE = 32 << 20  # bytes of an answer


class Elsewhere:
    """The relays to the endpoints that the settings allow; without any it starts none."""

    def __init__(self, settings: Settings) -> None:
        limits, services = settings.limits, settings.services
        self._pool = Pool(relay(limits, *services), replace(limits, workers=_AT_ONCE)) if services else None

    async def start(self) -> None:
        """Start the relays."""
        if self._pool:
            await self._pool.start()

    async def close(self) -> None:
        """End them."""
        if self._pool:
            await self._pool.close()

    async def fetch(self, call: Mapping[str, Any]) -> bytes:
        """The answer to a worker's call in SPARQL JSON; {"wrong": reason} where there is none."""
        asked = {
            **call,
            "formats": {"rows": "json", "graph": None},
            "rows": ROWS,
            "bytes": _SIZE,
            "packed": False,
        }
        try:
            assert self._pool, "workers call for what is allowed"
            reply = await self._pool.ask(asked)
        except Refused as error:
            return json.dumps({"wrong": error.reason}).encode()
        with reply.content as content:
            return content.read()
