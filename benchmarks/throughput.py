"""How many reports a second ``kg build`` reads into a store on disk, and how much memory that takes.

    python benchmarks/throughput.py [--reports 2000] [--source FOLDER] [--keep FOLDER]

The texts of a folder are repeated under other names until there are enough, built into an empty store, and built
again with nothing changed. Time is wall clock, from the start of the command to its end. Memory is the peak of the
resident sizes of the command and its workers added up, read from /proc ten times a second; pages that they share
count once for each, so it is an upper bound.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT.parent / "shared" / "seeds", ROOT / "kg" / "data" / "samples")  # the first that is there
PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: wall-clock seconds, and the peak memory of it and its children in bytes."""

    seconds: float
    memory: int


def main() -> int:
    """Parse the call, measure, print the table."""
    options = arguments()
    texts = sorted(options.source.glob("*.txt"))
    if not texts:
        print(f"{options.source}: no .txt files here; name a folder of reports with --source", file=sys.stderr)
        return 2
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        print_table(texts, options.reports, options.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            print_table(texts, options.reports, Path(folder))
    return 0


def arguments() -> argparse.Namespace:
    """The options of the call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000, help="how many reports to build (default: %(default)s)")
    source = next((folder for folder in SOURCES if folder.is_dir()), SOURCES[-1])
    parser.add_argument("--source", type=Path, default=source, help="folder of .txt files (default: %(default)s)")
    parser.add_argument("--keep", type=Path, help="leave reports and store in this folder, which must not hold any yet")
    return parser.parse_args()


def print_table(texts: list[Path], count: int, folder: Path) -> None:
    """Build `count` copies of `texts` in `folder` twice and print what it took."""
    reports, store = folder / "reports", folder / "store"
    size = repeat(texts, count, reports)
    command = [sys.executable, "-m", "kg", "build", str(reports), "--store", str(store)]
    first, again = measure(command), measure(command)
    stored = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    print(f"{count} reports, {size / 1e6:.1f} MB, made of {len(texts)} texts; {os.cpu_count()} cores")
    print(f"{'run':<12}{'s':>9}{'reports/s':>12}{'MB/s':>9}{'peak MB':>10}")
    for name, run in (("new", first), ("unchanged", again)):
        speed = count / run.seconds
        print(f"{name:<12}{run.seconds:>9.2f}{speed:>12.1f}{size / run.seconds / 1e6:>9.2f}{run.memory / 1e6:>10.0f}")
    print(f"unchanged / new: {again.seconds / first.seconds:.3f}; store: {stored / 1e6:.1f} MB")


def repeat(texts: list[Path], count: int, folder: Path) -> int:
    """Copy `texts` over and over into the new `folder` until it has `count` files; returns their bytes."""
    folder.mkdir()
    size = 0
    for number, text in zip(range(count), itertools.cycle(texts), strict=False):
        copy = folder / f"{number:06d}.txt"
        shutil.copyfile(text, copy)
        size += copy.stat().st_size
    return size


def measure(command: list[str]) -> Run:
    """Run `command` and watch its memory; CalledProcessError where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(PAUSE)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, peak)


def memory(root: int) -> int:
    """The resident bytes of the process `root` and all its descendants now."""
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, int] = {}
    for pid, parent, pages in processes():
        children[parent].append(pid)
        resident[pid] = pages * PAGE
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += resident.get(pid, 0)
        waiting += children[pid]
    return total


def processes() -> Iterator[tuple[int, int, int]]:
    """Process, parent and resident pages of everything that runs; see proc_pid_stat(5)."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        yield int(folder.name), int(fields[1]), int(fields[21])


if __name__ == "__main__":
    sys.exit(main())
