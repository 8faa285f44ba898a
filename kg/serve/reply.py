"""The response that carries a worker's answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.serve.child import Reply
from kg.serve.media import choose, with_charset

_CHUNK = 256 << 10  # bytes that are sent at a time
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",  # an answer is no page, whatever stands in it
}


def packs(request: Request) -> bool:
    """Whether a client takes answers packed with gzip."""
    header = request.headers.get("accept-encoding", "")
    return bool(header) and choose(header, {"gzip": "gzip"}) is not None


class Whole(Response):
    """A reply's bytes with their length and tag: all of them are there before the first is sent."""

    def __init__(self, request: Request, reply: Reply, media: str) -> None:
        self._reply = reply
        self._etag = f'"{reply.etag}{"-gzip" if reply.packed else ""}"'
        known = request.headers.get("if-none-match", "")
        fresh = known.strip() == "*" or self._etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
        self.status_code = 304 if fresh and request.method in ("GET", "HEAD") else 200
        self._bodiless = request.method == "HEAD" or self.status_code == 304
        self.background = None
        self.body = b""
        self.init_headers(self._head(media))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and let its file go."""
        with self._reply.content as content:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            left = 0 if self._bodiless else self._reply.size
            while left > 0:
                piece = content.read(_CHUNK)
                left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
            if self._bodiless or not self._reply.size:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _head(self, media: str) -> dict[str, str]:
        head = {
            "ETag": self._etag,
            "Cache-Control": "no-cache",  # keep it, and ask whether it still holds
            "Vary": "Accept, Accept-Encoding",
            "Server-Timing": f"query;dur={self._reply.seconds * 1000:.1f}",
            **SAFE,
        }
        if self.status_code == 304:
            return head
        head |= {"Content-Type": with_charset(media), "Content-Length": str(self._reply.size)}
        return head | ({"Content-Encoding": "gzip"} if self._reply.packed else {})
