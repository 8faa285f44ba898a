"""Which part of a store to export, in the user's words, and what these words mean in the store.

A query can be selected from where it speaks of ?place, ?programme, ?strategy (IRIs) or ?year (xsd:gYear) by just these
names: a selection binds them.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.errors import ExportError
from kg.graph import queries
from kg.graph.namespaces import SCHEMA, SKOS, TKG
from kg.graph.queries import Query
from kg.graph.store import Store
from kg.oxigraph import Answer, Term

Terms = Mapping[str, tuple[Term, ...]]  # variable → what it may be

_NEAR = 3  # names that an error offers
_YEAR = re.compile(r"(\d{4})(?:Z|[+-]\d\d:\d\d)?", re.ASCII)  # an xsd:gYear of our era

_PLACES = f"""SELECT ?name ?node WHERE {{ ?node a <{TKG.Place}> ; <{SCHEMA.name}>|<{TKG.statisticalCode}> ?name }}"""
_CONCEPTS = """SELECT ?name ?node WHERE {{ ?node a <{kind}> ; <{pref}>|<{alt}> ?name }}"""
_YEARS = f"SELECT DISTINCT ?year WHERE {{ ?node <{TKG.year}>|<{TKG.reportYear}> ?year }}"
_BELOW = "SELECT ?lower ?upper WHERE {{ ?lower <{relation}> ?upper }}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Names, codes or IRIs of places, programmes and strategies, and years; what is empty selects all.

    A place stands for all that lies in it, a concept for all that are narrower. Several of a kind: any of them.
    """

    places: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    since: int | None = None

    def terms(self, store: Store) -> Terms:
        """What the variables place, programme, strategy and year may be; only those that are selected.

        ExportError for a name that the store does not know.
        """
        found = {
            "place": _nodes(store, "place", self.places, _PLACES, SCHEMA.containedInPlace),
            "programme": _nodes(store, "programme", self.programmes, _concepts(TKG.Programme), SKOS.broader),
            "strategy": _nodes(store, "strategy", self.strategies, _concepts(TKG.Strategy), SKOS.broader),
            "year": self._years(store),
        }
        return {variable: terms for variable, terms in found.items() if terms}

    def _years(self, store: Store) -> tuple[Term, ...]:
        if not self.years and self.since is None:
            return ()
        stored = {
            term: year for (term,) in store.query(_YEARS).rows() if term and (year := year_of(term.value)) is not None
        }
        chosen = tuple(sorted(term for term, year in stored.items() if self._takes(year)))
        if not chosen:
            said = f"since {self.since}" if self.since is not None else ", ".join(map(str, self.years))
            raise ExportError(
                f"nothing in {store.path} is of the years asked for ({said}); {_offered(stored.values())}"
            )
        return chosen

    def _takes(self, year: int) -> bool:
        return (not self.years or year in self.years) and (self.since is None or year >= self.since)


EVERYTHING = Selection()


def ask(store: Store, query: Query, selection: Selection) -> Answer:
    """The answer of `query` for the selected part. ExportError where it does not speak of what is selected."""
    terms = selection.terms(store)
    if missing := sorted(set(terms) - queries.variables(query)):
        raise ExportError(f"{query.name} cannot be selected by {missing[0]}; leave out that option")
    return queries.ask(store, query, terms)


def year_of(text: str) -> int | None:
    """The year that an xsd:gYear means; None of other words, which loaded data may hold."""
    found = _YEAR.fullmatch(text)
    return int(found[1]) if found else None


def _offered(years: Collection[int]) -> str:
    return f"there are {min(years)} to {max(years)}" if years else "it has no years at all"


def _concepts(kind: str) -> str:
    return _CONCEPTS.format(kind=kind, pref=SKOS.prefLabel, alt=SKOS.altLabel)


def _nodes(store: Store, kind: str, names: Iterable[str], query: str, relation: str) -> tuple[Term, ...]:
    """The nodes of these names and all below them, in a fixed order."""
    if not names:
        return ()
    known: dict[str, set[str]] = defaultdict(set)
    for name, node in store.query(query).rows():
        if name and node and node.kind == "iri":
            known[name.value].add(node.value)
            known[node.value].add(node.value)
    roots = {node for name in names for node in _known(known, name, f"{kind} of this name in {store.path}")}
    return tuple(Term(iri, "iri") for iri in sorted(_with_all_below(roots, _pairs(store, relation))))


def _known(known: Mapping[str, set[str]], name: str, what: str) -> set[str]:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=_NEAR)
    hint = f"did you mean {' or '.join(near)}?" if near else "kg query reports and concepts name what there is"
    raise ExportError(f"{name}: there is no {what}; {hint}")


def _pairs(store: Store, relation: str) -> Iterator[tuple[str, str]]:
    for lower, upper in store.query(_BELOW.format(relation=relation)).rows():
        if lower and upper:
            yield lower.value, upper.value


def _with_all_below(roots: set[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    below: dict[str, set[str]] = defaultdict(set)
    for lower, upper in pairs:
        below[upper].add(lower)
    found, open_ = set(roots), list(roots)
    while open_:
        new = below[open_.pop()] - found
        found |= new
        open_ += new
    return found
