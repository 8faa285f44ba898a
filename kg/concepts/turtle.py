"""A Turtle file that is changed statement by statement: what is not touched stays as written, comments included."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kg import oxigraph
from kg.errors import KgError, SchemeError
from kg.graph.namespaces import PREFIXES, RDF, SKOS, TKG
from kg.oxigraph import Term, Triple

_TOKEN = re.compile(
    r"""\#[^\n]*|(?P<directive>(?<![\w:-])@?(?i:prefix\s+[\w.-]*:|base)\s*<(?P<iri>[^>]*)>(?:[ \t]*\.)?)|<[^>]*>"""
    r"""|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|(?P<end>\.(?=\s|\#|\Z))""",
    re.DOTALL,
)
_LEAD = re.compile(r"(?:\s|#[^\n]*)*")
_LOCAL = re.compile(r"[A-Za-z]\w*", re.ASCII)
_RELATIVE = re.compile(r"(?!\.{1,2}(?:/|$))[^/:?#]+(?:/(?!\.{1,2}(?:/|$))[^/?#]+)*")
_WIDTH = 110
_ORDER = (
    RDF.type,
    SKOS.inScheme,
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.definition,
    TKG.policyArea,
    TKG.level,
    SKOS.broader,
    TKG.servesStrategy,
)


@dataclass(slots=True)
class _Statement:
    """A statement as written, with the space and the comments before it; what it says, and whether that changed."""

    text: str
    triples: list[Triple] = field(default_factory=list)
    changed: bool = False

    def only(self, subject: str) -> bool:
        """Whether it speaks of the subject and of no blank node, so that it can be written anew."""
        return all(s == subject and value.kind != "blank" for s, _, value in self.triples)


class TurtleFile:
    """The statements of a Turtle text, to read, to change and to write again."""

    def __init__(self, path: str, text: str) -> None:
        """Read `text`; `path` is named in errors. SchemeError where it is no Turtle."""
        self.path, self.base, self._prefixes = path, "", dict[str, str]()
        self._statements: list[_Statement] = []
        self._about: dict[str, list[_Statement]] = defaultdict(list)
        prologue = ""
        for chunk, directive in _chunks(text.rstrip()):
            prologue += f"{directive}\n"
            self._declare(directive)
            self._keep(_Statement(chunk, [] if directive else self._parse(prologue + chunk)))

    def _declare(self, directive: str) -> None:
        name, _, rest = directive.partition("<")
        if name.strip().endswith(":"):
            self._prefixes[name.split()[-1]] = rest.partition(">")[0]
        elif name:
            self.base = rest.partition(">")[0]

    def _parse(self, text: str) -> list[Triple]:
        try:
            return list(oxigraph.parse(text.encode()))
        except KgError as error:
            reason = str(error).removeprefix("input: ").rpartition("; ")[0]
            raise SchemeError(self.path, f"cannot be changed ({reason})", "correct the file") from error

    def _keep(self, statement: _Statement) -> None:
        self._statements.append(statement)
        for subject in {s for s, _, _ in statement.triples}:
            self._about[subject].append(statement)

    def __str__(self) -> str:
        """The text as it is now."""
        return "".join(map(self._text, self._statements)) + "\n"

    def subjects(self) -> list[str]:
        """What it speaks of."""
        return [subject for subject, statements in self._about.items() if any(one.triples for one in statements)]

    def about(self, subject: str) -> list[tuple[str, Term]]:
        """What it says of the subject: properties and values."""
        return [(p, value) for one in self._about[subject] for s, p, value in one.triples if s == subject]

    def add(self, subject: str, predicate: str, value: Term) -> None:
        """Say this of the subject, where it is not said: in its statement, or in a new one at the end."""
        if (predicate, value) in self.about(subject):
            return
        statement = next((one for one in self._about[subject] if one.only(subject)), None)
        if statement is None:
            statement = _Statement("\n\n")
            self._statements.append(statement)
            self._about[subject].append(statement)
        statement.triples.append((subject, predicate, value))
        statement.changed = True

    def remove(self, subject: str, predicate: str | None = None, value: Term | None = None) -> None:
        """No longer say this of the subject; without value or predicate, anything. SchemeError among blank nodes."""
        for statement in self._about[subject]:
            kept = [
                (s, p, v)
                for s, p, v in statement.triples
                if s != subject or predicate not in (None, p) or value not in (None, v)
            ]
            if len(kept) == len(statement.triples):
                continue
            if not statement.only(subject):
                raise SchemeError(self.path, f"<{subject}> is written with blank nodes", "change it by hand")
            statement.triples, statement.changed = kept, True

    def _text(self, statement: _Statement) -> str:
        """A statement as it was or, where it changed, anew behind the same space and comments."""
        if not statement.changed:
            return statement.text
        lead = _LEAD.match(statement.text)
        before = lead[0] if lead else ""
        if statement.triples:
            return before + self._rendered(statement.triples)
        return before if before.strip() else ""

    def _rendered(self, triples: list[Triple]) -> str:
        """A statement in the form of our schemes: type and scheme on the first line, then a line a property."""

        def rank(triple: Triple) -> tuple[int, str]:
            predicate = triple[1]
            return (_ORDER.index(predicate), "") if predicate in _ORDER else (len(_ORDER), predicate)

        parts = {
            predicate: self._said(predicate, [value for _, _, value in group])
            for predicate, group in groupby(sorted(triples, key=rank), key=lambda triple: triple[1])
        }
        first = [parts.pop(predicate) for predicate in (RDF.type, SKOS.inScheme) if predicate in parts]
        head = " ; ".join(first) or parts.pop(next(iter(parts)))
        return f"{self._iri(triples[0][0])} " + " ;\n    ".join([head, *parts.values()]) + " ."

    def _said(self, predicate: str, values: list[Term]) -> str:
        if predicate == TKG.notAConcept:
            values = sorted(values)
        verb = "a" if predicate == RDF.type else self._iri(predicate)
        objects = list(map(self._term, values))
        line = f"{verb} {' , '.join(objects)}"
        return line if len(line) <= _WIDTH else f"{verb} {' ,{}'.format(chr(10) + ' ' * 8).join(objects)}"

    def _term(self, term: Term) -> str:
        if term.kind == "iri":
            return self._iri(term.value)
        plain = str(Term(term.value, "literal", term.language))
        return f"{plain}^^{self._iri(term.datatype)}" if term.datatype else plain

    def _iri(self, iri: str) -> str:
        """An IRI as short as the file's prefixes and its base allow."""
        for prefix, namespace in self._prefixes.items():
            if namespace in PREFIXES.values() and iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return prefix + iri.removeprefix(namespace)
        rest = iri.removeprefix(self.base) if self.base.endswith("/") else iri
        return f"<{rest}>" if _RELATIVE.fullmatch(rest) else f"<{iri}>"


def _chunks(text: str) -> Iterator[tuple[str, str]]:
    """(statement, directive or "") in their order; they join to the text."""
    start = 0
    for token in _TOKEN.finditer(text):
        if token["directive"] or token["end"]:
            yield text[start : token.end()], token["directive"] or ""
            start = token.end()
    if start < len(text):
        yield text[start:], ""
