"""Names are matched beside the endpoint by the same server, and after SIGHUP from the store as it is then."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.oxigraph import Engine
from tests import serving

BASE = "https://data.example.org/kg/"
LINE = (
    "<{0}programme/{1}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<https://w3id.org/township-kg/ontology#Programme> <{0}graph/x> .\n"
    '<{0}programme/{1}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{1}"@zh <{0}graph/x> .\n'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return serving.store(tmp_path / "store", LINE.format(BASE, "云上村务"))


@pytest.fixture
def server(path: Path) -> Iterator[serving.Server]:
    with serving.Server(path, "--base", BASE, "--public", "https://data.example.org") as running:
        yield running


def best(server: serving.Server, name: str, type: str) -> dict[str, Any]:
    asked = json.dumps({"a": {"query": name, "type": type}})
    found = server.http.post(f"{server.address}/reconcile", data={"queries": asked}, timeout=60).json()["a"]["result"]
    return dict(found[0]) if found else {}


def test_the_service_stands_beside_the_endpoint(server: serving.Server) -> None:
    manifest = server.get("/reconcile", headers={"Origin": "https://elsewhere.example"})
    assert manifest.headers["Access-Control-Allow-Origin"] == "*"
    assert manifest.json()["identifierSpace"] == BASE
    assert manifest.json()["documentation"] == "https://data.example.org/reconcile/feature"
    place = best(server, "县溪镇（通道县）", "township")
    assert (place["id"], place["match"]) == ("place/431230/县溪镇", True)
    assert best(server, "云上村务", "Programme")["match"] is True
    assert server.ask("ASK {}").json()["boolean"] is True


def test_a_rebuilt_store_is_matched_too(path: Path, server: serving.Server) -> None:
    assert not best(server, "云上党课", "Programme").get("match")
    engine = Engine(path)
    engine.bulk_load(LINE.format(BASE, "云上党课").encode())
    engine.flush()
    engine.close()
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 30
    while not best(server, "云上党课", "Programme").get("match"):
        assert time.monotonic() < end
        time.sleep(0.1)
