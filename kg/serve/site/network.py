"""The page of the network: who carries out and follows what, all of it or around one thing, for Sigma to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from urllib.parse import unquote

from kg.graph.namespaces import TKG
from kg.oxigraph import valid_iri
from kg.serve.refused import Refused
from kg.serve.site.ask import Row, iri
from kg.serve.site.page import Page
from kg.serve.site.words import LANGUAGES, words

MOST = 5000  # edges that queries/pages/network.rq gives
_OURS = TKG.Place.removesuffix("Place")  # what the names of our terms begin with
_TERMS = "network-term-"  # what the words for them begin with


async def show(page: Page) -> Mapping[str, Any]:
    """The network around ?this=IRI, or the whole one; Refused where `this` is no IRI of ours."""
    centre = page.request.query_params.get("this", "")
    if centre and not (valid_iri(centre) and page.addresses.local(centre)):
        raise Refused(400, "this: name a place, programme or strategy by its IRI")
    edges = await page.ask.rows("network", **({"this": iri(centre)} if centre else {}))
    ends = list(dict.fromkeys([*([centre] if centre else []), *(row[end] for row in edges for end in ("from", "to"))]))
    nodes = await page.ask.rows("network-nodes", this=[iri(one) for one in ends]) if edges else []
    known = list({row["this"]: row for row in sorted(nodes, key=itemgetter("this", "kind"))}.values())
    name = next((row["label"] for row in known if row["this"] == centre), _end(centre))
    title = {
        spoken: said["network-around" if centre else "network-title"].format(name=name) for spoken, said in _spoken()
    }
    return {"title": title, "centre": centre, "cut": len(edges) == MOST, "network": _network(page, known, edges, title)}


def _network(page: Page, nodes: Sequence[Row], edges: Iterable[Row], title: Mapping[str, str]) -> dict[str, Any]:
    """The network as kg/serve/web/src/network.ts reads it."""
    at = {row["this"]: place for place, row in enumerate(nodes)}
    kept = [row for row in edges if row["from"] in at and row["to"] in at]
    years = sorted({int(year) for row in kept for year in row["years"].split() if year.isdigit()})
    about = {"view": "network", "title": title, "reports": 0, "newest": None, "selection": []}
    known = [key for key in words("zh") if key.startswith(_TERMS)]
    return {
        "about": about | {"years": [years[0], years[-1]] if years else None},
        "words": {key.removeprefix(_TERMS): {spoken: said[key] for spoken, said in _spoken()} for key in known},
        "nodes": [_node(page, row) for row in nodes],
        "edges": [
            [at[row["from"]], at[row["to"]], _local(row["relation"]), row["weight"], row["years"]] for row in kept
        ],
    }


def _node(page: Page, row: Row) -> list[str]:
    label = row["label"] or row["report"] or _end(row["this"])  # an open place: what it is from
    names = [label, row["labelEnglish"], _local(row["kind"]), _local(row["level"]), row["area"], row["areaEnglish"]]
    return [row["this"], page.addresses.path(row["this"]), *names]


def _end(thing: str) -> str:
    """The last part of an IRI, as people read it."""
    return unquote(thing.rpartition("/")[2])


def _spoken() -> list[tuple[str, Mapping[str, str]]]:
    """Each language with its words."""
    return [(language, words(language)) for language in LANGUAGES]


def _local(term: str) -> str:
    return term.removeprefix(_OURS)
