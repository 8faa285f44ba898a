"""Validation finds what pyshacl finds, says what is wrong in a report that others read, and passes nothing over."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.namespace import RDF, SH

from kg import build, resources
from kg.cli import main
from kg.errors import KgError
from kg.graph.namespaces import TKG
from kg.graph.store import Store
from kg.validate.results import VIOLATION, WARNING
from kg.validate.validation import by_shapes, validate

EXAMPLES = sorted(resources.ontology("examples").glob("*.ttl"))
SHAPES = resources.ontology("shapes.ttl")
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."""

Found = tuple[str, str, str, str, str]  # focus, path, value, component, severity


def by_pyshacl(graph: rdflib.Graph, shapes: Path = SHAPES) -> set[Found]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes))
    assert isinstance(report, rdflib.Graph)
    return set(read(report))


def read(report: rdflib.Graph) -> Iterator[Found]:
    """The results of a SHACL report; blank nodes are alike, since each reader gives them other names."""
    for result in report.subjects(RDF.type, SH.ValidationResult):
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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_break_the_shapes_as_pyshacl_says(path: Path, tmp_path: Path) -> None:
    graph = rdflib.Graph().parse(path)
    found = ours(graph, tmp_path / "store")
    assert found == by_pyshacl(graph) and bool(found) is path.stem.endswith("-invalid")


def test_damaged_graphs_break_the_shapes_as_pyshacl_says(tmp_path: Path) -> None:
    """Triples removed, doubled and bent at random, with a fixed seed."""
    whole = rdflib.Graph()
    for path in EXAMPLES:
        whole.parse(path)
    dice = random.Random(1)
    for turn in range(5):
        graph = _bent(whole, dice)
        found = ours(graph, tmp_path / str(turn))
        assert found == by_pyshacl(graph) and len(found) > 20


def _shortest(node: rdflib.term.Node) -> rdflib.term.Node:
    """A decimal as the store writes it: a pattern sees 50 where the file has 50.0."""
    whole = isinstance(node, rdflib.Literal) and node.datatype == rdflib.XSD.decimal and str(node).endswith(".0")
    return rdflib.Literal(str(node)[:-2], datatype=rdflib.XSD.decimal) if whole else node


def _bent(whole: rdflib.Graph, dice: random.Random) -> rdflib.Graph:
    graph = rdflib.Graph()
    objects = sorted(map(_shortest, set(whole.objects())), key=str)
    odd = [
        rdflib.Literal("x", datatype=rdflib.XSD.gYear),
        rdflib.Literal("中", lang="zh"),
        rdflib.Literal(-3),
        rdflib.BNode(),
    ]
    for triple in sorted(whole):
        s, p, _ = triple
        fate = dice.random()
        if fate > 0.15:
            graph.add(triple)
        if fate > 0.85 and p != RDF.type:
            graph.add((s, p, dice.choice([*objects, *odd])))
    return graph


DATA = """
<x:a> a <x:C> ; <x:p> 1 , 5 , "5" , "7"^^xsd:integer , "x"^^xsd:integer , "eins"@de , "one"@en , "uno"@en , <x:b> , [] ;
  <x:q> 5 , <x:b> ; <x:r> 3 ; <x:t> "Ab" .
<x:b> a <x:D> ; <x:p> "true" ; <x:q> 2.5 ; <x:r> 9 ; <x:s> <x:a> .
<x:c> a <x:C> ; <x:q> "2021-12-01"^^xsd:string ; <x:r> 1 , 2 , 4 ; <x:m> 2 ; <x:s> <x:b> , <x:c> .
<x:d> a <x:E> ; <x:p> "abc" . <x:E> rdfs:subClassOf <x:C> .
<x:e> <x:s> <x:a> , "literal" ."""
CONSTRAINTS = """sh:minCount 1
sh:minCount 2
sh:maxCount 1
sh:maxCount 0
sh:datatype xsd:integer
sh:datatype rdf:langString
sh:datatype xsd:string
sh:datatype xsd:date
sh:class <x:C>
sh:nodeKind sh:IRI
sh:nodeKind sh:BlankNodeOrLiteral
sh:in ( 1 5 <x:b> )
sh:hasValue 5
sh:hasValue <x:b>
sh:pattern "^[a-z]+$"
sh:pattern "^AB" ; sh:flags "i"
sh:minLength 3
sh:maxLength 2
sh:languageIn ( "en" )
sh:uniqueLang true
sh:minInclusive 3
sh:minExclusive 3
sh:maxInclusive 5
sh:maxExclusive 5
sh:equals <x:q>
sh:disjoint <x:q>
sh:or ( [ sh:class <x:C> ] [ sh:class <x:D> ] )
sh:or ( [ sh:datatype xsd:integer ] [ sh:nodeKind sh:IRI ] )
sh:and ( [ sh:nodeKind sh:Literal ] [ sh:minInclusive 2 ] )
sh:not [ sh:datatype xsd:integer ]
sh:xone ( [ sh:datatype xsd:integer ] [ sh:nodeKind sh:Literal ] )
sh:minCount 1 ; sh:maxCount 2 ; sh:datatype xsd:integer ; sh:minInclusive 2
sh:nodeKind sh:IRI ; sh:severity sh:Warning
sh:minCount 3 ; sh:deactivated true""".splitlines()
PATHS = ("<x:p>", "<x:q>", "<x:r>", "[ sh:inversePath <x:s> ]", "( <x:s> <x:p> )")
TARGETS = (
    "sh:targetClass <x:C>",
    "sh:targetNode <x:a> , <x:c>",
    "sh:targetSubjectsOf <x:s>",
    "sh:targetObjectsOf <x:s>",
)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_every_constraint_means_what_it_means_to_pyshacl(constraint: str, tmp_path: Path) -> None:
    for number, path in enumerate(PATHS):
        body = f"sh:property [ sh:path {path} ; {constraint} ]"
        same(TARGETS[number % 2], body, tmp_path, f"{number}")


@pytest.mark.parametrize("constraint", ["sh:lessThan <x:m>", "sh:lessThanOrEquals <x:m>", "sh:lessThan <x:r>"])
def test_values_are_compared_with_those_of_another_property(constraint: str, tmp_path: Path) -> None:
    """Of numbers alone: pyshacl compares nothing else."""
    same("sh:targetClass <x:C>", f"sh:property [ sh:path <x:r> ; {constraint} ]", tmp_path, "1")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "body", ["sh:nodeKind sh:IRI", "sh:class <x:C>", "sh:property [ sh:path <x:r> ; sh:minCount 1 ]"]
)
def test_every_target_is_aimed_at(target: str, body: str, tmp_path: Path) -> None:
    if "Objects" not in target or "property" not in body:
        same(target, body, tmp_path, "1")


def same(target: str, body: str, folder: Path, name: str) -> None:
    shapes = folder / f"{name}.ttl"
    shapes.write_text(f"{PREFIXES} <x:S> a sh:NodeShape ; {target} ; {body} .")
    graph = rdflib.Graph().parse(data=f"{PREFIXES} {DATA}")
    assert ours(graph, folder / name, shapes) == by_pyshacl(graph, shapes), body


def test_the_constraints_of_the_tests_find_something(tmp_path: Path) -> None:
    """Two engines that find nothing agree too."""
    shapes, graph = tmp_path / "s.ttl", rdflib.Graph().parse(data=f"{PREFIXES} {DATA}")
    idle = set()
    for number, constraint in enumerate(CONSTRAINTS):
        body = f"sh:property [ sh:path <x:p> ; {constraint} ]"
        shapes.write_text(f"{PREFIXES} <x:S> a sh:NodeShape ; sh:targetClass <x:C> ; {body} .")
        if not ours(graph, tmp_path / str(number), shapes):
            idle.add(constraint)
    assert idle == {"sh:minCount 3 ; sh:deactivated true"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("sh:targetClass <x:C> ; sh:closed true", "closed cannot be checked"),
        ("sh:targetClass <x:C> ; sh:property [ sh:path <x:p> ; sh:node <x:T> ]", "node cannot be checked"),
        (
            "sh:targetClass <x:C> ; sh:property [ sh:path <x:p> ; sh:datatype xsd:duration ]",
            "duration cannot be checked",
        ),
        ("sh:targetClass <x:C> ; sh:property [ sh:path <x:p> ; sh:nodeKind sh:Nothing ]", "node kind Nothing"),
        ("sh:targetClass <x:C> ; sh:or ( [ sh:path <x:p> ; sh:minCount 2 ] )", "only minCount 1 or maxCount 0"),
        ("sh:targetClass <x:C> ; sh:or ( [ sh:node <x:T> ] )", "what is in sh:or"),
        ('sh:message "nobody asks for this"', "has no target"),
    ],
)
def test_what_cannot_be_checked_is_an_error(tmp_path: Path, body: str, message: str) -> None:
    (tmp_path / "mine.ttl").write_text(f"{PREFIXES} <x:S> a sh:NodeShape ; {body} .")
    with Store.open_for_writing(tmp_path / "store") as store, pytest.raises(KgError, match=f"mine.ttl: .*{message}"):
        list(by_shapes(store, tmp_path / "mine.ttl"))


def test_every_constraint_of_ours_can_be_broken(tmp_path: Path) -> None:
    """The valid example of a shape, without each of its properties and with values that none of them may have."""
    shapes = rdflib.Graph().parse(SHAPES)
    wanted, broken = set(), set()
    for number, shape in enumerate(sorted(shapes.subjects(RDF.type, SH.NodeShape), key=str)):
        valid = rdflib.Graph().parse(EXAMPLES[0].with_name(f"{str(shape).rpartition('#')[2].lower()}-valid.ttl"))
        focus = valid.value(None, RDF.type, shapes.value(shape, SH.targetClass), any=True)
        assert focus is not None
        without, odd = rdflib.Graph() + valid, rdflib.Graph() + valid
        for part in shapes.objects(shape, SH.property):
            path = shapes.value(part, SH.path)
            wanted |= {(str(shape), str(path), component) for component in components(shapes, part)}
            without.remove((focus, path, None))
            for value in (rdflib.BNode(), rdflib.Literal(-5), rdflib.Literal(" "), rdflib.Literal("a", lang="zh")):
                odd.add((focus, path, value))  # type: ignore[arg-type]
        for name, graph in (("without", without), ("odd", odd)):
            broken |= broken_in(graph, tmp_path / f"{number}{name}")
    assert len(wanted) > 200 and wanted - broken == set()


def components(shapes: rdflib.Graph, part: rdflib.term.Node) -> Iterator[str]:
    for parameter in set(shapes.predicates(part)) - {SH.path, SH.message, SH.flags, SH.severity}:
        name = str(parameter).rpartition("#")[2]
        yield f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


def broken_in(graph: rdflib.Graph, path: Path) -> set[tuple[str, str, str]]:
    with Store.open_for_writing(path) as store:
        store.put("x:g", graph.serialize(format="nt").strip().split("\n"))
        return {(one.shape, one.path, one.component) for one in by_shapes(store)}


def test_checks_name_the_node_and_tell_what_is_wrong(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.put("x:g", ["<x:s> <https://w3id.org/township-kg/ontology#mentions> <x:c> ."])
        (found,) = validate(opened)
    assert found.shape.endswith("/checks/unknown-concept") and found.focus.value == "x:c"
    assert found.value and "mentions" in found.value.value
    assert found.message().endswith(".") and "概念" in found.message("zh")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, with a place of two codes, a year that is none, and a graph that lost a triple."""
    path = tmp_path_factory.mktemp("faulty") / "store"
    build.build([resources.data("samples")], path, jobs=1)
    with Store.open_for_writing(path) as store:
        report = next(graph for graph in store.graphs() if graph.endswith("yunling-2021.txt"))
        lines = list(store.statements(report))
        store.put(report, [line for line in lines if f"<{TKG.issuer}>" not in line])
        store.put(
            "x:g",
            [
                f"<x:o> <{RDF.type}> <{TKG.Place}> .",
                *(f'<x:o> <{TKG.statisticalCode}> "{c}" .' for c in (11, 12, "1x")),
            ],
        )
    return path


def kg(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_command_ends_with_1_and_sums_up(faulty: Path) -> None:
    result = kg("validate", "--store", faulty)
    assert result.exit_code == 1
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert {len(line) for line in lines} == {6} and {line[0] for line in lines} >= {"Violation"}
    codes = [line for line in lines if line[1] == "x:o" and line[2] == "tkg:statisticalCode"]
    assert {line[3] for line in codes} == {"", "1x"} and all(line[5] == "shape:Place" for line in codes)
    assert any(line[5] == "check:damaged-graph" and line[1].endswith("yunling-2021.txt") for line in lines)
    assert "violations, " in result.stderr.splitlines()[-1]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own, in its JSON-LD parser
@pytest.mark.parametrize("format", ["turtle", "json"])
def test_the_report_is_one_of_shacl(faulty: Path, tmp_path: Path, format: str) -> None:
    assert kg("validate", "--store", faulty, "--format", format, "-o", tmp_path / "report").exit_code == 1
    graph = rdflib.Graph().parse(tmp_path / "report", format="json-ld" if format == "json" else "turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(list(read(graph))) == len(kg("validate", "--store", faulty).stdout.splitlines())
    for result in results:
        assert {m.language for m in graph.objects(result, SH.resultMessage) if isinstance(m, rdflib.Literal)} == {
            "en",
            "zh",
        }
    form = """@prefix sh: <http://www.w3.org/ns/shacl#> . <x:F> a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
      sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:resultPath ; sh:maxCount 1 ] ,
      [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( sh:Violation sh:Warning sh:Info ) ] ,
      [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
      [ sh:path sh:sourceShape ; sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path sh:value ; sh:maxCount 1 ] ."""
    conforms, _, said = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(data=form))
    assert conforms, said
    assert ("x:o", f"<{TKG.statisticalCode}>", "1x", f"{SH}PatternConstraintComponent", VIOLATION) in set(read(graph))


def test_a_clean_store_conforms(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store"):
        pass
    result = kg("validate", "--store", tmp_path / "store", "--format", "json")
    assert result.exit_code == 0 and json.loads(result.stdout)["conforms"] is True


def test_own_shapes_count_and_warnings_only_where_strict(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as store:
        store.put("x:g", ["<x:a> <x:p> <x:b> ."])
    mine = tmp_path / "mine.ttl"
    body = "sh:targetSubjectsOf <x:p> ; sh:property [ sh:path <x:p> ; sh:nodeKind sh:Literal ; sh:severity sh:Warning ]"
    mine.write_text(f"{PREFIXES} <x:S> a sh:NodeShape ; {body} .")
    command = ("validate", "--store", tmp_path / "store", "--shapes", mine)
    result = kg(*command)
    assert result.exit_code == 0 and result.stdout.startswith("Warning\tx:a\tx:p\tx:b\t")
    assert "0 violations, 1 warnings" in result.stderr and WARNING.endswith("Warning")
    assert kg(*command, "--strict").exit_code == 1


@pytest.mark.parametrize("page", ["validation.md", "validation.zh.md"])
def test_the_shape_on_the_page_works(page: str, faulty: Path, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / page).read_text("utf-8")
    (tmp_path / "mine.ttl").write_text(text.partition("```turtle\n")[2].partition("```")[0], "utf-8")
    lines = kg("validate", "--store", faulty, "--shapes", tmp_path / "mine.ttl").stdout.splitlines()
    assert any(line.startswith("Warning") and "tkg:issuer" in line and "Who speaks?" in line for line in lines)
