"""Reading many reports into a store: only what is new or changed, on all cores, each report whole or not at all."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kg import __version__, lexicon, pipeline
from kg.describe.description import describe, read_about
from kg.errors import KgError, NoReport, UnreadableInput
from kg.graph import iris
from kg.graph.mapping import Mapped, mapped, run_quads
from kg.graph.store import Store
from kg.link import coordinates, villages
from kg.model import Kind, Reading
from kg.schemes import Own
from kg.text import read
from kg.text.kind import is_report
from kg.workers import Work

Progress = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What a build did: reports by fate, facts by kind, what failed or was skipped and why, seconds taken.

    `files` is how many were opened, `found` how many documents were in them, `passed_over` how many files beside them
    nobody would read (style sheets, pictures). `open_places` of the reports read fit several places of the official
    list and do not say which.
    """

    files: int = 0
    found: int = 0
    passed_over: int = 0
    read: int = 0
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    open_places: int = 0
    problems: list[KgError] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """How many inputs could not be read."""
        return sum(problem.exit_code > 0 for problem in self.problems)

    @property
    def skipped(self) -> int:
        """How many inputs are no work reports."""
        return len(self.problems) - self.failed


@dataclass(frozen=True, slots=True)
class _Done:
    """What a worker gives back for one input."""

    mapped: Mapped | None = None
    facts: dict[str, int] = field(default_factory=dict)
    problem: KgError | None = None
    open_place: bool = False


def run_name() -> str:
    """The name of the extractor as it is: version, lexicon with the user's schemes, the user's tables of villages and coordinates.

    Another name reads every report again.
    """
    return "-".join(filter(None, (__version__, lexicon.digest(), villages.mark(), coordinates.mark())))


def build(
    paths: Iterable[Path],
    store: Path,
    *,
    base: str = iris.BASE,
    jobs: int | None = None,
    any_text: bool = False,
    options: read.Options | None = None,
    own: tuple[Own, ...] = (),
    about: Path | None = None,
    counted: bool = True,
    progress: Callable[[int], Progress] | None = None,
) -> Summary:
    """Read the reports behind `paths` into the store at `store`, which is made where there is none.

    A report whose bytes and extractor are those of the last build is skipped. `jobs`: processes, default all cores;
    `any_text`: also take texts that do not read like work reports; `options`: what is known of encodings and columns;
    `own`: the user's schemes, over the package's, as `kg.schemes.read` gives them;
    `about`: a Turtle file with what its publisher says of the data set; `counted`: also count what the store holds;
    `progress`: called with the bytes of all files, gives what is called with the bytes done. StoreError where the
    store cannot be written.
    """
    started = time.perf_counter()
    options = options or read.Options()
    found = read.find(paths)
    summary = Summary(files=len(found.files), passed_over=found.passed_over, problems=found.problems)
    if not found.files:
        return summary
    statements = read_about(about, base) if about else None
    lexicon.use(own)
    run = run_name()
    with Store.open_for_writing(store, base=base) as target:
        target.load_schema(own)
        target.add("".join(run_quads(run, version=__version__, lexicon=lexicon.digest(), base=base)))
        due = _due(_inputs(found.files, options, summary, progress), target.known(), run, options, summary)
        read_one = partial(_read_one, run=run, base=base, any_text=any_text, encoding=options.encoding, own=own)
        work = Work(read_one, weight=_weight, lost=_lost)
        replaced = target.replace(_collect(work.spread(due, jobs=jobs), summary))
        target.forget_provisional()
        describe(target, about=statements, counted=counted)
    summary.added, summary.changed = replaced.added, replaced.changed
    summary.seconds = time.perf_counter() - started
    return summary


def _inputs(
    files: list[read.File],
    options: read.Options,
    summary: Summary,
    progress: Callable[[int], Progress] | None,
) -> Iterator[read.Input]:
    """The documents in the files, counted; what is wrong with some goes into the summary."""
    advance = progress(sum(file.size for file in files)) if progress else _silent
    for file in files:
        for one in read.inputs(file, options, advance):
            summary.found += 1
            if isinstance(one, KgError):
                summary.problems.append(one)
            else:
                yield one


def _silent(_: int) -> None:
    return None


def _due(
    inputs: Iterable[read.Input],
    known: dict[str, tuple[str, str]],
    run: str,
    options: read.Options,
    summary: Summary,
) -> Iterator[read.Input]:
    """The inputs that are not in the store as they are now."""
    for one in inputs:
        if (stored := known.get(one.key)) and stored[1] == run:
            try:
                content = read.read_bytes(one)
            except UnreadableInput as error:
                summary.problems.append(error)
                continue
            if read.digest(one, content, encoding=options.encoding) == stored[0]:
                summary.unchanged += 1
                continue
        yield one


def _weight(one: read.Input) -> int:
    return len(one.content or b"")


def _lost(one: read.Input) -> _Done:
    return _Done(problem=UnreadableInput(one.where, "brought the reading process down", "leave it out, and report it"))


def _collect(done: Iterator[_Done], summary: Summary) -> Iterator[Mapped]:
    for one in done:
        if one.problem is not None:
            summary.problems.append(one.problem)
        if one.mapped is not None:
            summary.read += 1
            summary.facts.update(one.facts)
            summary.open_places += one.open_place
            yield one.mapped


def _read_one(
    one: read.Input, *, run: str, base: str, any_text: bool, encoding: str | None, own: tuple[Own, ...]
) -> _Done:
    """One input read and mapped, or why not."""
    lexicon.use(own)  # this may be a process of its own
    try:
        reading = pipeline.read(read.source(one, encoding=encoding))
    except UnreadableInput as error:
        return _Done(problem=error)
    if not any_text and not is_report(reading.document):
        kind = UnreadableInput if one.named else NoReport
        return _Done(problem=kind(one.where, "does not read like a work report", "leave it out, or take it with --any"))
    resolution = reading.resolution
    several = resolution.place is None and bool(resolution.candidates)
    return _Done(mapped(reading, run=run, base=base), _facts(reading), open_place=several)


def _facts(reading: Reading) -> dict[str, int]:
    kinds = Counter(m.concept.kind for m in reading.mentions)
    return {
        "outcomes": len(reading.outcomes),
        "programme mentions": kinds[Kind.PROGRAMME],
        "strategy mentions": kinds[Kind.STRATEGY],
        "ties to strategies": len(reading.services),
        "repairs": len(reading.document.text.repairs),
    }
