"""What may be set of the server, and its limits."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take, and how many are served at a time."""

    seconds: float = 30.0  # for a query from its parsing to the last byte of its answer, and for a body to arrive
    rows: int = 1_000_000  # solutions or triples of an answer
    answer: int = 256 << 20  # bytes of an answer before it is packed
    memory: int = 2 << 30  # bytes of address space that a worker may have beyond what an idle one takes
    workers: int = field(default_factory=lambda: max(4, os.cpu_count() or 1))  # queries that run at a time
    queue: int = 64  # queries that may wait for a worker
    body: int = 256 << 10  # bytes of a request's body, and of a query


@dataclass(frozen=True, slots=True)
class Settings:
    """How the endpoint is served. `public` is its address as clients see it, where a proxy changes that.

    `services` are the endpoints that queries may name with SERVICE. Who has the `token` may update; without one nobody.
    `endpoint` is the address that is asked where there is no store.
    """

    limits: Limits = field(default_factory=Limits)
    public: str = ""
    log: bool = True  # whether every request is logged
    services: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    endpoint: str = ""
