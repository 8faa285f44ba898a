"""The way from a file to its facts, one stage a line."""

from __future__ import annotations

from kg.link.resolve import resolve
from kg.model import Reading, Source
from kg.recognise import names, periods, quantities
from kg.relate import programme
from kg.relate.facts import outcomes
from kg.text.outline import outline
from kg.text.repair import repair


def read(source: Source) -> Reading:
    """Everything the report in `source` says: the stages in order.

    1. repair the text   2. lay it out   3. recognise names, times, quantities   4. relate them   5. resolve the place
    """
    text = repair(source.text)
    document = outline(text)
    named = names.recognise(text.clean)
    times = periods.recognise(text.clean)
    spans = [(n.start, n.end) for n in named]
    numbers, refused = quantities.recognise(text.clean, spans, [(t.start, t.end) for t in times])
    mentions = names.mentions(text.clean, named, document.sentences, times)
    return Reading(
        source=source,
        document=document,
        resolution=resolve(document),
        outcomes=tuple(outcomes(document, numbers, times, mentions)),
        mentions=tuple(mentions),
        services=tuple(programme.services(text.clean, document.sentences, mentions)),
        refused=tuple((r.start, r.end, r.rule) for r in refused),
    )
