"""What reports have in common, described once for all: places, periods, and concepts that no scheme has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.graph import iris, places
from kg.graph.frame import Fact, Frame, Node, fact, nquads, present
from kg.graph.namespaces import RDF, RDFS, SCHEMA, SKOS, TIME, TKG, XSD
from kg.graph.terms import label, ref, typed
from kg.model import Concept, Kind, Level, Period, Place, Reading

_CLASSES = {Kind.PROGRAMME: TKG.Programme, Kind.STRATEGY: TKG.Strategy}


def shared_quads(reading: Reading, *, base: str = iris.BASE) -> Iterator[str]:
    """The lines of what reports have in common: places and all above them, periods, concepts that no scheme has."""
    frame = Frame.of(reading, base)
    for name, part in (("places", _units), ("periods", _periods), ("provisional", _provisional)):
        for node in part(frame):
            yield nquads(node, iris.graph(name, base))


def _units(frame: Frame) -> Iterator[Node]:
    """The places of the report and all above them, as far as others can mean the same by their IRIs."""
    resolution = frame.reading.resolution
    near = (naming.place for naming in frame.reading.places if naming.place.level is not Level.VILLAGE)
    open_ones = frame.open_places()
    described: dict[Place, None] = {}
    known = [place for place in (resolution.place or resolution.within, *open_ones, *near) if place]
    heirs = (heir for place in known for heir in places.heirs(place))
    for unit in (*known, *heirs):
        place: Place | None = unit
        while place is not None and place not in described:
            described[place] = None
            place = place.parent
    for unit in described:
        yield from places.nodes(unit, frame.base)
    if resolution.place is None and frame.place != iris.unknown_place(frame.report):
        yield frame.place, stated_place(frame)
    yield from (node for node in villages(frame) if not node[0].startswith(frame.report))


def villages(frame: Frame) -> Iterator[Node]:
    """The villages that the report names, each in its township or, where that is not known, in the report's place."""
    named = (naming.place for naming in frame.reading.places if naming.place.level is Level.VILLAGE)
    for place in dict.fromkeys(named):
        facts = [
            fact(RDF.type, ref(TKG.Place)),
            fact(SCHEMA.name, label(place.name)),
            fact(TKG.level, ref(TKG.village)),
            fact(SCHEMA.containedInPlace, ref(frame.container(place))),
        ]
        yield frame.named(place), facts


def _periods(frame: Frame) -> Iterator[Node]:
    """The periods of the report's outcomes, each once, as intervals whose first and last day belong to them."""
    if not all(outcome.period for outcome in frame.reading.outcomes):
        names = (fact(RDFS.label, '"时期不详"@zh'), fact(RDFS.label, '"unknown period"@en'))
        yield iris.unknown_period(frame.base), (fact(RDF.type, ref(TIME.TemporalEntity)), *names)
    periods = {iris.period(o.period, frame.base): o.period for o in frame.reading.outcomes if o.period}
    for iri, period in periods.items():
        first, last = period.first.isoformat(), period.last.isoformat()
        yield (
            iri,
            [
                fact(RDF.type, ref(TIME.ProperInterval)),
                fact(RDFS.label, f"{label(_name_of(period))}@zh"),
                fact(RDFS.label, f"{label(iri.rpartition('/')[2].replace('_', ' to '))}@en"),
                fact(SCHEMA.startDate, typed(first, XSD.date)),
                fact(SCHEMA.endDate, typed(last, XSD.date)),
            ],
        )


def _name_of(period: Period) -> str:
    """A period in Chinese: 2021年, 2021年1月1日至2021年6月30日."""
    if period == Period.of_year(period.year, stated=period.stated):
        return f"{period.year}年"
    return "至".join(f"{day.year}年{day.month}月{day.day}日" for day in dict.fromkeys((period.first, period.last)))


def stated_place(frame: Frame) -> list[Fact]:
    """The place as far as the report says: its name, its level, and what certainly contains it."""
    resolution, document = frame.reading.resolution, frame.reading.document
    within = resolution.within and iris.place(resolution.within, frame.base)
    optional = (
        (RDF.type, ref(TKG.Place)),
        (SCHEMA.name, document.unit and label(document.unit)),
        (TKG.level, document.level and ref(TKG[document.level])),
        (SCHEMA.containedInPlace, within and ref(within)),
    )
    return present(optional)


def _provisional(frame: Frame) -> Iterator[Node]:
    """The concepts of this report that are in no scheme."""
    reading = frame.reading
    concepts = [mention.concept for mention in reading.mentions]
    concepts += [outcome.programme for outcome in reading.outcomes if outcome.programme]
    concepts += [concept for service in reading.services for concept in (service.programme, service.strategy)]
    described: dict[str, dict[Fact, None]] = defaultdict(dict)
    for concept in dict.fromkeys(concept for concept in concepts if not concept.known):
        described[iris.concept(concept, frame.base)].update(dict.fromkeys(_concept_facts(concept)))
    yield from described.items()


def _concept_facts(concept: Concept) -> list[Fact]:
    facts = [fact(RDF.type, ref(_CLASSES[concept.kind])), fact(RDF.type, ref(TKG.Provisional))]
    facts.append(fact(SKOS.prefLabel, f"{label(concept.label)}@zh"))
    facts += [fact(SKOS.altLabel, f"{label(name)}@zh") for name in concept.names if name != concept.label]
    return [*facts, fact(TKG.level, ref(TKG[concept.level]))] if concept.level else facts
