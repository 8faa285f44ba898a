"""All that is looked at in a store, asked some at a time: shapes, checks, triple counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from kg import resources
from kg.graph.store import Store
from kg.validate import checks, shapes
from kg.validate.results import Result
from kg.validate.shapes import Check

_THREADS = min(4, os.cpu_count() or 1)  # the engine works beside Python; each answer is read where it was asked for


def validate(store: Store, *, own: Iterable[Path] = ()) -> list[Result]:
    """All faults, sorted: by our shapes and those of the user's files `own`, by the checks, by the triple counts.

    KgError on a constraint that cannot be checked.
    """
    files = (resources.ontology("shapes.ttl"), *own)
    made = [check for file in files for check in shapes.compiled(file, store)]
    return sorted(set(_spread(store, made, checks.names())), key=lambda result: result.key)


def by_shapes(store: Store, file: Path | None = None) -> Iterator[Result]:
    """What breaks the shapes, ours or those of a Turtle file. KgError on a constraint that cannot be checked."""
    for check in shapes.compiled(file or resources.ontology("shapes.ttl"), store):
        yield from _of_shape(store, check)


def by_checks(store: Store) -> Iterator[Result]:
    """What the queries in queries/checks find."""
    return chain.from_iterable(checks.run(store, name) for name in checks.names())


def _spread(store: Store, made: list[Check], names: list[str]) -> Iterator[Result]:
    """The results of all, asked some at a time; the slowest ones, the checks, first."""
    jobs = [
        *(partial(checks.run, store, name) for name in names),
        partial(checks.damaged, store),
        *(partial(_of_shape, store, check) for check in made),
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from chain.from_iterable(pool.map(_read, jobs))


def _read(job: Callable[[], Iterator[Result]]) -> list[Result]:
    return list(job())


def _of_shape(store: Store, check: Check) -> Iterator[Result]:
    if check.any is not None and not any(True for _ in store.query(check.any).rows()):
        return
    for component, query in check.parts:
        answer = store.query(query)
        for focus, *rest in answer.rows():
            assert focus is not None
            value, found, *_ = (*rest, None, None)
            path = found.value if found else check.path
            yield Result(check.shape, path, focus, component, value, check.severity, check.messages)
