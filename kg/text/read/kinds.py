"""What an input is, by its bytes: names and endings say nothing."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import SEEK_END
from typing import BinaryIO

HEAD = 65_536  # bytes that tell


class Format(StrEnum):
    """A format that is read."""

    TEXT = "text"
    HTML = "html"
    MHTML = "mhtml"
    DOCX = "docx"
    DOC = "doc"
    PDF = "pdf"
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A format that holds no text to read, recognised so that it can be said; `remedy` is what to do."""

    name: str
    remedy: str = "leave it out"


ARCHIVES = frozenset((Format.ZIP, Format.TAR, Format.GZIP, Format.BZIP2, Format.XZ))
DUMPS = frozenset((Format.JSONL, Format.JSON, Format.CSV, Format.PARQUET, Format.WARC))

_MAGIC = (
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"\xd0\xcf\x11\xe0", Format.DOC),
    (b"\x1f\x8b", Format.GZIP),
    (b"BZh", Format.BZIP2),
    (b"\xfd7zXZ\0", Format.XZ),
    (b"PAR1", Format.PARQUET),
    (b"WARC/", Format.WARC),
)
_FOREIGN = (
    (b"\x89PNG", Foreign("a picture (PNG)")),
    (b"\xff\xd8\xff", Foreign("a picture (JPEG)")),
    (b"GIF8", Foreign("a picture (GIF)")),
    (b"BM", Foreign("a picture (BMP)")),
    (b"II*\0", Foreign("a picture (TIFF)")),
    (b"MM\0*", Foreign("a picture (TIFF)")),
    (b"RIFF", Foreign("a picture, sound or film")),
    (b"\0\0\0\x18ftyp", Foreign("a film")),
    (b"\0\0\0\x20ftyp", Foreign("a film")),
    (b"ID3", Foreign("a sound file")),
    (b"\x7fELF", Foreign("a program")),
    (b"MZ", Foreign("a program")),
    (b"wOF", Foreign("a font")),
    (b"\0\x01\0\0", Foreign("a font")),
    (b"SQLite format 3", Foreign("a database")),
    (b"Rar!", Foreign("a RAR archive", "unpack it and give the folder")),
    (b"7z\xbc\xaf\x27\x1c", Foreign("a 7z archive", "unpack it and give the folder")),
    (b"{\\rtf", Foreign("a Rich Text document", "save it as .docx")),
)
_OFFICE: dict[str, Format | Foreign] = {
    "word/document.xml": Format.DOCX,
    "xl/workbook.xml": Foreign("a spreadsheet (xlsx)", "save the text as .docx or .txt"),
    "ppt/presentation.xml": Foreign("a presentation (pptx)", "save the text as .docx or .txt"),
    "META-INF/manifest.xml": Foreign("an OpenDocument document", "save it as .docx"),
}
_PDF = re.compile(rb"%PDF-\d")
_TAR = slice(257, 262)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|link|script|style|div|table|p|h[1-6]|span|section|article|ul|center|font)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(
    rb"(?:[A-Za-z-]{2,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?Content-Type:\s*multipart/related", re.IGNORECASE
)
_OBJECT = re.compile(rb"\s*\{\s*\"")
_ARRAY = re.compile(rb"\s*\[\s*\{\s*\"")
_END = 22  # bytes of the record that ends a zip without a comment
_LONGEST_LIST = 64 << 20  # bytes of a zip's list of members, which takes several times as much memory
_WORD = "WordDocument".encode("utf-16-le")


def format_of(head: bytes, stream: BinaryIO | None = None) -> Format | Foreign:
    """The format of an input that begins with `head`.

    A zip is a Word document or an archive, which the list at its end tells: `stream` is the whole of it where it can
    be had. CSV shows by its header, which kg.text.read.dumps knows; here it is text.
    """
    known = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if known is Format.ZIP and stream is not None:
        return _in_zip(stream)
    if known is not None:
        return known
    if _PDF.search(head[:1024]):
        return Format.PDF
    if head[_TAR] == b"ustar":
        return Format.TAR
    return next((kind for magic, kind in _FOREIGN if _begins(head, magic)), None) or _of_text(head)


def _begins(head: bytes, magic: bytes) -> bool:
    """Whether the bytes begin so; two letters alone may begin a text, so there zero bytes have to follow."""
    return head.startswith(magic) and (len(magic) > 2 or b"\0" in head[:64])


def _of_text(head: bytes) -> Format:
    """Kinds of text; a byte order mark and the zeros of UTF-16 are seen through."""
    plain = head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    plain = plain.replace(b"\0", b"") if b"\0" in plain[:200] else plain
    kinds = ((_HTML, Format.HTML), (_MHTML, Format.MHTML), (_OBJECT, Format.JSONL), (_ARRAY, Format.JSON))
    return next((kind for pattern, kind in kinds if pattern.match(plain)), Format.TEXT)


def _in_zip(stream: BinaryIO) -> Format | Foreign:
    try:
        names = set(open_zip(stream).namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return Format.ZIP  # what is wrong with it shows where it is unpacked
    finally:
        stream.seek(0)
    return next((kind for name, kind in _OFFICE.items() if name in names), Format.ZIP)


def open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """A zip that can be sought in; zipfile.BadZipFile where it is none, or its list would fill the memory."""
    end = stream.seek(0, SEEK_END)
    stream.seek(max(0, end - _END))
    record = stream.read(_END)
    if record.startswith(b"PK\x05\x06") and int.from_bytes(record[12:16], "little") > _LONGEST_LIST:
        raise zipfile.BadZipFile("its list of members is too long")
    return zipfile.ZipFile(stream)


def is_word(content: bytes) -> bool:
    """Whether a compound file (`Format.DOC` by its first bytes) holds a Word document, not a sheet or slides."""
    return _WORD in content
