"""Tables: other programs read them as they are described, and no word of a report becomes anything but a word."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import csvw
import duckdb
import frictionless
import openpyxl
import pandas as pd
import polars as pl
import pytest

import kg
from kg import resources
from kg.errors import ExportError, MissingLibrary
from kg.export import tables
from kg.export.selection import Selection
from kg.export.tables import delimited, excel, frames
from kg.export.tables.columns import NAMES
from kg.export.tables.rows import Rows
from kg.graph.store import Store

# A title, a heading and sentences that spreadsheets, XML and CSV might stumble over
ODD = """=1+1镇2021年工作总结

一、@回顾,"今年"

=HYPERLINK("http://x","改厕")，完成改厕650户。
-2+3"引号"，修建公路12.5公里；\U0001f33e种植水稻xx亩，产值达3000万元—3500万元。
@SUM(1)引导\u000b村民筹资123456789012345678.25元，面积约3亩，气温15摄氏度。
"""
LISTED = "湖南省怀化市通道侗族自治县县溪镇2021年工作总结\n\n一年来，全镇新建公厕3座，参保率达95%以上。\n"
UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # LibreOffice's way to say: commas, quotes, UTF-8


@pytest.fixture(scope="module")
def graph() -> kg.Graph:
    """The samples and the odd report, in memory."""
    samples = sorted(resources.data("samples").glob("*.txt"))
    return kg.graph_of(*map(kg.read, samples), kg.read_text(ODD, name="odd/0007.txt"), kg.read_text(LISTED))


@pytest.fixture(scope="module")
def package(graph: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "tables"
    tables.export(graph.store, "datapackage", folder)
    return folder


def number_of_outcomes(graph: kg.Graph) -> int:
    (row,) = graph.rows("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?o a tkg:Outcome }")
    return int(row["n"] or 0)


def written(graph: kg.Graph, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    tables.export(graph.store, format, out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_row_says_what_the_report_says(graph: kg.Graph) -> None:
    rows = list(csv.DictReader(io.StringIO(written(graph, "csv").decode("utf-8-sig"))))
    assert len(rows) == number_of_outcomes(graph) > 100
    toilets = next(row for row in rows if row["source"] == "yunling-2021.txt" and row["value"] == "412")
    assert (toilets["indicator"], toilets["unit"], toilets["unit_kind"]) == ("户厕改造", "户", "households")
    assert (toilets["programme_label"], toilets["programme_label_en"]) == ("厕所革命", "Toilet revolution")
    assert (toilets["year"], toilets["period_start"], toilets["period_stated"]) == ("2021", "2021-01-01", "true")
    assert "户厕改造412户" in toilets["evidence"] and toilets["masked"] == "false"
    assert any(row["masked"] == "true" and row["value"] == "" for row in rows)
    assert [row["outcome"] for row in rows] != sorted(row["outcome"] for row in rows)  # by report, then by place in it
    starts = [int(row["start"]) for row in rows if row["source"] == "yunling-2021.txt"]
    assert starts == sorted(starts) and len(starts) > 10


def test_values_are_given_in_base_units_too(graph: kg.Graph) -> None:
    rows = [
        dict(zip(tables.columns.tables()["outcomes"].header, row, strict=True))
        for row in Rows(graph.store).of("outcomes")
    ]
    odd = {
        (row["value"], row["unit"]): (row["base_value"], row["base_unit"])
        for row in rows
        if row["source"] == "odd/0007.txt"
    }
    assert odd[Decimal("12.5"), "公里"] == (12500, "m") and odd[Decimal(650), "户"] == (None, None)
    assert odd[Decimal(3), "亩"] == (2000, "m²") and odd[Decimal(15), "摄氏度"] == (Decimal("288.15"), "K")


def test_words_stay_words_in_csv(graph: kg.Graph) -> None:
    content = written(graph, "csv")
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "@", "+", "\t")) for cell in row)
    assert delimited.cell("-2+3") == "'-2+3" and delimited.cell(Decimal("-2.50")) == "-2.50"
    assert delimited.cell(Decimal("1E+3")) == "1000"


def test_no_official_code_begins_with_a_zero() -> None:
    """So spreadsheets that take codes for numbers lose nothing of them."""
    with gzip.open(resources.data("divisions.tsv.gz"), "rt", encoding="utf-8") as file:
        codes = [line.split("\t")[0] for line in file if not line.startswith("#")]
    assert len(codes) > 40_000 and not [code for code in codes if code.startswith("0")]


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    assert {task.name: task.stats["rows"] > 0 for task in report.tasks} == dict.fromkeys(NAMES, True)


def test_a_broken_package_is_found_out(package: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(package, tmp_path / "copy")
    text = (copy / "outcomes.csv").read_text("utf-8")
    (copy / "outcomes.csv").write_text(text.replace(",achieved,", ",done,", 1), "utf-8")
    assert not frictionless.validate(str(copy / "datapackage.json")).valid


def test_csv_on_the_web_reads_the_package(package: Path) -> None:
    group = csvw.TableGroup.from_file(package / "csv-metadata.json")
    assert group.check_referential_integrity()
    found = {table.local_name: list(table) for table in group.tables}
    assert {f"{name}.csv" for name in NAMES} == set(found) and all(found.values())
    first = found["outcomes.csv"][0]
    assert isinstance(first["start"], int) and first["masked"] is False


def test_both_descriptions_are_of_the_files(package: Path) -> None:
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    for resource in described["resources"]:
        with (package / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in resource["schema"]["fields"]]


def test_a_workbook_has_numbers_words_and_links_to_their_sentences(graph: kg.Graph, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(written(graph, "xlsx"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["outcomes", "evidence", *NAMES[1:], "columns"]
    sheet = book["outcomes"]
    names = [str(cell.value).split("\n")[-1] for cell in sheet[1]]
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref and sheet.max_row == 1 + number_of_outcomes(graph)
    found = [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    row = next(row for row in found if row["value"].value == 412)
    link = str(row["link"].value)
    cell = book["evidence"][link.partition("!")[2].partition('"')[0]]
    assert "412户" in str(cell.value) and link.startswith("=HYPERLINK(\"#'evidence'!C")
    formulas = {cell.column_letter for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert formulas == {"A"}
    words = [str(cell.value) for row in book["evidence"].iter_rows(min_row=2) for cell in row if cell.data_type == "f"]
    assert words == [] and any(str(c.value).startswith('=HYPERLINK("http') for c in book["evidence"]["C"])
    big = next(row for row in found if row["value"].value == "123456789012345678.25")
    assert big["value"].data_type == "s"
    codes = [cell for cell in book["places"]["D"][1:] if cell.value is not None]
    assert len(codes) > 3 and {cell.data_type for cell in codes} == {"s"}


def test_a_sheet_that_is_full_is_followed_by_another(
    graph: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "LONGEST", 50)
    (tmp_path / "x.xlsx").write_bytes(written(graph, "xlsx"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    sheets = [name for name in book.sheetnames if name.startswith("outcomes")]
    assert sheets[:2] == ["outcomes", "outcomes 2"] and len(sheets) == -(-number_of_outcomes(graph) // 50)
    assert sum(book[name].max_row - 1 for name in sheets) == number_of_outcomes(graph)
    assert "#'evidence 2'!C2" in str(book["outcomes 2"]["A2"].value)


def test_parquet_has_types_that_others_know(graph: kg.Graph, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    tables.export(graph.store, "parquet", path)
    with duckdb.connect() as engine:
        types = dict(
            engine.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{path}')").fetchall()
        )
        (total,) = engine.execute(f"SELECT COUNT(*) FROM '{path}'").fetchone() or (0,)
        exact = engine.execute(f"SELECT value FROM '{path}' WHERE value > 1e17").fetchall()
    assert (types["value"], types["period_start"], types["year"]) == ("DECIMAL(38,9)", "DATE", "INTEGER")
    assert (types["masked"], types["evidence"]) == ("BOOLEAN", "VARCHAR") and total == number_of_outcomes(graph)
    assert exact == [(Decimal("123456789012345678.25"),)]
    assert pl.read_parquet(path)["start"].min() == pd.read_parquet(path)["start"].min()


def test_parquet_takes_every_number_that_its_column_holds_and_leaves_larger_ones_empty(tmp_path: Path) -> None:
    text = f"青溪镇2021年工作总结\n\n完成改厕{'9' * 26}户，修建公路{'9' * 30}公里。\n"
    tables.export(kg.graph_of(kg.read_text(text)).store, "parquet", tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet")["value"].to_list() == [Decimal("9" * 26), None]


@pytest.mark.parametrize("library", frames.LIBRARIES)
def test_frames_have_all_tables(graph: kg.Graph, library: str) -> None:
    for name in NAMES:
        frame = graph.table(name, library=library)
        assert frame.shape[0] > 0 and list(frame.columns) == list(tables.columns.tables()[name].header)
    frame = graph.table(library=library)
    assert frame.shape[0] == number_of_outcomes(graph) and frame["value"].sum() > 1e17


def test_a_selection_takes_what_its_outcomes_refer_to(graph: kg.Graph, tmp_path: Path) -> None:
    chosen = Selection(places=("云翎镇",), programmes=("厕所革命",), years=(2022,))
    tables.export(graph.store, "datapackage", tmp_path / "part", selection=chosen)
    assert frictionless.validate(str(tmp_path / "part" / "datapackage.json")).valid
    found = {name: pd.read_csv(tmp_path / "part" / f"{name}.csv", dtype=str) for name in NAMES}
    assert set(found["outcomes"]["year"]) == {"2022"} and set(found["outcomes"]["programme_label"]) == {"厕所革命"}
    assert set(found["outcomes"]["township"]) == {"云翎镇"} and len(found["outcomes"]) >= 4
    assert set(found["reports"]["source"]) == {"yunling-2021.txt", "yunling-2022.txt"}
    assert list(found["programmes"]["label"]) == ["厕所革命"]


def test_a_strategy_selects_what_serves_it(graph: kg.Graph) -> None:
    served = graph.table(selection=Selection(strategies=("乡村振兴战略",)))
    assert 0 < len(served) < number_of_outcomes(graph) and "厕所革命" in set(served["programme_label"])
    with pytest.raises(ExportError, match="no programme serves"):
        graph.table(selection=Selection(programmes=("河长制",), strategies=("两个维护",)))


def test_what_cannot_be_written_is_said(graph: kg.Graph, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="-o DIR"):
        tables.export(graph.store, "datapackage", io.BytesIO())
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="this is a file"):
        tables.export(graph.store, "datapackage", tmp_path / "file")
    with pytest.raises(ExportError, match="a view is a network"):
        written(graph, "csv", view="programme-network")
    with pytest.raises(ExportError, match="choose one of csv, xlsx"):
        written(graph, "ods")


def test_a_library_that_is_missing_is_named(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pyarrow", "pandas"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match=r"pip install 'township-kg\[parquet\]'"):
        written(graph, "parquet")
    with pytest.raises(MissingLibrary, match=r"township-kg\[pandas\]"):
        graph.table()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook(graph: kg.Graph, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(written(graph, "xlsx"))
    command = ["soffice", "--headless", "--convert-to", UTF8, "--outdir", str(tmp_path), str(tmp_path / "x.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    rows = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8"), newline="")))
    assert len(rows) == 1 + number_of_outcomes(graph)


def test_an_empty_store_gives_empty_tables(tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "store") as store:
        tables.export(store, "datapackage", tmp_path / "out")
        tables.export(store, "xlsx", tmp_path / "x.xlsx")
        assert [len(line) for line in (tmp_path / "out" / "outcomes.csv").read_text("utf-8-sig").splitlines()] > [100]
    assert openpyxl.load_workbook(tmp_path / "x.xlsx")["outcomes"].max_row == 1


@pytest.mark.parametrize("library", frames.LIBRARIES)
@pytest.mark.parametrize("odd", ['"2021Z"^^xsd:gYear', '"x"^^xsd:decimal', '"maybe"^^xsd:boolean', f"{10**30}"])
def test_answers_with_numbers_that_are_none_are_frames_of_text(graph: kg.Graph, library: str, odd: str) -> None:
    frame = graph.frame(f"SELECT ?odd {{ VALUES ?odd {{ {odd} }} }}", library=library)
    assert frame["odd"][0] == odd.partition("^")[0].strip('"')
