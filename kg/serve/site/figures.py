"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def number(text: object) -> str:
    """A decimal number with its thousands set apart; what is none stays as it is."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return str(text)
    return f"{value:,f}" if value.is_finite() else str(text)
