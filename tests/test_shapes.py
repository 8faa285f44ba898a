"""Every shape has an example that conforms to all shapes, and one that breaks this shape and no other."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH, SKOS

from kg import resources
from kg.graph.namespaces import TKG

GRAPH = rdflib.Graph().parse(resources.ontology("shapes.ttl"))
SHAPES = {str(shape).rpartition("#")[2].lower(): shape for shape in GRAPH.subjects(RDF.type, SH.NodeShape)}
EXAMPLES = resources.ontology("examples")


def broken(data: rdflib.Graph) -> set[tuple[str, str]]:
    """(shape's name, English message) of everything in `data` that breaks a shape."""
    _, report, _ = pyshacl.validate(data, shacl_graph=GRAPH)
    assert isinstance(report, rdflib.Graph)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        (message,) = (m for m in report.objects(result, SH.resultMessage) if getattr(m, "language", "") == "en")
        found.add((owner(source), str(message)))
    return found


def owner(source: rdflib.term.Node | None) -> str:
    """The node shape that a shape is or belongs to, by its name."""
    shape = source if source in SHAPES.values() else GRAPH.value(None, SH.property, source)
    return next(name for name, node in SHAPES.items() if node == shape)


def test_every_shape_has_its_two_examples_and_every_example_its_shape() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {f"{n}-{k}.ttl" for n in SHAPES for k in ("valid", "invalid")}
    assert len(SHAPES) == 13


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_valid_example_conforms(name: str) -> None:
    assert broken(rdflib.Graph().parse(EXAMPLES / f"{name}-valid.ttl")) == set()


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_valid_example_is_of_the_shapes_class(name: str) -> None:
    """A graph without a node to look at conforms too, and shows nothing."""
    target = GRAPH.value(SHAPES[name], SH.targetClass)
    assert (None, RDF.type, target) in rdflib.Graph().parse(EXAMPLES / f"{name}-valid.ttl")


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_invalid_example_breaks_this_shape_only(name: str) -> None:
    found = broken(rdflib.Graph().parse(EXAMPLES / f"{name}-invalid.ttl"))
    assert len(found) > 1 and {shape for shape, _ in found} == {name}


def test_every_own_class_that_reports_are_made_of_has_a_shape() -> None:
    targets = {str(target) for target in GRAPH.objects(None, SH.targetClass)}
    classes = ("Report", "Place", "Programme", "Strategy", "Indicator", "Outcome", "Implementation", "Passage", "Unit")
    assert {TKG[name] for name in classes} <= targets


def test_every_constraint_says_in_both_languages_what_is_asked() -> None:
    asking = {
        *GRAPH.objects(None, SH.property),
        *(s for s in SHAPES.values() for p in (SH["or"], SH.xone) if (s, p, None) in GRAPH),
    }
    for shape in asking:
        said = sorted(str(getattr(message, "language", "")) for message in GRAPH.objects(shape, SH.message))
        assert said == ["en", "zh"]


@pytest.mark.parametrize("path", sorted(resources.ontology("schemes").glob("*.ttl")), ids=lambda path: path.name)
def test_the_schemes_conform(path: Path) -> None:
    """References between schemes are tested with the schemes; here each concept by itself."""
    scheme = rdflib.Graph().parse(path)
    alone = {"A programme serves strategies.", "A policy area is a concept."}
    assert {message for _, message in broken(scheme)} <= alone
    assert (None, SKOS.inScheme, None) in scheme
