"""A connection of HTTP that nobody can hold for nothing: its head is short and comes soon, its answers are taken."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote_from_bytes

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

_LINE = re.compile(rb"(?P<method>[A-Z]+ )(?P<target>[^ \r\n]*[^\x00-\x7f][^ \r\n]*)(?P<version> HTTP/1\.[01]\r\n)")
_ASCII = bytes(range(128))


class Connection(HttpToolsProtocol):
    """uvicorn's, with limits for clients that send their head without end or slowly, or do not read."""

    longest = 64 << 10  # bytes of a request's line and headers
    patience = 10.0  # seconds for them to arrive
    stalled = 60.0  # seconds in which a client takes nothing of an answer

    _head: asyncio.TimerHandle | None = None  # runs while a head is awaited
    _stall: asyncio.TimerHandle | None = None
    _size = 0  # bytes of the head that is awaited
    _between = True  # whether no message has begun, so that what comes next is a request's line

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Await the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that grows too long is refused."""
        self._size += len(data)
        super().data_received(encoded(data) if self._between else data)
        if self._head is not None and self._size > self.longest:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._between = False
        super().on_message_begin()
        if self._head is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """It is there."""
        if self._head is not None:
            self._head.cancel()
            self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there, with its body."""
        self._between = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client takes less than is sent."""
        super().pause_writing()
        self._stall = self.loop.call_later(self.stalled, self.transport.abort)

    def resume_writing(self) -> None:
        """It has taken some of it."""
        super().resume_writing()
        if self._stall is not None:
            self._stall.cancel()

    def _await_head(self) -> None:
        self._size = 0
        self._head = self.loop.call_later(self.patience, self._refuse, 408)

    def _refuse(self, status: int) -> None:
        self._cancel()
        if not self.transport.is_closing():
            self.transport.write(STATUS_LINE[status] + b"connection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()

    def _cancel(self) -> None:
        for timer in (self._head, self._stall):
            if timer is not None:
                timer.cancel()
        self._head = None


def encoded(data: bytes) -> bytes:
    """The beginning of a request, with an address in plain UTF-8 (as curl sends 青溪镇) percent-encoded.

    Only where the whole line of the request is there, well formed but for that; no byte that frames a request changes.
    """
    line = _LINE.match(data)
    if line is None or not _is_utf8(line["target"]):
        return data
    target = quote_from_bytes(line["target"], safe=_ASCII).encode()
    return line["method"] + target + line["version"] + data[line.end() :]


def _is_utf8(text: bytes) -> bool:
    return text.decode("utf-8", "ignore").encode() == text
