"""RDF in: graphs are replaced whole, what is broken or hostile stores nothing, and `kg build` knows what came in."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import resources
from kg.cli import main
from kg.errors import KgError, LoadError
from kg.graph import iris
from kg.graph.namespaces import PROV, TKG, XSD
from kg.graph.store import Store
from kg.load import reader, spool, take

REPORT = iris.report("a.txt")
PLACES = iris.graph("places")


def report(count: int, more: str = "") -> str:
    return (
        f'<{REPORT}> <{TKG.contentHash}> "h" <{REPORT}> .\n'
        f"<{REPORT}> <{PROV.wasGeneratedBy}> <{iris.run('1')}> <{REPORT}> .\n"
        f'<{REPORT}> <{TKG.tripleCount}> "{count}"^^<{XSD.integer}> <{REPORT}> .\n{more}'
    )


def load(folder: Path, text: str | bytes, name: str = "in.nq", graph: str | None = None) -> take.Loaded:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return take.load([path], folder / "store", graph=graph)


def held(folder: Path, graph: str) -> list[str]:
    with Store.open_for_reading(folder / "store") as opened:
        return sorted(opened.statements(graph))


def test_a_graph_is_replaced_whole_and_shared_ones_are_added_to(tmp_path: Path) -> None:
    first = (
        f'<x:a> <x:p> "1" <x:g> .\n<x:a> <x:p> "2" <x:g> .\n<x:b> <x:p> _:n <x:blank> .\n<x:c> <x:p> "1" <{PLACES}> .\n'
    )
    assert load(tmp_path, first) == take.Loaded(added=3, statements=4)
    assert load(tmp_path, first) == take.Loaded(unchanged=3, statements=4)
    second = f'<x:a> <x:p> "3" <x:g> .\n<x:b> <x:q> _:n <x:blank> .\n<x:c> <x:p> "2" <{PLACES}> .\n'
    assert load(tmp_path, second) == take.Loaded(changed=2, merged=1, statements=3)
    assert held(tmp_path, "x:g") == ['<x:a> <x:p> "3" .'] and len(held(tmp_path, "x:blank")) == 1
    assert held(tmp_path, PLACES) == ['<x:c> <x:p> "1" .', '<x:c> <x:p> "2" .']


def test_triples_need_a_graph(tmp_path: Path) -> None:
    turtle = "@prefix x: <x:> . <#here> x:p 1, 1.50, _:b ."
    with pytest.raises(LoadError, match="say with --graph IRI"):
        load(tmp_path, turtle.replace("<#here>", "<x:here>"), "in.ttl")
    assert not (tmp_path / "store").exists()
    load(tmp_path, turtle, "in.ttl", graph="http://example.org/notes")
    assert any(
        line.startswith("<http://example.org/notes#here>") for line in held(tmp_path, "http://example.org/notes")
    )
    with pytest.raises(LoadError, match="leave out --graph"):
        load(tmp_path, "<x:a> <x:p> <x:o> <x:g> .", graph="x:h")


DEEP = 200_000
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
HOSTILE = {
    "in.rdf": (
        f'<!DOCTYPE r [<!ENTITY e0 "ha">{BOMB}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:x="x:"><rdf:Description rdf:about="x:a"><x:p>&e10;</x:p></rdf:Description></rdf:RDF>'
    ),
    "in.jsonld": '{"@id":"x:a","x:p":' * DEEP + "1" + "}" * DEEP,
    "in.json": "[" * DEEP,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_bring_a_parser_down_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY", 600 << 20)
    monkeypatch.setattr(spool, "STILL", 5.0)
    with pytest.raises(LoadError) as caught:
        load(tmp_path, HOSTILE[name], name, graph="x:g")
    assert "\n" not in str(caught.value) and not (tmp_path / "store").exists()


def test_a_reader_that_stands_still_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "STILL", 1.0)
    clique = "".join(f"_:a{i} <x:p> _:a{j} <x:g> .\n" for i in range(12) for j in range(12) if i != j)
    with pytest.raises(LoadError, match="nothing came of it"):
        load(tmp_path, clique)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<javascript:alert(1)> <x:p> <x:o> <x:g> .", "is no IRI to keep"),
        ("<x:a> <x:p> <x:o\u202e> <x:g> .", "is no IRI to keep"),
        ('<x:a> <x:p> "a\\u0000" <x:g> .', "characters that no document may hold"),
        ("<x:a> <x:p> _:b <x:g> .\n<x:a> <x:p> _:b <x:h> .", "blank node in two graphs"),
        ("<x:a> <x:p> <x:o> _:g .", "graph without a name"),
        ("<x:a> <x:p> <x:o> <x:g> .\n<x:a> <x:p>", "correct the file"),
        (f"<{REPORT}> <x:p> <x:o> <{REPORT}> .", "hash, run and triple count"),
        (report(4), "holds 3 triples and says .*4"),
        (report(3, report(4)), "hash, run and triple count"),
    ],
)
def test_what_would_break_a_store_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        load(tmp_path, text)
    assert not (tmp_path / "store").exists()


def test_nothing_is_stored_where_the_second_file_is_broken(tmp_path: Path) -> None:
    load(tmp_path, report(3))
    good, bad = tmp_path / "good.nq", tmp_path / "bad.nq.gz"
    good.write_text("<x:a> <x:p> <x:o> <x:g> .\n", "utf-8")
    bad.write_bytes(gzip.compress(b"<x:a> <x:p> <x:o> <x:h> .\n" * 1000)[:-20])
    with pytest.raises(LoadError, match=r"bad\.nq\.gz"):
        take.load([good, bad], tmp_path / "store")
    with Store.open_for_reading(tmp_path / "store") as opened:
        assert opened.graphs() == [REPORT]


def test_a_packed_file_does_not_unpack_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_UNPACKED", 1000)
    file = reader.Bounded(io.BytesIO(b" " * 100_000), 10)
    assert len(file.read(1500)) == 1500
    with pytest.raises(KgError, match="far more than its size"):
        file.read(600)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name, reason in (("in.txt", "does not say the format"), ("none.nq", "no such file")):
        with pytest.raises(LoadError, match=reason):
            take.load([tmp_path / name], tmp_path / "store")
    with pytest.raises(KgError, match="is no IRI for a graph"):
        take.load([], tmp_path / "store", graph="no iri")


def test_build_knows_the_reports_that_came_in(tmp_path: Path) -> None:
    def kg(*arguments: object) -> str:
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    sample = resources.data("samples") / "yunling-2022.txt"
    kg("build", sample, "--store", tmp_path / "one")
    kg("export", "--store", tmp_path / "one", "--format", "nquads", "-o", tmp_path / "one.nq.zst")
    assert "new, 0 replaced, 0 added to, 0 unchanged" in kg(
        "load", tmp_path / "one.nq.zst", "--store", tmp_path / "two"
    )
    assert "0 read" in kg("build", sample, "--store", tmp_path / "two")
    hashes = {kg("stats", "--store", tmp_path / name, "--hash").splitlines()[-1] for name in ("one", "two")}
    assert len(hashes) == 1 and len(hashes.pop().split()[-1]) == 64
