"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from kg.serve.site import chinese

_TIGHT = ("%", "‰", "°")  # units that stand close behind their number
_MULTIPLES = (("亿", 10**8), ("万", 10**4))
_LARGE = 10**6  # from here on Chinese has 106 万, below it 65,000
_DECIMALS = 4  # of a number in 万 or 亿; one that has more is written out


def number(text: object) -> str:
    """A decimal number with its thousands set apart; what is none stays as it is."""
    value = _decimal(text)
    return f"{value:,f}" if value is not None else str(text)


def measured(ends: Sequence[object], unit: str, language: str) -> str:
    """A value or the ends of a range with the unit: 650 户, 836.9 亿斤, 30–50%; in English 650 household (户)."""
    told = [_split(end) for end in ends] if language == "zh" else []
    multiple = told[0][1] if len({own for _, own in told}) == 1 else ""
    amount = "–".join([said for said, _ in told] if multiple else map(number, ends))
    said = f"{multiple}{chinese.unit(unit, language)}"
    return f"{amount}{'' if said.startswith(_TIGHT) else ' '}{said}".strip()


def _split(text: object) -> tuple[str, str]:
    """A number and the multiple that it is in: 836.9 亿, 106 万, 65,000; all its digits stay."""
    value = _decimal(text)
    if value is not None and abs(value) >= _LARGE:
        for multiple, size in _MULTIPLES:
            part = (value / size).normalize()
            exponent = part.as_tuple().exponent
            if abs(part) >= 1 and part * size == value and isinstance(exponent, int) and exponent >= -_DECIMALS:
                return f"{part:,f}", multiple
    return number(text), ""


def _decimal(text: object) -> Decimal | None:
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
