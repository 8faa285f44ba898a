"""PNG from SVG, by resvg; its one door."""

from __future__ import annotations

from functools import cache

from kg.errors import ExportError, MissingLibrary
from kg.export.picture.svg import FONTS

ZOOM = 2.0  # pixels for each of the SVG's, so that print is sharp

_PROBE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" font-family="{}"><text y="16">{}</text></svg>'


def drawn(svg: str) -> bytes:
    """The picture as PNG. MissingLibrary without resvg, ExportError where no installed font has Chinese characters."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise MissingLibrary("resvg-py", "PNG", "pictures") from error
    if not _chinese():
        raise ExportError("no installed font has Chinese characters; install one (fonts-noto-cjk, say) or choose svg")
    return bytes(svg_to_bytes(svg_string=svg, zoom=ZOOM, background="white"))


@cache
def _chinese() -> bool:
    """Whether a Chinese character leaves ink in the fonts of pictures."""
    from resvg_py import svg_to_bytes

    inked, empty = (bytes(svg_to_bytes(svg_string=_PROBE.format(FONTS, words))) for words in ("镇", ""))
    return inked != empty
