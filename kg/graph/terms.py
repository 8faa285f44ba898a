"""Objects of quads as N-Quads writes them: references, numbers, dates, and strings made fit for any reader."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from kg.graph.namespaces import XSD

ILLEGAL = "\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"  # what no XML document may hold
UNSEEN = "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
SPECIAL = '\\\\"\n\r\t\x7f\x85\u2028\u2029'
_ILLEGAL, _UNSEEN, _SPECIAL = (re.compile(f"[{characters}]") for characters in (ILLEGAL, UNSEEN, SPECIAL))
_NO_QUOTE = re.compile(f"[{ILLEGAL}{SPECIAL}]")  # most texts have none of these and stay as they are
_NO_LABEL = re.compile(rf"[{ILLEGAL}{UNSEEN}{SPECIAL}\s]")
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}  # as the store writes them
_ESCAPES |= {end: f"\\u{ord(end):04X}" for end in "\x7f\x85\u2028\u2029"}  # line ends to many readers
_ISO_DATE = re.compile("[0-9]{4}(-[0-9]{2}){0,2}")
_DATES = {4: ("-01-01", XSD.gYear), 7: ("-01", XSD.gYearMonth), 10: ("", XSD.date)}  # by length of the ISO form


def ref(iri: str) -> str:
    """A node by its IRI."""
    return f"<{iri}>"


def typed(text: str, datatype: str) -> str:
    """A literal of a datatype, its text without special characters."""
    return f'"{text}"^^<{datatype}>'


def integer(number: int) -> str:
    """A whole number."""
    return typed(str(number), XSD.integer)


def decimal(number: Decimal) -> str:
    """Without exponent or trailing zeros, as the store itself would write it."""
    text = f"{number:f}"
    return typed(text.rstrip("0").rstrip(".") if "." in text else text, XSD.decimal)


def year(year: int) -> str:
    """A calendar year."""
    return typed(f"{year:04d}", XSD.gYear)


def date(text: str) -> str:
    """An ISO 8601 date as precise as it is; what is no date stays a string."""
    if not _ISO_DATE.fullmatch(text):
        return label(text)
    rest, datatype = _DATES[len(text)]
    try:
        datetime.date.fromisoformat(text + rest)
    except ValueError:
        return label(text)
    return typed(text, datatype)


def string(text: str) -> str:
    """A plain string."""
    return f'"{_SPECIAL.sub(_escape, text)}"' if _SPECIAL.search(text) else f'"{text}"'


def quote(text: str) -> str:
    """Words of the source, character for character but for what no document may hold."""
    return string(_ILLEGAL.sub("\ufffd", text)) if _NO_QUOTE.search(text) else f'"{text}"'


def label(text: str) -> str:
    """A name to show: without controls and direction marks, on one line."""
    if _NO_LABEL.search(text) is None:
        return f'"{text}"'
    return string(" ".join(_UNSEEN.sub("", _ILLEGAL.sub(" ", text)).split()))


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]
