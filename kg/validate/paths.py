"""The shapes' graph as it is walked: lists, property paths, and shapes within shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kg.errors import KgError
from kg.graph.namespaces import RDF, SH
from kg.oxigraph import Term

SHACL = SH.path.removesuffix("path")

Shape = Mapping[str, list[Term]]  # predicate → values

_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


class Walk:
    """Leads through the triples of a file of shapes. KgError, with the file's name, where it would not end."""

    def __init__(self, graph: Mapping[str, Shape], file: str) -> None:
        self.graph, self.file, self._open = graph, file, list[str]()

    def error(self, what: str, instead: str) -> KgError:
        """The error that says what cannot be checked."""
        return KgError(f"{self.file}: {what} cannot be checked; use {instead}")

    @contextmanager
    def into(self, node: Term) -> Iterator[Shape]:
        """The properties of a node, as long as one is in it."""
        if node.value in self._open:
            raise self.error(f"{_name(node)}, which leads back to itself,", "shapes and paths that end")
        self._open.append(node.value)
        yield self.graph[node.value]
        self._open.pop()

    def items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        seen = set[str]()
        while head.value != f"{RDF.nil}":
            cell = self.graph[head.value]
            if RDF.first not in cell or RDF.rest not in cell or head.value in seen:
                raise self.error("a list that is none", "( … )")
            seen.add(head.value)
            yield cell[RDF.first][0]
            head = cell[RDF.rest][0]

    def path(self, shape: Shape) -> str:
        """The path of a property shape as SPARQL writes it; empty for a node shape."""
        return self._path(shape[SH.path][0]) if SH.path in shape else ""

    def _path(self, path: Term) -> str:
        if path.kind == "iri":
            return str(path)
        with self.into(path) as node:
            if RDF.first in node:
                return f"({'/'.join(map(self._path, self.items(path)))})"
            if SH.inversePath in node:
                return f"^{self._path(node[SH.inversePath][0])}"
            if SH.alternativePath in node:
                return f"({'|'.join(map(self._path, self.items(node[SH.alternativePath][0])))})"
            for predicate, mark in _MARKS.items():
                if predicate in node:
                    return f"({self._path(node[predicate][0])}){mark}"
        raise self.error("a path that is none", "a property or one of SHACL's paths")


def _name(node: Term) -> str:
    return node.value if node.kind == "iri" else "a shape or path"
