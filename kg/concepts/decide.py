"""Decisions carried out: concepts accepted, names merged into others or rejected, in the user's own scheme file."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kg import lexicon, oxigraph, schemes
from kg.concepts import words
from kg.concepts.table import Row
from kg.concepts.turtle import TurtleFile
from kg.errors import DecisionError, SchemeError
from kg.graph import iris
from kg.graph.namespaces import RDF, SKOS, TKG
from kg.model import Kind
from kg.oxigraph import Term

_CLASSES = {Kind.PROGRAMME: TKG.Programme, Kind.STRATEGY: TKG.Strategy}
SAID = {"accept": "accepted", "merge": "merged", "reject": "rejected"}
_NEW = """\
# Programmes and strategies of our own, over those of township-kg; read by: kg build --scheme {name}
# kg concepts apply writes here and leaves the rest as it is.

@base <{base}> .
@prefix skos: <{skos}> .
@prefix tkg: <{tkg}> .

<{local}> a skos:ConceptScheme ;
    skos:prefLabel "{zh}"@zh , "{en}"@en .
"""


@dataclass(slots=True)
class Applied:
    """How many decisions of each sort hold in the scheme now, and what stands against the others."""

    done: Counter[str] = field(default_factory=Counter)
    problems: list[DecisionError] = field(default_factory=list)


def apply(rows: Iterable[Row], path: Path) -> Applied:
    """Carry out the decisions in the scheme at `path`, which is made where there is none.

    A row that cannot be carried out is told in the result, and the rest goes on. The same rows over the same file give
    the same file, and once more changes nothing. SchemeError where the file is no scheme or cannot be written.
    """
    before = _text(path)
    scheme = TurtleFile(str(path), before or _new(path))
    applied = Applied()
    work = _Work(scheme, _first(rows, applied))
    for word, act, some in work.plan(applied):
        applied.done[word] = _all(act, some, applied)
    if applied.done.total() and str(scheme) != before:
        _write(path, str(scheme))
    applied.problems.sort(key=lambda problem: _number(str(problem.path)))
    return applied


def _text(path: Path) -> str:
    """The scheme as it is, "" where there is none."""
    if not path.exists():
        return ""
    (own,) = schemes.read([path])
    return own.content.decode()


def _new(path: Path) -> str:
    names = lexicon.table("review.toml")["scheme"]
    return _NEW.format(name=path.name, local=_local(path), base=iris.BASE, skos=schemes.SKOS, tkg=schemes.TKG, **names)


def _write(path: Path, text: str) -> None:
    """The file as a whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, "utf-8", newline="\n")
        new.replace(path)
    except OSError as error:
        raise SchemeError(path, f"cannot be written ({error.strerror})", "name another file") from error


def _first(rows: Iterable[Row], applied: Applied) -> list[Row]:
    """The rows with a name and a decision that is one; a second decision about a name is refused."""
    found: dict[str, Row] = {}
    for row in rows:
        name = lexicon.bare(row.name)
        if not name:
            applied.problems.append(DecisionError(row.where, "has no name", "fill in the column name"))
        elif name in found:
            other = found[name].where.rpartition(", ")[2]
            applied.problems.append(DecisionError(row.where, f"{name} is decided in {other} already", "leave one"))
        else:
            found[name] = row
    return list(found.values())


def _all(act: Callable[[Row], None], rows: list[Row], applied: Applied) -> int:
    """Do it with each row, again with those that failed while others succeed: a merge may wait for another."""
    done = 0
    while rows:
        failed: dict[Row, DecisionError] = {}
        for row in rows:
            try:
                act(row)
            except DecisionError as error:
                failed[row] = error
            except SchemeError as error:
                failed[row] = DecisionError(row.where, f"{error.path}: {error.reason}", error.remedy)
        done += len(rows) - len(failed)
        if len(failed) == len(rows):
            applied.problems += failed.values()
            break
        rows = list(failed)
    return done


def _number(where: str) -> int:
    return int(where.rpartition(" ")[2])


class _Work:
    """A scheme while decisions are carried out; `_known` has the names in force, `_own` those that the file gives."""

    def __init__(self, scheme: TurtleFile, rows: list[Row]) -> None:
        self._scheme, self._rows = scheme, rows
        self._decided = {lexicon.bare(row.name) for row in rows}
        own, ours = schemes.Own(scheme.path, str(scheme).encode()), schemes.in_force()
        self._slots = {(kind, schemes.local(iri)) for iri, kind in schemes.concepts(ours).items()}
        self._known = _owners(schemes.in_force([own]))
        self._own = _owners(own.triples())

    def plan(self, applied: Applied) -> Iterator[tuple[str, Callable[[Row], None], list[Row]]]:
        """What is to be done with which rows, in an order that does not hang on that of the table."""
        by_word: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self._rows, key=lambda row: (row.kind, row.name)):
            try:
                by_word[words.meaning("decision", row.decision, row)].append(row)
            except DecisionError as error:
                applied.problems.append(error)
        for word, act in zip(SAID, (self._accept, self._merge, self._reject), strict=True):
            yield word, act, by_word[word]

    def _accept(self, row: Row) -> None:
        """The name, or the label given in its place, becomes a concept, the other forms names of it."""
        label, kind = lexicon.bare(row.label or row.name), Kind(words.meaning("kind", row.kind, row))
        facts = {TKG.policyArea: words.area(row), TKG.level: words.level(row), TKG.quotedOnly: words.quoted(row)}
        iri = self._concept(kind, label, row)
        others = [name for name in (lexicon.bare(row.name), *self._forms(row, iri)) if name != label]
        for name in (label, *others):
            self._give(name, iri)
        self._say(iri, RDF.type, Term(_CLASSES[kind], "iri"))
        self._say(iri, SKOS.inScheme, Term(self._home(), "iri"))
        self._say(iri, SKOS.prefLabel, _chinese(label))
        for name in others:
            self._say(iri, SKOS.altLabel, _chinese(name))
        self._set(iri, SKOS.prefLabel, row.english and Term(row.english, "literal", "en"))
        for predicate, value in facts.items():
            self._set(iri, predicate, value)

    def _concept(self, kind: Kind, label: str, row: Row) -> str:
        """The IRI of the file's concept with this label, or a new one; DecisionError where a scheme has the name."""
        if label in self._known and label not in self._own:
            remedy = f"write merge and into {label}, or give another label"
            raise DecisionError(row.where, f"{label} is a name in the schemes already", remedy)
        there = self._own.get(label, "")
        if {(RDF.type, Term(_CLASSES[kind], "iri")), (SKOS.prefLabel, _chinese(label))} <= {*self._scheme.about(there)}:
            return there
        iri = iris.accepted(kind, label, self._scheme.base or iris.BASE)
        if (_CLASSES[kind], schemes.local(iri)) in self._slots:
            raise DecisionError(row.where, f"{label} is the local name of another concept", "give another label")
        return iri

    def _merge(self, row: Row) -> None:
        """The name and its other forms become names of another concept."""
        name, into = lexicon.bare(row.name), lexicon.bare(row.into)
        if not into:
            raise DecisionError(row.where, f"{name} is merged into nothing", "write the label of a concept under into")
        if into not in self._known or into == name:
            near = difflib.get_close_matches(into, self._known.keys() - {name}, n=3)
            remedy = f"did you mean {' or '.join(near)}?" if near else "accept that first, or write another label"
            raise DecisionError(row.where, f"{name} cannot be merged into {into}, which no scheme has", remedy)
        target = self._known[into]
        for form in (name, *self._forms(row, target)):
            if self._known.get(form) != target:
                self._give(form, target)
                self._say(target, SKOS.altLabel, _chinese(form))

    def _reject(self, row: Row) -> None:
        """The name is none, whatever the schemes say."""
        name = lexicon.bare(row.name)
        self._give(name, "")
        self._say(self._home(), TKG.notAConcept, Term(name, "literal"))

    def _forms(self, row: Row, owner: str) -> list[str]:
        """The other names in the row that nobody else has and no other row decides."""
        forms = dict.fromkeys(map(lexicon.bare, row.forms))
        return [form for form in forms if form not in self._decided and self._known.get(form, owner) == owner]

    def _give(self, name: str, owner: str) -> None:
        """Let the file give the name to the owner alone, to none where that is empty; what loses its label goes."""
        had = self._own.pop(name, owner)
        if had != owner and (SKOS.prefLabel, _chinese(name)) in self._scheme.about(had):
            self._scheme.remove(had)
            self._own = {other: subject for other, subject in self._own.items() if subject != had}
            self._known = {other: subject for other, subject in self._known.items() if subject != had}
        elif had != owner:
            self._scheme.remove(had, SKOS.altLabel, _chinese(name))
        self._known.pop(name, None)
        if owner:
            self._scheme.remove(self._home(), TKG.notAConcept, Term(name, "literal"))
            self._own[name] = self._known[name] = owner

    def _say(self, subject: str, predicate: str, value: Term) -> None:
        self._scheme.add(subject, predicate, value)

    def _set(self, subject: str, predicate: str, value: Term | Literal[""]) -> None:
        """Say this and nothing else in this language under the predicate, where there is something to say."""
        if not value:
            return
        for said, other in self._scheme.about(subject):
            if (said, other.language) == (predicate, value.language) and other != value:
                self._scheme.remove(subject, said, other)
        self._scheme.add(subject, predicate, value)

    def _home(self) -> str:
        """The IRI of the file's scheme, which is made where there is none."""
        for subject in self._scheme.subjects():
            if (RDF.type, Term(SKOS.ConceptScheme, "iri")) in self._scheme.about(subject):
                return subject
        home = f"{self._scheme.base or iris.BASE}{_local(Path(self._scheme.path))}"
        self._scheme.add(home, RDF.type, Term(SKOS.ConceptScheme, "iri"))
        for language, label in lexicon.table("review.toml")["scheme"].items():
            self._scheme.add(home, SKOS.prefLabel, Term(label, "literal", language))
        return home


def _local(path: Path) -> str:
    """What a scheme in this file is called in its IRI."""
    return f"scheme/{iris.local_name(path.stem)}"


def _owners(triples: Iterable[oxigraph.Triple]) -> dict[str, str]:
    """Every name → the IRI of its concept."""
    return {name: subject for subject, name in schemes.names(triples)}


def _chinese(name: str) -> Term:
    return Term(name, "literal", "zh")
