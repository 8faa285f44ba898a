"""Makes the packaged tables of links that follow from other tables; the rest of kg/data/links is written by hand.

    python -m kg.link.linksets wikidata adcode_wikidata_geonames.csv   # columns adcode, name, wikidata
    python -m kg.link.linksets geonames geonames_adcode.csv            # columns adcode, name, geonameid
    python -m kg.link.linksets units VOCAB_QUDT-UNITS-ALL.ttl          # of github.com/qudt/qudt-public-repo

A place is taken where code and name are those of the division list; rows of the table that were curated by hand stay.
Units follow the matches of ontology/schemes/units.ttl, whose targets must be there and not deprecated; their UCUM codes
are those that QUDT has.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from kg import resources
from kg.errors import KgError
from kg.graph import iris
from kg.graph.namespaces import PREFIXES, SKOS
from kg.link import sssom
from kg.link.gazetteer import Gazetteer
from kg.link.sssom import Link
from kg.oxigraph import Term, Triple, parse

_IDS = {"wikidata": ("wikidata", "{}"), "geonames": ("geonameid", "{}/")}  # column, and the id in the target's IRI
_SEMAPV = "https://w3id.org/semapv/vocab/"
_UNSPECIFIED, _BY_HAND = f"{_SEMAPV}UnspecifiedMatching", f"{_SEMAPV}ManualMappingCuration"
_UNIT, _UCUM = "http://qudt.org/vocab/unit/", "https://w3id.org/uom/"
_SURE = "0.95"  # of a table whose makers do not say how they matched, once name and code agree with ours

Facts = dict[str, dict[str, list[Term]]]


def places(kind: str, source: Path, folder: Path) -> int:
    """Renew the table of links of places in `folder` from a CSV file; gives how many rows were left out."""
    path = folder / f"places-{kind}{sssom.SUFFIX}"
    old = sssom.read(path)
    kept = [link for link in old.links if link.justification == _BY_HAND]
    column, form = _IDS[kind]
    target = old.prefixes["wd" if kind == "wikidata" else "gn"]
    with source.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row[column]]
    found = []
    for row in rows:
        place = Gazetteer.load().place(row["adcode"])
        if place is not None and (place.code, place.name) == (row["adcode"], row["name"]):
            subject, iri = f"{iris.SCHEMES}place/{place.code}", target + form.format(row[column])
            link = Link(subject, SKOS.exactMatch, iri, _UNSPECIFIED, _SURE, old.head["publication_date"], place.name)
            found.append(link)
    linked = {link.subject for link in found}
    links = [*found, *(link for link in kept if link.subject not in linked)]
    sssom.write(replace(old, links=tuple(sorted(links, key=lambda link: (len(link.subject), link.subject)))), path)
    return len(rows) - len(found)


def units(source: Path, folder: Path) -> None:
    """Renew the tables of links of units to QUDT and to UCUM; KgError where a match of ours is not in QUDT."""
    ours, theirs = _facts(parse(resources.ontology("schemes/units.ttl"))), _facts(parse(source))
    for name, make in (("qudt", _to_qudt), ("ucum", _to_ucum)):
        path = folder / f"units-{name}{sssom.SUFFIX}"
        old = sssom.read(path)
        links = (link for iri, facts in ours.items() for link in make(iri, facts, theirs, old.head["publication_date"]))
        sssom.write(replace(old, links=tuple(links)), path)


def _to_qudt(iri: str, facts: dict[str, list[Term]], theirs: Facts, date: str) -> Iterator[Link]:
    for predicate, unit in _matches(facts):
        if unit not in theirs or theirs[unit].get(f"{PREFIXES['qudt']}deprecated"):
            raise KgError(f"{iri}: {unit} is no unit of QUDT, or no longer; correct ontology/schemes/units.ttl")
        yield _unit_link(iri, facts, predicate, unit, date, _english(theirs[unit]))


def _to_ucum(iri: str, facts: dict[str, list[Term]], theirs: Facts, date: str) -> Iterator[Link]:
    for predicate, unit in _matches(facts):
        codes = sorted(term.value for term in theirs[unit].get(f"{PREFIXES['qudt']}ucumCode", ()))
        if code := min(codes, key=lambda code: ("/" in code, len(code)), default=None):  # one form: kg.m-3, not kg/m3
            yield _unit_link(iri, facts, predicate, _UCUM + quote(code, safe="*"), date, code)


def _matches(facts: dict[str, list[Term]]) -> Iterator[tuple[str, str]]:
    for predicate in (SKOS.exactMatch, SKOS.closeMatch):
        for target in facts.get(predicate, ()):
            if target.value.startswith(_UNIT):
                yield predicate, target.value


def _unit_link(iri: str, facts: dict[str, list[Term]], predicate: str, target: str, date: str, label: str) -> Link:
    confidence = "1.0" if predicate == SKOS.exactMatch else "0.9"
    name = next(term.value for term in facts[SKOS.prefLabel] if term.language == "zh")
    return Link(iri, predicate, target, _BY_HAND, confidence, date, name, label)


def _english(facts: dict[str, list[Term]]) -> str:
    labels = facts[f"{PREFIXES['rdfs']}label"]
    return min(labels, key=lambda label: (label.language != "en", bool(label.language))).value


def _facts(triples: Iterator[Triple]) -> Facts:
    found: Facts = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        found[subject][predicate].append(value)
    return found


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.linksets", description=__doc__)
    parser.add_argument("kind", choices=(*_IDS, "units"))
    parser.add_argument("source", type=Path)
    parser.add_argument("--folder", type=Path, default=resources.data("links"))
    options = parser.parse_args()
    try:
        if options.kind == "units":
            units(options.source, options.folder)
        elif left := places(options.kind, options.source, options.folder):
            parser.exit(message=f"{left} rows left out: their code or name is not in the division list\n")
    except (KgError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
