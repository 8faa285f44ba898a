"""The start page: search, how much there is, where the reports come from, what is new, and ways in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from kg.serve.site.page import Page

_COUNTED = ("Report", "Place", "Programme", "Strategy", "Indicator", "Outcome")  # and in this order


async def show(page: Page) -> Mapping[str, Any]:
    """What the index knows of the whole; only the search where there is none yet."""
    if not page.index.ready:
        return {"title": "", "ready": False}
    sizes, areas, points, new = await asyncio.gather(
        *(page.index.known(key) for key in ("sizes", "areas", "points", "new"))
    )
    return {
        "title": "",
        "ready": True,
        "sizes": [(name, sizes[name]) for name in _COUNTED if sizes.get(name)],
        "areas": [{**one, "label": one.get(page.language) or one.get("zh", "")} for one in areas if one["number"]],
        "map": {"points": [_point(page, one) for one in points]},
        "new": new,
    }


def _point(page: Page, point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "lon": point["lon"],
        "lat": point["lat"],
        "label": point["label"],
        "href": page.addresses.path(point["iri"]),
        "value": point["value"],
    }
