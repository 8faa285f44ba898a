"""The readings against the gold: what was reached once may not be lost again.

The floors stand in ``tests/gold/floors.json``; raise them when a figure rises for good, never lower them. The number
of gold outcomes is part of the floors, so that no case can go missing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.cli import main

FLOORS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "gold" / "floors.json").read_text("utf-8"))
QUERIES = ("reports", "outcomes", "concepts")


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.fixture(scope="module", params=sorted(FLOORS))
def scored(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any]]:
    """The name of a gold set and its figures, by the same steps a user would take."""
    name = request.param
    work = tmp_path_factory.mktemp(name)
    _run("build", str(shared / name), "--store", str(work / "store"), "--quiet")
    for query in QUERIES:
        answer = _run("query", query, "--store", str(work / "store"), "--format", "json")
        (work / f"{query}.json").write_text(answer, "utf-8")
    score = [
        sys.executable,
        shared / "annotation" / "score.py",
        shared / name,
        shared / "annotation" / name,
        work,
        "--json",
    ]
    figures = json.loads(subprocess.run(score, check=True, capture_output=True, text=True).stdout)
    return name, figures


def _flat(figures: dict[str, Any], prefix: str = "") -> dict[str, float]:
    found: dict[str, float] = {}
    for key, value in figures.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return found


@pytest.mark.gold
@pytest.mark.shared
def test_figures_reach_their_floors(scored: tuple[str, dict[str, Any]]) -> None:
    name, figures = scored
    reached, floors = _flat(figures), _flat(FLOORS[name])
    assert reached["documents"] == floors["documents"] and reached["outcomes.gold"] == floors["outcomes.gold"]
    short = {
        key: (reached[key], floor) for key, floor in floors.items() if floor is not None and (reached[key] or 0) < floor
    }
    assert not short, f"below the floor (reached, floor): {short}"
