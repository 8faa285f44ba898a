"""SERVICE without a network: what a query wants of another endpoint is asked by the server, and put in as values.

A SERVICE that names one of the allowed endpoints becomes the query SELECT * over its group, and its place in the text
takes a VALUES block of the answer. The words are found as SPARQL's grammar finds them, past strings, IRIs and
comments; what hides from that stays as it is, and the engine has no network to follow it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.graph.tokens import Token, end, prologue, said, tokens
from kg.serve.refused import Refused

ROWS = 10_000  # of another endpoint's answer
_PREFIX = re.compile(r"\bPREFIX\s+(?P<name>[\w.-]*:)\s*<(?P<iri>[^<>]*)>", re.IGNORECASE)
_BLANK = "urn:x-blank:"  # VALUES hold no blank nodes: an IRI stands for one

Call = Callable[[str, str], Mapping[str, Any]]  # endpoint and query → SPARQL JSON, or {"wrong": reason}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A SERVICE in a query's text: where it stands, the endpoint, its group with the braces, whether it may fail."""

    start: int
    end: int
    service: str
    group: str
    silent: bool


def joined(query: str, services: Collection[str], call: Call) -> str:
    """The query with the answers of those endpoints in the place of their SERVICE; Refused where one has none."""
    before = prologue(query)
    parts, done = [], 0
    for wanted in found(query):
        if wanted.service in services:
            answer = call(wanted.service, f"{before}SELECT * WHERE {wanted.group}")
            if "wrong" in answer and not wanted.silent:
                raise Refused(502, f"SERVICE <{wanted.service}> fails: {answer['wrong']}")
            parts += [query[done : wanted.start], "{}" if "wrong" in answer else values(answer)]
            done = wanted.end
    return "".join([*parts, query[done:]])


def found(query: str) -> Iterator[Wanted]:
    """Every SERVICE of a query that is not within another one."""
    prefixes = {match["name"]: match["iri"] for match in _PREFIX.finditer(prologue(query))}
    words, done = tokens(query), 0
    for at, token in enumerate(words):
        if token.start() >= done and said(token, "SERVICE") and (wanted := _service(query, words, at, prefixes)):
            yield wanted
            done = wanted.end


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


def _service(query: str, words: Sequence[Token], at: int, prefixes: Mapping[str, str]) -> Wanted | None:
    """The SERVICE whose word is at `at`; None where its endpoint is a variable or its group has no end."""
    silent = at + 1 < len(words) and said(words[at + 1], "SILENT")
    name, opened = at + 1 + silent, at + 2 + silent
    if opened >= len(words) or words[opened][0] != "{":
        return None
    service, closed = _iri(words[name], prefixes), end(words, opened)
    if service is None or closed is None:
        return None
    group = query[words[opened].start() : words[closed].end()]
    return Wanted(words[at].start(), words[closed].end(), service, group, silent)


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token["iri"] is not None:
        return token["iri"]
    prefix, colon, local = (token["word"] or "").partition(":")
    start = prefixes.get(prefix + colon)
    return None if start is None else start + local


def _term(value: Mapping[str, str] | None) -> str:
    """A term of SPARQL JSON as SPARQL writes it; UNDEF where it is unbound."""
    if value is None:
        return "UNDEF"
    if value["type"] in ("uri", "bnode"):
        return f"<{_BLANK if value['type'] == 'bnode' else ''}{_escaped(value['value'])}>"
    text = json.dumps(value["value"], ensure_ascii=False)  # its escapes are SPARQL's too
    if "xml:lang" in value:
        return f"{text}@{value['xml:lang']}"
    return f"{text}^^<{_escaped(value['datatype'])}>" if "datatype" in value else text


def _escaped(iri: str) -> str:
    return re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda match: f"%{ord(match[0]):02X}", iri)
