"""What the index is made from: a store on disk, or another endpoint."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store

Row = Mapping[str, str]  # variable → value; "" where it is unbound
_SECONDS = 300  # that an endpoint may be silent
_JSON = "application/sparql-results+json"


@contextmanager
def opened(source: str) -> Iterator[Callable[[str], Iterator[Row]]]:
    """What asks the source a SELECT query, our prefixes known: a folder, or an address with http."""
    if source.startswith(("http://", "https://")):
        yield lambda query: _of_endpoint(source, query)
    else:
        with Store.open_for_reading(Path(source)) as store:
            yield lambda query: _of_store(store, query)


def _of_store(store: Store, query: str) -> Iterator[Row]:
    answer = store.query(query, prefixes=PREFIXES)
    for row in answer.rows():
        yield {name: term.value if term else "" for name, term in zip(answer.variables, row, strict=True)}


def _of_endpoint(address: str, query: str) -> Iterator[Row]:
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())
    request = urllib.request.Request(
        address, data=urlencode({"query": prefixes + query}).encode(), headers={"Accept": _JSON}
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        found = json.load(answer)
    variables: list[str] = found["head"]["vars"]
    for row in found["results"]["bindings"]:
        yield {name: row[name]["value"] if name in row else "" for name in variables}
