"""What a page carries of a network: columns instead of rows, words coded, gzipped where it is much.

JSON in a script element is read by nobody but the page itself; in it no `<` may stand, lest it end the element.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kg.export import views
from kg.export.network.model import SEVERAL
from kg.export.selection import Selection, year_of
from kg.graph.namespaces import RDFS, SCHEMA, SKOS, TKG, XSD
from kg.graph.queries import Query
from kg.graph.store import Store

# Up to here one can read the data in the file; above, gzip makes a page of 20,000 nodes five times smaller.
PLAIN = 200_000  # characters

Column = list[Any] | dict[str, list[Any]]

_CODED = {"kind", "level", "area", "area_en", "color", "years", "relation"}  # few different values in many rows
_NAMED = ("kind", "level", "area", "relation")  # attributes whose values have names in two languages
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})
_LANGUAGES = ("zh", "en")

_REPORTS = f"""SELECT (COUNT(DISTINCT ?report) AS ?reports) (MAX(?day) AS ?newest)
WHERE {{ ?report a <{TKG.Report}>
  OPTIONAL {{ ?report <{SCHEMA.datePublished}> ?day FILTER(DATATYPE(?day) = <{XSD.date}>) }} }}"""
_YEARS = f"SELECT DISTINCT ?year WHERE {{ ?report a <{TKG.Report}> ; <{TKG.reportYear}> ?year }}"
_LABELS = f"""SELECT DISTINCT ?term ?label
WHERE {{ ?term <{RDFS.label}>|<{SKOS.prefLabel}> ?label FILTER(STRSTARTS(STR(?term), "{TKG.Place[:-5]}")) }}"""
_AREAS = f"SELECT DISTINCT ?term ?label WHERE {{ ?any <{TKG.policyArea}> ?term . ?term <{SKOS.prefLabel}> ?label }}"


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself: its view, that view's sentence, and which reports and which part of them it shows."""

    view: str
    title: Mapping[str, str]  # language → text
    reports: int
    years: tuple[int, int] | None
    newest: str | None  # the day on which the newest report was published
    selection: tuple[Mapping[str, Any], ...]


def about(store: Store, query: Query, selection: Selection) -> About:
    """What is true of the selected part of a view."""
    ((reports, newest),) = store.query(_REPORTS).rows()
    years = [year for (term,) in store.query(_YEARS).rows() if term and (year := year_of(term.value)) is not None]
    chinese, english = views.titles(query)
    return About(
        view=query.name,
        title={"zh": chinese, "en": english},
        reports=int(reports.value) if reports else 0,
        years=(min(years), max(years)) if years else None,
        newest=newest.value if newest else None,
        selection=tuple(_chosen(selection)),
    )


def words(store: Store, graph: Any) -> dict[str, dict[str, str]]:
    """What the kinds, levels, areas and relations in a network are called, by language; without those of no name."""
    edges = (data for _, _, data in graph.edges(data=True))
    used = {
        value
        for data in (*(data for _, data in graph.nodes(data=True)), *edges)
        for name in _NAMED
        for value in str(data.get(name, "")).split(SEVERAL)
    }
    found: dict[str, dict[str, str]] = {}
    for names in (*_terms(store, _AREAS).values(), *_terms(store, _LABELS).values()):
        for key in (names.get("", ""), names.get("zh", "")):
            if key in used:
                found[key] = {language: names[language] for language in _LANGUAGES if language in names}
    return dict(sorted(found.items()))


def embedded(graph: Any, about: About, words: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """The type and the text of the script element that holds the network."""
    content = {
        "about": asdict(about),
        "words": words,
        "nodes": _table([data for _, data in sorted(graph.nodes(data=True))], ("iri", "label", "kind")),
        "edges": _table(_edges(graph), ("source", "target", "relation")),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= PLAIN:
        return "application/json", text.translate(_ESCAPES)
    return "application/gzip", base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _edges(graph: Any) -> list[dict[str, Any]]:
    """The edges, their ends as places in the order of nodes."""
    at = {node: place for place, node in enumerate(sorted(graph))}
    rows = ({"source": at[a], "target": at[b], **data} for a, b, data in graph.edges(data=True))
    return sorted(rows, key=lambda row: (row["source"], row["target"], row.get("relation", "")))


def _table(rows: Sequence[Mapping[str, Any]], always: Iterable[str]) -> dict[str, Column]:
    names = dict.fromkeys([*always, *sorted({name for row in rows for name in row})])
    return {name: _column(name, [row.get(name) for row in rows]) for name in names}


def _column(name: str, values: list[Any]) -> Column:
    if name not in _CODED:
        return values
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return {"of": list(codes), "at": [codes[value] for value in values]}


def _chosen(selection: Selection) -> Iterable[Mapping[str, Any]]:
    parts: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("place", selection.places),
        ("programme", selection.programmes),
        ("strategy", selection.strategies),
        ("year", selection.years),
        ("since", () if selection.since is None else (selection.since,)),
    )
    return ({"by": by, "names": [str(name) for name in names]} for by, names in parts if names)


def _terms(store: Store, query: str) -> dict[str, dict[str, str]]:
    """IRI → language → label; under no language the end of the IRI, as networks have it."""
    found: dict[str, dict[str, str]] = {}
    for term, label in store.query(query).rows():
        if term and label:
            local = term.value.replace("#", "/").rpartition("/")[2]
            found.setdefault(term.value, {"": local})[label.language] = label.value
    return dict(sorted(found.items()))
