"""Mixed load with killed workers and renewals: nothing fails, grows or is left over (see `benchmarks.load`).

It runs for as many minutes as KG_LOAD_MINUTES says; without it for seconds, which shows that nothing fails.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks import load
from kg import build, resources


def test_mixed_load(tmp_path: Path) -> None:
    build.build([resources.data("samples")], tmp_path / "store", jobs=1)
    minutes = float(os.environ.get("KG_LOAD_MINUTES", "0.2"))
    assert load.run(tmp_path / "store", minutes * 60, clients=2) == []
