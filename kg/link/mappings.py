"""Sets of links to other open data, each in a named graph of its own: what our places and concepts are elsewhere.

A graph holds the plain links and, as SSSOM is written in RDF, an owl:Axiom for each with its method, date and
confidence. Only what the store speaks of is linked. The keys by which others know a place (P442 of Wikidata, tags of
OpenStreetMap) are derived from its codes by queries/derive/place-keys.rq.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kg import resources
from kg.graph import iris, queries
from kg.graph.namespaces import DCTERMS, OWL, PAV, RDF, SKOS, SSSOM, TKG, XSD
from kg.graph.store import Store, line
from kg.link import sssom
from kg.link.sssom import Link, LinkSet
from kg.oxigraph import Term, Triple

PLACES = f"{iris.SCHEMES}place/"  # where the tables' places are; the store's may have another base
FOLDER = "links/"  # of the graphs
_NODES = f"""SELECT DISTINCT ?node WHERE {{
  VALUES ?class {{ <{TKG.Place}> <{TKG.Indicator}> <{TKG.Programme}> <{TKG.Strategy}> <{TKG.Unit}> <{SKOS.Concept}> }}
  ?node a ?class
}}"""
_HELD = f"""SELECT ?graph ?title ?licence ?source ?predicate (COUNT(*) AS ?number) WHERE {{
  GRAPH ?graph {{
    ?graph <{DCTERMS.title}> ?title ; <{DCTERMS.license}> ?licence .
    ?graph <{SSSOM.object_source}> ?source ; <{SSSOM.mappings}> ?link .
    ?link <{OWL.annotatedProperty}> ?predicate
  }}
}} GROUP BY ?graph ?title ?licence ?source ?predicate ORDER BY ?graph ?predicate"""


@dataclass(frozen=True, slots=True)
class Held:
    """A set of links in a store: its title, licence and target (IRIs), and how many links of each predicate it has."""

    title: str
    licence: str
    source: str
    sizes: dict[str, int] = field(default_factory=dict)


def packaged() -> list[LinkSet]:
    """The sets of links that come with the package, by name."""
    return [sssom.read(path) for path in sorted(resources.data("links").glob(f"*{sssom.SUFFIX}"))]


def link(store: Store, sets: Iterable[LinkSet]) -> dict[str, int]:
    """Bring the graphs of these sets, and the graph of keys, up to date; gives the number of links in each."""
    nodes = {node.value for (node,) in store.query(_NODES).rows() if node}
    done = {}
    for one in sets:
        links = [found for found in (_of_base(link, store.base) for link in one.links) if found.subject in nodes]
        if links or iris.graph(FOLDER + one.name, store.base) in store.graphs():
            _bring(store, FOLDER + one.name, triples(one, links, store.base))
        done[one.name] = len(links)
    _bring(store, "keys", queries.run(store, queries.load("derive/place-keys")).triples())
    return done


def triples(links: LinkSet, chosen: Iterable[Link], base: str) -> Iterator[Triple]:
    """The graph of a set with the links `chosen` of it."""
    graph = iris.graph(FOLDER + links.name, base)
    yield graph, RDF.type, Term(SSSOM.MappingSet, "iri")
    for slot, predicate in (("mapping_set_title", DCTERMS.title), ("mapping_set_description", DCTERMS.description)):
        yield graph, predicate, Term(links.head[slot], "literal", "en")
    sources = (("license", DCTERMS.license), ("subject_source", SSSOM.subject_source))
    for slot, predicate in (*sources, ("object_source", SSSOM.object_source)):
        yield graph, predicate, Term(links.head[slot], "iri")
    for one in chosen:
        yield one.subject, one.predicate, Term(one.target, "iri")
        node = f"{graph}#{_digest([one.subject, one.predicate, one.target])[:16]}"
        yield graph, SSSOM.mappings, Term(node, "iri")
        yield from _axiom(node, one)


def held(store: Store) -> dict[str, Held]:
    """The sets of links in the store, by name."""
    found: dict[str, Held] = {}
    head = iris.graph(FOLDER, store.base)
    for row in store.query(_HELD).rows():
        graph, title, licence, source, predicate, number = (term.value for term in row if term)
        one = found.setdefault(graph.removeprefix(head), Held(title, licence, source))
        one.sizes[predicate] = int(number)
    return found


def _axiom(node: str, link: Link) -> Iterator[Triple]:
    yield node, RDF.type, Term(OWL.Axiom, "iri")
    yield node, OWL.annotatedSource, Term(link.subject, "iri")
    yield node, OWL.annotatedProperty, Term(link.predicate, "iri")
    yield node, OWL.annotatedTarget, Term(link.target, "iri")
    yield node, SSSOM.mapping_justification, Term(link.justification, "iri")
    yield node, SSSOM.confidence, Term(link.confidence, "literal", "", XSD.decimal)
    yield node, PAV.authoredOn, Term(link.date, "literal", "", XSD.date)
    if link.target_label:
        yield node, SSSOM.object_label, Term(link.target_label, "literal")


def _of_base(link: Link, base: str) -> Link:
    """The link of a place under the store's base."""
    if base == iris.BASE or not link.subject.startswith(PLACES):
        return link
    return replace(link, subject=f"{base}place/{link.subject.removeprefix(PLACES)}")


def _bring(store: Store, name: str, made: Iterable[Triple]) -> None:
    content = list(made)
    store.bring(name, _digest(" ".join(map(str, triple)) for triple in sorted(content)), lambda: map(line, content))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
