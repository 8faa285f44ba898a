"""The one loader of what the program knows: the schemes under ``ontology/schemes`` and the tables under ``kg/data``.

Everything is read once, when first asked for. A scheme or table that is not as it must be raises LexiconError.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import oxigraph, resources
from kg.errors import LexiconError
from kg.model import Concept, Kind, Level, Unit

TKG = "https://w3id.org/township-kg/ontology#"
BASE = "https://w3id.org/township-kg/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_Entry = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept of the schemes as the recognisers need it; `quoted` ones are read only inside quotation marks.

    `implied` are words that imply the concept without naming it (个网格 → 网格化管理), its skos:hiddenLabel.
    """

    concept: Concept
    quoted: bool
    serves: tuple[str, ...]
    implied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A canonical indicator: its local name, every name it goes by, and the kind of unit it expects."""

    slug: str
    label: str
    names: tuple[str, ...]
    kind: str | None


@cache
def table(name: str) -> dict[str, Any]:
    """The TOML table `name` of ``kg/data``."""
    path = resources.data(name)
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(name, str(error)) from error


@cache
def words(name: str) -> tuple[str, ...]:
    """The lines of the word list `name` of ``kg/data``; # starts a comment."""
    lines = resources.data(name).read_text("utf-8").splitlines()
    return tuple(word for line in lines if (word := line.split("#", 1)[0].strip()))


@cache
def _scheme(name: str) -> dict[str, _Entry]:
    """Subject → property → values of ``ontology/schemes/{name}.ttl``; only Chinese labels are kept of labels."""
    path = resources.ontology() / "schemes" / f"{name}.ttl"
    entries: dict[str, _Entry] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value, language in oxigraph.statements(path):
        if language in ("", "zh"):
            entries[subject][predicate].append(value)
    return entries


def _local(iri: str) -> str:
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _names(entry: _Entry) -> tuple[str, ...]:
    return (*entry[f"{SKOS}prefLabel"], *entry.get(f"{SKOS}altLabel", ()))


def _concepts(scheme: str, kind: Kind) -> list[Entry]:
    wanted = TKG + kind.value.capitalize()
    found = []
    for iri, entry in _scheme(scheme).items():
        if wanted not in entry.get(RDF_TYPE, ()):
            continue
        names = _names(entry)
        level = entry.get(f"{TKG}level")
        concept = Concept(
            kind,
            names[0],
            names,
            _local(iri),
            Level(_local(level[0])) if level else None,
            ordinary="true" in entry.get(f"{TKG}ordinary", ()),
        )
        serves = tuple(map(_local, entry.get(f"{TKG}servesStrategy", ())))
        implied = tuple(entry.get(f"{SKOS}hiddenLabel", ()))
        found.append(Entry(concept, "true" in entry.get(f"{TKG}quotedOnly", ()), serves, implied))
    return found


@cache
def concepts() -> tuple[Entry, ...]:
    """All programmes and strategies of the schemes."""
    return (*_concepts("programmes", Kind.PROGRAMME), *_concepts("strategies", Kind.STRATEGY))


@cache
def units() -> dict[str, Unit]:
    """Every way to write a unit → the unit."""
    found: dict[str, Unit] = {}
    for iri, entry in _scheme("units").items():
        if f"{TKG}Unit" not in entry.get(RDF_TYPE, ()):
            continue
        kind = entry.get(f"{TKG}unitKind")
        if not kind:
            raise LexiconError(f"units.ttl: {iri}", "no tkg:unitKind")
        unit = Unit(entry[f"{SKOS}prefLabel"][0], _local(iri), _local(kind[0]))
        for name in _names(entry):
            found.setdefault(name, unit)
    return found


@cache
def classifiers() -> frozenset[str]:
    """The units that count things and take the counted noun behind them (3座公厕)."""
    entries = _scheme("units").values()
    return frozenset(n for e in entries if "true" in e.get(f"{TKG}classifier", ()) for n in _names(e))


@cache
def measures() -> tuple[Measure, ...]:
    """All canonical indicators."""
    found = []
    for iri, entry in _scheme("indicators").items():
        if f"{TKG}Indicator" in entry.get(RDF_TYPE, ()):
            names = _names(entry)
            kind = entry.get(f"{TKG}unitKind")
            found.append(Measure(_local(iri), names[0], names, _local(kind[0]) if kind else None))
    return tuple(found)


@cache
def digest() -> str:
    """Twelve hex digits that change when any scheme or table does."""
    running = hashlib.sha256()
    files = [*(resources.ontology() / "schemes").glob("*.ttl"), *resources.data(".").glob("*.*")]
    for path in sorted(files, key=lambda p: p.name):
        running.update(path.name.encode())
        running.update(path.read_bytes())
    return running.hexdigest()[:12]
