"""The text of PDF files: what they carry as text, else what an optional library sees on the scanned pages."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from kg.errors import UnreadableInput
from kg.text.read import layout
from kg.text.read.extracted import Extracted

LONGEST = 600  # pages; a report has 10 to 60
_SCANNED = 50  # characters a page, on average, below which the pages are pictures
_RESOLUTION = 200  # dots an inch at which scanned pages are looked at
_SURE = 0.5  # how sure the recogniser has to be of a line
_UNMAPPED = re.compile(r"\(cid:\d+\)")


def extract(content: bytes, where: Path | str, *, encoding: str | None = None) -> Extracted:
    """The paragraphs of the pages, a form feed between pages; of scans, where the extra `ocr` is installed.

    Page numbers and running heads stay: kg.text.repair takes them out.
    """
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(content)) as document:
            if len(document.pages) > LONGEST:
                raise UnreadableInput(where, f"has {len(document.pages)} pages, too many for one report", "split it")
            pages = list(_pages(document))
    except PdfminerException as error:
        raise UnreadableInput(where, *_refusal(error)) from error
    text = "\f".join(pages)
    if len(_UNMAPPED.sub("", text).strip()) < _SCANNED * len(pages):
        text = "\f".join(_recognised(content, where))
    return Extracted(text)


def _pages(document: Any) -> Iterator[str]:
    for page in document.pages:
        rows = page.extract_text_lines(x_tolerance=2, y_tolerance=3)
        yield "\n".join(layout.paragraphs([layout.Row.of(row) for row in rows]))
        page.close()  # what was drawn is not needed again, and fills the memory


def _refusal(error: Exception) -> tuple[str, str]:
    reason = type(error.args[0]).__name__ if error.args else ""
    if "Password" in reason:
        return "is a PDF with a password", "save it without one"
    return f"is a damaged PDF ({reason or error})", "fetch it again"


def _recognised(content: bytes, where: Path | str) -> Iterator[str]:
    """The lines that the recogniser reads on the pages, which are pictures."""
    import pypdfium2

    try:
        engine = _engine()
    except ImportError as error:
        raise UnreadableInput(
            where, "is a scanned PDF without text", "pip install 'township-kg[ocr]', or give its text"
        ) from error
    document = pypdfium2.PdfDocument(content)
    try:
        for page in document:
            seen = engine(page.render(scale=_RESOLUTION / 72).to_numpy())
            yield "\n".join(_in_lines(seen.boxes, seen.txts)) if seen.txts else ""
    finally:
        document.close()


@cache
def _engine() -> Any:
    """The recogniser with the models that come in its package; ImportError where it is not installed."""
    rapidocr = importlib.import_module("rapidocr")
    return rapidocr.RapidOCR(params={"Global.log_level": "error", "Global.text_score": _SURE})


def _in_lines(boxes: Any, texts: Sequence[str]) -> Iterator[str]:
    """The recognised pieces as lines: those of one height from left to right, from top to bottom."""
    pieces = sorted(
        (float(box[:, 1].mean()), float(box[:, 0].min()), float(box[:, 1].max() - box[:, 1].min()), text)
        for box, text in zip(boxes, texts, strict=True)
    )
    line: list[tuple[float, str]] = []
    below = 0.0
    for middle, left, height, text in pieces:
        if line and middle > below:
            yield " ".join(said for _, said in sorted(line))
            line = []
        if not line:
            below = middle + height / 2
        line.append((left, text))
    if line:
        yield " ".join(said for _, said in sorted(line))
