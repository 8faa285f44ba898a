"""The way from a file to its facts, one stage a line."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kg.link.named import namings, smaller
from kg.link.resolve import resolve
from kg.model import Document, Level, Place, Reading, Resolution, Source
from kg.recognise import names, periods, places, quantities
from kg.recognise.places import Village
from kg.relate.facts import outcomes
from kg.relate.place import located
from kg.relate.service import services
from kg.text.outline import outline
from kg.text.repair import repair


def _resolution(document: Document, key: str, villages: list[Village]) -> Resolution:
    """The place of the report; a township that no list has, in a county that is certain, is a place of its own."""
    found = resolve(document, key=key, villages={village.name for village in villages})
    within, unit = found.within, document.unit
    settled = found.place or found.candidates or document.level is not Level.TOWNSHIP
    if settled or not unit or within is None or within.level is not Level.COUNTY:
        return found
    return replace(found, place=Place(unit, Level.TOWNSHIP, None, within))


def read(source: Source) -> Reading:
    """Everything the report in `source` says: the stages in order.

    1. repair the text   2. lay it out   3. recognise names, times, quantities, villages   4. resolve the place and
    what is named around it   5. relate them
    """
    text = repair(source.text)
    document = outline(text, fields=source.fields, key=source.key)
    named = names.recognise(text.clean)
    times = periods.recognise(text.clean)
    spans = [(n.start, n.end) for n in named]
    numbers, refused = quantities.recognise(text.clean, spans, [(t.start, t.end) for t in times])
    mentions = names.mentions(text.clean, named, document.sentences, times)
    villages = places.recognise(text.clean, spans)
    resolution = _resolution(document, source.key, villages)
    around = namings(text.clean, villages, resolution)
    facts = list(outcomes(document, numbers, times, mentions))
    return Reading(
        source=source,
        document=document,
        resolution=resolution,
        outcomes=tuple(located(text.clean, facts, around, partial(smaller, own=resolution.place))),
        mentions=tuple(mentions),
        services=tuple(services(document, mentions)),
        refused=tuple((r.start, r.end, r.rule) for r in refused),
        places=tuple(around),
    )
