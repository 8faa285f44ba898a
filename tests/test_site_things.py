"""The explorer's pages of places, programmes, strategies, indicators and all else, and their numbers as a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from selectolax.lexbor import LexborHTMLParser, LexborNode

from kg.cli import main
from kg.export import tables
from kg.export.selection import Selection
from kg.graph.store import Store
from kg.serve.site.words import words
from tests.serving import Server

TOWN, OTHER, COUNTY = "/place/430821/零溪镇", "/place/430821/高桥镇", "/place/430821"
TOILETS, STRATEGY, INDICATOR = "/programme/厕所革命", "/strategy/乡村振兴战略", "/indicator/改厕数量"
REPORTS = {
    "a2020.txt": """湖南省张家界市慈利县零溪镇2020年工作总结

一、2020年工作回顾

一年来，深入推进“厕所革命”，完成改厕180个，新建公厕1座。城乡居民医疗保险参保率达97%。
二、2021年工作计划

计划改厕240个。
""",
    "b2021.txt": """湖南省张家界市慈利县零溪镇2021年工作总结

一、2021年工作回顾

一年来，全面落实乡村振兴战略，深入推进“厕所革命”，完成改厕260个，新建公厕3座。落实河长制，清理河道12.5公里。
城乡居民医疗保险参保率达95%以上，<script>alert(1)</script>收到资金30—50万元。
二、2022年工作计划

计划改厕300个。
""",
    "c2021.txt": """湖南省张家界市慈利县高桥镇2021年工作总结

一年来，全面落实乡村振兴战略和“三高四新”战略，推进“厕所革命”，完成改厕90户。推行网格化管理，新增网格员12人。
""",
}
PAGES = (
    TOWN,
    OTHER,
    COUNTY,
    "/place/43",
    TOILETS,
    "/programme/河长制",
    "/programme/一户一宅",  # of which no report says anything
    STRATEGY,
    "/strategy/健康中国战略",
    INDICATOR,
    "/indicator/耕地面积",
    "/areas",
    "/programmes",
    "/indicators",
    "/area/人居环境",
    "/area/生态环境",
    "/units",
    "/unit/亩",
    "/ontology",
    "/compare",
    f"/compare?a={TOWN}&b={OTHER}",
    f"{TOWN}?year=2022",
    f"{INDICATOR}?year=2020",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("things")
    (folder / "in").mkdir()
    for name, text in REPORTS.items():
        (folder / "in" / name).write_text(text, "utf-8")
    done = CliRunner().invoke(main, ["build", str(folder / "in"), "--store", str(folder / "store")])
    assert done.exit_code == 0, done.output
    return folder / "store"


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[Server]:
    with Server(path, "--quiet") as running:
        yield running


def page(server: Server, address: str, language: str = "zh") -> LexborHTMLParser:
    address += f"{'&' if '?' in address else '?'}lang={language}"
    answer = server.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def text(node: LexborHTMLParser | LexborNode, selector: str) -> str:
    found = node.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text().split())


def rows(tree: LexborHTMLParser, selector: str) -> list[list[str]]:
    """The cells of the rows of the first table under a selector."""
    table = tree.css_first(f"{selector} table.data")
    assert table is not None, selector
    return [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in table.css("tbody tr")]


def charts(tree: LexborHTMLParser, selector: str = "main") -> list[dict[str, object]]:
    return [json.loads(one.text()) for one in tree.css(f"{selector} figure.chart script")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_in_both_languages(server: Server, address: str, language: str) -> None:
    tree = page(server, address, language)
    assert len(tree.css("h1")) == 1 and text(tree, "h1")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {link for link in (a.attributes["href"] for a in tree.css("main a")) if not link or link == "None"} == set()
    for anchor in tree.css('main a[href^="#"]'):
        assert (anchor.attributes["href"] or "")[1:] in ids
    for head in tree.css("table.data thead"):
        width = len(head.css("th"))
        assert head.parent is not None
        assert {len(row.css("th, td")) for row in head.parent.css("tbody tr")} <= {width}


@pytest.mark.parametrize("address", [TOWN, TOILETS, INDICATOR, f"/compare?a={TOWN}&b={OTHER}"])
def test_words_of_reports_are_never_markup(server: Server, address: str) -> None:
    for script in page(server, address).css("script"):
        assert script.attributes.get("src") or script.attributes.get("type") in (
            "application/json",
            "application/ld+json",
        )
    assert "alert(1)" in page(server, TOWN).css_first("#numbers").text()  # type: ignore[union-attr]


def test_a_place_says_where_it_lies_and_what_is_said_of_a_year(server: Server) -> None:
    tree = page(server, TOWN)
    assert [a.text() for a in tree.css(".crumbs a")] == ["湖南省", "张家界市", "慈利县"]
    assert text(tree, ".figures") == "2 报告 10 数字 2 实施的项目 1 遵循的战略"
    assert text(tree, "#year [aria-current]") == "2021"
    assert ["改厕数量 改厕", "260 个", "已实现", "厕所革命"] in [row[:4] for row in rows(tree, "#numbers")]
    assert "300,000–500,000 元" in [row[1] for row in rows(tree, "#numbers")]
    assert {a.text() for a in tree.css("#programmes .tags a")} == {"厕所革命", "河长制"}
    assert [a.text() for a in tree.css("#strategies .tags a")] == ["乡村振兴战略"]
    assert [row[0] for row in rows(page(server, f"{TOWN}?year=2022"), "#numbers")] == ["改厕数量 改厕"]
    assert "430821109" in text(tree, "#around")


def test_a_number_leads_to_its_sentence(server: Server) -> None:
    tree = page(server, TOWN)
    found = [a.attributes["href"] or "" for a in tree.css("#numbers td.number a") if a.text() == "260 个"]
    assert len(found) == 1
    match = re.fullmatch(r"/report/(.*b2021\.txt)#outcome-(\d+)", found[0])
    assert match and REPORTS["b2021.txt"][int(match[2]) :].startswith("260个")


def test_years_are_compared_and_plans_with_what_came_of_them(server: Server) -> None:
    tree = page(server, TOWN)
    assert [row for row in rows(tree, "#trends") if row[0] == "改厕数量"] == [
        ["改厕数量", "个", "已实现", "180 个", "260 个", ""],
        ["改厕数量", "个", "计划", "", "240 个", "300 个"],
    ]
    drawn = next(chart for chart in charts(tree, "#trends") if chart["y"] == "改厕数量")
    assert isinstance(drawn["rows"], list) and drawn["type"] == "lines"
    assert [(row["x"], row["y"], row["status"]) for row in drawn["rows"]] == [
        (2020, 180, "achieved"),
        (2021, 260, "achieved"),
        (2021, 240, "planned"),
        (2022, 300, "planned"),
    ]
    assert rows(tree, "#plans") == [["2021", "改厕数量", "240 个", "260 个", "108.3%"]]


def test_a_county_shows_what_its_townships_do(server: Server) -> None:
    tree = page(server, COUNTY, "en")
    assert ["Toilet revolution", "2"] in rows(tree, "#below")
    assert rows(tree, "#around") == [["零溪镇", "Township", "2"], ["高桥镇", "Township", "1"]]
    points = json.loads(text(tree, "figure.map script"))["points"]
    assert {point["label"] for point in points} >= {"零溪镇", "高桥镇"}
    assert all(73 < point["lon"] < 136 and 3 < point["lat"] < 54 for point in points)


def test_a_place_without_a_report_says_so(server: Server) -> None:
    assert "还没有" in text(page(server, "/programme/一户一宅"), "#who .empty")
    assert "没有数字" in text(page(server, "/indicator/耕地面积"), "#numbers .empty")


def test_a_programme_compares_places_and_shows_its_cascade(server: Server) -> None:
    tree = page(server, TOILETS)
    assert [row[:4] for row in rows(tree, "#who")] == [
        ["零溪镇", "慈利县", "已实施", "2020 2021 2022（计划）"],
        ["高桥镇", "慈利县", "已实施", "2021"],
    ]
    (drawn,) = charts(tree, "#compared")
    assert isinstance(drawn["rows"], list)
    assert [(row["x"], row["y"], row["label"]) for row in drawn["rows"]] == [
        ("零溪镇", 260, "260 个"),
        ("高桥镇", 90, "90 户"),
    ]
    assert len(rows(tree, "#numbers")) == 7
    assert {"乡村振兴战略", "健康中国战略", "农村人居环境整治"} <= {a.text() for a in tree.css("#cascade .tags a")}
    assert text(page(server, TOILETS, "en"), "h1") == "Toilet revolution"


@pytest.mark.parametrize("programme", ["厕所革命", "农村人居环境整治", "河长制"])
def test_a_programme_is_counted_alike_on_its_page_and_in_lists(server: Server, programme: str) -> None:
    tree = page(server, f"/programme/{programme}")
    (count,) = [text(one, "strong") for one in tree.css(".figure") if "实施的地方" in one.text()]
    for address, table in (("/programmes", "#programme"), (COUNTY, "#below")):
        listed = page(server, address)
        assert {row[0]: row[-1] for row in rows(listed, table)}[programme] == count
        assert "只列入计划" in " ".join(note.text() for note in listed.css(f"{table} .note"))


def test_what_is_only_planned_is_counted_by_itself(server: Server) -> None:
    tree = page(server, TOILETS)
    assert text(tree, ".figures").startswith("2 实施的地方 7 数字")
    (by_year,) = charts(tree, "#who")
    assert isinstance(by_year["rows"], list)
    assert [(row["x"], row["y"], row["status"]) for row in by_year["rows"]] == [
        ("2020", 1, "implemented"),
        ("2021", 2, "implemented"),
        ("2022", 1, "planned"),
    ]


def test_a_programme_stands_for_its_parts(server: Server) -> None:
    tree = page(server, "/programme/农村人居环境整治")
    assert [row[0] for row in rows(tree, "#who")] == ["零溪镇", "高桥镇"]
    assert {row[5] for row in rows(tree, "#numbers")} == {"厕所革命"}


def test_a_strategy_tells_who_follows_it_and_what_puts_it_into_effect(server: Server) -> None:
    tree = page(server, STRATEGY)
    assert [row[:3] for row in rows(tree, "#who")] == [["零溪镇", "慈利县", "2021"], ["高桥镇", "慈利县", "2021"]]
    assert rows(tree, "#cascade")[:2] == [["农村人居环境整治", "中央", "2"], ["厕所革命", "中央", "2"]]
    (place,) = rows(page(server, "/strategy/三高四新战略"), "#who")
    assert place[0] == "高桥镇"


def test_an_indicator_is_compared_in_the_year_that_most_tell_of(server: Server) -> None:
    tree = page(server, INDICATOR)
    assert text(tree, ".figures") == "5 数字 2 地方 3 年度"
    (bars,) = charts(tree, "#compared")
    (lines,) = charts(tree, "#over-years")
    assert isinstance(bars["rows"], list) and [row["y"] for row in bars["rows"]] == [260, 90]
    assert isinstance(lines["rows"], list) and [row["x"] for row in lines["rows"]] == [2020, 2021]
    assert rows(tree, "#over-years") == [["零溪镇 慈利县", "180 个", "260 个"]]
    of_a_year = page(server, f"{INDICATOR}?year=2020")
    assert [row[1] for row in rows(of_a_year, "#numbers")] == ["2020"]
    assert of_a_year.css_first("#over-years") is None


def test_two_places_side_by_side(server: Server) -> None:
    tree = page(server, f"/compare?a={TOWN}&b={OTHER}")
    assert [a.text() for a in tree.css_first("#programme .tags").css("a")] == ["厕所革命"]  # type: ignore[union-attr]
    assert rows(tree, "#numbers") == [["改厕数量", "2021", "已实现", "260 个", "90 户", "个"]]
    assert rows(tree, "#numbers details") == [
        ["改厕数量", "2022", "计划", "300 个", "", "个"],
        ["改厕数量", "2021", "计划", "240 个", "", "个"],
        ["改厕数量", "2020", "已实现", "180 个", "", "个"],
    ]
    (drawn,) = charts(tree, "#numbers")
    assert isinstance(drawn["rows"], list) and len(drawn["rows"]) == 5
    nowhere = page(server, "/compare?a=/place/1&b=javascript:alert(1)")
    assert nowhere.css_first("main .empty") is not None
    assert len(nowhere.css("select option")) == 6


@pytest.mark.parametrize(
    ("address", "selection"),
    [
        (TOILETS, Selection(programmes=("厕所革命",))),
        ("/programme/农村人居环境整治", Selection(programmes=("农村人居环境整治",))),
        (TOWN, Selection(places=("零溪镇",))),
        (COUNTY, Selection(places=("慈利县",))),
        (STRATEGY, Selection(strategies=("乡村振兴战略",))),
    ],
)
def test_a_download_is_what_kg_export_writes(
    path: Path, server: Server, tmp_path: Path, address: str, selection: Selection
) -> None:
    answer = server.get(f"{address}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert quote(address.rpartition("/")[2]) in answer.headers["Content-Disposition"]
    with Store.open_for_reading(path) as store:
        tables.export(store, "csv", tmp_path / "export.csv", selection=selection)
    expected = (tmp_path / "export.csv").read_bytes()
    assert answer.content == expected
    assert len(list(csv.reader(io.StringIO(expected.decode("utf-8-sig"))))) > 5


@pytest.mark.parametrize(
    ("language", "head", "known"),
    [
        ("zh", {"地名", "年度", "标准指标", "数值", "单位", "状态", "原文依据"}, ("改厕数量", "已实现", "厕所革命")),
        (
            "en",
            {"Place name", "Year", "Canonical indicator", "Value", "Unit", "Status", "Evidence"},
            ("toilets", "Achieved", "Toilet revolution"),
        ),
    ],
)
def test_the_first_download_is_a_table_for_people(
    server: Server, language: str, head: set[str], known: tuple[str, ...]
) -> None:
    tree = page(server, TOILETS, language)
    first, second = tree.css("#numbers a[download]")
    assert "primary" in (first.attributes["class"] or "") and "class" not in second.attributes
    assert (second.attributes["href"] or "").endswith(".csv")
    answer = server.get(unescape(first.attributes["href"] or ""))
    assert quote(words(language)["numbers"]) in answer.headers["Content-Disposition"]
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(table) == 7 and head <= set(table[0]) and len(table[0]) < 20
    (one,) = [row for row in table if "260" in row.values()]
    assert all(any(word in (cell or "") for cell in one.values()) for word in known), one


def test_only_what_has_numbers_is_downloaded_as_a_table(server: Server) -> None:
    assert len(server.get(f"{INDICATOR}.csv").content.splitlines()) == 6
    empty = server.get("/programme/一户一宅.csv")
    assert empty.status_code == 200 and len(empty.content.splitlines()) == 1
    assert server.get("/unit/亩.csv").status_code == 404
    assert server.get("/place/nowhere.csv").status_code == 404
    assert (
        server.get(
            f"{TOILETS}.csv", headers={"If-None-Match": server.get(f"{TOILETS}.csv").headers["ETag"]}
        ).status_code
        == 304
    )


def test_long_lists_are_shown_a_page_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    sentences = "".join(f"完成改厕{number}户。\n" for number in range(1, 701))
    title = "湖南省张家界市慈利县零溪镇2021年工作总结"
    (tmp_path / "in" / "many.txt").write_text(f"{title}\n\n一年来，成绩如下。\n{sentences}", "utf-8")
    CliRunner().invoke(main, ["build", str(tmp_path / "in"), "--store", str(tmp_path / "store")])
    with Server(tmp_path / "store", "--quiet") as server:
        first, last, beyond = (page(server, f"{TOWN}?page={number}") for number in (1, 3, 99))
        assert [len(rows(tree, "#numbers")) for tree in (first, last, beyond)] == [300, 100, 100]
        assert text(first, "nav.pages [aria-current]") == "1"
        assert "page=2" in unescape(first.css_first("nav.pages a").attributes["href"] or "")  # type: ignore[union-attr]
        assert len(server.get(f"{TOWN}.csv").content.splitlines()) == 701
