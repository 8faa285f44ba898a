"""Shapes of users mean what they mean to pyshacl: shapes within shapes, paths, closed and qualified shapes, targets."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from tests.shacl import PREFIXES, by_pyshacl, ours

DATA = """
<x:T> rdfs:subClassOf <x:C> . <x:M> rdfs:subClassOf <x:Meeting> .
<x:a> a <x:C> ; <x:name> "甲"@zh , "A"@en , "Ah"@en ; <x:size> 3 , 9 ; <x:limit> 9 ; <x:near> <x:b> , <x:c> , <x:m> .
<x:b> a <x:T> ; <x:name> "乙"@zh ; <x:size> 4 ; <x:near> <x:a> ; <x:seat> <x:c> ; <x:limit> 7 , 3 .
<x:c> <x:colour> "red"^^<x:paint> , "blue" .
<x:c> a <x:C> ; <x:size> "many" , 1.5 ; <x:near> <x:c> , "far" , [ <x:size> 2 ] ; <x:seat> <x:a> , <x:b> .
<x:d> a <x:D> ; <x:name> "丁" , "d"@en ; <x:limit> 4 ; <x:size> 4 .
<x:m> a <x:M> ; <x:of> <x:a> , <x:d> ; <x:next> <x:n> . <x:n> a <x:Meeting> ; <x:of> <x:b> ; <x:next> <x:m> , <x:o> .
<x:o> <x:of> <x:c> ; <x:next> "end" ."""

TWO = "[ sh:path <x:size> ; sh:minCount 2 ]"
NAMED = "[ sh:property [ sh:path <x:name> ; sh:minCount 1 ; sh:uniqueLang true ] ; sh:nodeKind sh:IRI ]"
SMALL = "[ sh:path <x:size> ; sh:maxExclusive 5 ; sh:minCount 1 ]"
HELPED = "<x:H> sh:property [ sh:path <x:limit> ; sh:minCount 1 ; sh:class <x:C> ] ."

BODIES = f"""sh:node {NAMED}
sh:node <x:H>
sh:not {NAMED}
sh:not [ sh:not {SMALL} ]
sh:and ( {NAMED} {SMALL} )
sh:or ( {TWO} [ sh:property [ sh:path <x:limit> ; sh:maxCount 1 ; sh:minCount 1 ] ] )
sh:xone ( {TWO} {SMALL} {NAMED} )
sh:or ( [ sh:path <x:near> ; sh:property {SMALL} ] [ sh:hasValue <x:d> ] )
sh:not [ sh:path <x:near> ; sh:hasValue <x:a> ]
sh:not [ sh:path <x:size> ; sh:equals <x:limit> ]
sh:not [ sh:path <x:size> ; sh:disjoint <x:limit> ]
sh:not [ sh:path <x:size> ; sh:maxCount 1 ; sh:in ( 4 1 ) ]
sh:not [ sh:path ( <x:near> <x:near> ) ; sh:minCount 2 ]
sh:not [ sh:closed true ; sh:property [ sh:path <x:size> ] ; sh:ignoredProperties ( rdf:type <x:limit> ) ]
sh:not [ sh:deactivated true ; sh:nodeKind sh:Literal ]
sh:closed true ; sh:ignoredProperties ( rdf:type <x:near> ) ; sh:property [ sh:path <x:size> ; sh:datatype xsd:integer ]
sh:closed false ; sh:nodeKind sh:Literal
sh:equals <x:near>
sh:disjoint <x:near>
sh:hasValue <x:a>
sh:deactivated true ; sh:property [ sh:path <x:none> ; sh:minCount 1 ]
sh:property [ sh:path <x:near> ; sh:node {NAMED} ]
sh:property [ sh:path <x:near> ; sh:property {SMALL} , [ sh:path <x:seat> ; sh:maxCount 1 ] ]
sh:property [ sh:path <x:near> ; sh:property [ sh:path <x:near> ; sh:property {TWO} ] ]
sh:property [ sh:path <x:near> ; sh:qualifiedValueShape {NAMED} ; sh:qualifiedMinCount 2 ]
sh:property [ sh:path <x:near> ; sh:qualifiedValueShape [ sh:class <x:C> ] ; sh:qualifiedMaxCount 1 ]
sh:property [ sh:path <x:near> ; sh:qualifiedValueShape {SMALL} ; sh:qualifiedMinCount 0 ; sh:qualifiedMaxCount 0 ]
sh:property [ sh:path <x:size> ; sh:uniqueLang false ]
sh:property [ sh:path <x:name> ; sh:uniqueLang true ]
sh:property [ sh:path <x:name> ; sh:languageIn ( "en" ) ; sh:nodeKind sh:IRI ]
sh:property [ sh:path <x:colour> ; sh:datatype <x:paint> ]
sh:property [ sh:path <x:size> ; sh:datatype <x:paint> ]
sh:property [ sh:path <x:name> ; <x:remark> "not SHACL's" ; sh:group <x:G> ; sh:minCount 3 ]""".splitlines()

PATHS = (
    "[ sh:inversePath <x:near> ]",
    "( <x:near> [ sh:inversePath <x:seat> ] )",
    "( [ sh:inversePath <x:of> ] <x:next> )",
    "[ sh:alternativePath ( <x:near> <x:seat> [ sh:inversePath <x:of> ] ) ]",
    "[ sh:zeroOrMorePath <x:next> ]",
    "[ sh:oneOrMorePath [ sh:alternativePath ( <x:near> <x:seat> ) ] ]",
    "[ sh:zeroOrOnePath [ sh:inversePath <x:of> ] ]",
    "( [ sh:zeroOrMorePath <x:near> ] <x:size> )",
)
ON_PATHS = (
    "sh:class <x:C>",
    "sh:minCount 2",
    "sh:maxCount 1",
    "sh:hasValue <x:c>",
    "sh:equals <x:near>",
    "sh:disjoint <x:near>",
    f"sh:node {NAMED}",
    f"sh:qualifiedValueShape {SMALL} ; sh:qualifiedMinCount 1",
)
TARGETS = (
    "sh:targetClass <x:C>",
    "sh:targetNode <x:a> , <x:o> , <x:c>",
    "sh:targetSubjectsOf <x:near>",
    "sh:targetObjectsOf <x:near>",
)


def same(shapes: str, folder: Path, name: str = "1") -> int:
    """How many results both find; they are the same."""
    (folder / f"{name}.ttl").write_text(f"{PREFIXES} {shapes}")
    graph = rdflib.Graph().parse(data=f"{PREFIXES} {DATA}")
    found = ours(graph, folder / name, folder / f"{name}.ttl")
    assert found == by_pyshacl(graph, folder / f"{name}.ttl"), shapes
    return len(found)


@pytest.mark.parametrize("body", BODIES)
def test_every_shape_means_what_it_means_to_pyshacl(body: str, tmp_path: Path) -> None:
    found = [
        same(f"<x:S> a sh:NodeShape ; {target} ; {body} . {HELPED}", tmp_path, f"{number}")
        for number, target in enumerate(TARGETS)
    ]
    assert any(found) is not any(silent in body for silent in ("deactivated true ; sh:property", "uniqueLang false"))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_leads_where_it_leads_for_pyshacl(path: str, tmp_path: Path) -> None:
    for number, constraint in enumerate(ON_PATHS):
        body = f"sh:property [ sh:path {path} ; {constraint} ]"
        same(f"<x:S> a sh:NodeShape ; {TARGETS[number % 4]} ; {body} .", tmp_path, f"{number}")
        same(f"<x:S> a sh:NodeShape ; {TARGETS[1]} ; sh:not [ {body} ] .", tmp_path, f"{number}-not")


@pytest.mark.parametrize("kind", ["rdfs:Class", "<http://www.w3.org/2002/07/owl#Class>"])
def test_a_shape_that_is_a_class_is_of_its_instances(kind: str, tmp_path: Path) -> None:
    body = "sh:property [ sh:path <x:name> ; sh:minCount 1 ; sh:message 'a name'@en ; sh:severity sh:Info ]"
    assert same(f"<x:C> a {kind} , sh:NodeShape ; rdfs:subClassOf <x:Thing> ; {body} .", tmp_path) == 1


def test_a_file_of_shapes_may_speak_of_itself(tmp_path: Path) -> None:
    assert same("<> rdfs:label 'shapes' . <#S> sh:targetNode <x:a> ; sh:nodeKind sh:Literal .", tmp_path) == 1


def test_a_property_shape_may_have_targets_of_its_own(tmp_path: Path) -> None:
    assert same("<x:P> a sh:PropertyShape ; sh:targetClass <x:C> ; sh:path <x:size> ; sh:maxCount 1 .", tmp_path) == 2


def test_values_of_one_kind_need_not_be_of_another(tmp_path: Path) -> None:
    """Qualified shapes side by side, each value counted for one of them."""
    seat, near = "sh:qualifiedValueShape [ sh:class <x:C> ]", "sh:qualifiedValueShape [ sh:class <x:T> ]"
    for number, apart in enumerate(("true", "false")):
        both = " , ".join(
            f"[ sh:path <x:near> ; {shape} ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint {apart} ]"
            for shape in (seat, near)
        )
        assert same(f"<x:S> a sh:NodeShape ; sh:targetClass <x:C> ; sh:property {both} .", tmp_path, f"{number}")


def test_the_focus_is_not_confused_with_what_the_target_leads_to(tmp_path: Path) -> None:
    """A shape within a shape asks for any value, not for the one that made the node a target."""
    body = "sh:or ( [ sh:path <x:size> ; sh:minCount 1 ] [ sh:path <x:of> ; sh:minCount 1 ] )"
    assert same(f"<x:S> a sh:NodeShape ; sh:targetSubjectsOf <x:near> ; {body} .", tmp_path) == 0


def test_closed_shapes_name_the_property_that_is_too_many(tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(f"{PREFIXES} <x:S> sh:targetNode <x:o> ; sh:closed true .")
    graph = rdflib.Graph().parse(data=f"{PREFIXES} {DATA}")
    found = {one[:3] for one in ours(graph, tmp_path / "store", tmp_path / "s.ttl")}
    assert found == {("x:o", "<x:of>", "x:c"), ("x:o", "<x:next>", "end")}
