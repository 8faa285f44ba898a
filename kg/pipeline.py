"""The way from a file to its facts, one stage a line."""

from __future__ import annotations

from dataclasses import replace

from kg.link.resolve import resolve
from kg.model import Document, Level, Place, Reading, Resolution, Source
from kg.recognise import names, periods, quantities
from kg.relate import programme
from kg.relate.facts import outcomes
from kg.text.outline import outline
from kg.text.repair import repair


def _resolution(document: Document) -> Resolution:
    """The place of the report; a township that no list has, in a county that is certain, is a place of its own."""
    found = resolve(document)
    within, unit = found.within, document.unit
    if found.place or found.candidates or not unit or within is None or within.level is not Level.COUNTY:
        return found
    return replace(found, place=Place(unit, Level.TOWNSHIP, None, within))


def read(source: Source) -> Reading:
    """Everything the report in `source` says: the stages in order.

    1. repair the text   2. lay it out   3. recognise names, times, quantities   4. relate them   5. resolve the place
    """
    text = repair(source.text)
    document = outline(text, fields=source.fields, key=source.key)
    named = names.recognise(text.clean)
    times = periods.recognise(text.clean)
    spans = [(n.start, n.end) for n in named]
    numbers, refused = quantities.recognise(text.clean, spans, [(t.start, t.end) for t in times])
    mentions = names.mentions(text.clean, named, document.sentences, times)
    return Reading(
        source=source,
        document=document,
        resolution=_resolution(document),
        outcomes=tuple(outcomes(document, numbers, times, mentions)),
        mentions=tuple(mentions),
        services=tuple(programme.services(text.clean, document.sentences, mentions)),
        refused=tuple((r.start, r.end, r.rule) for r in refused),
    )
