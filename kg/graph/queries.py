"""Queries by name or file: found, given their parameters, run and shown.

A query may name any variable; `--param name=value` binds it. The binding is a VALUES clause in every group that
speaks of the variable, so it holds in filters, BOUND() and sub-groups alike, and a value can never become syntax.
(The engine's own substitution binds too late: `!BOUND(?x)` stays true and the filter is dropped without a word.)

A query may ask others through SERVICE. The engine sends them the group as it stands, so a query says in a comment
``# bound item: SELECT …`` which of our terms they are asked about, and gets them as a VALUES clause there too.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from kg import resources
from kg.errors import EndpointError, QueryError, StoreError
from kg.graph.namespaces import PREFIXES, RDF, XSD
from kg.graph.store import Store
from kg.graph.tokens import said, tokens
from kg.oxigraph import DATA_FORMATS, FAILURES, RESULT_FORMATS, Answer, Term, check, valid_iri

FORMATS = ("table", *RESULT_FORMATS, "turtle", "ntriples", "rdfxml", "jsonld")  # what `show` can write

_PARAMETER = re.compile(r"^# param (\w+): (.*)$", re.MULTILINE)
_BOUND = re.compile(r"^# bound (\w+): (.*)$", re.MULTILINE)
_LITERAL = re.compile(
    r'"(?P<text>[^"]*)"(?:@(?P<language>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)|\^\^(?P<type>\S+))?', re.DOTALL
)
_NARROW = 4  # columns that a cell keeps in the narrowest terminal
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]*[1-9]")


@dataclass(frozen=True, slots=True)
class Query:
    """A query's text, and the name it goes by in messages."""

    name: str
    text: str

    @property
    def sentence(self) -> str:
        """What the query answers: the comment on its first line."""
        return self.text.split("\n", 1)[0].removeprefix("#").strip() if self.text.startswith("#") else self.name


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a declared parameter is, and a term of its kind."""

    description: str
    example: Term | None


def names(folder: str = ".") -> list[str]:
    """The names of the packaged queries under `folder`, sorted: reports, checks/missing-label, …"""
    root = resources.queries()
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in (root / folder).rglob("*.rq"))


def load(name: str) -> Query:
    """The packaged query of this name, or the file of this path. QueryError where there is neither."""
    known = names()
    path = resources.queries() / f"{name}.rq" if name in known else Path(name)
    if name not in known and not path.is_file():
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise QueryError(f"{name}: no query of this name and no file; {hint}")
    try:
        return Query(name, path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{name}: cannot be read ({error}); give a UTF-8 text file") from error


def parameters(query: Query) -> dict[str, Parameter]:
    """The parameters that the query declares, in their order: ``# param year: four digits, e.g. "2021"^^xsd:gYear``."""
    found = {}
    for name, text in _PARAMETER.findall(query.text):
        example = text.rpartition("e.g. ")[2].strip()
        found[name] = Parameter(text.strip(), term(example) if "e.g. " in text else None)
    return found


def run(store: Store, query: Query, values: Mapping[str, str] | None = None, *, service: str | None = None) -> Answer:
    """Run `query` with variables bound to values. QueryError on bad syntax and unknown variables.

    A plain value of a declared parameter becomes a term like its example (2021 a year, 厕所革命 a Chinese label);
    other values become what `term` says. `service`: the address that every SERVICE of the query asks instead.
    """
    if service is not None:
        query = replace(query, text=_served(query.text, _address(service)))
    declared = parameters(query)
    given = {name.lstrip("?$"): value for name, value in (values or {}).items()}
    with _named(query):
        check(_unasked(query.text), PREFIXES)
        terms = {
            name: [term(value, declared[name].example if name in declared else None)] for name, value in given.items()
        }
    return ask(store, query, {**_bound(store, query, terms), **terms})


def ask(store: Store, query: Query, terms: Mapping[str, Sequence[Term]]) -> Answer:
    """Run `query` with each variable bound to one of its terms. QueryError on bad syntax and unknown variables."""
    with _named(query):
        check(_unasked(query.text), PREFIXES)
        bound = bind(query.text, terms)
    try:
        return store.query(bound, prefixes=PREFIXES)
    except QueryError as error:
        raise QueryError(f"{query.name}: {', '.join(terms)} cannot be bound, the query computes it") from error


@contextmanager
def others(query: Query) -> Iterator[None]:
    """Says, where the answer of a query with a SERVICE breaks off, that it was the service. EndpointError."""
    try:
        yield
    except (*FAILURES, StoreError) as error:
        if not (asked := [name for _, _, name in _services(query.text)]):
            raise
        told = " ".join(str(error.__cause__ or error).split())
        raise EndpointError(
            asked[0], f"does not answer ({told})", "try later, or name another with --service"
        ) from error


def _bound(store: Store, query: Query, terms: Mapping[str, Sequence[Term]]) -> dict[str, list[Term]]:
    """The terms of the variables that the query has bound by our own data."""
    found = {}
    for name, text in _BOUND.findall(query.text):
        own = Query(query.name, text)
        known = {variable: terms[variable] for variable in terms.keys() & variables(own)}
        found[name] = [value for (value,) in ask(store, own, known).rows() if value]
    return found


def _services(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the address of each SERVICE stands, behind its SILENT, and the address."""
    begins = -1
    for token in tokens(text):
        if said(token, "SERVICE") or (said(token, "SILENT") and begins >= 0):
            begins = token.end()
        elif begins >= 0:
            yield begins, token.end(), token[0].strip("<>")
            begins = -1


def _served(text: str, service: str) -> str:
    """`text` with each SERVICE at another address."""
    for start, end, _ in reversed(list(_services(text))):
        text = f"{text[:start]} {service}{text[end:]}"
    return text


def _unasked(text: str) -> str:
    """`text` with each SERVICE nowhere and silent, so that it can be checked without asking anybody."""
    for start, end, _ in reversed(list(_services(text))):
        silent = "" if text[:start].upper().endswith("SILENT") else " SILENT"
        text = f"{text[:start]}{silent} <nowhere:>{text[end:]}"
    return text


def _address(service: str) -> str:
    if not (service.startswith(("http://", "https://")) and valid_iri(service)):
        raise QueryError(f"{service} is no address of a service; give one like https://query.wikidata.org/sparql")
    return f"<{service}>"


@contextmanager
def _named(query: Query) -> Iterator[None]:
    """Says in an error which query it is about."""
    try:
        yield
    except QueryError as error:
        raise QueryError(f"{query.name}: {error}") from error


def term(value: str, example: Term | None = None) -> Term:
    """The term that a value on the command line stands for.

    <iri> and http://… are IRIs, and "…", "…"@zh, "2021"^^xsd:gYear literals as in Turtle. Other values get language
    and datatype of the `example`; without one 12 and 1.5 are numbers and all else, 007 and 1.50 too, a plain string.
    """
    if not value.isprintable() and any("\ud800" <= character <= "\udfff" for character in value):
        raise QueryError(f"{value!r} is no text; give it in the terminal's encoding")
    if value.startswith("<") and value.endswith(">") and valid_iri(value[1:-1]):
        return Term(value[1:-1], "iri")
    if value.startswith(("http://", "https://")) and valid_iri(value):
        return Term(value, "iri")
    if literal := _LITERAL.fullmatch(value):
        return Term(literal["text"], "literal", literal["language"] or "", _datatype(literal["type"] or ""))
    if example is not None and example.kind == "literal":
        return example._replace(value=value)
    number = XSD.integer if _INTEGER.fullmatch(value) else XSD.decimal if _DECIMAL.fullmatch(value) else ""
    return Term(value, "literal", "", number)


def _datatype(name: str) -> str:
    """The IRI behind <iri> or prefix:name."""
    prefix, _, local = name.partition(":")
    iri = name[1:-1] if name.startswith("<") else PREFIXES.get(prefix, "") + local
    if name and (not valid_iri(iri) or iri == RDF.langString):
        raise QueryError(f"{name} is no datatype; write xsd:gYear, say")
    return iri


def variables(query: Query) -> set[str]:
    """The variables that can be bound."""
    return {name for name, _ in _mentions(query.text)}


def bind(text: str, values: Mapping[str, Sequence[Term]]) -> str:
    """`text` with each variable bound to one of its terms in every group that speaks of it.

    Where one OPTIONAL group alone speaks of a bound variable it is optional no longer: what has another value goes.
    """
    mentions = list(dict.fromkeys(_mentions(text)))
    known = sorted({name for name, _ in mentions})
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise QueryError(f"there is no variable {name} to bind; {hint}")
    bound = [(name, group) for name, group in mentions if name in values]
    for name in values:
        alone, *others = (group for other, group in bound if other == name)
        for at in () if others else alone.optionals():
            text = text[:at] + " " * len("OPTIONAL") + text[at + len("OPTIONAL") :]
    for name, group in sorted(bound, key=lambda found: (found[1].start, found[0]), reverse=True):
        text = f"{text[: group.start]} VALUES ?{name} {{ {' '.join(map(str, values[name]))} }} {text[group.start :]}"
    return text


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of patterns: where it begins, where its OPTIONAL stands if it has one, and the group around it."""

    start: int
    optional: int | None = None
    around: _Group | None = None
    patterns: bool = True  # not a template, and not the head of a sub-select

    def optionals(self) -> Iterator[int]:
        """Where the OPTIONALs of this group and of those around it stand."""
        group: _Group | None = self
        while group is not None:
            if group.optional is not None:
                yield group.optional
            group = group.around


def _mentions(text: str) -> Iterator[tuple[str, _Group]]:
    """(variable, the innermost group around it), for every variable inside a group."""
    groups: list[_Group] = []
    before, at = "", 0
    for token in tokens(text):
        if token["brace"] == "{":
            optional = at if before == "OPTIONAL" else None
            groups.append(_Group(token.end(), optional, groups[-1] if groups else None, before != "CONSTRUCT"))
        elif token["brace"] == "}" and groups:
            groups.pop()
        elif before == "{" and said(token, "SELECT"):
            groups[-1] = replace(groups[-1], patterns=False)  # its own groups follow
        elif token["variable"] and groups and groups[-1].patterns:
            yield token["variable"], groups[-1]
        if token["iri"] is None:
            before, at = token[0].upper(), token.start()


def show(answer: Answer, format: str, out: IO[bytes], *, width: int | None = None) -> None:
    """Write an answer in one of FORMATS; a table is cut to `width` columns. QueryError where the two do not fit."""
    if format == "table":
        out.write(table(answer, width=width).encode())
    elif format in (DATA_FORMATS if answer.kind == "triples" else RESULT_FORMATS):
        answer.write(out, format, PREFIXES)
    else:
        fitting = [name for name in FORMATS if name in (DATA_FORMATS if answer.kind == "triples" else RESULT_FORMATS)]
        raise QueryError(f"{format} cannot hold the answer of this query; use table, {', '.join(fitting)}")


def table(answer: Answer, *, width: int | None = None) -> str:
    """The answer as aligned text; Chinese characters take two columns. Cells are cut where `width` is too small."""
    if answer.kind == "truth":
        return f"{str(answer.truth()).lower()}\n"
    return aligned([answer.variables or ("subject", "predicate", "object"), *_cells(answer)], width=width)


def aligned(rows: Sequence[Sequence[str]], *, width: int | None = None) -> str:
    """Rows of cells, the first of them the head, in columns that are cut where `width` is too small."""
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    while width and sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _NARROW:
        widths[widths.index(max(widths))] -= 1
    lines = ["  ".join(_fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]
    rule = "  ".join("-" * size for size in widths)
    return "\n".join([lines[0], rule, *lines[1:], ""])


def _cells(answer: Answer) -> Iterator[tuple[str, ...]]:
    if answer.kind == "rows":
        for row in answer.rows():
            yield tuple("" if value is None else _cell(value.value, value.kind == "iri") for value in row)
    else:
        for subject, predicate, value in answer.triples():
            yield _cell(subject, True), _cell(predicate, True), _cell(value.value, value.kind == "iri")


def _cell(text: str, iri: bool) -> str:
    """One line without controls, and an IRI with its prefix where it has one."""
    if iri:
        for prefix, namespace in PREFIXES.items():
            if text.startswith(namespace) and text != namespace:
                return f"{prefix}:{text.removeprefix(namespace)}"
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_column, text))


def _column(character: str) -> int:
    return 0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(text: str, size: int) -> str:
    """`text` in exactly `size` columns."""
    have = _columns(text)
    if have > size:
        have, kept = 1, []
        for character in text:
            if have + _column(character) > size:
                break
            kept.append(character)
            have += _column(character)
        text = "".join(kept) + "…"
    return text + " " * (size - have)
