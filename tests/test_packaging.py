"""What is built from the checkout holds what it must, no more, and says the right version."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parents[1]
LOCATE = """\
import sys
sys.path.insert(0, sys.argv[1])
from kg import resources
for path in (resources.ontology("ontology.ttl"), resources.queries("outcomes.rq"), resources.data("samples")):
    print(path.relative_to(sys.argv[1]).as_posix())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    (file,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def files(folder: Path, root: Path) -> set[str]:
    """The files under `folder`, relative to `root`, without what tools leave behind."""
    found = (path.relative_to(root) for path in folder.rglob("*") if path.is_file())
    left = {"__pycache__", "node_modules", ".DS_Store"}
    return {path.as_posix() for path in found if left.isdisjoint(path.parts)}


def located(root: Path) -> list[str]:
    """Where a bare interpreter that has only `root` on its path finds ontology, queries and data, relative to it."""
    command = [sys.executable, "-I", "-S", "-B", "-c", LOCATE, str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    expected = {name for name in files(ROOT / "kg", ROOT) if "/web/" not in name}  # the front ends are in kg/bundles
    for folder in ("ontology", "queries"):
        expected |= {f"kg/{name}" for name in files(ROOT / folder, ROOT)}
    assert (
        files(wheel / "kg", wheel) == expected >= {f"kg/bundles/export/page.{kind}" for kind in ("js", "css", "html")}
    )
    assert {path.name for path in wheel.iterdir()} == {"kg", f"township_kg-{kg.__version__}.dist-info"}


def test_source_distribution_holds_what_tests_need(built: Path) -> None:
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= files(ROOT / "tests", ROOT) | {"pyproject.toml", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md"}
    assert names >= files(ROOT / "kg/export/web", ROOT) | {"hatch_build.py", "kg/bundles/export/page.js"}
    assert not [name for name in names if name.startswith(("shared", ".venv"))]


def test_licence_travels_with_the_wheel(wheel: Path) -> None:
    licences = wheel / f"township_kg-{kg.__version__}.dist-info" / "licenses"
    assert files(licences, licences) == {"LICENSE", "NOTICE"}


def test_resources_of_the_checkout() -> None:
    assert located(ROOT) == ["ontology/ontology.ttl", "queries/outcomes.rq", "kg/data/samples"]


def test_resources_of_the_wheel(wheel: Path) -> None:
    assert located(wheel) == ["kg/ontology/ontology.ttl", "kg/queries/outcomes.rq", "kg/data/samples"]


def test_command(wheel: Path) -> None:
    points = ConfigParser()
    points.read(wheel / f"township_kg-{kg.__version__}.dist-info" / "entry_points.txt", encoding="utf-8")
    assert dict(points["console_scripts"]) == {"kg": "kg.cli:main"}


def test_version_is_the_changelogs_newest() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)
    assert released[0] == kg.__version__
