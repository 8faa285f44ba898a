"""The store: what is said to be stored is, reports are there completely or not at all, and nothing else is touched."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.graph import iris, store
from kg.graph.mapping import Mapped
from kg.graph.namespaces import PROV, TKG
from kg.graph.store import Replaced, Store

FACTS = 300


def report(number: int, state: str = "a", facts: int = FACTS) -> Mapped:
    """A report whose every triple bears `state`, and which counts its triples."""
    key = f"报告/{number:03d}.txt"
    graph = iris.report(key)
    facts_ = [f'<{graph}#{i}> <{TKG.quote}> "{state} 第{i}句\u2028"' for i in range(facts)]
    facts_ += [
        f'<{graph}> <{TKG.contentHash}> "{state}"',
        f"<{graph}> <{PROV.wasGeneratedBy}> <{iris.run('1-' + state)}>",
    ]
    facts_.append(f'<{graph}> <{TKG.tripleCount}> "{len(facts_) + 1}"^^<http://www.w3.org/2001/XMLSchema#integer>')
    place = f'<{iris.BASE}place/43> <https://schema.org/name> "湖南省" <{iris.graph("places")}> .\n'
    return Mapped(key, graph, "".join(f"{fact} <{graph}> .\n" for fact in facts_).encode(), place)


def states(path: Path) -> dict[str, tuple[str, str]]:
    with Store.open_for_reading(path) as opened:
        assert opened.damaged() == []
        return opened.known()


def test_new_and_changed_reports(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "new" / "store") as opened:
        assert opened.known() == {}
        assert opened.replace(report(n) for n in range(5)) == Replaced(added=5, changed=0)
        assert opened.replace([report(1, "b", facts=7), report(9)]) == Replaced(added=1, changed=1)
        known = opened.known()
        assert opened.counts()["quads"] == 5 * (FACTS + 3) + 10 + 1
    assert states(tmp_path / "new" / "store") == known
    assert known["报告/001.txt"] == ("b", "1-b") and known["报告/009.txt"] == ("a", "1-a") and len(known) == 6


def test_the_later_of_two_reports_with_one_key_stays(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.replace([report(1, "a"), report(1, "b")])
        assert opened.known() == {"报告/001.txt": ("b", "1-b")} and opened.damaged() == []


def test_reports_beyond_a_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SHARD", 100_000)
    with Store.open_for_writing(tmp_path / "store") as opened:
        assert opened.replace(report(n) for n in range(9)) == Replaced(9, 0)
        assert len(opened.known()) == 9 and opened.damaged() == []


def test_a_failing_source_of_reports_is_not_blamed_on_the_store(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened, pytest.raises(OSError, match="disk of the reader"):
        opened.replace(report(n) if n < 1 else _fail() for n in range(2))


def _fail() -> Mapped:
    raise OSError("disk of the reader")


def test_damage_is_found(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.replace([report(1), report(2)])
        opened.add(f'<{iris.report("x")}> <{TKG.quote}> "zu viel" <{report(2).graph}> .\n')
        assert opened.damaged() == [report(2).graph]


def test_put_replaces_a_graph(tmp_path: Path) -> None:
    graph = iris.graph("links")
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.put(graph, ['<x:a> <x:p> "1" .', '<x:a> <x:p> "2" .'])
        opened.put(graph, ['<x:a> <x:p> "3" .', "_:b <x:p> _:b ."])
        values = sorted(row[0].value for row in opened.query("SELECT ?v { <x:a> <x:p> ?v }").rows() if row[0])
        assert values == ["3"] and opened.graphs() == [graph]


@pytest.mark.parametrize("name", ["missing", "empty", "file", "other"])
def test_reading_never_makes_a_store(tmp_path: Path, name: str) -> None:
    path = _wrong(tmp_path, name)
    with pytest.raises(StoreError, match="no store here; make one with: kg build"):
        Store.open_for_reading(path)
    assert path.exists() is (name != "missing")
    assert sorted(p.name for p in tmp_path.rglob("*")) == sorted(
        {name, "000.txt"} if name == "other" else {name} & set(_made(tmp_path))
    )


def _made(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir()]


def _wrong(folder: Path, name: str) -> Path:
    path = folder / name
    if name in ("empty", "other"):
        path.mkdir()
    if name == "file":
        path.write_text("x")
    if name == "other":
        (path / "000.txt").write_text("x")
    return path


@pytest.mark.parametrize(("name", "reason"), [("file", "this is a file"), ("other", "holds other things .000.txt.")])
def test_writing_refuses_what_is_no_store(tmp_path: Path, name: str, reason: str) -> None:
    path = _wrong(tmp_path, name)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=reason):
        Store.open_for_writing(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_becomes_a_store(tmp_path: Path) -> None:
    with Store.open_for_writing(_wrong(tmp_path, "empty")) as opened:
        assert opened.counts() == {"quads": 0}


def test_a_broken_store_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAUSE", 0)
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.replace([report(1)])
    for manifest in (tmp_path / "store").glob("MANIFEST-*"):
        manifest.unlink()
    for opening in (Store.open_for_reading, Store.open_for_writing):
        with pytest.raises(StoreError) as caught:
            opening(tmp_path / "store")
        assert "\n" not in str(caught.value)


def test_a_second_writer_is_told(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store"), pytest.raises(StoreError, match="another process is writing"):
        Store.open_for_writing(tmp_path / "store")
    Store.open_for_writing(tmp_path / "store").close()


def test_a_reader_beside_a_writer_keeps_its_view(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as writer:
        writer.replace([report(1)])
        with Store.open_for_reading(tmp_path / "store") as reader:
            writer.replace([report(1, "b"), report(2)])
            assert reader.known() == {"报告/001.txt": ("a", "1-a")} and reader.damaged() == []
        assert len(states(tmp_path / "store")) == 2


WRITER = """
import sys, time
from pathlib import Path
sys.path[:0] = sys.argv[4:]
from test_store import report
from kg.graph.store import Store
with Store.open_for_writing(Path(sys.argv[1])) as opened:
    print("open", flush=True)
    for turn in range(int(sys.argv[2]), 1_000_000):
        opened.replace([report(n, str(turn)) for n in range(8)])
        first = 10 * (turn % 30)  # so that what is there to read stays small
        opened.replace([report(n, str(turn)) for n in range(first, first + 8)])
        time.sleep(float(sys.argv[3]))
"""


def test_killed_writers_leave_whole_reports(tmp_path: Path) -> None:
    """kill -9 at any moment: every graph is complete and of one state, and the next writer goes on."""
    path = tmp_path / "store"
    seen = 0
    for turn in range(1, 7):
        paths = (str(Path(__file__).parent), str(Path(__file__).parents[1]))
        command = [sys.executable, "-c", WRITER, str(path), str(100 * turn), "0", *paths]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout and writer.stdout.readline() == b"open\n"
            time.sleep(random.uniform(0.05, 0.6))
            writer.kill()
        known = states(path)
        assert len(known) >= seen
        seen = len(known)
        _assert_one_state(path)
    assert seen > 8


def _assert_one_state(path: Path) -> None:
    """No graph mixes the triples of two states."""
    mixed = f"""SELECT ?g {{ GRAPH ?g {{ ?g <{TKG.contentHash}> ?state . ?s <{TKG.quote}> ?quote
        FILTER(!STRSTARTS(?quote, CONCAT(?state, " "))) }} }} LIMIT 1"""
    with Store.open_for_reading(path) as opened:
        assert list(opened.query(mixed).rows()) == []


def _looks_whole(path: Path) -> bool:
    """Whether a reader saw the store; False where the writer was quicker."""
    try:
        states(path)
        _assert_one_state(path)
    except StoreError:
        return False
    return True


def test_readers_open_while_a_writer_works(tmp_path: Path) -> None:
    path = tmp_path / "store"
    Store.open_for_writing(path).close()
    paths = (str(Path(__file__).parent), str(Path(__file__).parents[1]))
    command = [sys.executable, "-c", WRITER, str(path), "1", "0.1", *paths]  # a writer without a pause outruns them all
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout and writer.stdout.readline() == b"open\n"
            assert sum(_looks_whole(path) for _ in range(12)) >= 10
            assert writer.poll() is None
        finally:
            writer.kill()  # else leaving the block waits for a writer that never ends


def test_leftovers_of_killed_loads_are_cleaned(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.replace([report(1)])
    leftover = tmp_path / "store" / "bulk-1-2.sst"
    leftover.write_bytes(b"x")
    assert len(states(tmp_path / "store")) == 1 and leftover.exists()
    Store.open_for_writing(tmp_path / "store").close()
    assert not leftover.exists()
