"""A reading as N-Quads: every fact of a report in the report's own graph, its places and periods in shared ones.

Lines are written by string formatting, because terms as objects cost three times as much. The order is that of
the reading, the same on every machine, and no line comes twice, so that `tkg:tripleCount` can be checked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.graph import iris, metadata
from kg.graph.namespaces import (
    OA,
    PROV,
    QB,
    RDF,
    RDFS,
    SCHEMA,
    SDMX_ATTRIBUTE,
    SDMX_DIMENSION,
    SDMX_MEASURE,
    SKOS,
    TIME,
    TKG,
    XSD,
)
from kg.graph.terms import date as _date
from kg.graph.terms import decimal as _decimal
from kg.graph.terms import integer as _integer
from kg.graph.terms import label as _label
from kg.graph.terms import quote as _quote
from kg.graph.terms import ref as _ref
from kg.graph.terms import string as _string
from kg.graph.terms import typed as _typed
from kg.graph.terms import year as _year
from kg.model import Change, Concept, Kind, Level, Outcome, Period, Place, Practice, Quantity, Reading

Fact = tuple[str, str]  # a predicate's IRI, and an object as N-Quads writes it
Node = tuple[str, Iterable[Fact]]  # a subject's IRI and its facts, none of them twice
Span = tuple[int, int]  # source offsets

_CHANGES = {Change.LEVEL: TKG.level_value, Change.INCREASE: TKG.increase, Change.DECREASE: TKG.decrease}
_BASES = {True: f"<{TKG.statedInText}>", False: f"<{TKG.takenFromReport}>"}
_CLASSES = {Kind.PROGRAMME: TKG.Programme, Kind.STRATEGY: TKG.Strategy}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A report ready for the store: its key, its graph's IRI, its N-Quads in UTF-8, and the shared ones it needs."""

    key: str
    graph: str
    quads: bytes
    shared: str


def mapped(reading: Reading, *, run: str, base: str = iris.BASE) -> Mapped:
    """`reading` as the store takes it; `run` names the run (see `run_quads`), `base` is the instances' base."""
    return Mapped(
        key=reading.source.key,
        graph=iris.report(reading.source.key, base),
        quads="".join(quads(reading, run=run, base=base)).encode(),
        shared="".join(shared_quads(reading, base=base)),
    )


def quads(reading: Reading, *, run: str, base: str = iris.BASE) -> Iterator[str]:
    """The lines of the report's named graph; the last one counts its triples, itself included."""
    frame = _Frame.of(reading, base)
    tail, count = _tail(frame.report), 1
    for part in (_outcomes, _practices, _services, _passages, _place, _metadata):
        for node in part(frame):
            lines = _lines(node, tail)
            count += len(lines)
            yield from lines
    facts = _report(frame, run)
    yield from _lines((frame.report, [*facts, (TKG.tripleCount, _integer(count + len(facts)))]), tail)


def shared_quads(reading: Reading, *, base: str = iris.BASE) -> Iterator[str]:
    """The lines of what reports have in common: places and all above them, periods, concepts that no scheme has."""
    frame = _Frame.of(reading, base)
    for name, part in (("places", _units), ("periods", _periods), ("provisional", _provisional)):
        tail = _tail(iris.graph(name, base))
        for node in part(frame):
            yield from _lines(node, tail)


def _units(frame: _Frame) -> Iterator[Node]:
    """The places of the report and all above them, as far as others can mean the same by their IRIs."""
    resolution = frame.reading.resolution
    near = (naming.place for naming in frame.reading.places if naming.place.level is not Level.VILLAGE)
    open_ones = frame.open_places()
    described: dict[Place, None] = {}
    for place in (resolution.place or resolution.within, *open_ones, *near):
        while place is not None and place not in described:
            described[place] = None
            place = place.parent
    for place in described:
        if iri := iris.place(place, frame.base):
            yield iri, _place_facts(place, frame.base)
    if resolution.place is None and frame.place != iris.unknown_place(frame.report):
        yield frame.place, _stated_place(frame)
    yield from (node for node in _villages(frame) if not node[0].startswith(frame.report))


def _villages(frame: _Frame) -> Iterator[Node]:
    """The villages that the report names, each in its township or, where that is not known, in the report's place."""
    named = (naming.place for naming in frame.reading.places if naming.place.level is Level.VILLAGE)
    for place in dict.fromkeys(named):
        facts = [
            (RDF.type, _ref(TKG.Place)),
            (SCHEMA.name, _label(place.name)),
            (TKG.level, _ref(TKG.village)),
            (SCHEMA.containedInPlace, _ref(frame.container(place))),
        ]
        yield frame.named(place), facts


def _periods(frame: _Frame) -> Iterator[Node]:
    """The periods of the report's outcomes, each once, as intervals whose first and last day belong to them."""
    periods = {iris.period(o.period, frame.base): o.period for o in frame.reading.outcomes if o.period}
    for iri, period in periods.items():
        first, last = period.first.isoformat(), period.last.isoformat()
        yield (
            iri,
            [
                (RDF.type, _ref(TIME.ProperInterval)),
                (RDFS.label, f"{_label(_name_of(period))}@zh"),
                (RDFS.label, f"{_label(iri.rpartition('/')[2].replace('_', ' to '))}@en"),
                (SCHEMA.startDate, _typed(first, XSD.date)),
                (SCHEMA.endDate, _typed(last, XSD.date)),
            ],
        )


def _name_of(period: Period) -> str:
    """A period in Chinese: 2021年, 2021年1月1日至2021年6月30日."""
    if period == Period.of_year(period.year, stated=period.stated):
        return f"{period.year}年"
    return "至".join(f"{day.year}年{day.month}月{day.day}日" for day in dict.fromkeys((period.first, period.last)))


def run_quads(run: str, *, version: str, lexicon: str, base: str = iris.BASE) -> Iterator[str]:
    """The lines that describe a run of the extractor: the program's version and the lexicon's hash."""
    facts = [
        (RDF.type, _ref(PROV.Activity)),
        (SCHEMA.softwareVersion, _string(version)),
        (TKG.lexiconHash, _string(lexicon)),
    ]
    yield from _lines((iris.run(run, base), facts), _tail(iris.graph("runs", base)))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every part of the report needs: the reading, the base, the IRIs of report and place."""

    reading: Reading
    base: str
    report: str
    place: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, reading: Reading, base: str) -> _Frame:
        report = iris.report(reading.source.key, base)
        resolution, unit = reading.resolution, reading.document.unit
        known = resolution.place and iris.place(resolution.place, base)
        if resolution.place is None and unit and not resolution.candidates:
            known = iris.unlisted_place(reading.source.key, unit, base)
        starts = tuple(sentence.start for sentence in reading.document.sentences)
        return cls(reading, base, report, known or iris.unknown_place(report), starts)

    def named(self, place: Place) -> str:
        """The IRI of a place that the report names; a village whose township is not known is known from here only."""
        if place.level is not Level.VILLAGE:
            return iris.place(place, self.base) or iris.unknown_place(self.report)
        known = place.parent is None or place.parent.level is Level.TOWNSHIP
        return iris.village(self.container(place) if known else iris.unknown_place(self.report), place.name)

    def container(self, village: Place) -> str:
        """The IRI of what the village lies in."""
        return (village.parent and iris.place(village.parent, self.base)) or self.place

    def open_places(self) -> tuple[Place, ...]:
        """The units of the list that the report may be about where it does not say which."""
        resolution = self.reading.resolution
        return resolution.candidates if resolution.place is None else ()

    def span(self, start: int, end: int) -> Span:
        return self.reading.document.text.span(start, end)

    def passage(self, start: int, end: int) -> str:
        return _ref(iris.passage(self.report, *self.span(start, end)))

    def concept(self, named: Concept) -> str:
        return _ref(iris.concept(named, self.base))

    def section(self, clean: int) -> str | None:
        """The innermost heading over a clean offset, as a literal."""
        index = bisect_right(self.starts, clean) - 1
        headings = self.reading.document.sentences[index].headings if index >= 0 else ()
        return _label(self.reading.document.text.clean[slice(*headings[-1])]) if headings else None


def _report(frame: _Frame, run: str) -> list[Fact]:
    document, source = frame.reading.document, frame.reading.source
    facts = [
        (RDF.type, _ref(TKG.Report)),
        (TKG.sourceName, _quote(source.name)),
        (TKG.contentHash, _string(source.digest)),
        (TKG.about, _ref(frame.place)),
        (PROV.wasGeneratedBy, _ref(iris.run(run, frame.base))),
    ]
    optional = (
        (SCHEMA.name, document.title and _label(document.title)),
        (TKG.issuer, document.issuer and _label(document.issuer)),
        (SCHEMA.datePublished, document.issued and _date(document.issued)),
        (TKG.reportYear, document.year and _year(document.year)),
        (TKG.planYear, document.plan_year and _year(document.plan_year)),
        (TKG.level, document.level and _ref(TKG[document.level])),
    )
    basis = [(TKG.placeBasis, _ref(TKG.inferred))] if frame.reading.resolution.inferred else []
    stated = [(t, _date(v) if t in metadata.DATES else _label(v)) for t, v in metadata.stated(document)]
    others = ((SCHEMA.additionalProperty, _ref(node)) for node, _ in _metadata(frame))
    named = dict.fromkeys(frame.named(naming.place) for naming in frame.reading.places)
    return [*facts, *_present(optional), *basis, *stated, *others, *((SCHEMA.mentions, _ref(place)) for place in named)]


def _metadata(frame: _Frame) -> Iterator[Node]:
    """Entries of the page's metadata that have no term of their own."""
    for number, (key, value) in enumerate(metadata.others(frame.reading.document), 1):
        kind = (RDF.type, _ref(SCHEMA.PropertyValue))
        yield iris.metadata(frame.report, number), (kind, (SCHEMA.name, _label(key)), (SCHEMA.value, _label(value)))


def _place(frame: _Frame) -> Iterator[Node]:
    """What only this report tells of its places: nothing where they are described for all."""
    if frame.place == iris.unknown_place(frame.report):
        fitting = dict.fromkeys(iris.place(place, frame.base) for place in frame.open_places())
        yield frame.place, [*_stated_place(frame), *((TKG.candidatePlace, _ref(iri)) for iri in fitting if iri)]
    yield from (node for node in _villages(frame) if node[0].startswith(frame.report))


def _stated_place(frame: _Frame) -> list[Fact]:
    """The place as far as the report says: its name, its level, and what certainly contains it."""
    resolution, document = frame.reading.resolution, frame.reading.document
    within = resolution.within and iris.place(resolution.within, frame.base)
    optional = (
        (RDF.type, _ref(TKG.Place)),
        (SCHEMA.name, document.unit and _label(document.unit)),
        (TKG.level, document.level and _ref(TKG[document.level])),
        (SCHEMA.containedInPlace, within and _ref(within)),
    )
    return _present(optional)


def _place_facts(place: Place, base: str) -> list[Fact]:
    above = place.parent and iris.place(place.parent, base)
    optional = (
        (RDF.type, _ref(TKG.Place)),
        (SCHEMA.name, _label(place.name)),
        (TKG.level, _ref(TKG[place.level])),
        (TKG.statisticalCode, place.code and _string(place.code)),
        (SCHEMA.containedInPlace, above and _ref(above)),
    )
    return _present(optional)


def _outcomes(frame: _Frame) -> Iterator[Node]:
    taken: Counter[int] = Counter()
    for outcome in frame.reading.outcomes:
        start, end = frame.span(outcome.quantity.start, outcome.quantity.end)
        taken[start] += 1
        again = f"-{taken[start]}" if taken[start] > 1 else ""  # a repair can lead two numbers to one place
        offsets = ((TKG.start, _integer(start)), (TKG.end, _integer(end)))
        facts = (*_circumstances(frame, outcome), *_number(outcome.quantity), *offsets)
        yield iris.outcome(frame.report, start) + again, facts


def _circumstances(frame: _Frame, outcome: Outcome) -> list[Fact]:
    facts = [
        (RDF.type, _ref(TKG.Outcome)),
        (QB.dataSet, _ref(iris.dataset(frame.base))),
        (TKG.inReport, _ref(frame.report)),
        (SDMX_DIMENSION.refArea, _ref(frame.named(outcome.place) if outcome.place else frame.place)),
        (TKG.indicatorName, _label(outcome.indicator)),
        (TKG.change, _ref(_CHANGES[outcome.change])),
        (TKG.status, _ref(TKG[outcome.status])),
        (PROV.wasDerivedFrom, frame.passage(outcome.sentence.start, outcome.sentence.end)),
    ]
    if outcome.period:
        facts.append((SDMX_DIMENSION.refPeriod, _ref(iris.period(outcome.period, frame.base))))
        facts.append((TKG.periodBasis, _BASES[outcome.period.stated]))
        facts.append((TKG.year, _year(outcome.period.year)))
    if outcome.measure:
        facts.append((TKG.indicator, _ref(iris.indicator(outcome.measure))))
    if outcome.programme:
        facts.append((TKG.programme, frame.concept(outcome.programme)))
    if outcome.damaged:
        facts.append((TKG.damaged, _typed("true", XSD.boolean)))
    rules = outcome.rules or (outcome.quantity.rule,)
    return [*facts, (TKG.rule, _label(" ".join(rules)))]


def _number(quantity: Quantity) -> list[Fact]:
    optional = (
        (SDMX_MEASURE.obsValue, quantity.value is not None and _decimal(quantity.value)),
        (TKG.lower, quantity.lower is not None and _decimal(quantity.lower)),
        (TKG.upper, quantity.upper is not None and _decimal(quantity.upper)),
        (TKG.masked, quantity.masked and _typed("true", XSD.boolean)),
        (TKG.unitText, quantity.unit and _label(quantity.unit)),
        (SDMX_ATTRIBUTE.unitMeasure, quantity.kind and _ref(iris.unit(quantity.kind.slug))),
        (TKG.qualifier, _ref(TKG[quantity.qualifier])),
    )
    return _present(optional)


def _practices(frame: _Frame) -> Iterator[Node]:
    """Implementations of programmes with their passages, and the plain triples of what the place does."""
    found: dict[str, dict[Fact, None]] = defaultdict(dict)  # two provisional concepts may share one IRI
    plain: dict[Fact, None] = {}
    for mention in frame.reading.mentions:
        concept, practice = mention.concept, mention.practice
        if concept.kind is Kind.STRATEGY:
            plain[TKG.follows, frame.concept(concept)] = None
        elif practice:
            facts = found[iris.implementation(frame.report, practice, concept)]
            facts.update(dict.fromkeys(_implementation(frame, practice, concept)))
            facts[PROV.wasDerivedFrom, frame.passage(mention.start, mention.end)] = None
            if practice is Practice.IMPLEMENTED:
                plain[TKG.implements, frame.concept(concept)] = None
    yield frame.place, plain
    yield from found.items()


def _implementation(frame: _Frame, practice: Practice, programme: Concept) -> list[Fact]:
    document = frame.reading.document
    year = document.plan_year if practice is Practice.PLANNED else document.year
    facts = [
        (RDF.type, _ref(TKG.Implementation)),
        (TKG.inReport, _ref(frame.report)),
        (TKG.place, _ref(frame.place)),
        (TKG.programme, frame.concept(programme)),
        (TKG.status, _ref(TKG[practice])),
    ]
    return [*facts, (TKG.year, _year(year))] if year else facts


def _services(frame: _Frame) -> Iterator[Node]:
    served: dict[str, dict[Fact, None]] = defaultdict(dict)
    for service in frame.reading.services:
        strategy = (TKG.servesStrategy, frame.concept(service.strategy))
        served[iris.concept(service.programme, frame.base)][strategy] = None
    yield from served.items()


def _passages(frame: _Frame) -> Iterator[Node]:
    """Every sentence with an outcome and every mention, in the order of the source, each with its selector."""
    section: dict[Span, str | None] = {}
    said: dict[Span, dict[Fact, None]] = defaultdict(dict)
    for outcome in frame.reading.outcomes:
        span = frame.span(outcome.sentence.start, outcome.sentence.end)
        section[span] = frame.section(outcome.sentence.start)
    for mention in frame.reading.mentions:
        span = frame.span(mention.start, mention.end)
        section.setdefault(span, frame.section(mention.start))
        said[span][TKG.mentions, frame.concept(mention.concept)] = None
        if mention.level:
            said[span][TKG.levelSaid, _ref(TKG[mention.level])] = None
    for span, heading in sorted(section.items()):
        yield from _passage(frame, span, heading, said.get(span, ()))


def _passage(frame: _Frame, span: Span, heading: str | None, said: Iterable[Fact]) -> Iterator[Node]:
    start, end = span
    selector = iris.selector(frame.report, start, end)
    facts = [
        (RDF.type, _ref(TKG.Passage)),
        (OA.hasSource, _ref(frame.report)),
        (OA.hasSelector, _ref(selector)),
        (TKG.quote, _quote(frame.reading.document.text.source[start:end])),
        *said,
    ]
    if heading:
        facts.append((TKG.section, heading))
    yield iris.passage(frame.report, start, end), facts
    kind = (RDF.type, _ref(OA.TextPositionSelector))
    yield selector, (kind, (OA.start, _integer(start)), (OA.end, _integer(end)))


def _provisional(frame: _Frame) -> Iterator[Node]:
    """The concepts of this report that are in no scheme."""
    reading = frame.reading
    concepts = [mention.concept for mention in reading.mentions]
    concepts += [outcome.programme for outcome in reading.outcomes if outcome.programme]
    concepts += [concept for service in reading.services for concept in (service.programme, service.strategy)]
    described: dict[str, dict[Fact, None]] = defaultdict(dict)
    for concept in dict.fromkeys(concepts):
        if not concept.known:
            described[iris.concept(concept, frame.base)].update(dict.fromkeys(_concept_facts(concept)))
    yield from described.items()


def _concept_facts(concept: Concept) -> list[Fact]:
    facts = [(RDF.type, _ref(_CLASSES[concept.kind])), (RDF.type, _ref(TKG.Provisional))]
    facts.append((SKOS.prefLabel, f"{_label(concept.label)}@zh"))
    facts += [(SKOS.altLabel, f"{_label(name)}@zh") for name in concept.names if name != concept.label]
    return [*facts, (TKG.level, _ref(TKG[concept.level]))] if concept.level else facts


def _lines(node: Node, tail: str) -> list[str]:
    head = f"<{node[0]}> <"
    return [f"{head}{predicate}> {value}{tail}" for predicate, value in node[1]]


def _tail(graph: str) -> str:
    return f" <{graph}> .\n"


def _present(facts: Iterable[tuple[str, object]]) -> list[Fact]:
    return [(predicate, value) for predicate, value in facts if value and isinstance(value, str)]
