"""The parts of the front end by name, as the bundle's table of contents says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from kg import resources


def asset(name: str) -> str:
    """The address of a part of the front end (main.js); its name changes with its content."""
    return f"/assets/{assets()[name]}"


@cache
def assets() -> Mapping[str, str]:
    """Name of each part of the front end → name of its file in kg/bundles/serve."""
    known: dict[str, str] = json.loads(resources.bundle("serve/assets.json").read_text("utf-8"))
    return known
