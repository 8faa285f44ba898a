"""From files to decoded text: which files, in which encoding, and what is no text at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import KgError, UnreadableInput
from kg.lexicon import table
from kg.model import Source

ENDINGS = (".txt", ".md", ".text")
LARGEST = 64 * 1024 * 1024  # bytes; a work report has 0.1 MB at most, more is no single report
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"RIFF", b"BM")


@dataclass(frozen=True, slots=True)
class File:
    """A file to read and its key in a store: the path below the folder given, with that folder's name in front."""

    path: Path
    key: str


def find(inputs: Iterable[Path]) -> tuple[list[File], list[KgError]]:
    """The files behind files, folders and glob patterns, in order of their keys, and what went wrong in finding them.

    Links are followed once; two files with one key are an error, for the second would replace the first.
    """
    found: dict[str, File] = {}
    problems: list[KgError] = []
    for given in inputs:
        files = list(_below(given))
        if not files:
            problems.append(_nothing(given))
        for file in files:
            other = found.setdefault(file.key, file)
            if other.path.resolve() != file.path.resolve():
                problems.append(
                    UnreadableInput(file.path, f"has the same folder and name as {other.path}", "rename one of them")
                )
    return sorted(found.values(), key=lambda f: f.key), problems


def _below(given: Path) -> Iterator[File]:
    if given.is_dir():
        root = given.resolve()
        for path in _walk(root):
            yield File(path, _key(Path(root.name) / path.relative_to(root)))
    elif given.is_file():
        yield File(given, _key(Path(given.resolve().parent.name) / given.name))
    elif any(c in str(given) for c in "*?["):
        base = Path(given.anchor) if given.is_absolute() else Path()
        pattern = str(given.relative_to(given.anchor)) if given.is_absolute() else str(given)
        for path in sorted(base.glob(pattern)):
            yield from _below(path)


def _walk(root: Path) -> Iterator[Path]:
    """Text files below a folder; each real folder once, so that links in a circle end."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders.sort()
        yield from (Path(folder, n) for n in sorted(names) if n.lower().endswith(ENDINGS) and not n.startswith("."))


def _key(path: Path) -> str:
    return path.as_posix().lstrip("/")


def _nothing(given: Path) -> KgError:
    if given.is_dir():
        return UnreadableInput(
            given, "no text files in this folder", f"give a folder that holds {' or '.join(ENDINGS)}"
        )
    if any(c in str(given) for c in "*?["):
        return UnreadableInput(given, "no file fits this pattern", "check the pattern, and quote it for the shell")
    return UnreadableInput(given, "no such file or folder", "check the path")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; UnreadableInput where they cannot be had or are too many."""
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise UnreadableInput(path, f"has {size // 1_000_000} MB, too much for one report", "split it into reports")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            path, f"cannot be read ({error.strerror})", "check that it is a file you may read"
        ) from error


def digest(content: bytes) -> str:
    """The SHA-256 of the bytes in hex."""
    return hashlib.sha256(content).hexdigest()


def source(file: File, content: bytes | None = None) -> Source:
    """The decoded source of a file. UnreadableInput for empty files, pictures and other things that are no text."""
    content = read_bytes(file.path) if content is None else content
    return Source(file.key, file.path.name, decode(content, file.path), digest(content))


def decode(content: bytes, path: Path) -> str:
    """The text of the bytes: by byte order mark, as strict UTF-8, else the likelier of GB18030 and Big5.

    Nothing is translated, line ends included, so that offsets count the characters of the file.
    """
    if not content.strip():
        raise UnreadableInput(path, "is empty", "leave it out or fetch it again")
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return _strict(content, encoding, path)
    if content.startswith(MAGIC) or b"\0" in content[:4096]:
        raise UnreadableInput(
            path, "is no text (its bytes are those of a picture, archive or program)", "convert it to text"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(content, path)


def _strict(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            path, f"starts as {encoding} but breaks at byte {error.start}", "save it again as UTF-8"
        ) from error


def _legacy(content: bytes, path: Path) -> str:
    """The better of the two Chinese encodings by how common its characters are."""
    best: tuple[float, str] | None = None
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = sum(ch in _common() for ch in text) / len(text)
        if best is None or share > best[0]:
            best = share, text
    if best is None or best[0] < 0.05:
        raise UnreadableInput(path, "is in no encoding of Chinese text", "save it again as UTF-8")
    return best[1]


@cache
def _common() -> frozenset[str]:
    return frozenset(table("kinds.toml")["encoding"]["common"])
