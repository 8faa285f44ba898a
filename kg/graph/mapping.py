"""A reading as N-Quads: every fact of a report in the report's own graph, its places and periods in shared ones.

Lines are written by string formatting, because terms as objects cost three times as much. The order is that of
the reading, the same on every machine, and no line comes twice, so that `tkg:tripleCount` can be checked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.graph import iris, metadata
from kg.graph.common import shared_quads, stated_place, villages
from kg.graph.frame import Fact, Frame, Node, Span, fact, nquads, present
from kg.graph.namespaces import OA, PROV, QB, RDF, SCHEMA, SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE, TKG, XSD
from kg.graph.terms import date, decimal, integer, label, quote, ref, string, typed, year
from kg.model import Change, Kind, Mention, Outcome, Period, Practice, Qualifier, Quantity, Reading, Status, Unit

# what most outcomes and passages say alike, written once
_CHANGES = {Change.LEVEL: TKG.level_value, Change.INCREASE: TKG.increase, Change.DECREASE: TKG.decrease}
_CHANGE = {change: fact(TKG.change, ref(iri)) for change, iri in _CHANGES.items()}
_STATUS = {status: fact(TKG.status, ref(TKG[status])) for status in Status}
_QUALIFIER = {qualifier: fact(TKG.qualifier, ref(TKG[qualifier])) for qualifier in Qualifier}
_BASIS = {True: fact(TKG.periodBasis, ref(TKG.statedInText)), False: fact(TKG.periodBasis, ref(TKG.takenFromReport))}
_MASKED, _DAMAGED = (fact(term, typed("true", XSD.boolean)) for term in (TKG.masked, TKG.damaged))
_PASSAGE, _SELECTOR = fact(RDF.type, ref(TKG.Passage)), fact(RDF.type, ref(OA.TextPositionSelector))
CUBES = ("values", "ranges", "masked")  # the data sets of ontology/dataset.ttl with the structures of ontology.ttl
_KEPT = 4096  # what is written again and again within a report and from report to report


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
        quads=b"".join(map(str.encode, quads(reading, run=run, base=base))),
        shared="".join(shared_quads(reading, base=base)),
    )


def quads(reading: Reading, *, run: str, base: str = iris.BASE) -> Iterator[str]:
    """The lines of the report's named graph, a node at a time; the last one counts its triples, itself included."""
    frame = Frame.of(reading, base)
    count = 1
    for part in (_outcomes, _practices, _services, _passages, _place, _metadata):
        for node in part(frame):
            count += len(node[1])
            yield nquads(node, frame.report)
    facts = _report(frame, run)
    yield nquads((frame.report, [*facts, fact(TKG.tripleCount, integer(count + len(facts)))]), frame.report)


def run_quads(run: str, *, version: str, lexicon: str, base: str = iris.BASE) -> Iterator[str]:
    """The lines that describe a run of the extractor: the program's version and the lexicon's hash."""
    facts = [
        fact(RDF.type, ref(PROV.Activity)),
        fact(SCHEMA.softwareVersion, string(version)),
        fact(TKG.lexiconHash, string(lexicon)),
    ]
    yield nquads((iris.run(run, base), facts), iris.graph("runs", base))


def _report(frame: Frame, run: str) -> list[Fact]:
    document, source = frame.reading.document, frame.reading.source
    facts = [
        fact(RDF.type, ref(TKG.Report)),
        fact(TKG.sourceName, quote(source.name)),
        fact(TKG.contentHash, string(source.digest)),
        fact(SCHEMA.text, quote(document.text.source)),
        fact(TKG.about, ref(frame.place)),
        fact(PROV.wasGeneratedBy, ref(iris.run(run, frame.base))),
    ]
    optional = (
        (SCHEMA.name, document.title and label(document.title)),
        (TKG.issuer, document.issuer and label(document.issuer)),
        (SCHEMA.datePublished, document.issued and date(document.issued)),
        (TKG.reportYear, document.year and year(document.year)),
        (TKG.planYear, document.plan_year and year(document.plan_year)),
        (TKG.level, document.level and ref(TKG[document.level])),
    )
    basis = [fact(TKG.placeBasis, ref(TKG.inferred))] if frame.reading.resolution.inferred else []
    stated = [fact(t, date(v) if t in metadata.DATES else label(v)) for t, v in metadata.stated(document)]
    others = (fact(SCHEMA.additionalProperty, ref(node)) for node, _ in _metadata(frame))
    named = dict.fromkeys(frame.named(naming.place) for naming in frame.reading.places)
    mentions = (fact(SCHEMA.mentions, ref(place)) for place in named)
    return [*facts, *present(optional), *basis, *stated, *others, *mentions]


def _metadata(frame: Frame) -> Iterator[Node]:
    """Entries of the page's metadata that have no term of their own."""
    for number, (key, value) in enumerate(metadata.others(frame.reading.document), 1):
        kind = fact(RDF.type, ref(SCHEMA.PropertyValue))
        said = fact(SCHEMA.name, label(key)), fact(SCHEMA.value, label(value))
        yield iris.metadata(frame.report, number), (kind, *said)


def _place(frame: Frame) -> Iterator[Node]:
    """What only this report tells of its places: nothing where they are described for all."""
    if frame.place == iris.unknown_place(frame.report):
        fitting = dict.fromkeys(iris.place(place, frame.base) for place in frame.open_places())
        yield frame.place, [*stated_place(frame), *(fact(TKG.candidatePlace, ref(iri)) for iri in fitting if iri)]
    yield from (node for node in villages(frame) if node[0].startswith(frame.report))


def _outcomes(frame: Frame) -> Iterator[Node]:
    taken: Counter[int] = Counter()
    place = fact(SDMX_DIMENSION.refArea, ref(frame.place))
    alike = fact(RDF.type, ref(TKG.Outcome)), fact(TKG.inReport, ref(frame.report))
    cubes = {cube: fact(QB.dataSet, ref(iris.part(cube, frame.base))) for cube in CUBES}
    for outcome in frame.reading.outcomes:
        start, end = frame.span(outcome.quantity.start, outcome.quantity.end)
        taken[start] += 1
        again = f"-{taken[start]}" if taken[start] > 1 else ""  # a repair can lead two numbers to one place
        facts = [
            *alike,
            cubes[_cube(outcome.quantity)],
            fact(SDMX_DIMENSION.refArea, ref(frame.named(outcome.place))) if outcome.place else place,
            *_circumstances(frame, outcome),
            *_number(outcome.quantity),
            fact(TKG.start, integer(start)),
            fact(TKG.end, integer(end)),
        ]
        yield iris.outcome(frame.report, start) + again, facts


def _cube(quantity: Quantity) -> str:
    """The data cube that a number belongs to, by what it has: a value, two bounds or, being masked, neither."""
    return "masked" if quantity.masked else "ranges" if quantity.value is None else "values"


def _circumstances(frame: Frame, outcome: Outcome) -> list[Fact]:
    facts = [
        fact(TKG.indicatorName, label(outcome.indicator)),
        _CHANGE[outcome.change],
        _STATUS[outcome.status],
        fact(PROV.wasDerivedFrom, frame.passage(outcome.sentence.start, outcome.sentence.end)),
    ]
    facts += _period(outcome.period, frame.base)
    if outcome.measure:
        facts.append(_indicator(outcome.measure))
    if outcome.programme:
        facts.append(fact(TKG.programme, frame.concept(outcome.programme)))
    if outcome.damaged:
        facts.append(_DAMAGED)
    facts.append(_rule(outcome.rules or (outcome.quantity.rule,)))
    return facts


@lru_cache(_KEPT)
def _period(period: Period | None, base: str) -> tuple[Fact, ...]:
    if period is None:  # every observation of a data cube has all its dimensions
        return (fact(SDMX_DIMENSION.refPeriod, ref(iris.unknown_period(base))),)
    when = fact(SDMX_DIMENSION.refPeriod, ref(iris.period(period, base)))
    return when, _BASIS[period.stated], fact(TKG.year, year(period.year))


@cache
def _indicator(slug: str) -> Fact:
    return fact(TKG.indicator, ref(iris.indicator(slug)))


@lru_cache(_KEPT)
def _rule(rules: tuple[str, ...]) -> Fact:
    return fact(TKG.rule, label(" ".join(rules)))


def _number(quantity: Quantity) -> list[Fact]:
    facts = []
    if quantity.value is not None:
        facts.append(fact(SDMX_MEASURE.obsValue, decimal(quantity.value)))
    if quantity.lower is not None:
        facts.append(fact(TKG.lower, decimal(quantity.lower)))
    if quantity.upper is not None:
        facts.append(fact(TKG.upper, decimal(quantity.upper)))
    if quantity.masked:
        facts.append(_MASKED)
    return [*facts, *_unit(quantity.unit, quantity.kind), _QUALIFIER[quantity.qualifier]]


@lru_cache(_KEPT)
def _unit(text: str, kind: Unit | None) -> list[Fact]:
    return present(
        ((TKG.unitText, text and label(text)), (SDMX_ATTRIBUTE.unitMeasure, kind and ref(iris.unit(kind.slug))))
    )


def _practices(frame: Frame) -> Iterator[Node]:
    """Implementations of programmes with their passages, and the plain triples of what the place does."""
    found: dict[str, dict[Fact, None]] = {}
    plain: dict[Fact, None] = {}
    alike = {practice: _implementation(frame, practice) for practice in Practice}
    for mention in frame.reading.mentions:
        concept, practice = frame.concept(mention.concept), mention.practice
        if mention.concept.kind is Kind.STRATEGY:
            plain[fact(TKG.follows, concept)] = None
        elif practice:
            iri = iris.implementation(frame.report, practice, mention.concept)
            if iri not in found:
                kind, status = alike[practice]
                found[iri] = dict.fromkeys((*kind, fact(TKG.programme, concept), *status))
            found[iri][fact(PROV.wasDerivedFrom, frame.passage(mention.start, mention.end))] = None
            if practice is Practice.IMPLEMENTED:
                plain[fact(TKG.implements, concept)] = None
    yield frame.place, plain
    yield from found.items()


def _implementation(frame: Frame, practice: Practice) -> tuple[list[Fact], list[Fact]]:
    """What all implementations of a report say alike, before and behind their programme."""
    document = frame.reading.document
    when = document.plan_year if practice is Practice.PLANNED else document.year
    kind = [
        fact(RDF.type, ref(TKG.Implementation)),
        fact(TKG.inReport, ref(frame.report)),
        fact(TKG.place, ref(frame.place)),
    ]
    status = fact(TKG.status, ref(TKG[practice]))
    return kind, [status, fact(TKG.year, year(when))] if when else [status]


def _services(frame: Frame) -> Iterator[Node]:
    served: dict[str, dict[Fact, None]] = defaultdict(dict)
    for service in frame.reading.services:
        strategy = fact(TKG.servesStrategy, frame.concept(service.strategy))
        served[iris.concept(service.programme, frame.base)][strategy] = None
    yield from served.items()


def _passages(frame: Frame) -> Iterator[Node]:
    """Every sentence with an outcome and every mention, in the order of the source, each with its selector."""
    section: dict[Span, str | None] = {}
    said: dict[Span, dict[Fact, None]] = defaultdict(dict)
    for sentence in {outcome.sentence.start: outcome.sentence for outcome in frame.reading.outcomes}.values():
        section[frame.span(sentence.start, sentence.end)] = frame.section(sentence.start)
    for mention in frame.reading.mentions:
        span = frame.span(mention.start, mention.end)
        if span not in section:
            section[span] = frame.section(mention.start)
        for one in _said(frame, mention):
            said[span][one] = None
    source = fact(OA.hasSource, ref(frame.report))
    for span, heading in sorted(section.items()):
        above = (fact(TKG.section, heading),) if heading else ()
        yield from _passage(frame, span, source, (*said.get(span, ()), *above))


def _said(frame: Frame, mention: Mention) -> list[Fact]:
    """What is named there and, where no scheme has it, what a reviewer must see."""
    facts = [fact(TKG.mentions, frame.concept(mention.concept))]
    if mention.level:
        facts.append(fact(TKG.levelSaid, ref(TKG[mention.level])))
    if not mention.concept.known:
        facts.append(fact(TKG.rule, label(mention.rule)))
        facts.append(fact(TKG.context, quote(frame.around(mention.start, mention.end))))
    return facts


def _passage(frame: Frame, span: Span, source: Fact, said: Iterable[Fact]) -> Iterator[Node]:
    start, end = span
    selector = iris.selector(frame.report, start, end)
    words = fact(TKG.quote, quote(frame.reading.document.text.source[start:end]))
    yield iris.passage(frame.report, start, end), (_PASSAGE, source, fact(OA.hasSelector, ref(selector)), words, *said)
    yield selector, (_SELECTOR, fact(OA.start, integer(start)), fact(OA.end, integer(end)))
