"""The numbers of a data set in the terms of VoID, and for DCAT its extent in time and space."""

from __future__ import annotations

from collections.abc import Iterator

from kg.describe.counts import OTHERS, REPORTS, Counts
from kg.describe.statements import day, link, node, number, short, text, vocabulary
from kg.graph import iris
from kg.graph.namespaces import DCAT, DCTERMS, RDF, SD, TKG, VOID
from kg.link import mappings
from kg.oxigraph import Triple

_EXAMPLES = (TKG.Report, TKG.Outcome, TKG.Implementation, TKG.Place, TKG.Programme, TKG.Strategy, TKG.Indicator)


def statistics(counts: Counts, base: str) -> Iterator[Triple]:
    """Everything that follows from the counts."""
    whole = iris.dataset(base)
    for part in (_totals, _classes, _properties, _links, _coverage):
        yield from part(counts, whole)
    yield from _graphs(counts, base)
    yield from _sets(counts, base)
    for cube, size in counts.cubes.items():
        yield number(cube, VOID.entities, size)


def _totals(counts: Counts, whole: str) -> Iterator[Triple]:
    yield number(whole, VOID.triples, counts.triples.total())
    yield number(whole, VOID.entities, counts.entities)
    yield number(whole, VOID.distinctSubjects, counts.subjects)
    yield number(whole, VOID.distinctObjects, counts.objects)
    yield number(whole, VOID.properties, len(counts.properties))
    yield number(whole, VOID.classes, len(counts.classes))
    for space in sorted({vocabulary(iri) for iri in (*counts.properties, *counts.classes)}):
        yield link(whole, VOID.vocabulary, space)


def _classes(counts: Counts, whole: str) -> Iterator[Triple]:
    for iri, kind in counts.classes.items():
        part = node(whole, "class", iri)
        yield link(whole, VOID.classPartition, part)
        yield link(part, VOID.class_, iri)
        yield number(part, VOID.entities, kind.entities)
        if iri in _EXAMPLES and not kind.example.startswith("_:"):
            yield link(whole, VOID.exampleResource, kind.example)


def _properties(counts: Counts, whole: str) -> Iterator[Triple]:
    for iri, uses in counts.properties.items():
        part = node(whole, "property", iri)
        yield link(whole, VOID.propertyPartition, part)
        yield link(part, VOID.property, iri)
        yield number(part, VOID.triples, uses)


def _links(counts: Counts, whole: str) -> Iterator[Triple]:
    """Each set of links: from here to what begins with one namespace, by one property."""
    for (property_, space), size in counts.links.items():
        links = f"{node(whole, 'links', property_)}-{short(space)}"
        yield link(whole, VOID.subset, links)
        yield link(links, RDF.type, VOID.Linkset)
        yield link(links, VOID.linkPredicate, property_)
        yield link(links, VOID.subjectsTarget, whole)
        yield link(links, VOID.objectsTarget, space)
        yield link(space, RDF.type, VOID.Dataset)
        yield text(space, VOID.uriSpace, space)
        yield number(links, VOID.triples, size)


def _sets(counts: Counts, base: str) -> Iterator[Triple]:
    """Each named graph of links as a link set, with one of its own for each property that it links by."""
    whole = iris.dataset(base)
    for name, held in counts.sets.items():
        part = iris.part(f"{mappings.FOLDER}{name}", base)
        yield text(part, DCTERMS.title, held.title, "en")
        yield link(part, DCTERMS.license, held.licence)
        for property_, size in held.sizes.items():
            links = node(part, "links", property_)
            yield link(part, VOID.subset, links)
            yield link(links, RDF.type, VOID.Linkset)
            yield link(links, VOID.linkPredicate, property_)
            yield link(links, VOID.subjectsTarget, whole)
            yield link(links, VOID.objectsTarget, held.source)
            yield number(links, VOID.triples, size)


def _coverage(counts: Counts, whole: str) -> Iterator[Triple]:
    for province in counts.provinces:
        yield link(whole, DCTERMS.spatial, province)
        yield link(province, RDF.type, DCTERMS.Location)
    if counts.years:
        span = f"{whole}#temporal"
        yield link(whole, DCTERMS.temporal, span)
        yield link(span, RDF.type, DCTERMS.PeriodOfTime)
        yield day(span, DCAT.startDate, f"{counts.years[0]}-01-01")
        yield day(span, DCAT.endDate, f"{counts.years[1]}-12-31")


def _graphs(counts: Counts, base: str) -> Iterator[Triple]:
    """The graphs of each kind as a part of the whole; those that are alone of their kind by name."""
    whole = iris.dataset(base)
    for kind, size in counts.triples.items():
        part = iris.part(kind, base)
        yield link(whole, VOID.subset, part)
        yield link(part, RDF.type, VOID.Dataset)
        yield number(part, VOID.triples, size)
        if kind == REPORTS:
            yield number(part, VOID.documents, counts.graphs[kind])
            yield text(part, VOID.uriSpace, iris.report("", base))
        elif kind != OTHERS:
            graph = iris.graph(kind, base)
            yield link(whole, SD.namedGraph, graph)
            yield link(graph, RDF.type, SD.NamedGraph)
            yield link(graph, SD.name, graph)
            yield link(graph, SD.graph, part)
