"""From the text of a page to the reading text that all later stages work on, with the way back.

The reading text is simplified Chinese without the traces of page, word processor and decoder: one kind of digit
(12), mark (，：；？！（）, but , : and . between digits) and quotation mark (“” ‘’), no invisible characters, no
pinyin notes, no slipped bytes, no page numbers, each sentence on one line. Every character of it knows the source
characters it comes from. A line that cannot be mended stays as it is, marked in `Text.damaged`.
"""

from __future__ import annotations

from kg.model import Text
from kg.text.repair.damage import damaged
from kg.text.repair.draft import Draft
from kg.text.repair.markup import clear, ordinary
from kg.text.repair.mend import mend
from kg.text.repair.mojibake import redecode
from kg.text.repair.pages import unpage
from kg.text.repair.quotes import requote
from kg.text.repair.regional import exchange
from kg.text.repair.script import simplify
from kg.text.repair.width import close_ranks, close_up, fold, pair
from kg.text.repair.wraps import unwrap


def repair(source: str) -> Text:
    """The reading text of `source`; whatever the characters, it never fails.

    `Text.repairs` lists what was mended by kind: mojibake, entity, markup, shifted-gbk, pinyin-note, radical, spaced,
    lost-quote, page-number, running-head, line-break, regional-word, doubled-mark and, once for a text, traditional.
    Widths, marks, single spaces and invisible characters change without a record.
    """
    draft = Draft(source, source)
    redecode(draft)
    clear(draft)
    mend(draft)
    ordinary(draft)
    simplify(draft)
    exchange(draft)
    close_ranks(draft)
    requote(draft)
    fold(draft)
    unpage(draft)
    unwrap(draft)
    pair(draft)
    close_up(draft)
    return draft.finished(damaged(draft.text))
