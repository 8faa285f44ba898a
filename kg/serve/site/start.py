"""The start page: search, how much there is, where the reports come from, what is new, and ways in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kg.serve.site import spots
from kg.serve.site.links import position
from kg.serve.site.page import Page

_COUNTED = ("Report", "Place", "Programme", "Strategy", "Indicator", "Outcome")  # and in this order


async def show(page: Page) -> Mapping[str, Any]:
    """What the index knows of the whole; only the search where there is none yet."""
    if not page.index.ready:
        return {"title": "", "ready": False}
    sizes, areas, places, new = await asyncio.gather(
        *(page.index.known(key) for key in ("sizes", "areas", "places", "new"))
    )
    return {
        "title": "",
        "ready": True,
        "sizes": [(name, sizes[name]) for name in _COUNTED if sizes.get(name)],
        "areas": [{**one, "label": one.get(page.language) or one.get("zh", "")} for one in areas if one["number"]],
        "places": places,
        "map": _map(page, places),
        "new": new,
    }


def _map(page: Page, places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Places at their points, those without one together at that of the unit around them."""
    at: dict[tuple[str, bool], list[Mapping[str, Any]]] = defaultdict(list)
    for one in places:
        if one["point"]:
            at[one["near"], one["near"] != one["iri"]].append(one)
    around = sum(len(group) for (_, other), group in at.items() if other)
    own = sum(len(group) for (_, other), group in at.items() if not other)
    marks = [_mark(page, group, other) for (_, other), group in at.items()]
    return {"points": spots.points(marks, page.language), **spots.counts(len(places), own, around)}


def _mark(page: Page, group: Sequence[Mapping[str, Any]], around: bool) -> spots.Mark:
    first = group[0]
    at, href = position(first["point"]), page.addresses.path(first["near"])
    names, value = [one["label"] for one in group], float(sum(one["value"] for one in group))
    return spots.Mark(at or (0.0, 0.0), href, names, value, first["near_label"] if around else "")
