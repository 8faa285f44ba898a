"""How well a tool's numbers are those of the gold.

A found number hits a gold number when they share a character; each hits one at most, and a further piece of a number
that is already hit is no fault. What hits an optional number of the gold is not counted at all.

Figures are given of a *selection* of numbers, mostly by their unit. Recall and the accuracies are over the gold numbers
that are selected, precision is over the found ones that are. So precision of what a tool claims leaves out the bare
numbers, to which it gives no unit: dates, ordinals and list marks, which it does not promise to leave out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from benchmarks.peers.model import MONEY, PERCENTAGES, Number, Report, Tool, canonical

Selection = Callable[[Number], bool]
Pair = tuple[Number, Number | None]  # of the gold, found
Figures = dict[str, float | int | None]

GROUPS: dict[str, Selection] = {
    "all": lambda number: True,
    "money": lambda number: canonical(number.unit) in MONEY,
    "percentages": lambda number: canonical(number.unit) in PERCENTAGES,
    "other": lambda number: canonical(number.unit) not in MONEY | PERCENTAGES,
}


def figures(tool: Tool, reports: Iterable[Report]) -> dict[str, Figures]:
    """The figures of a tool by group, and under ``claimed`` those of what it is made for."""
    pairs: list[Pair] = []
    false: list[Number] = []
    for report in reports:
        found = tool.find(report.text)
        pairs += [(wanted, hit) for wanted, hit in paired(report.numbers, found) if not wanted.optional]
        false += [number for number in found if not any(_overlap(number, wanted) for wanted in report.numbers)]
    selections = GROUPS | {"claimed": tool.claims}
    return {name: _selected(pairs, false, selection) for name, selection in selections.items()}


def paired(wanted: Iterable[Number], found: list[Number]) -> list[Pair]:
    """Every gold number with the first found one that overlaps it and is not yet taken."""
    pairs: list[Pair] = []
    taken: set[int] = set()
    for one in wanted:
        free = (at for at, number in enumerate(found) if at not in taken and _overlap(number, one))
        at = next(free, None)
        pairs.append((one, None if at is None else found[at]))
        taken |= set() if at is None else {at}
    return pairs


def _selected(pairs: list[Pair], false: list[Number], selection: Selection) -> Figures:
    """The figures over those numbers that a selection takes."""
    hits = [(wanted, hit) for wanted, hit in pairs if hit and selection(wanted)]
    gold = sum(selection(wanted) for wanted, _ in pairs)
    true = sum(selection(hit) for _, hit in pairs if hit)
    wrong = sum(selection(number) for number in false)
    right = Counter(key for wanted, hit in hits for key, ok in verdict(wanted, hit).items() if ok)
    precision, recall = _ratio(true, true + wrong), _ratio(len(hits), gold)
    accuracies = {key: _ratio(right[key], len(hits)) for key in ("value", "unit", "qualifier")}
    return {"gold": gold, "precision": precision, "recall": recall, "f1": _f1(precision, recall), **accuracies}


def verdict(wanted: Number, hit: Number) -> dict[str, bool]:
    """What of a number was read right."""
    bounds = ((hit.value, wanted.value), (hit.lower, wanted.lower), (hit.upper, wanted.upper))
    return {
        "value": all(_same(*pair) for pair in bounds),
        "unit": canonical(hit.unit) == canonical(wanted.unit),
        "qualifier": hit.qualifier == wanted.qualifier,
    }


def _overlap(one: Number, other: Number) -> bool:
    """Whether two numbers share a character."""
    return one.start < other.end and other.start < one.end


def _same(found: float | None, wanted: float | None) -> bool:
    """Whether two values are equal but for rounding."""
    if found is None or wanted is None:
        return found is wanted
    return abs(found - wanted) <= max(1e-9, abs(wanted) * 1e-3)


def _ratio(part: int, whole: int) -> float | None:
    """A share, None of nothing."""
    return part / whole if whole else None


def _f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean, None where one of the two is."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
