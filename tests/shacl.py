"""What breaks SHACL shapes, as pyshacl says it and as `kg validate` does, in one form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import SH

from kg import resources
from kg.graph.store import Store
from kg.validate.validation import by_shapes

SHAPES = resources.ontology("shapes.ttl")
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."""

Found = tuple[str, str, str, str, str]  # focus, path, value, component, severity


def by_pyshacl(graph: rdflib.Graph, shapes: Path = SHAPES) -> set[Found]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes))
    assert isinstance(report, rdflib.Graph)
    return set(read(report))


def read(report: rdflib.Graph) -> Iterator[Found]:
    """The results of a SHACL report; blank nodes are alike, since each reader gives them other names.

    What pyshacl tells further of a result (sh:detail) is none of the report's.
    """
    for result in report.objects(None, SH.result):
        focus, path, value, component, severity = (
            report.value(result, term)
            for term in (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
        )
        yield (
            told(focus),
            path.n3() if isinstance(path, rdflib.URIRef) else "",
            told(value),
            str(component),
            str(severity),
        )


def told(node: object) -> str:
    if node is None or isinstance(node, rdflib.BNode):
        return "" if node is None else "_:"
    return str(node).removesuffix(".0")  # the store writes decimals in their shortest form


def ours(graph: rdflib.Graph, path: Path, shapes: Path = SHAPES) -> set[Found]:
    with Store.open_for_writing(path) as opened:
        opened.put("x:g", graph.serialize(format="nt").strip().split("\n"))
        found = list(by_shapes(opened, shapes))
    said = set()
    for one in found:
        focus, value = (
            "" if term is None else "_:" if term.kind == "blank" else term.value for term in (one.focus, one.value)
        )
        shown = f"<{one.path}>" if one.path and "<" not in one.path else ""
        said.add((focus, shown, value, one.component, one.severity))
    return said
