"""What the formats of exports are for: the table kg/data/export/formats.toml."""

from __future__ import annotations

import tomllib

from kg import resources


def sentences() -> dict[str, str]:
    """Format → a sentence that says what it holds and what opens it."""
    return tomllib.loads(resources.data("export/formats.toml").read_text("utf-8"))
