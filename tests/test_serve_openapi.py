"""The OpenAPI description and the server say the same, whatever is asked: schemathesis invents the requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, not_a_server_error

from kg import resources
from kg.serve import media
from tests.serving import Server, quads, store

TOKEN = "correct-horse-battery"
DESCRIPTION: dict[str, Any] = json.loads(resources.data("openapi.json").read_text("utf-8"))
schema = schemathesis.openapi.from_dict(DESCRIPTION)
BEYOND: list[Any] = [CHECKS.get_one("positive_data_acceptance")]  # a schema knows neither SPARQL's grammar nor IRIs


@schemathesis.serializer("application/sparql-query", "application/sparql-update")
def _as_it_is(context: object, value: object) -> bytes:
    return str(value).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("openapi")
    token = folder / "token"
    token.write_text(TOKEN)
    path: Path = store(folder / "store", quads())
    with Server(path, "--workers", "2", "--quiet", "--token-file", str(token)) as running:
        yield running


@schema.parametrize()
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case[Any], server: Server) -> None:
    case.call_and_validate(base_url=server.address, timeout=60, excluded_checks=BEYOND)


@schema.include(path="/sparql", method="POST").parametrize()
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
def test_updates_are_refused_or_done(case: schemathesis.Case[Any], server: Server) -> None:
    answer = case.call(base_url=server.address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
    case.validate_response(answer, checks=[not_a_server_error])


def test_the_description_is_served_and_names_every_format(server: Server) -> None:
    assert server.get("/openapi.json").json() == DESCRIPTION
    responses = DESCRIPTION["components"]["responses"]
    assert set(responses["Answer"]["content"]) == {*media.ROWS, *media.GRAPHS}
    assert set(responses["Graph"]["content"]) == {*media.GRAPHS}
