"""The pages for queries and networks in a real browser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import CHROMIUM, chromium, downloaded, explorer, tab

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an explorer of the packaged samples."""
    with explorer(tmp_path_factory.mktemp("site") / "store") as address:
        yield address


def test_a_query_is_written_from_an_example(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/query")
        page.fill("#seek", "各年度有 项目")
        shown = page.locator("#examples li a:visible")
        expect(shown).to_have_text(["各年度有多少地方实施或计划实施各个项目？"])
        page.fill("#seek", "没有这样的")
        expect(page.locator("#no-example")).to_be_visible()
        page.fill("#seek", "项目")
        assert shown.count() > 8
        shown.filter(has_text="各年度有").click()
        expect(page.get_by_role("tab", name="表格")).to_be_visible()
        assert page.locator("#result tbody tr").count() > 5
        page.get_by_role("tab", name="图表").click()
        expect(page.locator("#result .chart .mark").nth(5)).to_be_visible()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("tab", name="表格")).to_be_focused()
        table = csv.reader(io.StringIO(downloaded(page, "CSV").decode("utf-8-sig")))
        assert next(table) == ["programme", "year", "status", "places"]
        opened.check()


def test_the_editor_completes_from_our_ontology_and_asks_no_one(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/query")
        page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('')")
        page.locator(".CodeMirror textarea").focus()
        page.keyboard.type("PREFIX tkg: <https://w3id.org/township-kg/ontology#>\nSELECT * { ?place tkg:imp")
        page.keyboard.press("Control+Space")
        hint = page.locator(".CodeMirror-hint").first
        expect(hint).to_contain_text("tkg:implements")
        expect(hint).to_contain_text("实施")
        page.keyboard.press("Enter")
        page.keyboard.type(" ?programme }")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="运行")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("tab", name="关系图")).to_be_visible()
        page.get_by_role("tab", name="关系图").click()
        expect(page.locator("#result .sigma canvas").first).to_be_visible()
        opened.check()


def test_a_query_is_shared_copied_and_refused_in_words(browser: Browser, site: str) -> None:
    with tab(browser, site, permissions=["clipboard-read", "clipboard-write"]) as opened:
        query = 'SELECT ?wkt { VALUES ?wkt { "POINT(109.7 26.1)" } } # it\'s shared'
        page = opened.open("/query")
        page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
        page.get_by_role("button", name="复制链接").click()
        expect(page.locator("#said")).to_have_text("已复制")
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto("about:blank")
        page.goto(link)
        page.get_by_role("tab", name="地图").click()
        expect(page.locator("#result .map .mark")).to_have_count(1)
        page.locator("#elsewhere summary").click()
        page.get_by_role("button", name="复制 curl").click()
        expect(page.get_by_role("button", name="复制 curl")).to_have_text("已复制")
        assert "it'\\''s shared" in page.evaluate("navigator.clipboard.readText()")
        opened.check()


@pytest.mark.parametrize(("language", "sentence"), [("zh", "第 2 行第 10 列有误"), ("en", "at line 2, column 10")])
def test_what_is_wrong_with_a_query_is_told_at_the_editor(
    browser: Browser, site: str, language: str, sentence: str
) -> None:
    with tab(browser, site, "phone") as opened:
        page = opened.open(f"/query?lang={language}")
        page.evaluate(
            "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", "SELECT *\n{ ?s ?p %"
        )
        page.locator("#run").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text(sentence)
        expect(told).to_be_in_viewport()
        expect(told.locator("code")).to_have_attribute("lang", "en")
        expect(page.locator(".wrong-here")).to_have_text("%")
        opened.errors.clear()  # the browser notes the refusal
        opened.check()
        page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('ASK {}')")
        expect(page.locator(".wrong-here")).to_have_count(0)
        page.locator("#run").click()
        expect(told).to_be_hidden()
        expect(page.locator(".truth")).to_be_visible()


def test_a_query_begins_with_an_example_that_runs(browser: Browser, site: str) -> None:
    with tab(browser, site, "phone") as opened:
        page = opened.open("/query")
        page.locator("#run").click()
        expect(page.locator("#result tbody tr").nth(5)).to_be_attached()
        expect(page.locator("#examples")).not_to_have_attribute("open", "")
        page.locator("#examples summary").click()
        opened.check()
    with tab(browser, site, java_script_enabled=False) as opened:
        page = opened.open("/query?lang=en")
        page.get_by_role("link", name="How much was read from each report?").click()
        assert page.locator("#text").input_value().startswith("# How much was read from each report?")


CELLS = """SELECT ?place ?placeLabel ?other ?bad { VALUES (?place ?placeLabel ?other ?bad) {
  (<https://w3id.org/township-kg/place/431230/x> "县溪<b>镇" <https://example.org/a> <javascript:alert(1)>)
  (<https://w3id.org/township-kg/place/431230/%E9%95%87> UNDEF <http://www.wikidata.org/entity/Q1> <urn:x>) } }
ORDER BY DESC(?placeLabel)"""


def test_iris_of_an_answer_are_links_by_the_name_of_what_they_are(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/query")
        page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", CELLS)
        page.locator("#run").click()
        links = page.locator("#result td a")
        expect(links).to_have_text(["县溪<b>镇", "https://example.org/a", "镇", "http://www.wikidata.org/entity/Q1"])
        assert [link.get_attribute("href") for link in links.all()] == [
            "/place/431230/x",
            "https://example.org/a",
            "/place/431230/%E9%95%87",
            "http://www.wikidata.org/entity/Q1",
        ]
        assert [(link.get_attribute("rel") or "").split()[:1] for link in links.all()] == [[], ["noopener"]] * 2


def test_the_programs_that_are_copied_run(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/query#query=" + "SELECT%20(%22a%5C%22b%22%20AS%20%3Fx)%0A%7B%7D")
        page.locator("#elsewhere summary").click()
        program = page.locator("#elsewhere pre").nth(1).inner_text()
        space: dict[str, Any] = {}
        exec(compile(program, "copied", "exec"), space)
        assert space["table"].to_dict("list") == {"x": ['a"b']}


def test_the_network_is_walked_and_taken_away(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/network")
        expect(page.locator("#status")).to_contain_text("个节点")
        page.fill("#search", "厕所革命")
        page.keyboard.press("Enter")
        expect(page.locator("#name")).to_have_text("厕所革命")
        graph = nx.read_gexf(io.BytesIO(downloaded(page, "GEXF")), version="1.3")
        assert "厕所革命" in {data["label"] for _, data in graph.nodes(data=True)} and graph.number_of_edges() > 10
        assert downloaded(page, "存为 PNG").startswith(b"\x89PNG")
        assert b"<svg" in downloaded(page, "存为 SVG")
        page.get_by_role("link", name="以此为中心").click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("h1")).to_have_text("“厕所革命”周围的关系")
        assert json.loads(page.locator("#network-data").inner_text())["edges"]
        opened.check()


def test_the_network_is_asked_only_for_things_of_ours(site: str, browser: Browser) -> None:
    with tab(browser, site) as opened:
        answer = opened.page.request.get(f"{site}/network", params={"this": "javascript:alert(1)"})
        assert answer.status == 400
        empty = opened.open("/network?this=https://w3id.org/township-kg/programme/none")
        expect(empty.locator(".empty")).to_contain_text("没有报告说它实施、遵循什么")
        opened.check()
        english = opened.open("/network?lang=en&this=https://w3id.org/township-kg/programme/none")
        expect(english.locator(".empty")).to_contain_text("No report says that it")
        expect(english.locator("h1")).to_have_text("What none is connected with")
        whole = opened.open("/network?lang=en")
        for kind in whole.locator("#filters fieldset").first.get_by_role("checkbox").all():
            kind.uncheck()
        expect(whole.locator("#notice")).to_have_text("No node passes the filters.")
