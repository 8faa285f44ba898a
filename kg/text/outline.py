"""From a reading text to a laid-out document: page furniture aside, head read, sections and sentences found."""

from __future__ import annotations

from dataclasses import replace

from kg.model import Document, Text
from kg.text.furniture import take_apart
from kg.text.heads import read_head
from kg.text.sections import lay_out
from kg.text.titles import folders, named


def outline(text: Text, *, fields: tuple[tuple[str, str], ...] = (), key: str = "") -> Document:
    """The document behind a reading text (all offsets clean).

    `fields` is what the input said beside the text (Source.fields), `key` the path by which it came (Source.key);
    where the text itself says the same thing, it is believed first.
    """
    page = take_apart(text.clean)
    known = dict(fields) | page.fields
    page = replace(page, fields=known, titles=named(known, key), folders=folders(key))
    head = read_head(page)
    sections, sentences = lay_out(page.lines, head=head)
    return Document(
        text=text,
        title=head.title,
        issuer=head.issuer,
        issued=head.issued,
        year=head.year,
        plan_year=head.plan_year,
        level=head.level,
        unit=head.unit,
        hints=head.hints,
        sections=sections,
        sentences=sentences,
        fields=tuple(known.items()),
    )
