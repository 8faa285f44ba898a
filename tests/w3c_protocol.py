"""Runs the W3C's tests of the SPARQL 1.1 Protocol, Graph Store Protocol and Service Description against `kg serve`.

    python -m tests.w3c_protocol [FOLDER] [--save]

FOLDER is sparql/sparql11 of a checkout of https://github.com/w3c/rdf-tests; without it, what was saved of its manifests
in tests/data/w3c-protocols.json: of every test the requests and what must come of them, no more. The tests of the
protocol run twice: on a read-only server all but those of updates that must succeed, on one that takes updates all of
them, with its token. What tests of the Graph Store Protocol write before they read is brought into the store by us, the
server then started anew. Every test is named with what became of it.
"""

from __future__ import annotations

import argparse
import email
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import requests
from rdflib import RDF, Graph, Namespace
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from tests.serving import Server

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
CODES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
FORMATS = {
    "boolean": ("sparql-results+json", "sparql-results+xml"),
    "tabular": ("sparql-results+json", "sparql-results+xml", "text/csv", "text/tab-separated-values"),
    "RDF": ("text/turtle", "rdf+xml", "n-triples", "ld+json"),
}
READING = ("GET", "HEAD")
SAVED = Path(__file__).parent / "data/w3c-protocols.json"
SOURCE = "https://github.com/w3c/rdf-tests at ad541a5f, sparql/sparql11: W3C Test Suite License, 3-clause BSD License"
TOKEN = "a token of sixteen and more"


@dataclass
class Step:
    """A request of a test, and what must come of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: list[str]
    boolean: bool | None
    format: str | None
    graph: tuple[str, str] | None  # media type and text of what must be read
    location: bool


@dataclass
class Case:
    """A test of a manifest."""

    name: str
    steps: list[Step] = field(default_factory=list)

    @property
    def updates(self) -> bool:
        """Whether it wants an update to succeed."""
        return self.name.startswith("update_")


@dataclass
class Suite:
    """The tests of both protocols, and the graphs of the first: name → N-Triples."""

    data: dict[str, str]
    protocol: list[Case]
    graph_store: list[Case]


def main() -> int:
    """Run all, print one line for each; 1 where a test fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--save", action="store_true", help="save what the manifests say, and run nothing")
    options = parser.parse_args()
    suite = of_manifests(options.folder.resolve()) if options.folder else saved()
    if options.save:
        content = {"source": SOURCE, **asdict(suite)}
        SAVED.write_text(
            json.dumps(content, ensure_ascii=False, indent=1, default=lambda b: b.decode("latin-1")) + "\n"
        )
        return 0
    failed = passed = 0
    for name, why in everything(suite):
        print(f"{'failed' if why else 'passed'}  {name}  {why}".rstrip())
        failed, passed = failed + bool(why), passed + (not why)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def everything(suite: Suite) -> Iterator[tuple[str, str]]:
    """Each test's name, and what is wrong; empty where it passed."""
    yield from protocol(suite, updates=False)
    yield from protocol(suite, updates=True)
    yield from graph_store(suite)
    yield from description()


def of_manifests(root: Path) -> Suite:
    """What the manifests in a checkout say."""
    manifest = read(root / "protocol" / "manifest.ttl")
    data = {}
    for node in manifest.objects(None, UT.graphData):
        file = root / "protocol" / Path(str(manifest.value(node, UT.graph))).name
        data[str(manifest.value(node, RDFS.label))] = file.read_text("utf-8")
    files = [read(root / "graph-store-protocol" / name) for name in ("manifest-direct.ttl", "manifest-indirect.ttl")]
    stored = [case for file in files for case in cases(file, MF.GraphStoreProtocolTest)]
    return Suite(data, list(cases(manifest, MF.ProtocolTest)), stored)


def saved() -> Suite:
    """What was saved of them."""

    def case(one: Any) -> Case:
        steps = [Step(**{**step, "body": step["body"] and step["body"].encode("latin-1")}) for step in one["steps"]]
        return Case(one["name"], steps)

    said = json.loads(SAVED.read_text("utf-8"))
    return Suite(said["data"], [case(one) for one in said["protocol"]], [case(one) for one in said["graph_store"]])


def protocol(suite: Suite, *, updates: bool) -> Iterator[tuple[str, str]]:
    """The tests of the protocol, on a server that takes updates or one that does not."""
    with tempfile.TemporaryDirectory() as scratch:
        store = ox.Store(f"{scratch}/store")
        for name, triples in suite.data.items():
            store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
        store.flush()
        del store
        Path(scratch, "token").write_text(TOKEN)
        options = ("--token-file", f"{scratch}/token") if updates else ()
        with Server(Path(scratch, "store"), "--workers", "1", "--quiet", *options) as server:
            for case in suite.protocol:
                if updates or not case.updates:
                    why = "; ".join(filter(None, (wrong(step, send(server, step)) for step in case.steps)))
                    yield f"protocol{' with updates' if updates else ''}/{case.name}", why


def graph_store(suite: Suite) -> Iterator[tuple[str, str]]:
    """The tests of the Graph Store Protocol: what they read, after what they write was brought in by us."""
    for case in suite.graph_store:
        with tempfile.TemporaryDirectory() as scratch:
            why = "; ".join(filter(None, _graph_store(case, Path(scratch, "store"))))
        yield f"graph-store/{case.name}", why


def _graph_store(case: Case, path: Path) -> Iterator[str]:
    location = ""
    ox.Store(str(path)).flush()
    for step in case.steps:
        step.path = step.path.replace("$LOCATION$", location).replace("/gsp", "/store").replace("%2Fgsp", "%2Fstore")
        if step.method in READING:
            with Server(path, "--workers", "1", "--quiet") as server:
                yield wrong(step, send(server, step))
        else:
            location = write(ox.Store(str(path)), step)


def write(store: ox.Store, step: Step) -> str:
    """Do what a server that takes writes would do; the name of the graph."""
    query = urlsplit(step.path).query
    given = unquote(query.removeprefix("graph=")) if query.startswith("graph=") else ""
    name = given or ("http://www.example/store/new" if step.path == "/store" else f"http://www.example{step.path}")
    graph: Any = ox.DefaultGraph() if query == "default" else ox.NamedNode(name)
    if step.method in ("PUT", "DELETE"):
        store.clear_graph(graph) if query == "default" else store.remove_graph(graph)
    if step.method != "DELETE":
        for media, text in parts(step):
            store.load(text, format=ox.RdfFormat.from_media_type(media), to_graph=graph, base_iri=name)
    store.flush()
    return name


def parts(step: Step) -> Iterator[tuple[str, bytes]]:
    """Media type and content of what a request brings."""
    kind = next((value for name, value in step.headers.items() if name.lower() == "content-type"), "text/turtle")
    if not kind.startswith("multipart/"):
        yield kind, step.body or b""
        return
    for part in email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + (step.body or b"")).walk():
        if not part.is_multipart():
            yield part.get_content_type(), part.get_payload(decode=True)  # type: ignore[misc]


def description() -> Iterator[tuple[str, str]]:
    """The three tests of the service description, which are told in words."""
    with tempfile.TemporaryDirectory() as scratch:
        ox.Store(f"{scratch}/store").flush()
        with Server(Path(scratch, "store"), "--workers", "1", "--quiet") as server:
            endpoint = f"{server.address}/sparql"
            answer = requests.get(endpoint, timeout=60)
    graph = Graph()
    if answer.ok:
        graph.parse(data=answer.content, format=answer.headers["content-type"].partition(";")[0])
    services = set(graph.subjects(RDF.type, SD.Service))
    checks = {
        "returns-rdf": len(graph) > 0,
        "has-endpoint-triple": any(str(found) == endpoint for found in graph.objects(None, SD.endpoint)),
        "conforms-to-schema": len(services) == 1 and all(conforms(graph, service) for service in services),
    }
    for name, well in checks.items():
        yield f"service-description/{name}", "" if well else "it does not hold"


def conforms(graph: Graph, service: Node) -> bool:
    """What https://www.w3.org/TR/sparql11-service-description/ asks: ranges of what is said, one default dataset."""
    known = {SD.endpoint, SD.supportedLanguage, SD.feature, SD.resultFormat, SD.defaultDataset, RDF.type}
    datasets = list(graph.objects(service, SD.defaultDataset))
    return (
        set(graph.predicates(service)) <= known
        and len(datasets) == 1
        and (datasets[0], RDF.type, SD.Dataset) in graph
        and len(list(graph.objects(datasets[0], SD.defaultGraph))) == 1
    )


def read(file: Path) -> Graph:
    """A manifest."""
    return Graph().parse(file, format="turtle", publicID=file.as_uri())


def cases(manifest: Graph, kind: Node) -> Iterator[Case]:
    """Its tests, in order."""
    for head in manifest.objects(None, MF.entries):
        for test in Collection(manifest, head):
            connection = manifest.value(manifest.value(test, MF.action), HT.requests)
            if (test, RDF.type, kind) in manifest and connection is not None:
                steps = [step(manifest, node) for node in Collection(manifest, connection)]
                yield Case(re.split(r"[#/]", str(test))[-1], steps)


def step(manifest: Graph, node: Node) -> Step:
    """A request of a manifest."""
    answer = manifest.value(node, HT.resp)
    expected = manifest.value(answer, HT.body)
    boolean, format = manifest.value(answer, MF.expectedBoolean), manifest.value(answer, MF.expectedFormat)
    return Step(
        method=str(manifest.value(node, HT.methodName)),
        path=str(manifest.value(node, HT.absolutePath)).replace("/sparql/", "/sparql"),
        headers=headers(manifest, node),
        body=body(manifest, manifest.value(node, HT.body)),
        statuses=[str(status).rpartition("#")[2] for status in manifest.objects(answer, MF.expectedStatus)],
        boolean=None if boolean is None else str(boolean) == "true",
        format=None if format is None else str(format),
        graph=None if expected is None else ("text/turtle", str(manifest.value(expected, CNT.chars))),
        location=manifest.value(answer, MF.expectedLocation) is not None,
    )


def headers(manifest: Graph, node: Node) -> dict[str, str]:
    """The headers of a request."""
    head = manifest.value(node, HT.headers)
    listed = Collection(manifest, head) if head is not None else ()
    return {str(manifest.value(one, HT.fieldName)): str(manifest.value(one, HT.fieldValue)) for one in listed}


def body(manifest: Graph, node: Node | None) -> bytes | None:
    """The body of a request in its encoding."""
    if node is None:
        return None
    return str(manifest.value(node, CNT.chars)).encode(str(manifest.value(node, CNT.characterEncoding) or "UTF-8"))


def send(server: Server, step: Step) -> requests.Response:
    """The answer to a request, which is sent as it is written."""
    request = requests.Request(
        step.method,
        server.address,
        headers={"Host": "www.example", "Authorization": f"Bearer {TOKEN}", **step.headers},
        data=step.body,
    )
    prepared = request.prepare()
    prepared.url = server.address + step.path  # `requests` would decode what need not be encoded
    return server.http.send(prepared, timeout=60)


def wrong(step: Step, answer: requests.Response) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if not any(fits(status, answer.status_code) for status in step.statuses):
        return f"{step.method} {step.path}: status {answer.status_code}, not {' or '.join(step.statuses)}"
    kind = answer.headers.get("content-type", "")
    if step.format and not any(media in kind for media in FORMATS[step.format]):
        return f"{kind} is not {step.format}"
    if step.boolean is not None and answer.json()["boolean"] is not step.boolean:
        return f"answer {not step.boolean}"
    if step.graph is not None and step.method == "GET":
        found = Graph().parse(data=answer.content, format=kind.partition(";")[0])
        if not isomorphic(found, Graph().parse(data=step.graph[1], format=step.graph[0])):
            return "another graph"
    return ""


def fits(status: str, code: int) -> bool:
    """Whether a code is a status as manifests name it."""
    if found := re.fullmatch(r"StatusCode(\d)xx", status):
        return code // 100 == int(found[1])
    return code == CODES[status]


if __name__ == "__main__":
    sys.exit(main())
