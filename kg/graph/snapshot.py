"""A store's files as they are at one moment, also while another process writes to them.

Tables (.sst) and write-ahead logs (.log) get a second name, so that a writer who merges them does not take them
away; the manifest, which says what of them counts, is copied. They belong together where nothing was flushed or
merged meanwhile. Of RocksDB's files: https://github.com/facebook/rocksdb/wiki/MANIFEST
"""

from __future__ import annotations

import os
import shutil
from errno import ENOENT
from pathlib import Path

_KEPT = (".sst", ".log")


def pin(path: Path, into: Path) -> None:
    """Put the files of the store at `path` in the folder `into`, which may hold those of earlier attempts.

    FileNotFoundError where the store changed meanwhile: try again. OSError where the disk is at fault.
    """
    for log in into.glob("*.log"):
        log.unlink()  # a copy from an earlier attempt lacks what was written since
    before = _state(path)
    _keep(path, into)
    manifest = (path / "CURRENT").read_text().strip()
    shutil.copyfile(path / manifest, into / manifest)
    (into / "CURRENT").write_text(f"{manifest}\n")
    _keep(path, into)
    if _state(path) != before:
        raise FileNotFoundError(ENOENT, "No such file any more: a writer changed the store", path)


def _keep(path: Path, into: Path) -> None:
    for file in path.iterdir():
        if file.suffix in _KEPT and not (into / file.name).exists():
            try:
                _link(file, into / file.name)
            except FileNotFoundError:
                continue  # gone since it was listed: what took its place is in the next listing


def _link(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, name)


def _state(path: Path) -> set[tuple[str, int]]:
    """The names of the logs, and the manifest with its size: a flush or a merge changes one of them."""
    found = set()
    for file in path.iterdir():
        if file.suffix == ".log":
            found.add((file.name, 0))
        elif file.name.startswith("MANIFEST"):
            found.add((file.name, file.stat().st_size if file.exists() else 0))
    return found
