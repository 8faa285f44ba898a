"""What SHACL asks, as SPARQL expressions that are true where it holds; an error is no.

An expression speaks of one node. What is asked of the values of a property is a test that no value fails, so that
shapes within shapes are expressions too, however deep they lie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from kg.errors import KgError
from kg.graph.namespaces import SH, XSD
from kg.oxigraph import Term, evaluates
from kg.validate.paths import SHACL, Shape, Walk

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)

_SAID = {SH.path, SH.message, SH.severity, SH.deactivated, SH.name, SH.description, SH.order, SH.group, SH.defaultValue}
_COMPANIONS = {SH.flags, SH.ignoredProperties, SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint}
_XSD = XSD.string.removesuffix("string")
_CAST = {XSD.boolean, XSD.integer, XSD.decimal, XSD.double, XSD.float}
_CAST |= {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
_UNCHECKED = {XSD.string, XSD.anyURI}  # datatypes of which every literal is well formed
_NODE_KINDS = {
    "IRI": "isIRI({0})",
    "Literal": "isLITERAL({0})",
    "BlankNode": "isBLANK({0})",
    "BlankNodeOrIRI": "!isLITERAL({0})",
    "BlankNodeOrLiteral": "!isIRI({0})",
    "IRIOrLiteral": "!isBLANK({0})",
}
_COMPARED = {SH.minInclusive: ">=", SH.minExclusive: ">", SH.maxInclusive: "<=", SH.maxExclusive: "<"}
_MEASURED = {SH.minLength: ">=", SH.maxLength: "<="}
_JOINED = {SH.or_: " || ", SH.and_: " && ", SH.xone: " + "}
_ORDERED = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}


def component(predicate: str) -> str:
    """The IRI of the constraint component that a parameter belongs to (sh:in → sh:InConstraintComponent)."""
    name = predicate.removeprefix(SHACL)
    return f"{SHACL}{name[:1].upper()}{name[1:]}ConstraintComponent"


def says(shape: Shape, predicate: str) -> bool:
    """Whether a yes-or-no property of a shape is there and true; SHACL takes no other writing of it."""
    return any(term.value == "true" for term in shape.get(predicate, ()))


def asked(shape: Shape) -> Iterator[tuple[str, Term]]:
    """What a shape asks: SHACL's parameters without those that only say or aim, and without what is switched off."""
    for predicate, terms in shape.items():
        if not predicate.startswith(SHACL) or predicate in _SAID | _COMPANIONS or predicate in TARGETS:
            continue
        if predicate in (SH.uniqueLang, SH.closed) and not says(shape, predicate):
            continue
        if predicate in (SH.qualifiedMinCount, SH.qualifiedMaxCount) and SH.qualifiedValueShape not in shape:
            continue
        yield from ((predicate, term) for term in terms)


class Constraints:
    """Makes the expressions; `subclasses` leads from a class to itself and all below it."""

    def __init__(self, walk: Walk, subclasses: Callable[[str], list[str]]) -> None:
        self._walk, self._subclasses, self._numbers = walk, subclasses, count()

    def below(self, kind: Term) -> str:
        """The class and all below it, for a VALUES clause."""
        return " ".join(f"<{iri}>" for iri in self._subclasses(self.written(kind, "class")[1:-1]))

    def classes(self, predicate: str, term: Term) -> str | None:
        """The classes of which a value must have one, where the constraint asks just this."""
        if predicate == SH.class_:
            return self.below(term)
        if predicate != SH.or_:
            return None
        options = [self._walk.graph[item.value] for item in self._walk.items(term)]
        if not all(set(option) == {SH.class_} and len(option[SH.class_]) == 1 for option in options):
            return None
        return " ".join(self.below(option[SH.class_][0]) for option in options)

    def of_value(self, predicate: str, term: Term, part: Shape, focus: str, value: str) -> str | None:
        """The test of a single value of the focus, which is the focus itself in node shapes; None where there is none.

        KgError where the constraint is known and cannot be checked.
        """
        test = (
            self._simple(predicate, term, part, value)
            or self._logical(predicate, term, value)
            or self._beside(predicate, term, focus, value)
            or (self._closed(part, value) if predicate == SH.closed else None)
        )
        return test and f"COALESCE({test}, false)"

    def of_all(self, predicate: str, term: Term, part: Shape, focus: str, path: str) -> str | None:
        """The test of all values of the focus together; None where there is none."""
        if predicate == SH.hasValue:
            return has(focus, path, self.written(term, "hasValue"))
        value, other = self._fresh(), self._fresh()
        if predicate == SH.equals:
            return f"!EXISTS {{ {focus} {term} {value} FILTER(!({has(focus, path, value)})) }}"
        if predicate == SH.uniqueLang and path:
            same = f"LANG({value}) != '' && LANG({value}) = LANG({other}) && !sameTerm({value}, {other})"
            return f"!EXISTS {{ {focus} {path} {value} , {other} FILTER({same}) }}"
        if predicate in (SH.minCount, SH.qualifiedMinCount) and path:
            return self._at_least(self.number(term), predicate, part, focus, path)
        if predicate in (SH.maxCount, SH.qualifiedMaxCount) and path:
            return f"!{self._at_least(self.number(term) + 1, predicate, part, focus, path)}"
        return None

    def conforms(self, shape: Term, node: str) -> str:
        """Whether the node meets a shape within a shape."""
        with self._walk.into(shape) as part:
            tests = [] if says(part, SH.deactivated) else list(self._tests(part, node))
        return f"({' && '.join(tests) or 'true'})"

    def strange(self, part: Shape, predicate: str) -> str:
        """Whether a closed shape does not allow this property of a node."""
        paths = [path for node in part.get(SH.property, ()) for path in self._walk.graph[node.value].get(SH.path, ())]
        ignored = [item for head in part.get(SH.ignoredProperties, ()) for item in self._walk.items(head)]
        allowed = ", ".join(str(path) for path in (*paths, *ignored) if path.kind == "iri")
        return f"{predicate} NOT IN ({allowed})" if allowed else "true"  # to the engine NOT IN () is an error

    def property(self, term: Term) -> Term:
        """A property shape. KgError where it has no path."""
        if SH.path not in self._walk.graph[term.value]:
            raise self._walk.error("a sh:property without sh:path", "sh:node")
        return term

    def number(self, term: Term) -> int:
        """A number of values or characters. KgError where it is none."""
        if not term.value.isdecimal():
            raise self._walk.error(f"the number {term.value!r}", "a whole one")
        return int(term.value)

    def written(self, term: Term, where: str) -> str:
        """A term as SPARQL writes it. KgError for blank nodes: those of the shapes are no nodes of the store."""
        if term.kind == "blank":
            raise self._walk.error(f"a blank node in sh:{where}", "an IRI or literal")
        return str(term)

    def unknown(self, predicate: str) -> KgError:
        """The error for a constraint that is not known, or not here."""
        return self._walk.error(predicate.removeprefix(SHACL), "other constraints or leave it out")

    def _tests(self, part: Shape, focus: str) -> Iterator[str]:
        """The tests of a shape within a shape; those of a property's values are one."""
        path = self._walk.path(part)
        value, values = self._fresh() if path else focus, []
        for predicate, term in asked(part):
            alone = self.of_value(predicate, term, part, focus, value)
            together = self.of_all(predicate, term, part, focus, path)
            if alone is together is None:
                raise self.unknown(predicate)
            values += [alone] if alone else []
            yield from [together] if together else []
        if values:
            test = " && ".join(values)
            yield f"!EXISTS {{ {focus} {path} {value} FILTER(!({test})) }}" if path else test

    def _simple(self, predicate: str, term: Term, part: Shape, node: str) -> str | None:
        if predicate in _COMPARED:
            return f"{node} {_COMPARED[predicate]} {term}"
        if predicate in _MEASURED:
            return f"!isBLANK({node}) && STRLEN(STR({node})) {_MEASURED[predicate]} {self.number(term)}"
        if predicate == SH.pattern:
            return f"!isBLANK({node}) && REGEX(STR({node}), {self._pattern(term, part)})"
        if predicate == SH.in_:
            items = [self.written(item, "in") for item in self._walk.items(term)]
            return " || ".join(f"sameTerm({node}, {item})" for item in items) or "false"
        if predicate == SH.languageIn:
            return " || ".join(f"LANGMATCHES(LANG({node}), {item})" for item in self._walk.items(term)) or "false"
        if predicate == SH.class_:
            kind = self._fresh()
            return f"EXISTS {{ VALUES {kind} {{ {self.below(term)} }} {node} a {kind} }}"
        if predicate == SH.nodeKind:
            return self._node_kind(term, node)
        return self._datatype(term, node) if predicate == SH.datatype else None

    def _pattern(self, term: Term, part: Shape) -> str:
        """The arguments of REGEX. KgError where the engine does not know the expression: it would match nothing."""
        arguments = ", ".join(map(str, (term, *part.get(SH.flags, ()))))
        if not evaluates(f"REGEX('', {arguments})"):
            raise self._walk.error(f"the pattern {arguments}", "a regular expression without look-around")
        return arguments

    def _datatype(self, term: Term, node: str) -> str:
        if term.value in _CAST:
            return f"DATATYPE({node}) = {term} && STRLEN(STR({term}(STR({node})))) > 0"
        if term.value in _UNCHECKED or not term.value.startswith(_XSD):
            return f"DATATYPE({node}) = {self.written(term, 'datatype')}"
        raise self._walk.error(f"the datatype {term.value}", f"one of {', '.join(sorted(_CAST | _UNCHECKED))}")

    def _node_kind(self, term: Term, node: str) -> str:
        name = term.value.removeprefix(SHACL)
        if name not in _NODE_KINDS:
            raise self._walk.error(f"the node kind {name}", f"one of {', '.join(_NODE_KINDS)}")
        return _NODE_KINDS[name].format(node)

    def _logical(self, predicate: str, term: Term, node: str) -> str | None:
        if predicate == SH.property:
            return self.conforms(self.property(term), node)
        if predicate == SH.node:
            if SH.path in self._walk.graph[term.value]:
                raise self._walk.error("a property shape in sh:node", "sh:property")
            return self.conforms(term, node)
        if predicate == SH.not_:
            return f"!{self.conforms(term, node)}"
        if predicate not in _JOINED:
            return None
        options = [self.conforms(item, node) for item in self._walk.items(term)]
        if predicate == SH.xone:
            return f"{' + '.join(f'IF({option}, 1, 0)' for option in options)} = 1"
        return _JOINED[predicate].join(options)

    def _beside(self, predicate: str, term: Term, focus: str, value: str) -> str | None:
        """The value beside those of another property of the focus."""
        if predicate in (SH.equals, SH.disjoint):
            return f"{'!' if predicate == SH.disjoint else ''}EXISTS {{ {focus} {term} {value} }}"
        if predicate not in _ORDERED or focus == value:
            return None
        other = self._fresh()
        test = f"COALESCE({value} {_ORDERED[predicate]} {other}, false)"
        return f"!EXISTS {{ {focus} {term} {other} FILTER(!{test}) }}"

    def _closed(self, part: Shape, node: str) -> str:
        predicate, value = self._fresh(), self._fresh()
        return f"!EXISTS {{ {node} {predicate} {value} FILTER({self.strange(part, predicate)}) }}"

    def _at_least(self, number: int, predicate: str, part: Shape, focus: str, path: str) -> str:
        """Whether there are so many values, of those that meet the qualified shape if it counts these."""
        value = self._fresh()
        qualified = predicate in (SH.qualifiedMinCount, SH.qualifiedMaxCount)
        test = f" FILTER({self._qualifies(part, value)})" if qualified else ""
        if number < 2:
            return f"EXISTS {{ {focus} {path} {value}{test} }}" if number else "(true)"
        counted = f"GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) >= {number})"
        return f"EXISTS {{ SELECT {focus} WHERE {{ {focus} {path} {value}{test} }} {counted} }}"

    def _qualifies(self, part: Shape, value: str) -> str:
        (shape, *more) = part[SH.qualifiedValueShape]
        if more:
            raise self._walk.error("a second sh:qualifiedValueShape of one shape", "another shape for it")
        others = self._siblings(part) - {shape} if says(part, SH.qualifiedValueShapesDisjoint) else set()
        tests = [self.conforms(shape, value), *(f"!{self.conforms(other, value)}" for other in sorted(others))]
        return " && ".join(tests)

    def _siblings(self, part: Shape) -> set[Term]:
        """The qualified shapes of a property shape and of all others that stand beside it."""
        graph = self._walk.graph
        families = [[graph[node.value] for node in shape.get(SH.property, ())] for shape in list(graph.values())]
        own = [family for family in families if any(one is part for one in family)]
        return {shape for family in own for one in family for shape in one.get(SH.qualifiedValueShape, ())}

    def _fresh(self) -> str:
        """A variable that nothing else uses: an EXISTS sees those around it."""
        return f"?v{next(self._numbers)}"


def has(focus: str, path: str, value: str) -> str:
    """Whether this is a value of the focus; in a node shape (`path` is empty) the focus is the value."""
    return f"EXISTS {{ {focus} {path} {value} }}" if path else f"sameTerm({focus}, {value})"
