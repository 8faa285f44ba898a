"""How fast each format is read, and whether the time of reading grows with the size of a text and no faster.

    python benchmarks/formats.py [--source FOLDER] [--seconds 1.0]

Every text of a folder is put into each form (see tests/formats.py) and taken out of it again, one process, the best of
several rounds. *Taken out* is the reader alone, *facts* the whole way to the outcomes. Compare figures of one run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the makers of the formats are those of the tests

from kg import pipeline  # noqa: E402
from kg.text import read  # noqa: E402
from tests import formats  # noqa: E402

SOURCES = (ROOT.parent / "shared" / "seeds", ROOT / "kg" / "data" / "samples")  # the first that is there
LENGTHS = (5_000, 20_000, 80_000, 320_000)  # characters
PIECES = {  # what invites a reader to look far ahead or back
    "digits": "7",
    "masks": "x",
    "numerals": "三",
    "commas": "改厕，",
    "opening marks": "（“《",
    "dates": "2021年6月至",
    "headings": "一、（一）1.",
    "wrong encoding": "涓€銆佸伐浣滄€荤粨",
    "lost characters": "\ufffd",
    "page numbers": "- 3 -\n",
    "pinyin notes": "關(guān)",
    "spaces": "政 ",
    "question marks": "?改",
    "short lines": "a\n",
    "villages": "石桥村、",
}


def main() -> int:
    """Parse the call, measure, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = next((folder for folder in SOURCES if folder.is_dir()), SOURCES[-1])
    parser.add_argument("--source", type=Path, default=source, help="folder of .txt files (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each figure is measured, at least")
    options = parser.parse_args()
    texts = [path.read_text("utf-8") for path in sorted(options.source.glob("*.txt"))]
    if not texts:
        print(f"{options.source}: no .txt files here; name a folder of reports with --source", file=sys.stderr)
        return 2
    print_formats(texts, options.seconds)
    print_growth(texts, options.seconds)
    return 0


def print_formats(texts: list[str], seconds: float) -> None:
    """One line a format: characters a second out of the document, and with everything that follows."""
    characters = sum(map(len, texts))
    print(f"{len(texts)} texts, {characters:,} characters\n")
    print(f"{'format':<32}{'taken out, k/s':>16}{'facts, k/s':>14}{'reports/s':>12}")
    forms = {"utf-8": ("txt", str.encode)} | formats.FORMS
    for name, (ending, make) in forms.items():
        documents = [input_of(make(text), ending) for text in texts]
        out = best(lambda documents=documents: [read.source(one) for one in documents], seconds)  # type: ignore[misc]
        whole = best(lambda documents=documents: [pipeline.read(read.source(one)) for one in documents], seconds)  # type: ignore[misc]
        rates = f"{characters / out / 1000:>16,.0f}{characters / whole / 1000:>14,.0f}{len(texts) / whole:>12.1f}"
        print(f"{name:<32}{rates}")


def print_growth(texts: list[str], seconds: float) -> None:
    """One line a text: time a character at each length, which should stay what it is."""
    print(f"\n{'µs a character, of a text with':<32}" + "".join(f"{f'{length:,}':>12}" for length in LENGTHS))
    for name, piece in ({"reports, one after the other": "\n".join(texts)} | PIECES).items():
        rates = []
        for length in LENGTHS:
            one = input_of((piece * (length // len(piece) + 1))[:length].encode(), "txt")
            taken = best(lambda one=one: pipeline.read(read.source(one)), seconds / len(LENGTHS))  # type: ignore[misc]
            rates.append(f"{1e6 * taken / length:>12.2f}")
        print(f"{name:<32}" + "".join(rates))


def input_of(content: bytes, ending: str) -> read.Input:
    """A document as the reader takes it."""
    name = f"report.{ending}"
    return read.Input(f"reports/{name}", name, name, content=content)


def best(work: Callable[[], object], seconds: float) -> float:
    """The shortest of the times that `work` takes, done again for `seconds` and at least twice."""
    times: list[float] = []
    while len(times) < 2 or sum(times) < seconds:
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
