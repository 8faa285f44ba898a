"""Looks up the units of the official division list: by code, by name, by short form, and in running text.

The upper three levels (3,351 lines) are values from the start; the 41,352 townships stay one string of lines
(1.3 MB) that is searched when asked, so the gazetteer loads quickly and stays small.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from typing import Any

import ahocorasick_rs

from kg import lexicon, resources
from kg.errors import LexiconError
from kg.model import Level, Place

Naming = tuple[int, int, tuple[Place, ...]]
"""A stretch of a text, half open, and the units that it names."""

LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY, Level.TOWNSHIP)
LEVEL_OF = {2: Level.PROVINCE, 4: Level.PREFECTURE, 6: Level.COUNTY, 9: Level.TOWNSHIP}  # by digits of the code
_KEPT = 64  # counties whose scanner is kept
_SHORTEST = 2  # characters of a short form: one alone (通, 和) says nothing
_LEGIBLE = 8  # characters of a name, at most, in front of its masked letters
_MASKED_RUN = r"[^\t\n]{1,4}"  # what one run of mask letters may stand for (三江侗族x县: 自治)


def lies_in(place: Place, region: Place) -> bool:
    """Whether `place` is `region` or lies in it."""
    return place.at(region.level) == region


class Gazetteer:
    """The division list; get it with `load`.

    Fillers of the list are not units here: 市辖区 and 县 under a municipality are one prefecture of the
    municipality's name, 省直辖县级行政区划 is nothing (仙桃市 lies in its province), and the county 东莞市 of the
    undivided prefecture 东莞市 is the prefecture.
    """

    def __init__(self, table: str) -> None:
        """Read the text of a division table (see kg.link.divisions)."""
        self._lines = "\n" + table.rstrip("\n") + "\n"
        self._places: dict[str, Place] = {}
        self._official: dict[str, list[Place]] = defaultdict(list)
        self._tops: dict[str, tuple[Place, ...]] = {}  # what `_highest` has found
        self._scanners: dict[Place, tuple[ahocorasick_rs.AhoCorasick, list[Place]]] = {}
        first = re.search(r"\n\d{9}\t", self._lines)
        for line in self._lines[: first.start() if first else None].splitlines():
            if line and not line.startswith("#"):
                self._enter(*line.split("\t"))

    @classmethod
    @cache
    def load(cls) -> Gazetteer:
        """The packaged list, read once. Raises LexiconError where it is damaged."""
        name = "divisions.tsv.gz"
        try:
            return cls(gzip.decompress(resources.data(name).read_bytes()).decode())
        except (EOFError, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise LexiconError(name, f"is not a division table ({error})") from error

    def place(self, code: str) -> Place | None:
        """The unit with the statistical `code` (2, 4, 6 or 9 digits); a filler's code gives what it stands for."""
        if len(code) < 9:
            return self._places.get(code)
        at = self._lines.find(f"\n{code}\t")
        return None if at < 0 else self._township(at + 1)

    def find(self, name: str, level: Level | None = None, within: Place | None = None) -> tuple[Place, ...]:
        """The units called `name`, by code; () where there are none.

        Official names come before other forms: short ones (通道, 荫田), everyday ones (通道县, 湘西州), those with
        a former ending (宁乡县, now 宁乡市), 街道 with or without 办事处. Without `level`, the units of the highest
        level that bears the name: 湖南 is the province and not 湖南镇. Mask letters stand for one to four
        characters a run (均x镇).
        """
        for tried in () if not name else (level,) if level else LEVELS:
            for lookup in (self._named, self._guessed if _masks().search(name) else self._spelt):
                found = tuple(p for p in lookup(name, tried) if within is None or lies_in(p, within))
                if found:
                    return found
        return ()

    def beginning(self, prefix: str) -> Iterator[Place]:
        """The units whose official name begins with `prefix`, the highest levels first, then by code."""
        upper = (place for name in self._official if name.startswith(prefix) for place in self._official[name])
        yield from sorted(upper, key=lambda place: (LEVELS.index(place.level), place.code or ""))
        for match in re.finditer(rf"\n\d{{9}}\t(?={re.escape(prefix)})", self._lines):
            yield self._township(match.start() + 1)

    def townships(self, county: Place) -> tuple[Place, ...]:
        """The township-level units of `county` (or of an undivided prefecture), by code."""
        fillers = () if county.level is Level.COUNTY else self._places  # 东莞市 has its towns under 441900
        codes = [county.code, *(code for code in fillers if len(code) == 6 and self._places[code] == county)]
        starts = (m.start() + 1 for code in codes for m in re.finditer(rf"\n{code}\d\d\d\t", self._lines))
        return tuple(map(self._township, starts))

    def upper(self, level: Level) -> list[Place]:
        """Every unit of a level above the townships, by code."""
        return [place for place in self._upper() if place.level is level]

    def all_townships(self) -> Iterator[Place]:
        """Every unit of the lowest level, by code."""
        return map(self._township, (match.start() + 1 for match in re.finditer(r"\n\d{9}\t", self._lines)))

    def rows(self) -> tuple[list[str], list[str]]:
        """The codes of all townships, in order, and their names."""
        first = re.search(r"\n\d{9}\t", self._lines)
        cells = self._lines[first.start() + 1 : -1].replace("\n", "\t").split("\t") if first else []
        return cells[::2], cells[1::2]

    def mentions(self, text: str, within: Place | None = None) -> list[Naming]:
        """Where `text` names provinces, prefectures and counties, and the townships of the county `within`.

        Namings come in order and do not overlap: the leftmost longest wins, a township over the others. Words
        that name units of several levels (岳阳, 河南) are read as the highest. `firm` tells how much a form says.
        """
        found = [(start, end, self._highest(text[start:end])) for _, start, end in self._matches(text)]
        if within is None:
            return found
        own = [(*m.span(), self.find(m[0], Level.TOWNSHIP, within)) for m in self._local(within).finditer(text)]
        others = [f for f in found if not any(f[0] < end and start < f[1] for start, end, _ in own)]
        return sorted(own + others, key=lambda naming: naming[0])

    def units(self, text: str, county: Place | None = None) -> list[tuple[int, int, Place]]:
        """Where `text` has the official name of a county, or of a township of `county`, of three characters and more.

        Only names that a single unit bears (of counties: in the land, or in the prefecture of `county`), and no
        everyday words (平房区).
        """
        found = [*self._counties_in(text, county)]
        if county is not None:
            scanner, townships = self._township_scanner(county)
            found += [(start, end, townships[i]) for i, start, end in scanner.find_matches_as_indexes(text)]
        return sorted(found, key=lambda naming: naming[0])

    def _counties_in(self, text: str, near: Place | None) -> Iterator[tuple[int, int, Place]]:
        scanner, names = self._county_scanner
        for which, start, end in scanner.find_matches_as_indexes(text):
            places = [place for place in self._official[names[which]] if place.level is Level.COUNTY]
            if len(places) > 1 and near is not None:
                places = [place for place in places if place.parent == near.parent]
            if len(places) == 1:
                yield start, end, places[0]

    def masked_mentions(self, text: str) -> list[Naming]:
        """Where `text` names a single unit above the townships with letters masked (三江侗族x县).

        At least the first two characters of the name must be legible.
        """
        found: list[Naming] = []
        for match in _masked_rest().finditer(text):
            for start in range(max(0, match.start() - _LEGIBLE), match.start() - 1):
                places = self._begun(text[start : start + 2], text[start : match.end()])
                if len(places) == 1:
                    found.append((start, match.end(), places))
                    break
        return found

    def short(self, name: str, level: Level) -> str:
        """The short form of an official name (通道 of 通道侗族自治县), or the name where it has none."""
        return next(iter(_forms(name, level)), name)

    def firm(self, form: str) -> bool:
        """Whether `form` says what kind of unit it is (岳阳楼区, 通道县) and is long enough not to be an accident."""
        return form in self._firm

    def _enter(self, code: str, name: str) -> None:
        """Take in one line of the upper levels; parents come first."""
        pseudo, level = _table()["pseudo"], LEVEL_OF[len(code)]
        parent = self._places[code[:-2]] if len(code) > 2 else None
        if parent is not None and (name in pseudo["direct"] or (level is Level.COUNTY and name == parent.name)):
            self._places[code] = parent
            return
        if parent is not None and name in pseudo["municipal"]:
            name = parent.name
            twins = [place for place in self._official[name] if place.level is level]
            if twins:
                self._places[code] = twins[0]
                return
        place = self._places[code] = Place(name, level, code, parent)
        self._official[name].append(place)

    @cached_property
    def _other(self) -> dict[str, list[Place]]:
        """Form of a name that is not the official one → upper units."""
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self._upper():
            for form in _forms(place.name, place.level):
                found[form].append(place)
        return found

    @cached_property
    def _firm(self) -> set[str]:
        """Official names, everyday and former forms of upper units that are longer than the shortest."""
        forms = (form for p in self._upper() for form in (p.name, *_forms(p.name, p.level)[1:]))
        return {form for form in forms if len(form) > _SHORTEST}

    def _upper(self) -> Iterator[Place]:
        """Every unit above the townships, from the top down, by code."""
        return (place for code, place in self._places.items() if place.code == code)

    def _township(self, at: int) -> Place:
        """The township whose line begins at `at`."""
        code, name = self._lines[at : self._lines.index("\n", at)].split("\t")
        return Place(name, Level.TOWNSHIP, code, self._places[code[:6]])

    def _lookup(self, pattern: str) -> list[Place]:
        """The townships whose whole name fits the regular expression."""
        return [self._township(at) for at in _found(self._lines, pattern)]

    def _named(self, name: str, level: Level) -> list[Place]:
        """Units of the level with exactly this official name."""
        if level is Level.TOWNSHIP:
            return self._lookup(re.escape(name))
        return [place for place in self._official.get(name, ()) if place.level is level]

    def _spelt(self, name: str, level: Level) -> list[Place]:
        """Units of the level that also go by this name."""
        if level is Level.TOWNSHIP:
            return self._lookup(_township_pattern(name))
        return [place for place in self._other.get(name, ()) if place.level is level]

    def _guessed(self, name: str, level: Level) -> list[Place]:
        """Units of the level whose official name fits a masked one."""
        pattern = _unmasked(name)
        if not pattern:
            return []
        if level is Level.TOWNSHIP:
            return self._lookup(pattern)
        names = [known for known in self._official if re.fullmatch(pattern, known)]
        return [place for known in names for place in self._official[known] if place.level is level]

    def _begun(self, head: str, masked: str) -> tuple[Place, ...]:
        """The upper units whose official name begins with `head` and fits the masked name."""
        names = [known for known in self._heads.get(head, ()) if re.fullmatch(_unmasked(masked), known)]
        return tuple(place for known in names for place in self._highest(known))

    def _highest(self, form: str) -> tuple[Place, ...]:
        """The upper units of the highest level that goes by `form`; official names first."""
        if form not in self._tops:
            places = self._official.get(form) or self._other.get(form) or []
            top = min((LEVELS.index(place.level) for place in places), default=0)
            self._tops[form] = tuple(place for place in places if place.level is LEVELS[top])
        return self._tops[form]

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        """Pattern number, start and end of every form of an upper unit in the text."""
        return self._scanner.find_matches_as_indexes(text)

    def _local(self, county: Place) -> re.Pattern[str]:
        """Matches the names of the county's townships, official and short."""
        names = {form for t in self.townships(county) for form in (t.name, *_forms(t.name, t.level))}
        return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")

    @cached_property
    def _scanner(self) -> ahocorasick_rs.AhoCorasick:
        forms = [*self._official, *(form for form in self._other if form not in self._official)]
        return ahocorasick_rs.AhoCorasick(forms, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    @cached_property
    def _county_scanner(self) -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
        short = _table()["short"]
        common = {word + end for word in short["ordinary"] for end in short["ordinary_with"]} | set(short["ordinary"])
        counties = dict.fromkeys(place.name for place in self._places.values() if place.level is Level.COUNTY)
        names = [name for name in counties if len(name) > _SHORTEST and name not in common]
        return ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), names

    def _township_scanner(self, county: Place) -> tuple[ahocorasick_rs.AhoCorasick, list[Place]]:
        """Finds the names of the county's townships; the last counties asked for are kept."""
        if county not in self._scanners:
            named = [place for place in self.townships(county) if len(place.name) > _SHORTEST]
            names = [place.name for place in named]
            scanner = ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            self._scanners[county] = scanner, named
            while len(self._scanners) > _KEPT:
                del self._scanners[next(iter(self._scanners))]
        return self._scanners[county]

    @cached_property
    def _heads(self) -> dict[str, list[str]]:
        """First two characters → official names of upper units."""
        heads: dict[str, list[str]] = defaultdict(list)
        for name in self._official:
            heads[name[:2]].append(name)
        return heads


@lru_cache(256)  # a name is looked up several times for a report, and all the lines are searched for it
def _found(lines: str, pattern: str) -> tuple[int, ...]:
    """Where the lines of the townships begin whose whole name fits the regular expression."""
    ends = (match.start() for match in re.finditer(rf"{pattern}(?=\n)", lines))  # with a leading tab 4 times slower
    return tuple(at - 10 for at in ends if lines[at - 1] == "\t" and lines[at - 11] == "\n")


def _table() -> dict[str, Any]:
    return lexicon.table("divisions.toml")


def _forms(name: str, level: Level) -> list[str]:
    """Other forms of an official name: the short form (通道) first, then the everyday and former ones (通道县).

    None for zones, and where the short form would have a single character.
    """
    table = _table()
    end = next((end for end in table["ends"][level] if name.endswith(end)), "")
    stem = _stem(name.removesuffix(end))
    if not end or len(stem) < _SHORTEST or name.endswith(tuple(table["short"]["zones"])):
        return []
    plain = table["plain"].get(end)
    former = table["former"].get(level, {}).get(end, [])
    return [stem, *([stem + plain] if plain else ()), *(stem + before for before in former)]


@cache
def _nationalities() -> str:
    """An expression for the nationalities of an autonomous unit's name."""
    short = _table()["short"]
    return "(?:" + "|".join([*short["nationalities"], *(f"{name}族?" for name in short["nationalities_bare"])]) + ")"


def _stem(name: str) -> str:
    """The name without its nationalities, as long as two characters are left (东乡族 → 东乡, 通道侗族 → 通道)."""
    match = re.fullmatch(rf"(.{{{_SHORTEST},}}?)(?:{_nationalities()}+|族)", name)
    return match[1] if match else name


def _township_pattern(name: str) -> str:
    """An expression for the official names that a township's other name may mean; nothing fits one too short."""
    ends, office = _table()["ends"]["township"], "|".join(_table()["ends"]["office"])
    bare = re.sub(rf"(?:{office})$", "", name)
    end = next((end for end in ends if bare.endswith(end) and len(bare) > len(end)), "")
    stem = bare.removesuffix(end)
    if len(stem) < (1 if end else _SHORTEST):
        return "(?!)"
    kind = end or f"(?:{'|'.join(ends)})"
    return rf"{re.escape(stem)}{_nationalities()}*{kind}(?:{office})?"


def kinds(name: str) -> tuple[str, str]:
    """The stem of a township's name, without its nationalities, and its kind, "" where it says none (新田, 乡)."""
    end = next((end for end in _table()["ends"]["township"] if name.endswith(end) and len(name) > len(end)), "")
    return (_stem(name.removesuffix(end)) if end else name), end


@cache
def _masks() -> re.Pattern[str]:
    """Matches one run of mask letters."""
    return re.compile(f"[{re.escape(_table()['mask']['letters'])}]+")


@cache
def _masked_rest() -> re.Pattern[str]:
    """Matches the masked letters in the name of a county or prefecture, and what follows them."""
    ends = "".join(sorted({end[-1] for level in ("prefecture", "county") for end in _table()["ends"][level]}))
    letters = re.escape(_table()["mask"]["letters"])
    return re.compile(rf"[{letters}](?<![{letters}]{{2}})[{letters}]*+[\u3400-\u9fff]{{0,6}}?[{ends}]")


def _unmasked(name: str) -> str:
    """An expression for what a masked name may stand for; "" where nothing but its ending is legible."""
    if len(_masks().sub("", name)) < _SHORTEST:
        return ""
    return _MASKED_RUN.join(map(re.escape, _masks().split(name)))
