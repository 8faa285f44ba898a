"""A network of who does what to which end, for tools that analyse and draw networks; the only importer of networkx.

What is a node, an edge and an attribute is said by a CONSTRUCT query: triples between IRIs are edges, rdf:type and
literals are attributes of their subjects. Nodes have numbers as ids, because writers cut IRIs apart.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import networkx as nx  # type: ignore[import-untyped]

from kg.errors import ExportError
from kg.export import views, writing
from kg.export.selection import EVERYTHING, Selection, ask
from kg.graph.namespaces import RDF, SCHEMA, SKOS, XSD
from kg.graph.queries import Query
from kg.graph.store import Store
from kg.oxigraph import Term

FORMATS = ("graphml", "gexf", "nodelink")

Value = str | int | float | bool
Attributes = dict[str, list[Value]]

_NUMBERS: Mapping[str, Callable[[str], Value]] = {
    XSD.integer: int,
    XSD.decimal: float,
    XSD.boolean: "true".__eq__,
}
_NAMES = {SKOS.prefLabel, SCHEMA.name}
_LANGUAGE = "zh"  # of labels
_RESERVED = {"id", "iri", "viz", "start", "end", "pid", "parents", "spells", "slices"}  # mean something else in GEXF
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML document may hold


def network(store: Store, query: Query | None = None, selection: Selection = EVERYTHING) -> nx.MultiDiGraph:
    """The network that a CONSTRUCT query (default: the default view) draws of the selected part of the store.

    Nodes have iri, label and kind, edges their relation.
    ExportError where the query answers with something else than triples or cannot be selected so.
    """
    answer = ask(store, query or views.load(), selection)
    if answer.kind != "triples":
        raise ExportError("a network is drawn by a CONSTRUCT query; give one")
    nodes: dict[str, Attributes] = defaultdict(lambda: defaultdict(list))
    edges = set()
    for subject, predicate, value in answer.triples():
        if value.kind == "literal" or predicate == RDF.type:
            nodes[subject][_attribute(predicate, value)].append(_value(value, predicate))
        else:
            edges.add((subject, predicate, value.value))
    described = {iri: _cleaned(nodes[iri], iri) for iri in sorted({*nodes, *_ends(edges)})}
    return _graph(_aligned(described), edges)


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
    query: Query | None = None,
) -> None:
    """Write the network of a view, or of the user's own `query`, in one of FORMATS.

    ExportError on another format or view and where `out` cannot be written.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no network format; choose one of {', '.join(FORMATS)}")
    graph = network(store, query or views.load(view), selection)
    with writing(out) as file:
        if format == "graphml":
            nx.write_graphml_xml(graph, file)
        elif format == "gexf":
            nx.write_gexf(graph, file)
        else:
            file.write(json.dumps(nx.node_link_data(graph, edges="links"), ensure_ascii=False, indent=1).encode())


def _graph(nodes: Mapping[str, Mapping[str, Value]], edges: set[tuple[str, str, str]]) -> nx.MultiDiGraph:
    numbers = {iri: number for number, iri in enumerate(nodes)}
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((numbers[iri], attributes) for iri, attributes in nodes.items())
    for subject, predicate, value in sorted(edges):
        graph.add_edge(numbers[subject], numbers[value], relation=_local(predicate))
    return graph


def _ends(edges: set[tuple[str, str, str]]) -> set[str]:
    return {end for subject, _, value in edges for end in (subject, value)}


def _attribute(predicate: str, value: Term) -> str:
    """The name of an attribute that this triple gives its subject."""
    if predicate == RDF.type:
        return "kind"
    if predicate in _NAMES:
        return "label" if value.language in ("", _LANGUAGE) else f"label_{value.language}"
    name = _local(predicate)
    return f"{name}_" if name in _RESERVED else name


def _value(value: Term, predicate: str) -> Value:
    if predicate == RDF.type:
        return _local(value.value)
    try:
        return _NUMBERS[value.datatype](value.value)
    except (KeyError, ValueError):  # a string, a date, or a number that is none
        return _ILLEGAL.sub(" ", value.value)


def _cleaned(attributes: Attributes, iri: str) -> dict[str, Value]:
    """One value each; several become one string. A node without a name is labelled with the end of its IRI."""
    found: dict[str, Value] = {"iri": iri, "label": _local(iri), "kind": ""}
    for name, values in sorted(attributes.items()):
        different = sorted(set(values), key=str)
        found[name] = different[0] if len(different) == 1 else " | ".join(map(str, different))
    return found


def _aligned(nodes: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
    """An attribute that is a number here and a word there becomes a word everywhere: formats want one type each."""
    kinds: dict[str, set[type]] = defaultdict(set)
    for attributes in nodes.values():
        for name, value in attributes.items():
            kinds[name].add(type(value))
    mixed = {name for name, found in kinds.items() if len(found) > 1}
    return {
        iri: {name: str(value) if name in mixed else value for name, value in attributes.items()}
        for iri, attributes in nodes.items()
    }


def _local(iri: str) -> str:
    return unquote(re.split("[#/]", iri)[-1])
