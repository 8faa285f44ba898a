"""Whole reports and the graphs they must become: ``tests/cases/{name}/report.txt`` and ``graph.nt``.

After a change that is meant, ``python -m tests.test_cases`` writes the graphs anew; read the difference first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import pipeline
from kg.graph.mapping import mapped
from kg.text import read

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/report.txt"))
PASSING = ("wasGeneratedBy", "tripleCount", "contentHash")  # what changes with every version


def _graph(case: Path) -> str:
    """The report's graph as sorted N-Triples, without what changes from version to version."""
    source = read.source(read.Input(f"{case.name}/report.txt", "report.txt", "report.txt", path=case / "report.txt"))
    quads = mapped(pipeline.read(source), run="any")
    tail = f" <{quads.graph}> .\n"
    lines = [line.removesuffix(tail) + " ." for line in quads.quads.decode().splitlines(keepends=True)]
    return "\n".join(sorted(line for line in lines if not any(word in line for word in PASSING))) + "\n"


def test_no_case_is_missing() -> None:
    assert [case.name for case in CASES] == ["masked", "plain", "traditional", "villages", "webpage"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_graph(case: Path) -> None:
    assert _graph(case) == (case / "graph.nt").read_text("utf-8"), (
        "run python -m tests.test_cases and read the difference"
    )


if __name__ == "__main__":
    for case in CASES:
        (case / "graph.nt").write_text(_graph(case), "utf-8")
