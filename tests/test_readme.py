"""What the README says is executed: every command of its tour, and its first command in a fresh copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh[ \w]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = BLOCK.findall(README)
COMMANDS = [line for fence, block in BLOCKS if fence == "sh" for line in block.splitlines()]
LEFT_OUT = {".git", ".venv", "venv", "dist", "build", "store", "out", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, without what commands leave behind."""
    copy = tmp_path_factory.mktemp("readme") / "township-kg"
    shutil.copytree(ROOT, copy, ignore=lambda _, names: LEFT_OUT & set(names))
    return copy


def _run(command: str, folder: Path, **more: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))} | more
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def test_the_readme_has_its_two_commands_and_a_tour() -> None:
    assert [fence for fence, _ in BLOCKS].count("sh test") == 1
    assert COMMANDS[0].startswith("python3 -m venv .venv && ") and len(COMMANDS) >= 18


def test_the_chinese_readme_has_the_same_commands() -> None:
    assert BLOCK.findall((ROOT / "docs" / "README.zh.md").read_text("utf-8")) == BLOCKS


def test_the_first_command_answers_a_question_from_nothing(checkout: Path) -> None:
    answer = _run(COMMANDS[0], checkout, PIP_DISABLE_PIP_VERSION_CHECK="1")
    assert "厕所革命" in answer and "云翎镇" in answer and "412" in answer


def test_the_tour_works(checkout: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in COMMANDS[1:]:
        said = _run(command, checkout, PATH=path)
        assert said or " -o " in command, f"{command} says nothing"
    assert all(
        (checkout / "out" / name).stat().st_size > 1000 for name in ("graph.nq.gz", "network.gexf", "outcomes.xlsx")
    )


def test_the_figures_are_those_of_the_floors() -> None:
    """The table of the README quotes what the gold tests hold on to."""
    import json

    floors = json.loads((ROOT / "tests" / "gold" / "floors.json").read_text("utf-8"))
    keys = {"outcomes found, F1": "f1", "whole facts right": "whole_fact", "tie to the programme": "programme"}
    for row, path in ((row, ("outcomes", key)) for row, key in keys.items()):
        quoted = re.search(rf"^\| {re.escape(row)} \| ([\d.]+) \| ([\d.]+) \| [\d.]+ \|$", README, re.MULTILINE)
        assert quoted, row
        for said, name in zip(quoted.groups(), ("seeds", "more"), strict=True):
            assert float(said) <= floors[name][path[0]][path[1]] + 0.0005
