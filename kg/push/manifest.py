"""What was pushed, kept as a small graph beside it: for each graph the hash and number of the triples that were sent.

The endpoint may change what it is given (round a number, say), so what it holds cannot be compared with what we have;
what we sent can. An entry is there only where its graph was sent whole after the entry's last change.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.graph.namespaces import RDF, XSD
from kg.oxigraph import parse

# https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/, http://spdx.org/rdf/terms
_NAMED_GRAPH, _NAME = (f"http://www.w3.org/ns/sparql-service-description#{term}" for term in ("NamedGraph", "name"))
_TRIPLES = "http://rdfs.org/ns/void#triples"
_CHECKSUM = "http://spdx.org/rdf/terms#checksumValue"


@dataclass(frozen=True, slots=True)
class Entry:
    """The SHA-256 of a graph's sorted canonical N-Triples, and how many they are."""

    digest: str
    count: int

    @classmethod
    def of(cls, lines: Iterable[str]) -> tuple[Entry, bytes]:
        """The entry of these N-Triples lines, and what is sent: the lines sorted."""
        ordered = sorted(lines)
        body = "".join(f"{line}\n" for line in ordered).encode()
        return cls(hashlib.sha256(body).hexdigest(), len(ordered)), body


def read(content: bytes) -> dict[str, Entry]:
    """Graph → entry of a manifest in Turtle or N-Triples; incomplete entries do not count. KgError on bad syntax."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in parse(content, "turtle"):
        said[subject][predicate] = value.value
    return {
        facts[_NAME]: Entry(facts[_CHECKSUM].lower(), int(facts[_TRIPLES]))
        for facts in said.values()
        if facts.keys() >= {_NAME, _CHECKSUM, _TRIPLES} and facts[_TRIPLES].isdecimal()
    }


def write(manifest: str, entries: Mapping[str, Entry]) -> bytes:
    """The manifest graph as N-Triples."""
    lines = []
    for graph, entry in sorted(entries.items()):
        node = f"<{manifest}#{hashlib.sha256(graph.encode()).hexdigest()[:32]}>"
        lines += [
            f"{node} <{RDF.type}> <{_NAMED_GRAPH}> .\n{node} <{_NAME}> <{graph}> .\n",
            f'{node} <{_TRIPLES}> "{entry.count}"^^<{XSD.integer}> .\n{node} <{_CHECKSUM}> "{entry.digest}" .\n',
        ]
    return "".join(lines).encode()
