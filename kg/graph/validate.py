"""Is a store complete? The SHACL shapes of the ontology and the checks of queries/checks, both as SPARQL queries.

General SHACL engines take minutes for a million triples, so the constraints are compiled to two queries a property
here. Only what is compiled may be used: any other constraint is an error, never passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import resources
from kg.errors import KgError
from kg.graph import queries
from kg.graph.namespaces import RDF, RDFS, SH, XSD
from kg.graph.store import Store
from kg.oxigraph import Term, parse

Shape = dict[str, list[Term]]  # predicate → values

_LIST = RDF.type.removesuffix("type")  # rdf:first, rdf:rest and rdf:nil hang on it
_SUBCLASS_OF = RDFS.label.removesuffix("label") + "subClassOf"
_IGNORED = {RDF.type, RDFS.label, RDFS.comment, SH.targetClass, SH.property, SH.path, SH.message}
_CAST = {XSD.boolean, XSD.integer, XSD.decimal, XSD.double, XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
_UNCHECKED = {XSD.string, RDF.langString}  # datatypes of which every literal is well formed
_NODE_KINDS = {"IRI": "isIRI", "Literal": "isLITERAL", "BlankNode": "isBLANK"}


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One fault: what found it, the property (empty for the node itself), the node, the value or number of values."""

    shape: str
    path: str
    focus: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class _Check:
    """A query whose rows (?focus, ?value) break the constraint that `message` states."""

    shape: str
    path: str
    query: str
    message: str


def validate(store: Store, *, language: str = "en") -> list[Violation]:
    """All faults, by shapes and by checks, sorted; messages in `language` where there are several."""
    return sorted({*by_shapes(store, language=language), *by_checks(store)})


def by_shapes(store: Store, shapes: Path | None = None, *, language: str = "en") -> Iterator[Violation]:
    """What breaks the shapes (the package's own, or a Turtle file's). KgError on a constraint we cannot check."""
    graph = _read(shapes or resources.ontology("shapes.ttl"))
    for check in _Compiler(graph, _subclasses(store), language).checks():
        for row in store.query(check.query).rows():
            focus, value = ("" if term is None else term.value for term in row)
            yield Violation(check.shape, check.path, focus, value, check.message)


def by_checks(store: Store) -> Iterator[Violation]:
    """The rows of all queries in queries/checks: the first column is the faulty node, the others tell more."""
    for name in queries.names("checks"):
        query = queries.load(name)
        answer = store.query(query.text)
        for row in answer.rows():
            told = [
                f"{column}={term.value}" for column, term in zip(answer.variables[1:], row[1:], strict=True) if term
            ]
            yield Violation(name, "", row[0].value if row[0] else "", " ".join(told), query.sentence)


class _Compiler:
    """From the shapes' triples to queries; `subclasses` leads from a class to itself and all below it."""

    def __init__(self, graph: dict[str, Shape], subclasses: Callable[[str], list[str]], language: str) -> None:
        self._graph, self._subclasses, self._language = graph, subclasses, language
        self._tests = {
            SH.datatype: self._datatype,
            SH.class_: self._class,
            SH.nodeKind: self._node_kind,
            SH.in_: self._in,
            SH.pattern: self._pattern,
            SH.minInclusive: self._at_least,
            SH.or_: self._or,
            SH.xone: self._xone,
        }

    def checks(self) -> Iterator[_Check]:
        """One query for the tests and one for the counts of every node and property shape that has some."""
        for name, shape in self._graph.items():
            _refuse_other_targets(name, shape)
            for target in shape.get(SH.targetClass, ()):
                for part in (shape, *(self._graph[node.value] for node in shape.get(SH.property, ()))):
                    path = _one(part, SH.path).value if SH.path in part else ""
                    for query in self._queries(part, path, self._target(target.value)):
                        yield _Check(name, path, query, self._message(part))

    def _queries(self, part: Shape, path: str, target: str) -> Iterator[str]:
        node = "?value" if path else "?focus"
        reach = f"?focus <{path}> ?value ." if path else ""
        if tests := self._all(part, node, but={SH.minCount, SH.maxCount}):
            shown = "?value" if path else '("" AS ?value)'
            yield f"SELECT DISTINCT ?focus {shown} WHERE {{ {target} {reach} FILTER(!({tests})) }}"
        if few_or_many := _counts(part):
            count = "(COUNT(DISTINCT ?value) AS ?number)"
            yield (
                f"SELECT ?focus {count} WHERE {{ {target} OPTIONAL {{ {reach} }} }} "
                f"GROUP BY ?focus HAVING ({few_or_many})"
            )

    def _target(self, kind: str) -> str:
        return f"VALUES ?kind {{ {_terms(self._subclasses(kind))} }} ?focus a ?kind ."

    def _message(self, part: Shape) -> str:
        messages = {term.language: term.value for term in part.get(SH.message, ())}
        return messages.get(self._language) or next(iter(messages.values()), "the shape is not met")

    def _all(self, part: Shape, node: str, but: set[str] | frozenset[str] = frozenset()) -> str:
        """The expression that is true where `node` passes all tests of `part`; an error in a test fails it."""
        tests = []
        for predicate, values in part.items():
            if predicate in self._tests:
                tests += [f"COALESCE({self._tests[predicate](value, node)}, false)" for value in values]
            elif predicate not in _IGNORED | but:
                raise KgError(
                    f"shapes: {predicate} cannot be checked; use other constraints or teach kg.graph.validate"
                )
        return " && ".join(tests)

    def _datatype(self, value: Term, node: str) -> str:
        if value.value in _UNCHECKED:
            return f"DATATYPE({node}) = {value}"
        if value.value in _CAST:
            return f"(DATATYPE({node}) = {value} && STRLEN(STR({value}(STR({node})))) > 0)"
        raise KgError(f"shapes: the datatype {value.value} cannot be checked; teach it to kg.graph.validate")

    def _class(self, value: Term, node: str) -> str:
        return f"EXISTS {{ VALUES ?class {{ {_terms(self._subclasses(value.value))} }} {node} a ?class }}"

    def _node_kind(self, value: Term, node: str) -> str:
        name = value.value.removeprefix(SH.IRI.removesuffix("IRI"))
        if name not in _NODE_KINDS:
            raise KgError(f"shapes: the node kind {name} cannot be checked; teach it to kg.graph.validate")
        return f"{_NODE_KINDS[name]}({node})"

    def _in(self, value: Term, node: str) -> str:
        return "(" + " || ".join(f"sameTerm({node}, {item})" for item in self._items(value)) + ")"

    def _pattern(self, value: Term, node: str) -> str:
        return f"REGEX(STR({node}), {value})"

    def _at_least(self, value: Term, node: str) -> str:
        return f"({node} >= {value})"

    def _or(self, value: Term, node: str) -> str:
        return "(" + " || ".join(self._option(item, node) for item in self._items(value)) + ")"

    def _xone(self, value: Term, node: str) -> str:
        return "(" + " + ".join(f"IF({self._option(item, node)}, 1, 0)" for item in self._items(value)) + " = 1)"

    def _option(self, item: Term, node: str) -> str:
        """One of several: tests of the node, or that a property is there or is not."""
        part = self._graph[item.value]
        if SH.path not in part:
            return f"({self._all(part, node)})"
        counts = {predicate: values[0].value for predicate, values in part.items() if predicate != SH.path}
        exists = f"EXISTS {{ {node} {_one(part, SH.path)} ?any }}"
        if counts == {SH.minCount: "1"}:
            return exists
        if counts == {SH.maxCount: "0"}:
            return f"NOT {exists}"
        raise KgError(f"shapes: only minCount 1 or maxCount 0 can be checked in sh:or and sh:xone, not {counts}")

    def _items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        while head.value != f"{_LIST}nil":
            cell = self._graph[head.value]
            yield _one(cell, f"{_LIST}first")
            head = _one(cell, f"{_LIST}rest")


def _read(path: Path) -> dict[str, Shape]:
    graph: dict[str, Shape] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in parse(path):
        graph[subject][predicate].append(value)
    return graph


def _one(part: Shape, predicate: str) -> Term:
    """The only value, an IRI for a path; KgError for anything else."""
    values = part[predicate]
    if len(values) != 1 or (predicate == SH.path and values[0].kind != "iri"):
        raise KgError(f"shapes: {predicate} must be one IRI here; write a shape of its own for each property")
    return values[0]


def _refuse_other_targets(name: str, shape: Shape) -> None:
    """KgError for a shape that would never be looked at."""
    targets = {predicate for predicate in shape if predicate.startswith(SH.targetClass.removesuffix("Class"))}
    if targets - {SH.targetClass} or (not targets and SH.NodeShape in (term.value for term in shape.get(RDF.type, ()))):
        raise KgError(f"shapes: {name} has no sh:targetClass or another target; only sh:targetClass can be checked")


def _counts(part: Shape) -> str:
    bounds = [f"COUNT(DISTINCT ?value) < {term.value}" for term in part.get(SH.minCount, ())]
    bounds += [f"COUNT(DISTINCT ?value) > {term.value}" for term in part.get(SH.maxCount, ())]
    return " || ".join(bounds)


def _terms(iris: list[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _subclasses(store: Store) -> Callable[[str], list[str]]:
    """From a class to itself and the classes below it, as the store's ontology has them."""
    below: dict[str, set[str]] = defaultdict(set)
    for lower, upper in store.query(f"SELECT ?a ?b WHERE {{ ?a <{_SUBCLASS_OF}> ?b }}").rows():
        if lower and upper and lower.kind == upper.kind == "iri":
            below[upper.value].add(lower.value)

    def closure(kind: str) -> list[str]:
        found, open_ = {kind}, [kind]
        while open_:
            new = below[open_.pop()] - found
            found |= new
            open_ += new
        return sorted(found)

    return closure
