"""The checks that are queries: what they find is at fault, or under quality/ worth a look.

The first column of a row is the node, the others tell more. The query's first two lines say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.graph import iris, queries
from kg.graph.namespaces import SH
from kg.graph.store import Store
from kg.oxigraph import Term
from kg.validate.results import VIOLATION, WARNING, Result

FOLDER = "checks"
QUALITY = f"{FOLDER}/quality/"

_DAMAGED = {
    "en": "The report's graph holds fewer or more triples than were written; build it again.",
    "zh": "该报告命名图中的三元组比写入时少或多；请重新构建。",
}


def names() -> list[str]:
    """The names of all checks, sorted."""
    return queries.names(FOLDER)


def iri(name: str) -> str:
    """What a check goes by in reports."""
    return f"{iris.SCHEMES}{name}"


def run(store: Store, name: str) -> Iterator[Result]:
    """What the check of this name finds."""
    query = queries.load(name)
    answer = queries.run(store, query)
    severity, messages = WARNING if name.startswith(QUALITY) else VIOLATION, _messages(query)
    for focus, *rest in answer.rows():
        told = [f"{column}={term.value}" for column, term in zip(answer.variables[1:], rest, strict=True) if term]
        value = Term(" ".join(told), "literal") if told else None
        yield _result(name, focus or Term("", "literal"), value, severity, messages)


def damaged(store: Store) -> Iterator[Result]:
    """The reports whose graphs are not whole: a log was cut or flipped."""
    for report in store.damaged():
        yield _result(f"{FOLDER}/damaged-graph", Term(report, "iri"), None, VIOLATION, _DAMAGED)


def _result(name: str, focus: Term, value: Term | None, severity: str, messages: dict[str, str]) -> Result:
    return Result(iri(name), "", focus, SH.SPARQLConstraintComponent, value, severity, messages)


def _messages(query: queries.Query) -> dict[str, str]:
    _, second, *_ = query.text.split("\n", 2)
    chinese = {"zh": second.removeprefix("#").strip()} if second.startswith("#") else {}
    return {"en": query.sentence, **chinese}
