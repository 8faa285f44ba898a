"""How well and how fast names of townships are resolved: all 41,352 of the list, by what is known beside the name.

    python benchmarks/resolution.py [--every N]

Prints a Markdown table. *Precision* is over the places given, *recall* over all names, *open* the share left without
a place. The rows with villages need the table of `kg gazetteer build`. Nothing is random: characters and villages are
drawn from a generator with a fixed seed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from kg.link.gazetteer import Gazetteer
from kg.link.index import Index
from kg.link.match import Context, match
from kg.link.village_index import VillageIndex
from kg.link.villages import Villages, stem
from kg.model import Level, Place

Case = tuple[str, Context]
SEED = 6


def name_of(place: Place, level: Level) -> str:
    """The name of the unit of the level that the place lies in, "" where there is none."""
    unit = place.at(level)
    return unit.name if unit else ""


def in_full(place: Place) -> Context:
    """The county (of an undivided prefecture that), and the units above it."""
    county = name_of(place, Level.COUNTY) or name_of(place, Level.PREFECTURE)
    return Context(county, name_of(place, Level.PREFECTURE), name_of(place, Level.PROVINCE))


def slips(places: list[Place]) -> Callable[[Place], str]:
    """A function that puts another character of the names' own alphabet for one of a name."""
    alphabet, chance = sorted({character for place in places for character in place.name}), random.Random(SEED)

    def slip(place: Place) -> str:
        at = chance.randrange(len(place.name))
        wrong = chance.choice([c for c in chance.sample(alphabet, 2) if c != place.name[at]])
        return place.name[:at] + wrong + place.name[at + 1 :]

    return slip


def some(places: list[Place], count: int) -> dict[str, tuple[str, ...]]:
    """Code → so many of the township's villages, all where it has fewer; "" where there is no table."""
    table, chance, found = Villages.load(), random.Random(SEED + count), {}
    assert table is not None
    lines = (line.partition("\t") for line in table.text.splitlines() if line[:1].isdigit())
    known = {code: names.split(" ") for code, _, names in lines}
    for place in places:
        names = list({stem(name): name for name in known.get(place.code or "", ())}.values())
        found[place.code or ""] = tuple(chance.sample(names, min(count, len(names))))
    return found


def rows(places: list[Place]) -> Iterator[tuple[str, Callable[[Place], Case | None]]]:
    """What is known, and how a place gives a case of it."""
    slip = slips(places)
    yield "county and what is above it", lambda p: (p.name, in_full(p))
    yield "county alone", lambda p: (p.name, Context(in_full(p).county))
    yield "prefecture only", lambda p: (p.name, Context(prefecture=in_full(p).prefecture or in_full(p).county))
    yield "province only", lambda p: (p.name, Context(province=in_full(p).province))
    yield "name only", lambda p: (p.name, Context())
    yield "one wrong character, with county", lambda p: (slip(p), in_full(p))
    for count in (2, 3) if Villages.load() else ():
        named = some(places, count)
        yield f"name and {count} villages", partial(by_villages, count, named, named_too=True)
        yield f"{count} villages, no name", partial(by_villages, count, named)
        yield f"{count} villages and county, no name", partial(by_villages, count, named, county_too=True)


def by_villages(
    count: int, named: dict[str, tuple[str, ...]], place: Place, *, named_too: bool = False, county_too: bool = False
) -> Case | None:
    """A case of a place that its villages tell, with its name or its county; None where it has too few villages."""
    if len(named[place.code or ""]) < count and not named_too:
        return None
    context = in_full(place) if county_too else Context()
    return place.name if named_too else "", replace(context, villages=named[place.code or ""])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth township only")
    step = parser.parse_args().every
    Gazetteer.load()
    began = time.perf_counter()
    index = Index.load()
    print(f"index: {1000 * (time.perf_counter() - began):.0f} ms")
    VillageIndex.load()
    places = [index.place(row) for row in range(0, len(index.codes), step)]
    print(
        "| known beside the name | names | precision | recall | open | names/s |\n| --- | --: | --: | --: | --: | --: |"
    )
    for title, case in rows(places):
        cases = [(place, *asked) for place in places if (asked := case(place))]
        began = time.perf_counter()
        found = [(place, match(name, context, level=Level.TOWNSHIP).place) for place, name, context in cases]
        rate = len(cases) / (time.perf_counter() - began)
        given = [(place, answer) for place, answer in found if answer is not None]
        right = sum(place == answer for place, answer in given)
        share = len(cases) or 1
        precision = f"{right / len(given):.4f}" if given else "–"
        figures = f"{precision} | {right / share:.4f} | {1 - len(given) / share:.4f} | {rate:,.0f}"
        print(f"| {title} | {len(cases):,} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
