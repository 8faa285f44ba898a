"""An index over the names of all townships: by name, by stem, and those of a region that differ by one character.

It is made when first asked (41,352 names, half a second, some 15 MB); only who matches many names needs it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property

from kg.link.gazetteer import Gazetteer, kinds, lies_in
from kg.model import Level, Place

OFFICES = ("办事处", "办")  # may follow 街道 and 地区


class Names:
    """The index; get it with `load`."""

    def __init__(self, townships: Iterator[Place]) -> None:
        """Over these townships, which come by code."""
        self._codes: list[str] = []
        self._names: list[str] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(townships):
            self._codes.append(place.code or "")
            self._names.append(place.name)
            self._by_stem[stem(place.name)].append(number)

    @classmethod
    @cache
    def load(cls) -> Names:
        """The index over the packaged list."""
        return cls(Gazetteer.load().all_townships())

    def listed(self, name: str) -> bool:
        """Whether a township has exactly this official name."""
        return any(self._names[at] == name for at in self._by_stem.get(stem(name), ()))

    def akin(self, name: str, region: Place | None) -> list[Place]:
        """The townships in `region` (None: anywhere) whose name has the same stem: 县溪, 县溪镇 and 县溪乡, by code."""
        return [place for at in self._by_stem.get(stem(name), ()) if _inside(place := self._place(at), region)]

    def misspelt(self, name: str, region: Place) -> list[Place]:
        """The townships in `region` that are called `name` but for one character, by code."""
        found = (at for at in self._range(region) if one_apart(name, self._names[at]))
        return [place for at in found if _inside(place := self._place(at), region)]

    def anywhere(self, name: str, limit: int) -> list[Place]:
        """The first townships whose name has another character in one place, by code."""
        masks = {f"{name[:at]}*{name[at + 1 :]}" for at in range(len(name))}
        return [self._place(at) for at in sorted({at for mask in masks for at in self._masked.get(mask, ())})[:limit]]

    @cached_property
    def _masked(self) -> dict[str, list[int]]:
        """Names with each character masked in turn → where they are."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for at in range(len(name)):
                found[f"{name[:at]}*{name[at + 1 :]}"].append(number)
        return found

    def _range(self, region: Place) -> range:
        """Where the townships of a region are, and of a prefecture others of its province."""
        code = region.code or ""
        begun = code[:2] if region.level is Level.PREFECTURE else code  # of 重庆市 some begin with 5002
        return range(bisect_left(self._codes, begun), bisect_left(self._codes, begun + ":"))

    def _place(self, at: int) -> Place:
        code = self._codes[at]
        return Place(self._names[at], Level.TOWNSHIP, code, Gazetteer.load().place(code[:6]))


def stem(name: str) -> str:
    """A township's name without kind, nationalities and office; one of a single character keeps its kind."""
    bare = next((name.removesuffix(end) for end in OFFICES if name.endswith(f"街道{end}")), name)
    root, kind = kinds(bare)
    return root if len(root) > 1 else root + kind


def one_apart(one: str, other: str) -> bool:
    """Whether two names differ by one character: another, one more or one less."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    front = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    return longer[front + 1 :] == shorter[front + (len(one) == len(other)) :]


def _inside(place: Place, region: Place | None) -> bool:
    return region is None or lies_in(place, region)
