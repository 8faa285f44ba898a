"""What a page says of its report beside the text: known keys by terms of their own, the others as named values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kg.graph.namespaces import SCHEMA
from kg.lexicon import table
from kg.model import Document
from kg.text.dates import date_in
from kg.text.metadata import keys

DATES = frozenset((SCHEMA.dateCreated, SCHEMA.dateModified))


@cache
def _terms() -> Mapping[str, tuple[str, ...]]:
    terms = table("fields.toml")["terms"]
    return {SCHEMA[term]: tuple(said) for term, said in terms.items()}


def stated(document: Document) -> list[tuple[str, str]]:
    """(term, value) of the metadata that has a term; each term at most once, dates as ISO 8601."""
    found = []
    for term, key in _used(document).items():
        value = dict(document.fields)[key]
        found.append((term, date_in(value) or value if term in DATES else value))
    return found


def others(document: Document) -> list[tuple[str, str]]:
    """(key, value) of the rest, without what the head of the report already says."""
    used = set(_used(document).values()) | set(table("fields.toml")["left_out"]["keys"])
    return [(key, value) for key, value in document.fields if key not in used and not _in_head(key, value, document)]


def _used(document: Document) -> dict[str, str]:
    """Which key gives each term its value: the best that the page has, for dates one that is a date."""
    fields = {key: value for key, value in document.fields if value}
    found = {}
    for term, said in _terms().items():
        fit = (key for key in said if key in fields and (term not in DATES or date_in(fields[key])))
        if key := next(fit, None):
            found[term] = key
    return found


def _in_head(key: str, value: str, document: Document) -> bool:
    """Whether a title or a date is the one that the report's own title or date of issue repeats."""
    if key in keys("dates") or key == "date":
        return (date_in(value) or "") == document.issued
    is_title = key in keys("titles") or key == "title"
    return not value or (is_title and value == document.title)
