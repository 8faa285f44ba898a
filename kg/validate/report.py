"""Results as a report: SHACL's own, in Turtle or as JSON that is JSON-LD too, or lines for eyes and pipes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from kg.graph.namespaces import PREFIXES, RDF, SH, XSD
from kg.oxigraph import Term, serialize
from kg.validate.results import Result

FORMATS = ("text", "json", "turtle")

_SHAPES = "https://w3id.org/township-kg/shapes#"
_PREFIXES = {**PREFIXES, "shape": _SHAPES, "check": "https://w3id.org/township-kg/checks/"}
_CONTEXT = {
    "@vocab": PREFIXES["sh"],
    "id": "@id",
    "type": "@type",
    "resultMessage": {"@container": "@language"},
    "value": {"@type": None},
}


def write(results: Sequence[Result], out: IO[bytes], format: str) -> None:
    """Write the results in one of FORMATS. A report conforms where there is none of any severity, as SHACL has it."""
    if format == "turtle":
        serialize(_quads(results), out, "turtle", _PREFIXES)
    elif format == "json":
        out.write((json.dumps(tree(results), ensure_ascii=False, indent=2) + "\n").encode())
    else:
        out.write("".join(f"{line}\n" for line in lines(results)).encode())


def lines(results: Iterable[Result]) -> Iterator[str]:
    """A line for each: severity, node, path, value, message, check; parted by tabs."""
    for one in results:
        value = "" if one.value is None else one.value.value
        cells = (local(one.severity), one.focus.value, short(one.path), value, one.message(), short(one.shape))
        yield "\t".join(" ".join(cell.split()) for cell in cells)


def summary(results: Iterable[Result]) -> Iterator[str]:
    """How many of each, the most frequent first."""
    counts = Counter((local(one.severity), short(one.shape), short(one.path), one.message()) for one in results)
    for (severity, shape, path, message), number in counts.most_common():
        yield f"{number:>7,}  {severity:<9}  {shape}{f' {path}' if path else ''}: {message}"


def tree(results: Iterable[Result]) -> dict[str, Any]:
    """The report as JSON-LD that reads well as JSON."""
    found = [_tree(one) for one in results]
    return {"@context": _CONTEXT, "type": "ValidationReport", "conforms": not found, "result": found}


def _tree(one: Result) -> dict[str, Any]:
    optional = {
        "resultPath": {"id": one.path} if "://" in one.path and "<" not in one.path else None,
        "value": None if one.value is None else _value(one.value),
    }
    return {
        "type": "ValidationResult",
        "focusNode": _value(one.focus),
        **{name: value for name, value in optional.items() if value is not None},
        "resultSeverity": {"id": one.severity},
        "sourceShape": {"id": one.shape},
        "sourceConstraintComponent": {"id": one.component},
        "resultMessage": dict(one.messages),
    }


def _value(term: Term) -> Any:
    if term.kind != "literal":
        return {"id": term.value}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    return {"@value": term.value, "@type": term.datatype} if term.datatype else term.value


def _quads(results: Sequence[Result]) -> Iterator[str]:
    """SHACL's validation report as N-Triples lines."""
    yield f"_:report <{RDF.type}> <{SH.ValidationReport}> ."
    yield f'_:report <{SH.conforms}> "{str(not results).lower()}"^^<{XSD.boolean}> .'
    for number, one in enumerate(results, 1):
        node = f"_:result{number}"
        yield f"_:report <{SH.result}> {node} ."
        facts = [
            (RDF.type, Term(SH.ValidationResult, "iri")),
            (SH.focusNode, one.focus),
            (SH.resultSeverity, Term(one.severity, "iri")),
            (SH.sourceShape, Term(one.shape, "iri")),
            (SH.sourceConstraintComponent, Term(one.component, "iri")),
            *((SH.resultMessage, Term(text, "literal", language)) for language, text in one.messages.items()),
        ]
        if "://" in one.path and "<" not in one.path:
            facts.append((SH.resultPath, Term(one.path, "iri")))
        if one.value is not None:
            facts.append((SH.value, one.value))
        yield from (f"{node} <{predicate}> {term} ." for predicate, term in facts)


def short(iri: str) -> str:
    """An IRI with its prefix where it has one."""
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def local(iri: str) -> str:
    """The end of an IRI."""
    return iri.rpartition("#")[2]
