"""A unit of the official lists as statements: names, codes with the lists they are of, where it is, what it became."""

from __future__ import annotations

from functools import lru_cache

from kg.graph import iris
from kg.graph.frame import Fact, Node, fact, present
from kg.graph.namespaces import DCTERMS, GEO, RDF, RDFS, SCHEMA, SKOS, TKG, XSD
from kg.graph.terms import label, ref, string, typed
from kg.link import codes, coordinates, history
from kg.link.codes import CodeList
from kg.link.coordinates import Basis, Point
from kg.link.history import Former
from kg.model import Place

Coded = tuple[str, CodeList]
"""A code and the list that it is of."""


def heirs(place: Place) -> tuple[Place, ...]:
    """What a former unit has become, () for others."""
    past = history.of(place)
    return past.successors if past else ()


def nodes(place: Place, base: str) -> tuple[Node, ...]:
    """The place, its point and the lists of its codes; nothing where the place has no IRI of its own."""
    iri = iris.place(place, base)
    return _nodes(place, iri, base, coordinates.point(place)) if iri else ()


@lru_cache(4096)  # reports of one county have its units in common; the point may change with the user's table
def _nodes(place: Place, iri: str, base: str, point: Point | None) -> tuple[Node, ...]:
    past, coded = history.of(place), _codes(place)
    facts = [*_facts(place, base), *(fact(SKOS.notation, typed(code, iris.code_list(of.name))) for code, of in coded)]
    facts += _valid(past, base) if past else ()
    facts += [fact(GEO.hasGeometry, ref(f"{iri}#point"))] if point else ()
    places = [(iri, facts), *([(f"{iri}#point", _geometry(point))] if point else ())]
    return (*places, *((iris.code_list(of.name), _list_facts(of)) for _, of in coded))


def _facts(place: Place, base: str) -> list[Fact]:
    above, former = place.parent and iris.place(place.parent, base), history.of(place)
    ministry = codes.civil_affairs(place)
    return present(
        (
            (RDF.type, ref(TKG.Place)),
            (SCHEMA.name, label(place.name)),
            (TKG.level, ref(TKG[place.level])),
            (TKG.statisticalCode, not former and place.code and string(place.code)),
            (TKG.civilAffairsCode, ministry and string(ministry)),
            (SCHEMA.containedInPlace, above and ref(above)),
        )
    )


def _codes(place: Place) -> tuple[Coded, ...]:
    """The codes of a unit: of a former one that of its last list, of today's one of each list."""
    past, ministry = history.of(place), codes.civil_affairs(place)
    if not place.code:
        return ()
    if past:
        county = past.source == "areacodes"
        return (
            ((place.code.ljust(6, "0"), codes.ministry(past.until)),)
            if county
            else ((place.code, codes.statistical(past.until)),)
        )
    return ((place.code, codes.statistical()), *(((ministry, codes.ministry()),) if ministry else ()))


def _valid(past: Former, base: str) -> list[Fact]:
    """From which list to which a former unit was, and what has replaced it."""
    since = [fact(TKG.listedSince, typed(str(past.since), XSD.gYear))] if past.since else []
    heirs = [iri for place in past.successors if (iri := iris.place(place, base))]
    return [
        *since,
        fact(TKG.listedUntil, typed(str(past.until), XSD.gYear)),
        *(fact(DCTERMS.isReplacedBy, ref(h)) for h in heirs),
    ]


def _geometry(point: Point) -> list[Fact]:
    return [
        fact(RDF.type, ref(GEO.Geometry)),
        fact(GEO.asWKT, typed(f"POINT({point.lon} {point.lat})", GEO.wktLiteral)),
        fact(TKG.pointBasis, ref(TKG[point.basis])),
        *([fact(DCTERMS.source, ref(point.source))] if point.basis is Basis.SEAT else ()),
    ]


def _list_facts(of: CodeList) -> list[Fact]:
    """A list of codes is the datatype of its codes."""
    facts = [
        fact(RDF.type, ref(RDFS.Datatype)),
        fact(RDFS.label, f"{label(of.zh)}@zh"),
        fact(RDFS.label, f"{label(of.en)}@en"),
    ]
    facts += [fact(DCTERMS.date, typed(of.asof, XSD.date))] if of.asof else []
    return [*facts, fact(DCTERMS.source, ref(of.source))]
