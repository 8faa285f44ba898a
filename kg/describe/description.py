"""The data set describes itself, in a graph of its own that every build brings up to date.

DCAT for catalogues, VoID for its numbers, PROV for how it was made, and the packaged queries as examples. What never
changes is in ontology/dataset.ttl; a publisher's own statements replace ours. The description is made anew when
reports, schemes or the program have changed and else left as it is. The same input gives the same description, so no
clock is read: who wants a date in it sets SOURCE_DATE_EPOCH to the time of the change
(https://reproducible-builds.org/specs/source-date-epoch/).
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import __version__, resources
from kg.describe.counts import count
from kg.describe.examples import examples, packaged
from kg.describe.statements import day, link, text
from kg.describe.void import statistics
from kg.errors import KgError, StoreError
from kg.graph import iris
from kg.graph.namespaces import DCAT, DCTERMS, PROV, SCHEMA, TKG, VOID
from kg.graph.store import Store, line
from kg.oxigraph import Triple, parse

_HASHES = f"""SELECT ?graph ?hash ?run WHERE {{
  GRAPH ?graph {{ ?graph <{TKG.contentHash}> ?hash
    OPTIONAL {{ ?graph <{PROV.wasGeneratedBy}> ?run FILTER(isIRI(?run)) }} }}
  FILTER(?graph != <%s>)
}}"""
_DESCRIBED = f"""SELECT ?graph WHERE {{
  GRAPH ?graph {{ ?dataSet a <{VOID.Dataset}> , <{DCAT.Dataset}> }}
}} ORDER BY ?graph"""


@dataclass(frozen=True, slots=True)
class About:
    """A publisher's own statements: the bytes of the file and its triples."""

    content: bytes
    triples: tuple[Triple, ...]


def read_about(path: Path, base: str) -> About:
    """The statements of a Turtle file, relative IRIs standing under `base`. KgError where it cannot be read."""
    try:
        return About(path.read_bytes(), tuple(parse(path, base=base)))
    except OSError as error:
        raise KgError(f"{path}: {error.strerror}; give a Turtle file that describes the data set") from error


def describe(store: Store, *, about: About | None = None, counted: bool = True) -> None:
    """Bring the description of the store's data up to date; it is made only where something has changed.

    `about` replaces what we say about the same node and property; `counted`: also give the numbers, which takes a pass
    over everything.
    """
    content = _content(store)
    fixed = resources.ontology("dataset.ttl")
    made_of = [content, __version__, str(counted), fixed.read_text("utf-8"), *(query.text for query in packaged())]
    made_of += [about.content.decode("utf-8", "replace")] if about else []
    said = about.triples if about else ()
    store.bring("dataset", _digest(made_of), lambda: map(line, _description(store, fixed, said, content, counted)))


def described_in(store: Store) -> str:
    """The IRI of the graph in which the store describes itself, whatever its base. StoreError where there is none."""
    for (graph,) in store.query(_DESCRIBED).rows():
        if graph:
            return graph.value
    raise StoreError(store.path, "the store does not describe itself", "build it again: kg build INPUT... --store DIR")


def _description(store: Store, fixed: Path, said: tuple[Triple, ...], content: str, counted: bool) -> Iterator[Triple]:
    """All of it, each statement once."""
    ours = [*parse(fixed, base=store.base), *_version(store, content), *examples(store.base)]
    if counted:
        ours += statistics(count(store), store.base)
    replaced = {(subject, predicate) for subject, predicate, _ in said}
    yield from dict.fromkeys([*(triple for triple in ours if triple[:2] not in replaced), *said])


def _version(store: Store, content: str) -> Iterator[Triple]:
    """What the data set is called, which version it is, and the runs and program that made it."""
    whole = iris.dataset(store.base)
    yield text(whole, DCTERMS.identifier, whole)
    yield text(whole, VOID.uriSpace, store.base)
    yield text(whole, DCAT.version, content[:12])
    if date := _date():
        yield day(whole, DCTERMS.modified, date)
    yield text(f"{whole}#software", SCHEMA.softwareVersion, __version__)
    for run in sorted({row[2].value for row in store.query(_HASHES % _graph(store)).rows() if row[2]}):
        yield link(whole, PROV.wasGeneratedBy, run)
        yield link(run, PROV.generated, whole)
        yield link(run, PROV.wasAssociatedWith, f"{whole}#software")
        yield link(run, PROV.used, f"{whole}#reports")
        yield link(run, PROV.used, iris.graph("schemes", store.base))


def _content(store: Store) -> str:
    """A hash that changes when a report, its reading, the ontology or a scheme does, or a graph comes or goes."""
    rows = store.query(_HASHES % _graph(store)).rows()
    marks = (" ".join(term.value for term in row if term) for row in rows)
    return _digest(sorted([*marks, *(graph for graph in store.graphs() if graph != _graph(store))]))


def _graph(store: Store) -> str:
    return iris.graph("dataset", store.base)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _date() -> str | None:
    """The day that SOURCE_DATE_EPOCH names, None where it is not set."""
    if not (epoch := os.environ.get("SOURCE_DATE_EPOCH")):
        return None
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise KgError(f"SOURCE_DATE_EPOCH={epoch} is no time; give seconds since 1970 or leave it out") from error
