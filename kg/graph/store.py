"""The store on disk: one writer or many readers, each report's graph there completely or not at all.

New reports are loaded in big shards, each all or nothing; a changed report's graph becomes the new one in one
transaction that writes only the difference. Nothing is said to be done before it is on the disk.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from kg import resources
from kg.errors import StoreError
from kg.graph import iris
from kg.graph.namespaces import PROV, RDF, TKG
from kg.graph.snapshot import pin
from kg.oxigraph import FAILURES, Answer, Dataset, Engine, Triple, parse

if TYPE_CHECKING:  # a reader needs neither, and is there in half the time
    from kg.graph.mapping import Mapped
    from kg.schemes import Own

SHARD = 40_000_000  # bytes of N-Quads that one bulk load takes: 175,000 quads, 0.25 GB of memory
_ATTEMPTS, _PAUSE = 50, 0.1  # a reader that opens while a writer merges files tries again; seconds

# What RocksDB leaves behind; a folder of nothing else may become a store.
_OURS = re.compile(r"LOCK|LOG(\.old\.\d+)?|IDENTITY|(MANIFEST|OPTIONS)-\d+|\d+\.(log|sst|dbtmp)|bulk-.*\.sst|.*\.dbtmp")

_GONE = "No such file"  # said of a file that a writer merged into another
_MOVED = re.compile(f"{_GONE}|point of corruption")  # … or of a log whose end a writer has not yet written
_LOCKED = re.compile("lock (file|hold)")

_KNOWN = f"""SELECT ?report ?hash ?run
WHERE {{ GRAPH ?report {{ ?report <{TKG.contentHash}> ?hash ; <{PROV.wasGeneratedBy}> ?run }} }}"""
_DAMAGED = f"""SELECT ?report
WHERE {{ GRAPH ?report {{ ?report <{TKG.tripleCount}> ?given . ?s ?p ?o }} }}
GROUP BY ?report ?given HAVING (COUNT(*) != ?given)"""
_UNSPOKEN = f"""?concept a <{TKG.Provisional}> ; ?predicate ?value
FILTER NOT EXISTS {{ GRAPH ?any {{ ?subject ?said ?concept }} FILTER(?any != <%s>) }}"""
_COUNTS = f"SELECT ?class (COUNT(DISTINCT ?node) AS ?number) WHERE {{ ?node <{RDF.type}> ?class }} GROUP BY ?class"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many reports were new to the store, and how many were there before."""

    added: int
    changed: int


class Store:
    """An open store. Use `open_for_writing` or `open_for_reading`, best in a ``with`` statement."""

    def __init__(self, engine: Engine, path: Path, base: str) -> None:
        self._engine, self.path, self.base = engine, path, base

    @classmethod
    def open_for_writing(cls, path: Path, *, base: str = iris.BASE) -> Store:
        """The store at `path`, made where nothing or an empty folder is; StoreError where it cannot be."""
        _refuse_others(path)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            engine = Engine(path)
            for leftover in path.glob("bulk-*.sst"):  # of loads that were killed: we alone hold the lock
                leftover.unlink()
        return cls(engine, path, base)

    @classmethod
    def open_for_reading(cls, path: Path, *, base: str = iris.BASE) -> Store:
        """The store at `path` as it is now, also beside a writer; never makes one. StoreError where there is none."""
        if not _is_store(path):
            raise StoreError(path, "there is no store here", "make one with: kg build INPUT... --store DIR")
        with explained(path):
            return cls(_beside_writer(lambda: Engine(path, read_only=True)), path, base)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, FAILURES) and _GONE in str(error):
            raise StoreError(self.path, "a writer removed files while they were read", "run it again") from error

    def close(self) -> None:
        """Let go of the files and of the writer's lock."""
        self._engine.close()

    def __len__(self) -> int:
        """The number of quads; a scan."""
        return len(self._engine)

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> Answer:
        """Ask the union of all graphs; read the answer in the same thread. QueryError on bad syntax."""
        with explained(self.path):
            return self._engine.query(text, prefixes=prefixes)

    def query_over(self, text: str, dataset: Dataset | None, base: str | None = None) -> Answer:
        """Ask as strangers may: over `dataset` or what FROM says, else the union; relative IRIs stand under `base`."""
        with explained(self.path):
            return self._engine.query_over(text, dataset, base)

    def known(self) -> dict[str, tuple[str, str]]:
        """Key → (content hash, run name) of every report that is stored under this base."""
        found = {}
        for report, digest, run in self.query(_KNOWN).rows():
            if report and digest and run and (key := iris.key_of(report.value, self.base)) is not None:
                found[key] = (digest.value, iris.run_of(run.value, self.base))
        return found

    def damaged(self) -> list[str]:
        """IRIs of reports whose graphs do not hold as many triples as they were given (a cut or flipped log)."""
        return sorted(report.value for (report,) in self.query(_DAMAGED).rows() if report)

    def counts(self) -> dict[str, int]:
        """Class IRI → number of its instances, for the own classes; and ``quads``, the number of all."""
        rows = self.query(_COUNTS).rows()
        found = {kind.value: int(number.value) for kind, number in rows if kind and number}
        return {iri: found[iri] for iri in TKG if iri in found} | {"quads": len(self._engine)}

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs, sorted."""
        with explained(self.path):
            return self._engine.graphs()

    def has_graph(self, graph: str) -> bool:
        """Whether there is a named graph of this IRI."""
        with explained(self.path):
            return self._engine.has_graph(graph)

    def statements(self, graph: str) -> Iterator[str]:
        """The triples of a named graph as N-Triples lines, streamed; the same graph gives the same order."""
        with explained(self.path, (RuntimeError,)):
            yield from self._engine.statements(graph)

    def has(self, triple: str, graph: str) -> bool:
        """Whether this N-Triples line is in the named graph."""
        with explained(self.path):
            return self._engine.has(triple, graph)

    def replace(self, reports: Iterable[Mapped]) -> Replaced:
        """Store reports: each one's graph becomes what is given, whatever it was before.

        `reports` may be a generator; a shard of them is held in memory. Each is stored completely or not at all,
        even where the process is killed, and all are on the disk when this returns.
        """
        added = changed = 0
        for shard in _shards(reports):
            with explained(self.path):
                there = {report.graph for report in shard if self._engine.has_graph(report.graph)}
                self._load([report for report in shard if report.graph not in there])
                for report in shard:
                    if report.graph in there:
                        self._change(report)
                self._engine.flush()
            added, changed = added + len(shard) - len(there), changed + len(there)
        return Replaced(added, changed)

    def add(self, quads: str) -> None:
        """Add N-Quads (of runs, say) in one transaction; what is there stays."""
        with explained(self.path):
            self._engine.update(_insert(_by_graph(quads)))
            self._engine.flush()

    def update(self, text: str, base: str | None = None) -> None:
        """Run a SPARQL update in one transaction, on the disk when this returns. QueryError on bad syntax."""
        with explained(self.path):
            self._engine.update(text, base)
            self._engine.flush()

    def merge(self, graph: str, triples: Iterable[str]) -> None:
        """Add these N-Triples lines to the named graph, all or none of them; what is there stays."""
        with explained(self.path):
            self._engine.bulk_load("".join(f"{t.removesuffix(' .')} <{graph}> .\n" for t in triples).encode())
            self._engine.flush()

    def put(self, graph: str, triples: Iterable[str]) -> None:
        """Make the named graph `graph` hold just these N-Triples lines, in one transaction."""
        with explained(self.path):
            if self._engine.has_graph(graph):
                self._engine.update(f"DROP SILENT GRAPH <{graph}> ;\n{_insert({graph: triples})}")
            else:  # several times faster
                self._engine.bulk_load("".join(f"{t.removesuffix(' .')} <{graph}> .\n" for t in triples).encode())
            self._engine.flush()

    def load_schema(self, own: tuple[Own, ...] = ()) -> None:
        """Bring the graphs of the ontology and the schemes up to the package's files and the user's schemes `own`."""
        ontology, files = resources.ontology("ontology.ttl"), sorted(resources.ontology("schemes").glob("*.ttl"))
        self.bring("ontology", _hash([ontology.read_bytes()]), lambda: map(line, parse(ontology)))
        mark = _hash([*(file.read_bytes() for file in files), *(scheme.content for scheme in own)])
        self.bring("schemes", mark, lambda: _schemes(mark, own))

    def bring(self, name: str, content: str, triples: Callable[[], Iterable[str]]) -> None:
        """Put the N-Triples lines into the graph of this name, marked with `content`, a hash of what makes them.

        A graph that has the mark already is left as it is, and the lines are not asked for.
        """
        graph = iris.graph(name, self.base)
        mark = f'<{graph}> <{TKG.contentHash}> "{content}" .'
        if not self.query(f"ASK {{ GRAPH <{graph}> {{ {mark} }} }}").truth():
            self.put(graph, [mark, *triples()])

    def forget_provisional(self) -> None:
        """Drop the provisional concepts that nothing speaks of any more: their reports changed, or a scheme decided.

        What the store's description takes for an example is nothing that a report says.
        """
        graph, described = iris.graph("provisional", self.base), iris.graph("dataset", self.base)
        with explained(self.path):
            gone = _graph(graph, ["?concept ?predicate ?value"])
            self._engine.update(f"DELETE {{ {gone} }} WHERE {{ {_graph(graph, [_UNSPOKEN % described])} }}")
            self._engine.flush()

    def _load(self, reports: list[Mapped]) -> None:
        if reports:
            shared = dict.fromkeys(line for report in reports for line in report.shared.split("\n"))
            self._engine.bulk_load(b"".join([*(report.quads for report in reports), "\n".join(shared).encode()]))

    def _change(self, report: Mapped) -> None:
        old = dict.fromkeys(self._engine.triples(report.graph))
        new = dict.fromkeys(_by_graph(report.quads.decode())[report.graph])
        gone = [triple for triple in old if triple not in new]
        come = {report.graph: [triple for triple in new if triple not in old], **_by_graph(report.shared)}
        self._engine.update(f"DELETE DATA {{ {_graph(report.graph, gone)} }} ;\n{_insert(come)}")


def copy(path: Path, target: Path) -> None:
    """Copy the store at `path` as it is now to the new folder `target`, also beside a writer. StoreError else."""
    if target.exists():
        raise StoreError(target, "there is something already", "name a new folder")
    if not _is_store(path):
        raise StoreError(path, "there is no store here", "name the folder of one")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=".backup-") as pinned:
            _beside_writer(lambda: _copy(path, Path(pinned), target))


@lru_cache(maxsize=2)  # a process may make many stores, and 26,000 triples take a second
def _schemes(mark: str, own: tuple[Own, ...]) -> tuple[str, ...]:
    """The lines of all schemes in force; `mark` is the hash of what they are made of."""
    from kg import schemes

    files = sorted(resources.ontology("schemes").glob("*.ttl"))
    fixed = (triple for file in files if file.name not in schemes.FILES for triple in parse(file))
    return tuple(map(line, (*fixed, *schemes.in_force(own))))


def _shards(reports: Iterable[Mapped]) -> Iterator[list[Mapped]]:
    """The reports in loads of about SHARD bytes; of two with one graph in a load the later stays."""
    shard: dict[str, Mapped] = {}
    size = 0
    for report in reports:
        shard[report.graph] = report
        size += len(report.quads)
        if size >= SHARD:
            yield list(shard.values())
            shard, size = {}, 0
    if shard:
        yield list(shard.values())


def _by_graph(quads: str) -> dict[str, list[str]]:
    """Graph → N-Triples lines. Lines end with a line feed only: U+2028 and its like may stand in literals."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in quads.split("\n"):
        if line:
            triple, _, graph = line.rpartition(" <")
            found[graph.removesuffix("> .")].append(f"{triple} .")
    return found


def _graph(graph: str, triples: Iterable[str]) -> str:
    return f"GRAPH <{graph}> {{\n" + "\n".join(triples) + "\n}"


def _insert(graphs: Mapping[str, Iterable[str]]) -> str:
    return "INSERT DATA {\n" + "\n".join(_graph(graph, triples) for graph, triples in graphs.items()) + "\n}"


def line(triple: Triple) -> str:
    """A triple as an N-Triples line, without its line end."""
    node, predicate, term = triple
    return f"{node if node.startswith('_:') else f'<{node}>'} <{predicate}> {term} ."


def _hash(contents: Iterable[bytes]) -> str:
    running = hashlib.sha256()
    for content in contents:
        running.update(content)
    return running.hexdigest()


def _is_store(path: Path) -> bool:
    current = path / "CURRENT"
    return current.is_file() and current.read_bytes().startswith(b"MANIFEST")


def _refuse_others(path: Path) -> None:
    """StoreError where a store at `path` would mix with something else."""
    if path.is_dir() and not _is_store(path):
        if others := sorted(entry.name for entry in path.iterdir() if not _OURS.fullmatch(entry.name)):
            raise StoreError(path, f"the folder holds other things ({others[0]})", "name a new or an empty folder")
    elif path.exists() and not path.is_dir():
        raise StoreError(path, "this is a file, a store is a folder", "name a new or an empty folder")


def _copy(path: Path, pinned: Path, target: Path) -> None:
    pin(path, pinned)
    Engine(pinned, read_only=True).backup(target)


def _beside_writer(work: Callable[[], T]) -> T:
    """What comes of reading; a writer that removes files in this moment can make the first attempts fail."""
    for _ in range(_ATTEMPTS):
        try:
            return work()
        except FAILURES as error:
            if not _MOVED.search(str(error)):
                raise
            time.sleep(_PAUSE)
    return work()


@contextmanager
def explained(path: Path, kinds: tuple[type[Exception], ...] = FAILURES) -> Iterator[None]:
    """Turn what the engine raises into a StoreError of one line."""
    try:
        yield
    except kinds as error:
        said = str(error).partition("\n")[0]
        if _LOCKED.search(said):
            raise StoreError(path, "another process is writing to it", "wait for it to end") from error
        raise StoreError(path, said, "what was stored before is kept; see to the disk and run again") from error
