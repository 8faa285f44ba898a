"""What a file holds: itself, or the members of an archive and the rows of a dump, as deep as they are packed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kg.errors import KgError, MissingLibrary, UnreadableInput
from kg.text.read import archives, dumps
from kg.text.read.files import File, find, key_of, shown
from kg.text.read.kinds import ARCHIVES, DUMPS, HEAD, Foreign, Format, format_of
from kg.text.read.streams import Bomb, Budget, joined

LARGEST = 64 * 1024 * 1024  # bytes of one document; a report has 0.1 MB as text, scans have some tens of MB
DEEPEST = 4  # archives in archives
CONTAINERS = ARCHIVES | DUMPS
_STREAMED = CONTAINERS - {Format.ZIP, Format.PARQUET, Format.JSON}  # read from front to end; the others need all


@dataclass(frozen=True, slots=True)
class Options:
    """What the user knows of the inputs: their `encoding`, and which column of a dump has which role."""

    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """One document to be: `key` and `name` as in kg.model.Source, `where` names it in messages.

    Its bytes are `content`, or those of the file at `path`; `fields` is what came with it in a dump.
    """

    key: str
    name: str
    where: str
    path: Path | None = None
    content: bytes | None = None
    fields: tuple[tuple[str, str], ...] = ()
    named: bool = False


def inputs(file: File, options: Options, advance: Callable[[int], None]) -> Iterator[Input | KgError]:
    """The documents in a file, and what went wrong with some of them; a damaged archive gives what it can.

    `advance` is told the bytes of the file that are done, as they are done.
    """
    where, size, done = shown(file.path), file.size, 0
    try:
        with file.path.open("rb") as stream:
            format_ = _format(stream, options)
            if isinstance(format_, Format) and format_ in CONTAINERS:
                for one in _Opened(options, Budget(size)).unpack(stream, file.key, where, format_, 1):
                    yield one
                    advance(max(0, stream.tell() - done))
                    done = max(done, stream.tell())
                return
    except Bomb as bomb:
        yield UnreadableInput(
            where, f"unpacks to more than {bomb.most >> 30} GB, as only archive bombs do", "leave it out"
        )
        return
    except OSError as error:
        yield UnreadableInput(where, f"cannot be read ({error.strerror})", "check that it is a file you may read")
        return
    finally:
        advance(size - done)
    yield Input(file.key, shown(file.path.name), where, path=file.path, named=file.named)


def one(path: Path, options: Options, *, member: str | None = None) -> Input:
    """The one document that is meant: the file, or of an archive or dump the `member` whose key ends so.

    UnreadableInput where there is none, or there are several.
    """
    found = find([path])
    if found.problems:
        raise found.problems[0]
    every = (document for file in found.files for document in inputs(file, options, lambda _: None))
    documents = list(islice((document for document in every if _is_meant(document, member)), 2))
    if not documents:
        raise UnreadableInput(shown(path), f"holds no {member or 'document'}", "see its members with: kg build")
    if len(documents) > 1:
        raise UnreadableInput(shown(path), "holds several documents", "name one with --member, as the end of its key")
    if isinstance(documents[0], KgError):
        raise documents[0]
    return documents[0]


def _is_meant(document: Input | KgError, member: str | None) -> bool:
    return member is None or (isinstance(document, Input) and f"/{document.key}".endswith(f"/{member}"))


def _format(stream: BinaryIO, options: Options) -> Format | Foreign:
    """The format of a stream that can be put back to its start, and is."""
    head = stream.read(HEAD)
    stream.seek(0)
    return dumps.format_of(head, options.columns) or format_of(head, stream)


@dataclass(slots=True)
class _Opened:
    """A file that is being unpacked: what may still come out of it, and the keys that came."""

    options: Options
    budget: Budget
    keys: set[str] = field(default_factory=set)

    def unpack(self, stream: BinaryIO, key: str, where: str, format_: Format, depth: int) -> Iterator[Input | KgError]:
        """The documents in a container of the given format."""
        if depth > DEEPEST:
            yield UnreadableInput(where, f"is packed more than {DEEPEST} times", "unpack it first")
            return
        try:
            if format_ in ARCHIVES:
                for member in archives.members(stream, format_, self.budget):
                    yield from self._member(member, key, where, depth, alone=format_ is Format.ZIP)
            else:
                yield from self._rows(stream, key, where, format_)
        except UnreadableInput as error:
            yield UnreadableInput(where, error.reason, error.remedy)
        except MissingLibrary as error:
            yield UnreadableInput(where, f"is {error.wanted_for}, which needs {error.library}", error.remedy)
        except archives.FAILURES as error:
            yield UnreadableInput(
                where, f"is damaged ({_first_line(error)})", "fetch it again; what came before is read"
            )

    def _member(
        self, member: archives.Member, key: str, where: str, depth: int, *, alone: bool
    ) -> Iterator[Input | KgError]:
        """The documents in one member; what is wrong with it does not end the others where it is packed `alone`."""
        if member.name:
            key, where = f"{key}/{key_of(PurePosixPath(member.name))}", f"{where}/{member.name}"
        try:
            with member.open() as stream:
                yield from self._content(stream, key, where, depth)
        except archives.FAILURES as error:
            if not alone:
                raise
            yield UnreadableInput(
                where, f"cannot be unpacked ({_first_line(error)})", "unpack it yourself, or fetch it again"
            )

    def _content(self, stream: BinaryIO, key: str, where: str, depth: int) -> Iterator[Input | KgError]:
        """What a stream that is read only once holds: more of the same, or a document."""
        head = stream.read(HEAD)
        format_ = dumps.format_of(head, self.options.columns) or format_of(head)
        stream = joined(head, stream)
        if format_ in _STREAMED:
            yield from self.unpack(stream, key, where, format_, depth + 1)
            return
        content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            yield UnreadableInput(
                where, f"has more than {LARGEST >> 20} MB, too much for one report", "split it into reports"
            )
        elif (format_ := _format(BytesIO(content), self.options)) in CONTAINERS:
            yield from self.unpack(BytesIO(content), key, where, format_, depth + 1)
        else:
            yield from self._once(Input(key, PurePosixPath(key).name, where, content=content))

    def _rows(self, stream: BinaryIO, key: str, where: str, format_: Format) -> Iterator[Input | KgError]:
        """The documents in the rows of a dump."""
        for row in dumps.rows(stream, format_, columns=self.options.columns, encoding=self.options.encoding):
            name = f"{PurePosixPath(key).name}#{row.number}"
            if row.problem:
                yield UnreadableInput(f"{where}#{row.number}", *row.problem)
            else:
                yield from self._once(
                    Input(f"{key}/{row.number}", name, f"{where}#{row.number}", content=row.content, fields=row.fields)
                )

    def _once(self, one: Input) -> Iterator[Input | KgError]:
        """The input, unless one of its key came before: the second would replace the first."""
        if one.key in self.keys:
            yield UnreadableInput(
                one.where, "has the name of another in the same archive", "unpack it and rename one of them"
            )
        else:
            self.keys.add(one.key)
            yield one


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
