"""The numbers as a table for people: few columns, their heads and values in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from kg.export.tables.columns import tables
from kg.export.tables.joined import Row, Value, typed
from kg.serve.site.words import words

_FROM = {  # column of the table for programs → in English another one, where it has a value
    **dict.fromkeys(("province", "prefecture", "county", "place_name", "year")),
    "concept": "concept_en",
    **dict.fromkeys(("indicator", "value", "lower", "upper", "unit", "qualifier", "change", "status")),
    "programme_label": "programme_label_en",
    **dict.fromkeys(("evidence", "report_title", "outcome")),
}
_WORDS = {
    "qualifier": "said",
    "change": "said",
    "status": "status",
}  # column → what the words for its values begin with
_TABLE = "outcomes"


def header(language: str) -> list[str]:
    """The heads of the columns, as kg/data/columns.toml names them in a language."""
    titles = {column.name: column.title[language] for column in tables()[_TABLE].columns}
    return [titles[name] for name in _FROM]


def row(outcome: Mapping[str, Value], language: str) -> Row:
    """One number, of the columns of the table for programs."""
    known = dict(zip(tables()[_TABLE].header, typed(_TABLE, outcome), strict=True))
    said = words(language)
    spoken = {name: said[f"{begins}-{known[name]}"] for name, begins in _WORDS.items() if known[name]}
    translated = {name: known[other] for name, other in _FROM.items() if other and language == "en" and known[other]}
    return tuple({**known, **spoken, **translated}[name] for name in _FROM)
