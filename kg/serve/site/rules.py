"""The rules that decided how a fact was read: their names in code, and as people read them."""

from __future__ import annotations

import re

from kg.serve.site.words import words

_NEXT = re.compile(" (?=(?:number|indicator|change|status|period|programme|place):)")  # names have blanks and colons


def split(rules: str) -> tuple[str, ...]:
    """The names of the rules that the graph has in one text: number:arabic, period:time said: year …"""
    return tuple(_NEXT.split(rules)) if rules else ()


def name(rule: str, language: str) -> str:
    """What a rule is called in a language; "" for one that the words do not know."""
    return words(language).get(f"rule-{rule}", "")
