"""Makes the packaged table of former provinces, prefectures and counties since 1981, from yescallop/areacodes (CC0).

    git clone https://github.com/yescallop/areacodes
    git -C areacodes checkout eed219a0678d36bacaa717f62443b10e869f0291
    python -m kg.link.counties areacodes/result.csv kg/data/former_counties.tsv.gz

Kept are the units that are not on the packaged division list: abolished, renamed, or moved to another code.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import lexicon
from kg.errors import UnreadableInput
from kg.link.gazetteer import Gazetteer

FIRST = 1981  # the year of the source's first list
HEADER = """\
# Provinces, prefectures and counties of China that were on a civil-affairs list of 31 December since 1981, not today
# Source: yescallop/areacodes, commit eed219a0678d36bacaa717f62443b10e869f0291, https://github.com/yescallop/areacodes
# Licence of the source: CC0 1.0. Made by python -m kg.link.counties
# Columns: code, name, prefecture where its name differs, first year on the list (empty: 1981), last year, successors
"""
_USED, _DIRECT = "在用", "直辖"  # a state of the source's; what stands for no prefecture
_CHANGE = re.compile(r"(\d{6})(?:\[(\d{4})\])?")


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the source: a code and name, valid from the end of `since` to before that of `until` (None: today).

    `next` are codes that its land has since `until`.
    """

    code: str
    name: str
    prefecture: str
    since: int
    until: int | None
    next: tuple[str, ...]


def make(source: Path, out: Path) -> int:
    """Write the table of `source` (result.csv of areacodes) to `out` and return its number of units.

    The same source gives the same bytes. Raises UnreadableInput for any other file.
    """
    lines = sorted(_line(unit, successors) for unit, successors in _former(units(source)))
    out.write_bytes(gzip.compress((HEADER + "".join(lines)).encode(), compresslevel=9, mtime=0))
    return len(lines)


def units(source: Path) -> dict[str, list[Unit]]:
    """Code → what it has stood for, in order of time. Raises UnreadableInput where the file is not the pinned one."""
    pinned = lexicon.table("history.toml")["areacodes"]
    try:
        content = source.read_bytes()
    except OSError as error:
        raise UnreadableInput(source, error.strerror or "cannot be read", f"fetch it from {pinned['url']}") from error
    if hashlib.sha256(content).hexdigest() != pinned["sha256"]:
        remedy = f"take {pinned['file']} of {pinned['url']} at commit {pinned['commit']}"
        raise UnreadableInput(source, "is not the pinned table (its SHA-256 differs)", remedy)
    found: dict[str, list[Unit]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        unit = _unit(row)
        found[unit.code].append(unit)
    return {code: sorted(group, key=lambda unit: unit.since) for code, group in found.items()}


def heirs(unit: Unit, known: dict[str, list[Unit]]) -> tuple[Unit, ...]:
    """The units that have the land of `unit` at the end of the year in which it ended, its namesake first."""
    year = unit.until
    assert year is not None, unit
    found = (u for code in unit.next for u in known[code] if u.since <= year and (u.until is None or year < u.until))
    return tuple(sorted(found, key=lambda heir: heir.name[:2] != unit.name[:2]))


def _unit(row: dict[str, str]) -> Unit:
    """A line; a unit in use has no end, whatever land it gave away, and land given away earlier says no heir."""
    until = None if row["状态"] == _USED else int(row["变更/弃用时间"])
    changes = _CHANGE.findall(row["新代码"])
    following = tuple(_short(code) for code, year in changes if until and int(year or until) == until)
    return Unit(_short(row["代码"]), row["名称"], row["二级行政区"], int(row["启用时间"]), until, following)


def _short(code: str) -> str:
    """A code of six digits as the statistical list has it: 43, 4312, 431224."""
    return code[:2] if code.endswith("0000") else code.removesuffix("00") if code.endswith("00") else code


def _former(known: dict[str, list[Unit]]) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """The units that are not on the packaged list, with what they have become."""
    listed = {code: place.name for code in known if (place := Gazetteer.load().place(code))}
    for unit in (unit for group in known.values() for unit in group):
        if unit.until and listed.get(unit.code) != unit.name:
            ends = dict.fromkeys(end for heir in heirs(unit, known) for end in _ends(heir, known, listed))
            yield unit, tuple(ends)


def _ends(unit: Unit, known: dict[str, list[Unit]], listed: dict[str, str]) -> Iterator[str]:
    """What the unit is today: codes of the list, and ``code=name`` of those that are not on it."""
    later = heirs(unit, known) if unit.until else ()
    if listed.get(unit.code) == unit.name or not later:
        yield unit.code if listed.get(unit.code) == unit.name else f"{unit.code}={unit.name}"
        return
    for heir in later:
        yield from _ends(heir, known, listed)


def _line(unit: Unit, successors: Iterable[str]) -> str:
    above = Gazetteer.load().place(unit.code[:4]) if len(unit.code) == 6 else None
    prefecture = "" if len(unit.code) < 6 or (above and above.name == unit.prefecture) else unit.prefecture
    since = "" if unit.since == FIRST else str(unit.since)
    assert unit.until is not None
    cells = (unit.code, unit.name, prefecture.removeprefix(_DIRECT), since, str(unit.until - 1), " ".join(successors))
    return "\t".join(cells) + "\n"


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.counties", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    try:
        make(options.source, options.out)
    except UnreadableInput as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
