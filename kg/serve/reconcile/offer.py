"""What the service offers, as kg/data/reconcile.toml says: types, properties, settings and features."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import lexicon
from kg.graph.namespaces import PREFIXES
from kg.model import Level

SCHEMA_SPACE = PREFIXES["tkg"]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of entities; `level` is that of places, `kind` the local name of the class of concepts."""

    id: str
    name: str
    description: str
    broader: tuple[str, ...] = ()
    level: Level | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of entities of the `types`; see the data file for the rest."""

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    gives: str = ""
    path: str = ""
    source: str = ""
    count: bool = False
    language: str = ""
    asked: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether there are values to extend data with."""
        return bool(self.path or self.source)


def _table() -> dict[str, Any]:
    return lexicon.table("reconcile.toml")


@cache
def types() -> dict[str, Type]:
    """Id → type, in the order of the file."""
    return {row["id"]: _type(row) for row in _table()["type"]}


def _type(row: dict[str, Any]) -> Type:
    level = Level(row["level"]) if "level" in row else None
    return Type(row["id"], row["name"], row["description"], tuple(row.get("broader", ())), level, row.get("class", ""))


@cache
def properties() -> dict[str, Property]:
    """Id → property, in the order of the file."""
    return {row["id"]: _property(row) for row in _table()["property"]}


def _property(row: dict[str, Any]) -> Property:
    rest = {name: row[name] for name in ("gives", "path", "count", "language", "asked") if name in row}
    return Property(
        row["id"],
        row["name"],
        row.get("description", ""),
        tuple(row["types"]),
        source=row.get("from", ""),
        aliases=tuple(row.get("aliases", ())),
        **rest,
    )


def settings() -> list[dict[str, Any]]:
    """The settings of data extension, as the manifest has them."""
    found: list[dict[str, Any]] = _table()["setting"]
    return found


def features() -> dict[str, str]:
    """Id → description of the features of a candidate."""
    return {row["id"]: row["description"] for row in _table()["feature"]}


@cache
def _names() -> dict[str, str]:
    """Whatever a query may call a property → its id."""
    rows = properties().values()
    return {name: row.id for row in rows for name in (row.id, SCHEMA_SPACE + row.id, *row.name.split(), *row.aliases)}


def property_called(name: str) -> Property | None:
    """The property of this id, IRI, name or alias."""
    found = _names().get(name.strip())
    return properties()[found] if found else None


def types_called(names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the types with these ids or IRIs; unknown ones are left out."""
    return tuple(id for name in names if (id := name.removeprefix(SCHEMA_SPACE)) in types())


@cache
def above(type: str) -> tuple[str, ...]:
    """The type's id and those of the wider ones, the narrowest first."""
    return (type, *(wider for broader in types()[type].broader for wider in above(broader)))


def is_a(type: str, wanted: Iterable[str]) -> bool:
    """Whether entities of `type` are of one of the types `wanted`; no types wanted are all."""
    asked = set(wanted)
    return not asked or not asked.isdisjoint(above(type))


def properties_of(type: str) -> list[Property]:
    """The properties that data of entities of `type` can be extended with; of all types where `type` is empty."""
    rows = (row for row in properties().values() if row.told)
    return [row for row in rows if not type or any(has in above(type) or type in above(has) for has in row.types)]
