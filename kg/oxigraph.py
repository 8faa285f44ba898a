"""The door to Oxigraph, and the only importer of pyoxigraph.

What comes through it is plain: IRIs and blank nodes as strings, other values as `Term`. Its errors become
QueryError (the text is at fault) or stay OSError and RuntimeError (the store is); `kg.graph.store` gives
those a path and a next step. Answers must be read in the thread that asked: in another one the engine aborts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, Protocol

import pyoxigraph as ox

from kg.errors import KgError, QueryError

STRING = "http://www.w3.org/2001/XMLSchema#string"
DATA_FORMATS: Mapping[str, ox.RdfFormat] = {
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
RESULT_FORMATS: Mapping[str, ox.QueryResultsFormat] = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
FAILURES = (OSError, RuntimeError)  # what the engine raises when disk or store are at fault

_FROM = re.compile(  # what may hold the word and is none, or the word of a dataset clause
    r"""\#[^\n]*|<[^<>"{}|^`\\\s]*>|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<![\w?$:@.-])(?P<clause>FROM)(?![\w:.-])""",
    re.DOTALL | re.IGNORECASE,
)
_POSITION = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_REASON = re.compile(r"(?:^|one of |, )((?:IRI|[A-Z][a-z]+) [A-Za-z ]+)")  # a sentence among the tokens
_CHUNK = 2000  # lines that are parsed at a time
_NEAR = 30  # characters of the query that an error quotes


class Term(NamedTuple):
    """An RDF term: `kind` is iri, blank or literal; `language` and `datatype` are empty where there is none."""

    value: str
    kind: Literal["iri", "blank", "literal"]
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        """The term as SPARQL and N-Triples write it."""
        return str(_native(self))


Triple = tuple[str, str, Term]


class Dataset(NamedTuple):
    """The graphs that a query is over, by their IRIs: those that make its default graph, those GRAPH reaches."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def parse(
    source: Path | bytes, format: str = "turtle", *, base: str | None = None, own: bool = False
) -> Iterator[Triple]:
    """Triples of a file or of bytes, in their order; blank subjects start with ``_:``. KgError on bad syntax.

    `base` is what relative IRIs stand under. Blank nodes get new labels but where the bytes are `own`, out of a store.
    """
    name = source if isinstance(source, Path) else "input"
    content = source.read_bytes() if isinstance(source, Path) else source
    try:
        native = ox.parse(content, DATA_FORMATS[format], base_iri=base, rename_blank_nodes=not own, lenient=own)
        for quad in native:
            yield _subject(quad.subject), quad.predicate.value, _term(quad.object)
    except SyntaxError as error:
        raise KgError(f"{name}: {error.msg}; correct the file") from error


def statements(source: IO[bytes], format: str, base: str | None = None) -> Iterator[tuple[tuple[Term, ...], str, str]]:
    """Terms, N-Triples line and graph ('' for none) of every quad of a file, streamed.

    Blank nodes get new labels. Relative IRIs are resolved against `base`. KgError on bad syntax and on triple terms.
    """
    try:
        for quad in ox.parse(source, DATA_FORMATS[format], base_iri=base, rename_blank_nodes=True):
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                raise KgError("triple terms (RDF 1.2) cannot be stored; make a node of the statement")
            graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else _subject(quad.graph_name)
            yield (_term(quad.subject), _term(quad.predicate), _term(quad.object)), f"{quad.triple} .", graph
    except SyntaxError as error:
        raise KgError(f"{error.msg}; correct the file") from error


def serialize(quads: Iterable[str], out: IO[bytes], format: str, prefixes: Mapping[str, str]) -> None:
    """Write N-Quads lines (without line ends) in one of DATA_FORMATS, as they come."""
    ox.serialize(_parsed(quads), out, DATA_FORMATS[format], prefixes=dict(prefixes))


def canonical(quads: Iterable[str]) -> list[str]:
    """The N-Quads lines with the blank nodes' names of RDFC-1.0, sorted by code point.

    Only quads with blank nodes decide on these names. Worst-case time is exponential: not for strangers' data.
    """
    dataset = ox.Dataset(_parsed(quads))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} ." for quad in dataset)


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    rest = iter(lines)
    while chunk := "\n".join(islice(rest, _CHUNK)):
        yield from ox.parse(chunk.encode(), ox.RdfFormat.N_QUADS, lenient=True)


def valid_iri(text: str) -> bool:
    """Whether `text` can stand between < and >."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


class Out(Protocol):
    """What an answer can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes, all of them."""

    def flush(self) -> None:
        """Called at the end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave; it can be read once. `kind` is rows (SELECT), truth (ASK) or triples (CONSTRUCT)."""

    kind: Literal["rows", "truth", "triples"]
    variables: tuple[str, ...]
    _native: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

    def rows(self) -> Iterator[tuple[Term | None, ...]]:
        """One tuple per solution, in the order of `variables`; None is unbound."""
        assert isinstance(self._native, ox.QuerySolutions)
        for row in self._native:
            yield tuple(None if value is None else _term(value) for value in row)

    def truth(self) -> bool:
        """The answer to an ASK."""
        return bool(self._native)

    def triples(self) -> Iterator[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        assert isinstance(self._native, ox.QueryTriples)
        for triple in self._native:
            yield _subject(triple.subject), triple.predicate.value, _term(triple.object)

    def write(self, out: Out, format: str, prefixes: Mapping[str, str], each: Callable[[], None] | None = None) -> None:
        """Write the answer in one of RESULT_FORMATS (rows, truth) or of DATA_FORMATS (triples).

        `each` is called before every triple; what it raises ends the writing.
        """
        if isinstance(self._native, ox.QueryTriples):
            triples = self._native if each is None else _told(self._native, each)
            ox.serialize(triples, out, DATA_FORMATS[format], prefixes=dict(prefixes))  # type: ignore[arg-type]
        else:
            self._native.serialize(out, RESULT_FORMATS[format])  # type: ignore[arg-type]


def _told(triples: ox.QueryTriples, each: Callable[[], None]) -> Iterator[ox.Triple]:
    for triple in triples:
        each()
        yield triple


class Engine:
    """One open Oxigraph store. Raises FAILURES when opening, reading or writing fails."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        """The store at `path` (created where absent unless read-only), or one in memory."""
        self._store = ox.Store.read_only(str(path)) if read_only else ox.Store(path)

    def close(self) -> None:
        """Let go of the files; nothing can be asked any more."""
        del self._store

    def __len__(self) -> int:
        """The number of quads (a scan: a quarter of a second per million)."""
        return len(self._store)

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> Answer:
        """Run a query over the union of all named graphs. QueryError with line and column on bad syntax."""
        return self._query(text, prefixes=dict(prefixes or {}), use_default_graph_as_union=True)

    def query_over(self, text: str, dataset: Dataset | None, base: str | None) -> Answer:
        """Run a query over `dataset`, else over what its FROM clauses say, else over the union of all graphs.

        Relative IRIs are resolved against `base`. QueryError on bad syntax and where a graph has no valid IRI.
        """
        if dataset is None:
            return self._query(text, base_iri=base, use_default_graph_as_union=not _has_dataset(text))
        default, named = ([_graph_name(graph) for graph in graphs] for graphs in dataset)
        return self._query(text, base_iri=base, default_graph=default, named_graphs=named)

    def _query(self, text: str, **options: Any) -> Answer:
        try:
            native = self._store.query(text, **options)
        except SyntaxError as error:
            raise QueryError(_explain(str(error), text)) from error
        if isinstance(native, ox.QuerySolutions):
            return Answer("rows", tuple(v.value for v in native.variables), native)
        return Answer("truth" if isinstance(native, ox.QueryBoolean) else "triples", (), native)

    def update(self, text: str, base: str | None = None) -> None:
        """Run a SPARQL update: all its operations are one transaction, written on `flush`. QueryError on bad syntax."""
        try:
            self._store.update(text, base_iri=base)
        except SyntaxError as error:
            raise QueryError(_explain(str(error), text)) from error

    def bulk_load(self, quads: bytes) -> None:
        """Add N-Quads, all or none of them."""
        self._store.bulk_load(quads, ox.RdfFormat.N_QUADS, lenient=True)

    def flush(self) -> None:
        """Return when everything is on the disk."""
        self._store.flush()

    def backup(self, target: Path) -> None:
        """Copy the store to a new folder, by links where it is on the same disk."""
        self._store.backup(target)

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph `iri`."""
        return self._store.contains_named_graph(ox.NamedNode(iri))

    def graphs(self) -> list[str]:
        """The names of all named graphs, sorted."""
        return sorted(graph.value for graph in self._store.named_graphs())

    def triples(self, graph: str) -> list[str]:
        """The triples of a named graph as N-Triples lines without their line ends."""
        content = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)) or b""
        return content.decode().removesuffix("\n").split("\n") if content else []  # U+2028 ends no line

    def statements(self, graph: str) -> Iterator[str]:
        """The triples of a named graph as N-Triples lines, streamed, in an order that depends on the terms alone."""
        for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            yield f"{quad.triple} ."

    def has(self, triple: str, graph: str) -> bool:
        """Whether this N-Triples line is in the named graph."""
        (quad,) = _parsed([triple])
        return ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)) in self._store


def _graph_name(iri: str) -> ox.NamedNode:
    if not valid_iri(iri):
        raise QueryError(f"{iri!r} is no absolute IRI; name graphs as in http://example.org/graph")
    return ox.NamedNode(iri)


def _has_dataset(text: str) -> bool:
    """Whether a query has FROM clauses, over which the engine would put the union."""
    return any(found["clause"] for found in _FROM.finditer(text))


@cache
def _empty() -> Engine:
    return Engine()


def check(text: str, prefixes: Mapping[str, str] | None = None) -> None:
    """QueryError where `text` is not a query; it is not run over any data."""
    _empty().query(text, prefixes=prefixes)


def evaluates(expression: str) -> bool:
    """Whether a SPARQL expression without variables has a value, and is no error."""
    return any(value is not None for row in _empty().query(f"SELECT ({expression} AS ?x) {{}}").rows() for value in row)


_Node = ox.NamedNode | ox.BlankNode | ox.Triple


def _subject(node: _Node) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _term(node: _Node | ox.Literal) -> Term:
    if isinstance(node, ox.Literal):
        datatype = node.datatype.value
        language = node.language or ""
        return Term(node.value, "literal", language, "" if language or datatype == STRING else datatype)
    return Term(_subject(node), "iri" if isinstance(node, ox.NamedNode) else "blank")


def _native(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if term.kind == "iri":
        return ox.NamedNode(term.value)
    if term.kind == "blank":
        return ox.BlankNode(term.value.removeprefix("_:"))
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype or STRING))


def _explain(message: str, text: str) -> str:
    """The engine's page of grammar as one line: where, the last words it read, and its reason if it gives one."""
    position = _POSITION.match(message)
    if position is None:
        return f"the query cannot be read: {message.splitlines()[0]}"
    line, column = int(position[1]), int(position[2])
    read = text.splitlines()[line - 1][: column - 1].strip() if line <= len(text.splitlines()) else ""
    reason = _REASON.search(position[3])
    near = " ".join(read.split()[-3:])[-_NEAR:]
    near = f" after {near!r}" if near else ""
    return f"line {line}, column {column}: {reason[1] if reason else 'syntax error'}{near}"
