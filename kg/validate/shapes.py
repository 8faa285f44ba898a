"""SHACL shapes compiled to SPARQL: what breaks them in a store of millions of triples is found in seconds.

General engines visit node after node. Here each constraint of a property is one query that scans the property once and
joins what is wrong, which is little, with the targets of the shape; the tests of single values share a scan, and are
told apart only where it finds something. What cannot be checked is an error, never passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.graph.namespaces import OWL, RDF, RDFS, SH
from kg.graph.store import Store
from kg.oxigraph import Term, parse
from kg.validate.constraints import TARGETS, Constraints, asked, component, has, says
from kg.validate.paths import Shape, Walk
from kg.validate.results import VIOLATION

_SHAPES = {SH.NodeShape, SH.PropertyShape}
_BEYOND = {SH.ConstraintComponent: "sh:ConstraintComponent", SH.entailment: "sh:entailment"}  # of whole files

Closure = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """The queries for one property of a shape, or for its node (`path` is empty).

    Each of `parts`, a component's IRI and a query, gives the rows (?focus, ?value) that break it, without ?value where
    a number of values is wrong, and with a third column where it is the row that knows the path.
    Where there is `any`, they need be asked only if this query finds something.
    """

    shape: str
    path: str
    parts: tuple[tuple[str, str], ...]
    severity: str
    messages: dict[str, str]
    any: str | None = None


def compiled(path: Path, store: Store) -> list[Check]:
    """The checks of a file of shapes (Turtle), with the classes of the store's ontology. KgError where it cannot be."""
    graph: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in parse(path, base=path.absolute().as_uri()):
        graph[subject][predicate].append(value)
    return list(_Compiler(Walk(graph, path.name), store).checks())


class _Compiler:
    """From the shapes' triples to queries over the store."""

    def __init__(self, walk: Walk, store: Store) -> None:
        self._walk, self._store = walk, store
        self._constraints = Constraints(walk, _closure(_subclasses(store)))

    def checks(self) -> Iterator[Check]:
        """The checks of all shapes that have targets."""
        graph = self._walk.graph
        shapes = list(graph.items())
        self._refuse_beyond(shapes)
        classes = {OWL.Class, *_closure(_subclasses_in(shapes))(RDFS.Class)}
        named = {term.value for _, shape in shapes for terms in shape.values() for term in terms}
        for name, shape in shapes:
            types = {term.value for term in shape.get(RDF.type, ())}
            targets = [(kind, value) for kind in TARGETS for value in shape.get(kind, ())]
            if types & classes and not name.startswith("_:") and (types & _SHAPES or any(asked(shape))):
                targets.append((SH.targetClass, Term(name, "iri")))
            if types & _SHAPES and not targets and name not in named:
                raise KgError(f"{self._walk.file}: {name} has no target; give it a sh:targetClass, say")
            for kind, value in targets:
                yield from self._shape(name, Term(name, "iri"), self._target(kind, value))

    def _shape(self, name: str, node: Term, target: str) -> Iterator[Check]:
        """Checks of a shape, and of the property shapes in it on what it leads to."""
        with self._walk.into(node) as part:
            if says(part, SH.deactivated):
                return
            path = self._walk.path(part)
            yield from self._part(name, part, path, target)
            for inner in part.get(SH.property, ()):
                reached = _values(path, target) if path else target
                yield from self._shape(name, self._constraints.property(inner), reached)

    def _part(self, name: str, part: Shape, path: str, target: str) -> Iterator[Check]:
        """Checks of what a shape itself asks."""
        shown = part[SH.path][0].value if path and part[SH.path][0].kind == "iri" else path
        said = {term.language: term.value for term in part.get(SH.message, ())}
        severity = next((term.value for term in part.get(SH.severity, ())), VIOLATION)
        values, others = self._queries(part, path, target)
        if len(values) > 1:
            joint = " && ".join(test for _, test in values)
            queries = tuple((component, _of_values(test, path, target)) for component, test in values)
            yield Check(name, shown, queries, severity, said, _of_values(joint, path, target))
        elif values:
            ((one, test),) = values
            others.append((one, _of_values(test, path, target)))
        if others:
            yield Check(name, shown, tuple(others), severity, said)

    def _queries(self, part: Shape, path: str, target: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """(component, SPARQL expression) of what single values must be, and (component, query) of all else."""
        values, others = [], []
        for predicate, term in asked(part):
            query = self._together(predicate, term, part, path, target)
            test = None
            if query is None or predicate == SH.equals:  # which asks something of each value and of all
                test = self._constraints.of_value(predicate, term, part, "?focus", "?value" if path else "?focus")
            if query:
                others.append((component(predicate), query))
            if test and predicate != SH.property:  # the shapes in it tell what is wrong themselves
                values.append((component(predicate), test))
            if query is test is None or (path and predicate == SH.closed):
                raise self._constraints.unknown(predicate)
        return values, others

    def _together(self, predicate: str, term: Term, part: Shape, path: str, target: str) -> str | None:
        """The query of what is not asked of single values, or found faster without asking each."""
        if predicate == SH.closed and not path:
            return _not_closed(self._constraints.strange(part, "?path"), target)
        if predicate == SH.equals:
            return _not_equal(str(term), path, target)
        if path and (classes := self._constraints.classes(predicate, term)):
            return _of_class(classes, path, target)
        if path and predicate == SH.minCount:
            return _too_few(self._constraints.number(term), path, target)
        if path and predicate == SH.maxCount:
            return _too_many(self._constraints.number(term), path, target)
        test = self._constraints.of_all(predicate, term, part, "?focus", path)
        return test and f"SELECT DISTINCT ?focus WHERE {{ {target} FILTER(!({test})) }}"

    def _target(self, kind: str, value: Term) -> str:
        if kind == SH.targetClass:
            return f"VALUES ?kind {{ {self._constraints.below(value)} }} ?focus a ?kind ."
        if kind == SH.targetNode:
            return f"VALUES ?focus {{ {self._present(self._constraints.written(value, 'targetNode'))} }}"
        return f"?focus {value} ?any ." if kind == SH.targetSubjectsOf else f"?any {value} ?focus ."

    def _present(self, node: str) -> str:
        """The node. KgError where it is absent and some path may be of no step: the engine knows none from there."""
        still = any(SH.zeroOrMorePath in shape or SH.zeroOrOnePath in shape for shape in self._walk.graph.values())
        there = f"ASK {{ VALUES ?node {{ {node} }} {{ ?node ?p ?any }} UNION {{ ?any ?p ?node }} }}"
        if still and not self._store.query(there).truth():
            raise self._walk.error(f"{node}, which the store does not have,", "sh:oneOrMorePath or another")
        return node

    def _refuse_beyond(self, shapes: Iterable[tuple[str, Shape]]) -> None:
        """KgError where the file asks for what changes the meaning of all shapes."""
        for _, shape in shapes:
            for iri, name in _BEYOND.items():
                if iri in shape or iri in (term.value for term in shape.get(RDF.type, ())):
                    raise self._walk.error(name, "SHACL's core constraints")


def _reach(path: str, target: str) -> str:
    """What leads from focus to value; the targets come first where the path is no single property."""
    return f"?focus {path} ?value ." if path.startswith("<") else f"{target} ?focus {path} ?value ."


def _values(path: str, target: str) -> str:
    """What a property leads to, as the focus of the shapes in it."""
    inner = f"SELECT ?value WHERE {{ {target} ?focus {path} ?value }}"  # where ?focus is another one
    return f"{{ SELECT DISTINCT (?value AS ?focus) WHERE {{ {{ {inner} }} }} }}"


def _of_values(test: str, path: str, target: str) -> str:
    if not path:
        return f"SELECT DISTINCT ?focus (?focus AS ?value) WHERE {{ {target} FILTER(!({test})) }}"
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {{ SELECT ?focus ?value WHERE {{ {_reach(path, target)} "
        f"FILTER(!({test})) }} }} {target} }}"
    )


def _of_class(classes: str, path: str, target: str) -> str:
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {{ SELECT ?focus ?value WHERE {{ {_reach(path, target)} "
        f"MINUS {{ VALUES ?class {{ {classes} }} ?value a ?class }} }} }} {target} }}"
    )


def _not_closed(strange: str, target: str) -> str:
    found = f"{target} ?focus ?path ?value FILTER({strange})"
    return f"SELECT DISTINCT ?focus ?value ?path WHERE {{ {found} }}"


def _not_equal(other: str, path: str, target: str) -> str:
    """What the other property has and the path leads not to."""
    missing = f"{target} ?focus {other} ?value FILTER(!{has('?focus', path, '?value')})"
    return f"SELECT DISTINCT ?focus ?value WHERE {{ {missing} }}"


def _too_many(number: int, path: str, target: str) -> str:
    counted = f"GROUP BY ?focus HAVING(COUNT(DISTINCT ?value) > {number})"
    return (
        f"SELECT DISTINCT ?focus WHERE {{ {{ SELECT ?focus WHERE {{ {_reach(path, target)} }} {counted} }} {target} }}"
    )


def _too_few(number: int, path: str, target: str) -> str:
    if number == 1:
        return f"SELECT DISTINCT ?focus WHERE {{ {target} MINUS {{ ?focus {path} ?value }} }}"
    return (
        f"SELECT ?focus WHERE {{ {target} OPTIONAL {{ ?focus {path} ?value }} }} "
        f"GROUP BY ?focus HAVING(COUNT(DISTINCT ?value) < {number})"
    )


def _subclasses(store: Store) -> Iterator[tuple[str, str]]:
    """(class, class above it) of the store's ontology."""
    for lower, upper in store.query(f"SELECT ?a ?b WHERE {{ ?a <{RDFS.subClassOf}> ?b }}").rows():
        if lower and upper and lower.kind == upper.kind == "iri":
            yield lower.value, upper.value


def _subclasses_in(shapes: Iterable[tuple[str, Shape]]) -> Iterator[tuple[str, str]]:
    """(class, class above it) of a file of shapes."""
    return ((name, upper.value) for name, shape in shapes for upper in shape.get(RDFS.subClassOf, ()))


def _closure(subclasses: Iterable[tuple[str, str]]) -> Closure:
    """From a class to itself and the classes below it."""
    below: dict[str, set[str]] = defaultdict(set)
    for lower, upper in subclasses:
        below[upper].add(lower)

    def closure(kind: str) -> list[str]:
        found, open_ = {kind}, [kind]
        while open_:
            new = below[open_.pop()] - found
            found |= new
            open_ += new
        return sorted(found)

    return closure
