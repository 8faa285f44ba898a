"""How names, texts and questions are cut for the search, all in one script and width.

Names are cut into characters, so that any part of one finds it. Texts are cut into pairs of characters: 户厕改造 is
户厕 厕改 改造 造, which finds each of its words, however a dictionary would cut it. Questions are cut by jieba.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from kg import segment
from kg.serve.reconcile.names import simple

_HAN = "\u3400-\u9fff\U00020000-\U0003fffd"
_UNIT = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_RUN = re.compile(rf"([{_HAN}]+)|[^\W_{_HAN}]+")
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


def pairs(text: str) -> str:
    """A text for the index: pairs of its Chinese characters, the last of a row alone too, and its other words."""
    return " ".join(_pairs(plain(text)))


def name_like(question: str) -> str:
    """A question as FTS5 asks for it among names: all its parts, the end of the last may be missing. "" for none."""
    parts = [characters(part) for part in question[:_LONGEST].split()[:_WORDS]]
    found = [f'"{part}"' for part in parts if part]
    return f"{' '.join(found)} *" if found else ""


def text_like(question: str) -> str:
    """A question as FTS5 asks for it among texts: all its words, "" where it has none.

    Those that a line does not have may be what its report is about (县溪镇 改厕), but not all of them.
    """
    phrases = list(map(_phrase, asked(question)))
    return f"{' AND '.join(phrases)} AND words : ({' OR '.join(phrases)})" if phrases else ""


def asked(question: str) -> list[str]:
    """The words of a question in the order in which they stand there, those that say nothing only where all do."""
    cut = [word for word in segment.words(plain(question[:_LONGEST])) if _UNIT.search(word.text)]
    telling = [word for word in cut if not word.tag.startswith(_IDLE)] or cut
    said = ["".join(character for character in word.text if character != '"') for word in telling]
    return list(dict.fromkeys(said))[:_WORDS]


def _pairs(text: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.finditer(text):
        if run[1]:
            found += [run[1][at : at + 2] for at in range(len(run[1]))]
        else:
            found.append(run[0])
    return found


def _phrase(word: str) -> str:
    """A word as FTS5 asks for it: in the text more may follow its last character."""
    found = _pairs(word)
    last = _RUN.findall(word)[-1]  # its Chinese characters, if they are some
    if len(last) > 1:
        found.pop()
    return f'"{" ".join(found)}"{" *" if len(last) == 1 else ""}'


@cache
def _lower(character: str) -> str:
    """Its lower case where that is one character."""
    lower = character.lower()
    return lower if len(lower) == 1 else character
