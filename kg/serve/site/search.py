"""Search: suggestions while one types, and the page of what was found among names and in texts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.serve.index import tokens
from kg.serve.index.ask import COUNTED, Index, Thing
from kg.serve.refused import Refused
from kg.serve.site.addresses import Addresses
from kg.serve.site.marks import seen
from kg.serve.site.page import Page
from kg.serve.site.render import SAFE
from kg.serve.site.words import language, words

KINDS = ("place", "programme", "strategy", "indicator", "area", "report")
_SUGGESTED = 10
_FEW, _MANY = 6, 50  # things of a kind on the page of all kinds, and on the page of one
_LINES = 20  # lines of texts on a page
_FARTHEST = 200  # pages that one may turn
_AROUND = 60  # characters that an excerpt shows on either side


def suggest(index: Index, addresses: Addresses) -> Any:
    """What answers /suggest?q=…: at most ten things, as JSON."""

    async def answer(request: Request) -> Response:
        spoken = language(request)
        question = request.query_params.get("q", "")
        found = await index.things(question, limit=_SUGGESTED)
        results = [
            {
                "label": seen(one.name(spoken)),
                "kind": one.kind,
                "note": seen(note(one, spoken)),
                "href": addresses.path(one.iri),
            }
            for one in found
        ]
        return JSONResponse({"results": results}, headers={**SAFE, "Cache-Control": "no-cache"})

    return answer


async def show(page: Page) -> Mapping[str, Any]:
    """What was found: a few things of each kind and lines of texts, or many of one kind (?kind=place, ?kind=text)."""
    asked = page.request.query_params
    question, kind, number = asked.get("q", "").strip(), asked.get("kind", ""), _page(asked.get("page", "1"))
    if kind not in ("", "text", *KINDS):
        raise Refused(400, f"there is no kind {kind[:40]!r}; take one of {', '.join(KINDS)}, text")
    found: dict[str, Any] = {"question": question, "kind": kind, "number": number, "title": question}
    if not question:
        return found | {"groups": [], "lines": [], "counts": {}, "pages": 0, "many": COUNTED}
    counts, texts = await asyncio.gather(page.index.kinds(question), page.index.count(question))
    counts |= {"text": texts} if texts else {}
    kinds = [one for one in KINDS if counts.get(one) and kind in ("", one)]
    limit = _MANY if kind else _FEW
    offset = (number - 1) * limit if kind else 0
    groups = await asyncio.gather(*(page.index.things(question, one, limit, offset) for one in kinds))
    lines = []
    if kind in ("", "text") and texts:
        lines = await page.index.lines(question, _LINES, (number - 1) * _LINES if kind else 0)
    size = _LINES if kind == "text" else _MANY
    return found | {
        "groups": [
            (one, [_shown(thing, page.language) for thing in group]) for one, group in zip(kinds, groups, strict=True)
        ],
        "lines": [{"line": line, "excerpt": excerpt(line.text, tokens.asked(question))} for line in lines],
        "counts": {one: counts[one] for one in (*KINDS, "text") if one in counts},
        "pages": min(_FARTHEST, -(-counts.get(kind, 0) // size)) if kind else 0,
        "many": COUNTED,
    }


def _shown(thing: Thing, spoken: str) -> dict[str, Any]:
    return {
        "iri": thing.iri,
        "label": thing.name(spoken),
        "note": note(thing, spoken, kind=False),
        "weight": thing.weight,
    }


def note(thing: Thing, spoken: str, *, kind: bool = True) -> str:
    """What tells a thing from others of its name: its kind, what it belongs to, its year."""
    known, said = words(spoken), thing.note
    area = said.get("area", {})
    parts = [
        known[f"search-kind-{thing.kind}"] if kind else "",
        said.get("within", ""),
        area.get(spoken) or area.get("zh", ""),
        known["search-provisional"] if said.get("provisional") else "",
        said.get("place", ""),
        said.get("year", ""),
    ]
    return " · ".join(part for part in parts if part)


def excerpt(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The part of a line where the first of the words stands, cut at each of them; True: it is one."""
    plain = tokens.same_length(text)
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")
    first = pattern.search(plain)
    low = max(0, first.start() - _AROUND) if first else 0
    high = min(len(text), (first.end() if first else 0) + 2 * _AROUND)
    pieces, at = [("…", False)] if low else [], low
    for match in pattern.finditer(plain, low, high):
        pieces += [
            (seen(text[at : match.start()]), False),
            (seen(text[match.start() : match.end()]), True),
        ]
        at = match.end()
    return [*pieces, (seen(text[at:high]), False), *([("…", False)] if high < len(text) else [])]


def _page(text: str) -> int:
    return min(_FARTHEST, int(text)) if re.fullmatch("[1-9][0-9]{0,5}", text) else 1
