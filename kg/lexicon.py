"""The one loader of what the program knows: the schemes under ``ontology/schemes`` and the tables under ``kg/data``.

Everything is read once, when first asked for; `use` puts schemes of the user's over ours. A scheme or table that is not
as it must be raises LexiconError.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from kg import oxigraph, resources, schemes
from kg.errors import LexiconError
from kg.model import Concept, Kind, Level, Unit
from kg.schemes import SKOS, TKG, TYPE, Own, local

BASE = "https://w3id.org/township-kg/"

_QUOTES = re.compile("[“”‘’]")
Known = TypeVar("Known")
_Entry = dict[str, list[str]]

_own: tuple[Own, ...] = ()
_made: list[Callable[[], None]] = []  # how to forget what was made of the schemes in force


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
    """A canonical indicator: its local name, every name it goes by, and the kind of unit it expects.

    `change_of` is the local name of the indicator whose growth rate or yearly gain it is, empty where it is no change.
    """

    slug: str
    label: str
    names: tuple[str, ...]
    kind: str | None
    change_of: str = ""


def of_schemes(make: Callable[[], Known]) -> Callable[[], Known]:
    """`make`, which makes something of the concepts in force, done once and again after they have changed."""
    kept = cache(make)
    _made.append(kept.cache_clear)
    return kept


def use(own: Iterable[Own] = ()) -> None:
    """From now on read, in this process, with the user's schemes `own` over ours, or with ours alone."""
    global _own
    if _own != (own := tuple(own)):
        _own = own
        for forget in _made:
            forget()


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
    """The entries of ``ontology/schemes/{name}.ttl``."""
    return _entries(oxigraph.parse(resources.ontology() / "schemes" / f"{name}.ttl"))


def _entries(triples: Iterable[oxigraph.Triple]) -> dict[str, _Entry]:
    """Subject → property → values; only Chinese labels are kept of labels."""
    entries: dict[str, _Entry] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, term in triples:
        if term.language in ("", "zh"):
            entries[subject][predicate].append(term.value)
    return entries


def _names(entry: _Entry) -> tuple[str, ...]:
    return (*entry[f"{SKOS}prefLabel"], *entry.get(f"{SKOS}altLabel", ()))


@of_schemes
def concepts() -> tuple[Entry, ...]:
    """All programmes and strategies of the schemes in force."""
    entries = _entries(schemes.in_force(_own))
    return tuple(found for kind in Kind for iri, entry in entries.items() if (found := _concept(kind, iri, entry)))


def _concept(kind: Kind, iri: str, entry: _Entry) -> Entry | None:
    """The concept of an entry, None where it is not one of this kind."""
    if TKG + kind.value.capitalize() not in entry.get(TYPE, ()):
        return None
    names, slug, level = _names(entry), local(iri), entry.get(f"{TKG}level")
    concept = Concept(
        kind,
        names[0],
        names,
        slug,
        Level(local(level[0])) if level else None,
        ordinary="true" in entry.get(f"{TKG}ordinary", ()),
        iri="" if iri == f"{BASE}{kind.value}/{slug}" else iri,
    )
    serves = tuple(map(local, entry.get(f"{TKG}servesStrategy", ())))
    implied = tuple(entry.get(f"{SKOS}hiddenLabel", ()))
    return Entry(concept, "true" in entry.get(f"{TKG}quotedOnly", ()), serves, implied)


def bare(name: str) -> str:
    """A name as schemes write it: without quotation marks."""
    return _QUOTES.sub("", name)


@of_schemes
def rejected() -> frozenset[str]:
    """The names that a user found to be none."""
    return schemes.rejected(_own)


def refused(concept: Concept) -> bool:
    """Whether a user found that a name of this provisional concept is none."""
    return not concept.known and not rejected().isdisjoint(map(bare, concept.names))


@cache
def units() -> dict[str, Unit]:
    """Every way to write a unit → the unit."""
    found: dict[str, Unit] = {}
    for iri, entry in _scheme("units").items():
        if f"{TKG}Unit" not in entry.get(TYPE, ()):
            continue
        kind = entry.get(f"{TKG}unitKind")
        if not kind:
            raise LexiconError(f"units.ttl: {iri}", "no tkg:unitKind")
        unit = Unit(entry[f"{SKOS}prefLabel"][0], local(iri), local(kind[0]))
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
        if f"{TKG}Indicator" in entry.get(TYPE, ()):
            names = (*_names(entry), *entry.get(f"{SKOS}hiddenLabel", ()))
            kind, change_of = (next(map(local, entry.get(TKG + term, ())), "") for term in ("unitKind", "changeOf"))
            found.append(Measure(local(iri), names[0], names, kind or None, change_of))
    return tuple(found)


@of_schemes
def digest() -> str:
    """Twelve hex digits that change when any scheme, of the package's or the user's in use, or any table does."""
    running = hashlib.sha256()
    files = [*(resources.ontology() / "schemes").glob("*.ttl"), *resources.data(".").glob("*.*")]
    for path in sorted(files, key=lambda p: p.name):
        running.update(path.name.encode())
        running.update(path.read_bytes())
    for scheme in _own:
        running.update(scheme.content)
    return running.hexdigest()[:12]
