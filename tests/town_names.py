"""A column of town names as tables have them, invented from the division list: each row with the place that is meant.

Endings are missing, characters wrong, counties stand in brackets or in front, and beside the names there is a column of
counties that is written in several ways, and empty in places. The same seed gives the same column.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.link.gazetteer import Gazetteer
from kg.model import Level, Place
from kg.text.repair.script import unmistakable

KINDS = ("社区管理委员会", "街道办事处", "街道", "民族乡", "地区", "苏木", "镇", "乡")  # endings of names


@dataclass(frozen=True, slots=True)
class Row:
    """A cell, the cell of the county column beside it, the place that is meant, and what was done to its name."""

    cell: str
    county: str
    place: Place
    mess: str


def column(size: int = 500, seed: int = 6) -> list[Row]:
    """So many rows."""
    dice = random.Random(seed)
    townships = [place for place in Gazetteer.load().beginning("") if place.level is Level.TOWNSHIP]
    characters = sorted({character for place in townships for character in stem(place.name)})
    names = list(MESS)
    messes = dice.choices(names, weights=[MESS[name][0] for name in names], k=size)
    return [
        _row(place, mess, dice, characters) for place, mess in zip(dice.sample(townships, size), messes, strict=True)
    ]


def _row(place: Place, mess: str, dice: random.Random, characters: list[str]) -> Row:
    cell = MESS[mess][1](place, dice, characters)
    beside = "" if mess in ("brackets", "front") else county(place, dice)
    return Row(cell, beside, place, mess)


def county(place: Place, dice: random.Random) -> str:
    """The place's county in one of its forms, one time in ten nothing."""
    above = place.parent
    assert above is not None
    short = Gazetteer.load().short(above.name, above.level)
    return dice.choices([above.name, short, f" {above.name} ", ""], weights=[50, 30, 10, 10])[0]


def stem(name: str) -> str:
    """The name without what kind of township it is."""
    end = next((end for end in KINDS if name.endswith(end) and len(name) > len(end) + 1), "")
    return name.removesuffix(end)


def _wrong(place: Place, dice: random.Random, characters: list[str]) -> str:
    at = dice.randrange(len(stem(place.name)))
    return place.name[:at] + dice.choice(characters) + place.name[at + 1 :]


def _front(place: Place, dice: random.Random, _: list[str]) -> str:
    return "".join(unit.name for unit in _above(place, dice.choice([1, 2, 3]))) + place.name


def _above(place: Place, most: int) -> Iterator[Place]:
    """So many of the units above, the highest first."""
    if most and place.parent:
        yield from _above(place.parent, most - 1)
        yield place.parent


def _brackets(place: Place, dice: random.Random, _: list[str]) -> str:
    assert place.parent
    inside = dice.choice([place.parent.name, Gazetteer.load().short(place.parent.name, place.parent.level)])
    return f"{place.name}{dice.choice(['（%s）', '(%s)', ' [%s]', '【%s】']) % inside}"


def _other_kind(place: Place, dice: random.Random, _: list[str]) -> str:
    kind = place.name.removeprefix(stem(place.name))
    return (
        stem(place.name) + dice.choice([other for other in ("镇", "乡", "街道") if other != kind])
        if kind
        else place.name
    )


def _spaced(place: Place, dice: random.Random, _: list[str]) -> str:
    return dice.choice([f" {place.name}\u3000", " ".join(place.name), f"{place.name}\t", f"“{place.name}”"])


def _traditional(place: Place, _: random.Random, __: list[str]) -> str:
    forms = {new: chr(old) for old, new in unmistakable().items()}
    return "".join(forms.get(character, character) for character in place.name)


MESS: dict[str, tuple[int, Callable[[Place, random.Random, list[str]], str]]] = {
    "none": (25, lambda place, *_: place.name),
    "no ending": (20, lambda place, *_: stem(place.name)),
    "wrong character": (12, _wrong),
    "brackets": (12, _brackets),
    "front": (8, _front),
    "spaces": (8, _spaced),
    "traditional": (5, _traditional),
    "other kind": (5, _other_kind),
    "office": (5, lambda place, *_: f"{place.name}{'办事处' if place.name.endswith('街道') else '人民政府'}"),
}
