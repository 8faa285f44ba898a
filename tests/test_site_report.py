"""The page of a report: every fact marked where it stands, every reading told, and text that stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

import kg
from kg import resources
from kg.oxigraph import parse
from kg.recognise import numerals, periods
from kg.relate import indicator, programme
from kg.serve.site import rules
from tests import hostile
from tests.serving import Server

SAMPLES = sorted(resources.data("samples").glob("*.txt"))
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
VOID = ("meta", "link", "input", "br", "img")
HARMLESS = {"application/json", "application/ld+json"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = hostile.store(tmp_path_factory.mktemp("site") / "store", plain=hostile.PLAIN, hostile=hostile.REPORT)
    with Server(path) as running:
        yield hostile.indexed(running)


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and the text of the report."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.data: dict[str, str] = {}
        self.article = self._script = ""
        self._open: list[str] = []
        self.feed(text)
        assert not self._open, "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        self._script = found.get("type", "") if tag == "script" else self._script
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag in ("p", "h2", "h3") and "article" in self._open:
            self.article += "\n"

    def handle_data(self, data: str) -> None:
        if "script" in self._open:
            self.data[self._script] = self.data.get(self._script, "") + data
        elif "article" in self._open and self._open[-1] != "article":
            self.article += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key.rstrip("_"), "") == value for key, value in attributes.items())
        ]


def page(server: Server, path: str, **headers: str) -> Page:
    answer = server.get(path, headers=BROWSER | headers)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def reading(server: Server, path: str, words: str, language: str = "zh") -> str:
    """The reading that a mark with these words leads to, as text."""
    text = server.get(f"{path}?lang={language}", headers=BROWSER).text
    (at,) = {
        piece.partition('"')[0]
        for piece in text.split('data-reading="')[1:]
        if f">{words}</a>" in piece[:400].split("</mark>")[0]
    }
    section = text.partition(f'id="{at}">')[2].partition("</section>")[0]
    return " ".join("".join(part.partition(">")[2] or part for part in f">{section}".split("<")).split())


def test_every_number_stands_where_its_address_leads(server: Server) -> None:
    found = page(server, "/report/plain.txt")
    for mark in found.all("mark", class_="outcome"):
        assert hostile.PLAIN[int(mark["id"].rpartition("-")[2]) :][0].isdigit()
    numbers = {mark["id"] for mark in found.all("mark", class_="outcome")}
    rows = server.ask(
        "SELECT ?o { GRAPH <https://w3id.org/township-kg/report/plain.txt>"
        " { ?o <https://w3id.org/township-kg/ontology#inReport> ?r } FILTER(CONTAINS(STR(?o), '#outcome-')) }"
    ).json()["results"]["bindings"]
    assert numbers == {row["o"]["value"].rpartition("#")[2] for row in rows} and len(numbers) == 4


def test_all_kinds_are_marked_and_every_mark_has_its_reading(server: Server) -> None:
    found = page(server, "/report/plain.txt")
    assert {mark["class"] for mark in found.all("mark")} >= {"outcome", "programme", "strategy", "place"}
    readings = {section["id"] for section in found.all("section") if "id" in section}
    assert {mark["data-reading"] for mark in found.all("mark")} <= readings
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_text_is_shown_whole(server: Server) -> None:
    found = page(server, "/report/plain.txt")
    assert [line for line in found.article.split("\n") if line] == hostile.PLAIN.split("\n")[:-1]


def test_rules_have_names_that_people_read_beside_those_of_the_code(server: Server) -> None:
    for language, name in (("en", "Number: in digits"), ("zh", "数值：阿拉伯数字")):
        shown = server.get(f"/report/plain.txt?lang={language}", headers=BROWSER).text
        assert f"<li>{name} <code>number:arabic</code></li>" in shown
    said = "number:arabic period:time said: first months place:named"
    assert rules.split(said) == ("number:arabic", "period:time said: first months", "place:named")
    assert rules.split("quoted with head") == ("quoted with head",) and rules.split("") == ()
    assert rules.name("number:of another version", "en") == ""


def test_every_rule_has_a_name_in_both_languages() -> None:
    known = [
        *(f"number:{name}" for name in (*numerals.FORMS, "gone")),
        *(f"indicator:{name}" for name, _ in indicator.RULES),
        *(f"programme:{name}" for name, _ in programme.RULES),
        *(f"period:time said: {name}" for name in periods.RULES if name != "masked year"),
    ]
    read = [outcome.rules for path in SAMPLES for outcome in kg.read(path).outcomes]
    for rule in (*known, *(rule for some in read for rule in some)):
        assert rules.name(rule, "zh") and rules.name(rule, "en"), rule


def test_a_reading_tells_value_hedge_unit_indicator_place_period_status_programme_and_rule(server: Server) -> None:
    said = reading(server, "/report/plain.txt", "412")
    for word in (
        "约数",
        "412 户",
        "清溪镇",
        "2021年",
        "已实现",
        "总量",
        "厕所革命",
        "number:arabic",
        "一、2021年工作回顾",
    ):
        assert word in said, said
    assert "计划" in reading(server, "/report/plain.txt", "500") and "不少于" in reading(
        server, "/report/plain.txt", "500"
    )


def test_a_reading_speaks_english(server: Server) -> None:
    said = reading(server, "/report/plain.txt", "412", "en")
    for word in ("about", "achieved", "Toilet revolution", "Value", "Programme", "Rule"):
        assert word in said, said


def test_a_village_is_marked_with_what_it_lies_in(server: Server) -> None:
    said = reading(server, "/report/plain.txt", "石桥村")
    assert "石桥村" in said and "村级" in said and "清溪镇" in said


def test_a_passage_elsewhere_leads_into_the_text(server: Server) -> None:
    found = page(server, "/report/plain.txt")
    start = hostile.PLAIN.index("全面推进")
    end = hostile.PLAIN.index("。", start) + 1
    assert found.all("span", id=f"char={start},{end}")


def test_a_hostile_report_stays_text(server: Server) -> None:
    for path in (
        "/report/hostile.txt",
        "/report/hostile.txt?lang=en",
        "/",
        "/search?q=script",
        "/search?q=alert&kind=text",
    ):
        found = page(server, path, Referer=server.address)  # the style sheet is no part of such a page
        for tag, attributes in found.elements:
            assert tag not in ("svg", "img", "iframe", "style", "object", "embed", "base"), path
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            for name in ("href", "src", "action"):
                assert urljoin("http://here/", attributes.get(name, "")).startswith(("http://", "https://")), path
            if tag == "script":
                assert attributes.get("type") in HARMLESS or attributes["src"].startswith("/assets/"), path
        assert len(found.all("main")) == 1 and 'alert("title")' not in found.data.get("module", "")


def test_a_hostile_report_is_shown_character_for_character(server: Server) -> None:
    found = page(server, "/report/hostile.txt")
    unseen = str.maketrans("", "", "\u202e\u2066\u200b")
    assert [line for line in found.article.split("\n") if line] == hostile.REPORT.translate(unseen).split("\n")[:-1]


def test_what_a_page_says_to_programs_is_json_whatever_the_title(server: Server) -> None:
    said = json.loads(page(server, "/report/hostile.txt").data["application/ld+json"])
    assert said["@type"] == "Report" and said["@id"] == "https://w3id.org/township-kg/report/hostile.txt"
    assert said["url"] == f"{server.address}/report/hostile.txt"
    place = json.loads(page(server, "/programme/厕所革命").data["application/ld+json"])
    assert (place["@type"], place["name"]) == ("DefinedTerm", "厕所革命")


def test_links_lead_to_the_data_and_back(server: Server) -> None:
    answer = server.get("/report/plain.txt", headers=BROWSER)
    links = requests.utils.parse_header_links(answer.headers["Link"])
    data = {link["type"]: link["url"] for link in links if link["rel"] == "alternate"}
    assert set(data) == {"text/turtle", "application/ld+json", "application/n-triples"}
    assert [link["url"] for link in links if link["rel"] == "cite-as"] == [
        "https://w3id.org/township-kg/report/plain.txt"
    ]
    turtle = server.get(data["text/turtle"])
    assert turtle.headers["Content-Type"].startswith("text/turtle") and "412" in turtle.text
    assert requests.utils.parse_header_links(turtle.headers["Link"])[0]["url"] == "/report/plain.txt"


def test_the_text_comes_with_the_data(server: Server, tmp_path: Path) -> None:
    (tmp_path / "report.nt").write_bytes(server.get("/report/hostile.txt.nt").content)
    texts = [
        value.value for _, name, value in parse(tmp_path / "report.nt", "ntriples") if name == "https://schema.org/text"
    ]
    assert texts == [hostile.REPORT]


def test_a_report_without_its_text_shows_what_was_read(tmp_path: Path) -> None:
    path = hostile.store(tmp_path / "store", plain=hostile.PLAIN)
    from kg.oxigraph import Engine

    engine = Engine(path)
    engine.update(
        "DELETE { GRAPH ?g { ?r <https://schema.org/text> ?t } } WHERE { GRAPH ?g { ?r <https://schema.org/text> ?t } }"
    )
    engine.flush()
    engine.close()
    with Server(path) as running:
        answer = running.get("/report/plain.txt", headers=BROWSER)
        assert answer.status_code == 200 and "412 户" in answer.text and 'class="empty"' in answer.text
