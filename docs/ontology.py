"""Writes the page of the ontology, docs/ontology.html, from ontology.ttl and shapes.ttl.

    python -m docs.ontology > docs/ontology.html

Needs Graphviz (``dot``) and Jinja2. Everything on the page comes from the two files; a term that is added to them is on
the page when this has run again. (pyLODE runs the two languages of a term into one, takes the code lists for further
ontologies, leaves their members out and does not fit a phone.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from docs.ontology_figure import BOX, LINE, Figure, Line, figure
from kg import resources
from kg.graph.namespaces import PREFIXES
from kg.oxigraph import Term, parse

HERE = Path(__file__).parent
ONTOLOGY = "https://w3id.org/township-kg/ontology"
SPACES = {
    **PREFIXES,
    "org": "http://www.w3.org/ns/org#",
    "quantitykind": "http://qudt.org/vocab/quantitykind/",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "": "https://w3id.org/township-kg/",
}
KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "object",
    "owl:DatatypeProperty": "datatype",
    "skos:Concept": "code",
}
TIES = {
    "rdfs:subClassOf": ("是一种", "is a"),
    "rdfs:subPropertyOf": ("是其子属性", "subproperty of"),
    "rdfs:seeAlso": ("参见", "see also"),
    "skos:closeMatch": ("近似", "close to"),
}
ROLES = {
    "owl:FunctionalProperty": ("至多一个值", "at most one value"),
    "qb:DimensionProperty": ("维度", "dimension"),
    "qb:MeasureProperty": ("度量", "measure"),
    "qb:AttributeProperty": ("特性", "attribute"),
    "qb:CodedProperty": ("有代码表", "coded"),
}
STATED = ("owl:versionInfo", "owl:versionIRI", "dcterms:created", "dcterms:modified", "dcterms:license")


class Words(NamedTuple):
    """What is said in both languages; empty where nothing is."""

    zh: str
    en: str


class Link(NamedTuple):
    """A term as it is written, and where it leads."""

    text: str
    href: str

    @property
    def name(self) -> str:
        """Its place on the page."""
        return self.href.removeprefix("#")


class Graph:
    """The triples of a few files, in their order."""

    def __init__(self, *names: str) -> None:
        self.about: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for name in names:
            for subject, predicate, value in parse(resources.ontology(name)):
                self.about[subject][curie(predicate)].append(value)

    def values(self, subject: str, predicate: str) -> list[str]:
        """IRIs and texts of a property, in their order."""
        return [term.value for term in self.about[subject][predicate]] if subject in self.about else []

    def words(self, subject: str, *predicates: str) -> Words:
        """What the first of these properties that is there says in each language."""
        for predicate in predicates:
            said = {term.language: term.value for term in self.about[subject][predicate]}
            if said:
                return Words(said.get("zh", ""), said.get("en", ""))
        return Words("", "")

    def members(self, node: str) -> list[str]:
        """The classes of a union, or the one class that `node` is."""
        rest = self.values(node, "owl:unionOf")
        found = []
        while rest and self.values(rest[0], "rdf:first"):
            found += self.values(rest[0], "rdf:first")
            rest = self.values(rest[0], "rdf:rest")
        return found or [node]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of our own as the page shows it."""

    name: str
    kind: str
    label: Words
    definition: Words
    note: Words
    example: Words
    files: tuple[Link, ...]  # examples as files
    ties: tuple[tuple[Words, tuple[Link, ...]], ...]
    roles: tuple[Words, ...]
    domain: tuple[Link, ...]
    range: tuple[Link, ...]
    codes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list and its members."""

    name: str
    label: Words
    definition: Words
    members: tuple[Entry, ...]


def curie(iri: str) -> str:
    """`iri` with the prefix of its vocabulary, or as it is."""
    for prefix, space in SPACES.items():
        if iri.startswith(space) and iri != space:
            return f"{prefix}:{iri.removeprefix(space)}" if prefix else iri.removeprefix(space)
    return iri


def link(iri: str) -> Link:
    """To the place on the page for a term of ours, else to where it is defined."""
    if own(iri):
        return Link(curie(iri), f"#{local(iri)}")
    return Link(curie(iri), f"#codes-{local(iri)}" if "/codes/" in iri else iri)


def own(iri: str) -> bool:
    """Whether `iri` is a term of ours."""
    return iri.startswith(PREFIXES["tkg"])


def local(iri: str) -> str:
    """The name of a term of ours, or of a code list."""
    return iri.rpartition("#")[2] if own(iri) else iri.rpartition("/codes/")[2]


def entries(graph: Graph) -> list[Entry]:
    """All terms of our own in the order of the file."""
    return [_entry(graph, iri) for iri in list(graph.about) if own(iri)]


def _entry(graph: Graph, iri: str) -> Entry:
    types = [curie(value) for value in graph.values(iri, "rdf:type")]
    ties = ((Words(*words), tuple(map(link, graph.values(iri, tie)))) for tie, words in TIES.items())
    domain, range_ = (tuple(map(link, _side(graph, iri, f"rdfs:{side}"))) for side in ("domain", "range"))
    return Entry(
        name=local(iri),
        kind=next((KINDS[kind] for kind in types if kind in KINDS), "other"),
        label=graph.words(iri, "rdfs:label", "skos:prefLabel"),
        definition=graph.words(iri, "skos:definition"),
        note=graph.words(iri, "skos:scopeNote"),
        example=graph.words(iri, "skos:example"),
        files=tuple(map(_file, graph.values(iri, "http://purl.org/vocab/vann/example"))),
        ties=tuple((words, links) for words, links in ties if links),
        roles=tuple(Words(*ROLES[kind]) for kind in types if kind in ROLES),
        domain=domain,
        range=range_,
        codes=tuple(map(link, graph.values(iri, "qb:codeList"))),
    )


def _side(graph: Graph, iri: str, side: str) -> Iterator[str]:
    for node in graph.values(iri, side):
        yield from graph.members(node)


def _file(iri: str) -> Link:
    """The file of an example, which lies beside the ontology."""
    name = iri.rpartition("/")[2]
    return Link(name, f"../ontology/examples/{name}")


def code_lists(graph: Graph, found: Iterable[Entry]) -> list[CodeList]:
    """The code lists, each with its members."""
    by_name = {entry.name: entry for entry in found}
    held: dict[str, list[Entry]] = defaultdict(list)
    for iri in list(graph.about):
        for scheme in graph.values(iri, "skos:inScheme"):
            held[scheme].append(by_name[local(iri)])
    return [
        CodeList(local(iri), graph.words(iri, "skos:prefLabel"), graph.words(iri, "skos:definition"), tuple(members))
        for iri, members in held.items()
    ]


def ways(graph: Graph, shapes: Graph, found: Iterable[Entry]) -> dict[tuple[str, str], tuple[Line, ...]]:
    """From class to class: by domain and range of our properties, and by terms of others as the shapes demand them."""
    between: dict[tuple[str, str], dict[str, Line]] = defaultdict(dict)
    classes = {entry.name for entry in found if entry.kind == "class"}
    for entry in (entry for entry in found if entry.kind == "object"):
        for ends in product(entry.domain, entry.range):
            between[ends[0].name, ends[1].name][entry.name] = Line(entry.name, entry.label.zh, True)
    for tail, term, head in _demanded(shapes):
        between[local(tail), local(head)].setdefault(curie(term).removeprefix("tkg:"), Line(curie(term), "", False))
    return {ends: tuple(lines.values()) for ends, lines in between.items() if set(ends) <= classes}


def _demanded(shapes: Graph) -> Iterator[tuple[str, str, str]]:
    """(class, term, class) of the shapes' properties."""
    for shape in list(shapes.about):
        for target in shapes.values(shape, "sh:targetClass"):
            for node in shapes.values(shape, "sh:property"):
                for term in shapes.values(node, "sh:path"):
                    yield from ((target, term, value) for value in shapes.values(node, "sh:class"))


def page() -> str:
    """The page as HTML."""
    graph, shapes = Graph("ontology.ttl"), Graph("shapes.ttl")
    found = entries(graph)
    properties = [entry for entry in found if entry.kind in ("object", "datatype")]
    return (
        _environment()
        .get_template("ontology.html.j2")
        .render(
            about=_about(graph),
            classes=[entry for entry in found if entry.kind == "class"],
            properties=properties,
            has=_by_end(properties, "domain"),
            led=_by_end(properties, "range"),
            others=[entry for entry in found if entry.kind == "other"],
            lists=code_lists(graph, found),
            figure=_figure(graph, shapes, found),
            labels={entry.name: entry.label for entry in found},
            size=BOX,
            line=LINE,
            logo=(HERE / "ontology-logo.svg").read_text("utf-8"),
        )
    )


def _by_end(properties: Iterable[Entry], side: Literal["domain", "range"]) -> dict[str, list[Link]]:
    """Class → links to the properties that have it as their domain, or range."""
    found: dict[str, list[Link]] = defaultdict(list)
    for entry in properties:
        for end in getattr(entry, side):
            found[end.name].append(Link(entry.name, f"#{entry.name}"))
    return found


def _figure(graph: Graph, shapes: Graph, found: list[Entry]) -> Figure:
    return figure([entry.name for entry in found if entry.kind == "class"], ways(graph, shapes, found))


def _about(graph: Graph) -> dict[str, object]:
    """What the ontology says of itself."""
    (author,) = graph.values(ONTOLOGY, "dcterms:creator")
    return {
        "iri": ONTOLOGY,
        "namespace": PREFIXES["tkg"],
        "title": graph.words(ONTOLOGY, "dcterms:title"),
        "abstract": graph.words(ONTOLOGY, "dcterms:abstract"),
        "description": graph.words(ONTOLOGY, "dcterms:description"),
        "comment": graph.words(ONTOLOGY, "rdfs:comment"),
        "citation": graph.words(ONTOLOGY, "dcterms:bibliographicCitation"),
        "author": graph.words(author, "rdfs:label"),
        "sources": list(map(link, graph.values(ONTOLOGY, "dcterms:source"))),
        **{name.partition(":")[2]: graph.values(ONTOLOGY, name)[0] for name in STATED},
    }


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


if __name__ == "__main__":
    print(page())
