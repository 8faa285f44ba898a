"""A column of 500 names of townships as a spreadsheet may have them, made the same way each time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from opencc import OpenCC

from kg.link.gazetteer import Gazetteer, kinds
from kg.link.index import Index
from kg.model import Level, Place

SEED, NUMBER = 500, 500
Row = tuple[Place, str, str]
"""The township that is meant, the cell of its name, the cell of its county."""


def rows() -> Iterator[Row]:
    """500 townships of the list, each written in the next of the ways below."""
    index, chance = Index.load(), random.Random(SEED)
    plain = [row for row, name in enumerate(index.names) if kinds(name)[1] in ("镇", "乡", "街道") and len(name) > 2]
    ways = (
        exact,
        no_kind,
        wrong_character,
        in_brackets,
        before,
        behind,
        traditional,
        old_kind,
        spaced,
        wide,
        office,
        path,
    )
    for number, row in enumerate(chance.sample(plain, NUMBER)):
        place = index.place(row)
        yield place, *ways[number % len(ways)](place, chance)


def county(place: Place) -> str:
    """The short or everyday form of the county, its name where it has none."""
    unit = place.parent
    assert unit is not None
    return Gazetteer.load().short(unit.name, unit.level)


def full(place: Place) -> str:
    """The county's official name."""
    assert place.parent is not None
    return place.parent.name


def exact(place: Place, _: random.Random) -> tuple[str, str]:
    return place.name, county(place)


def no_kind(place: Place, _: random.Random) -> tuple[str, str]:
    bare = place.name.removesuffix(kinds(place.name)[1])
    return bare, full(place)


def wrong_character(place: Place, chance: random.Random) -> tuple[str, str]:
    at, names = chance.randrange(len(place.name) - 1), Index.load().names
    wrong = next(c for c in chance.choice(names) + "丁丙" if c != place.name[at])
    return place.name[:at] + wrong + place.name[at + 1 :], full(place)


def in_brackets(place: Place, chance: random.Random) -> tuple[str, str]:
    return place.name + chance.choice(["（{}）", "({})", " 【{}】"]).format(full(place)), ""


def before(place: Place, _: random.Random) -> tuple[str, str]:
    return full(place) + place.name, ""


def behind(place: Place, chance: random.Random) -> tuple[str, str]:
    return place.name + chance.choice([" ", "，", "/", "-"]) + full(place), ""


def traditional(place: Place, _: random.Random) -> tuple[str, str]:
    return OpenCC("s2t").convert(place.name), OpenCC("s2t").convert(full(place))


def old_kind(place: Place, _: random.Random) -> tuple[str, str]:
    kind = kinds(place.name)[1]
    return place.name.removesuffix(kind) + {"镇": "乡", "街道": "镇", "乡": "镇"}[kind], full(place)


def spaced(place: Place, chance: random.Random) -> tuple[str, str]:
    return chance.choice([" ", "\u3000"]).join(place.name) + "\u3000", f" {full(place)}"


def wide(place: Place, chance: random.Random) -> tuple[str, str]:
    return f"{chance.randrange(1, 60)}．{place.name}", full(place)


def office(place: Place, _: random.Random) -> tuple[str, str]:
    return place.name + ("办事处" if place.name.endswith("街道") else "人民政府"), county(place)


def path(place: Place, _: random.Random) -> tuple[str, str]:
    units = (place.at(level) for level in (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY))
    return "".join(dict.fromkeys(unit.name for unit in units if unit)) + place.name, ""
