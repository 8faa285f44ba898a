"""How fast texts become facts, beside how fast jieba cuts the same texts into words, one process, one core.

    python benchmarks/extraction.py [PATH ...] [--rounds 7]

*Ours* is the whole way from a decoded text to its N-Quads (kg.pipeline.read, kg.graph.mapping.mapped), *jieba* is
``jieba.cut`` alone. Both are measured in turn in every round, and of each text the best round counts, for the machine
may be busy. What the program remembers of texts it has read (but not its tables) is forgotten before each of them.
"""

from __future__ import annotations

import argparse
import functools
import gc
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import jieba  # noqa: E402, TID251  # the peer

from kg import pipeline  # noqa: E402
from kg.graph.mapping import mapped  # noqa: E402
from kg.model import Source  # noqa: E402
from kg.text import read  # noqa: E402

SAMPLES = ROOT / "kg" / "data" / "samples"


def main() -> int:
    """Parse the call, measure, print a line for each text and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="*", default=[SAMPLES], help="files or folders (default: samples)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each text is measured (default: %(default)s)")
    options = parser.parse_args()
    sources = list(_sources(options.paths))
    if not sources:
        print("no .txt files here; name files or folders of reports", file=sys.stderr)
        return 2
    jieba.setLogLevel(60)
    jieba.initialize()
    for source in sources:  # tables are loaded when first asked for
        extract(source)
    print(f"{'µs a character':<40}{'characters':>12}{'ours':>9}{'jieba':>9}{'times as fast':>15}")
    rows = [_measured(source, options.rounds) for source in sources]
    for source, ours, theirs in rows:
        _show(source.name, len(source.text), ours, theirs)
    _show(
        "all", sum(len(source.text) for source, _, _ in rows), sum(row[1] for row in rows), sum(row[2] for row in rows)
    )
    return 0


def extract(source: Source) -> None:
    """The whole way from a text to its quads."""
    mapped(pipeline.read(source), run="benchmark")


def cut(source: Source) -> None:
    """The same text in words."""
    for _ in jieba.cut(source.text):
        pass


def _sources(paths: list[Path]) -> Iterator[Source]:
    files = [file for path in paths for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])]
    for file in files:
        one = read.source(read.Input(file.name, file.name, file.name, content=file.read_bytes()))
        if one.text:
            yield one


def _measured(source: Source, rounds: int) -> tuple[Source, float, float]:
    """The text with the shortest times of both, in seconds of the processor."""
    ours, theirs = [], []
    for _ in range(rounds):
        _forget()
        ours.append(_timed(extract, source))
        theirs.append(_timed(cut, source))
    return source, min(ours), min(theirs)


def _timed(work: Callable[[Source], None], source: Source) -> float:
    started = time.process_time()
    work(source)
    return time.process_time() - started


def _forget() -> None:
    """Empty the caches that texts fill; those without a limit hold tables."""
    for one in gc.get_objects():
        ours = isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("kg.")
        if ours and one.cache_parameters()["maxsize"] is not None:
            one.cache_clear()


def _show(name: str, characters: int, ours: float, theirs: float) -> None:
    micro = 1e6 / characters
    print(f"{name:<40}{characters:>12,}{ours * micro:>9.2f}{theirs * micro:>9.2f}{theirs / ours:>15.2f}")


if __name__ == "__main__":
    sys.exit(main())
