"""What the reader of a format gives back."""

from __future__ import annotations

from typing import NamedTuple


class Extracted(NamedTuple):
    """The text taken out of a document, whose characters source offsets count, and what is said beside it."""

    text: str
    fields: tuple[tuple[str, str], ...] = ()
