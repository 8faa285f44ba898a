"""Work spread over processes: in order, with a bound on what waits, and a process that dies costs one item only."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context
from typing import Generic, TypeVar

BATCH = 32  # items a worker takes at a time
HEAVY = 8 << 20  # bytes at which a batch is full with fewer
AHEAD = 3  # batches a worker may be ahead of who takes the results, which bounds what waits in memory
ALONE = 64  # so many items are done sooner by one process than workers start

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Work(Generic[Item, Result]):
    """What is to be done with each item, in functions that a process can be sent.

    `weight`: the bytes that an item takes while it waits; `lost`: the result for an item over which a process died
    (its bytes broke a library, or the memory was full).
    """

    do: Callable[[Item], Result]
    weight: Callable[[Item], int]
    lost: Callable[[Item], Result]

    def spread(self, items: Iterable[Item], *, jobs: int | None = None) -> Iterator[Result]:
        """The results in the order of the items; many are worked out by `jobs` processes, by default on all cores."""
        items = iter(items)
        first = list(islice(items, ALONE))
        workers = jobs or os.cpu_count() or 1
        everything = chain(first, items)
        if workers == 1 or len(first) < ALONE:
            yield from map(self.do, everything)
        else:
            yield from self._in_processes(self._batches(everything), workers)

    def _batches(self, items: Iterable[Item]) -> Iterator[list[Item]]:
        batch: list[Item] = []
        heavy = 0
        for item in items:
            batch.append(item)
            heavy += self.weight(item)
            if len(batch) == BATCH or heavy >= HEAVY:
                yield batch
                batch, heavy = [], 0
        if batch:
            yield batch

    def _in_processes(self, batches: Iterator[list[Item]], workers: int) -> Iterator[Result]:
        """The results of the batches; where a process died over one, its items are done one by one in new processes."""
        pool = _pool(workers)
        waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()
        try:
            while True:
                for batch in islice(batches, AHEAD * workers - len(waiting)):
                    waiting.append((batch, pool.submit(self._batch, batch)))
                if not waiting:
                    return
                batch, future = waiting.popleft()
                try:
                    done = future.result()
                except BrokenProcessPool:
                    done = [self._carefully(item) for item in batch]
                    pool.shutdown(wait=False, cancel_futures=True)
                    pool = _pool(workers)
                    waiting = deque((later, pool.submit(self._batch, later)) for later, _ in waiting)
                yield from done
        finally:
            pool.shutdown(cancel_futures=True)

    def _batch(self, batch: list[Item]) -> list[Result]:
        return [self.do(item) for item in batch]

    def _carefully(self, item: Item) -> Result:
        """One item done in a process of its own."""
        with _pool(1) as pool:
            try:
                return pool.submit(self.do, item).result()
            except BrokenProcessPool:
                return self.lost(item)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
