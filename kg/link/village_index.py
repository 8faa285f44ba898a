"""Townships by the stems of their villages: the table of villages as sorted numbers, 5 MB, made in a second."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from kg import lexicon
from kg.link.villages import Villages, stem

_ROW = 16  # bits of a number that say which township, below those of the stem's hash


class VillageIndex:
    """Finds the townships that have a village of a name; get it with `load`."""

    def __init__(self, table: Villages) -> None:
        """Read the table."""
        kinds = "|".join(map(re.escape, lexicon.table("places.toml")["kinds"]))
        lines = re.sub(rf"(?<=[^\s])(?:{kinds})(?=[ \n])", "", table.text).split("\n")
        rows = [line.partition("\t") for line in lines if line[:1].isdigit()]
        self._codes = [code for code, _, _ in rows]
        keys = (_key(name) | row for row, (_, _, names) in enumerate(rows) for name in set(names.split(" ")))
        self._keys = array("Q", sorted(keys))

    @classmethod
    def load(cls) -> VillageIndex | None:
        """The index of the user's table, None where there is none. Raises KgError where it is damaged."""
        table = Villages.load()
        return _made(table) if table else None

    def townships(self, names: Iterable[str], starts: tuple[str, ...] = ("",)) -> Counter[str]:
        """Code of a township that begins with one of `starts` → how many of the `names` it has a village of."""
        found: Counter[str] = Counter()
        for key in {_key(stem(name)) for name in names}:
            at = bisect_left(self._keys, key)
            while at < len(self._keys) and self._keys[at] >> _ROW == key >> _ROW:
                code = self._codes[self._keys[at] & ((1 << _ROW) - 1)]
                if code.startswith(starts):
                    found[code] += 1
                at += 1
        return found


def _key(name: str) -> int:
    return (hash(name) & ((1 << 64 - _ROW) - 1)) << _ROW


@lru_cache(1)
def _made(table: Villages) -> VillageIndex:
    return VillageIndex(table)
