"""What changed since the last push, sent graph by graph; what fails is named, and the rest goes on.

1. Read the manifest at the endpoint, and drop entries whose graphs hold another number of triples now.
2. A graph is due where it has no entry or another hash; entries of due graphs are taken out before anything is sent.
3. Send, a few at a time; write the manifest now and then and at the end, so that a push that is cut short goes on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from kg.errors import EndpointError, KgError, PushError
from kg.export.statements import named
from kg.graph.store import Store
from kg.push import manifest
from kg.push.endpoint import Endpoint
from kg.push.manifest import Entry

JOBS = 2
_AHEAD = 2  # graphs a worker may be ahead of
_PATIENCE = 8  # failures in a row after which the endpoint is given up
_SAVE = 20.0  # seconds between two manifests

Entries = dict[str, Entry]


@dataclass(slots=True)
class Pushed:
    """The graphs that were sent and deleted (or would be), those that are gone here and left there, what failed."""

    sent: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[KgError] = field(default_factory=list)


def push(
    store: Store,
    endpoint: Endpoint,
    *,
    manifest_graph: str,
    everything: bool = False,
    delete: bool = False,
    dry_run: bool = False,
    jobs: int = JOBS,
    progress: Callable[[int], Callable[[int], None]] | None = None,
) -> Pushed:
    """Bring the endpoint up to the store's named graphs.

    `manifest_graph`: the graph at the endpoint that says what was pushed; `everything`: send what seems unchanged, too;
    `delete`: take away graphs that were pushed and are gone from the store, no others; `dry_run`: only say what would
    be done. EndpointError and PushError where the endpoint cannot even be asked.
    """
    entries = _believed(endpoint, manifest_graph)
    graphs = [graph for graph in store.graphs() if graph != manifest_graph]
    due = [graph for graph in graphs if everything or graph not in entries or _of(store, graph)[0] != entries[graph]]
    gone = sorted(entries.keys() - set(graphs))
    done = Pushed(unchanged=len(graphs) - len(due), gone=[] if delete else gone)
    if dry_run:
        done.sent, done.deleted = due, gone if delete else []
        return done
    keeper = _Keeper(endpoint, manifest_graph, entries)
    keeper.drop({*due, *(gone if delete else ())})
    advance = progress(len(due)) if progress else _silent
    try:
        for graph, entry, problem in _sent(store, endpoint, due, jobs):
            advance(1)
            if problem:
                done.problems.append(problem)
            else:
                done.sent.append(graph)
                keeper.add(graph, entry)
        _delete(endpoint, gone if delete and not _given_up(done) else [], done)
    finally:
        keeper.save()
    return done


def _of(store: Store, graph: str) -> tuple[Entry, bytes]:
    return Entry.of(line for _, lines in named(store, [graph]) for line in lines)


def _believed(endpoint: Endpoint, manifest_graph: str) -> Entries:
    """The entries that the endpoint's own numbers do not contradict."""
    content = endpoint.get(manifest_graph)
    try:
        entries = manifest.read(content or b"")
    except KgError as error:
        raise EndpointError(
            manifest_graph, "is there and is no manifest", "name another graph with --manifest"
        ) from error
    counts = endpoint.counts(entries)
    return {graph: e for graph, e in entries.items() if not endpoint.counting or counts.get(graph, 0) == e.count}


def _sent(
    store: Store, endpoint: Endpoint, due: Iterable[str], jobs: int
) -> Iterator[tuple[str, Entry, KgError | None]]:
    """Every graph with its entry and what went wrong; the store is read here, the workers send."""
    waiting: deque[tuple[str, Entry, Future[None]]] = deque()
    failures = 0
    rest = iter(due)
    with ThreadPoolExecutor(jobs) as pool:
        while True:
            while len(waiting) < jobs * _AHEAD and failures < _PATIENCE and (graph := next(rest, None)) is not None:
                entry, body = _of(store, graph)
                waiting.append((graph, entry, pool.submit(endpoint.put, graph, body)))
            if not waiting:
                break
            graph, entry, future = waiting.popleft()
            problem = _problem(graph, future)
            failures = failures + 1 if problem else 0
            yield graph, entry, problem
    for graph in rest:
        yield graph, Entry("", 0), PushError(graph, "not sent, as the endpoint failed again and again", "run it again")


def _problem(graph: str, future: Future[None]) -> KgError | None:
    try:
        future.result()
    except PushError as error:
        return PushError(graph, error.reason, error.remedy)
    except EndpointError as error:
        return PushError(graph, f"the endpoint {error.reason}", error.remedy)
    return None


def _given_up(done: Pushed) -> bool:
    return len(done.problems) >= _PATIENCE


def _delete(endpoint: Endpoint, gone: Iterable[str], done: Pushed) -> None:
    for graph in gone:
        try:
            endpoint.delete(graph)
        except (PushError, EndpointError) as error:
            done.problems.append(PushError(graph, error.reason, error.remedy))
        else:
            done.deleted.append(graph)


class _Keeper:
    """Keeps the manifest at the endpoint true: never an entry for a graph that may not be there as it says."""

    def __init__(self, endpoint: Endpoint, graph: str, entries: Entries) -> None:
        self._endpoint, self._graph, self._entries = endpoint, graph, entries
        self._saved, self._since = True, time.monotonic()

    def drop(self, graphs: set[str]) -> None:
        """Forget these graphs, at the endpoint too, before they change."""
        stale = graphs & self._entries.keys()
        for graph in stale:
            del self._entries[graph]
        self._saved = not stale
        self.save()

    def add(self, graph: str, entry: Entry) -> None:
        """Note that a graph was sent."""
        self._entries[graph] = entry
        self._saved = False
        if time.monotonic() - self._since > _SAVE:
            self.save()

    def save(self) -> None:
        """Write what is not written yet."""
        if not self._saved:
            self._endpoint.put(self._graph, manifest.write(self._graph, self._entries))
            self._saved, self._since = True, time.monotonic()


def _silent(_: int) -> None:
    return None
