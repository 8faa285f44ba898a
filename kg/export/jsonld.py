"""JSON-LD in the words of ontology/context.jsonld: streamed flat for a store, nested for one report.

The context is fixed, so nodes are written by looking their properties up in it; what does not fit the type that the
context gives a property is written out in full under the property's IRI, so that nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import IO, Any

from kg import resources
from kg.errors import ExportError
from kg.export.statements import Named
from kg.graph.namespaces import RDF, XSD
from kg.oxigraph import STRING, Term, parse

Node = dict[str, Any]

_EXACT = 2**53  # above this other readers round whole numbers
_NATIVE = {XSD.integer: re.compile(r"0|-?[1-9][0-9]*"), XSD.boolean: re.compile("true|false")}
_CHUNK = 2000  # lines that become nodes at a time
_NESTED = ("wasDerivedFrom", "hasSelector", "additionalProperty")  # what is told inside the node that it belongs to
_REVERSED = {"Outcome": "outcomes", "Implementation": "implementations"}


class Context:
    """Our context, as it is read and as it is looked up."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self.entries = entries
        self._prefixes = {k: v for k, v in entries.items() if isinstance(v, str) and v.endswith(("/", "#"))}
        self._by_namespace = sorted(((v, k) for k, v in self._prefixes.items()), reverse=True)
        self._terms: dict[str, tuple[str, str, str]] = {}  # property → its term, type, container
        self._words: dict[str, str] = {}  # class or code → its term
        for term, entry in entries.items():
            if isinstance(entry, str) and term not in self._prefixes and not entry.startswith("@"):
                self._words[self._expanded(entry)] = term
            definition = {"@id": entry} if isinstance(entry, str) else entry
            if isinstance(definition, dict) and not str(definition.get("@id", "@")).startswith("@"):
                kind = str(definition.get("@type", ""))
                kind = kind if kind.startswith("@") else self._expanded(kind)
                self._terms[self._expanded(definition["@id"])] = (term, kind, definition.get("@container", ""))

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def iri(self, iri: str) -> str:
        """An IRI with its prefix. ExportError for one that a reader would take for a prefixed name."""
        for namespace, prefix in self._by_namespace:
            if iri.startswith(namespace) and not iri.startswith("//", len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        scheme, _, rest = iri.partition(":")
        if scheme in self._prefixes and not rest.startswith("//"):
            raise ExportError(f"{iri}: JSON-LD would take {scheme} for our prefix; choose another format")
        return iri

    def word(self, iri: str) -> str:
        """A class or code by its term, another IRI with its prefix."""
        return self._words.get(iri) or self.iri(iri)

    def node(self, subject: str, facts: Iterable[tuple[str, Term]]) -> Node:
        """The facts of one node; `facts` are predicates and objects."""
        found: Node = {"id": subject if subject.startswith("_:") else self.iri(subject)}
        for predicate, value in facts:
            if predicate == RDF.type and value.kind == "iri":
                _put(found, "type", self.word(value.value))
            else:
                self._say(found, predicate, value)
        head: Node = {key: found[key] for key in ("id", "type") if key in found}
        return {**head, **found}

    def _say(self, node: Node, predicate: str, value: Term) -> None:
        term, kind, container = self._terms.get(predicate, ("", "", ""))
        if term and container == "@language" and value.language:
            _put(node.setdefault(term, {}), value.language, value.value)
        elif term and container != "@language" and (said := self._coerced(value, kind)) is not None:
            _put(node, term, said, always=container == "@set")
        else:
            _put(node, self.iri(predicate), self._in_full(value))

    def _coerced(self, value: Term, kind: str) -> str | int | bool | None:
        """The value as the context's type allows to write it; None where it is of another type."""
        if value.kind != "literal":
            name = {"@id": self.iri, "@vocab": self.word}.get(kind)
            return None if name is None else value.value if value.kind == "blank" else name(value.value)
        if value.language or value.datatype != kind:
            return None
        if kind in _NATIVE:
            fits = _NATIVE[kind].fullmatch(value.value) and len(value.value) < len(str(_EXACT))
            return json.loads(value.value) if fits else None
        return value.value

    def _in_full(self, value: Term) -> Node:
        if value.kind != "literal":
            return {"id": value.value if value.kind == "blank" else self.iri(value.value)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        return {"@value": value.value, "@type": self.iri(value.datatype or STRING)}

    def used_by(self, document: Node) -> dict[str, Any]:
        """The entries that a document needs."""
        words = {"@version", "id", "type", *_words(document)}
        words |= set(_words([entry for key, entry in self.entries.items() if key in words]))
        return {key: entry for key, entry in self.entries.items() if key in words}


@cache
def context() -> Context:
    """The package's context."""
    return Context(json.loads(resources.ontology("context.jsonld").read_text("utf-8"))["@context"])


def write(parts: Iterable[Named], file: IO[bytes]) -> None:
    """The graphs as one document, flat: an object per graph with an object per node, a line each."""
    file.write(f'{{"@context": {_text(context().entries)},\n"@graph": [\n'.encode())
    for number, (graph, lines) in enumerate(parts):
        file.write(f'{"," if number else ""}{{"id": {_text(context().iri(graph))}, "@graph": [\n'.encode())
        for place, node in enumerate(nodes(lines)):
            file.write(f"{',' if place else ''}{_text(node)}\n".encode())
        file.write(b"]}\n")
    file.write(b"]}\n")


def document(graph: str, lines: Iterable[str]) -> str:
    """One report for people to read: the report, in it its outcomes and implementations, in them the words.

    The document is the named graph `graph`; what is said of places and concepts follows the report.
    """
    told = _nested({node["id"]: node for node in nodes(sorted(lines))}, context().iri(graph))
    body = {"id": context().iri(graph), "@graph": told}
    used = context().used_by(body)
    return json.dumps({"@context": used, **body}, ensure_ascii=False, indent=2) + "\n"


def nodes(lines: Iterable[str]) -> Iterator[Node]:
    """The nodes of N-Triples lines; lines of one subject that follow each other make one node."""
    for subject, facts in groupby(_triples(lines), key=lambda triple: triple[0]):
        yield context().node(subject, ((predicate, value) for _, predicate, value in facts))


def _triples(lines: Iterable[str]) -> Iterator[tuple[str, str, Term]]:
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == _CHUNK:
            yield from parse("\n".join(chunk).encode(), "ntriples", own=True)
            chunk = []
    yield from parse("\n".join(chunk).encode(), "ntriples", own=True)


def _nested(found: dict[str, Node], report: str) -> list[Node]:
    """The nodes with what belongs to them inside, each told once; the report first."""
    top, head = dict(found), found.get(report, {"id": report})
    lists: dict[str, list[Node]] = defaultdict(list)
    for name, node in sorted(found.items(), key=lambda item: (item[1].get("start", 0), item[0])):
        if node.get("inReport") == report and (kind := _REVERSED.get(node.get("type", ""))):
            lists[kind].append({key: value for key, value in node.items() if key != "inReport"})
            del top[name]
    top.pop(report, None)
    said = {**head, **{kind: [_filled(node, top) for node in members] for kind, members in lists.items()}}
    said = _filled(said, top)
    rest = []
    while top:
        rest.append(_filled(top.pop(next(iter(top))), top))
    return [said, *rest]


def _filled(node: Node, left: dict[str, Node]) -> Node:
    """The node with the nodes inside it that are not told yet; these are taken out of `left`."""
    filled = dict(node)
    for key in _NESTED:
        if key in filled:
            values = filled[key] if isinstance(filled[key], list) else [filled[key]]
            inside = [_filled(left.pop(value), left) if value in left else value for value in values]
            filled[key] = inside if isinstance(filled[key], list) else inside[0]
    return filled


def _words(value: Any) -> Iterator[str]:
    """All keys and strings in a document, and what stands before a colon."""
    if isinstance(value, str):
        yield from (value, value.partition(":")[0])
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, key.partition(":")[0], *_words(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


def _put(node: Node, key: str, value: Any, *, always: bool = False) -> None:
    """Add a value: alone where it is the only one, in a list where there are more or may `always` be more."""
    if key not in node:
        node[key] = [value] if always else value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
