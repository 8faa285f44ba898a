"""How fast ``kg export`` writes RDF, beside the engine's own dump of the same store in the same run.

    python -m benchmarks.rdf STORE [--pack]

Every format is written to a file by a process of its own, which is watched for its memory. The plain dump is
Oxigraph's N-Quads of the whole store. `--pack` also writes .nq.gz and .nq.zst.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.throughput import Run, measure

DUMP = """
import sys, pyoxigraph as ox
with open(sys.argv[2], "wb") as out:
    ox.Store.read_only(sys.argv[1]).dump(out, ox.RdfFormat.N_QUADS)
"""
EXPORTS = {  # file → format
    "graph.nq": "nquads",
    "graph.trig": "trig",
    "graph.jsonld": "jsonld",
    "graph.nt": "ntriples",
    "graph.ttl": "turtle",
    "graph.rdf": "rdfxml",
}
PACKED = {"graph.nq.gz": "nquads", "graph.nq.zst": "nquads"}


def main() -> int:
    """Parse the call, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="folder of a store, as benchmarks/throughput.py --keep leaves one")
    parser.add_argument("--pack", action="store_true", help="also write packed files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.nq"
        plain = measure([sys.executable, "-c", DUMP, str(options.store), str(dump)])
        with dump.open("rb") as file:
            quads = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
        print(f"{quads:,} quads")
        print(f"{'format':<14}{'s':>8}{'k quads/s':>11}{'peak MB':>9}{'MB':>9}{'dump = 1':>10}")
        show("plain dump", plain, plain, quads, dump)
        for name, format in (EXPORTS | (PACKED if options.pack else {})).items():
            out = Path(folder) / name
            command = [sys.executable, "-m", "kg", "export", "--store", str(options.store)]
            run = measure([*command, "--format", format, "-o", str(out)])
            show(name.partition(".")[2], run, plain, quads, out)
            out.unlink()
    return 0


def show(name: str, run: Run, plain: Run, quads: int, out: Path) -> None:
    """One line of the table."""
    size, speed = out.stat().st_size / 1e6, quads / run.seconds / 1e3
    ratio = plain.seconds / run.seconds
    print(f"{name:<14}{run.seconds:>8.1f}{speed:>11.0f}{run.memory / 1e6:>9.0f}{size:>9.1f}{ratio:>10.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
