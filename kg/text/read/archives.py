"""The members of archives and compressed files, unpacked in memory only, and never more than a bound.

Nothing is written to disk under a name that an archive gives; such names become keys, without the parts that climb out.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, cast

from kg.text.read.files import passed_over
from kg.text.read.kinds import Format, open_zip
from kg.text.read.streams import Budget, counted

FAILURES = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # a password is needed
    OSError,
    ValueError,
)
_DECOMPRESSED: dict[Format, Callable[[BinaryIO], object]] = {
    Format.GZIP: lambda stream: gzip.GzipFile(fileobj=stream),
    Format.BZIP2: bz2.BZ2File,
    Format.XZ: lzma.LZMAFile,
}


@dataclass(frozen=True, slots=True)
class Member:
    """One member: `name` as the archive has it ("" for the content of a compressed file), and how to open it."""

    name: str
    open: Callable[[], BinaryIO]


def members(stream: BinaryIO, format_: Format, budget: Budget) -> Iterator[Member]:
    """The members of an archive in its order; one of FAILURES where it is damaged, Bomb where it is too much."""
    if format_ is Format.ZIP:
        yield from _zipped(stream, budget)
    elif format_ is Format.TAR:
        yield from _taped(stream, budget)
    else:
        yield Member("", lambda: counted(cast(BinaryIO, _DECOMPRESSED[format_](stream)), budget))


def _zipped(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    with open_zip(stream) as archive:
        for info in archive.infolist():
            name = _name(info)
            if not (info.is_dir() or stat.S_ISLNK(info.external_attr >> 16) or passed_over(name)):
                yield Member(name, partial(_opened, archive, info, budget))


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> BinaryIO:
    return counted(cast(BinaryIO, archive.open(info)), budget)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name: where the archive does not say that it is UTF-8, UTF-8 all the same or GB18030."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    raw = info.filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _taped(stream: BinaryIO, budget: Budget) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            content = archive.extractfile(info) if info.isreg() and not passed_over(info.name) else None
            if content is not None:
                yield Member(info.name, partial(counted, cast(BinaryIO, content), budget))
