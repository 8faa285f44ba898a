"""Makes what the explorer knows of a store as a whole: names and texts to search, counts, points, what is new.

    python -m kg.serve.index.build SOURCE INDEX

SOURCE is a store's folder or the address of an endpoint, INDEX the SQLite file, which is left as it is where the source
still has the content that it was made of. A process of its own, so that the server goes on meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from kg.graph.namespaces import PREFIXES, TKG
from kg.serve.index import tokens
from kg.serve.index.sources import Row, opened

VERSION = 5  # of the tables
_LOWER = 10  # of nice(1)
_BATCH = 20  # reports whose texts are asked for at a time
_SHORTEST = 4  # characters of a line that is worth finding
_NEW = 12  # reports that are shown as new
_DEPTH = 6  # of units that a place may lie in, one in the other

_TABLES = """
CREATE TABLE known (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  note TEXT NOT NULL, weight INTEGER NOT NULL);
CREATE TABLE label (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, plain TEXT NOT NULL);
CREATE VIRTUAL TABLE name USING fts5 (words, content='', tokenize='unicode61 remove_diacritics 2');
CREATE TABLE line (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, start INTEGER NOT NULL, text TEXT NOT NULL);
CREATE VIRTUAL TABLE said USING fts5 (words, about, content='', tokenize='unicode61 remove_diacritics 0');
"""
_CONTENT = "SELECT ?graph ?hash WHERE { GRAPH ?graph { ?graph tkg:contentHash ?hash } }"
_SIZES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?number) WHERE {
  { ?thing a ?class FILTER(?class IN (tkg:Report, tkg:Outcome)) }
  UNION { ?passage tkg:mentions ?thing . ?thing a ?class FILTER(?class IN (tkg:Programme, tkg:Strategy)) }
  UNION { ?outcome tkg:indicator ?thing BIND(tkg:Indicator AS ?class) }
  UNION { ?report tkg:about ?thing BIND(tkg:Place AS ?class) }
} GROUP BY ?class"""  # of the schemes, what reports speak of
_CONCEPTS = """SELECT ?thing ?class ?name ?language ?preferred WHERE {
  VALUES ?class { tkg:Programme tkg:Strategy tkg:Indicator }
  ?thing a ?class .
  { ?thing skos:prefLabel ?name BIND(1 AS ?preferred) } UNION { ?thing skos:altLabel ?name BIND(0 AS ?preferred) }
  BIND(LANG(?name) AS ?language)
}"""
_AREAS = """SELECT ?concept ?area ?name ?language WHERE {
  ?concept tkg:policyArea ?area . ?area skos:prefLabel ?name BIND(LANG(?name) AS ?language) }"""
_PROVISIONAL = "SELECT ?thing WHERE { ?thing a tkg:Provisional }"
_MENTIONED = "SELECT ?thing (COUNT(*) AS ?number) WHERE { ?passage tkg:mentions ?thing } GROUP BY ?thing"
_MEASURED = "SELECT ?thing (COUNT(*) AS ?number) WHERE { ?outcome tkg:indicator ?thing } GROUP BY ?thing"
_REPORTED = "SELECT ?thing (COUNT(*) AS ?number) WHERE { ?report tkg:about ?thing } GROUP BY ?thing"
_PLACES = """SELECT ?thing ?name ?level ?within WHERE {
  ?thing a tkg:Place ; schema:name ?name .
  OPTIONAL { ?thing tkg:level ?level } OPTIONAL { ?thing schema:containedInPlace ?within } }"""
_POINTS = "SELECT ?thing ?point WHERE { ?thing geo:hasGeometry ?geometry . ?geometry geo:asWKT ?point }"
_REPORTS = """SELECT ?thing ?title ?source ?year ?published ?place ?issuer WHERE {
  ?thing a tkg:Report . OPTIONAL { ?thing schema:name ?title } OPTIONAL { ?thing tkg:sourceName ?source }
  OPTIONAL { ?thing tkg:reportYear ?year } OPTIONAL { ?thing schema:datePublished ?published }
  OPTIONAL { ?thing tkg:about ?place } OPTIONAL { ?thing tkg:issuer ?issuer } }"""
_TEXTS = "SELECT ?thing ?text WHERE { VALUES ?thing { %s } ?thing schema:text ?text }"

Ask = Callable[[str], Iterator[Row]]


def main() -> int:
    """Make the index, or leave it."""
    source, path = sys.argv[1], Path(sys.argv[2])
    os.nice(_LOWER)
    with opened(source) as ask:
        content = fingerprint(ask)
        if content != known_content(path):
            write(ask, path, content)
    return 0


def fingerprint(ask: Ask) -> str:
    """A hash of what the source's graphs were made of."""
    rows = sorted(f"{row['graph']} {row['hash']}" for row in ask(_CONTENT))
    return hashlib.sha256("\n".join([str(VERSION), *rows]).encode()).hexdigest()


def known_content(path: Path) -> str:
    """The hash that the index was made of, "" where there is none."""
    if not path.is_file():
        return ""
    with closing(sqlite3.connect(path)) as index:
        ((content,),) = index.execute("SELECT value FROM known WHERE key = 'content'")
        return str(content)


def write(ask: Ask, path: Path, content: str) -> None:
    """Make the index beside `path` and put it there when it is whole."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(made, isolation_level=None)) as index:
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLES)
        _Writer(ask, index).all(content)
        index.execute("COMMIT")
    made.replace(path)


class _Writer:
    def __init__(self, ask: Ask, index: sqlite3.Connection) -> None:
        self._ask, self._index, self._count = ask, index, 0
        self._places = {row["thing"]: row for row in ask(_PLACES)}
        self._reported = self._numbers(_REPORTED)
        self._about: dict[str, str] = {}  # report → the words of what it is about

    def all(self, content: str) -> None:
        """Everything; `content` says what it is made of."""
        areas = self._concepts()
        self._all_places()
        reports = list({row["thing"]: row for row in self._ask(_REPORTS)}.values())
        ids = {row["thing"]: self._report(row) for row in reports}
        self._texts(ids)
        sizes = {row["class"].removeprefix(PREFIXES["tkg"]): int(row["number"]) for row in self._ask(_SIZES)}
        self._know("content", content)
        self._know("sizes", sizes)
        self._know("areas", areas)
        self._know("places", self._where())
        self._know("new", self._newest(reports))

    def _concepts(self) -> list[dict[str, Any]]:
        """Programmes, strategies and indicators with their names; the policy areas with how much is said of them."""
        weight = self._numbers(_MENTIONED) + self._numbers(_MEASURED)
        provisional = {row["thing"] for row in self._ask(_PROVISIONAL)}
        area, names = self._areas()
        labels: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self._ask(_CONCEPTS):
            labels[row["thing"], row["class"]].append(row)
        for (thing, kind), rows in labels.items():
            first = {row["language"][:2]: row["name"] for row in reversed(rows) if row["preferred"] == "1"}
            zh = first.get("zh") or next(iter(first.values()), rows[0]["name"])
            note = {"area": names.get(area.get(thing, ""), {}), "provisional": thing in provisional}
            kind = kind.removeprefix(PREFIXES["tkg"]).lower()
            self._thing(thing, kind, zh, first.get("en", ""), note, weight[thing], {row["name"] for row in rows})
        return self._said_of(area, names, weight)

    def _areas(self) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Concept → its policy area; area → its name by language."""
        area: dict[str, str] = {}
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._ask(_AREAS):
            area.setdefault(row["concept"], row["area"])
            names[row["area"]][row["language"][:2]] = row["name"]
        return area, names

    def _said_of(
        self, area: Mapping[str, str], names: Mapping[str, dict[str, str]], weight: Counter[str]
    ) -> list[dict[str, Any]]:
        said: Counter[str] = Counter()
        for concept, one in area.items():
            said[one] += weight[concept]
        for one, name in names.items():
            self._thing(one, "area", name.get("zh", ""), name.get("en", ""), {}, said[one], set(name.values()))
        return [
            {"iri": one, **names[one], "number": said[one]} for one in sorted(names, key=lambda one: (-said[one], one))
        ]

    def _all_places(self) -> None:
        for thing, row in self._places.items():
            if "#" not in thing:  # a place that only its report knows
                note = {
                    "within": self._within(thing),
                    "level": row["level"].removeprefix(TKG.level.removesuffix("level")),
                }
                self._thing(thing, "place", row["name"], "", note, self._reported[thing], {row["name"]}, note["within"])

    def _within(self, place: str) -> str:
        """What a place lies in, the largest first, in one word: 湖南省衡阳市常宁市."""
        return "".join(self._places[unit]["name"] for unit in reversed(self._units(place)))

    def _units(self, place: str) -> list[str]:
        """The units that a place lies in, the smallest first."""
        found: list[str] = []
        while len(found) < _DEPTH and place in self._places and self._places[place]["within"] in self._places:
            place = self._places[place]["within"]
            found.append(place)
        return found

    def _report(self, row: Row) -> int:
        title, place = self._title(row), self._name(row["place"])
        note = {"year": row["year"], "place": place}
        about = f"{place} {row['year']} {row['issuer']}"
        self._about[row["thing"]] = tokens.pairs(f"{title} {about}")
        return self._thing(row["thing"], "report", title, "", note, 0, {title}, about)

    def _name(self, place: str) -> str:
        return self._places[place]["name"] if place in self._places else ""

    def _title(self, row: Row) -> str:
        return row["title"] or untitled(self._name(row["place"]), row["year"], row["source"])

    def _texts(self, ids: Mapping[str, int]) -> None:
        """The lines of the reports' texts."""
        reports = list(ids)
        for first in range(0, len(reports), _BATCH):
            asked = " ".join(f"<{report}>" for report in reports[first : first + _BATCH])
            for row in self._ask(_TEXTS % asked):
                for start, line in lines(row["text"]):
                    at = self._index.execute(
                        "INSERT INTO line (thing, start, text) VALUES (?, ?, ?)", (ids[row["thing"]], start, line)
                    ).lastrowid
                    said = at, tokens.pairs(line), self._about[row["thing"]]
                    self._index.execute("INSERT INTO said (rowid, words, about) VALUES (?, ?, ?)", said)

    def _where(self) -> list[dict[str, Any]]:
        """The places that reports come from, with their number, their point, and the smallest unit that has this."""
        points = {row["thing"]: row["point"] for row in self._ask(_POINTS) if row["thing"] in self._places}
        known = ((place, number) for place, number in sorted(self._reported.items()) if place in self._places)
        return [self._at(place, number, points) for place, number in known]

    def _at(self, place: str, number: int, points: Mapping[str, str]) -> dict[str, Any]:
        near = next((one for one in [place, *self._units(place)] if one in points), "")
        at = {"point": points.get(near, ""), "near": near, "near_label": self._name(near)}
        return {"iri": place, "label": self._name(place), "value": number, **at}

    def _newest(self, reports: Iterable[Row]) -> list[dict[str, str]]:
        """The reports that were published last, or that are on the latest years where that is not known.

        Of several of a place and year, a copy or another encoding, there is one: that of the first IRI.
        """
        each: dict[tuple[str, str], Row] = {}
        for row in sorted(reports, key=lambda row: row["thing"]):
            of = row["place"] if "#" not in row["place"] else ""  # not a place that only its report knows
            each.setdefault((of or self._title(row), row["year"]), row)
        ordered = sorted(each.values(), key=lambda row: (row["published"] or row["year"], row["thing"]), reverse=True)
        return [
            {
                "iri": row["thing"],
                "title": self._title(row),
                "date": row["published"] or row["year"],
                "place": self._name(row["place"]),
            }
            for row in ordered[:_NEW]
        ]

    def _thing(
        self,
        iri: str,
        kind: str,
        zh: str,
        en: str,
        note: Mapping[str, Any],
        weight: int,
        names: set[str],
        more: str = "",
    ) -> int:
        """A thing with its names; `more` are words by which it is found too."""
        self._count += 1
        self._index.execute(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._count, iri, kind, zh, en, json.dumps(note, ensure_ascii=False), weight),
        )
        for name in sorted(names):
            at = self._index.execute(
                "INSERT INTO label (thing, plain) VALUES (?, ?)", (self._count, tokens.plain(name))
            ).lastrowid
            words = tokens.characters(f"{name} {more}")
            self._index.execute("INSERT INTO name (rowid, words) VALUES (?, ?)", (at, words))
        return self._count

    def _numbers(self, query: str) -> Counter[str]:
        return Counter({row["thing"]: int(row["number"]) for row in self._ask(query)})

    def _know(self, key: str, value: Any) -> None:
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self._index.execute("INSERT INTO known VALUES (?, ?)", (key, said))


def untitled(place: str, year: str, source: str) -> str:
    """What a report without a title is called: 县溪镇2021年工作报告, by its file's name where it does not say more."""
    return f"{place}{year and f'{year}年'}工作报告" if place else source


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that say something, each with its offset."""
    at = 0
    for line in text.split("\n"):
        if len(line.strip()) >= _SHORTEST:
            yield at, line
        at += len(line) + 1


if __name__ == "__main__":
    sys.exit(main())
