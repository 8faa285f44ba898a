"""What SHACL asks of a single value, as SPARQL expressions that are true where it holds; an error is no."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kg.errors import KgError
from kg.graph.namespaces import GEO, RDF, SH, XSD
from kg.oxigraph import Term

_LIST = RDF.type.removesuffix("type")  # rdf:first, rdf:rest and rdf:nil hang on it
_SH = SH.path.removesuffix("path")
_CAST = {XSD.boolean, XSD.integer, XSD.decimal, XSD.double, XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
_UNCHECKED = {XSD.string, RDF.langString, GEO.wktLiteral}  # every literal is well formed; WKT has a pattern beside it
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

Shape = Mapping[str, list[Term]]


def component(predicate: str) -> str:
    """The IRI of the constraint component that a parameter belongs to (sh:in → sh:InConstraintComponent)."""
    name = predicate.removeprefix(_SH)
    return f"{_SH}{name[:1].upper()}{name[1:]}ConstraintComponent"


class Constraints:
    """Makes the expressions; `graph` holds the shapes, `subclasses` leads from a class to itself and all below it."""

    def __init__(self, graph: Mapping[str, Shape], file: str, subclasses: Callable[[str], list[str]]) -> None:
        self._graph, self._file, self._subclasses = graph, file, subclasses

    def below(self, kind: str) -> str:
        """The class and all below it, for a VALUES clause."""
        return " ".join(f"<{iri}>" for iri in self._subclasses(kind))

    def classes(self, predicate: str, term: Term) -> str | None:
        """The classes of which a value must have one, where the constraint asks just this."""
        if predicate == SH.class_:
            return self.below(term.value)
        if predicate != SH.or_:
            return None
        options = [self._graph[item.value] for item in self.items(term)]
        if not all(set(option) == {SH.class_} and len(option[SH.class_]) == 1 for option in options):
            return None
        return " ".join(self.below(option[SH.class_][0].value) for option in options)

    def of_value(self, predicate: str, term: Term, part: Shape, node: str) -> str | None:
        """The expression of a constraint; None where it is none on a single value. KgError where it is unknown."""
        test = self._simple(predicate, term, part, node) or self._logical(predicate, term, node)
        return test and f"COALESCE({test}, false)"

    def _simple(self, predicate: str, term: Term, part: Shape, node: str) -> str | None:
        if predicate in _COMPARED:
            return f"{node} {_COMPARED[predicate]} {term}"
        if predicate in _MEASURED:
            return f"!isBLANK({node}) && STRLEN(STR({node})) {_MEASURED[predicate]} {term.value}"
        if predicate == SH.pattern:
            flags = "".join(f", {flag}" for flag in part.get(SH.flags, ()))
            return f"!isBLANK({node}) && REGEX(STR({node}), {term}{flags})"
        if predicate == SH.in_:
            return " || ".join(f"sameTerm({node}, {item})" for item in self.items(term)) or "false"
        if predicate == SH.languageIn:
            return " || ".join(f"LANGMATCHES(LANG({node}), {item})" for item in self.items(term)) or "false"
        if predicate == SH.class_:
            return f"EXISTS {{ VALUES ?class {{ {self.below(term.value)} }} {node} a ?class }}"
        if predicate == SH.nodeKind:
            return self._node_kind(term, node)
        return self._datatype(term, node) if predicate == SH.datatype else None

    def _datatype(self, term: Term, node: str) -> str:
        if term.value in _UNCHECKED:
            return f"DATATYPE({node}) = {term}"
        if term.value in _CAST:
            return f"DATATYPE({node}) = {term} && STRLEN(STR({term}(STR({node})))) > 0"
        raise self._error(f"the datatype {term.value}", f"one of {', '.join(sorted(_CAST | _UNCHECKED))}")

    def _node_kind(self, term: Term, node: str) -> str:
        name = term.value.removeprefix(_SH)
        if name not in _NODE_KINDS:
            raise self._error(f"the node kind {name}", f"one of {', '.join(_NODE_KINDS)}")
        return _NODE_KINDS[name].format(node)

    def _logical(self, predicate: str, term: Term, node: str) -> str | None:
        if predicate == SH.not_:
            return f"!({self._option(term, node)})"
        if predicate not in _JOINED:
            return None
        options = [self._option(item, node) for item in self.items(term)]
        if predicate == SH.xone:
            return f"{' + '.join(f'IF({option}, 1, 0)' for option in options)} = 1"
        return _JOINED[predicate].join(options)

    def _option(self, item: Term, node: str) -> str:
        """A shape inside a logical constraint: tests of the node, or that a property is there or is not."""
        part = self._graph[item.value]
        if SH.path in part:
            return self._presence(part, node)
        known = [
            self.of_value(predicate, term, part, node)
            for predicate, terms in part.items()
            for term in terms
            if predicate != SH.flags
        ]
        if None in known or not known:
            raise self._error(
                "what is in sh:or, sh:and, sh:not or sh:xone", "tests of a value, or of a property's presence"
            )
        return f"({' && '.join(filter(None, known))})"

    def _presence(self, part: Shape, node: str) -> str:
        path, counts = part[SH.path][0], {p: terms[0].value for p, terms in part.items() if p != SH.path}
        exists = f"EXISTS {{ {node} {path} ?any }}"
        if path.kind == "iri" and counts == {SH.minCount: "1"}:
            return f"({exists})"
        if path.kind == "iri" and counts == {SH.maxCount: "0"}:
            return f"(NOT {exists})"
        raise self._error("of properties in sh:or, sh:and, sh:not and sh:xone only minCount 1 or maxCount 0", "these")

    def items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        while head.value != f"{_LIST}nil":
            cell = self._graph[head.value]
            if f"{_LIST}first" not in cell:
                raise self._error("a list that is none", "( … )")
            yield cell[f"{_LIST}first"][0]
            head = cell[f"{_LIST}rest"][0]

    def _error(self, what: str, instead: str) -> KgError:
        return KgError(f"{self._file}: {what} cannot be checked; use {instead}")
