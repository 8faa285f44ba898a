"""How long `kg validate` takes for a store, and how long pyshacl takes for the same triples and shapes.

    python benchmarks/validation.py STORE

Both run in processes of their own, one after the other; pyshacl's own time begins when the triples are in its memory.
`kg validate` also asks the checks of queries/checks, which pyshacl knows nothing of. Memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHAPES = ROOT / "ontology" / "shapes.ttl"
OTHER = """
import sys, time, pyshacl, rdflib
started = time.perf_counter()
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
shapes = rdflib.Graph().parse(sys.argv[2])
loaded = time.perf_counter()
conforms, _, _ = pyshacl.validate(graph, shacl_graph=shapes)
print(len(graph), loaded - started, time.perf_counter() - loaded, conforms)
"""


def main() -> int:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, help="a store that kg build made")
    store = parser.parse_args().store
    with tempfile.TemporaryDirectory() as folder:
        triples = Path(folder, "all.nt")
        kg = [sys.executable, "-m", "kg"]
        run([*kg, "export", "--store", str(store), "--format", "ntriples", "-o", str(triples)])
        seconds, memory, _ = run([*kg, "validate", "--store", str(store)])
        _, others, said = run([sys.executable, "-c", OTHER, str(triples), str(SHAPES)])
    number, loading, checking, conforms = said.split()
    print(f"{int(number):,} triples; {os.cpu_count()} cores; pyshacl conforms: {conforms}")
    print(f"{'':<14}{'s':>9}{'loading s':>12}{'peak MB':>10}")
    print(f"{'kg validate':<14}{seconds:>9.1f}{'':>12}{memory:>10.0f}")
    print(f"{'pyshacl':<14}{float(checking):>9.1f}{float(loading):>12.1f}{others:>10.0f}")
    print(f"kg validate / pyshacl: {seconds / float(checking):.3f}")
    return 0


def run(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak memory in MB and output of a command; CalledProcessError where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - started, usage.ru_maxrss / 1024, said


if __name__ == "__main__":
    sys.exit(main())
