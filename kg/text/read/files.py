"""Which files there are to read: behind files, folders and patterns, each under the key it has in a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kg.errors import KgError, UnreadableInput
from kg.lexicon import table


@dataclass(frozen=True, slots=True)
class File:
    """A file to read and its key in a store: the path below the folder given, with that folder's name in front.

    `named` is True where the user gave the file itself and did not find it in a folder or by a pattern.
    """

    path: Path
    key: str
    named: bool = False

    @property
    def size(self) -> int:
        """Its bytes, 0 where they cannot be counted."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


@dataclass(slots=True)
class Found:
    """The files to read in order of their keys, what went wrong in finding them, and how many were passed over.

    Passed over are hidden files and what web pages and editors leave beside texts (style sheets, pictures, locks).
    """

    files: list[File] = field(default_factory=list)
    problems: list[KgError] = field(default_factory=list)
    passed_over: int = 0


def find(inputs: Iterable[Path]) -> Found:
    """The files behind files, folders and glob patterns.

    Links are followed once; two files with one key are an error, for the second would replace the first.
    """
    found, by_key = Found(), dict[str, File]()
    for given in inputs:
        files = list(_below(given, found))
        if not files:
            found.problems.append(_nothing(given))
        for file in files:
            other = by_key.setdefault(file.key, file)
            if other is not file and other.path.resolve() != file.path.resolve():
                found.problems.append(
                    UnreadableInput(
                        shown(file.path), f"has the same folder and name as {shown(other.path)}", "rename one of them"
                    )
                )
    found.files = sorted(by_key.values(), key=lambda file: file.key)
    return found


def shown(path: Path | str) -> str:
    """A path as text: names whose bytes are not UTF-8 are read as GB18030, as old Chinese systems wrote them."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def passed_over(name: str) -> bool:
    """Whether a file of this name (or path inside an archive) is none that anyone would give to read."""
    beside = table("inputs.toml")["beside"]
    parts = [part for part in PurePosixPath(name).parts if part not in (".", "..")]
    hidden = any(part.startswith(tuple(beside["starts"])) for part in parts)
    return hidden or parts[-1].lower() in beside["names"] or name.lower().endswith(tuple(beside["ends"]))


def key_of(path: Path | PurePosixPath) -> str:
    """The key of a path: its parts, without any that would climb out or start again at the root."""
    parts = (part for part in PurePosixPath(shown(path.as_posix())).parts if part not in ("/", ".", ".."))
    return "/".join(parts)


def _below(given: Path, found: Found) -> Iterator[File]:
    if given.is_dir():
        root = given.resolve()
        for path in _walk(root, found):
            yield File(path, key_of(Path(root.name) / path.relative_to(root)))
    elif given.is_file():
        yield File(given, key_of(Path(given.resolve().parent.name) / given.name), named=True)
    elif any(c in str(given) for c in "*?["):
        base = Path(given.anchor) if given.is_absolute() else Path()
        pattern = str(given.relative_to(given.anchor)) if given.is_absolute() else str(given)
        for path in sorted(base.glob(pattern)):
            yield from _below(path, found)


def _walk(root: Path, found: Found) -> Iterator[Path]:
    """The files below a folder; each real folder once, so that links in a circle end."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(root, followlinks=True, onerror=lambda error: _unreadable(error, found)):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not passed_over(name))
        kept = [name for name in sorted(names) if not passed_over(name)]
        found.passed_over += len(names) - len(kept)
        yield from (Path(folder, name) for name in kept)


def _unreadable(error: OSError, found: Found) -> None:
    found.problems.append(
        UnreadableInput(shown(error.filename), f"cannot be opened ({error.strerror})", "check that you may read it")
    )


def _nothing(given: Path) -> KgError:
    if given.is_dir():
        return UnreadableInput(shown(given), "no text files in this folder", "give a folder that holds reports")
    if any(c in str(given) for c in "*?["):
        return UnreadableInput(
            shown(given), "no file fits this pattern", "check the pattern, and quote it for the shell"
        )
    return UnreadableInput(shown(given), "no such file or folder", "check the path")
