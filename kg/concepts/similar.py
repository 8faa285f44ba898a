"""Which concepts of the schemes a name is like: they share its pairs of characters, or one holds the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

ENOUGH = 0.5  # of the pairs of both names (Dice's coefficient)
HELD = 0.8  # what a name is worth that the other one holds
SHORTEST = 3  # characters of a name that says something when it is held
MOST = 3


class Similar:
    """Names ready to be compared with."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        """`labels` leads from every name to the label of its concept."""
        self._labels = labels
        self._having: dict[str, list[str]] = defaultdict(list)
        for name in labels:
            for pair in _pairs(name):
                self._having[pair].append(name)

    def to(self, names: Iterable[str], *, most: int = MOST) -> tuple[str, ...]:
        """The labels of the concepts that are most like one of the names, best first."""
        best: dict[str, float] = {}
        for name in names:
            for other, score in self._scores(name):
                label = self._labels[other]
                best[label] = max(score, best.get(label, 0))
        found = sorted((-score, label) for label, score in best.items() if score >= ENOUGH)
        return tuple(label for _, label in found[:most])

    def _scores(self, name: str) -> Iterable[tuple[str, float]]:
        shared = Counter(other for pair in _pairs(name) for other in self._having.get(pair, ()))
        for other, number in shared.items():
            held = min(len(name), len(other)) >= SHORTEST and (name in other or other in name)
            yield other, max(2 * number / (len(_pairs(name)) + len(_pairs(other))), HELD * held)


def _pairs(name: str) -> set[str]:
    return {a + b for a, b in pairwise(name)}
