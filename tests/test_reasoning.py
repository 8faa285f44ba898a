"""A reasoner (HermiT) finds no contradiction in what the ontology, the schemes and whole reports say together.

What other vocabularies rule out (nothing is both an activity and an entity of PROV, a concept and a scheme of SKOS) is
in ``data/vocabularies.ttl`` and in play. Needs Java. Clashes that are put in on purpose must be found.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import owlready2
import pytest
import rdflib

from kg import resources
from kg.graph.namespaces import PREFIXES

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java (default-jre-headless)")

HERE = Path(__file__).parent
TERMS = [resources.ontology("ontology.ttl"), HERE / "data" / "vocabularies.ttl"]
SCHEMES = sorted(resources.ontology("schemes").glob("*.ttl"))
EXAMPLES = sorted(resources.ontology("examples").glob("*-valid.ttl"))
REPORTS = sorted((HERE / "cases").glob("*/graph.nt"))
PREFIXED = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def union(*files: Path, text: str = "") -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(file)
    return graph.parse(data=PREFIXED + text, format="turtle")


def impossible(graph: rdflib.Graph) -> list[str]:
    """Classes that nothing can be of. OwlReadyInconsistentOntologyError where the graph contradicts itself."""
    world = owlready2.World()
    content = io.BytesIO(graph.serialize(format="nt").encode())
    world.get_ontology("https://example.org/all").load(fileobj=content, format="ntriples")
    # HermiT knows only the datatypes of OWL 2, and xsd:gYear and xsd:date are none of them
    owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    return [cls.iri for cls in world.inconsistent_classes() if cls is not owlready2.Nothing]


def test_ontology_schemes_and_reports_do_not_contradict_each_other() -> None:
    assert len(SCHEMES) == 5 and len(REPORTS) == 5
    graph = union(*TERMS, *SCHEMES, *REPORTS)
    assert len(graph) > 40_000
    assert impossible(graph) == []


def test_the_examples_do_not_contradict_the_ontology() -> None:
    graph = union(*TERMS)
    for example in EXAMPLES:  # each speaks of a report of its own
        graph.parse(data=example.read_text("utf-8").replace("<report/", f"<report/{example.stem}/"), format="turtle")
    assert len(EXAMPLES) > 10
    assert impossible(graph) == []


@pytest.mark.parametrize(
    "clash",
    [
        "<x:o> a tkg:Outcome , tkg:Place .",
        "<x:p> tkg:implements <x:s> . <x:s> a tkg:Strategy .",  # by the range of the property
        "<x:u> tkg:classifier true ; tkg:implements <x:p> .",  # by two domains
        "<x:i> a tkg:Implementation , prov:Activity .",  # PROV: an entity is no activity
        "<x:i> a tkg:Implementation . <x:o> prov:wasGeneratedBy <x:i> .",  # the same, by a range of PROV's
        "<x:r> prov:wasDerivedFrom <x:run> . <x:run> tkg:lexiconHash '0' .",
        "<x:s> a tkg:Programme , skos:ConceptScheme .",  # SKOS: a concept is no scheme
        "<x:s> skos:hasTopConcept <x:t> . <x:t> a skos:ConceptScheme .",
        "<x:o> tkg:start 'here' .",  # a datatype
        "<x:o> tkg:inReport <x:a> , <x:b> . <x:a> owl:differentFrom <x:b> .",  # functional
    ],
)
def test_a_clash_is_found(clash: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        impossible(union(*TERMS, text=clash))


def test_a_class_that_nothing_can_be_of_is_found() -> None:
    text = "tkg:Implementation rdfs:subClassOf prov:Activity ."
    assert impossible(union(*TERMS, text=text)) == [f"{PREFIXES['tkg']}Implementation"]


def test_what_serves_a_strategy_does_not_belong_to_it() -> None:
    """SKOS (S27): related concepts do not stand above one another. OWL DL cannot say it, a path can."""
    graph = union(*SCHEMES, *REPORTS)
    served = "?programme tkg:servesStrategy ?strategy"
    ask = (
        f"ASK {{ {served} . {{ ?programme skos:broader+ ?strategy }} UNION {{ ?strategy skos:broader+ ?programme }} }}"
    )
    assert graph.query(f"ASK {{ {served} }}", initNs=PREFIXES).askAnswer
    assert not graph.query(ask, initNs=PREFIXES).askAnswer
