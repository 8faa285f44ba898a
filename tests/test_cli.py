"""The command line as users meet it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

REPORT = """青柳湾镇2021年工作总结
一、2021年工作回顾
一年来，全镇落实乡村振兴战略，深入推进“厕所革命”，完成改厕260个，发放补贴12.5万元。开展安全生产检查36次，
整改隐患88处，组织群众培训4期520人次，新修通组公路3.2公里，群众满意度达96%。加强基层党组织建设，发展党员9名，
推进环境整治和产业发展，农村居民收入稳步提升，社会大局和谐稳定。
二、2022年工作计划
全面落实河长制，计划改厕300个。
"""


def _kg(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


def _refused(result: Result, code: int) -> str:
    """The one line on standard error of a call that failed with `code`."""
    assert result.exit_code == code, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), result.stderr
    return lines[0]


def _write(folder: Path) -> Path:
    folder.mkdir()
    (folder / "qingliuwan.txt").write_text(REPORT, "utf-8")
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return _write(tmp_path / "reports")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    assert _kg("build", _write(folder / "reports"), "--store", folder / "store").exit_code == 0
    return folder / "store"


@pytest.fixture
def store(built: Path, reports: Path, tmp_path: Path) -> Path:
    """A store of the reports for one test, which may change it."""
    return shutil.copytree(built, tmp_path / "store")


def _outcomes(store: Path) -> list[dict[str, str]]:
    answer = json.loads(_kg("query", "outcomes", "--store", store, "--format", "json").stdout)
    return [{k: cell["value"] for k, cell in row.items()} for row in answer["results"]["bindings"]]


def test_build_says_what_it_did_and_skips_what_it_knows(reports: Path, tmp_path: Path) -> None:
    first = _kg("build", reports, "--store", tmp_path / "store")
    assert "1 files: 1 read (1 new, 0 changed), 0 unchanged, 0 failed" in first.stdout
    assert "outcomes" in first.stdout
    again = _kg("build", reports, "--store", tmp_path / "store")
    assert "0 read (0 new, 0 changed), 1 unchanged" in again.stdout


def test_build_says_how_many_reports_have_no_certain_place(reports: Path, tmp_path: Path) -> None:
    (reports / "open.txt").write_text(REPORT.replace("青柳湾镇", "城关镇"), "utf-8")
    built = _kg("build", reports, "--store", tmp_path / "store").stdout
    assert f"places: 1 reports fit several places, see: kg query open-places --store {tmp_path / 'store'}" in built
    listed = _kg("query", "open-places", "--store", tmp_path / "store", "--format", "csv").stdout.splitlines()
    assert len(listed) == 1 + 88 and all(line.startswith("open.txt,城关镇,城关镇,") for line in listed[1:])
    assert "places:" not in _kg("build", reports, "--store", tmp_path / "store").stdout
    assert _kg("validate", "--store", tmp_path / "store").exit_code == 0


def test_a_changed_report_replaces_its_own_graph_only(reports: Path, store: Path) -> None:
    (reports / "other.txt").write_text(REPORT.replace("青柳湾镇", "白鹭洲渡镇"), "utf-8")
    _kg("build", reports, "--store", store)
    before = [row for row in _outcomes(store) if row["source"] == "other.txt"]
    (reports / "qingliuwan.txt").write_text(REPORT.replace("260", "261"), "utf-8")
    assert "1 read (0 new, 1 changed), 1 unchanged" in _kg("build", reports, "--store", store).stdout
    after = _outcomes(store)
    assert [row for row in after if row["source"] == "other.txt"] == before != []
    values = {row["value"] for row in after if row["source"] == "qingliuwan.txt"}
    assert "261" in values and "260" not in values


def test_outcomes_slice_the_file(reports: Path, store: Path) -> None:
    text = (reports / "qingliuwan.txt").read_text("utf-8")
    rows = _outcomes(store)
    assert len(rows) == 10
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        assert any(c.isdigit() for c in text[start:end]) and text[start:end] in row["evidence"]
        assert row["evidence"] in text


def test_bad_inputs_are_named_and_the_rest_is_read(reports: Path, tmp_path: Path) -> None:
    (reports / "empty.txt").write_bytes(b"")
    (reports / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (reports / "recipe.txt").write_text("红烧肉的做法：五花肉切块，冷水下锅，加姜片焯水。" * 12, "utf-8")
    result = _kg("build", reports, reports / "missing.txt", "--store", tmp_path / "store")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 4 and all("; " in line for line in lines)
    assert [line.split(": ")[0] for line in lines].count("skipped") == 1, "the recipe, which nobody gave by name"
    for name, reason in (("empty", "empty"), ("picture", "no text"), ("recipe", "work report"), ("missing", "no such")):
        assert any(f"{name}.txt" in line and reason in line for line in lines), lines
    assert "1 read (1 new" in result.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(reports: Path, tmp_path: Path) -> None:
    (reports / "locked.txt").write_text(REPORT, "utf-8")
    (reports / "locked.txt").chmod(0)
    assert "locked.txt" in _kg("build", reports, "--store", tmp_path / "store").stderr


def test_a_link_to_nowhere_is_named(reports: Path, tmp_path: Path) -> None:
    (reports / "lost.txt").symlink_to(tmp_path / "nowhere.txt")
    result = _kg("build", reports, "--store", tmp_path / "store")
    assert "lost.txt" in _refused(result, 1) and "1 read" in result.stdout


def test_a_text_that_is_no_report_is_taken_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "recipe.txt").write_text("红烧肉的做法：五花肉2斤切块，冷水下锅，加姜片焯水。" * 12, "utf-8")
    assert _kg("build", tmp_path / "recipe.txt", "--store", tmp_path / "store", "--any").exit_code == 0


def test_a_folder_without_reports(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert "no text files" in _refused(_kg("build", tmp_path / "nothing", "--store", tmp_path / "store", "--quiet"), 1)
    assert not (tmp_path / "store").exists()


def test_two_files_with_one_key_are_not_mixed_up(reports: Path, tmp_path: Path) -> None:
    twin = tmp_path / "elsewhere" / "reports"
    twin.mkdir(parents=True)
    (twin / "qingliuwan.txt").write_text(REPORT.replace("260", "261"), "utf-8")
    assert "same folder and name" in _refused(_kg("build", reports, twin, "--store", tmp_path / "store", "--quiet"), 1)


def test_the_store_path_is_a_file(reports: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "file" in _refused(_kg("build", reports, "--store", tmp_path / "file"), 2)
    assert (tmp_path / "file").read_text() == "x"


def test_reading_never_makes_a_store(tmp_path: Path) -> None:
    for command in (["query", "outcomes"], ["stats"], ["validate"], ["export", "--format", "nquads"]):
        assert "kg build" in _refused(_kg(*command, "--store", tmp_path / "none"), 2)
    assert not (tmp_path / "none").exists()


def test_an_unknown_query_suggests_the_nearest(store: Path) -> None:
    assert "outcomes" in _refused(_kg("query", "outcome", "--store", store), 2)


def test_a_syntax_error_is_placed(store: Path) -> None:
    line = _refused(_kg("query", "-", "--store", store, stdin="SELECT *\nWHERE { ?s ?p }"), 2)
    assert "line 2" in line and "column" in line


def test_a_parameter_is_a_term_and_never_syntax(store: Path) -> None:
    hostile = 'programme=厕所革命" } INSERT { <a:b> <a:c> <a:d> } #'
    result = _kg("query", "programme-numbers", "--store", store, "--param", hostile, "--format", "csv")
    assert result.exit_code == 0 and len(result.stdout.splitlines()) == 1
    rows = _kg("query", "programme-numbers", "--store", store, "-p", "programme=厕所革命", "--format", "csv").stdout
    assert "260" in rows and "300" in rows
    assert "name=value" in _refused(_kg("query", "outcomes", "--store", store, "-p", "programme"), 2)


def test_queries_are_listed_with_what_they_answer() -> None:
    lines = _kg("query", "--list").stdout.splitlines()
    assert len(lines) >= 18 and all(len(line.split(maxsplit=1)) == 2 for line in lines)


@pytest.mark.parametrize(
    "format_", ["nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml", "graphml", "gexf", "nodelink"]
)
def test_exports_hold_the_graph(store: Path, tmp_path: Path, format_: str) -> None:
    out = tmp_path / "out" / f"graph.{format_}"
    assert _kg("export", "--store", store, "--format", format_, "-o", out).exit_code == 0
    assert "厕所革命" in out.read_text("utf-8")
    assert _kg("export", "--store", store, "--format", format_).stdout == out.read_text("utf-8")


@pytest.mark.parametrize("format_", ["turtle", "jsonld", "trig"])
def test_one_report_by_itself(store: Path, format_: str) -> None:
    text = _kg("export", "--store", store, "--format", format_, "--report", "reports/qingliuwan.txt").stdout
    assert "完成改厕260个" in text and "一批" not in text
    assert "kg query reports" in _refused(_kg("export", "--store", store, "--format", format_, "--report", "x"), 2)


def test_a_built_store_is_valid(store: Path) -> None:
    result = _kg("validate", "--store", store)
    assert result.exit_code == 0, result.output
    assert json.loads(_kg("validate", "--store", store, "--format", "json").stdout)["conforms"] is True


def test_stats_count_what_is_there(store: Path) -> None:
    counts = json.loads(_kg("stats", "--store", store, "--format", "json").stdout)
    assert counts["Outcome"] == 10 and counts["Report"] == 1
    assert "Outcome" in _kg("stats", "--store", store).stdout


def test_explain_marks_and_tells_why(reports: Path) -> None:
    path = reports / "qingliuwan.txt"
    assert "[260]个" in _kg("explain", path).stdout and "{厕所革命}" in _kg("explain", path).stdout
    chain = _kg("explain", path, "--number", "260").stdout
    assert "改厕 = 260 个 2021" in chain and "programme" in chain and "厕所革命" in chain
    assert "not taken" in _kg("explain", path, "--number", "2021").stdout
    assert "number" in _kg("explain", path, "--facts").stdout
    assert "does not contain" in _refused(_kg("explain", path, "--number", "99999"), 1)


def test_help_of_every_command_has_an_example() -> None:
    for name in main.commands:
        assert f"kg {name}" in _kg(name, "--help").stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = ("pyoxigraph", "rdflib", "networkx", "rjieba", "jieba")
    code = f"import sys, kg.cli; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_second_writer_is_told(reports: Path, store: Path) -> None:
    from kg.graph.store import Store

    with Store.open_for_writing(store):
        code = f"from kg.cli import main; main(['build', {str(reports)!r}, '--store', {str(store)!r}])"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 2 and "error: " in result.stderr and "Traceback" not in result.stderr
