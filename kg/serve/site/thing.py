"""The page of whatever has no page of its own kind: the table of what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.serve.site.page import Page


async def show(page: Page) -> Mapping[str, Any]:
    """Its labels, what is said of it, and what speaks of it."""
    said, spoken = await page.ask.all("said-of", "spoken-of-by", this=page.this)
    labels = [row["value"] for row in said if row["property"].endswith(("#prefLabel", "/name", "#label"))]
    return {"title": labels[0] if labels else page.iri, "said": said, "spoken": spoken}


async def nothing(page: Page) -> Mapping[str, Any]:
    """Nothing: the page is the same for all."""
    return {}
