"""The description as one JSON-LD tree in the terms of schema.org, as search engines want it in a page."""

from __future__ import annotations

from collections import defaultdict

from kg.describe.description import described_in
from kg.graph import queries
from kg.graph.namespaces import PREFIXES, RDF, SCHEMA
from kg.graph.store import Store
from kg.oxigraph import Term

Tree = dict[str, object]


def tree(store: Store, language: str) -> Tree:
    """What queries/derive/schema-dataset.rq gives, the words in one language. StoreError where there is nothing."""
    described_in(store)  # else there is nothing to tell
    nodes: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in queries.run(store, queries.load("derive/schema-dataset")).triples():
        if value.language in ("", language):
            nodes[subject][predicate].append(value)
    whole = next(iri for iri, said in nodes.items() if Term(SCHEMA.Dataset, "iri") in said[RDF.type])
    return {"@context": PREFIXES["schema"], **_node(whole, nodes)}


def _node(iri: str, nodes: dict[str, dict[str, list[Term]]]) -> Tree:
    """A node with all that hangs on it; what is only named is an address."""
    found: Tree = {"@id": iri}
    for predicate, values in nodes[iri].items():
        said = [_node(v.value, nodes) if v.kind == "iri" and v.value in nodes else _local(v.value) for v in values]
        found["@type" if predicate == RDF.type else _local(predicate)] = said[0] if len(said) == 1 else said
    return found


def _local(iri: str) -> str:
    return iri.removeprefix(PREFIXES["schema"])
