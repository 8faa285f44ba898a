"""Search as one types and the page of what was found, the start page, errors for people, and what crawlers look for."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline
from kg.graph.mapping import mapped
from kg.graph.store import Store
from kg.oxigraph import parse
from kg.serve.index import build, tokens
from kg.serve.index.sources import opened
from kg.serve.site.search import excerpt
from tests import hostile
from tests.serving import Server

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
TOWN = hostile.PLAIN.replace("清溪镇", "湖南省常宁市荫田镇", 1)
TRADITIONAL = "清溪鎮2022年工作總結\n一、2022年工作情況\n全面推進廁所革命，完成戶廁改造88戶。\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = {"plain": hostile.PLAIN, "town": TOWN, "hostile": hostile.REPORT, "old": TRADITIONAL}
    return hostile.store(tmp_path_factory.mktemp("search") / "store", **texts)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with Server(folder) as running:
        yield hostile.indexed(running)


def suggested(server: Server, question: str, language: str = "zh") -> list[dict[str, str]]:
    results: list[dict[str, str]] = server.get("/suggest", params={"q": question, "lang": language}).json()["results"]
    return results


@pytest.mark.parametrize(
    ("question", "kind", "label"),
    [
        ("厕所", "programme", "厕所革命"),
        ("厕所革", "programme", "厕所革命"),
        ("廁所", "programme", "厕所革命"),
        ("乡村振兴战略", "strategy", "乡村振兴战略"),
        ("改厕数", "indicator", "改厕数量"),
        ("石桥", "place", "石桥村"),
        ("人居环境", "area", "人居环境"),
        ("清溪镇2021年工作", "report", "清溪镇2021年工作总结和2022年工作计划"),
    ],
)
def test_names_are_suggested_from_their_beginning(server: Server, question: str, kind: str, label: str) -> None:
    assert (kind, label) in [(one["kind"], one["label"]) for one in suggested(server, question)]


def test_what_is_called_just_so_comes_first(server: Server) -> None:
    assert suggested(server, "厕所革命")[0]["label"] == "厕所革命"
    assert suggested(server, "toilet rev", "en")[0]["label"] == "Toilet revolution"


def test_suggestions_say_what_they_are_and_lead_there(server: Server) -> None:
    found = suggested(server, "厕所革命")[0]
    assert found["note"] == "项目 · 人居环境"
    assert server.get(found["href"], headers=BROWSER).status_code == 200


@pytest.mark.parametrize(
    "question", ["", " ", '"', '""', "*", "a OR", "NEAR(", "厕\0所", "(", "名:", "%_\\", "𠮷" * 5000, "-" * 300]
)
def test_no_question_is_too_odd(server: Server, question: str) -> None:
    assert server.get("/suggest", params={"q": question}).status_code == 200
    assert server.get("/search", params={"q": question}, headers=BROWSER).status_code == 200


def test_texts_are_found_by_their_words_and_the_line_is_led_to(server: Server) -> None:
    text = server.get("/search", params={"q": "户厕 改造"}, headers=BROWSER).text
    start = hostile.PLAIN.index("全面推进")
    assert f'href="/report/plain.txt#p-{start}"' in text and "<b>改造</b>" in text
    assert f'id="p-{start}"' in server.get("/report/plain.txt", headers=BROWSER).text


def test_texts_in_traditional_characters_are_found_in_simplified_ones(server: Server) -> None:
    text = server.get("/search", params={"q": "厕所革命", "kind": "text"}, headers=BROWSER).text
    assert "/report/old.txt#p-" in text and "<b>廁所革命</b>" in text


def test_nothing_found_says_so(server: Server) -> None:
    text = server.get("/search", params={"q": "没有这样的词句", "lang": "zh"}, headers=BROWSER).text
    assert 'class="empty"' in text and "没有找到" in text


def test_a_kind_has_pages(server: Server) -> None:
    first = server.get("/search", params={"q": "村", "kind": "programme"}, headers=BROWSER).text
    second = server.get("/search", params={"q": "村", "kind": "programme", "page": "2"}, headers=BROWSER).text
    assert 'rel="next"' in first and 'rel="prev"' in second and first != second
    assert server.get("/search", params={"q": "村", "kind": "nothing"}).status_code == 400
    assert (
        server.get("/search", params={"q": "村", "kind": "programme", "page": "x"}, headers=BROWSER).status_code == 200
    )


def test_excerpts_show_the_words_in_their_text() -> None:
    assert excerpt("全面推進廁所革命。", ["厕所"]) == [("全面推進", False), ("廁所", True), ("革命。", False)]
    long = "一" * 500 + "厕所" + "二" * 500
    pieces = excerpt(long, ["厕所"])
    assert pieces[0] == ("…", False) == pieces[-1] and sum(len(words) for words, _ in pieces) < 200
    assert excerpt("修路。", ["厕所"]) == [("修路。", False)]


def test_a_question_is_cut_into_words_that_say_something() -> None:
    assert tokens.asked("厕所革命的改造") == ["厕所革命", "改造"]
    assert tokens.asked("的") == ["的"]
    assert tokens.name_like("厕所 Rev") == '"厕 所" "rev" *'
    assert tokens.name_like("，。") == "" == tokens.text_like("")


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("石桥镇 户厕", "完成户厕改造412户", True),  # what the report is about
        ("石桥镇2021年户厕改造", "完成户厕改造412户", True),
        ("青溪镇 户厕", "完成户厕改造412户", False),
        ("石桥镇", "完成户厕改造412户", False),
        ("户厕", "完成户厕改造412户", True),
        ("改造", "完成户厕改造412户", True),
        ("造", "完成户厕改造412户", True),
        ("412", "完成户厕改造412户", True),
        ("41", "完成户厕改造412户", False),
        ("厕造", "完成户厕改造412户", False),
        ("5G基站", "新建5g基站3座", True),
        ("新建5G", "新建5g基站3座", True),
        ("建5G", "新建5g基站3座", True),
        ("廁所", "厕所革命", True),
    ],
)
def test_a_text_has_what_is_asked(question: str, text: str, found: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE VIRTUAL TABLE said USING fts5 (words, about, content='')")
        row = tokens.pairs(text), tokens.pairs("石桥镇2021年工作总结")
        index.execute("INSERT INTO said (rowid, words, about) VALUES (1, ?, ?)", row)
        rows = index.execute("SELECT rowid FROM said WHERE said MATCH ?", [tokens.text_like(question)]).fetchall()
    assert bool(rows) == found


def test_the_index_lies_beside_the_store_and_is_kept_by_content(folder: Path, server: Server, tmp_path: Path) -> None:
    index = folder.with_name(f"store.search-{build.VERSION}.sqlite")
    assert index.is_file()
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(index, copy)
    with opened(str(folder)) as ask:
        assert build.known_content(copy) == build.fingerprint(ask)


def test_the_index_of_an_endpoint_is_that_of_its_store(folder: Path, server: Server, tmp_path: Path) -> None:
    with opened(str(folder)) as store, opened(f"{server.address}/sparql") as endpoint:
        assert build.fingerprint(endpoint) == build.fingerprint(store)
        build.write(endpoint, tmp_path / "endpoint", "x")
        build.write(store, tmp_path / "store", "x")
    one, other = (counted(tmp_path / name) for name in ("endpoint", "store"))
    assert one == other and one["line"] > 10


def counted(index: Path) -> dict[str, int]:
    with closing(sqlite3.connect(index)) as opened:
        return {
            table: opened.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("thing", "label", "line")
        }


def test_a_signal_renews_the_index(tmp_path: Path) -> None:
    path = hostile.store(tmp_path / "store", plain=hostile.PLAIN)
    with Server(path) as running:
        hostile.indexed(running)
        assert not suggested(running, "新桥镇2023")
        text = hostile.PLAIN.replace("清溪镇2021", "新桥镇2023")
        with Store.open_for_writing(path) as store:
            store.replace([mapped(pipeline.read(hostile.reading("new.txt", text)), run="test")])
        os.kill(running.process.pid, signal.SIGHUP)
        end = time.monotonic() + 60
        while not suggested(running, "新桥镇2023"):
            assert time.monotonic() < end
            time.sleep(0.2)


def test_the_start_page_counts_and_shows_what_is_new(server: Server) -> None:
    text = server.get("/", headers=BROWSER | {"Accept-Language": "en"}).text
    assert "<b>4</b> <span>reports</span>" in text
    assert 'href="/report/plain.txt"' in text and "/area/" in text and "/network" in text
    assert "Living environment" in text


def test_the_map_has_a_point_where_reports_come_from(tmp_path: Path) -> None:
    path = hostile.store(tmp_path / "store", town=TOWN)
    with opened(str(path)) as ask:
        build.write(ask, tmp_path / "index", "x")
    (place,) = places(tmp_path / "index")
    assert (place["label"], place["value"]) == ("荫田镇", 1)
    assert place["near_label"] in ("荫田镇", "常宁市") and place["point"].startswith("POINT")


def places(index: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(index) as opened:
        ((found,),) = opened.execute("SELECT value FROM known WHERE key = 'places'").fetchall()
    known: list[dict[str, Any]] = json.loads(found)
    return known


def test_a_store_without_reports_has_a_start_page(tmp_path: Path) -> None:
    with Server(hostile.store(tmp_path / "store")) as running:
        text = hostile.indexed(running).get("/", headers=BROWSER).text
        assert "份报告" not in text and "<h1>" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/place/a%0Ab%E2%80%AE", 404),
        ("/report/none.txt", 404),
        ("/search?kind=x&q=y", 400),
        ("/sitemap/9.xml", 404),
    ],
)
def test_errors_are_pages_for_people_and_lines_for_programs(server: Server, path: str, status: int) -> None:
    page = server.get(path, headers=BROWSER)
    assert page.status_code == status and page.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"] and "<main" in page.text
    line = server.get(path, headers={"Accept": "*/*"})
    assert line.status_code == status and line.headers["Content-Type"].startswith("text/plain")
    assert line.text.count("\n") == 1


def test_a_method_that_is_not_taken_is_refused_as_a_page_too(server: Server) -> None:
    answer = server.http.post(f"{server.address}/search", headers=BROWSER)
    assert answer.status_code == 405 and "<main" in answer.text and "GET" in answer.headers["Allow"]


def test_an_error_repeats_what_was_asked_as_text(server: Server) -> None:
    text = server.get("/%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER).text
    assert "<script>alert" not in text
    assert "<script>alert" not in server.get("/search", params={"q": "<script>alert(1)</script>"}, headers=BROWSER).text


def test_crawlers_find_robots_and_sitemaps(server: Server) -> None:
    robots = server.get("/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain") and "Disallow: /sparql" in robots.text
    assert f"Sitemap: {server.address}/sitemap.xml" in robots.text
    (first, *_) = locations(server.get("/sitemap.xml").text)
    pages = locations(server.get(first.removeprefix(server.address)).text)
    assert f"{server.address}/report/hostile.txt" in pages
    assert all(page.startswith(f"{server.address}/") for page in pages)
    assert server.get(pages[-1].removeprefix(server.address), headers=BROWSER).status_code == 200


def locations(text: str) -> list[str]:
    return [found.text or "" for found in ET.fromstring(text).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


@pytest.mark.parametrize("name", ["void", "dcat"])
def test_the_description_is_at_its_well_known_place(server: Server, name: str, tmp_path: Path) -> None:
    answer = server.get(f"/.well-known/{name}")
    assert answer.history[0].status_code == 303
    (tmp_path / "void.ttl").write_bytes(answer.content)
    kinds = {value.value for _, property, value in parse(tmp_path / "void.ttl") if property.endswith("#type")}
    assert {"http://rdfs.org/ns/void#Dataset", "http://www.w3.org/ns/dcat#Dataset"} <= kinds


def test_the_data_set_has_a_page_that_search_engines_read(server: Server) -> None:
    text = server.get("/dataset", headers=BROWSER).text
    said: dict[str, Any] = json.loads(
        text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    )
    assert said["@type"] == "Dataset" and said["license"].startswith("https://") and said["description"]


def test_the_start_page_tells_search_engines_how_to_search(server: Server) -> None:
    text = server.get("/", headers=BROWSER).text
    said = json.loads(text.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert said["potentialAction"]["target"] == f"{server.address}/search?q={{search_term_string}}"
