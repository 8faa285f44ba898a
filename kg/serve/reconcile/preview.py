"""A small page that shows an entity. Whatever comes from reports or from the graph is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from kg.serve.reconcile import offer
from kg.serve.reconcile.asked import Column
from kg.serve.reconcile.entities import Entity
from kg.serve.reconcile.extend import Cell, Extender

STYLE = """
body, section { font: 14px/1.45 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
body, section { margin: 0; color: #1b1b1b }
body { padding: 8px 10px }
h1 { font-size: 16px; margin: 0 }
p { margin: 2px 0 6px }
.type, dt { color: #555 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 10px; margin: 0 }
dd { margin: 0; overflow-wrap: anywhere }
"""
# The page runs nothing and loads nothing; its one style sheet is named by its digest.
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; form-action 'none'"
)
_SHOWN = 6  # values of a property
_LONGEST = 120  # characters of a value
_ROWS = (
    *("otherNames", "englishName", "policyArea", "setBy", "servesStrategy", "broader", "unitKind"),
    *("numberOfReports", "implements", "follows", "numberOfPlaces", "numberOfOutcomes", "coordinates", "replacedBy"),
)


def page(entity: Entity, extender: Extender) -> str:
    """The page of an entity."""
    return _page(entity.name, piece(entity, extender))


def features() -> str:
    """The page that explains the features of candidates."""
    rows = (f'<dt id="{escape(id)}">{escape(id)}</dt><dd>{escape(text)}</dd>' for id, text in offer.features().items())
    return _page("Features", f"<h1>特征 Features</h1><dl>{''.join(rows)}</dl>")


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html><html lang="zh-Hans"><head>{head}</head><body>{body}</body></html>'


def piece(entity: Entity, extender: Extender) -> str:
    """What the page shows, to put into another."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in _facts(entity, extender))
    return (
        f'<section lang="zh-Hans"><h1>{escape(entity.name)}</h1>'
        f'<p class="type">{escape(offer.types()[entity.type].name)}</p>'
        f"<p>{escape(entity.description)}</p>{f'<dl>{rows}</dl>' if rows else ''}</section>"
    )


def _facts(entity: Entity, extender: Extender) -> Iterator[tuple[str, str]]:
    """Name and text of what there is to show."""
    has = {known.id for known in offer.properties_of(entity.type)}
    for known in (offer.properties()[id] for id in _ROWS if id in has):
        cells = extender.column(Column(known.id, {}), [entity.id]).get(entity.id, [])
        texts = [text[:_LONGEST] for cell in cells[:_SHOWN] if (text := _text(cell))]
        if texts:
            yield known.name.split()[0], "、".join(texts) + ("…" if len(cells) > _SHOWN else "")


def _text(cell: Cell) -> str:
    """A value as text; nothing where it is zero."""
    return str(cell.get("name") or cell.get("str") or cell.get("int") or cell.get("float") or "")


def note(name: str, text: str) -> str:
    """A piece about a type or a property."""
    return f'<section lang="zh-Hans"><h1>{escape(name)}</h1><p>{escape(text)}</p></section>'
