"""Where places are: points of the packaged table (GeoNames), and before those the user's own.

All are longitude and latitude in degrees, WGS84 (CRS84: longitude first). `kg gazetteer build --coordinates` makes the
user's table from a CSV; its points are told by county code and name, never by a bare number.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from kg import lexicon, resources
from kg.errors import KgError, LexiconError, UnreadableInput
from kg.link.gazetteer import Gazetteer
from kg.model import Level, Place

TABLE, OWN = "coordinates.tsv.gz", "coordinates.tsv.gz"  # the packaged one, the user's
GEONAMES = "https://sws.geonames.org/"
OWN_HEADER = """\
# The user's coordinates. Made by kg gazetteer build --coordinates
# Columns: county code and name, or code; longitude; latitude
"""


class Basis(StrEnum):
    """What a point is."""

    SEAT = "populatedPlace"  # the populated place of the unit's name, mostly its seat of government
    MIDDLE = "middleOfTownships"  # the median of its townships' points
    OWN = "givenPoint"  # from the user's table


@dataclass(frozen=True, slots=True)
class Point:
    """A point in degrees, and what it is; `source` is the IRI of the GeoNames feature of a populated place, else ""."""

    lon: float
    lat: float
    basis: Basis
    source: str = ""


def point(place: Place) -> Point | None:
    """Where a unit of today's list is, as far as the tables tell; None for other places."""
    if place.code is None or place.level is Level.VILLAGE:
        return None
    if cells := _find(_own(), _key(place)):
        return Point(float(cells[0]), float(cells[1]), Basis.OWN)
    cells = _find(_table(), place.code)
    if not cells or getattr(Gazetteer.load().place(place.code), "name", "") != place.name:
        return None
    lon, lat, spot = cells
    return Point(float(lon), float(lat), Basis.SEAT if spot else Basis.MIDDLE, f"{GEONAMES}{spot}/" if spot else "")


def path() -> Path:
    """Where the user's table is, or would be."""
    return resources.user_data(OWN)


def make(source: Path, out: Path) -> tuple[int, int]:
    """Write the user's table from a CSV with a header; how many units have a point, how many lines fit no unit.

    kg/data/coordinates.toml says what its columns may be called. Lines without coordinates are passed over. Raises
    UnreadableInput where a column is missing or a point is not in China, KgError where `out` cannot be written.
    """
    known = {_key(place): place for place in Gazetteer.load().all_townships()}
    known |= {place.code or "": place for level in _UPPER for place in Gazetteer.load().upper(level)}
    points, strangers = {}, 0
    for cells, lon, lat in _rows(source):
        key = _key_of(cells)
        if key in known and known[key].name == cells["name"]:
            points[key] = f"{key}\t{lon}\t{lat}\n"
        else:
            strangers += 1
    resources.write(out, gzip.compress((OWN_HEADER + "".join(points[k] for k in sorted(points))).encode(), mtime=0))
    return len(points), strangers


def mark() -> str:
    """Eight hex digits that change with the user's table, "" where there is none."""
    return hashlib.sha256(path().read_bytes()).hexdigest()[:8] if path().is_file() else ""


_UPPER = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


def _key(place: Place) -> str:
    """What a unit is told by: its code, of townships their county's code and their name."""
    code = place.code or ""
    return f"{code[:6]}/{place.name}" if place.level is Level.TOWNSHIP else code


def _key_of(cells: Mapping[str, str]) -> str:
    """The same of a line of the user's; a county's code alone tells the county itself, or one of its townships."""
    code = cells.get("code") or cells.get("county", "")
    own_county = not cells.get("code") and getattr(Gazetteer.load().place(code), "name", "") == cells["name"]
    return code if len(code) < 9 and (cells.get("code") or own_county) else f"{code[:6]}/{cells['name']}"


def _rows(source: Path) -> Iterator[tuple[dict[str, str], str, str]]:
    """The lines that have coordinates, their cells by role."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as lines:
            read = csv.DictReader(lines)
            columns = _columns(source, read.fieldnames or ())
            for row in read:
                cells = {role: (row[column] or "").strip() for role, column in columns.items()}
                if cells["lon"] and cells["lat"]:
                    yield cells, *_checked(source, read.line_num, cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableInput(source, str(error), "give a CSV file in UTF-8") from error


def _columns(source: Path, header: object) -> dict[str, str]:
    """Role → the column of the file that has it."""
    names = list(header) if isinstance(header, (list, tuple)) else []
    wanted: dict[str, list[str]] = lexicon.table("coordinates.toml")["columns"]
    found = {role: column for role, known in wanted.items() if (column := next((n for n in known if n in names), ""))}
    for role in ("name", "lon", "lat"):
        if role not in found:
            raise UnreadableInput(source, f"has no column {' or '.join(wanted[role])}", "name its columns so")
    if not {"code", "county"} & found.keys():
        raise UnreadableInput(source, "has neither a column code nor county_code", "give one of them")
    return found


def _checked(source: Path, line: int, cells: Mapping[str, str]) -> tuple[str, str]:
    """Longitude and latitude as written, once they are found to be in China."""
    for role, (low, high) in lexicon.table("coordinates.toml")["bounds"].items():
        try:
            degrees = float(cells[role])
        except ValueError:
            degrees = math.nan
        if not low <= degrees <= high:
            said = f"line {line}: {role} {cells[role]!r} is not between {low} and {high}"
            raise UnreadableInput(
                source, said, "give degrees of WGS84, and see that longitude and latitude are not swapped"
            )
    return cells["lon"], cells["lat"]


def _find(table: str, key: str) -> list[str]:
    """The cells behind the key, [] where the table has no such line."""
    at = table.find(f"\n{key}\t")
    return table[at + len(key) + 2 : table.index("\n", at + 1)].split("\t") if at >= 0 else []


@cache
def _table() -> str:
    try:
        return "\n" + gzip.decompress(resources.data(TABLE).read_bytes()).decode()
    except (EOFError, OSError, UnicodeDecodeError) as error:
        raise LexiconError(TABLE, f"is not a table of coordinates ({error})") from error


def _own() -> str:
    file = path()
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else ""


@cache
def _read(file: Path, _changed: int) -> str:
    try:
        return "\n" + gzip.decompress(file.read_bytes()).decode()
    except (EOFError, OSError, UnicodeDecodeError) as error:
        remedy = "delete it, or make it again with: kg gazetteer build --coordinates FILE.csv"
        raise KgError(f"{file}: is not a table of coordinates ({error}); {remedy}") from error
