"""What a cell of a table says of a place: its name, and the units around it (县溪镇（通道县）, 湖南省怀化市县溪镇)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from kg import lexicon
from kg.link.gazetteer import Gazetteer
from kg.link.match import Context
from kg.link.names import Names
from kg.model import Level, Place
from kg.text.repair.script import unmistakable

Unit = tuple[str, Level]
"""The words that name a unit above the townships, and its level."""

_BRACKETS = re.compile(r"[(\[【〔<《]([^()\[\]【】〔〕<>《》]*)[)\]】〕>》]?")
_BETWEEN = re.compile(r"[\s,，、/\\|;；:：>·・\-—–_]+")
_QUOTES = re.compile("[\"'`“”‘’「」『』]")
_ABOVE = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
_SHORTEST = 2  # characters of what is left of a name when the units in front of it are taken away


def read(cell: str, context: Context) -> tuple[str, Context]:
    """The name in a cell, and the context with what the cell adds to it; what the context says already stays.

    A name that is on the division list as it stands is not taken apart.
    """
    if Names.load().listed(cell.strip()):
        return cell.strip(), context
    text = _QUOTES.sub("", unicodedata.normalize("NFKC", cell)).strip().translate(unmistakable())
    aside = [piece for inner in _BRACKETS.findall(text) for piece in _BETWEEN.split(inner)]
    name, *others = _pieces(_BRACKETS.sub(" ", text))
    name = _without_office(name)
    units = [unit for piece in (*others, *aside) for unit in _units(piece, name)]
    front, rest = _apart(name)
    if front and not Names.load().akin(name, None) and not any(Gazetteer.load().find(name, level) for level in _ABOVE):
        name, units = rest, [*front, *units]
    if not name and units:
        name = units.pop()[0]
    return name, _with(context, units)


def _pieces(text: str) -> list[str]:
    """The pieces of a cell: first the name, then those that name units above; the last is the name if all do."""
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    names = [piece for piece in pieces if not _units(piece)] or pieces[-1:]
    return ["".join(names), *(piece for piece in pieces if piece not in names)]


def _without_office(name: str) -> str:
    """The place's name without the office that follows it (县溪镇人民政府)."""
    offices = lexicon.table("reconcile.toml")["cells"]["offices"]
    return next((left for office in offices if (left := name.removesuffix(office)) != name and left), name)


def _units(piece: str, name: str = "") -> list[Unit]:
    """The units above the townships that these words name and nothing else: 怀化市通道县, 通道.

    Of the levels that a short form may mean (岳阳) the lowest that has a place called `name`, else the highest.
    """
    front, rest = _apart(piece, keep=0)
    if not rest:
        return front
    found = [units for level in _ABOVE if (units := Gazetteer.load().find(piece, level))]
    fitting = [units for units in found if name and len(found) > 1 and _in_one(name, units)]
    return [(piece, units[0].level) for units in (*reversed(fitting), *found)][:1]


def _apart(name: str, keep: int = _SHORTEST) -> tuple[list[Unit], str]:
    """The units in front of a name and the rest of it, of at least `keep` characters."""
    gazetteer, at = Gazetteer.load(), 0
    units: list[Unit] = []
    inside: tuple[Place, ...] = ()
    for start, end, places in gazetteer.mentions(name):
        form, rest = name[start:end], name[end:]
        if start != at or len(rest) < keep or _in_one(name[at:], inside):
            break
        if not gazetteer.firm(form) and not (form == places[0].name and _in_one(rest, places)):  # 磁县: two characters
            break
        units.append((form, places[0].level))
        at, inside = end, places
    return units, name[at:]


def _in_one(name: str, units: Iterable[Place]) -> bool:
    """Whether one of the units has a township of this name (召陵区 has 召陵区万金镇)."""
    return any(Names.load().akin(name, unit) for unit in units)


def _with(context: Context, units: Iterable[Unit]) -> Context:
    """The context with these units where it has none of their level."""
    said = {level: words for words, level in reversed([*units])}  # the first of a level
    return replace(
        context,
        county=context.county or said.get(Level.COUNTY, ""),
        prefecture=context.prefecture or said.get(Level.PREFECTURE, ""),
        province=context.province or said.get(Level.PROVINCE, ""),
    )
