"""An answer on its way out of a worker: counted, cleaned, hashed, packed and framed."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from typing import IO

from kg.serve import frames
from kg.serve.refused import Refused

PACKED_FROM = 1400  # bytes: what fits one packet gains nothing by packing
_AT_A_TIME = 64 << 10
_LEVEL = 4  # of gzip: half the time of 6 for a few percent
_GZIP = 31  # window of zlib that makes it write gzip's format
_BROKEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # what XML cannot hold, not even escaped
_REPLACEMENT = "\ufffd".encode()

_UNSETTLED = (b"\xef", b"\xef\xbf")  # what may begin one of them


@dataclass(slots=True)
class _Rows:
    """Counts the rows of a results format by a mark between them that is not within a string."""

    mark: bytes
    more: int  # rows that there are beyond the marks
    quoted: bool  # whether strings are quoted and may hold the mark
    found: int = 0
    _inside: int = 0
    _rest: bytes = b""

    def add(self, chunk: bytes) -> int:
        """The number of rows up to the end of this next piece."""
        text = self._rest + (self._outside(chunk) if self.quoted else chunk)
        self.found += text.count(self.mark)
        self._rest = text[max(0, len(text) - len(self.mark) + 1) :]
        return self.found + self.more

    def _outside(self, chunk: bytes) -> bytes:
        """What is not within quotes. (CSV doubles a quote in a string, which closes and opens it again.)"""
        parts = chunk.split(b'"')
        outside = parts[self._inside :: 2]
        self._inside ^= (len(parts) - 1) & 1
        return b'"'.join(outside)


def _counter(format: str) -> _Rows | None:
    match format:
        case "json":
            return _Rows(b"},{", 1, quoted=True)
        case "csv":
            return _Rows(b"\r\n", -1, quoted=True)
        case "tsv":
            return _Rows(b"\n", -1, quoted=False)
        case "xml":
            return _Rows(b"<result>", 0, quoted=False)
    return None


class Out:
    """A file to which the engine writes an answer in `format`, and which sends it on in frames.

    Refused, status 422, where it has more than `rows` rows or `size` bytes. `packed`: whether gzip is welcome.
    """

    def __init__(self, pipe: IO[bytes], format: str, *, rows: int, size: int, packed: bool) -> None:
        self._pipe, self._format, self._most_rows, self._most_bytes = pipe, format, rows, size
        self._packed = packed
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._rows = _counter(format)
        self._triples = self._size = 0
        self._waiting = bytearray()
        self._escape = b""  # of JSON: a backslash whose other half comes next
        self._digest = hashlib.blake2b(digest_size=12)
        self._begun = False

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._waiting += data
        if len(self._waiting) >= _AT_A_TIME:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Nothing: what waits is sent when it is enough or all."""

    def triple(self) -> None:
        """Count a triple that will be written."""
        self._triples += 1
        self._keep("triples", self._triples, self._most_rows)

    def close(self) -> None:
        """Send what is left, and the end."""
        self._packed = self._packed and (self._begun or len(self._waiting) >= PACKED_FROM)
        self._send(last=True)
        head = {"format": self._format, "packed": self._packed, "etag": self._digest.hexdigest()}
        self._pipe.write(frames.frame(frames.END, json.dumps(head).encode()))
        self._pipe.flush()

    def _send(self, *, last: bool = False) -> None:
        chunk = self._cleaned(last=last)
        self._count(chunk)
        self._digest.update(chunk)
        self._begun = True
        if self._packed:
            chunk = self._packer.compress(chunk) + (self._packer.flush() if last else b"")
        self._pipe.write(frames.frame(frames.DATA, chunk))

    def _cleaned(self, *, last: bool) -> bytes:
        chunk = bytes(self._waiting)
        self._waiting.clear()
        if self._format not in ("xml", "rdfxml"):
            return chunk
        if not last and chunk.endswith(_UNSETTLED):
            cut = chunk.rindex(b"\xef")
            self._waiting += chunk[cut:]
            chunk = chunk[:cut]
        return _BROKEN.sub(_REPLACEMENT, chunk)

    def _count(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._keep("bytes", self._size, self._most_bytes)
        if self._rows is not None:
            self._keep("rows", self._rows.add(self._unescaped(chunk)), self._most_rows)

    def _unescaped(self, chunk: bytes) -> bytes:
        """JSON without what it escapes, so that every quote left opens or closes a string."""
        if self._format != "json":
            return chunk
        text = (self._escape + chunk).replace(rb"\\", b"")
        self._escape = b"\\" if text.endswith(b"\\") else b""
        return text.removesuffix(b"\\").replace(rb"\"", b"")

    def _keep(self, what: str, found: int, most: int) -> None:
        if found > most:
            raise Refused(422, f"the answer has more than {most:,} {what}; ask for less, with LIMIT say")
