"""SHACL shapes compiled to SPARQL: what breaks them in a store of millions of triples is found in seconds.

General engines visit node after node. Here each constraint of a property is one query that scans the property once and
joins what is wrong, which is little, with the targets of the shape; the tests of single values share a scan, and are
told apart only where it finds something. What cannot be checked is an error, never passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.graph.namespaces import RDF, RDFS, SH
from kg.graph.store import Store
from kg.oxigraph import Term, parse
from kg.validate import constraints
from kg.validate.results import VIOLATION

Shape = dict[str, list[Term]]  # predicate → values

_SUBCLASS_OF = RDFS.label.removesuffix("label") + "subClassOf"
_SAID = {RDF.type, RDFS.label, RDFS.comment, SH.property, SH.path, SH.message, SH.severity, SH.flags, SH.name}
_SAID |= {SH.description, SH.order, SH.deactivated}
_TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
_PATHS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


@dataclass(frozen=True, slots=True)
class Check:
    """The queries for one property of a shape, or for its node (`path` is empty).

    Each of `parts`, a component's IRI and a query, gives the rows (?focus, ?value) that break it, without ?value where
    a number of values is wrong. Where there is `any`, they need be asked only if this query finds something.
    """

    shape: str
    path: str
    parts: tuple[tuple[str, str], ...]
    severity: str
    messages: dict[str, str]
    any: str | None = None


def compiled(path: Path, store: Store) -> list[Check]:
    """The checks of a file of shapes (Turtle), with the classes of the store's ontology. KgError where it cannot be."""
    graph: dict[str, Shape] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in parse(path):
        graph[subject][predicate].append(value)
    return list(_Compiler(graph, path.name, _subclasses(store)).checks())


class _Compiler:
    """From the shapes' triples to queries; `subclasses` leads from a class to itself and all below it."""

    def __init__(self, graph: dict[str, Shape], file: str, subclasses: Callable[[str], list[str]]) -> None:
        self._graph, self._file = graph, file
        self._constraints = constraints.Constraints(graph, file, subclasses)

    def checks(self) -> Iterator[Check]:
        """The checks of all shapes that have targets."""
        for name, shape in list(self._graph.items()):
            targets = [(kind, value) for kind in _TARGETS for value in shape.get(kind, ())]
            self._refuse_idle(name, shape, bool(targets))
            for kind, value in targets:
                for part in (shape, *(self._graph[node.value] for node in shape.get(SH.property, ()))):
                    if "true" not in (term.value for term in part.get(SH.deactivated, ())):
                        yield from self._part(name, part, self._target(kind, value))

    def _part(self, name: str, part: Shape, target: str) -> Iterator[Check]:
        """Checks of one property shape, or of the node shape itself."""
        path = self._path(part[SH.path][0]) if SH.path in part else ""
        shown = part[SH.path][0].value if SH.path in part and part[SH.path][0].kind == "iri" else path
        said = {term.language: term.value for term in part.get(SH.message, ())}
        severity = next((term.value for term in part.get(SH.severity, ())), VIOLATION)
        values, others = self._queries(part, path, target)
        if len(values) > 1:
            joint = " && ".join(test for _, test in values)
            queries = tuple((component, _of_values(test, path, target)) for component, test in values)
            yield Check(name, shown, queries, severity, said, _of_values(joint, path, target))
        elif values:
            ((component, test),) = values
            others.append((component, _of_values(test, path, target)))
        if others:
            yield Check(name, shown, tuple(others), severity, said)

    def _queries(self, part: Shape, path: str, target: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """(component, SPARQL expression) of what single values must be, and (component, query) of all else."""
        values, others = [], []
        for predicate, terms in part.items():
            if predicate in _SAID | _TARGETS:
                continue
            for term in terms:
                component = constraints.component(predicate)
                classes = self._constraints.classes(predicate, term) if path else None
                if classes:
                    others.append((component, _of_class(classes, path, target)))
                elif test := self._constraints.of_value(predicate, term, part, "?value" if path else "?focus"):
                    values.append((component, test))
                elif path and (query := _of_property(predicate, term, path, target)):
                    others.append((component, query))
                else:
                    raise self._unknown(predicate)
        return values, others

    def _target(self, kind: str, value: Term) -> str:
        if kind == SH.targetClass:
            return f"VALUES ?kind {{ {self._constraints.below(value.value)} }} ?focus a ?kind ."
        if kind == SH.targetNode:
            return f"VALUES ?focus {{ {value} }}"
        return f"?focus {value} ?any ." if kind == SH.targetSubjectsOf else f"?any {value} ?focus ."

    def _path(self, path: Term) -> str:
        """A SHACL path as SPARQL writes it."""
        if path.kind == "iri":
            return str(path)
        node = self._graph[path.value]
        if SH.inversePath in node:
            return f"^{self._path(node[SH.inversePath][0])}"
        if SH.alternativePath in node:
            return f"({'|'.join(map(self._path, self._constraints.items(node[SH.alternativePath][0])))})"
        for predicate, mark in _PATHS.items():
            if predicate in node:
                return f"({self._path(node[predicate][0])}){mark}"
        return f"({'/'.join(map(self._path, self._constraints.items(path)))})"

    def _refuse_idle(self, name: str, shape: Shape, aimed: bool) -> None:
        """KgError for a shape that would never be looked at."""
        if not aimed and SH.NodeShape in (term.value for term in shape.get(RDF.type, ())):
            raise KgError(f"{self._file}: {name} has no target; give it a sh:targetClass, say")

    def _unknown(self, predicate: str) -> KgError:
        name = predicate.removeprefix(SH.path.removesuffix("path"))
        return KgError(f"{self._file}: {name} cannot be checked; use other constraints or leave it out")


def _reach(path: str, target: str) -> str:
    """What leads from focus to value; the targets come first where the path is no single property."""
    return f"?focus {path} ?value ." if path.startswith("<") else f"{target} ?focus {path} ?value ."


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


def _of_property(predicate: str, term: Term, path: str, target: str) -> str | None:
    """The query of a constraint on all values of a property together; None where there is no such constraint."""
    reach, theirs = _reach(path, target), f"?focus {term} ?other ."
    if predicate == SH.minCount:
        return _too_few(int(term.value), path, target)
    if predicate == SH.maxCount:
        return f"SELECT DISTINCT ?focus WHERE {{ {_more_than(int(term.value), reach)} {target} }}"
    if predicate == SH.uniqueLang:
        tagged = f"{reach} FILTER(LANG(?value) != '')"
        return f"SELECT DISTINCT ?focus WHERE {{ {_more_than(1, tagged, ' (LANG(?value))')} {target} }}"
    if predicate == SH.hasValue:
        return f"SELECT DISTINCT ?focus WHERE {{ {target} MINUS {{ ?focus {path} {term} }} }}"
    pairs = {
        SH.disjoint: f"{reach} ?focus {term} ?value .",
        SH.equals: f"{{ {reach} MINUS {{ ?focus {term} ?value }} }} UNION "
        f"{{ {target} ?focus {term} ?value MINUS {{ ?focus {path} ?value }} }}",
        SH.lessThan: f"{reach} {theirs} FILTER(!COALESCE(?value < ?other, false))",
        SH.lessThanOrEquals: f"{reach} {theirs} FILTER(!COALESCE(?value <= ?other, false))",
    }
    return f"SELECT DISTINCT ?focus ?value WHERE {{ {target} {pairs[predicate]} }}" if predicate in pairs else None


def _more_than(number: int, reach: str, by: str = "") -> str:
    """The nodes with more values than that; `by` divides the values."""
    return f"{{ SELECT ?focus WHERE {{ {reach} }} GROUP BY ?focus{by} HAVING(COUNT(DISTINCT ?value) > {number}) }}"


def _too_few(number: int, path: str, target: str) -> str:
    if number == 1:
        return f"SELECT DISTINCT ?focus WHERE {{ {target} MINUS {{ ?focus {path} ?value }} }}"
    return (
        f"SELECT ?focus WHERE {{ {target} OPTIONAL {{ ?focus {path} ?value }} }} "
        f"GROUP BY ?focus HAVING(COUNT(DISTINCT ?value) < {number})"
    )


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
