"""Where the package's own files are: the ontology, the queries, the data tables and the bundled front ends.

In a checkout (and an editable install) ``ontology/`` and ``queries/`` lie beside the package; a wheel carries
them inside it. Nothing else in the program knows the difference.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).resolve().parent


def ontology(name: str = ".") -> Path:
    """The file or folder `name` under ``ontology/``; KgError where it is missing."""
    return _find("ontology", name, _PACKAGE, _PACKAGE.parent)


def queries(name: str = ".") -> Path:
    """The file or folder `name` under ``queries/``; KgError where it is missing."""
    return _find("queries", name, _PACKAGE, _PACKAGE.parent)


def data(name: str = ".") -> Path:
    """The file or folder `name` under ``kg/data``; KgError where it is missing."""
    return _find("data", name, _PACKAGE)


def bundle(name: str = ".") -> Path:
    """The file or folder `name` of the front ends that hatch_build.py bundles; KgError where it is missing."""
    return _find("bundles", name, _PACKAGE)


def user_data(name: str = ".") -> Path:
    """Where the user's own table `name` is or would be: under $KG_DATA, else the platform's folder for such data."""
    if chosen := os.environ.get("KG_DATA"):
        return Path(chosen) / name
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return folder / "township-kg" / name


def write(path: Path, content: bytes) -> None:
    """Put a table of the user's in its place; one that is there stays until the new one is whole. Raises KgError."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        raise KgError(f"{path}: {error.strerror}; choose another folder with the variable KG_DATA") from error


def _find(folder: str, name: str, *roots: Path) -> Path:
    for root in roots:
        if (path := root / folder / name).exists():
            return path
    raise KgError(f"{folder}/{name} is missing from the installation at {_PACKAGE}; install township-kg again")
