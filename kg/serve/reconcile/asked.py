"""What clients ask, checked: malformed JSON and impossible values become a Refused with the place of the fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from kg.errors import KgError
from kg.serve.reconcile import offer

BATCH = 100  # queries in a batch; the manifest says so
LIMIT, MOST = 5, 50  # candidates of a query: unless it says how many, and at most
IDS, COLUMNS = 1000, 50  # entities and properties that one extension may ask for
_FIELDS = ("query", "type", "limit", "properties", "type_strict")  # of a query
_JSON = 100  # characters of a wrong value that a message quotes

T = TypeVar("T")


class Refused(KgError):
    """A request that is not answered: the HTTP `status` and the text say why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property: its `text`, and the `id` of the entity if it is one."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query; `types` are ids of types that there are, None if only others were asked for."""

    text: str = ""
    types: tuple[str, ...] | None = ()
    limit: int = LIMIT
    values: Mapping[str, tuple[Value, ...]] | None = None

    def of(self, property: str) -> tuple[Value, ...]:
        """The values that the query gives for a property."""
        return (self.values or {}).get(property, ())


@dataclass(frozen=True, slots=True)
class Column:
    """A property to extend data with, and its settings."""

    property: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension query."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def batch(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys; Refused."""
    found = _object(_json(text, "queries"), "queries")
    if len(found) > BATCH:
        raise Refused(413, f"queries: {len(found)} in one batch; at most {BATCH}")
    return {key: query(value, f"queries.{key}"[:_JSON]) for key, value in found.items()}


def single(text: str) -> Query:
    """One query, as JSON or as the bare name; Refused."""
    return query(_json(text, "query"), "query") if text.lstrip().startswith("{") else Query(text)


def query(value: Any, at: str) -> Query:
    """The query in a JSON object; `at` says where it stands."""
    given = _object(value, at)
    for name in given.keys() - set(_FIELDS):
        _refuse(f"{at}.{name}"[:_JSON], f"is none of {', '.join(_FIELDS)}", given[name])
    text = _string(given.get("query", ""), f"{at}.query")
    rows = _list(given.get("properties", []), f"{at}.properties", _given)
    if not text.strip() and not rows:
        _refuse(at, "has neither a query nor properties", given)
    values: dict[str, tuple[Value, ...]] = {}
    for name, more in rows:
        if known := offer.property_called(name):
            values[known.id] = (*values.get(known.id, ()), *more)
    types = given.get("type") or []
    named = _list([types] if isinstance(types, str) else types, f"{at}.type", _type)
    found = offer.types_called(named)
    return Query(text, None if named and not found else found, _limit(given.get("limit", LIMIT), f"{at}.limit"), values)


def extension(text: str) -> Extension:
    """The data extension query in JSON; Refused."""
    given = _object(_json(text, "extend"), "extend")
    for name, most in (("ids", IDS), ("properties", COLUMNS)):
        if name not in given:
            _refuse("extend", f"has no {name}", given)
        if isinstance(given[name], list) and len(given[name]) > most:
            raise Refused(413, f"extend.{name}: {len(given[name])} of them; at most {most}")
    ids = _list(given["ids"], "extend.ids", _string)
    return Extension(tuple(dict.fromkeys(ids)), tuple(_list(given["properties"], "extend.properties", _column)))


def whole(text: str, at: str) -> int:
    """A number that is not negative, in a parameter; Refused."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        _refuse(at, "is no whole number", text)
    return int(text)


def _column(value: Any, at: str) -> Column:
    given = _object(value, at)
    if "id" not in given:
        _refuse(at, "has no id", given)
    settings = _object(given.get("settings") or {}, f"{at}.settings")
    return Column(
        _string(given["id"], f"{at}.id"),
        {name: "" if value is None else str(value) for name, value in settings.items()},
    )


def _given(value: Any, at: str) -> tuple[str, list[Value]]:
    """The name of a property and its values."""
    given = _object(value, at)
    if "pid" not in given or "v" not in given:
        _refuse(at, "needs a pid and a v", given)
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    return _string(given["pid"], f"{at}.pid"), _list(values, f"{at}.v", _value)


def _value(value: Any, at: str) -> Value:
    if isinstance(value, dict):
        if not isinstance(value.get("id"), str):
            _refuse(at, "is an entity without an id", value)
        return Value(_string(value.get("name", ""), f"{at}.name"), value["id"])
    if value is None:
        return Value("")
    if isinstance(value, list):
        _refuse(at, "is a list in a list", value)
    return Value(str(value))


def _type(value: Any, at: str) -> str:
    """The id of a type, which some clients send with its name."""
    return _string(value.get("id") if isinstance(value, dict) else value, at)


def _limit(value: Any, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1:
        _refuse(at, "is no positive number", value)
    return int(min(value, MOST))


def _json(text: str, at: str) -> Any:
    try:
        found = json.loads(text, parse_constant=lambda name: _refuse(at, "has a number that JSON has not", name))
        json.dumps(found, ensure_ascii=False).encode()  # half a character is none
    except UnicodeEncodeError as error:
        raise Refused(400, f"{at}: has half a character (\\ud800 to \\udfff)") from error
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"{at}: is no JSON ({str(error)[:_JSON]})") from error
    return found


def _object(value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(at, "is no JSON object", value)
    return value


def _string(value: Any, at: str) -> str:
    if not isinstance(value, str):
        _refuse(at, "is no string", value)
    return value


def _list(value: Any, at: str, read: Callable[[Any, str], T]) -> list[T]:
    if not isinstance(value, list):
        _refuse(at, "is no list", value)
    return [read(one, f"{at}[{number}]") for number, one in enumerate(value)]


def _refuse(at: str, reason: str, value: object) -> NoReturn:
    raise Refused(400, f"{at}: {reason}: {json.dumps(value, ensure_ascii=False)[:_JSON]}")
