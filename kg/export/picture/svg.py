"""The few shapes that pictures are made of, as SVG text, and how wide words are in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

# resvg looks in all fonts for a character, but only where one of those named is there: DejaVu Sans is on most Linux.
FONTS = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',"
    "'DejaVu Sans',sans-serif"
)
INK, FAINT = "#1f2328", "#656d76"

# Characters that are not seen but change how others stand: shown by a mark instead.
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NARROW = 0.6  # of the size of the font: what letters of Latin script take on average, and a little more


def width(words: str, size: float) -> float:
    """About how wide `words` are at a font size; Chinese characters are as wide as high."""
    return size * sum(0 if unicodedata.combining(c) else 1 if _wide(c) else _NARROW for c in words)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"


def plain(words: str) -> str:
    """One line without characters that turn or hide others."""
    return _UNSEEN.sub("\ufffd", re.sub(r"\s+", " ", words))


def cut(words: str, size: float, room: float) -> str:
    """`words` on one line, with an ellipsis where they are wider than `room`."""
    words = plain(words)
    if width(words, size) <= room:
        return words
    while words and width(words, size) > room - size:
        words = words[:-1]
    return f"{words}…"


def text(x: float, y: float, words: str, *, size: float = 12, fill: str = INK, bold: bool = False) -> str:
    """A line of words; `y` is its base line."""
    more = ' font-weight="600"' if bold else ""
    return f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{fill}"{more}>{escape(plain(words))}</text>'


def path(points: str, color: str, wide: float, *, opacity: float = 0.55) -> str:
    """A line along SVG path data."""
    return f'<path d="{points}" stroke="{color}" stroke-width="{n(wide)}" stroke-opacity="{n(opacity)}" fill="none"/>'


def group(tip: str, shapes: Iterable[str]) -> str:
    """Shapes with words that show while the pointer is on them."""
    return f"<g><title>{escape(plain(tip))}</title>{''.join(shapes)}</g>"


def document(wide: float, high: float, titles: Sequence[str], shapes: Iterable[str]) -> str:
    """The whole picture; `titles` say what it shows, the first to those who cannot see it."""
    size = f'viewBox="0 0 {n(wide)} {n(high)}" width="{n(wide)}" height="{n(high)}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}" role="img">',
        f"<title>{escape(' / '.join(titles))}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    )
    return "\n".join([*head, *shapes, "</svg>\n"])


def n(number: float) -> str:
    """A number as short as it can be."""
    return f"{number:.1f}".removesuffix(".0")
