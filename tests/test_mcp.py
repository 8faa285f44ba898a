"""kg mcp: an assistant finds names, numbers with their sentences, and the limits of queries."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from kg import resources
from kg.cli import main
from kg.graph.namespaces import SCHEMA

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
Talk = Callable[[Client], Awaitable[None]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("mcp") / "store"
    done = CliRunner().invoke(main, ["build", str(resources.data("samples")), "--store", str(store)])
    assert done.exit_code == 0, done.output
    return store


def talk(path: Path, what: Talk) -> None:
    """Talk to `kg mcp` as an assistant does; nothing of it is left afterwards."""
    call = [sys.executable, "-m", "kg", "mcp", "--store", str(path), "--timeout", "4"]
    server = StdioServerParameters(command=call[0], args=call[1:], env=dict(os.environ))

    async def conversation() -> None:
        async with Client(server) as client:
            await what(client)

    asyncio.run(conversation())
    end = time.monotonic() + 10
    while [child for child in psutil.Process().children(recursive=True) if str(path) in child.cmdline()]:
        assert time.monotonic() < end
        time.sleep(0.05)


async def said(client: Client, tool: str, *, wrong: bool = False, **arguments: str) -> str:
    answer: Any = await client.call_tool(tool, arguments)
    assert bool(answer.is_error) is wrong, answer
    return "\n".join(part.text for part in answer.content)


def test_names_numbers_and_sentences(path: Path) -> None:
    async def what(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == {
            *("search", "facts", "texts", "sparql", "examples")
        }
        found = await said(client, "search", text="厕所革命")
        assert "厕所革命" in found and "https://w3id.org/township-kg/" in found
        table = await said(client, "facts", about="indicator", name="户")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert rows and all(row["evidence"] and row["source"].endswith(".txt") for row in rows)
        report = rows[0]["source"]
        assert rows[0]["evidence"] in await said(client, "facts", about="report", name=report)
        assert "indicator" in await said(client, "facts", about="place", name="没有这个镇")

    talk(path, what)


def test_lines_of_texts(path: Path) -> None:
    async def what(client: Client) -> None:
        answer: Any = await client.call_tool("texts", {"words": "厕所革命 改厕"})
        found = answer.structured_content["result"]
        assert any("“廁所革命”成果" in line["text"] for line in found)  # traditional script is found too
        (line,) = [line for line in found if line["iri"].endswith("/xitang-2021.txt")]
        rows = await said(client, "sparql", query=f"SELECT ?text {{ <{line['iri']}> <{SCHEMA.text}> ?text }}")
        text = rows.splitlines()[1].strip('"').replace("\\n", "\n")
        assert "厕所革命" in line["text"] and text[line["start"] :].startswith(line["text"])
        assert await said(client, "texts", words="没有这样的一句话") == ""

    talk(path, what)


def test_queries_and_their_limits(path: Path) -> None:
    async def what(client: Client) -> None:
        listed = await said(client, "examples")
        assert "programme-numbers: " in listed
        text = await said(client, "examples", name="reports")
        assert "SELECT" in text and ".txt" in await said(client, "sparql", query=text)
        assert "ask for the list" in await said(client, "examples", name="../../secret", wrong=True)
        assert "line 1" in await said(client, "sparql", query="SELECT {", wrong=True)
        assert "more than 4 seconds" in await said(client, "sparql", query=CROSS, wrong=True)
        many = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000"
        assert "more than 1,000 rows" in await said(client, "sparql", query=many, wrong=True)
        service = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
        assert "SERVICE is off" in await said(client, "sparql", query=service, wrong=True)
        assert "true" in await said(client, "sparql", query="ASK { ?s ?p ?o }")

    talk(path, what)


def test_without_the_extra_it_says_what_to_install(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "kg.serve.assistants", raising=False)
    done = CliRunner().invoke(main, ["mcp", "--store", str(path)])
    assert done.exit_code == 2 and "pip install 'township-kg[mcp]'" in done.output
