"""The civil-affairs codes of townships: the ministry's own nine digits, which are not those of the statistical list.

Of a quarter of the townships the lists disagree, and thousands of numbers mean one township on one list and another on
the other. So a code is asked for by the place, that is by its county and name; nothing is joined on a bare number.

The packaged table holds what differs:

    python -m kg.link.codes township.csv kg/data/civil_affairs.tsv.gz
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg import lexicon, resources
from kg.errors import LexiconError, UnreadableInput
from kg.link.gazetteer import Gazetteer
from kg.model import Level, Place

TABLE = "civil_affairs.tsv.gz"
COLUMNS = ("nbs_code", "name", "mca_code")  # of the file that the table is made of
HEADER = """\
# Civil-affairs codes of the townships of divisions.tsv.gz that are not the same as the statistical codes
# Source: a reference table of both codes, its origin and date unknown; the codes are the Ministry of Civil Affairs'
# Made by python -m kg.link.codes; columns: statistical code, last three digits (none: not on the civil-affairs list)
"""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes as of a day: its name in IRIs, what it is called in both languages, and where it is from.

    `asof` is an ISO date, "" where it is not known.
    """

    name: str
    zh: str
    en: str
    asof: str
    source: str


def civil_affairs(place: Place) -> str | None:
    """The civil-affairs code of a township of the packaged list; None where it is on one list only, and for others."""
    listed = Gazetteer.load().place(place.code) if place.code and place.level is Level.TOWNSHIP else None
    if listed is None or listed.name != place.name or place.code is None:
        return None
    at = _table().find(f"\n{place.code}\t")
    if at < 0:
        return place.code
    last = _table()[at + 11 : _table().index("\n", at + 1)]
    return place.code[:6] + last if last else None


def statistical(year: int | None = None) -> CodeList:
    """The statistical list of a year (2015 to 2023), without one the packaged list; LexiconError for other years."""
    lists = lexicon.table("history.toml")["lists"]
    found = next((entry for entry in lists if entry["year"] == year), None) if year else lists[-1]
    if found is None:
        raise LexiconError("history.toml", f"has no list of {year}")
    day = found["asof"].isoformat()
    zh, en = f"统计用区划代码（{day}）", f"statistical division codes as of {day}"
    return CodeList(f"statistical/{day}", zh, en, day, "https://www.stats.gov.cn/sj/tjbz/tjyqhdmhcxhfdm/")


def ministry(year: int | None = None) -> CodeList:
    """The civil-affairs list of 31 December of a year; without one, that of townships, whose date is not known."""
    if year is None:
        zh, en = "民政部乡级行政区划代码（日期不详）", "civil-affairs codes of townships, date unknown"
        return CodeList("civil-affairs/undated", zh, en, "", "http://xzqh.mca.gov.cn/")
    day = f"{year}-12-31"
    zh, en = f"县级以上行政区划代码（{day}）", f"civil-affairs codes of counties and above as of {day}"
    return CodeList(f"civil-affairs/{day}", zh, en, day, "https://www.mca.gov.cn/n156/n186/index.html")


def make(source: Path, out: Path) -> tuple[int, int]:
    """Write the table from a CSV with the columns COLUMNS; how many codes differ, how many townships have none.

    The same file gives the same bytes. Raises UnreadableInput where it is not such a file.
    """
    rows = _rows(source)
    lines = sorted(f"{nbs}\t{mca[6:]}\n" for nbs, mca in rows if nbs != mca)
    out.write_bytes(gzip.compress((HEADER + "".join(lines)).encode(), compresslevel=9, mtime=0))
    absent = sum(not mca for _, mca in rows)
    return len(lines) - absent, absent


def _rows(source: Path) -> list[tuple[str, str]]:
    """Both codes of every township of the file that the packaged list has under the same code and name."""
    try:
        with source.open(encoding="utf-8-sig", newline="") as lines:
            read = csv.DictReader(lines)
            if not set(COLUMNS) <= set(read.fieldnames or ()):
                raise UnreadableInput(source, f"lacks one of the columns {', '.join(COLUMNS)}", "give such a table")
            rows = [(row["nbs_code"], row["name"], row["mca_code"]) for row in read]
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(source, str(error), "give a table in UTF-8") from error
    known = {place.code: place.name for place in Gazetteer.load().all_townships()}
    found = []
    for nbs, name, mca in rows:
        if known.get(nbs) != name or not re.fullmatch(rf"({nbs[:6]}\d{{3}})?", mca):
            raise UnreadableInput(source, f"{nbs} {name} {mca} does not fit the packaged list", "give its own codes")
        found.append((nbs, mca))
    return found


@cache
def _table() -> str:
    """The lines of the table, each between two line ends."""
    try:
        return "\n" + gzip.decompress(resources.data(TABLE).read_bytes()).decode()
    except (EOFError, OSError, UnicodeDecodeError) as error:
        raise LexiconError(TABLE, f"is not a table of codes ({error})") from error


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.codes", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    try:
        make(options.source, options.out)
    except UnreadableInput as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
