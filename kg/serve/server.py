"""Runs the application under uvicorn until a signal ends it."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.routing import Route

from kg.errors import KgError
from kg.graph import iris
from kg.graph.store import Store
from kg.serve import sandbox
from kg.serve.app import create
from kg.serve.connection import Connection
from kg.serve.reconcile import Reconciler, routes
from kg.serve.settings import Settings

_KEPT = 15  # seconds that a connection may be silent between requests
_CONNECTIONS = 1000  # more are answered with 503
_GRACE = 5  # seconds for answers to be sent after the time for queries
_log = logging.getLogger("kg.serve")
_BACKLOG = 2048  # connections that the system keeps until they are taken


def run(store: Path | None, settings: Settings, *, host: str, port: int, base: str = iris.BASE) -> None:
    """Serve until SIGTERM or SIGINT; `base` is that of the store's instances. Without a store, the settings' endpoint.

    KgError where the store or the address cannot be used.
    """
    if not sandbox.possible():
        raise KgError("this system cannot keep queries from the network; serve from Linux on x86-64, ARM64 or RISC-V")
    more, renewed = _names(store, settings, base) if store else ((), None)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    server = uvicorn.Server(
        uvicorn.Config(
            create(store, settings, more, renewed, base),
            log_config=None,
            log_level="warning",
            access_log=False,
            ws="none",
            server_header=False,
            http=Connection,
            loop="uvloop",
            timeout_keep_alive=_KEPT,
            timeout_graceful_shutdown=int(settings.limits.seconds) + _GRACE,
            limit_concurrency=_CONNECTIONS,
        )
    )
    with _listening(host, port) as listener:
        _log.info("serving %s at %s", store or settings.endpoint, _address(listener))
        server.run(sockets=[listener])


def _names(store: Path, settings: Settings, base: str) -> tuple[list[Route], Callable[[], None]]:
    """The routes that match names with a store's, and what opens it anew for them. StoreError where it cannot be."""
    reconciler = Reconciler(Store.open_for_reading(store, base=base), base)  # says what is wrong with it in one line
    threading.Thread(target=reconciler.prepare, daemon=True).start()
    at = settings.public and f"{settings.public}/reconcile"
    return routes(reconciler, base_url=at), lambda: reconciler.use(Store.open_for_reading(store, base=base))


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # its connections inherit it: 40 ms less
        return listener
    except OSError as error:
        raise KgError(f"cannot listen at {host}:{port} ({error.strerror}); choose another --port or --host") from error
