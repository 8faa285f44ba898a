"""The reconciliation service answers as specified, finds what is meant, and is sure only when it may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.build import build
from kg.graph.store import Store
from kg.serve.reconcile import Reconciler, asked, extend, offer, web
from kg.serve.reconcile.entities import of_place
from kg.serve.reconcile.web import BODY
from tests.reconciliation import EVIL, REPORT, client, store, valid
from tests.town_names import column

TOWN, COUNTY = "place/431230/县溪镇", "place/431230"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store(tmp_path_factory.mktemp("reconcile"))


@pytest.fixture(scope="module")
def service(path: Path) -> Iterator[TestClient]:
    with client(path) as opened:
        yield opened


def results(service: TestClient, **queries: Any) -> Any:
    """What the service answers to a batch, valid as both were."""
    valid("reconciliation-query-batch", queries, ("0.2",))
    answer = service.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return valid("reconciliation-result-batch", answer.json())


def found(service: TestClient, query: str, *properties: tuple[str, Any], **more: Any) -> Any:
    """The candidates for one query."""
    rows = [{"pid": pid, "v": v} for pid, v in properties]
    asking = {"query": query, **({"properties": rows} if rows else {}), **more}
    return results(service, q0={name: value for name, value in asking.items() if value != ""})["q0"]["result"]


def sure(candidates: list[Any]) -> list[str]:
    return [candidate["id"] for candidate in candidates if candidate["match"]]


def extended(service: TestClient, ids: list[str], *properties: Any) -> Any:
    """The rows of a data extension."""
    columns = [{"id": p} if isinstance(p, str) else p for p in properties]
    query = valid("data-extension-query", {"ids": ids, "properties": columns})
    answer = service.post("/reconcile", data={"extend": json.dumps(query)})
    assert answer.status_code == 200, answer.text
    told = valid("data-extension-response", answer.json())
    assert [row["id"] for row in told["meta"]] == [row["id"] for row in columns]
    return told["rows"]


# the manifest


def test_the_manifest_is_valid_and_names_what_is_there(service: TestClient) -> None:
    manifest = valid("manifest", service.get("/reconcile").json())
    assert manifest == service.get("/reconcile/").json()
    assert manifest["versions"] == ["0.1", "0.2"] and manifest["batchSize"] == asked.BATCH
    assert manifest["identifierSpace"] + TOWN == "https://w3id.org/township-kg/place/431230/县溪镇"
    for kind, at in manifest["suggest"].items():
        assert service.get(at["service_url"] + at["service_path"], params={"prefix": "县"}).status_code == 200, kind
    for template in (manifest["preview"]["url"], manifest["view"]["url"]):
        assert "县溪镇" in service.get(template.replace("{{id}}", quote(TOWN, safe=""))).text
    assert "name_exact" in service.get(manifest["feature_view"]["url"].replace("{{id}}", "name_exact")).text


def test_the_manifest_tells_the_url_that_clients_reach(path: Path) -> None:
    with client(path, base_url="https://kg.example.org/r/", view="https://kg.example.org/{{id}}") as service:
        manifest = valid("manifest", service.get("/reconcile").json())
    assert manifest["preview"]["url"] == "https://kg.example.org/r/preview?id={{id}}"
    assert manifest["view"]["url"] == "https://kg.example.org/{{id}}"


def test_types_are_ordered_into_places_and_concepts(service: TestClient) -> None:
    types = {type["id"]: type for type in service.get("/reconcile").json()["defaultTypes"]}
    assert types["township"]["broader"][0]["id"] == "Place" and types["Indicator"]["broader"][0]["id"] == "Concept"
    assert set(types) == set(offer.types())


# queries


def test_a_batch_and_single_queries_by_get_and_post(service: TestClient) -> None:
    batch = {"queries": json.dumps({"a": {"query": "县溪镇"}, "b": {"query": "厕所革命"}})}
    posted, got = service.post("/reconcile", data=batch), service.get("/reconcile", params=batch)
    assert posted.json() == got.json() and [*posted.json()] == ["a", "b"]
    single = service.get("/reconcile", params={"query": "县溪镇"}).json()
    assert single == posted.json()["a"]
    assert single == service.post("/reconcile/", data={"query": json.dumps({"query": "县溪镇"})}).json()


@pytest.mark.parametrize(
    ("cell", "properties"),
    [
        ("县溪镇", []),
        ("县溪镇（通道县）", []),
        ("縣溪鎮", []),
        ("县 溪 镇", []),
        ("“县溪镇”", []),
        ("湖南省怀化市通道侗族自治县县溪镇", []),
        ("县溪镇人民政府", []),
        ("县溪", [("county", "通道")]),
        ("县溪镇", [("县", {"id": COUNTY, "name": "通道侗族自治县"})]),
        ("县溪镇", [("statisticalCode", "431230101")]),
        ("", [("statisticalCode", "431230101")]),
        (TOWN, []),
        ("https://w3id.org/township-kg/place/431230/县溪镇", []),
    ],
)
def test_a_town_is_found_however_it_is_written(service: TestClient, cell: str, properties: list[Any]) -> None:
    candidates = found(service, cell, *properties, type="township")
    assert sure(candidates) == [TOWN] == [candidates[0]["id"]]
    assert [type["id"] for type in candidates[0]["type"]] == ["township", "Place"]
    assert candidates[0]["description"] == "湖南省怀化市通道侗族自治县 431230101"


def test_a_name_of_many_is_sure_only_with_its_county(service: TestClient) -> None:
    many = found(service, "城关镇", type="township", limit=10)
    assert len(many) == 10 and not sure(many)
    assert sure(found(service, "城关镇", ("county", "嵩县"), type="township")) == ["place/410325/城关镇"]
    assert not sure(found(service, "县溪镇", ("county", "溆浦县"), type="township"))


def test_a_bare_code_is_sure_only_where_both_lists_of_codes_agree(service: TestClient) -> None:
    assert sure(found(service, "431230")) == [COUNTY]
    nine = found(service, "431230101")
    assert [candidate["id"] for candidate in nine] == [TOWN] and not sure(nine)


def test_a_village_is_sure_only_in_its_township(service: TestClient) -> None:
    village = f"{TOWN}/恭城村"
    alone = found(service, "恭城村", type="village")
    assert [candidate["id"] for candidate in alone] == [village] and not sure(alone)
    assert sure(found(service, "恭城村", ("乡镇", "县溪镇"), type="village")) == [village]
    assert sure(found(service, "恭城村", ("乡镇", {"id": TOWN}), type="village")) == [village]
    assert not sure(found(service, "恭城村", ("乡镇", "桥江镇"), type="village"))
    assert not sure(found(service, "恭城村", ("乡镇", {"id": "place/431224/桥江镇"}), type="village"))


@pytest.mark.parametrize(
    ("text", "type", "id"),
    [
        ("厕所革命", "Programme", "programme/厕所革命"),
        ("廁所革命", "", "programme/厕所革命"),
        ("“厕所革命”", "", "programme/厕所革命"),
        ("Toilet revolution", "", "programme/厕所革命"),
        ("乡村振兴战略", "Strategy", "strategy/乡村振兴战略"),
        ("改厕数量", "Indicator", "indicator/改厕数量"),
    ],
)
def test_concepts_are_sure_by_each_of_their_names(service: TestClient, text: str, type: str, id: str) -> None:
    assert sure(found(service, text, type=type)) == [id]


def test_how_many_are_asked_for_decides_nothing(service: TestClient) -> None:
    assert not sure(found(service, "户厕改造", limit=1))  # a name of a programme and of an indicator
    assert not sure(found(service, "城关镇", limit=1))
    coded = found(service, "城关镇", ("statisticalCode", "410325100"), limit=1)
    assert sure(coded) == ["place/410325/城关镇"]


def test_concepts_with_a_wrong_character_are_proposed_and_not_sure(service: TestClient) -> None:
    candidates = found(service, "乡村振新战略")
    assert candidates[0]["id"] == "strategy/乡村振兴战略" and not sure(candidates)
    features = {feature["id"]: feature["value"] for feature in candidates[0]["features"]}
    assert features["name_exact"] is False and 0.5 < features["name_similarity"] < 1


def test_types_limit_and_unknown_types(service: TestClient) -> None:
    assert all(c["type"][-1]["id"] == "Concept" for c in found(service, "县溪镇", type="Concept"))
    assert len(found(service, "农村", limit=3)) == 3
    assert found(service, "县溪镇", type="Q486972") == []
    assert sure(found(service, "县溪镇", type=["Q486972", "township"])) == [TOWN]


def test_candidates_come_best_first(service: TestClient) -> None:
    scores = [candidate["score"] for candidate in found(service, "农村公路建设", limit=20)]
    assert scores == sorted(scores, reverse=True) and 0 < scores[-1] <= scores[0] <= 100


def test_a_messy_column_of_500_names(service: TestClient) -> None:
    rows, right, told = column(), 0, 0
    for at in range(0, len(rows), 50):
        batch = {
            f"q{n}": {"query": row.cell, "type": "township"}
            | ({"properties": [{"pid": "county", "v": row.county}]} if row.county else {})
            for n, row in enumerate(rows[at : at + 50])
        }
        answer = results(service, **batch)
        for n, row in enumerate(rows[at : at + 50]):
            entity, ids = of_place(row.place), sure(answer[f"q{n}"]["result"])
            told, right = told + len(ids), right + (entity is not None and ids == [entity.id])
    assert right / told >= 0.99 and right / len(rows) >= 0.9, (right, told)


def test_ids_follow_the_base_of_the_store(tmp_path: Path) -> None:
    base = "https://data.example.org/kg/"
    (tmp_path / "通道县").mkdir()
    (tmp_path / "通道县" / "1.txt").write_text(REPORT, "utf-8")
    build([tmp_path / "通道县"], tmp_path / "store", base=base)
    with client(tmp_path / "store", base=base) as service:
        assert service.get("/reconcile").json()["identifierSpace"] == base
        assert sure(found(service, f"{base}{TOWN}")) == [TOWN] == sure(found(service, "县溪镇", type="Place"))
        toilet = "https://w3id.org/township-kg/programme/厕所革命"
        assert sure(found(service, "厕所革命")) == [toilet] == sure(found(service, toilet))
        rows = extended(service, [TOWN, toilet], "implements", "places")
        assert {"id": toilet, "name": "厕所革命"} in rows[TOWN]["implements"]
        assert rows[toilet]["places"] == [{"id": TOWN, "name": "县溪镇"}]


# suggestions


def test_suggestions(service: TestClient) -> None:
    def ask(kind: str, **params: str) -> Any:
        name = {"entity": "entities", "property": "properties", "type": "types"}[kind]
        answer = service.get(f"/reconcile/suggest/{kind}", params=params)
        return valid(f"suggest-{name}-response", answer.json(), ("0.2",))["result"]

    assert ask("entity", prefix="县溪")[0]["id"] == TOWN
    assert ask("entity", prefix=TOWN)[0]["id"] == TOWN
    assert ask("entity", prefix="厕所革命")[0]["id"] == "programme/厕所革命"
    assert {e["notable"][0]["id"] for e in ask("entity", prefix="城关", type="township")} == {"township"}
    first, second = ask("entity", prefix="城关"), ask("entity", prefix="城关", cursor="20")
    assert len(first) == len(second) == 20 and not {e["id"] for e in first} & {e["id"] for e in second}
    assert ask("type", prefix="乡镇")[0]["id"] == "township" and len(ask("type", prefix="")) == len(offer.types())
    assert ask("property", prefix="county")[0]["id"] == "county"
    assert "indicator/改厕数量" in [row["id"] for row in ask("property", prefix="改厕")]
    assert ask("entity", prefix="") == [] == ask("entity", prefix="县", cursor="999999999")


def test_flyouts(service: TestClient) -> None:
    for kind, id in (
        ("entity", TOWN),
        ("type", "township"),
        ("property", "county"),
        ("property", "indicator/改厕数量"),
    ):
        answer = service.get(f"/reconcile/flyout/{kind}", params={"id": id}).json()
        assert answer["id"] == id and answer["html"].startswith("<section")
    assert service.get("/reconcile/flyout/type", params={"id": "nothing"}).status_code == 404


# data extension


def test_proposed_properties_all_work(service: TestClient) -> None:
    for type, id in (("township", TOWN), ("Programme", "programme/厕所革命"), ("Strategy", "strategy/乡村振兴战略")):
        answer = service.get("/reconcile/properties", params={"type": type}).json()
        proposed = [row["id"] for row in valid("data-extension-property-proposal", answer, ("0.2",))["properties"]]
        assert proposed and extended(service, [id], *proposed)
    few = service.get("/reconcile/properties", params={"type": "Place", "limit": "2"}).json()
    assert few["limit"] == 2 and len(few["properties"]) == 2
    assert service.get("/reconcile/properties", params={"type": "nothing"}).status_code == 404


def test_data_of_places(service: TestClient) -> None:
    names = ["county", "prefecture", "province", "statisticalCode", "level", "numberOfReports", "implements", "follows"]
    rows = extended(service, [TOWN, "place/110105", "place/000000/无此镇"], *names)
    town = rows[TOWN]
    assert town["county"] == [{"id": COUNTY, "name": "通道侗族自治县"}]
    assert town["prefecture"][0]["name"] == "怀化市" and town["province"][0]["name"] == "湖南省"
    assert town["statisticalCode"] == [{"str": "431230101"}] and town["level"] == [{"str": "township"}]
    assert town["numberOfReports"] == [{"int": 1}]
    assert {"id": "programme/厕所革命", "name": "厕所革命"} in town["implements"]
    assert {"id": "strategy/乡村振兴战略", "name": "乡村振兴战略"} in town["follows"]
    assert rows["place/110105"]["county"] == [] and rows["place/110105"]["numberOfReports"] == [{"int": 0}]
    assert rows["place/000000/无此镇"]["county"] == []


def test_codes_of_both_lists_and_where_places_are(service: TestClient) -> None:
    columns = ("civilAffairsCode", "longitude", "latitude", "coordinates")
    rows = extended(service, [TOWN, "place/4312", f"{TOWN}/恭城村"], *columns)
    assert rows[TOWN]["civilAffairsCode"] == [{"str": "431230112"}] and rows["place/4312"]["civilAffairsCode"] == []
    (lon,), (lat,), (wkt,) = (rows["place/4312"][column] for column in columns[1:])
    assert 109 < lon["float"] < 111 and 26 < lat["float"] < 28.5
    assert wkt["str"] == f"POINT({lon['float']:g} {lat['float']:g})"
    assert rows[f"{TOWN}/恭城村"]["coordinates"] == []


def test_numbers_of_an_indicator(service: TestClient) -> None:
    def cells(**settings: Any) -> Any:
        return extended(service, [TOWN], {"id": "indicator/改厕数量", "settings": settings})[TOWN]["indicator/改厕数量"]

    assert cells() == [{"float": 260.0}] == cells(year="2021") and cells(year="2020") == []
    assert cells(status="planned", year="2022") == [{"float": 300.0}]
    assert len(cells(status="any")) == 2 and len(cells(status="any", limit="1")) == 1
    assert cells(form="text") == [{"str": "260户"}]
    assert "完成改厕260户" in cells(form="evidence")[0]["str"]


def test_data_of_concepts(service: TestClient) -> None:
    toilet = extended(service, ["programme/厕所革命"], "servesStrategy", "places", "numberOfPlaces", "englishName")
    row = toilet["programme/厕所革命"]
    assert {"id": "strategy/乡村振兴战略", "name": "乡村振兴战略"} in row["servesStrategy"]
    assert row["places"] == [{"id": TOWN, "name": "县溪镇"}] and row["numberOfPlaces"] == [{"int": 1}]
    assert row["englishName"] == [{"str": "Toilet revolution"}]


def test_a_column_is_whole_or_refused(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = len(extended(service, [TOWN], "implements", "follows")[TOWN]["implements"])
    monkeypatch.setattr(extend, "ROWS", whole - 1)
    query = json.dumps({"ids": [TOWN], "properties": [{"id": "implements"}]})
    assert service.post("/reconcile", data={"extend": query}).status_code == 413


# what is not part of an answer


def test_text_of_the_graph_is_never_markup(service: TestClient) -> None:
    id = "provisional/programme/evil"
    assert found(service, EVIL)[0]["name"] == EVIL
    page = service.get("/reconcile/preview", params={"id": id})
    flyout = service.get("/reconcile/flyout/entity", params={"id": id}).json()["html"]
    for text in (page.text, flyout):
        assert "<script" not in text and "&lt;script&gt;" in text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style and style[1]


def test_every_origin_may_ask(service: TestClient) -> None:
    for at in (
        "",
        "/",
        "/suggest/entity?prefix=a",
        "/flyout/type?id=Place",
        "/properties",
        "/preview?id=x",
        "/feature",
    ):
        answer = service.get(f"/reconcile{at}", headers={"Origin": "https://example.org"})
        assert answer.headers["access-control-allow-origin"] == "*", at
    asking = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    assert service.options("/reconcile", headers=asking).status_code == 200
    assert service.options("/reconcile").status_code == 204


def test_jsonp(service: TestClient) -> None:
    answer = service.get("/reconcile", params={"query": "县溪镇", "callback": "jQuery_1.done"})
    assert answer.headers["content-type"].startswith("text/javascript")
    script = re.fullmatch(r"/\*\*/jQuery_1\.done\((.*)\);", answer.text)
    assert script and json.loads(script[1])["result"][0]["id"] == TOWN
    assert service.get("/reconcile", params={"callback": "alert(1);x"}).status_code == 400


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [
        ("queries", "{", 400),
        ("queries", "[]", 400),
        ("queries", '{"q": []}', 400),
        ("queries", '{"q": {}}', 400),
        ("queries", '{"q": {"properties": []}}', 400),
        ("queries", '{"q": {"query": "a", "props": []}}', 400),
        ("queries", '{"q": {"query": 1}}', 400),
        ("queries", '{"q": {"query": "a", "limit": 0}}', 400),
        ("queries", '{"q": {"query": "a", "limit": NaN}}', 400),
        ("queries", '{"q": {"query": "a", "type": [1]}}', 400),
        ("queries", '{"q": {"query": "a", "properties": [{"pid": "county"}]}}', 400),
        ("queries", '{"q": {"query": "a", "properties": [{"pid": "county", "v": {"name": "b"}}]}}', 400),
        ("queries", '{"q": {"query": "\\ud800"}}', 400),
        ("queries", "[" * 100_000, 400),
        ("queries", '{"q": {"query": "a", "limit": ' + "9" * 5000 + "}}", 400),
        ("queries", json.dumps({str(n): {"query": "a"} for n in range(asked.BATCH + 1)}), 413),
        ("extend", '{"ids": []}', 400),
        ("extend", '{"ids": [1], "properties": []}', 400),
        ("extend", '{"ids": [], "properties": [{}]}', 400),
        ("extend", '{"ids": [], "properties": [{"id": "nothing"}]}', 400),
        ("extend", '{"ids": ["a"], "properties": [{"id": "level", "settings": {"limit": "x"}}]}', 400),
        ("extend", json.dumps({"ids": ["a"] * (asked.IDS + 1), "properties": []}), 413),
        ("other", "{}", 400),
    ],
)
def test_what_is_malformed_is_refused_with_a_reason(service: TestClient, field: str, text: str, status: int) -> None:
    answer = service.post("/reconcile", data={field: text})
    assert answer.status_code == status == answer.json()["code"], answer.text
    assert answer.json()["message"] and answer.json()["status"] == "error"


def test_bodies_are_forms_of_a_size(service: TestClient) -> None:
    assert service.post("/reconcile", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    assert service.post("/reconcile", content=b"queries=%ff", headers=FORM).status_code == 400
    assert service.post("/reconcile", content=b"queries=\xff", headers=FORM).status_code == 400
    assert service.post("/reconcile", content=b"a" * (BODY + 1), headers=FORM).status_code == 413
    assert service.post("/reconcile", content=b"a&" * 1000, headers=FORM).status_code == 400
    assert service.post("/reconcile").status_code == 400
    assert service.delete("/reconcile").status_code == 405
    assert service.get("/reconcile", headers={"Host": "a b"}).status_code == 400


def test_long_cells_match_nothing_and_disturb_no_other(service: TestClient) -> None:
    answer = results(service, long={"query": "县" * 5000}, short={"query": "县溪镇"})
    assert answer["long"]["result"] == [] and sure(answer["short"]["result"]) == [TOWN]


def test_too_many_at_once_are_told_to_come_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WAITING", 0)
    with client(path) as service:
        answer = service.get("/reconcile", params={"query": "县溪镇"})
    assert answer.status_code == 503 and answer.headers["retry-after"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["query", "type", "limit", "properties", "type_strict", "ids", "pid", "v", "id", "settings"])
shapes = st.dictionaries(st.text(max_size=3), st.dictionaries(fields, values, max_size=4) | values, max_size=3)


@given(st.sampled_from(["queries", "query", "extend"]), shapes | st.dictionaries(fields, values, max_size=4))
def test_whatever_json_is_sent_the_answer_is_valid_or_a_refusal(service: TestClient, field: str, data: Any) -> None:
    answer = service.post("/reconcile", content=urlencode({field: json.dumps(data)}), headers=FORM)
    assert answer.status_code in (200, 400, 413), answer.text
    if answer.status_code == 200 and field == "queries":
        valid("reconciliation-result-batch", answer.json())
    if answer.status_code == 200 and field == "extend":
        valid("data-extension-response", answer.json())


@given(st.text(max_size=30), st.sampled_from(["/suggest/entity", "/suggest/property", "/suggest/type", "/preview"]))
def test_whatever_text_is_sent_the_answer_is_one_of_ours(service: TestClient, text: str, at: str) -> None:
    for name in ("prefix", "id", "cursor", "callback", "type"):
        params = {"prefix": "a", "id": TOWN, name: text}
        query = urlencode({key: value.encode("utf-8", "replace") for key, value in params.items()})
        assert service.get(f"/reconcile{at}?{query}").status_code in (200, 400, 404)


@settings(max_examples=20)
@given(st.text(alphabet="湖南省怀化市通道侗族自治县溪镇（）() ,·“”-/岳阳乡鎮x1\n", max_size=24))
def test_any_cell_has_at_most_one_sure_candidate(service: TestClient, cell: str) -> None:
    candidates = found(service, cell if cell.strip() else "-", type="Place")
    assert len(sure(candidates)) <= 1


def test_the_service_goes_over_to_another_graph(path: Path, tmp_path: Path) -> None:
    with Store.open_for_writing(tmp_path / "empty") as empty:
        reconciler = Reconciler(empty)
        assert reconciler.suggest("entity", "恭城村")["result"] == []
        assert reconciler.suggest("entity", "厕所革命")["result"]  # of the package's schemes
        with Store.open_for_reading(path) as opened:
            reconciler.use(opened)
            assert reconciler.suggest("entity", "恭城村")["result"]


# as OpenRefine asks


def test_the_requests_of_openrefine_in_their_order(service: TestClient) -> None:
    manifest = service.get("/reconcile").json()
    cells = ["县溪镇", "均坪镇", "郭镇乡"]
    guess = results(service, **{f"q{n}": {"query": cell, "limit": 3} for n, cell in enumerate(cells)})
    types = [candidate["type"][0]["id"] for one in guess.values() for candidate in one["result"]]
    assert max(types, key=types.count) == "township"
    queries = {
        f"q{n}": {
            "query": cell,
            "type": "township",
            "type_strict": "should",
            "properties": [{"pid": "county", "v": county}],
        }
        for n, (cell, county) in enumerate(zip(cells, ["通道", "溆浦县", "岳阳楼区"], strict=True))
    }
    ids = [sure(one["result"])[0] for one in results(service, **queries).values()]
    assert ids[0] == TOWN
    at = manifest["extend"]["propose_properties"]
    proposals = service.get(at["service_url"] + at["service_path"], params={"type": "township", "limit": "10"}).json()
    columns = [row["id"] for row in proposals["properties"]][:3]
    rows = extended(service, ids, *columns, {"id": "indicator/改厕数量", "settings": {"limit": "1"}})
    assert [*rows] == ids and all(len(row) == 4 for row in rows.values())
    for id in ids:
        assert service.get(manifest["preview"]["url"].replace("{{id}}", quote(id, safe=""))).status_code == 200
    entity = manifest["suggest"]["entity"]
    assert service.get(entity["service_url"] + entity["service_path"], params={"prefix": "郭镇"}).json()["result"]
