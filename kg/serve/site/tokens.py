"""How names, texts and questions are cut for the search: in one script and width, names by character, texts by word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kg import segment
from kg.serve.reconcile.names import simple

_UNIT = re.compile(r"[\u3400-\u9fff\U00020000-\U0003fffd]|[^\W_\u3400-\u9fff\U00020000-\U0003fffd]+")
_IDLE = ("u", "p", "c", "x", "w", "y", "e")  # parts of speech of words that say nothing: 的, 在, 和, ，
_LONGEST = 100  # characters of a question that are looked at
_WORDS = 8  # of it


def plain(text: str) -> str:
    """A text in one width, script and case, as names are compared; it may have another length."""
    return same_length(unicodedata.normalize("NFKC", text)).strip()


def same_length(text: str) -> str:
    """A text in simplified script and lower case, character for character."""
    return "".join(_lower(character) for character in simple(text))


def characters(name: str) -> str:
    """A name for the index: its Chinese characters and its other words, apart from each other."""
    return " ".join(_UNIT.findall(plain(name)))


def words(text: str) -> str:
    """A text for the index: its words, and the words that they are made of."""
    return " ".join(segment.for_search(plain(text)))


def name_like(question: str) -> str:
    """A question as FTS5 asks for it among names: all its parts, the end of the last may be missing. "" for none."""
    parts = [characters(part) for part in question[:_LONGEST].split()[:_WORDS]]
    found = [f'"{part}"' for part in parts if part]
    return f"{' '.join(found)} *" if found else ""


def text_like(question: str) -> str:
    """A question as FTS5 asks for it among texts: all its words. "" where it has none."""
    return " ".join(f'"{word}"' for word in asked(question))


def asked(question: str) -> list[str]:
    """The words of a question in the order in which they stand there, those that say nothing only where all do."""
    cut = [word for word in segment.words(plain(question[:_LONGEST])) if _UNIT.search(word.text)]
    telling = [word for word in cut if not word.tag.startswith(_IDLE)] or cut
    said = ["".join(character for character in word.text if character != '"') for word in telling]
    return list(dict.fromkeys(said))[:_WORDS]


@cache
def _lower(character: str) -> str:
    """Its lower case where that is one character."""
    lower = character.lower()
    return lower if len(lower) == 1 else character
