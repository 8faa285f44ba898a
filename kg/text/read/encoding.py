"""From bytes to characters: in which encoding a text is written, and its characters with nothing translated."""

from __future__ import annotations

import codecs
import re
from functools import cache
from pathlib import Path

from kg.errors import UnreadableInput
from kg.lexicon import table

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
WIDE = ("utf-16-le", "utf-16-be")  # without a mark they show by the zero bytes of their digits and line ends
SAMPLE = 65_536  # bytes that decide; the whole text is then held against the decision
_READABLE, _SURE = 0.05, 0.2  # share of common characters that a text must have; reports are at 0.4
_CONTROLS, _FEW = bytes({*range(9), *range(14, 32)} - {0x1B}), 0.005
_UNDECODABLE = 0.02  # share of characters that may be lost before an encoding is refused
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_LOST = "\ufffd"


def decode(content: bytes, where: Path | str, *, encoding: str | None = None) -> str:
    """The text of the bytes: in the `encoding` that the caller knows, else in the likeliest one.

    A byte order mark decides, then strict UTF-8, then how common the characters are in UTF-8, GB18030, Big5 and UTF-16
    (a page's own `charset` goes first among them). Bytes that mean nothing become U+FFFD. Nothing is translated, line
    ends included, so that offsets count the characters of the file. `where` names the input in errors:
    UnreadableInput where it is empty, binary, or in no encoding of Chinese text.
    """
    if not content.strip():
        raise UnreadableInput(where, "is empty", "leave it out or fetch it again")
    if encoding is not None:
        return _as_told(content, where, encoding)
    marked = _marked(content)
    try:
        if marked or not _binary(content[:SAMPLE]):
            return content.decode(marked or "utf-8")
    except UnicodeDecodeError:
        pass  # a broken byte or another encoding: the likeliest one bears both
    return content.decode(likeliest(content, where), "replace")


def likeliest(content: bytes, where: Path | str) -> str:
    """The encoding that makes the most common Chinese of the bytes; errors as of `decode`."""
    if marked := _marked(content):
        return marked
    sample = content[:SAMPLE]
    binary = _binary(sample)
    tried: list[str] = [*_declared(sample), *CANDIDATES, *(WIDE if binary else ())]
    best = max(tried, key=lambda name: _share(sample, name))
    share = _share(sample, best)
    if share >= (_SURE if binary else _READABLE):
        return best
    if binary:
        raise UnreadableInput(
            where, "is no text (its bytes are those of a program or a damaged file)", "convert it to text"
        )
    raise UnreadableInput(where, "is in no encoding of Chinese text", "save it again as UTF-8, or say --encoding")


def known(encoding: str) -> bool:
    """Whether Python has an encoding of text of this name."""
    try:
        return bool(codecs.lookup(encoding)._is_text_encoding)
    except LookupError:
        return False


def _binary(sample: bytes) -> bool:
    """Whether control bytes are too many for a text of one byte a letter; here and there editors leave one."""
    return len(sample) - len(sample.translate(None, _CONTROLS)) > _FEW * len(sample)


def _marked(content: bytes) -> str | None:
    return next((encoding for mark, encoding in BOMS if content.startswith(mark)), None)


def _declared(sample: bytes) -> tuple[str, ...]:
    """The encoding that a page says it is in, as the wider one of its family (gb2312 and gbk are gb18030)."""
    found = _DECLARED.search(sample)
    name = found[1].decode("ascii").lower() if found else ""
    wider = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
    return (wider,) if known(wider) else ()


def _share(sample: bytes, encoding: str) -> float:
    """How much of the sample's text is common Chinese, less twenty times what is lost."""
    text = sample.decode(encoding, "replace")
    text = text[:-1] if text.endswith(_LOST) else text  # the sample may end in the middle of a character
    beyond_ascii = [character for character in text if character > "\x7f"]
    if not beyond_ascii:
        return float(encoding == "utf-8" and text.isprintable())
    return sum((c in _common()) - 20 * (c == _LOST) for c in beyond_ascii) / len(beyond_ascii)


def _as_told(content: bytes, where: Path | str, encoding: str) -> str:
    text = content.decode(encoding, "replace")
    if text.count(_LOST) > _UNDECODABLE * len(text):
        raise UnreadableInput(where, f"is not in {encoding}", "leave out --encoding, or say another")
    return text


@cache
def _common() -> frozenset[str]:
    return frozenset(table("kinds.toml")["encoding"]["common"])
