"""Names of things in the language of a page, asked for all at once, and what places and concepts belong to."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from kg.graph.namespaces import RDFS, SCHEMA, SKOS, TKG
from kg.serve.site.ask import iri
from kg.serve.site.page import Page
from kg.serve.site.words import words

_LABELS = (SKOS.prefLabel, SCHEMA.name, RDFS.label)
_BATCH = 1000  # things that are asked for in one query
_UNNAMED = "#place"  # of a report that does not say which place it is of
_ABOVE = (SCHEMA.containedInPlace, TKG.policyArea)

Said = Mapping[str, Sequence[tuple[str, str]]]  # property → values with their languages


@dataclass(frozen=True, slots=True)
class Name:
    """What a thing is called, and in which language, zh or en."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


class Names:
    """The names of some things, Chinese where there is none in the page's language."""

    def __init__(self, language: str, said: Mapping[str, Said]) -> None:
        self._language, self._said = language, said

    def __getitem__(self, thing: str) -> Name:
        """A thing's name; the end of its IRI where it has none."""
        found = sorted(
            (label for property in _LABELS for label in self._said.get(thing, {}).get(property, ())), key=self._rank
        )
        if not found and thing.endswith(_UNNAMED):
            return Name(words(self._language)["unnamed-place"], self._language)
        text, language = found[0] if found else (_end(thing), "zh")
        return Name(text, language or "zh")

    def has(self, thing: str) -> bool:
        """Whether a thing has a name."""
        return any(self._said.get(thing, {}).get(property) for property in _LABELS)

    def one(self, thing: str, property: str) -> str:
        """The first value of a property, "" where there is none."""
        values = self._said.get(thing, {}).get(property, ())
        return min(value for value, _ in values) if values else ""

    def level(self, thing: str) -> str:
        """The level of government of a place, programme or strategy: township, county …; "" where unknown."""
        return self.one(thing, TKG.level).removeprefix(TKG.level.removesuffix("level"))

    def within(self, place: str) -> str:
        """The IRI of what contains a place."""
        return self.one(place, SCHEMA.containedInPlace)

    def area(self, concept: str) -> str:
        """The IRI of the policy area of a concept."""
        return self.one(concept, TKG.policyArea)

    def sorted(self, things: Iterable[str]) -> list[str]:
        """Things without repetition, by their names."""
        return sorted(set(things), key=lambda thing: (str(self[thing]), thing))

    def _rank(self, label: tuple[str, str]) -> tuple[bool, bool, str]:
        text, language = label
        return language[:2] != self._language, language == "en", text


async def named(page: Page, things: Iterable[str]) -> Names:
    """The names of things and of what they belong to. What is no IRI is passed over."""
    said: dict[str, dict[str, list[tuple[str, str]]]] = {}
    wanted = {thing for thing in things if ":" in thing}
    for _ in range(2):
        found = await _properties(page, sorted(wanted - said.keys()))
        said |= found
        wanted = {value for one in found.values() for property in _ABOVE for value, _ in one.get(property, ())}
    return Names(page.language, said)


async def _properties(page: Page, things: Sequence[str]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    batches = [things[first : first + _BATCH] for first in range(0, len(things), _BATCH)]
    answers = await asyncio.gather(
        *(page.ask.rows("properties", this=[iri(thing) for thing in batch]) for batch in batches)
    )
    found: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in (row for answer in answers for row in answer):
        found[row["this"]][row["property"]].append((row["value"], row["language"]))
    return found


def _end(thing: str) -> str:
    """The readable end of an IRI."""
    return unquote(thing.rstrip("/").rpartition("#")[2].rpartition("/")[2]) or thing
