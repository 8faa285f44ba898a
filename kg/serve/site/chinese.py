"""Chinese in English pages: units by their English names, and words marked as what they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from markupsafe import Markup, escape

from kg import resources
from kg.graph import iris
from kg.graph.namespaces import SKOS
from kg.oxigraph import parse

_CHINESE = re.compile("(?:[0-9]*[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff65])+")
_ASIDE = re.compile(r" \([^()]*\)$")  # piece (general)


def unit(text: str, language: str) -> str:
    """A unit as a report writes it; in English pages by its name there, with the report's word: household (户)."""
    name = unit_name(text, language)
    return text if name == text else f"{name} ({text})"


def unit_name(text: str, language: str) -> str:
    """The same without the report's word, as charts have it: household."""
    return _units().get(text, text) if language == "en" else text


def marked(text: object, language: str) -> Markup:
    """A text with what is Chinese in it marked as such, where the page is in another language."""
    if language == "zh":
        return escape(text)
    return Markup(_CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', str(escape(text))))


@cache
def _units() -> Mapping[str, str]:
    """Chinese name of each unit of the packaged scheme → its English name."""
    names: dict[str, list[str]] = defaultdict(list)
    english: dict[str, str] = {}
    for subject, predicate, value in parse(resources.ontology("schemes/units.ttl"), base=iris.SCHEMES):
        if predicate == SKOS.prefLabel and value.language == "en":
            english[subject] = _ASIDE.sub("", value.value)
        elif predicate in (SKOS.prefLabel, SKOS.altLabel) and value.language == "zh":
            names[subject].append(value.value)
    return {name: said for one, said in english.items() for name in names[one] if _CHINESE.search(name)}
