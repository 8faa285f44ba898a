"""What a store holds, counted by a few queries: the numbers of its description.

The description's own graph is left out, so that it does not count itself. Statements are counted graph by graph: what
two reports say alike counts twice, as it does in the store.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from kg.graph import iris
from kg.graph.namespaces import OWL, QB, RDF, SCHEMA, SKOS, TKG
from kg.graph.store import Store
from kg.link import mappings
from kg.oxigraph import Term

REPORTS = "reports"  # the kind of all graphs of reports; every other graph is of a kind of its own, called by its name,
OTHERS = "others"  # except those under another base
_AT_ONCE = 2  # queries; the engine lets go of the interpreter, and two passes over everything are most of the work

_LINKS = (OWL.sameAs, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)

_STATEMENTS = """SELECT ?graph ?property (COUNT(*) AS ?number)
WHERE { GRAPH ?graph { ?subject ?property ?object } FILTER(?graph != <%s>) } GROUP BY ?graph ?property"""
_DISTINCT = """SELECT (COUNT(DISTINCT ?subject) AS ?subjects) (COUNT(DISTINCT ?object) AS ?objects)
WHERE { GRAPH ?graph { ?subject ?property ?object } FILTER(?graph != <%s>) }"""
_CLASSES = f"""SELECT ?class (COUNT(DISTINCT ?entity) AS ?number) (MIN(?entity) AS ?example)
WHERE {{ GRAPH ?graph {{ ?entity <{RDF.type}> ?class }} FILTER(?graph != <%s> && isIRI(?class)) }} GROUP BY ?class"""
_ENTITIES = f"""SELECT (COUNT(DISTINCT ?entity) AS ?number)
WHERE {{ GRAPH ?graph {{ ?entity <{RDF.type}> ?class }} FILTER(?graph != <%s>) }}"""
_CUBES = f"""SELECT ?cube (COUNT(DISTINCT ?outcome) AS ?number)
WHERE {{ ?outcome <{QB.dataSet}> ?cube FILTER(isIRI(?cube)) }} GROUP BY ?cube"""
_YEARS = f"""SELECT (MIN(?digits) AS ?first) (MAX(?digits) AS ?last)
WHERE {{ ?report <{TKG.reportYear}> ?year
  FILTER(REGEX(STR(?year), "^[0-9]{{4}}(Z|[+-][0-9:]{{5}})?$")) BIND(SUBSTR(STR(?year), 1, 4) AS ?digits) }}"""
_PROVINCES = f"""SELECT DISTINCT ?province WHERE {{
  {{ SELECT DISTINCT ?place WHERE {{ ?report <{TKG.about}> ?place }} }}
  ?place <{SCHEMA.containedInPlace}>* ?province . ?province <{TKG.level}> <{TKG.province}>
  FILTER(isIRI(?province))
}}"""
_LINKED = f"""SELECT ?property ?space (COUNT(*) AS ?number) WHERE {{
  {{ SELECT DISTINCT ?subject ?property ?object
     WHERE {{ VALUES ?property {{ {" ".join(f"<{iri}>" for iri in _LINKS)} }} ?subject ?property ?object }} }}
  FILTER(isIRI(?object))
  BIND(REPLACE(STR(?object), IF(REGEX(STR(?object), "[/#]"), "[^/#]*/?$", "[^:]*$"), "") AS ?space)
}} GROUP BY ?property ?space"""


@dataclass(frozen=True, slots=True)
class Class:
    """How many instances a class has, and the first of them."""

    entities: int
    example: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers.

    `graphs` and `triples` by kind of graph; `properties`, `cubes` and `classes` by IRI; `links` by property and by what
    all IRIs of the other data set begin with; `sets`: the sets of links by name; `years`: the first and the last
    that reports look back on.
    """

    graphs: Counter[str]
    triples: Counter[str]
    properties: Counter[str]
    classes: dict[str, Class]
    cubes: dict[str, int]
    links: dict[tuple[str, str], int]
    sets: dict[str, mappings.Held]
    entities: int
    subjects: int
    objects: int
    years: tuple[str, str] | None
    provinces: tuple[str, ...]


def count(store: Store) -> Counts:
    """Count what is in the store, without its description."""
    own = iris.graph("dataset", store.base)
    queries = (_STATEMENTS % own, _DISTINCT % own, _ENTITIES % own, _CLASSES % own, _CUBES, _LINKED, _YEARS, _PROVINCES)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        statements, distinct, typed, classes, cubes, linked, years, provinces = pool.map(partial(_rows, store), queries)
    graphs: dict[str, str] = {}  # graph → kind
    triples, properties = Counter[str](), Counter[str]()
    for graph, property_, number in statements:
        kind = graphs.setdefault(graph.value, _kind(graph.value, store.base))
        triples[kind] += int(number.value)
        properties[property_.value] += int(number.value)
    ((subjects, objects),), ((entities,),) = distinct, typed
    return Counts(
        graphs=Counter(graphs.values()),
        triples=triples,
        properties=properties,
        classes={iri.value: Class(int(number.value), example.value) for iri, number, example in classes},
        cubes={cube.value: int(number.value) for cube, number in cubes},
        links={(p.value, space.value): int(n.value) for p, space, n in linked if _foreign(space.value, store.base)},
        sets=mappings.held(store),
        entities=int(entities.value),
        subjects=int(subjects.value),
        objects=int(objects.value),
        years=next(((first.value, last.value) for first, last in years), None),
        provinces=tuple(sorted(province.value for (province,) in provinces)),
    )


def _kind(graph: str, base: str) -> str:
    if iris.key_of(graph, base) is not None:
        return REPORTS
    fixed = iris.graph("", base)
    return graph.removeprefix(fixed) if graph.startswith(fixed) else OTHERS


def _foreign(space: str, base: str) -> bool:
    """Whether links there lead out of what the project or the store itself names."""
    return not space.startswith((base, iris.SCHEMES))


def _rows(store: Store, query: str) -> list[tuple[Term, ...]]:
    """The rows in which everything is bound, read in the thread that asks."""
    answer = store.query(query)
    rows = (tuple(term for term in row if term is not None) for row in answer.rows())
    return [row for row in rows if len(row) == len(answer.variables)]
