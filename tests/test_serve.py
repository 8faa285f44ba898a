"""The endpoint: SPARQL 1.1 Protocol, Graph Store Protocol for reading, service description, and what HTTP asks.

Cases that bear a name of the W3C's manifests ask what the manifest asks; `python -m tests.w3c_protocol` runs the
manifests themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import requests
from rdflib import RDF, Graph, URIRef

from kg.graph.namespaces import SD
from kg.serve import media
from tests.serving import DOCUMENT, LINES, ONE, THREE, TWO, G, Server, quads, store

TYPE = "application/sparql-query"
UPDATE = "application/sparql-update"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = store(tmp_path_factory.mktemp("serve") / "store", quads())
    with Server(path, "--workers", "2", "--rows", str(LINES + 10)) as running:
        yield running


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def asked(graph: str) -> str:
    return f"<{graph}> a ?type ."


def over(default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> str:
    return urlencode(
        [*(("default-graph-uri", graph) for graph in default), *(("named-graph-uri", graph) for graph in named)]
    )


DEFAULTS = over((ONE, TWO))
NAMED = over(named=(ONE, TWO))
BOTH_DEFAULT = f"ASK {{ {asked(ONE)} {asked(TWO)} }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g {{ {asked(ONE)} }} GRAPH ?h {{ {asked(TWO)} }} }}"
UNTOLD = {"application/json", "application/xml", "application/x-turtle"}  # types that say no RDF format to the engine
FORM = "application/x-www-form-urlencoded"

TRUE = {  # name in the manifest → method, path after /sparql, content type, body; the answer is true
    "query_post_form": ("POST", f"?{over((f'{G}none',))}", FORM, form(query="ASK {}")),
    "query_dataset_default_graphs_get": ("GET", f"?query={quote(BOTH_DEFAULT)}&{DEFAULTS}", None, b""),
    "query_dataset_default_graphs_post": ("POST", f"?{DEFAULTS}", TYPE, BOTH_DEFAULT.encode()),
    "query_dataset_named_graphs_post": ("POST", f"?{NAMED}", TYPE, BOTH_NAMED.encode()),
    "query_dataset_named_graphs_get": ("GET", f"?query={quote(BOTH_NAMED)}&{NAMED}", None, b""),
    "query_dataset_full": (
        "POST", f"?{over((THREE,), (ONE, TWO))}", TYPE,
        f"ASK {{ {asked(THREE)} GRAPH ?g {{ {asked(ONE)} }} GRAPH ?h {{ {asked(TWO)} }} }}".encode(),
    ),
    "query_multiple_dataset": ("POST", f"?{NAMED}", TYPE, BOTH_NAMED.replace("ASK", f"ASK FROM <{THREE}>").encode()),
    "query_get": ("GET", f"?query=ASK%20%7B%7D&{over((f'{G}none',))}", None, b""),
    "query_post_direct": ("POST", "", TYPE, b"ASK {}"),
    "the type with its encoding": ("POST", "", f'{TYPE}; charset="UTF-8"', b"ASK {}"),
    "a form holds the data set": ("POST", "", FORM, f"{form(query=BOTH_DEFAULT).decode()}&{DEFAULTS}".encode()),
}  # fmt: skip

REFUSED = {  # name in the manifest → method, path after /sparql, content type, body, status
    "bad_query_method": ("PUT", "?query=ASK%20%7B%7D", FORM, b"", 405),
    "bad_multiple_queries": ("GET", "?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, b"", 400),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", b"ASK {}", 415),
    "bad_query_missing_form_type": ("POST", "", None, form(query="ASK {}"), 415),
    "bad_query_missing_direct_type": ("POST", "", None, b"ASK {}", 415),
    "bad_query_non_utf8": ("POST", "", f"{TYPE}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
    "bad_query_syntax": ("GET", "?query=ASK%20%7B", None, b"", 400),
    "bad_update_get": ("GET", "?update=CLEAR%20ALL", None, b"", 403),
    "bad_multiple_updates": ("POST", "", FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 403),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", b"CLEAR NAMED", 415),
    "bad_update_missing_form_type": ("POST", "", None, b"update=CLEAR%20NAMED", 415),
    "bad_update_non_utf8": ("POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), 415),
    "bad_update_syntax": ("POST", "", FORM, b"update=CLEAR%20XYZ", 403),
    "bad_update_dataset_conflict": ("POST", f"?using-named-graph-uri={quote(ONE)}", UPDATE, b"WITH", 403),
    "an update as query": ("POST", "", TYPE, b"CLEAR ALL", 400),
    "LOAD": ("POST", "", FORM, form(update="LOAD <http://127.0.0.1/>"), 403),
    "a query in body and address": ("POST", "?query=ASK%20%7B%7D", TYPE, b"ASK {}", 400),
    "no query but a graph": ("GET", f"?{DEFAULTS}", None, b"", 400),
    "a form without a query": ("POST", "", FORM, b"", 400),
    "bytes that are no UTF-8": ("POST", "", TYPE, b"ASK { ?s ?p '\xff' }", 400),
    "percent signs that are no UTF-8": ("GET", "?query=ASK%20%7B%FF%7D", None, b"", 400),
    "a data set of no IRI": ("GET", "?query=ASK%20%7B%7D&default-graph-uri=a%20b", None, b"", 400),
    "too many parameters": ("GET", "?" + "a=1&" * 2000, None, b"", 400),
    "too long a query": ("POST", "", TYPE, b"ASK {}" + b" " * (300 << 10), 413),
    "too long a form": ("POST", "", FORM, b"query=" + b"a" * (300 << 10), 413),
    "no such page": ("GET", "/none", None, b"", 404),
}  # fmt: skip


def sent(server: Server, method: str, path: str, kind: str | None, body: bytes) -> requests.Response:
    headers = {"Content-Type": kind} if kind else {}
    return server.http.request(method, f"{server.address}/sparql{path}", data=body or None, headers=headers, timeout=60)


@pytest.mark.parametrize("name", TRUE)
def test_queries_in_all_forms(server: Server, name: str) -> None:
    answer = sent(server, *TRUE[name])
    assert answer.status_code == 200 and answer.json()["boolean"] is True


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_in_plain_text(server: Server, name: str) -> None:
    method, path, kind, body, status = REFUSED[name]
    answer = sent(server, method, path, kind, body)
    assert answer.status_code == status and answer.headers["content-type"].startswith("text/plain")
    assert 5 < len(answer.text) < 300
    assert server.ask("ASK {}").json()["boolean"] is True


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        (BOTH_DEFAULT, True),
        (f"ASK FROM <{ONE}> {{ {asked(ONE)} }}", True),
        (f"ASK FROM <{ONE}> {{ {asked(TWO)} }}", False),
        (f"ASK\n# a comment\nfrom<{ONE}> {{ {asked(TWO)} }}", False),
        (f"PREFIX g: <{G}> ASK FROM g:one {{ {asked(TWO)} }}", False),
        (f"ASK FROM NAMED <{ONE}> {{ {asked(TWO)} }}", False),
        (f"ASK FROM NAMED <{ONE}> {{ GRAPH ?g {{ {asked(ONE)} }} }}", True),
        (f"ASK {{ {asked(TWO)} FILTER('FROM <x>' != ?type) }} # FROM <{ONE}>", True),
        (f"PREFIX from: <{G}> ASK {{ from:two a ?from . OPTIONAL {{ ?from from:from 'x'@from }} }}", True),
    ],
)
def test_the_default_graph_is_all_of_them_but_where_the_query_says(server: Server, query: str, truth: bool) -> None:
    assert server.ask(query).json()["boolean"] is truth


@pytest.mark.parametrize(
    ("default", "named", "found"), [((ONE,), (), "1 0"), ((), (ONE,), "0 1"), ((ONE,), (TWO, THREE), "1 2")]
)
def test_a_data_set_of_the_protocol_is_all_there_is(
    server: Server, default: tuple[str, ...], named: tuple[str, ...], found: str
) -> None:
    query = (
        "SELECT (COUNT(DISTINCT ?s) AS ?d) (COUNT(DISTINCT ?g) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?a ?b ?c } } }"
    )
    answer = sent(server, "POST", f"?{over(default, named)}", TYPE, query.encode())
    (row,) = answer.json()["results"]["bindings"]
    assert f"{row['d']['value']} {row['n']['value']}" == found


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/*;q=0.5, application/sparql-results+xml;q=0.4", "text/csv; charset=utf-8"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_query_content_type_select_and_ask(server: Server, accept: str, kind: str) -> None:
    for query in ("SELECT (1 AS ?value) {}", "ASK {}"):
        answer = server.ask(query, accept)
        assert answer.status_code == 200 and answer.headers["content-type"] == kind
        assert b"1" in answer.content or b"true" in answer.content


@pytest.mark.parametrize("kind", sorted({*media.GRAPHS} - UNTOLD))
def test_query_content_type_construct_and_describe(server: Server, kind: str) -> None:
    for query in (f"CONSTRUCT {{ <s> <{G}p> 1 }} {{}}", f"DESCRIBE <{ONE}>"):
        answer = server.ask(query, kind)
        assert answer.status_code == 200 and answer.headers["content-type"].partition(";")[0] == kind
        format = ox.RdfFormat.from_media_type({"text/plain": "application/n-triples"}.get(kind, kind))
        assert format and len(list(ox.parse(answer.content, format))) == 1
    assert server.ask("CONSTRUCT { <s> <p> 1 } {}", "").headers["content-type"] == "text/turtle; charset=utf-8"
    relative = server.ask("CONSTRUCT { <s> <p> 1 } {}", "application/n-triples").text
    assert relative.startswith(f"<{server.address}/s> <{server.address}/p>")


@pytest.mark.parametrize(
    ("query", "accept"),
    [("ASK {}", "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"), ("ASK {}", "image/png")],
)
def test_what_cannot_be_written_as_wanted_is_406(server: Server, query: str, accept: str) -> None:
    answer = server.ask(query, accept)
    assert answer.status_code == 406 and "accept one of them" in answer.text


@pytest.mark.parametrize("kind", ["text/turtle", "application/rdf+xml", "application/n-triples"])
def test_service_description(server: Server, kind: str) -> None:
    """returns-rdf, has-endpoint-triple, conforms-to-schema."""
    answer = server.get("/sparql", headers={"Accept": kind})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    graph = Graph().parse(data=answer.content, format=kind)
    (service,) = graph.subjects(RDF.type, URIRef(SD.Service))
    assert [str(found) for found in graph.objects(service, URIRef(SD.endpoint))] == [f"{server.address}/sparql"]
    (dataset,) = graph.objects(service, URIRef(SD.defaultDataset))
    assert (dataset, RDF.type, URIRef(SD.Dataset)) in graph
    assert URIRef(SD.UnionDefaultGraph) in set(graph.objects(service, URIRef(SD.feature)))


def test_graph_store(server: Server) -> None:
    """put_get, head_existing, head_non_existing and get of a default graph, of what is there."""
    turtle = {"Accept": "text/turtle", "Accept-Encoding": "identity"}
    expected = Graph().add((URIRef(ONE), RDF.type, URIRef(DOCUMENT)))
    for path in (f"/store?graph={quote(ONE, safe='')}", f"/store?graph={ONE}"):
        answer = server.get(path, headers=turtle)
        assert answer.status_code == 200 and answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert Graph().parse(data=answer.content, format="turtle").isomorphic(expected)
        head = server.http.head(server.address + path, headers=turtle, timeout=60)
        assert head.status_code == 200 and head.content == b"" and head.headers["etag"] == answer.headers["etag"]
    assert server.get(f"/store?graph={G}none").status_code == 404
    assert server.http.head(f"{server.address}/store?graph={G}none", timeout=60).status_code == 404
    everything = server.get("/store?default", headers={"Accept": "application/n-triples"})
    assert everything.text.count("\n") == LINES + 4
    for bad in ("", "?graph=", "?graph=a%20b", "?default&graph=http://x/", "?other"):
        assert server.get(f"/store{bad}").status_code == 400, bad
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert server.http.request(method, f"{server.address}/store?default", timeout=60).status_code == 405


def test_graphs_have_addresses_of_their_own(tmp_path: Path) -> None:
    path = store(tmp_path / "store", '<http://x/s> <http://x/p> "1" <https://data.example.org/store/a%20b/c.ttl> .\n')
    with Server(path, "--workers", "1", "--public", "https://data.example.org/") as server:
        assert server.get("/store/a%20b/c.ttl").status_code == 200
        assert server.get("/store/a/c.ttl").status_code == 404
        assert "<https://data.example.org/sparql>" in server.get("/sparql").text


def test_another_engine_joins_us_by_service(server: Server) -> None:
    elsewhere = ox.Store()
    elsewhere.add(ox.Quad(ox.NamedNode(f"{G}s7"), ox.NamedNode(f"{G}q"), ox.Literal("theirs")))
    query = f"SELECT ?their ?our {{ ?s <{G}q> ?their SERVICE <{server.address}/sparql> {{ ?s <{G}p> ?our }} }}"
    ((their, our),) = elsewhere.query(query)  # type: ignore[misc]
    assert their.value == "theirs" and our.value.startswith("第7句")
