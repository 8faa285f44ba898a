"""What the tests of the reconciliation service share: a graph, a client, and the schemas of the specification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kg.build import build
from kg.graph import iris
from kg.graph.store import Store
from kg.serve.reconcile import Reconciler, routes

SCHEMAS = Path(__file__).parent / "data" / "reconciliation"
EVIL = "<script>alert(1)</script>\"'&行动"
REPORT = """县溪镇2021年工作总结
一、2021年工作回顾
一年来，在通道侗族自治县县委、县政府的坚强领导下，全镇落实乡村振兴战略，深入推进“厕所革命”，完成改厕260户，
其中恭城村65户，发放补贴12.5万元。开展安全生产检查36次。
二、2022年工作计划
全面落实河长制，计划改厕300户。
"""
_GRAPH = "<https://w3id.org/township-kg/graph/provisional> .\n"


def store(folder: Path) -> Path:
    """A store of one report, with a programme whose name is markup."""
    county = folder / "湖南省" / "怀化市" / "通道县"
    county.mkdir(parents=True)
    (county / "1.txt").write_text(REPORT, "utf-8")
    build([folder / "湖南省"], folder / "store")
    tkg, skos = "https://w3id.org/township-kg/ontology#", "http://www.w3.org/2004/02/skos/core#"
    subject = "<https://w3id.org/township-kg/provisional/programme/evil>"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    name = json.dumps(EVIL, ensure_ascii=False)
    triples = (f"{kind} <{tkg}Programme>", f"<{skos}prefLabel> {name}@zh", f"<{skos}definition> {name}@zh")
    with Store.open_for_writing(folder / "store") as opened:
        opened.add("".join(f"{subject} {triple} {_GRAPH}" for triple in triples))
    return folder / "store"


@contextmanager
def client(path: Path, *, base: str = iris.BASE, **options: str) -> Iterator[TestClient]:
    """A client of the service over the store at `path`; the options are those of `routes`."""
    with Store.open_for_reading(path) as opened:
        yield TestClient(Starlette(routes=routes(Reconciler(opened, base), **options)))


@cache
def schema(version: str, name: str) -> Draft7Validator:
    """The validator of one of the specification's schemas."""
    contents = {path.stem: json.loads(path.read_text()) for path in (SCHEMAS / version).glob("*.json")}
    resources = [(content["$id"], DRAFT7.create_resource(content)) for content in contents.values()]
    return Draft7Validator(contents[name], registry=Registry().with_resources(resources))


def valid(name: str, data: Any, versions: tuple[str, ...] = ("0.1", "0.2")) -> Any:
    """The data, once it is found valid."""
    for version in versions:
        schema(version, name).validate(data)
    return data
