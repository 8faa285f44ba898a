"""A reading as N-Quads: every fact of a report in the report's own graph, its places and periods in shared ones.

Lines are written by string formatting, because terms as objects cost three times as much. The order is that of
the reading, the same on every machine, and no line comes twice, so that `tkg:tripleCount` can be checked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.graph import iris, metadata
from kg.graph.common import shared_quads, stated_place, villages
from kg.graph.frame import Fact, Frame, Node, Span, nquads, present
from kg.graph.namespaces import OA, PROV, QB, RDF, SCHEMA, SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE, TKG, XSD
from kg.graph.terms import date, decimal, integer, label, quote, ref, string, typed, year
from kg.model import Change, Concept, Kind, Mention, Outcome, Practice, Quantity, Reading

_CHANGES = {Change.LEVEL: TKG.level_value, Change.INCREASE: TKG.increase, Change.DECREASE: TKG.decrease}
_BASES = {True: f"<{TKG.statedInText}>", False: f"<{TKG.takenFromReport}>"}


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
    frame = Frame.of(reading, base)
    count = 1
    for part in (_outcomes, _practices, _services, _passages, _place, _metadata):
        for node in part(frame):
            lines = nquads(node, frame.report)
            count += len(lines)
            yield from lines
    facts = _report(frame, run)
    yield from nquads((frame.report, [*facts, (TKG.tripleCount, integer(count + len(facts)))]), frame.report)


def run_quads(run: str, *, version: str, lexicon: str, base: str = iris.BASE) -> Iterator[str]:
    """The lines that describe a run of the extractor: the program's version and the lexicon's hash."""
    facts = [
        (RDF.type, ref(PROV.Activity)),
        (SCHEMA.softwareVersion, string(version)),
        (TKG.lexiconHash, string(lexicon)),
    ]
    yield from nquads((iris.run(run, base), facts), iris.graph("runs", base))


def _report(frame: Frame, run: str) -> list[Fact]:
    document, source = frame.reading.document, frame.reading.source
    facts = [
        (RDF.type, ref(TKG.Report)),
        (TKG.sourceName, quote(source.name)),
        (TKG.contentHash, string(source.digest)),
        (TKG.about, ref(frame.place)),
        (PROV.wasGeneratedBy, ref(iris.run(run, frame.base))),
    ]
    optional = (
        (SCHEMA.name, document.title and label(document.title)),
        (TKG.issuer, document.issuer and label(document.issuer)),
        (SCHEMA.datePublished, document.issued and date(document.issued)),
        (TKG.reportYear, document.year and year(document.year)),
        (TKG.planYear, document.plan_year and year(document.plan_year)),
        (TKG.level, document.level and ref(TKG[document.level])),
    )
    basis = [(TKG.placeBasis, ref(TKG.inferred))] if frame.reading.resolution.inferred else []
    stated = [(t, date(v) if t in metadata.DATES else label(v)) for t, v in metadata.stated(document)]
    others = ((SCHEMA.additionalProperty, ref(node)) for node, _ in _metadata(frame))
    named = dict.fromkeys(frame.named(naming.place) for naming in frame.reading.places)
    return [*facts, *present(optional), *basis, *stated, *others, *((SCHEMA.mentions, ref(place)) for place in named)]


def _metadata(frame: Frame) -> Iterator[Node]:
    """Entries of the page's metadata that have no term of their own."""
    for number, (key, value) in enumerate(metadata.others(frame.reading.document), 1):
        kind = (RDF.type, ref(SCHEMA.PropertyValue))
        yield iris.metadata(frame.report, number), (kind, (SCHEMA.name, label(key)), (SCHEMA.value, label(value)))


def _place(frame: Frame) -> Iterator[Node]:
    """What only this report tells of its places: nothing where they are described for all."""
    if frame.place == iris.unknown_place(frame.report):
        fitting = dict.fromkeys(iris.place(place, frame.base) for place in frame.open_places())
        yield frame.place, [*stated_place(frame), *((TKG.candidatePlace, ref(iri)) for iri in fitting if iri)]
    yield from (node for node in villages(frame) if node[0].startswith(frame.report))


def _outcomes(frame: Frame) -> Iterator[Node]:
    taken: Counter[int] = Counter()
    for outcome in frame.reading.outcomes:
        start, end = frame.span(outcome.quantity.start, outcome.quantity.end)
        taken[start] += 1
        again = f"-{taken[start]}" if taken[start] > 1 else ""  # a repair can lead two numbers to one place
        offsets = ((TKG.start, integer(start)), (TKG.end, integer(end)))
        facts = (*_circumstances(frame, outcome), *_number(outcome.quantity), *offsets)
        yield iris.outcome(frame.report, start) + again, facts


def _circumstances(frame: Frame, outcome: Outcome) -> list[Fact]:
    facts = [
        (RDF.type, ref(TKG.Outcome)),
        (QB.dataSet, ref(iris.dataset(frame.base))),
        (TKG.inReport, ref(frame.report)),
        (SDMX_DIMENSION.refArea, ref(frame.named(outcome.place) if outcome.place else frame.place)),
        (TKG.indicatorName, label(outcome.indicator)),
        (TKG.change, ref(_CHANGES[outcome.change])),
        (TKG.status, ref(TKG[outcome.status])),
        (PROV.wasDerivedFrom, frame.passage(outcome.sentence.start, outcome.sentence.end)),
    ]
    if outcome.period:
        facts.append((SDMX_DIMENSION.refPeriod, ref(iris.period(outcome.period, frame.base))))
        facts.append((TKG.periodBasis, _BASES[outcome.period.stated]))
        facts.append((TKG.year, year(outcome.period.year)))
    if outcome.measure:
        facts.append((TKG.indicator, ref(iris.indicator(outcome.measure))))
    if outcome.programme:
        facts.append((TKG.programme, frame.concept(outcome.programme)))
    if outcome.damaged:
        facts.append((TKG.damaged, typed("true", XSD.boolean)))
    rules = outcome.rules or (outcome.quantity.rule,)
    return [*facts, (TKG.rule, label(" ".join(rules)))]


def _number(quantity: Quantity) -> list[Fact]:
    optional = (
        (SDMX_MEASURE.obsValue, quantity.value is not None and decimal(quantity.value)),
        (TKG.lower, quantity.lower is not None and decimal(quantity.lower)),
        (TKG.upper, quantity.upper is not None and decimal(quantity.upper)),
        (TKG.masked, quantity.masked and typed("true", XSD.boolean)),
        (TKG.unitText, quantity.unit and label(quantity.unit)),
        (SDMX_ATTRIBUTE.unitMeasure, quantity.kind and ref(iris.unit(quantity.kind.slug))),
        (TKG.qualifier, ref(TKG[quantity.qualifier])),
    )
    return present(optional)


def _practices(frame: Frame) -> Iterator[Node]:
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


def _implementation(frame: Frame, practice: Practice, programme: Concept) -> list[Fact]:
    document = frame.reading.document
    when = document.plan_year if practice is Practice.PLANNED else document.year
    facts = [
        (RDF.type, ref(TKG.Implementation)),
        (TKG.inReport, ref(frame.report)),
        (TKG.place, ref(frame.place)),
        (TKG.programme, frame.concept(programme)),
        (TKG.status, ref(TKG[practice])),
    ]
    return [*facts, (TKG.year, year(when))] if when else facts


def _services(frame: Frame) -> Iterator[Node]:
    served: dict[str, dict[Fact, None]] = defaultdict(dict)
    for service in frame.reading.services:
        strategy = (TKG.servesStrategy, frame.concept(service.strategy))
        served[iris.concept(service.programme, frame.base)][strategy] = None
    yield from served.items()


def _passages(frame: Frame) -> Iterator[Node]:
    """Every sentence with an outcome and every mention, in the order of the source, each with its selector."""
    section: dict[Span, str | None] = {}
    said: dict[Span, dict[Fact, None]] = defaultdict(dict)
    for outcome in frame.reading.outcomes:
        span = frame.span(outcome.sentence.start, outcome.sentence.end)
        section[span] = frame.section(outcome.sentence.start)
    for mention in frame.reading.mentions:
        span = frame.span(mention.start, mention.end)
        section.setdefault(span, frame.section(mention.start))
        said[span].update(dict.fromkeys(_said(frame, mention)))
    for span, heading in sorted(section.items()):
        yield from _passage(frame, span, heading, said.get(span, ()))


def _said(frame: Frame, mention: Mention) -> list[Fact]:
    """What is named there and, where no scheme has it, what a reviewer must see."""
    facts = [(TKG.mentions, frame.concept(mention.concept))]
    if mention.level:
        facts.append((TKG.levelSaid, ref(TKG[mention.level])))
    if not mention.concept.known:
        facts += [(TKG.rule, label(mention.rule)), (TKG.context, quote(frame.around(mention.start, mention.end)))]
    return facts


def _passage(frame: Frame, span: Span, heading: str | None, said: Iterable[Fact]) -> Iterator[Node]:
    start, end = span
    selector = iris.selector(frame.report, start, end)
    facts = [
        (RDF.type, ref(TKG.Passage)),
        (OA.hasSource, ref(frame.report)),
        (OA.hasSelector, ref(selector)),
        (TKG.quote, quote(frame.reading.document.text.source[start:end])),
        *said,
    ]
    if heading:
        facts.append((TKG.section, heading))
    yield iris.passage(frame.report, start, end), facts
    kind = (RDF.type, ref(OA.TextPositionSelector))
    yield selector, (kind, (OA.start, integer(start)), (OA.end, integer(end)))
