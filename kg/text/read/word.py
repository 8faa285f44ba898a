"""The text of Word documents: .docx with its numbering, old .doc through antiword."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from kg.errors import UnreadableInput
from kg.text.read.extracted import Extracted
from kg.text.read.kinds import is_word

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from kg.text.read.numbering import Numbering

LARGEST = 128 << 20  # bytes of all parts of a .docx unpacked
PATIENCE = 60  # seconds that antiword may take
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
# Deleted text, text boxes said twice, and what Word computes: none of it is what the page shows as running text.
_AWAY = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr", f"{_W}tblPr", f"{_W}sectPr"}
_AWAY |= {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def extract_docx(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    """The paragraphs of a .docx, a line each with the number that Word shows; rows of tables have tabs between cells.

    Inserted text of tracked changes is in, deleted text out. UnreadableInput where it unpacks to too much.
    """
    from docx import Document

    from kg.text.read.numbering import Numbering

    with zipfile.ZipFile(BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST:
            raise UnreadableInput(where, f"unpacks to more than {LARGEST >> 20} MB", "give its text")
    document = Document(BytesIO(content))
    return Extracted("\n".join(_lines(document.element.body, Numbering(document.part))))


def _lines(node: Element, numbering: Numbering) -> Iterator[str]:
    """The lines of a body, a cell, or what wraps paragraphs (content controls, tracked insertions)."""
    for child in node:
        if child.tag == f"{_W}p":
            yield numbering.label(child) + _text(child)
        elif child.tag == f"{_W}tr":
            cells = (cell for cell in child.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is child)
            yield "\t".join(" ".join(_lines(cell, numbering)).strip() for cell in cells)
        elif child.tag not in _AWAY:
            yield from _lines(child, numbering)


def _text(node: Element) -> str:
    """The characters of a paragraph as the page shows them."""
    pieces = []
    for child in node:
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag not in _AWAY:
            pieces.append(_BREAKS.get(str(child.tag)) or _text(child))
    inner = f"{_W}txbxContent" == node.tag  # a box beside the text: a line of its own
    return "\n" + "".join(pieces) if inner else "".join(pieces)


def extract_doc(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    """The text of a Word 97-2003 document, a line a paragraph.

    UnreadableInput where it is no Word document, is damaged, or antiword is not installed.
    """
    if not is_word(content):
        raise UnreadableInput(where, "is an old Office file without a Word document", "save the text as .docx or .txt")
    program = shutil.which("antiword")
    if program is None:
        raise UnreadableInput(
            where, "is a .doc file, which needs the program antiword", "install antiword, or save it as .docx"
        )
    with NamedTemporaryFile(suffix=".doc") as file:
        file.write(content)
        file.flush()
        command = [program, "-m", "UTF-8.txt", "-w", "0", file.name]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnreadableInput(where, f"kept antiword busy for {PATIENCE} s", "save it as .docx") from error
    text = done.stdout.decode("utf-8", "replace").strip("\n")
    if done.returncode or not text:
        said = done.stderr.decode("utf-8", "replace").strip().replace(file.name, "it").partition("\n")[0]
        raise UnreadableInput(where, f"cannot be read by antiword ({said or 'no text'})", "save it as .docx")
    return Extracted(text)
