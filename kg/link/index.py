"""The townships of the list by name and by region: made when first asked, 8 MB, so that columns are matched quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from kg.link.gazetteer import Gazetteer, kinds
from kg.link.spelling import around
from kg.model import Level, Place


def prefix(region: Place) -> str:
    """What the codes of all townships of a region begin with; a municipality's two prefectures are one."""
    code = region.code or ""
    return code[:2] if region.parent and region.parent.name == region.name else code


class Index:
    """The townships, in rows by code; get it with `load`."""

    def __init__(self) -> None:
        """Read the packaged list."""
        self.codes, self.names = Gazetteer.load().rows()
        last = len(self.names) - 1
        self._first = dict(zip(reversed(self.names), range(last, -1, -1), strict=True))
        self._more: dict[str, list[int]] = defaultdict(list)
        for row, name in enumerate(self.names):
            if self._first[name] != row:
                self._more[name].append(row)

    @classmethod
    @cache
    def load(cls) -> Index:
        """The index of the packaged list."""
        return cls()

    def place(self, row: int) -> Place:
        """The township of a row."""
        code = self.codes[row]
        return Place(self.names[row], Level.TOWNSHIP, code, Gazetteer.load().place(code[:6]))

    def at(self, code: str) -> Place | None:
        """The township of the code."""
        row = bisect_left(self.codes, code)
        return self.place(row) if self.codes[row : row + 1] == [code] else None

    def named(self, name: str, starts: tuple[str, ...]) -> list[int]:
        """The rows of exactly this name whose codes begin with one of `starts`."""
        first = self._first.get(name)
        rows = () if first is None else (first, *self._more.get(name, ()))
        return [row for row in rows if self.codes[row].startswith(starts)]

    def of_nationality(self, stem: str, starts: tuple[str, ...]) -> list[int]:
        """The rows whose name is this stem, a nationality and a kind of unit."""
        return [row for row in self._nationalities.get(stem, ()) if self.codes[row].startswith(starts)]

    def within(self, starts: Iterable[str]) -> Iterator[int]:
        """All rows whose codes begin with one of `starts`."""
        for start in starts:
            yield from range(bisect_left(self.codes, start), bisect_left(self.codes, start + ":"))

    def near(self, name: str, starts: tuple[str, ...]) -> Iterator[int]:
        """The rows of names that begin or end as `name` does, by half of it; none where that is nothing."""
        first, last = around(name)
        for sought in (f"\n{first}", f"{last}\n") if first else ():
            at = self._text.find(sought)
            while at >= 0:
                start = self._text.rfind("\n", 0, at + 1) + 1
                yield from self.named(self._text[start : self._text.index("\n", start)], starts)
                at = self._text.find(sought, at + len(sought) - 1)

    @cached_property
    def _text(self) -> str:
        """Every name once, between line ends."""
        return "\n" + "\n".join(self._first) + "\n"

    @cached_property
    def _nationalities(self) -> dict[str, list[int]]:
        """Stem → rows of names with a nationality."""
        found: dict[str, list[int]] = defaultdict(list)
        for row, name in enumerate(self.names):
            if "族" in name:
                found[kinds(name)[0]].append(row)
        return found
