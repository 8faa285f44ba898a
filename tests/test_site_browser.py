"""The explorer in a real browser: what every page keeps to, and what the parts of the front end do."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from kg import build, resources
from kg.graph import iris
from kg.graph.namespaces import TKG
from kg.serve.site.assets import asset
from tests.browsing import CHROMIUM, SIZES, Tab, chromium, serving, tab
from tests.sample_site import app
from tests.serving import Server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")

FAST_3G = {  # as its packets travel, and as Chromium's developer tools mean it: there every request waits that long
    "packets": {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8},
    "requests": {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 0.675e6 / 8},
}
READY = 60  # seconds until the search is to answer
SHOWN = 1000  # milliseconds in which the first page is to be seen over it
PARTS, WHOLE = 100_000, 1_000_000  # bytes of the first page as they are sent: its scripts and styles; all of it
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
SENT = (
    "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    ".map(entry => [entry.name, entry.encodedBodySize])"
)
BOX = "element => element.getBoundingClientRect()"
HEIGHT = itemgetter("height")
PAGES = (
    "/",
    "/search?q=厕所革命",
    "/network",
    "/query",
    "/dataset",
    "/programme/厕所革命",
    "/strategy/乡村振兴战略",
    "/indicator/改厕数量",
    "/ontology",
    "a place",
    "a report",
)
ONE = "SELECT ?one {{ ?one a <{kind}> ; ^<https://w3id.org/township-kg/ontology#{tie}> ?any }} ORDER BY ?one LIMIT 1"
TIES = {
    "a place": (TKG.Place, "about"),
    "a report": (TKG.Report, "inReport"),
}  # what a page is about, and what leads there


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def sample() -> Iterator[str]:
    """The address of the page with everything that pages are written in."""
    with serving(app()) as address:
        yield address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an explorer of the packaged samples."""
    path = tmp_path_factory.mktemp("site") / "store"
    build.build([resources.data("samples")], path, jobs=1)
    with Server(path, "--workers", "2") as running:
        end = time.monotonic() + READY
        while running.get("/suggest?q=镇").status_code == 503:  # the index of the search is being made
            assert time.monotonic() < end, "the search is not ready"
            time.sleep(0.2)
        yield running.address


def path_of(site: str, page: str) -> str:
    """The path of a page; of "a place" and "a report", that of the first which the graph has."""
    if page not in TIES:
        return page
    kind, tie = TIES[page]
    query = {"query": ONE.format(kind=kind, tie=tie)}
    answer = requests.get(f"{site}/sparql", params=query, headers={"Accept": "text/csv"}, timeout=60)
    return "/" + answer.text.split("\r\n")[1].removeprefix(iris.BASE)


@pytest.fixture
def desk(browser: Browser, sample: str) -> Iterator[Tab]:
    with tab(browser, sample) as opened:
        yield opened


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).first.click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [("zh", "phone", "light"), ("zh", "desktop", "dark"), ("en", "phone", "dark"), ("en", "desktop", "light")],
)
def test_everything_that_pages_are_written_in(
    browser: Browser, sample: str, language: str, size: str, scheme: Any
) -> None:
    with tab(browser, sample, size, color_scheme=scheme) as opened:
        page = opened.open(f"/?lang={language}")
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[language]
        assert page.locator(".chart .mark").count() > 300 and page.locator(".map .mark").count() == 40
        assert page.locator(".map .point.around").count() == 10
        opened.check()
        assert page.evaluate("window.trapped") is None and page.locator("a[href^='javascript']").count() == 0


CHINESE = """() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!/[\\u3400-\\u9fff]/.test(data)) continue;
    if (parentElement.closest("script, noscript, code, pre, textarea, .CodeMirror")) continue;
    if (!parentElement.closest("[lang]").getAttribute("lang").startsWith("zh")) found.push(data.trim().slice(0, 60));
  }
  return found;
}"""  # what stands in an English page as if it were English; IRIs and programs are in no language


@pytest.mark.parametrize("name", PAGES)
def test_chinese_in_english_pages_is_marked_as_such(browser: Browser, site: str, name: str) -> None:
    path = path_of(site, name)
    with tab(browser, site) as opened:
        page = opened.open(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert page.evaluate(CHINESE) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop"), ("zh", "desktop"), ("en", "phone")])
def test_every_page_of_the_explorer(browser: Browser, site: str, language: str, size: str, name: str) -> None:
    path = path_of(site, name)
    with tab(browser, site, size) as opened:
        page = opened.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate("document.cookie") == f"lang={language}"
        opened.check()


def test_without_the_script_everything_can_be_read(browser: Browser, sample: str) -> None:
    with tab(browser, sample, java_script_enabled=False) as opened:
        page = opened.open("/")
        assert page.locator("table.data tbody tr").count() == 120
        expect(page.locator("#r-30")).to_be_visible()
        page.locator("#outcome-30 a").click()
        assert page.url.endswith("#r-30")


def first_page(browser: Browser, site: str, network: str) -> tuple[float, dict[str, int]]:
    """When the first page is seen over a slow network by one who was never there, and the bytes of its parts."""
    with tab(browser, site, "phone") as opened:
        throttle = opened.page.context.new_cdp_session(opened.page)
        throttle.send("Network.enable")
        throttle.send("Network.emulateNetworkConditions", FAST_3G[network])
        page = opened.open("/")
        return page.evaluate(PAINTED), dict(page.evaluate(SENT))


@pytest.mark.parametrize("network", FAST_3G)
def test_the_first_page_comes_quickly_and_is_small(browser: Browser, site: str, network: str) -> None:
    visits = [first_page(browser, site, network) for _ in range(5)]
    assert min(shown for shown, _ in visits) < SHOWN  # the best of them, for other work on the machine delays some
    sent = visits[0][1]
    assert sum(size for name, size in sent.items() if name.endswith((".js", ".css"))) < PARTS
    assert 0 < sum(sent.values()) < WHOLE


def test_the_style_sheet_is_within_the_page_for_one_who_comes_from_elsewhere(browser: Browser, site: str) -> None:
    with tab(browser, site) as opened:
        page = opened.open("/")
        expect(page.locator("style")).to_have_count(1)
        text = page.locator("style").inner_text()
        page.click("footer a")
        page.wait_for_load_state("networkidle")
        expect(page.locator("style")).to_have_count(0)
        sheet = page.locator("link[rel=stylesheet]").get_attribute("href")
        sizes = f"performance.getEntriesByName('{site}{sheet}').map(entry => entry.transferSize)"
        assert page.evaluate(sizes) == [0]  # it was there already
        assert requests.get(f"{site}{sheet}", timeout=60).text == text
        opened.check()
        assert "style-src 'self';" in policy(site, Referer=f"{site}/dataset")
        assert "style-src 'sha256-" in policy(site) and "unsafe" not in policy(site)


def policy(address: str, **headers: str) -> str:
    """What a page at this address says that it may load."""
    return requests.get(address, headers=headers, timeout=60).headers["Content-Security-Policy"]


def test_the_language_keeps_the_page(browser: Browser, sample: str) -> None:
    with tab(browser, sample) as opened:
        page = opened.open("/?rows=30#row-3")
        page.get_by_role("link", name="English").click()
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == "en" and page.url.endswith("/?rows=30#row-3")
        page.reload()
        assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_alone_searches(desk: Tab) -> None:
    page = desk.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    box = page.locator("#q")
    expect(box).to_be_focused()
    page.keyboard.type("镇")
    entries = page.get_by_role("option")
    expect(entries).to_have_count(6)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(entries.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == entries.first.get_attribute("id")
    desk.check()
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?at=*")


def test_what_is_found_never_becomes_markup_and_leads_to_no_script(desk: Tab) -> None:
    page = desk.open("/")
    page.fill("#q", "script")
    page.get_by_role("option").click()
    page.fill("#q", "没有这样的")
    expect(page.locator(".found .none")).to_be_visible()
    assert page.evaluate("window.trapped") is None and page.url.endswith("/")


def test_a_table_sorts_filters_turns_pages_and_downloads(desk: Tab) -> None:
    page = desk.open("/")
    rows = page.locator("table.data tbody tr")
    head = page.get_by_role("columnheader", name="数值")
    expect(rows).to_have_count(50)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert rows.first.locator("td").nth(2).inner_text() == "999 户"
    head.get_by_role("button").click()
    assert rows.first.locator("td").nth(2).inner_text() == "0 户"
    page.get_by_role("button", name="下一页").click()
    expect(page.get_by_text("第 2 页，共 3 页")).to_be_visible()
    page.fill(".tools input", "指标36 2018")
    expect(rows).to_have_count(1)
    page.fill(".tools input", "指标3")
    content = downloaded(page, "下载 CSV")
    assert content.startswith("\ufeff指标".encode())
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(lines) == 4 + 7 * 3  # 指标3 stands in four of the rows, each of 指标30 to 指标36 in three
    assert (lines[0]["指标"], lines[0]["数值"], lines[0]["数值（原样）"]) == ("指标35", "29", "29 户")
    page.fill(".tools input", "没有这样的")
    expect(page.get_by_text("没有符合条件的行")).to_be_visible()


def test_a_wide_table_says_that_it_scrolls_and_one_that_fits_does_not(browser: Browser, sample: str) -> None:
    with tab(browser, sample, "phone") as opened:
        page = opened.open("/?lang=en")
        around = page.locator(".wide").first
        expect(around).to_have_attribute("tabindex", "0")
        expect(around).to_have_role("region")
        expect(around).to_have_accessible_name(re.compile("scrolls sideways"))
        assert "scroll, scroll" in around.evaluate("element => getComputedStyle(element).backgroundAttachment")
        around.focus()
        around.evaluate("e => e.addEventListener('scroll', () => e.setAttribute('data-scrolled', ''))")
        page.keyboard.press("ArrowRight")
        expect(around).to_have_attribute("data-scrolled", "")
        page.set_viewport_size({"width": 2400, "height": 900})
        page.evaluate("document.querySelector('main').style.maxWidth = 'none'")
        expect(around).not_to_have_attribute("tabindex", "0")
        opened.check()


def test_a_trail_never_begins_with_its_mark(browser: Browser, site: str) -> None:
    with tab(browser, site, "phone") as opened:
        page = opened.open("/programme/厕所革命")
        marks = "[...document.querySelectorAll('.crumbs li')].map(e => getComputedStyle(e, '{}').content)"
        after = page.evaluate(marks.format("::after"))
        assert set(page.evaluate(marks.format("::before"))) == {"none"}
        assert after[-1] == "none" and set(after[:-1]) <= {'"›"'}


def test_text_that_a_spreadsheet_would_run_is_kept_from_it(desk: Tab) -> None:
    page = desk.open("/?rows=3")
    page.evaluate("document.querySelector('table.data td:last-child').textContent = '=HYPERLINK(\"x\")'")
    lines = list(csv.reader(io.StringIO(downloaded(page, "下载 CSV").decode("utf-8-sig"))))
    assert lines[1][-1] == '\'=HYPERLINK("x")'


def test_ten_thousand_rows_are_no_burden(desk: Tab) -> None:
    page = desk.open("/?rows=10000#row-9990")
    expect(page.get_by_text("第 200 页，共 200 页")).to_be_visible()
    expect(page.locator("#row-9990")).to_be_in_viewport()
    took = page.evaluate(
        "() => { const began = performance.now(); document.querySelector('table.data th:nth-child(5) button').click();"
        " document.body.offsetHeight; return performance.now() - began; }"
    )
    assert took < 1000
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("table.data tbody tr").count() == 10_000


def test_charts_lead_to_the_sentence_and_say_what_they_show(desk: Tab) -> None:
    page = desk.open("/")
    lines, bars = page.locator("figure.chart").nth(0), page.locator("figure.chart").nth(1)
    plan = lines.locator("a[href$='#plan']")
    assert "计划" in (plan.get_attribute("aria-label") or "")
    plan.focus()
    expect(lines.locator(".tip")).to_have_text("2,200 户青溪镇 · 2024 · 计划\n计划改厕2200户")
    assert bars.locator(".mark").count() == 11 and bars.locator("a.mark").count() == 10  # javascript: is no link
    expect(page.locator("figure.chart").nth(3)).to_contain_text("中位数")


def test_a_chart_fits_the_phone(browser: Browser, sample: str) -> None:
    with tab(browser, sample, "phone") as opened:
        page = opened.open("/")
        for box in page.evaluate(
            "[...document.querySelectorAll('.chart svg[role]')].map(e => e.getBoundingClientRect())"
        ):
            assert box["width"] <= 390 and box["height"] < 700
        small = (
            "[...document.querySelectorAll('.chart text')].filter(e => e.getBoundingClientRect().height < 12).length"
        )
        assert page.evaluate(small) == 0


def test_the_map_shows_points_over_the_land(desk: Tab) -> None:
    page = desk.open("/")
    figure = page.locator("figure.map")
    svg = figure.locator("svg").first
    page.wait_for_function("document.querySelector('.map .land').getAttribute('d')?.length > 50000")
    before = svg.get_attribute("viewBox") or ""
    figure.get_by_role("button", name="放大").click()
    after = svg.get_attribute("viewBox") or ""
    assert float(after.split()[2]) < float(before.split()[2])
    figure.get_by_role("button", name="看全国").click()
    assert float((svg.get_attribute("viewBox") or "").split()[2]) > float(before.split()[2])
    figure.locator("a.mark").first.focus()
    expect(figure.locator(".tip")).to_be_visible()


@pytest.mark.parametrize("size", list(SIZES))
def test_a_fact_in_the_text_shows_its_reading(browser: Browser, sample: str, size: str) -> None:
    with tab(browser, sample, size) as opened:
        page = opened.open("/#outcome-30")
        reading = page.locator("#r-30")
        expect(reading).to_be_visible()
        expect(page.locator("#outcome-30")).to_be_in_viewport()
        page.locator("#outcome-30 a").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#r-40")).to_be_visible()
        expect(reading).to_be_hidden()
        assert page.url.endswith("#outcome-40")
        page.keyboard.press("Escape")
        expect(page.locator("#r-40")).to_be_hidden()
        page.locator("#programme-20").click()
        expect(page.locator("#r-20")).to_be_visible()
        page.get_by_label("项目").uncheck()
        assert page.evaluate("getComputedStyle(document.querySelector('#programme-20')).textDecorationLine") == "none"


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


def test_parts_come_packed_and_nothing_else_comes(site: str) -> None:
    name = asset("main.css")
    packed = requests.get(site + name, timeout=60)
    plain = requests.get(site + name, headers={"Accept-Encoding": "identity"}, timeout=60)
    assert packed.headers["Content-Encoding"] == "gzip" and packed.text == plain.text
    assert "immutable" in plain.headers["Cache-Control"] and "Content-Encoding" not in plain.headers
    assert "MIT" in requests.get(site + asset("licences.txt"), timeout=60).text
    for other in (f"{name}.gz", "/assets/..%2fassets.json", "/assets/%2e%2e%2fassets.json", "/assets/none.js"):
        assert requests.get(site + other, timeout=60).status_code == 404
    land = requests.get(f"{site}/land.json", timeout=60)
    tag = {"If-None-Match": land.headers["ETag"]}
    assert requests.get(f"{site}/land.json", headers=tag, timeout=60).status_code == 304
    assert sum(map(len, land.json()["rows"].values())) > 5000


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
