"""Streams of bytes that were looked into, and streams that may not go on for ever."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from typing import BinaryIO, cast

RATIO, ALWAYS = 200, 1 << 30  # text packs to a twentieth, repeated text to a hundredth; 1 GB may come out of any file


class Bomb(Exception):
    """More came out of a file than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Budget:
    """How many bytes may come out of a file of `size` bytes, over all archives in archives."""

    def __init__(self, size: int) -> None:
        self.most = max(ALWAYS, RATIO * size)
        self._left = self.most

    def spend(self, count: int) -> None:
        """Count bytes that came out; Bomb where they are too many."""
        self._left -= count
        if self._left < 0:
            raise Bomb(self.most)


class _Joined(RawIOBase):
    """The bytes that were read from a stream to look at it, and then the stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = memoryview(head), stream

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the base takes any buffer
        """Fill the buffer, from the head as long as there is any."""
        piece = self._head[: len(buffer)] if self._head else self._stream.read(len(buffer))
        self._head = self._head[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


class _Counted(RawIOBase):
    """A stream whose bytes are spent from a budget."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer and count what came."""
        piece = self._stream.read(len(buffer))
        self._budget.spend(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the stream too."""
        self._stream.close()
        super().close()


def joined(head: bytes, stream: BinaryIO) -> BinaryIO:
    """The stream with the bytes in front that were read from it to look at."""
    return cast(BinaryIO, BufferedReader(_Joined(head, stream)))


def counted(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """The stream, its bytes spent from the budget as they are read; Bomb where they are too many."""
    return cast(BinaryIO, BufferedReader(_Counted(stream, budget)))
