"""SERVICE without a network: what a query wants of another endpoint is asked by the server, and put in as values.

A SERVICE that names one of the allowed endpoints becomes the query SELECT * over its group, and its place in the text
takes a VALUES block of the answer. The words are found as SPARQL's grammar finds them, past strings, IRIs and
comments; what hides from that stays as it is, and the engine has no network to follow it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.serve.refused import Refused

ROWS = 10_000  # of another endpoint's answer
_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|<(?P<iri>[^<>"{}|^`\\\s]*)>|(?P<brace>[{}])|[?$@]\w+|(?P<word>[\w-]*:[\w.%-]*|\w+)""",
    re.DOTALL,
)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PREFIX = re.compile(r"\bPREFIX\s+(?P<name>[\w.-]*:)\s*<(?P<iri>[^<>]*)>", re.IGNORECASE)
_BLANK = "urn:x-blank:"  # VALUES hold no blank nodes: an IRI stands for one

Call = Callable[[str, str], Any]  # endpoint and query → SPARQL JSON, None where there is no answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """A SERVICE in a query's text: where it stands, the endpoint, its group with the braces, whether it may fail."""

    start: int
    end: int
    service: str
    group: str
    silent: bool


def form(query: str) -> str:
    """The word that says a query's form, SELECT say; "" where there is none."""
    return next((token[0].upper() for token in _words(query) if token[0].upper() in _FORMS), "")


def joined(query: str, services: Collection[str], call: Call) -> str:
    """The query with the answers of those endpoints in the place of their SERVICE; Refused where one has none."""
    prologue = _prologue(query)
    parts, done = [], 0
    for wanted in found(query):
        if wanted.service in services:
            answer = call(wanted.service, f"{prologue}SELECT * WHERE {wanted.group}")
            if answer is None and not wanted.silent:
                raise Refused(502, f"<{wanted.service}> does not answer; try again, or make it SERVICE SILENT", again=5)
            parts += [query[done : wanted.start], values(answer) if answer else "{}"]
            done = wanted.end
    return "".join([*parts, query[done:]])


def found(query: str) -> Iterator[Wanted]:
    """Every SERVICE of a query that is not within another one."""
    prefixes = {match["name"]: match["iri"] for match in _PREFIX.finditer(_prologue(query))}
    tokens = [token for token in _TOKEN.finditer(query) if not token["skip"]]
    at = 0
    while at < len(tokens):
        wanted = _service(query, tokens, at, prefixes) if _said(tokens[at], "SERVICE") else None
        if wanted:
            yield wanted
        while at < len(tokens) and wanted and tokens[at].end() < wanted.end:
            at += 1
        at += 1


def values(answer: Mapping[str, Any]) -> str:
    """A group of the rows of an answer in SPARQL JSON, as SPARQL writes them."""
    names = answer["head"]["vars"]
    rows = (" ".join(_term(row.get(name)) for name in names) for row in answer["results"]["bindings"])
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(f'({row})' for row in rows)} }} }}"


def refusal(services: Collection[str]) -> str:
    """What is said where a query asks an endpoint that is not allowed."""
    if services:
        return f"SERVICE takes only {', '.join(f'<{service}>' for service in services)} here; ask others yourself"
    return "SERVICE is off here: this endpoint asks no other; ask it yourself and join the answers"


def _service(query: str, tokens: list[re.Match[str]], at: int, prefixes: Mapping[str, str]) -> Wanted | None:
    """The SERVICE whose word is the token `at`; None where its endpoint is a variable or its group has no end."""
    silent = at + 1 < len(tokens) and _said(tokens[at + 1], "SILENT")
    named, opened = tokens[at + 1 + silent : at + 2 + silent], at + 2 + silent
    service = _iri(named[0], prefixes) if named else None
    if service is None or opened >= len(tokens) or tokens[opened][0] != "{":
        return None
    depth = 0
    for token in tokens[opened:]:
        depth += {"{": 1, "}": -1}.get(token["brace"] or "", 0)
        if depth == 0:
            group = query[tokens[opened].start() : token.end()]
            return Wanted(tokens[at].start(), token.end(), service, group, silent)
    return None


def _iri(token: re.Match[str], prefixes: Mapping[str, str]) -> str | None:
    if token["iri"] is not None:
        return token["iri"]
    prefix, colon, local = (token["word"] or "").partition(":")
    start = prefixes.get(prefix + colon)
    return None if start is None else start + local


def _said(token: re.Match[str], word: str) -> bool:
    return (token["word"] or "").upper() == word


def _words(query: str) -> Iterator[re.Match[str]]:
    return (token for token in _TOKEN.finditer(query) if token["word"])


def _prologue(query: str) -> str:
    """What stands before a query's form: its prefixes."""
    return next((query[: token.start()] for token in _words(query) if token[0].upper() in _FORMS), "")


def _term(value: Mapping[str, str] | None) -> str:
    """A term of SPARQL JSON as SPARQL writes it; UNDEF where it is unbound."""
    if value is None:
        return "UNDEF"
    if value["type"] in ("uri", "bnode"):
        return f"<{_BLANK if value['type'] == 'bnode' else ''}{_escaped(value['value'])}>"
    text = json.dumps(value["value"])  # its escapes are SPARQL's too
    if "xml:lang" in value:
        return f"{text}@{value['xml:lang']}"
    return f"{text}^^<{_escaped(value['datatype'])}>" if "datatype" in value else text


def _escaped(iri: str) -> str:
    return re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda match: f"%{ord(match[0]):02X}", iri)
