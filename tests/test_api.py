"""The library's few names do what their documentation says, and what it shows is executed."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
import rdflib
from PIL import Image

import kg
from docs import tables as pages
from kg import api, build, resources
from kg.errors import QueryError, StoreError
from kg.graph.namespaces import RDF, TKG

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def test_the_module_shows_what_it_does() -> None:
    found = doctest.testmod(api)
    assert found.attempted >= 6 and found.failed == 0


def test_all_that_is_public_is_there_and_nothing_else() -> None:
    assert set(api.__all__) | {"KgError"} == set(kg.__all__)
    assert all(getattr(kg, name).__doc__ for name in kg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kg.nothing  # noqa: B018


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = "{'jieba', 'rjieba', 'pyoxigraph', 'networkx', 'rdflib', 'pandas', 'xlsxwriter'}"
    code = f"import sys, kg; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("name", ["python.md", "python.zh.md"])
def test_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.build([resources.data("samples")], tmp_path / "store", jobs=1)
    (tmp_path / "kg").symlink_to(ROOT / "kg")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(CODE.findall((ROOT / "docs" / name).read_text("utf-8")))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, name, "exec"), {})
    told = said.getvalue()
    assert "改厕 650 户 厕所革命" in told and "云翎镇" in told and "412" in told
    assert re.search(r"[1-9]\d+ places, programmes and strategies", told) and re.search(r"[1-9]\d{4,} triples", told)


@pytest.mark.parametrize("language", pages.PAGES)
def test_the_page_of_tables_has_all_columns(language: str) -> None:
    assert pages.page(language) == pages.PAGES[language].read_text("utf-8"), "run python docs/tables.py"


def test_a_graph_in_memory_is_the_graph_of_the_store(tmp_path: Path) -> None:
    sample = resources.data("samples") / "yunling-2021.txt"
    build.build([sample], tmp_path / "store", jobs=1)
    memory = kg.graph_of(kg.read(sample))
    query = "SELECT ?p ?v { ?o a tkg:Outcome ; ?p ?v FILTER(?p != tkg:inReport && !ISIRI(?v)) } ORDER BY ?p ?v"
    with kg.open_graph(tmp_path / "store") as stored:
        assert stored.rows(query) == memory.rows(query) != []


def test_rdflib_gets_all_of_it() -> None:
    graph = kg.graph_of(kg.read_text("青溪镇2021年工作总结\n\n新建公厕3座。"))
    found = graph.rdflib()
    assert isinstance(found, rdflib.Dataset)
    outcomes = list(found.subjects(rdflib.URIRef(RDF.type), rdflib.URIRef(TKG.Outcome)))
    assert len(outcomes) == 1 and found.namespace_manager.qname(str(RDF.type)) == "rdf:type"


def test_faults_are_told_in_one_line(tmp_path: Path) -> None:
    graph = kg.graph_of(kg.read_text("青溪镇2021年工作总结\n\n新建公厕3座。"))
    with pytest.raises(QueryError, match="query: line 1"):
        graph.query("SELECT ?x {")
    with pytest.raises(StoreError, match="there is no store here"):
        kg.open_graph(tmp_path / "nothing")
    with pytest.raises(kg.KgError):
        kg.read(tmp_path / "nothing.txt")


def test_the_notebook_runs_and_draws(tmp_path: Path) -> None:
    """It is kept without results, so that what it shows is always made by the code that is there."""
    notebook = nbformat.read(ROOT / "docs" / "from-reports-to-a-picture.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = "".join(str(cell.get("outputs", "")) for cell in notebook.cells)
    assert "云翎镇" in said and "Traceback" not in said
    with Image.open(tmp_path / "toilets.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
        assert picture.width > 800 and {(0, 114, 178), (230, 159, 0)} <= colours
    assert "Glyph" not in said  # matplotlib's word for a character that the font lacks
