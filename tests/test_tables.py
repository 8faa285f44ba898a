"""Tables: other programs read them as they are described, and no word of a report becomes anything but a word."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import csvw
import duckdb
import frictionless
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import kg
from kg import resources
from kg.errors import ExportError, MissingLibrary
from kg.export import tables
from kg.export.selection import Selection
from kg.export.tables import delimited, excel, frames, parquet
from kg.export.tables import rows as rows_
from kg.export.tables.columns import NAMES
from kg.export.tables.lookups import Measured
from kg.export.tables.rows import Row, Rows, Value
from kg.graph import queries
from kg.graph.store import Store
from kg.oxigraph import Answer, Term

# A title, a heading and sentences that spreadsheets, XML and CSV might stumble over
ODD = """=1+1镇2021年工作总结

一、@回顾,"今年"

=HYPERLINK("http://x","改厕")，完成改厕650户。
-2+3"引号"，修建公路12.5公里；\U0001f33e种植水稻xx亩，产值达3000万元—3500万元。
@SUM(1)引导\u000b村民筹资123456789012345678.25元，面积约3亩，气温15摄氏度。
"""
LISTED = "湖南省怀化市通道侗族自治县县溪镇2021年工作总结\n\n一年来，全镇新建公厕3座，参保率达95%以上。\n"
DOCS = Path(__file__).parent.parent / "docs"
UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # LibreOffice's way to say: commas, quotes, UTF-8
FORMULAS = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,0,true"  # and run formulas


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


def test_a_row_has_what_it_takes_to_sort_and_join_it(graph: kg.Graph) -> None:
    rows = list(csv.DictReader(io.StringIO(written(graph, "csv").decode())))
    toilets = next(row for row in rows if row["source"] == "yunling-2021.txt" and row["value"] == "412")
    assert (toilets["report_title"], toilets["report_year"]) == ("云翎镇2021年工作总结和2022年工作计划", "2021")
    assert toilets["report_issuer"] == "云翎镇人民政府" and toilets["place_level"] == "township"
    assert (toilets["area"], toilets["area_en"]) == ("人居环境", "Living environment and sanitation")
    assert toilets["strategies"].split(" | ")[0] and len(toilets["strategies"].split(" | ")) == len(
        toilets["strategies_en"].split(" | ")
    )
    listed = next(row for row in rows if row["township"] == "县溪镇")
    codes = [listed[f"{level}_code"] for level in ("county", "prefecture", "province")]
    assert codes == ["431230", "4312", "43"] and listed["place_code"].startswith("431230")


def test_links_of_programmes_and_strategies_are_a_table(package: Path) -> None:
    found = {name: pd.read_csv(package / f"{name}.csv", dtype=str) for name in NAMES}
    links = found["programme_strategies"].merge(found["programmes"], on="programme")
    links = links.merge(found["strategies"], on="strategy", suffixes=("", "_strategy"))
    assert len(links) == len(found["programme_strategies"]) > 3
    served = links.groupby("label")["label_strategy"].agg(set)
    told = found["programmes"].dropna(subset="serves").set_index("label")["serves"].str.split(" | ", regex=False)
    assert dict(served) == dict(told.map(set))


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


def test_a_file_has_the_mark_that_excel_wants_and_a_stream_has_none(graph: kg.Graph, tmp_path: Path) -> None:
    tables.export(graph.store, "csv", tmp_path / "x.csv")
    content = (tmp_path / "x.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    assert content.removeprefix(b"\xef\xbb\xbf") == written(graph, "csv")
    assert written(graph, "csv").startswith(b"outcome,")


def test_words_stay_words_in_csv(graph: kg.Graph) -> None:
    content = written(graph, "csv")
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "@", "+", "\t")) for cell in row)
    assert delimited.cell("-2+3") == "'-2+3" and delimited.cell(Decimal("-2.50")) == "-2.50"
    assert delimited.cell(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠\t\r\n", " =", "\u3000-", "'=", " '+"])
def test_what_might_start_a_formula_gets_an_apostrophe_that_can_be_taken_away(start: str) -> None:
    told = delimited.cell(f"{start}1+1")
    assert told == f"'{start}1+1" and delimited.cell(told) == f"'{told}"
    assert given_back(told) == f"{start}1+1" and given_back(delimited.cell(told)) == told


@pytest.mark.parametrize("text", ["'改厕'", "改厕=1", "10-20户", "", "'", " 改厕"])
def test_other_words_are_as_they_were(text: str) -> None:
    assert delimited.cell(text) == given_back(text) == text


def given_back(cell: str) -> str:
    """A cell as the docs tell to read it."""
    pages = [(DOCS / name).read_text("utf-8") for name in ("tables.md", "tables.zh.md")]
    patterns = {re.search(r'text = re\.sub\(r"(.+)", "", cell\)', page) for page in pages}
    (pattern,) = {found[1] for found in patterns if found}
    return re.sub(pattern, "", cell)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_runs_nothing_of_a_csv(tmp_path: Path) -> None:
    """Even where it is told to take formulas of a CSV for formulas."""
    wild = ["=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "＝1+1", "'=1+1"]
    with (tmp_path / "x.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([delimited.cell(text), delimited.cell(Decimal(-5))] for text in wild)
    command = ["soffice", "--headless", f"--infilter={FORMULAS}", "--convert-to"]
    subprocess.run(
        [*command, "xlsx", "--outdir", str(tmp_path), str(tmp_path / "x.csv")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    for words, number in openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows():
        assert words.data_type == "s" and "1" in str(words.value)
        assert (number.data_type, number.value) == ("n", -5)


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


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal(1234567890123450000), 1234567890123450000.0),
        (Decimal(99999999999999999999999999999999), "99999999999999999999999999999999"),
        (Decimal("123456789012345.000"), 123456789012345.0),
        (Decimal("1E+400"), "1" + 400 * "0"),
        (datetime.date(1898, 12, 31), "1898-12-31"),
        (datetime.date(1900, 1, 1), "1900-01-01"),
        (datetime.date(1949, 10, 1), datetime.date(1949, 10, 1)),
        (32_767 * "镇", 32_767 * "镇"),
        (32_768 * "镇", 32_766 * "镇" + "…"),
        (20_000 * "\U0001f33e", 16_383 * "\U0001f33e" + "…"),
    ],
)
def test_a_cell_holds_what_it_can(value: Value, told: object, tmp_path: Path) -> None:
    book = workbook({"strategy": value, "label": Decimal("0.1")}, tmp_path)
    found = book["strategies"]["A2"].value
    assert (found.date() if isinstance(found, datetime.datetime) else found) == told


def test_columns_are_as_wide_as_their_numbers(tmp_path: Path) -> None:
    widest = Decimal("-1E+29")
    sheet = workbook({"label": widest, "label_en": Decimal(1)}, tmp_path)["strategies"]
    assert sheet.column_dimensions["B"].width > len(f"{widest:,f}") == 40
    assert 9 < sheet.column_dimensions["C"].width < 20


def workbook(values: dict[str, Value], folder: Path) -> openpyxl.Workbook:
    """A workbook whose sheet of strategies has one row with these values."""

    class Made:
        def of(self, table: str) -> Iterator[Row]:
            header = tables.columns.tables()[table].header
            return iter([tuple(map(values.get, header))] if table == "strategies" else [])

    excel.write(Made(), folder / "made.xlsx")  # type: ignore[arg-type]
    return openpyxl.load_workbook(folder / "made.xlsx")


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


def test_parquet_comes_in_groups_of_rows(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 10)
    monkeypatch.setattr(parquet, "_BATCHES", 3)
    total = number_of_outcomes(graph)
    with pq.ParquetFile(io.BytesIO(written(graph, "parquet"))) as file:
        sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    assert sizes == [30] * (total // 30) + [total % 30] * (total % 30 > 0)


def test_parquet_keeps_numbers_as_long_as_its_columns(tmp_path: Path) -> None:
    long = Decimal("12345678901234567890123.5")
    written = kg.graph_of(kg.read_text(f"甲镇2021年工作总结\n\n全镇投入{long}万元、{10**30}元，新建公厕3座。\n"))
    tables.export(written.store, "parquet", tmp_path / "x.parquet")
    with duckdb.connect() as engine:
        found = engine.execute(f"SELECT value, base_value, unit FROM '{tmp_path / 'x.parquet'}'").fetchall()
    assert found == [(long * 10**4, long * 10**4, "元"), (None, None, "元"), (Decimal(3), None, "座")]


def test_base_values_are_exact_where_they_end() -> None:
    third = Measured("area", Decimal(2000), Decimal(3), Decimal(0))
    long = Decimal(1234567890123456789012345678901234567893)
    assert third.base(long, level=True) == (Decimal(823045260082304526008230452600823045262000), "m²")
    assert third.base(Decimal(1), level=True) == (Decimal("666.666666666667"), "m²")


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


def test_only_reports_that_hold_what_is_selected_are_asked(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_, "REPORTS", 1)
    asked: list[str] = []

    def ask(store: Store, query: queries.Query, terms: Mapping[str, Sequence[Term]]) -> Answer:
        asked.extend(term.value for term in terms["report"]) if query.name == "tables/outcomes" else None
        return wanted(store, query, terms)

    wanted = queries.ask
    monkeypatch.setattr(queries, "ask", ask)
    frame = graph.table(selection=Selection(places=("云翎镇",), programmes=("厕所革命",), years=(2022,)))
    assert set(asked) == set(frame["report"]) and len(asked) == 2 < len(graph.table("reports"))


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
