"""Fills links of townships and counties to Wikidata by their codes (P442), a few hundred at a time and only when asked.

What was answered is kept in a file, a line a place with the day of asking, so that a run that was cut short goes on and
nobody is asked twice. An item is taken where it alone has the code, bears the place's name and lies in the same unit;
every other place is for a person to look at.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from kg.errors import AnswerError, KgError, PushError
from kg.graph.namespaces import SCHEMA, SKOS, TKG, WDT
from kg.graph.store import Store
from kg.link import mappings
from kg.link.sssom import Link, LinkSet
from kg.push.endpoint import Endpoint
from kg.text.repair.script import simplified

WIKIDATA = "https://query.wikidata.org/sparql"
NAME = "places-wikidata-online"
BATCH = 150  # places in a query
PAUSE = 1.0  # seconds between queries
ATTEMPTS = 2  # more that a query gets; what is too much for the server is halved
KEPT = 180  # days that an answer holds
WHAT = "the endpoint"  # in messages
_PATIENCE = 12  # failures in a row after which the endpoint is given up; a batch is halved eight times
_ENTITY = "http://www.wikidata.org/entity/"
_HEAD = {
    "mapping_set_title": "Places to Wikidata, asked online",
    "mapping_set_description": "Townships and counties of which one item has the code (P442), the name and the parent.",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "subject_source": mappings.PLACES,
    "object_source": _ENTITY,
}
_CONFIDENCE, _COMPOSITE = "0.98", "https://w3id.org/semapv/vocab/CompositeMatching"
_WANTED = f"""SELECT ?place ?key ?name ?parentKey ?parentName WHERE {{
  VALUES ?level {{ <{TKG.county}> <{TKG.township}> }}
  ?place a <{TKG.Place}> ; <{TKG.level}> ?level ; <{SCHEMA.name}> ?name ; <{WDT.P442}> ?key ;
    <{SCHEMA.containedInPlace}> ?parent .
  ?parent <{SCHEMA.name}> ?parentName ; <{WDT.P442}> ?parentKey .
}} ORDER BY ?key"""
_QUERY = f"""PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <{SKOS.prefLabel.removesuffix("prefLabel")}>
SELECT ?key ?item ?name ?parentKey ?parentName WHERE {{{{
  VALUES ?key {{{{ {{keys}} }}}}
  ?item wdt:P442 ?key .
  {{{{ }}}}
  UNION {{{{ ?item rdfs:label|skos:altLabel ?name FILTER(STRSTARTS(LANG(?name), "zh")) }}}}
  UNION {{{{ ?item wdt:P131/wdt:P442 ?parentKey }}}}
  UNION {{{{ ?item wdt:P131/rdfs:label ?parentName FILTER(STRSTARTS(LANG(?parentName), "zh")) }}}}
}}}}"""  # a union, so that rows add up and do not multiply

_COLUMNS = ("place", "code", "name", "parent", "reason")

Items = dict[str, dict[str, list[str]]]  # item → names, parents' keys, parents' names


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place of the store to be found: its IRI, P442 as Wikidata writes it, its name, and its parent's two."""

    place: str
    key: str
    name: str
    parent_key: str
    parent_name: str


@dataclass(slots=True)
class Filled:
    """What came of it: the links, what a person must look at (place, reason), how many were asked, what failed."""

    links: list[Link] = field(default_factory=list)
    open: list[tuple[Wanted, str]] = field(default_factory=list)
    asked: int = 0
    problems: list[KgError] = field(default_factory=list)


class Cache:
    """Answers by key, in a file of JSON lines that only grows."""

    def __init__(self, path: Path, *, today: date, days: int = KEPT) -> None:
        """Read what is there and not older than `days`; a last line that was cut off is passed over."""
        self._path, self._today = path, today.isoformat()
        self._found: dict[str, tuple[str, Items]] = {}
        for line in path.read_text("utf-8").split("\n") if path.exists() else ():
            if line.endswith("}") and (today - date.fromisoformat((entry := json.loads(line))["date"])).days < days:
                self._found[entry["key"]] = entry["date"], entry["items"]

    def get(self, key: str) -> tuple[str, Items] | None:
        """The day of asking and the items that have the key; None where nobody asked."""
        return self._found.get(key)

    def add(self, answers: Mapping[str, Items]) -> None:
        """Note what was answered today."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        cut = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
        with self._path.open("a", encoding="utf-8") as out:
            out.write("\n" * cut)
            for key, items in answers.items():
                self._found[key] = self._today, items
                entry = {"key": key, "date": self._today, "items": items}
                out.write(json.dumps(entry, ensure_ascii=False) + "\n")


def fill(
    store: Store,
    endpoint: Endpoint,
    cache: Cache,
    *,
    batch: int = BATCH,
    pause: float = PAUSE,
    progress: Callable[[int], Callable[[int], None]] | None = None,
) -> Filled:
    """Find the items of the store's townships and counties that the packaged links do not have.

    `pause`: seconds between two queries. EndpointError where the endpoint does not let us in; a batch that fails again
    and again is asked in halves, and what is left is named in the result.
    """
    known = {link.subject for one in mappings.packaged() for link in one.links if link.target.startswith(_ENTITY)}
    wanted = [one for one in _wanted(store) if _canonical(one.place, store.base) not in known]
    due = [one.key for one in wanted if cache.get(one.key) is None]
    done = Filled(asked=len(due))
    _ask(endpoint, cache, [due[start : start + batch] for start in range(0, len(due), batch)], pause, done, progress)
    for one in wanted:
        _judge(one, cache.get(one.key), store.base, done)
    return done


def link_set(filled: Filled) -> LinkSet:
    """What was found as a set of links."""
    return LinkSet(NAME, _HEAD, {}, tuple(filled.links))


def today() -> date:
    """The day, in UTC."""
    return datetime.now(UTC).date()


def review(filled: Filled, path: Path) -> None:
    """Write what a person must look at as a table with tabs: place, code, name, parent, reason."""
    rows = [(one.place, one.key, one.name, one.parent_name, reason) for one, reason in filled.open]
    path.write_text("".join("\t".join(row) + "\n" for row in [_COLUMNS, *rows]), "utf-8")


def _wanted(store: Store) -> Iterator[Wanted]:
    for row in store.query(_WANTED).rows():
        yield Wanted(*(term.value for term in row if term))


def _ask(
    endpoint: Endpoint,
    cache: Cache,
    batches: Iterable[list[str]],
    pause: float,
    done: Filled,
    progress: Callable[[int], Callable[[int], None]] | None,
) -> None:
    """Ask for the keys of all batches, in halves where one fails, until too much has failed in a row."""
    queue, failures = deque(batches), 0
    advance = progress(done.asked) if progress else _silent
    while queue and failures < _PATIENCE:
        keys = queue.popleft()
        try:
            cache.add(_answers(endpoint, keys))
        except (PushError, AnswerError) as error:
            failures += 1
            if len(keys) > 1:
                queue.extendleft((keys[len(keys) // 2 :], keys[: len(keys) // 2]))
            else:
                done.problems.append(error)
        else:
            failures = 0
            advance(len(keys))
        if queue:
            time.sleep(pause)
    if queue:
        left = sum(map(len, queue))
        done.problems.append(PushError(WHAT, f"{left} places not asked, as it failed again and again", "run it again"))


def _answers(endpoint: Endpoint, keys: list[str]) -> dict[str, Items]:
    """The items that have these keys, with or without spaces."""
    spellings = {spelling: key for key in keys for spelling in (key, key.replace(" ", ""))}
    found: dict[str, Items] = {key: {} for key in keys}
    for row in endpoint.select(_QUERY.format(keys=" ".join(f'"{spelling}"' for spelling in spellings))):
        try:
            items = found[spellings[row["key"]]]
            said = items.setdefault(row["item"], {"name": [], "parentKey": [], "parentName": []})
        except KeyError as error:
            raise AnswerError(WHAT, f"answers what was not asked ({error})", "check --endpoint") from error
        for name, values in said.items():
            if name in row and row[name] not in values:
                values.append(row[name])
    return found


def _judge(wanted: Wanted, answer: tuple[str, Items] | None, base: str, done: Filled) -> None:
    """A link where one item agrees in all, else the place with the reason why not."""
    day, items = answer or ("", {})
    reasons = {item: _against(wanted, said) for item, said in items.items()}
    good = [item for item, reason in reasons.items() if not reason]
    if len(good) == 1:
        subject = _canonical(wanted.place, base)
        done.links.append(Link(subject, SKOS.exactMatch, good[0], _COMPOSITE, _CONFIDENCE, day, wanted.name))
    elif len(good) > 1:
        done.open.append((wanted, f"several items agree: {_named(good)}"))
    elif reasons:
        done.open.append((wanted, "; ".join(f"{_named([item])} {reason}" for item, reason in reasons.items())))
    else:
        done.open.append((wanted, "no item has the code" if answer else "not answered"))


def _against(wanted: Wanted, said: dict[str, list[str]]) -> str:
    """What speaks against an item, '' where nothing does."""
    if not said["name"]:
        return "has no Chinese name"
    if wanted.name not in map(_simple, said["name"]):
        return f"is called {said['name'][0]}"
    keys = {key.replace(" ", "") for key in said["parentKey"]}
    if wanted.parent_key.replace(" ", "") in keys or wanted.parent_name in map(_simple, said["parentName"]):
        return ""
    return f"lies in {(said['parentName'] or said['parentKey'] or ['nothing'])[0]}"


def _simple(text: str) -> str:
    return "".join(simplified().get(character, character) for character in text)


def _named(items: Iterable[str]) -> str:
    return " ".join(item.removeprefix(_ENTITY) for item in sorted(items))


def _canonical(place: str, base: str) -> str:
    """The place as the tables have it, whatever the store's base."""
    return f"{mappings.PLACES}{place.removeprefix(f'{base}place/')}"


def _silent(_: int) -> None:
    return None
