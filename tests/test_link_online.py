"""kg link --online: items are found by code and taken only where name and parent agree, whatever the server does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.graph import iris
from kg.graph.store import Store
from kg.link import mappings, online
from kg.link.gazetteer import Gazetteer
from kg.push import endpoint as endpoints
from tests.wikidata import Handler, Server

COUNTY = "650107"  # 达坂城区: not in the packaged table
TOWNS = Gazetteer.load().townships(Gazetteer.load().place(COUNTY))  # type: ignore[arg-type]
FIRST, SECOND, THIRD, FOURTH, FIFTH = TOWNS[:5]
HEAD = """@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
wd:Q100 rdfs:label "达坂城区"@zh ; wdt:P442 "650107" ; wdt:P131 wd:Q99 .
wd:Q99 rdfs:label "乌鲁木齐市"@zh-hans ; wdt:P442 "65 01" .
wd:Q98 rdfs:label "别处区"@zh ; wdt:P442 "11 01 99" .
"""


def spaced(code: str | None) -> str:
    assert code
    return f"{code[:2]} {code[2:4]} {code[4:6]} {code[6:]}".strip()


def item(qid: int, code: str, label: str, parent: int = 100, tag: str = "zh") -> str:
    return f'wd:Q{qid} rdfs:label "{label}"@{tag} ; wdt:P442 "{code}" ; wdt:P131 wd:Q{parent} .\n'


ITEMS = "".join(item(200 + n, spaced(town.code), town.name) for n, town in enumerate(TOWNS))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_BACKOFF", 0.01)


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving(HEAD + ITEMS)


def serving(data: str) -> Iterator[Server]:
    with Server(data) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that speaks of a county and five of its townships."""
    with Store.open_for_writing(tmp_path / "store") as opened:
        for place in (*TOWNS[:5], *up(FIRST)):
            iri, above = iris.place(place), place.parent and iris.place(place.parent)
            opened.add(
                "".join(
                    f"<{iri}> {said} <{iris.graph('places')}> .\n"
                    for said in (
                        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{iris.SCHEMES}ontology#Place>",
                        f'<https://schema.org/name> "{place.name}"',
                        f"<{iris.SCHEMES}ontology#level> <{iris.SCHEMES}ontology#{place.level}>",
                        f'<{iris.SCHEMES}ontology#statisticalCode> "{place.code}"',
                        *([f"<https://schema.org/containedInPlace> <{above}>"] if above else []),
                    )
                )
            )
    return tmp_path / "store"


def up(place: object) -> list:  # type: ignore[type-arg]
    found = []
    while (place := place.parent) is not None:  # type: ignore[attr-defined]
        found.append(place)
    return found


def run(store: Path, server: Server, *more: str) -> Result:
    cache = store.parent / "cache.jsonl"
    fixed = ["link", "--store", str(store), "--online", "--endpoint", server.url, "--cache", str(cache), "--pause", "0"]
    return CliRunner().invoke(main, [*fixed, "--review", str(store.parent / "review.tsv"), *more])


def links(store: Path) -> dict[str, str]:
    text = "SELECT ?s ?o WHERE { GRAPH <%s> { ?s <http://www.w3.org/2004/02/skos/core#exactMatch> ?o } }"
    with Store.open_for_reading(store) as opened:
        rows = opened.query(text % iris.graph(f"links/{online.NAME}")).rows()
        return {s.value: o.value.rpartition("/")[2] for s, o in rows if s and o}


def reasons(store: Path) -> dict[str, str]:
    rows = [line.split("\t") for line in (store.parent / "review.tsv").read_text("utf-8").splitlines()]
    return {row[2]: row[4] for row in rows[1:]}


def test_townships_and_counties_get_the_item_that_agrees_in_all(store: Path, server: Server) -> None:
    result = run(store, server)
    assert result.exit_code == 0, result.output
    assert "6 asked, 6 linked, 0 to look at" in result.output
    wanted = {iris.place(town): f"Q{200 + n}" for n, town in enumerate(TOWNS[:5])} | {
        f"{iris.BASE}place/{COUNTY}": "Q100"
    }
    assert links(store) == wanted and not reasons(store)
    assert len(server.asked) == 1 and server.headers[0]["User-Agent"].startswith("township-kg/")
    with Store.open_for_reading(store) as opened:
        assert mappings.held(opened)[online.NAME].sizes == {"http://www.w3.org/2004/02/skos/core#exactMatch": 6}


def test_what_does_not_agree_is_left_to_a_person_with_the_reason(store: Path) -> None:
    data = HEAD + "".join(
        (
            item(201, spaced(FIRST.code), "别的镇"),
            item(202, spaced(SECOND.code), SECOND.name, parent=98),
            item(203, spaced(THIRD.code), THIRD.name) + item(204, spaced(THIRD.code), THIRD.name),
            item(205, spaced(FOURTH.code), "Town", tag="en"),
        )
    )
    for server in serving(data):
        assert "6 asked, 1 linked, 5 to look at" in run(store, server).output
    assert set(links(store).values()) == {"Q100"}
    assert reasons(store) == {
        FIRST.name: "Q201 is called 别的镇",
        SECOND.name: "Q202 lies in 别处区",
        THIRD.name: "several items agree: Q203 Q204",
        FOURTH.name: "Q205 has no Chinese name",
        FIFTH.name: "no item has the code",
    }


def test_names_agree_in_traditional_script_and_as_aliases_and_parents_by_name(store: Path) -> None:
    assert FIRST.name == "艾维尔沟街道"
    data = HEAD.replace('wdt:P442 "650107" ; ', "") + item(201, spaced(FIRST.code), "艾維爾溝街道", tag="zh-hant")
    data += item(202, spaced(SECOND.code), "旧名") + f'wd:Q202 skos:altLabel "{SECOND.name}"@zh-cn .'
    for server in serving(data):
        run(store, server)
    assert set(links(store).values()) == {"Q201", "Q202"}


def test_of_two_items_with_the_code_the_one_that_agrees_is_taken(store: Path) -> None:
    for server in serving(HEAD + ITEMS + item(300, spaced(FIRST.code), "旧镇")):
        run(store, server)
    assert links(store)[str(iris.place(FIRST))] == "Q200"


def test_nobody_is_asked_twice_and_a_cut_run_goes_on(store: Path, server: Server) -> None:
    server.trouble = lambda handler, number: number > 1 and handler.answer(403)
    result = run(store, server, "--batch", "2")
    assert result.exit_code == 2 and "does not let us in" in result.output
    server.trouble = lambda handler, number: False
    cache = store.parent / "cache.jsonl"
    assert len(cache.read_text("utf-8").splitlines()) == 4
    cache.write_text(cache.read_text("utf-8") + '{"key": "65 01', "utf-8")  # killed while writing
    assert "2 asked, 6 linked" in run(store, server, "--batch", "2").output
    asked = len(server.asked)
    assert "0 asked, 6 linked" in run(store, server).output and len(server.asked) == asked
    assert all(json.loads(line)["date"] for line in cache.read_text("utf-8").splitlines() if line.endswith("}"))


def test_old_answers_are_asked_again(tmp_path: Path) -> None:
    online.Cache(tmp_path / "c", today=date(2026, 1, 1)).add({"43": {}})
    assert online.Cache(tmp_path / "c", today=date(2026, 3, 1)).get("43") == ("2026-01-01", {})
    assert online.Cache(tmp_path / "c", today=date(2026, 12, 1)).get("43") is None


def test_a_server_that_is_busy_is_waited_for_as_long_as_it_says(store: Path, server: Server) -> None:
    server.trouble = lambda handler, number: number == 0 and handler.answer(429, Retry_After="1")
    started = time.monotonic()
    assert "6 linked" in run(store, server).output
    assert time.monotonic() - started >= 1 and len(server.asked) == 2


@pytest.mark.parametrize("kind", ["500", "cut", "malformed", "not-json", "timeout"])
def test_a_batch_that_is_too_much_is_asked_in_halves(store: Path, server: Server, kind: str) -> None:
    """As Wikidata does where a query takes too long: 500, or a page of Java in the middle of the answer."""

    def too_much(handler: Handler, _: int) -> bool:
        right = handler.result()
        if handler.server.asked[-1].count('"') < 4 * 4:  # two keys, each in two spellings
            return False
        if kind == "500":
            return handler.answer(500, b"java.util.concurrent.TimeoutException")
        if kind == "cut":
            return handler.answer(200, right[:100], Content_Length=str(len(right)))
        if kind == "malformed":
            return handler.answer(200, right[:-40] + b"\njava.lang.RuntimeException")
        if kind == "not-json":
            return handler.answer(200, b"<html>too many requests</html>")
        time.sleep(1)
        return handler.answer(200, right)

    server.trouble = too_much
    result = run(store, server, "--timeout", "0.4")
    assert result.exit_code == 0, result.output
    assert "6 asked, 6 linked" in result.output


def test_a_place_that_cannot_be_asked_is_named_and_the_rest_is_linked(store: Path, server: Server) -> None:
    server.trouble = lambda handler, _: spaced(FIRST.code) in server.asked[-1] and handler.answer(500)
    result = run(store, server)
    assert result.exit_code == 1 and "6 asked, 5 linked, 1 to look at" in result.output
    assert reasons(store) == {FIRST.name: "not answered"}


def test_a_server_that_is_down_is_given_up(store: Path, server: Server) -> None:
    server.trouble = lambda handler, _: handler.answer(500)
    result = run(store, server, "--batch", "1")
    assert result.exit_code == 1 and not links(store)
    assert "not answered" in set(reasons(store).values())
    assert len(server.asked) <= online._PATIENCE


def test_an_address_that_nobody_answers_is_said_in_a_line(store: Path, server: Server) -> None:
    gone = server.url
    server.server_close()
    cache = str(store.parent / "cache")
    call = ["link", "--store", str(store), "--online", "--endpoint", gone, "--cache", cache, "--pause", "0"]
    result = CliRunner().invoke(main, call)
    assert result.exit_code == 1 and "cannot be reached" in result.output and "Traceback" not in result.output


def test_without_online_nothing_is_asked(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("asked over the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert CliRunner().invoke(main, ["link", "--store", str(store)]).exit_code == 0


def test_queries_are_spread_out(store: Path, server: Server) -> None:
    started = time.monotonic()
    run(store, server, "--batch", "2", "--pause", "0.3")
    assert len(server.asked) == 3 and time.monotonic() - started >= 0.6
