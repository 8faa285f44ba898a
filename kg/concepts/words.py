"""What a reviewer's words in a table of decisions stand for: empty for none, DecisionError for what means nothing."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Literal

from kg import lexicon, oxigraph, resources
from kg.concepts.table import Row
from kg.errors import DecisionError
from kg.graph.namespaces import SKOS, TKG, XSD
from kg.oxigraph import Term


def meaning(column: str, word: str, row: Row) -> str:
    """What a word in this column stands for; DecisionError where it is none of those that may stand there."""
    words: dict[str, list[str]] = lexicon.table("review.toml")[column]
    for meaning, spellings in words.items():
        if word.casefold() in spellings:
            return meaning
    wrong = f"{word!r} is no {column}" if word else f"has no {column}"
    *most, last = words
    raise DecisionError(row.where, wrong, f"write {', '.join(most)} or {last} under {column}")


def level(row: Row) -> Term | Literal[""]:
    """The level of government that set the concept."""
    return row.level and Term(TKG[meaning("level", row.level, row)], "iri")


def area(row: Row) -> Term | Literal[""]:
    """The policy area by one of its labels."""
    if row.area and row.area not in _areas():
        near = difflib.get_close_matches(row.area, _areas(), n=3, cutoff=0.3)
        remedy = f"did you mean {' or '.join(near)}?" if near else "write a label of ontology/schemes/areas.ttl"
        raise DecisionError(row.where, f"{row.area} is no policy area", remedy)
    return row.area and Term(_areas()[row.area], "iri")


@cache
def _areas() -> dict[str, str]:
    """Every label of a policy area, Chinese or English → its IRI."""
    triples = oxigraph.parse(resources.ontology("schemes/areas.ttl"))
    return {value.value: subject for subject, predicate, value in triples if predicate == SKOS.prefLabel}


def quoted(row: Row) -> Term | Literal[""]:
    """Whether the words are a name only between quotation marks; empty where the row does not say."""
    said = row.quoted and {"yes": "true", "no": "false"}[meaning("quoted", row.quoted, row)]
    return said and Term(said, "literal", "", XSD.boolean)
