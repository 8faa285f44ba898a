"""The packaged queries as data, so that whoever finds the data set finds what to ask it.

They are told as the SPARQL examples of the SIB are (https://github.com/sib-swiss/sparql-examples): SHACL's terms for
executable queries, the question as a comment in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg import resources
from kg.describe.statements import link, text
from kg.graph import iris, queries
from kg.graph.namespaces import PREFIXES, RDF, RDFS, SH, XSD
from kg.graph.queries import Query
from kg.oxigraph import Term, Triple

_FORMS = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
}
_FORM = re.compile(rf"^({'|'.join(_FORMS)})\b", re.MULTILINE)
_CHINESE = re.compile(r"^# (.*[\u4e00-\u9fff].*)$", re.MULTILINE)


def packaged() -> list[Query]:
    """The queries that answer questions; checks and derivations are for the program."""
    names = (name for name in queries.names() if "/" not in name)
    return [Query(name, resources.queries(f"{name}.rq").read_text("utf-8")) for name in names]


def examples(base: str) -> Iterator[Triple]:
    """Each packaged query with its question, and the prefixes of all."""
    prefixes = f"{iris.dataset(base)}#prefixes"
    for prefix, namespace in PREFIXES.items():
        declared = f"{prefixes}-{prefix}"
        yield link(prefixes, SH.declare, declared)
        yield text(declared, SH.prefix, prefix)
        yield declared, SH.namespace, Term(namespace, "literal", "", XSD.anyURI)
    for query in packaged():
        yield from _example(query, f"{iris.dataset(base)}/query/{query.name}", prefixes)


def _example(query: Query, iri: str, prefixes: str) -> Iterator[Triple]:
    form = _FORM.search(query.text)
    assert form, f"{query.name} neither selects nor constructs nor asks"
    kind, holds = _FORMS[form[1]]
    yield link(iri, RDF.type, SH.SPARQLExecutable)
    yield link(iri, RDF.type, kind)
    yield text(iri, RDFS.comment, query.sentence, "en")
    if chinese := _CHINESE.match(query.text, query.text.find("\n") + 1):
        yield text(iri, RDFS.comment, chinese[1], "zh")
    yield link(iri, SH.prefixes, prefixes)
    yield text(iri, holds, query.text)
