"""How long each tool takes for the same texts.

Every round of every tool runs in a child process that is forked from this one and reads other texts first, so that no
tool is timed while it loads, and none can remember the texts from the round before.
"""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection

from benchmarks.peers.model import Report, Tool
from kg import resources

FORK = multiprocessing.get_context("fork")


def seconds(tools: list[Tool], texts: list[Report], rounds: int) -> dict[str, float]:
    """The least CPU time that each tool takes for all texts, the tools taking turns."""
    times = [{tool.name: _once(tool, texts) for tool in tools} for _ in range(max(rounds, 1))]
    return {tool.name: min(taken[tool.name] for taken in times) for tool in tools}


def _warm(tool: Tool) -> None:
    """Reads the samples that come with the package, among them masked, damaged and traditional pages."""
    for sample in sorted(resources.data("samples").glob("*.txt")):
        tool.find(sample.read_text("utf-8"))


def _once(tool: Tool, texts: list[Report]) -> float:
    """The CPU time of one round, taken in a child process."""
    receiver, sender = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_round, args=(tool, texts, sender))
    child.start()
    sender.close()
    taken = float(receiver.recv())
    child.join()
    return taken


def _round(tool: Tool, texts: list[Report], sender: Connection) -> None:
    """Reads all texts and tells how long that took."""
    _warm(tool)
    started = time.process_time()
    for report in texts:
        tool.find(report.text)
    sender.send(time.process_time() - started)
