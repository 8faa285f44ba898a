"""From the bytes of one document to its source: each format has its own reader."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from kg.errors import UnreadableInput
from kg.model import Source
from kg.text.read import html, pdf, word
from kg.text.read.encoding import decode
from kg.text.read.extracted import Extracted
from kg.text.read.inputs import LARGEST, Input
from kg.text.read.kinds import HEAD, Foreign, Format, format_of

for library in ("pdfminer", "trafilatura", "docx"):  # what they think of a document is said by what comes out of it
    logging.getLogger(library).addHandler(logging.NullHandler())

LONGEST = 2_000_000  # characters; the report of a province has 30,000
Reader = Callable[..., Extracted]


def _plain(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    return Extracted(decode(content, where, encoding=encoding))


_READERS: dict[Format, Reader] = {
    Format.HTML: html.extract,
    Format.MHTML: html.extract_mhtml,
    Format.DOCX: word.extract_docx,
    Format.DOC: word.extract_doc,
    Format.PDF: pdf.extract,
}


def read_bytes(given: Input) -> bytes:
    """The bytes of an input; UnreadableInput where they cannot be had or are too many."""
    if given.content is not None or given.path is None:
        return given.content or b""
    try:
        if (size := given.path.stat().st_size) > LARGEST:
            reason = f"has {size // 1_000_000} MB, too much for one report"
            raise UnreadableInput(given.where, reason, "split it into reports")
        return given.path.read_bytes()
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
        raise UnreadableInput(given.where, reason, "check that it is a file you may read") from error


def digest(given: Input, content: bytes, *, encoding: str | None = None) -> str:
    """The SHA-256 in hex of the bytes and of what was said beside them, if anything was."""
    running = hashlib.sha256(content)
    beside = [*(part for field in given.fields for part in field), *([encoding] if encoding else ())]
    for part in beside:
        running.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    return running.hexdigest()


def source(given: Input, *, encoding: str | None = None) -> Source:
    """The source of an input: its text as the reader of its format takes it out, and what is said beside it.

    `encoding` is that of texts and pages where the caller knows it. UnreadableInput for what holds no text, is too
    long for a report, or is damaged.
    """
    content = read_bytes(given)
    format_ = format_of(content[:HEAD], BytesIO(content)) if content else Format.TEXT
    if isinstance(format_, Foreign):
        raise UnreadableInput(given.where, f"is {format_.name}, no text", format_.remedy)
    text, fields = _extracted(_READERS.get(format_, _plain), content, given.where, encoding)
    if len(text) > LONGEST:
        reason = f"has {len(text):,} characters, too many for one report"
        raise UnreadableInput(given.where, reason, "split it into reports")
    told = dict(given.fields)
    fields = (*given.fields, *(field for field in fields if field[0] not in told))
    return Source(given.key, given.name, text, digest(given, content, encoding=encoding), fields)


def _extracted(reader: Reader, content: bytes, where: str, encoding: str | None) -> Extracted:
    """What the reader gives; whatever else it raises is damage that its library did not foresee."""
    try:
        return reader(content, where, encoding=encoding)
    except UnreadableInput:
        raise
    except Exception as error:  # readers of foreign formats raise anything on damaged files
        said = str(error).strip().partition("\n")[0][:80] or type(error).__name__
        raise UnreadableInput(where, f"is damaged ({said})", "open it in its own program and save it again") from error
