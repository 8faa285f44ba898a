"""township-kg and its peers on the same gold, in one run: which numbers they find, read how well, and how fast.

    python -m benchmarks.peers [FOLDER ...] [--texts DIR --gold DIR] [--rounds 5] [--tool NAME] [--json FILE]

A FOLDER holds NAME.txt with NAME.gold.jsonl; `--texts` and `--gold`, which may be given again, say where they lie
apart. All that is named is measured as one; without any, the small gold beside this script. The tools take turns, and
of each the round with the least CPU time counts (timing.py). What is compared, and how: score.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.peers import jionlp_money, ours, recognizers, timing
from benchmarks.peers.gold import GoldError, reports
from benchmarks.peers.model import Report, Tool
from benchmarks.peers.score import figures
from benchmarks.peers.table import table

HERE = Path(__file__).parent
TOOLS = (ours, jionlp_money, recognizers)
INSTALL = "pip install -r benchmarks/peers/requirements.txt"
NAMES = [module.NAME for module in TOOLS]


def main(arguments: list[str] | None = None) -> int:
    """Parse the call, measure, print the table; 1 where a tool is missing, 2 where the gold is."""
    options = _parser().parse_args(arguments)
    asked = [module for module in TOOLS if module.NAME in (options.tool or NAMES)]
    try:
        texts = _reports(options)
    except GoldError as error:
        print(error, file=sys.stderr)
        return 2
    tools = [tool for module in asked if (tool := _loaded(module))]
    if not tools:
        return 1
    result = measured(tools, texts, options.rounds)
    print(table(result))
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 0 if len(tools) == len(asked) else 1


def _parser() -> argparse.ArgumentParser:
    """The options of the call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="*", help="texts and gold in one folder")
    parser.add_argument("--texts", type=Path, action="append", default=[], help="folder of NAME.txt")
    parser.add_argument("--gold", type=Path, action="append", default=[], help="folder of NAME.gold.jsonl")
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool is timed (default: %(default)s)")
    parser.add_argument("--tool", choices=NAMES, action="append", help="only this one (default: all three)")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    return parser


def _loaded(module: ModuleType) -> Tool | None:
    """A tool that is ready, or None and a line that says how to install it."""
    try:
        return module.load()  # type: ignore[no-any-return]
    except ImportError as missing:  # of the peer itself, or of what its own imports need (an old emoji)
        print(f"{module.NAME} is not installed ({missing.name}): {INSTALL}", file=sys.stderr)
        return None


def _reports(options: argparse.Namespace) -> list[Report]:
    """The reports that the call names, else those of the small gold."""
    if len(options.texts) != len(options.gold):
        raise GoldError("--texts and --gold come in pairs: name a folder of texts for each folder of gold")
    apart = list(zip(options.texts, options.gold, strict=True))
    together = [(folder, folder) for folder in options.folder]
    pairs = together + apart or [(HERE / "gold", HERE / "gold")]
    return [report for texts, golds in pairs for report in reports(texts, golds)]


def measured(tools: list[Tool], texts: list[Report], rounds: int) -> dict[str, Any]:
    """The figures of all tools, and what they were measured on."""
    times = timing.seconds(tools, texts, rounds)
    characters = sum(len(report.text) for report in texts)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors",
        "reports": len(texts),
        "numbers": sum(not number.optional for report in texts for number in report.numbers),
        "characters": characters,
        "tools": {tool.name: _tool(tool, texts, characters / times[tool.name]) for tool in tools},
    }


def _tool(tool: Tool, texts: list[Report], speed: float) -> dict[str, Any]:
    """The figures of one tool."""
    return {"version": tool.version, "characters_per_second": round(speed), **figures(tool, texts)}


if __name__ == "__main__":
    sys.exit(main())
