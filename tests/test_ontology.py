"""The ontology says what every term means, and nothing in the project speaks of a term that it does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
import rdflib.namespace as known
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS

from kg import resources
from kg.graph import namespaces
from kg.graph.namespaces import PREFIXES, TKG
from kg.model import Change, Kind, Level, Practice, Qualifier, Status

ONTOLOGY = rdflib.Graph().parse(resources.ontology("ontology.ttl"))
IRI = rdflib.URIRef("https://w3id.org/township-kg/ontology")
QB = rdflib.Namespace(PREFIXES["qb"])
PROPERTIES = sorted(
    {str(term) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for term in ONTOLOGY.subjects(RDF.type, kind)}
)
SPEAKING = sorted([*resources.ontology().rglob("*.ttl"), *resources.queries().rglob("*.rq")])
SCHEMES = sorted(resources.ontology("schemes").glob("*.ttl"))
AUTHORS = rdflib.URIRef("https://w3id.org/township-kg/authors")
VANN, BIBO = rdflib.Namespace("http://purl.org/vocab/vann/"), rdflib.Namespace("http://purl.org/ontology/bibo/")
ONCE = (
    DCTERMS.created,
    DCTERMS.modified,
    DCTERMS.license,
    DCTERMS.publisher,
    OWL.versionInfo,
)  # of whatever has a head
TERM = re.compile(r"(?<![\w-])tkg:(\w+)")
CLOSED = {  # vocabularies that rdflib knows completely
    "dcat": known.DCAT,
    "dcterms": known.DCTERMS,
    "foaf": known.FOAF,
    "org": known.ORG,
    "owl": known.OWL,
    "prov": known.PROV,
    "qb": known.QB,
    "rdf": known.RDF,
    "rdfs": known.RDFS,
    "schema": known.SDO,
    "sh": known.SH,
    "skos": known.SKOS,
    "time": known.TIME,
    "vann": known.VANN,
    "void": known.VOID,
    "xsd": known.XSD,
}
NEWER = {  # than rdflib's copies
    "https://schema.org/StatisticalVariable",
    "https://schema.org/measurementQualifier",
    "http://www.w3.org/ns/dcat#version",
}


def own(node: object) -> bool:
    return isinstance(node, rdflib.URIRef) and node.startswith(PREFIXES["tkg"])


def languages(graph: rdflib.Graph, subject: rdflib.term.Node, *predicates: rdflib.URIRef) -> list[str]:
    """The languages in which something is said, each time it is."""
    said = [value for predicate in predicates for value in graph.objects(subject, predicate)]
    assert all(str(value).strip() == str(value) != "" for value in said), subject
    return sorted(str(getattr(value, "language", "")) for value in said)


def test_the_ontology_says_what_it_is() -> None:
    says_what_it_is(ONTOLOGY, IRI)
    for predicate in (DCTERMS.abstract, DCTERMS.bibliographicCitation, RDFS.label):
        assert languages(ONTOLOGY, IRI, predicate) == ["en", "zh"], f"say {predicate} @zh and @en"
    for predicate in (DCTERMS.contributor, DCTERMS.issued, DCTERMS.source, BIBO.status, FOAF.logo):
        assert (IRI, predicate, None) in ONTOLOGY, f"add {predicate}"
    assert ONTOLOGY.value(IRI, OWL.versionIRI) == rdflib.URIRef(f"{IRI}/{ONTOLOGY.value(IRI, OWL.versionInfo)}")
    assert ONTOLOGY.value(IRI, VANN.preferredNamespacePrefix) == rdflib.Literal("tkg")
    assert ONTOLOGY.value(IRI, VANN.preferredNamespaceUri) == rdflib.Literal(PREFIXES["tkg"])
    logo = str(ONTOLOGY.value(IRI, FOAF.logo)).rpartition("/")[2]
    assert (resources.ontology().parent / "docs" / logo).is_file()


def says_what_it_is(graph: rdflib.Graph, iri: rdflib.URIRef) -> None:
    """The head of a file: who made it, when, what it is, and under which licence."""
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert languages(graph, iri, predicate) == ["en", "zh"], f"{iri}: say {predicate} @zh and @en"
    for predicate in ONCE:
        assert len(list(graph.objects(iri, predicate))) == 1, f"{iri}: add one {predicate}"
    assert set(graph.objects(iri, DCTERMS.creator)) == {AUTHORS}, f"{iri}: dcterms:creator is {AUTHORS}"
    created, modified = (graph.value(iri, term) for term in (DCTERMS.created, DCTERMS.modified))
    assert isinstance(created, rdflib.Literal) and isinstance(modified, rdflib.Literal)
    assert created.datatype == modified.datatype == rdflib.XSD.date and created <= modified, f"{iri}: its dates"
    assert str(graph.value(iri, DCTERMS.license)).startswith("https://creativecommons.org/licenses/"), iri


def test_the_authors_have_a_name() -> None:
    assert languages(ONTOLOGY, AUTHORS, RDFS.label) == ["en", "zh"]
    assert (AUTHORS, RDF.type, PROV.Agent) in ONTOLOGY


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_every_scheme_says_what_it_is(path: Path) -> None:
    graph = rdflib.Graph().parse(path)
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert isinstance(scheme, rdflib.URIRef)
    says_what_it_is(graph, scheme)
    assert languages(graph, scheme, SKOS.prefLabel) == languages(graph, scheme, SKOS.definition) == ["en", "zh"]


def test_the_shapes_say_what_they_are() -> None:
    says_what_it_is(
        rdflib.Graph().parse(resources.ontology("shapes.ttl")), rdflib.URIRef(f"{IRI.rpartition('/')[0]}/shapes")
    )


def test_the_closed_namespace_lists_the_ontologys_terms() -> None:
    assert {str(subject) for subject in ONTOLOGY.subjects() if own(subject)} == set(TKG)


@pytest.mark.parametrize("term", sorted(TKG))
def test_every_term_has_a_name_and_a_meaning_in_both_languages(term: str) -> None:
    subject = rdflib.URIRef(term)
    name = languages(ONTOLOGY, subject, RDFS.label, SKOS.prefLabel)
    assert name == ["en", "zh"], f"{term}: one rdfs:label (skos:prefLabel of a code) @zh and one @en"
    assert languages(ONTOLOGY, subject, SKOS.definition) == ["en", "zh"], f"{term}: one skos:definition @zh and one @en"
    for note in (SKOS.scopeNote, SKOS.example):
        assert languages(ONTOLOGY, subject, note) in ([], ["en", "zh"]), f"{term}: {note} in both languages or in none"


def test_every_class_property_and_code_says_where_it_is_defined() -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept, SKOS.ConceptScheme):
        for term in filter(own, ONTOLOGY.subjects(RDF.type, kind)):
            assert (term, RDFS.isDefinedBy, IRI) in ONTOLOGY, f"{term}: add rdfs:isDefinedBy <ontology>"


@pytest.mark.parametrize("iri", PROPERTIES)
def test_every_property_has_a_domain_and_a_range_that_exist_or_says_why_not(iri: str) -> None:
    term = rdflib.URIRef(iri)
    reason = languages(ONTOLOGY, term, SKOS.scopeNote) == ["en", "zh"]
    for side in (RDFS.domain, RDFS.range):
        said = list(ONTOLOGY.objects(term, side))
        assert len(said) == 1 or (reason and not said), (
            f"{iri}: one {side}, or a skos:scopeNote @zh and @en that says why"
        )
        for part in (part for one in said for part in members(one)):
            assert not own(part) or (part, RDF.type, OWL.Class) in ONTOLOGY, f"{iri}: {part} is no class"
    datatype = str(ONTOLOGY.value(term, RDFS.range)).startswith(PREFIXES["xsd"])
    assert ((term, RDF.type, OWL.DatatypeProperty) in ONTOLOGY) is datatype, f"{iri}: its kind and its range differ"


def test_a_tie_says_one_thing() -> None:
    """Near and the same at once would be two statements on one pair."""
    for term, other in ONTOLOGY.subject_objects(RDFS.seeAlso):
        for closer in (RDFS.subClassOf, RDFS.subPropertyOf):
            assert (term, closer, other) not in ONTOLOGY, f"{term}: rdfs:seeAlso {other} says less, leave it out"


def test_examples_are_there() -> None:
    files = {str(file).rpartition("/")[2] for file in ONTOLOGY.objects(None, VANN.example)}
    assert len(files) > 8 and all(resources.ontology(f"examples/{file}").is_file() for file in files)


def members(node: rdflib.term.Node) -> list[rdflib.term.Node]:
    union = ONTOLOGY.value(node, OWL.unionOf)
    return [node] if union is None else list(Collection(ONTOLOGY, union))


def test_every_own_class_stands_under_a_class_that_other_tools_know() -> None:
    for term in ONTOLOGY.subjects(RDF.type, OWL.Class):
        if own(term):
            above = list(ONTOLOGY.objects(term, RDFS.subClassOf))
            assert above, term
            assert not any(own(node) for node in above), term


def test_what_is_derived_from_passages_is_no_activity() -> None:
    """PROV-O: prov:wasDerivedFrom is said of entities, and no entity is an activity."""
    for name in ("Outcome", "Implementation"):
        assert (rdflib.URIRef(TKG[name]), RDFS.subClassOf, PROV.Activity) not in ONTOLOGY
    assert (rdflib.URIRef(TKG.Implementation), RDFS.subClassOf, PROV.Entity) in ONTOLOGY


def test_the_values_of_the_model_have_their_terms() -> None:
    coded = {"qualifier": list(Qualifier), "status": [*Status, *Practice], "level": list(Level)}
    coded["change"] = ["level_value" if value is Change.LEVEL else value for value in Change]  # tkg:level is taken
    for name, values in coded.items():
        scheme = rdflib.URIRef(f"https://w3id.org/township-kg/codes/{name}")
        assert {str(term) for term in ONTOLOGY.subjects(SKOS.inScheme, scheme)} == {TKG[value] for value in values}
    assert all(TKG[kind.capitalize()] for kind in Kind)


def test_every_code_list_has_a_scheme_with_members() -> None:
    for term in ONTOLOGY.subjects(RDF.type, QB.CodedProperty):
        scheme = ONTOLOGY.value(term, QB.codeList)
        assert (scheme, RDF.type, SKOS.ConceptScheme) in ONTOLOGY
    for scheme in set(ONTOLOGY.objects(None, SKOS.inScheme)):
        assert (scheme, RDF.type, SKOS.ConceptScheme) in ONTOLOGY
        tops = set(ONTOLOGY.objects(scheme, SKOS.hasTopConcept))
        assert tops == set(ONTOLOGY.subjects(SKOS.inScheme, scheme)), "these lists are flat"


STRUCTURES = {"ValueStructure": {"obsValue"}, "RangeStructure": {"lower", "upper"}, "MaskedStructure": {"masked"}}


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_data_cubes_are_made_of_declared_components(name: str) -> None:
    structure = rdflib.URIRef(TKG[name])
    kinds = {"dimension": "DimensionProperty", "measure": "MeasureProperty", "attribute": "AttributeProperty"}
    components = [
        (kind, term)
        for node in ONTOLOGY.objects(structure, QB.component)
        for kind in kinds
        for term in ONTOLOGY.objects(node, QB[kind])
    ]
    assert len(components) == len(list(ONTOLOGY.objects(structure, QB.component))) > 10
    for kind, term in components:
        assert (term, RDF.type, QB[kinds[kind]]) in ONTOLOGY, term
    measures = {str(term).rpartition("#")[2] for kind, term in components if kind == "measure"}
    assert measures == STRUCTURES[name]


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.relative_to(path.parents[2]).as_posix())
def test_only_declared_terms_are_spoken_of(path: Path) -> None:
    """In a query a misspelt term would find nothing, without a word."""
    assert {PREFIXES["tkg"] + name for name in spoken(path)} <= set(TKG)


def spoken(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield from TERM.findall(line)


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.relative_to(path.parents[2]).as_posix())
def test_a_prefix_means_the_same_everywhere(path: Path) -> None:
    declared = re.findall(r"^(?:@prefix|PREFIX) ([\w-]+): <([^>]*)>", path.read_text("utf-8"), re.MULTILINE)
    for prefix, iri in declared:
        assert PREFIXES.get(prefix, iri) == iri


@pytest.mark.parametrize("prefix", sorted(CLOSED))
def test_the_terms_of_other_vocabularies_are_theirs(prefix: str) -> None:
    spoken = {
        str(node) for file in ("ontology.ttl", "shapes.ttl", "dataset.ttl") for node in nodes(resources.ontology(file))
    }
    ours = getattr(namespaces, prefix.upper(), ())
    space = str(CLOSED[prefix])
    terms = [iri for iri in (*spoken, *ours) if iri.startswith(space) and iri != space]
    assert terms
    assert {iri for iri in terms if rdflib.URIRef(iri) not in CLOSED[prefix]} <= NEWER


def nodes(path: Path) -> Iterator[rdflib.term.Node]:
    for triple in rdflib.Graph().parse(path):
        yield from triple


def test_a_misspelt_term_fails() -> None:
    with pytest.raises(AttributeError, match="Reprot"):
        TKG.Reprot  # type: ignore[attr-defined] # noqa: B018
    with pytest.raises(KeyError):
        TKG["achived"]


def test_terms_are_plain_strings_by_attribute_and_by_item() -> None:
    assert TKG.Report == TKG["Report"] == "https://w3id.org/township-kg/ontology#Report"
    assert namespaces.SH.in_ == "http://www.w3.org/ns/shacl#in"
    assert type(TKG.Report) is str and TKG.Report in TKG and "x:Report" not in TKG
