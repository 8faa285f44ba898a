"""Level or change, done or planned: what the words around a number say about it."""

from __future__ import annotations

import re
from functools import cache

from kg.lexicon import classifiers, table
from kg.model import Change, Part, Status
from kg.relate.context import Context

SHARES = ("%", "‰", "个百分点")


@cache
def _pattern(group: str, name: str, tail: str = "") -> re.Pattern[str]:
    return re.compile(str(table("clauses.toml")[group][name]) + tail)


def change(context: Context) -> tuple[Change, str]:
    """Whether the number is a level or a change, and the rule that says so."""
    text, quantity = context.text, context.quantity
    lead = text[max(context.clause[0], quantity.start - 22) : quantity.start]
    before = context.before if len(context.before) > 1 else lead
    stretch = before + text[quantity.left : quantity.start]
    if _pattern("change", "level_after").search(stretch):
        return Change.LEVEL, "up to a level"
    if quantity.unit in classifiers() and context.after and re.search(r"(?:提升|提高|压缩|缩短)$", stretch):
        return Change.LEVEL, "things made better"
    if _pattern("change", "decrease").search(stretch):
        return Change.DECREASE, "word of decrease"
    if _pattern("change", "increase").search(stretch):
        return Change.INCREASE, "word of increase"
    if quantity.unit in SHARES and (word := _pattern("change", "behind").match(context.after)):
        return (Change.DECREASE if word["less"] else Change.INCREASE), "word of growth behind"
    if (carried := _carried(context)) is not None:
        return carried, "same change as before"
    return Change.LEVEL, "no word of change"


def _carried(context: Context) -> Change | None:
    """分别增长5%、6%: a number of the same row that follows directly shares its change."""
    previous = context.previous
    if (
        previous is None
        or context.before.strip("、和及与个")
        or (previous.unit != context.quantity.unit and context.quantity.unit != "个百分点")
    ):
        return None
    at = context.index - 1
    while at and not context.gap(at).strip("、和及与"):
        at -= 1
    lead = context.text[context.clause[0] : context.row[at].start]
    if _pattern("change", "increase").search(lead):
        return Change.INCREASE
    return Change.DECREASE if _pattern("change", "decrease").search(lead) else None


def status(context: Context, nameless: str) -> tuple[Status, str]:
    """Done or planned, and the rule that says so: cue words of the clause before those of the section.

    `nameless` is the reading text with the names of concepts blanked, for “雨露计划” plans nothing.
    """
    lead = nameless[context.clause[0] : context.quantity.start]
    in_plan = context.sentence.part is Part.PLAN
    if in_plan and _pattern("status", "asset").search(lead):
        return Status.ACHIEVED, "asset that exists"
    if in_plan:
        return Status.PLANNED, "plan section"
    if _closes(lead, "planned"):
        return Status.PLANNED, "word of planning"
    if _pattern("status", "achieved").search(lead):
        return Status.ACHIEVED, "report section"
    listed = _pattern("status", "heads_a_list").match(context.text, context.chain_start)
    earlier = nameless[context.chain_start if listed else context.sentence.start : context.clause[0]]
    if _closes(earlier, "foretold"):
        return Status.PLANNED, "word of planning before"
    if _pattern("status", "follows").match(context.rest):
        return Status.PLANNED, "forecast behind"
    if _pattern("status", "deadline").search(context.after):
        return Status.PLANNED, "deadline behind"
    return Status.ACHIEVED, "report section"


def _closes(text: str, name: str) -> bool:
    """Whether a word of that kind stands in the text, and none of what is achieved behind it."""
    at = _last(_pattern("status", name), text)
    return at >= 0 and at >= _last(_pattern("status", "achieved"), text)


def _last(pattern: re.Pattern[str], text: str) -> int:
    at = -1
    for found in pattern.finditer(text):
        at = found.end()
    return at
