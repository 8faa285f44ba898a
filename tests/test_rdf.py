"""RDF out: read by other programs it is the same graph, the same content gives the same bytes, parts stand alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyld import jsonld as pyld

from kg import build, resources
from kg.errors import ExportError
from kg.export import canonical, jsonld, rdf, report
from kg.export.selection import Selection
from kg.graph import iris
from kg.graph.namespaces import PREFIXES, RDF, SKOS, TKG, XSD
from kg.graph.store import Store
from kg.load import take
from kg.oxigraph import canonical as canonical_lines
from kg.oxigraph import parse, statements

SAMPLES = resources.data("samples")
KEY = "samples/yunling-2022.txt"
REPORT = iris.report(KEY)
PLACE = f"{iris.BASE}place/unlisted/samples/云翎镇"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample reports, with all schemes."""
    path = tmp_path_factory.mktemp("samples") / "store"
    build.build([SAMPLES], path, jobs=1)
    return path


@pytest.fixture(scope="module")
def small(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports, what they share, and the ontology with its blank nodes: what slower programs can read."""
    path = tmp_path_factory.mktemp("small") / "store"
    with Store.open_for_reading(samples) as whole, Store.open_for_writing(path) as part:
        for graph in whole.graphs():
            if (
                graph.endswith(("/ontology", "/places", "/periods", "/provisional", "yunling-2021.txt"))
                or graph == REPORT
            ):
                part.put(graph, whole.statements(graph))
    return path


def written(store: Path, out: Path, format: str, **more: Any) -> Path:
    with Store.open_for_reading(store) as opened:
        rdf.export(opened, format, out, **more)
    return out


def digest(store: Path) -> str:
    with Store.open_for_reading(store) as opened:
        return canonical.digest(opened)


def hashed(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in canonical_lines(lines)).encode()).hexdigest()


def lines_of(path: Path, format: str) -> list[str]:
    with path.open("rb") as file:
        found = statements(file, format)
        return [f"{line[:-2]} <{graph}> ." if graph else line for _, line, graph in found]


@pytest.mark.parametrize("ending", ["nq", "nq.gz", "nq.zst", "trig", "jsonld"])
def test_what_is_exported_and_loaded_again_has_the_same_hash(small: Path, tmp_path: Path, ending: str) -> None:
    format = {"nq": "nquads", "trig": "trig", "jsonld": "jsonld"}[ending.partition(".")[0]]
    out = written(small, tmp_path / f"graph.{ending}", format)
    take.load([out], tmp_path / "copy")
    assert digest(tmp_path / "copy") == digest(small)


def test_the_hash_is_that_of_another_implementation_of_rdfc(small: Path, tmp_path: Path) -> None:
    quads = written(small, tmp_path / "graph.nq", "nquads").read_text("utf-8")
    assert "_:" in quads
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    normal = pyld.normalize(quads, options)
    assert hashlib.sha256(normal.encode()).hexdigest() == digest(small)


def test_the_hash_does_not_depend_on_how_many_lines_are_sorted_at_a_time(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = digest(small)
    monkeypatch.setattr(canonical, "_RUN", 100)
    monkeypatch.setattr(canonical, "_OPEN", 3)
    assert digest(small) == whole


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib's own parsers
def test_rdflib_reads_the_same_dataset(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    for format in ("nquads", "trig"):
        dataset = rdflib.Dataset().parse(written(small, tmp_path / format, format), format=format)
        out = tmp_path / "by-rdflib.nq"
        out.write_text("".join(sorted(set(dataset.serialize(format="nquads").splitlines(keepends=True)))), "utf-8")
        assert hashed(lines_of(out, "nquads")) == digest(small)


def test_pyld_reads_the_same_dataset_from_json_ld(small: Path, tmp_path: Path) -> None:
    document = json.loads(written(small, tmp_path / "graph.jsonld", "jsonld").read_text("utf-8"))
    out = tmp_path / "by-pyld.nq"
    out.write_text(pyld.to_rdf(document, {"format": "application/n-quads"}), "utf-8")
    assert hashed(lines_of(out, "nquads")) == digest(small)


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper is not installed (Debian: raptor2-utils)")
@pytest.mark.parametrize(("format", "name"), [("turtle", "turtle"), ("ntriples", "ntriples"), ("rdfxml", "rdfxml")])
def test_raptor_reads_the_same_union(small: Path, tmp_path: Path, format: str, name: str) -> None:
    out = written(small, tmp_path / "graph", format)
    done = subprocess.run(
        ["rapper", "-q", "-i", name, "-o", "ntriples", out, "x:base"], capture_output=True, check=True, timeout=60
    )
    (tmp_path / "by-raptor.nt").write_bytes(done.stdout)
    with Store.open_for_reading(small) as opened:
        union = {line for graph in opened.graphs() for line in opened.statements(graph)}
    assert not done.stderr and hashed(lines_of(tmp_path / "by-raptor.nt", "ntriples")) == hashed(union)


@pytest.mark.parametrize("format", rdf.FORMATS)
def test_the_same_content_gives_the_same_bytes(small: Path, tmp_path: Path, format: str) -> None:
    dice = random.Random(7)
    with Store.open_for_reading(small) as opened, Store.open_for_writing(tmp_path / "other") as other:
        for graph in dice.sample(found := opened.graphs(), len(found)):
            other.put(graph, dice.sample(lines := list(opened.statements(graph)), len(lines)))
    assert (
        written(small, tmp_path / "1", format).read_bytes()
        == written(tmp_path / "other", tmp_path / "2", format).read_bytes()
    )


def test_packed_files_are_the_same_bytes_too(small: Path, tmp_path: Path) -> None:
    plain = written(small, tmp_path / "g.nq", "nquads").read_bytes()
    packed = written(small, tmp_path / "g.nq.gz", "nquads").read_bytes()
    assert (
        gzip.decompress(packed) == plain
        and packed == written(small, tmp_path / "h", "nquads", packed="gz").read_bytes()
    )


def test_what_a_foreign_graph_says_of_a_report_is_in_the_union_once(tmp_path: Path) -> None:
    own, other = f'<{REPORT}#a> <x:p> "1" .', f'<{REPORT}#a> <x:p> "2" .'
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.put(REPORT, [own])
        opened.put("x:before", [own, other])
        opened.put(f"{REPORT}~behind", [own, other])
    lines = written(tmp_path / "store", tmp_path / "out.nt", "ntriples").read_text("utf-8").splitlines()
    assert sorted(lines) == [own, other]


def test_parts_are_whole_graphs_that_load_in_any_order(samples: Path, tmp_path: Path) -> None:
    folder = written(samples, tmp_path / "parts", "nquads", packed="gz", shards=20)
    files = sorted(folder.iterdir(), reverse=True)
    assert len(files) >= 3 and {"".join(file.suffixes) for file in files} == {".nq.gz"}
    take.load(files, tmp_path / "copy")
    assert digest(tmp_path / "copy") == digest(samples)
    with pytest.raises(ExportError, match="name a new or an empty one"):
        written(samples, folder, "nquads", shards=2)
    assert sorted(folder.iterdir(), reverse=True) == files and len(list(tmp_path.iterdir())) == 2


def test_a_selection_is_whole_reports_and_all_that_they_speak_of(samples: Path, tmp_path: Path) -> None:
    out = written(samples, tmp_path / "part.nq", "nquads", selection=Selection(places=("云翎镇",), years=(2022,)))
    take.load([out], tmp_path / "part")
    with Store.open_for_reading(tmp_path / "part") as part, Store.open_for_reading(samples) as whole:
        assert list(part.known()) == [KEY] and part.damaged() == []
        assert set(part.statements(REPORT)) == set(whole.statements(REPORT))
        used = f"""SELECT ?node WHERE {{ GRAPH <{REPORT}> {{ ?s ?p ?node }} FILTER(ISIRI(?node)) ?node ?q ?o }}"""
        for store in (part, whole):
            described = set(store.query(used).rows())
            assert len(described) > 50
        assert described == set(part.query(used).rows())
        assert part.counts()["quads"] < whole.counts()["quads"] / 10
        above = f"ASK {{ ?c <{SKOS.inScheme}> ?s . ?s <{SKOS.prefLabel}> ?l . ?lower <{SKOS.broader}> ?c }}"
        assert part.query(above).truth()
    with pytest.raises(ExportError, match=r"no report in .* fits"):
        written(
            samples, tmp_path / "x", "nquads", selection=Selection(places=("云翎镇",), programmes=("创业孵化基地",))
        )


@pytest.mark.parametrize("format", report.FORMATS)
def test_one_report_laid_out_is_its_graph(samples: Path, tmp_path: Path, format: str) -> None:
    with Store.open_for_reading(samples) as opened:
        report.export(opened, KEY, format, tmp_path / "out")
        lines = set(opened.statements(REPORT))
    graph = "" if format == "turtle" else f" <{REPORT}>"
    assert set(lines_of(tmp_path / "out", format)) == {f"{line[:-2]}{graph} ." for line in lines}


def test_one_report_as_json_is_nested(samples: Path, tmp_path: Path) -> None:
    with Store.open_for_reading(samples) as opened:
        report.export(opened, KEY, "jsonld", tmp_path / "out")
        number = sum(f"<{RDF.type}> <{TKG.Outcome}>" in line for line in opened.statements(REPORT))
    document = json.loads((tmp_path / "out").read_text("utf-8"))
    first = document["@graph"][0]
    assert (first["id"], first["type"], first["reportYear"]) == (REPORT, "Report", "2022")
    assert len(first["outcomes"]) == number > 20
    outcome = first["outcomes"][0]
    passage = outcome["wasDerivedFrom"][0]
    assert (outcome["type"], outcome["status"], outcome["obsValue"]) == ("Outcome", "achieved", "20350000")
    assert passage["quote"].startswith("全年完成财政收入") and passage["hasSelector"]["startOffset"] == 119
    frame = {"@context": document["@context"], "type": "Report", "outcomes": {"type": "Outcome"}}
    framed = pyld.frame({"@context": document["@context"], "@graph": document["@graph"]}, frame)
    assert len(framed["outcomes"]) == number and framed["id"] == REPORT


OWL = "http://www.w3.org/2002/07/owl#"
RANGE = "http://www.w3.org/2000/01/rdf-schema#range"


def test_the_context_has_every_term_of_the_ontology_with_its_type() -> None:
    ontology: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in parse(resources.ontology("ontology.ttl")):
        ontology.setdefault(subject, {}).setdefault(predicate, []).append(value.value)
    entries = jsonld.context().entries
    checked = 0
    for iri in TKG:
        name = iri.removeprefix(PREFIXES["tkg"])
        if name == "time":  # a kind of unit; the word is a prefix
            continue
        entry, facts = entries[name], ontology[iri]
        assert (entry if isinstance(entry, str) else entry["@id"]) == f"tkg:{name}"
        if f"{OWL}ObjectProperty" in facts[RDF.type]:
            assert entry["@type"] in ("@id", "@vocab"), name
        elif f"{OWL}DatatypeProperty" in facts[RDF.type]:
            kind = facts[RANGE][0]
            wanted = None if kind == XSD.string else f"xsd:{kind.removeprefix(PREFIXES['xsd'])}"
            assert entry.get("@type") == wanted, name
        checked += 1
    assert checked > 100 and {prefix: entries[prefix] for prefix in PREFIXES} == PREFIXES


def test_reports_and_schemes_are_written_in_words_of_the_context(samples: Path) -> None:
    with Store.open_for_reading(samples) as opened:
        for graph in opened.graphs():
            if not graph.endswith(("/ontology", "/dataset")):  # vocabularies of their own: OWL, Data Cube, DCAT
                nodes = [node for node in jsonld.nodes(opened.statements(graph)) if node.get("type") != "ConceptScheme"]
                keys = {key for node in nodes for key in node}
                assert {key for key in keys if ":" in key} <= {"schema:startDate", "schema:endDate"}, graph  # of years


def test_what_does_not_fit_the_context_is_kept(tmp_path: Path) -> None:
    odd = [
        f'<x:a> <{TKG.year}> "zweitausend" .',
        f'<x:a> <{TKG.start}> "007"^^<{XSD.integer}> .',
        f'<x:a> <{TKG.start}> "123456789012345678901"^^<{XSD.integer}> .',
        f'<x:a> <{TKG.masked}> "1"^^<{XSD.boolean}> .',
        f"<x:a> <{TKG.quote}> <x:b> .",
        f'<x:a> <{TKG.about}> "nowhere"@en .',
        f'<x:a> <{SKOS.prefLabel}> "plain" .',
        f'<x:a> <{SKOS.prefLabel}> "two"@en .',
        f'<x:a> <{SKOS.prefLabel}> "too"@en .',
        f'<x:a> <{RDF.type}> "word" .',
        f"<x:a> <{RDF.type}> <x:Kind> .",
        f"<x:a> <{TKG.status}> <x:other> .",
        '<x:a> <x:p> "q\\n\\"\\\\\\u2028" .',
    ]
    out = tmp_path / "odd.jsonld"
    with out.open("wb") as file:
        jsonld.write([("x:g", odd)], file)
    (tmp_path / "odd.nq").write_text("".join(f"{line[:-2]} <x:g> .\n" for line in odd), "utf-8")
    wanted = hashed(lines_of(tmp_path / "odd.nq", "nquads"))
    assert hashed(lines_of(out, "jsonld")) == wanted
    (tmp_path / "by-pyld.nq").write_text(
        pyld.to_rdf(json.loads(out.read_text("utf-8")), {"format": "application/n-quads"}), "utf-8"
    )
    assert hashed(lines_of(tmp_path / "by-pyld.nq", "nquads")) == wanted
    with pytest.raises(ExportError, match="choose another format"), out.open("wb") as file:
        jsonld.write([("x:g", ["<time:flies> <x:p> <x:o> ."])], file)
