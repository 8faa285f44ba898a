"""The words of a query or update as SPARQL's grammar finds them: past strings, IRIs, variables and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|<(?P<iri>[^<>"{}|^`\\\s]*)>|(?P<brace>[{}])|[?$](?P<variable>\w+)|@\w+|(?P<word>[\w-]*:[\w.%-]*|\w+)""",
    re.DOTALL,
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

Token = re.Match[str]  # with the groups iri, brace, variable and word


def tokens(text: str) -> list[Token]:
    """All but strings and comments, in order."""
    return [token for token in _TOKEN.finditer(text) if not token["skip"]]


def said(token: Token, *words: str) -> bool:
    """Whether a token is one of these words, in any case of its letters."""
    return (token["word"] or "").upper() in words


def depths(found: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Each token with the number of braces that it is within; a brace is within itself."""
    depth = 0
    for token in found:
        depth += token["brace"] == "{"
        yield depth, token
        depth -= token["brace"] == "}"


def end(found: Sequence[Token], at: int) -> int | None:
    """The index of the brace that closes the one at `at`; None where none does."""
    inside = enumerate(depths(found[at:]), at)
    return next((index for index, (depth, token) in inside if depth == 1 and token["brace"] == "}"), None)


def form(query: str) -> str:
    """The word that says a query's form, SELECT say; "" where there is none."""
    return next((token[0].upper() for token in tokens(query) if said(token, *_FORMS)), "")


def prologue(query: str) -> str:
    """What stands before a query's form: its prefixes."""
    return next((query[: token.start()] for token in tokens(query) if said(token, *_FORMS)), "")
