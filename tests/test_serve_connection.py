"""Clients that hold connections for nothing are let go: heads that are long or slow, answers that are not read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from kg.serve.connection import Connection

BIG = 64 << 20
left: list[bool] = []


class Hasty(Connection):
    """With little patience, so that the test needs none."""

    patience = 0.5
    stalled = 0.5


async def small(request: Request) -> PlainTextResponse:
    return PlainTextResponse("here")


async def told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.url.path} {request.url.query} {(await request.body()).decode()}")


async def big(request: Request) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        try:
            for _ in range(BIG >> 16):
                yield b"x" * (1 << 16)
        finally:
            left.append(True)

    return StreamingResponse(pieces())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = Starlette(
        routes=[Route("/", small), Route("/big", big), Route("/{path:path}", told, methods=["GET", "POST"])]
    )
    server = uvicorn.Server(uvicorn.Config(app, http=Hasty, loop="uvloop", lifespan="off", log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()


def sent(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """What comes back for these pieces, sent one after the other, until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:  # it is closed already
                break
            time.sleep(pause)
        return connection.makefile("rb").read()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-A"], ids=["none", "half"])
def test_a_head_that_does_not_come_is_not_awaited(port: int, begun: bytes) -> None:
    start = time.perf_counter()
    assert sent(port, begun).startswith(b"HTTP/1.1 408 ") and time.perf_counter() - start < 5


def test_a_head_a_byte_at_a_time_is_not_awaited(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40
    assert b"HTTP/1.1 408 " in sent(port, *(bytes([byte]) for byte in head), pause=0.05)


def test_nor_the_head_after_an_answer(port: int) -> None:
    answer = sent(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in answer


@pytest.mark.parametrize(
    "head", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"GET / HTTP/1.1\r\n"], ids=["address", "value", "many"]
)
def test_a_long_head_is_refused(port: int, head: bytes) -> None:
    more = b"X-Y: z\r\n" * 128 if head.endswith(b"\n") else b"a" * 1024
    assert b"HTTP/1.1 431 " in sent(port, head, *[more] * 100, pause=0.001)


def test_requests_in_a_row_are_answered(port: int) -> None:
    one = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert sent(port, one * 3 + last).count(b"here") == 4


def test_an_answer_that_is_not_read_is_dropped(port: int) -> None:
    left.clear()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        end = time.monotonic() + 10
        while not left:
            assert time.monotonic() < end
            time.sleep(0.05)


LAST = b"Host: x\r\nConnection: close\r\n\r\n"


def test_an_address_in_plain_utf8_is_understood(port: int) -> None:
    answer = sent(port, "GET /place/青溪镇?q=镇 HTTP/1.1\r\n".encode() + LAST)
    assert answer.startswith(b"HTTP/1.1 200 ") and "/place/青溪镇 q=%E9%95%87".encode() in answer
    first = "GET /甲 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    both = sent(port, first, "GET /乙 HTTP/1.1\r\n".encode() + LAST, pause=0.1)
    assert "/甲".encode() in both and "/乙".encode() in both


def test_a_body_that_looks_like_a_request_stays_as_it_is(port: int) -> None:
    body = "GET /甲 HTTP/1.1\r\n\r\n".encode()
    head = b"POST /here HTTP/1.1\r\nContent-Length: %d\r\n" % len(body) + LAST
    assert body in sent(port, head, body, pause=0.1)
    assert sent(port, head + body).count(b"HTTP/1.1 200 ") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"GET /\xff HTTP/1.1\r\n",  # no UTF-8
        b"G\xc3\xa9T / HTTP/1.1\r\n",
        "GET /甲 乙 HTTP/1.1\r\n".encode(),
        "GET /甲 HTTP/1.1\n".encode(),
        "GET /甲\rX HTTP/1.1\r\n".encode(),
        "GET /甲 HTTP/1.1\r\nX\u00a0: y\r\n".encode(),
        "GET /甲 HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n".encode(),
    ],
    ids=["not UTF-8", "method", "blank", "bare LF", "bare CR", "header", "smuggling"],
)
def test_other_lines_are_as_malformed_as_ever(port: int, line: bytes) -> None:
    assert sent(port, line + LAST).startswith(b"HTTP/1.1 400 ")
