"""How fast `kg export` writes a large store, and how much memory it takes, against a plain dump of the same store.

    python -m benchmarks.exports [--store DIR] [--reports 450] [--only NAME]

Without --store, texts are repeated under other names and built into a store first, as in throughput.py. Every export is
one run of the command, from its start to its end; memory is the peak of the process. The last column is the speed in
triples a second, in shares of the dump's: of a view's triples where a view is written. To measure another export, add
its options to EXPORTS.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.throughput import ROOT, SOURCES, Run, measure, repeat

VIEWS = ("programme-network", "strategy-cascade", "place-similarity", "place-indicators")
NETWORKS = ("turtle", "gexf", "graphml", "cytoscape", "nodelink", "dot", "neo4j", "svg", "png")
DUMP = ("--format", "nquads")
EXPORTS: tuple[tuple[str, ...], ...] = (
    DUMP,
    *(("--view", view, "--format", format) for view in VIEWS for format in NETWORKS),
)


@dataclass(frozen=True, slots=True)
class Size:
    """What an export is of."""

    triples: int
    nodes: int = 0
    edges: int = 0


def main() -> int:
    """Parse the call, build the store where none is given, measure, print the table."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or built(Path(folder), options.reports)
        print(f"{'export':<46}{'s':>8}{'triples':>11}{'nodes':>8}{'edges':>8}{'peak MB':>9}{'/ dump':>8}")
        for name, run, size, share in measured(store, Path(folder), options.only):
            counts = f"{size.triples:>11,}{size.nodes or '':>8}{size.edges or '':>8}"
            print(f"{name:<46}{run.seconds:>8.2f}{counts}{run.memory / 1e6:>9.0f}{share:>8.2f}", flush=True)
    return 0


def arguments() -> argparse.Namespace:
    """The options of the call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="a store that is there already")
    parser.add_argument("--reports", type=int, default=450, help="how many reports to build (default: %(default)s)")
    parser.add_argument("--only", default="", help="only exports whose options contain this text")
    return parser.parse_args()


def built(folder: Path, count: int) -> Path:
    """A new store of `count` reports under `folder`."""
    source = next(found for found in SOURCES if found.is_dir())
    repeat(sorted(source.glob("*.txt")), count, folder / "reports")
    measure([sys.executable, "-m", "kg", "build", str(folder / "reports"), "--store", str(folder / "store")])
    return folder / "store"


def measured(store: Path, folder: Path, only: str) -> Iterator[tuple[str, Run, Size, float]]:
    """Options, run, size, and the speed in shares of the dump's; the dump comes first."""
    sizes: dict[str, Size] = {}
    speed = 0.0
    for options in EXPORTS:
        name = " ".join(options)
        if options != DUMP and only not in name:
            continue
        view = options[options.index("--view") + 1] if "--view" in options else ""
        if view not in sizes:
            sizes[view] = size_of(store, view)
        run = measure(command(store, *options, "-o", str(folder / "out" / name.replace(" ", ""))))
        speed = speed or sizes[view].triples / run.seconds
        yield name, run, sizes[view], sizes[view].triples / run.seconds / speed


def size_of(store: Path, view: str) -> Size:
    """The triples of a view, its nodes and edges; of no view, the quads of the store."""
    if not view:
        return Size(lines(command(store, *DUMP)))
    content = subprocess.run(
        command(store, "--view", view, "--format", "nodelink"), cwd=ROOT, capture_output=True, check=True
    )
    network = json.loads(content.stdout)
    triples = lines(command(store, "--view", view, "--format", "ntriples"))
    return Size(triples, len(network["nodes"]), len(network["links"]))


def command(store: Path, *options: str) -> list[str]:
    """The command that exports so."""
    return [sys.executable, "-m", "kg", "export", "--store", str(store.resolve()), *options]


def lines(call: list[str]) -> int:
    """How many lines a command prints."""
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        return sum(1 for _ in process.stdout)


if __name__ == "__main__":
    sys.exit(main())
