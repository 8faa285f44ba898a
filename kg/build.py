"""Reading many reports into a store: only what is new or changed, on all cores, each report whole or not at all."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from kg import __version__, lexicon, pipeline
from kg.errors import KgError, UnreadableInput
from kg.graph import iris
from kg.graph.mapping import Mapped, mapped, run_quads
from kg.graph.store import Store
from kg.link import villages
from kg.model import Kind, Reading
from kg.text import read
from kg.text.kind import is_report

BATCH = 32  # reports a worker takes at a time
AHEAD = 3  # batches a worker may be ahead of the store, which bounds what waits in memory
ALONE = 64  # so many reports are read sooner by one process than workers start
Progress = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What a build did: reports by fate, facts by kind, what failed and why, seconds taken.

    `open_places` of the reports read fit several places of the official list and do not say which.
    """

    found: int = 0
    read: int = 0
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    open_places: int = 0
    problems: list[KgError] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Done:
    """What a worker gives back for one file."""

    mapped: Mapped | None
    facts: dict[str, int]
    problem: KgError | None
    open_place: bool = False


def run_name() -> str:
    """The name of the extractor as it is: version, lexicon, the user's table of villages if there is one.

    Another name reads every report again.
    """
    return "-".join(filter(None, (__version__, lexicon.digest(), villages.mark())))


def build(
    inputs: Iterable[Path],
    store: Path,
    *,
    base: str = iris.BASE,
    jobs: int | None = None,
    any_text: bool = False,
    progress: Callable[[int], Progress] | None = None,
) -> Summary:
    """Read the reports behind `inputs` into the store at `store`, which is made where there is none.

    A report whose bytes and extractor are those of the last build is skipped. `jobs`: processes, default all cores;
    `any_text`: also take texts that do not read like work reports; `progress`: called with the number of files,
    gives what is called with each number done. StoreError where the store cannot be written.
    """
    started = time.perf_counter()
    files, problems = read.find(inputs)
    summary = Summary(found=len(files), problems=list(problems))
    if not files:
        return summary
    advance = progress(len(files)) if progress else _silent
    run = run_name()
    with Store.open_for_writing(store, base=base) as target:
        target.load_schema()
        target.add("".join(run_quads(run, version=__version__, lexicon=lexicon.digest(), base=base)))
        due = list(_due(files, target.known(), run, summary, advance))
        work = partial(_read_one, run=run, base=base, any_text=any_text)
        replaced = target.replace(_collect(_spread(work, due, jobs), summary, advance))
    summary.added, summary.changed = replaced.added, replaced.changed
    summary.seconds = time.perf_counter() - started
    return summary


def _silent(_: int) -> None:
    return None


def _due(
    files: list[read.File], known: dict[str, tuple[str, str]], run: str, summary: Summary, advance: Progress
) -> Iterator[read.File]:
    """The files that are not in the store as they are now."""
    for file in files:
        if (stored := known.get(file.key)) and stored[1] == run:
            try:
                same = read.digest(read.read_bytes(file.path)) == stored[0]
            except UnreadableInput as error:
                summary.problems.append(error)
                advance(1)
                continue
            if same:
                summary.unchanged += 1
                advance(1)
                continue
        yield file


def _spread(work: Callable[[read.File], _Done], files: list[read.File], jobs: int | None) -> Iterator[_Done]:
    """`work` over `files` in order, in worker processes where there are many."""
    workers = min(jobs or os.cpu_count() or 1, max(1, len(files) // BATCH))
    if workers == 1 or len(files) < ALONE:
        yield from map(work, files)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        batches = (files[start : start + BATCH] for start in range(0, len(files), BATCH))
        waiting = deque(pool.submit(_read_batch, work, batch) for batch in islice(batches, AHEAD * workers))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(_read_batch, work, batch) for batch in islice(batches, 1))
            yield from done


def _read_batch(work: Callable[[read.File], _Done], files: Sequence[read.File]) -> list[_Done]:
    return [work(file) for file in files]


def _collect(done: Iterator[_Done], summary: Summary, advance: Progress) -> Iterator[Mapped]:
    for one in done:
        advance(1)
        if one.problem is not None:
            summary.problems.append(one.problem)
        if one.mapped is not None:
            summary.read += 1
            summary.facts.update(one.facts)
            summary.open_places += one.open_place
            yield one.mapped


def _read_one(file: read.File, *, run: str, base: str, any_text: bool) -> _Done:
    """One file read and mapped, or why not."""
    try:
        reading = pipeline.read(read.source(file))
    except UnreadableInput as error:
        return _Done(None, {}, error)
    if not any_text and not is_report(reading.document):
        problem = UnreadableInput(file.path, "does not read like a work report", "leave it out, or take it with --any")
        return _Done(None, {}, problem)
    resolution = reading.resolution
    several = resolution.place is None and bool(resolution.candidates)
    return _Done(mapped(reading, run=run, base=base), _facts(reading), None, several)


def _facts(reading: Reading) -> dict[str, int]:
    kinds = Counter(m.concept.kind for m in reading.mentions)
    return {
        "outcomes": len(reading.outcomes),
        "programme mentions": kinds[Kind.PROGRAMME],
        "strategy mentions": kinds[Kind.STRATEGY],
        "ties to strategies": len(reading.services),
        "repairs": len(reading.document.text.repairs),
    }
