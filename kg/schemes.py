"""The schemes of programmes and strategies that are in force: the package's, with the user's own over them.

A scheme of the user's is a Turtle file in the form of ours. A concept in it (of the type tkg:Programme or tkg:Strategy)
replaces the concept of the same kind and local name whole; names given to a subject without a type are added to the
concept of that IRI; a name that the file gives is taken from all other concepts, one under tkg:notAConcept from all.
Of several files the last wins.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import oxigraph, resources
from kg.errors import KgError, SchemeError
from kg.model import Level
from kg.oxigraph import Triple

TKG = "https://w3id.org/township-kg/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PREFERRED, OTHER, IMPLIED = f"{SKOS}prefLabel", f"{SKOS}altLabel", f"{SKOS}hiddenLabel"
LEVEL = f"{TKG}level"
NOT_A_CONCEPT = f"{TKG}notAConcept"
FILES = ("programmes.ttl", "strategies.ttl")  # those of the package whose concepts a user may change
_WORDS = (PREFERRED, OTHER, IMPLIED)
_KINDS = (f"{TKG}Programme", f"{TKG}Strategy")
_FIXED = {f"{TKG}Indicator": "an indicator", f"{TKG}Unit": "a unit"}


@dataclass(frozen=True, slots=True)
class Own:
    """A scheme of the user's: its file, for messages, and the Turtle that was in it."""

    path: str
    content: bytes

    def triples(self) -> list[Triple]:
        """What the file says, in its order. SchemeError where it is no Turtle."""
        try:
            return list(oxigraph.parse(self.content))
        except KgError as error:
            reason = str(error).removeprefix("input: ").rpartition("; ")[0]
            raise SchemeError(self.path, f"is no Turtle ({reason})", "correct the file") from error


def read(paths: Iterable[Path]) -> tuple[Own, ...]:
    """The user's schemes in these files. SchemeError where one is missing or is not as it must be."""
    own = tuple(map(_read, paths))
    if own:
        in_force(own)  # names without a concept show only there
    return own


def _read(path: Path) -> Own:
    try:
        own = Own(str(path), path.read_bytes().removeprefix(codecs.BOM_UTF8))
    except OSError as error:
        remedy = "name the Turtle file of your scheme; kg concepts apply makes one"
        raise SchemeError(path, f"cannot be read ({error.strerror})", remedy) from error
    for reason, remedy in _faults(own.triples()):
        raise SchemeError(path, reason, remedy)
    return own


def _faults(triples: list[Triple]) -> Iterator[tuple[str, str]]:
    """What is wrong with a scheme of the user's, and what to do."""
    owner: dict[str, str] = {}
    for subject, predicate, value in triples:
        if predicate == TYPE and value.value in _FIXED:
            yield f"<{subject}> is {_FIXED[value.value]}", "a scheme of your own has programmes and strategies only"
        if predicate in _WORDS and value.kind == "literal" and not value.language:
            yield f'"{value.value}" has no language', f'write "{value.value}"@zh'
        if predicate == LEVEL and local(value.value) not in set(Level):
            yield f"<{subject}> has no level that there is", f"write tkg:{', tkg:'.join(Level)}"
    for subject, name in names(triples):
        if owner.setdefault(name, subject) != subject:
            yield f"{name} is a name of two concepts", "keep it in one"
    for subject in concepts(triples).keys() - {subject for subject, _ in names(triples, (PREFERRED,))}:
        yield f"<{subject}> has no Chinese name", 'give it a skos:prefLabel "…"@zh'


def in_force(own: Iterable[Own] = ()) -> list[Triple]:
    """What holds of programmes and strategies; SchemeError where one of the user's hangs in the air."""
    triples = [t for name in FILES for t in oxigraph.parse(resources.ontology(f"schemes/{name}"))]
    for one in own:
        triples = _over(triples, one)
    return triples


def rejected(own: Iterable[Own] = ()) -> frozenset[str]:
    """The names that are none, as the user's schemes say."""
    found: set[str] = set()
    for one in own:
        triples = one.triples()
        found |= not_names(triples)
        found -= {name for _, name in names(triples)}
    return frozenset(found)


def concepts(triples: Iterable[Triple]) -> dict[str, str]:
    """IRI → class of every programme and strategy."""
    return {s: value.value for s, predicate, value in triples if predicate == TYPE and value.value in _KINDS}


def names(triples: Iterable[Triple], terms: tuple[str, ...] = (PREFERRED, OTHER)) -> Iterator[tuple[str, str]]:
    """(IRI, name) for every Chinese name of a concept, or of a subject that has no type here."""
    triples = list(triples)
    others = {s for s, predicate, _ in triples if predicate == TYPE} - concepts(triples).keys()
    for subject, predicate, value in triples:
        if predicate in terms and value.language == "zh" and subject not in others:
            yield subject, value.value


def not_names(triples: Iterable[Triple]) -> set[str]:
    """What the statements say is no name."""
    return {value.value for _, predicate, value in triples if predicate == NOT_A_CONCEPT}


def local(iri: str) -> str:
    """The last part of an IRI: the local name of a concept in its scheme."""
    return iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _over(base: list[Triple], own: Own) -> list[Triple]:
    """The statements of `base` that stay, and those of the user's scheme."""
    triples = own.triples()
    before, now = concepts(base), concepts(triples)
    owner = {name: subject for subject, name in names(triples, _WORDS)}
    if adrift := set(owner.values()) - now.keys() - before.keys():
        reason = f"<{min(adrift)}> has no type and is in no scheme"
        raise SchemeError(own.path, reason, "correct the name, or give it the type tkg:Programme or tkg:Strategy")
    owner |= dict.fromkeys((name for name in not_names(triples) if name not in owner), "")
    at = {(kind, local(iri)): iri for iri, kind in now.items()}
    replaced = {old: at[key] for old, kind in before.items() if (key := (kind, local(old))) in at}
    lost = {(subject, name) for subject, name in names(base, _WORDS) if owner.get(name, subject) != subject}
    kept = [
        (subject, predicate, value._replace(value=replaced.get(value.value, value.value)))
        for subject, predicate, value in base
        if subject not in replaced
        and not (predicate in _WORDS and value.language == "zh" and (subject, value.value) in lost)
    ]
    return _settled([*kept, *triples])


def _settled(triples: list[Triple]) -> list[Triple]:
    """Where a concept lost its label its next name becomes the label; one without names goes."""
    nameless = concepts(triples).keys() - {subject for subject, _ in names(triples, (PREFERRED,))}
    heirs: dict[str, str] = {}
    for subject, name in names(triples, (OTHER,)):
        heirs.setdefault(subject, name)
    gone = nameless - heirs.keys()
    return [
        (s, PREFERRED if s in nameless and p == OTHER and value.value == heirs[s] else p, value)
        for s, p, value in triples
        if s not in gone and not (value.kind == "iri" and value.value in gone)
    ]
