"""An index over the names of programmes, strategies, indicators, and of places that only the graph has."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kg.serve.reconcile import offer
from kg.serve.reconcile.entities import Entity
from kg.serve.reconcile.names import likeness, one_apart, pairs, plain

FIRST, OTHER = 1.0, 0.98  # scores of an entity whose first, whose other name is the one asked for
WRONG, BEGUN, INSIDE = 0.9, 0.85, 0.8  # at most: a character is wrong, the one name begins, contains the other
_LEAST = 0.3  # of the likeness of names that are candidates
_RARE = 400  # names that have a pair of characters: of commoner pairs a name must have another as well
_LEGIBLE = 3  # characters of names that may have a wrong one


class Found(NamedTuple):
    """An entity, how well it fits (0 to 1), and the plain name that does."""

    entity: Entity
    score: float
    name: str


class Index:
    """Entities by their names."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.by_id = {entity.id: entity for entity in entities}
        self._named: dict[str, list[tuple[Entity, float]]] = defaultdict(list)  # plain name → who goes by it, how well
        for entity in self.by_id.values():
            first, *others = dict.fromkeys(map(plain, entity.names))
            for name, score in ((first, FIRST), *((other, OTHER) for other in others)):
                if name:
                    self._named[name].append((entity, score))
        for named in self._named.values():
            named.sort(key=lambda one: -one[1])
        self._sorted = sorted(self._named)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._sorted):
            for pair in pairs(name):
                self._pairs[pair].append(number)

    def exact(self, name: str, types: Collection[str]) -> list[Found]:
        """The entities of the types that go by `name`."""
        return list(self._of(plain(name), types))

    def alike(self, name: str, types: Collection[str], limit: int) -> list[Found]:
        """The entities of the types with this name or one like it, the best first."""
        asked = plain(name)
        best: dict[str, Found] = {}
        for other in self._candidates(asked):
            named = list(self._of(other, types))
            score = _score(asked, other) if named else 0.0
            for found in named if score >= _LEAST else ():
                if found.entity.id not in best or best[found.entity.id].score < score * found.score:
                    best[found.entity.id] = found._replace(score=score * found.score)
        return sorted(best.values(), key=lambda found: (-found.score, len(found.name), found.entity.id))[:limit]

    def begun(self, prefix: str, types: Collection[str]) -> Iterator[Entity]:
        """The entities of the types with a name that begins with `prefix`, then those with one that contains it."""
        asked = plain(prefix)
        start = bisect_left(self._sorted, asked)
        names = [n for n in self._sorted[start : bisect_left(self._sorted, asked + "\U0010ffff")] if asked]
        names.sort(key=len)
        inside = (self._sorted[n] for n in self._rarest(asked)) if len(asked) > 1 else iter(())
        seen: set[str] = set()
        for name in (*names, *(n for n in inside if asked in n)):
            for found in self._of(name, types):
                if found.entity.id not in seen:
                    seen.add(found.entity.id)
                    yield found.entity

    def _of(self, name: str, types: Collection[str]) -> Iterator[Found]:
        """The entities of the types with this plain name."""
        for entity, score in self._named.get(name, ()):
            if offer.is_a(entity.type, types):
                yield Found(entity, score, name)

    def _candidates(self, asked: str) -> Iterator[str]:
        """Plain names that share a rare pair of characters with the one asked for, or two common ones."""
        shared: Counter[int] = Counter()
        for pair in pairs(asked):
            numbers = self._pairs.get(pair, [])
            shared.update(dict.fromkeys(numbers, 2 if len(numbers) <= _RARE else 1))
        least = 2 if len(asked) > 2 else 1
        return (self._sorted[number] for number, count in shared.items() if count >= least)

    def _rarest(self, asked: str) -> list[int]:
        """The names with the pair of characters of `asked` that the fewest have."""
        return min((self._pairs.get(pair, []) for pair in pairs(asked)), key=len)


def _score(asked: str, other: str) -> float:
    """How well two plain names fit: 0 to 1."""
    if asked == other:
        return 1.0
    alike = likeness(asked, other)
    if min(len(asked), len(other)) >= _LEGIBLE and one_apart(asked, other):
        return max(WRONG * (1 - 1 / len(asked)), alike * INSIDE)
    if asked.startswith(other) or other.startswith(asked):
        return BEGUN * (0.5 + alike / 2)
    if asked in other or other in asked:
        return INSIDE * (0.5 + alike / 2)
    return alike * INSIDE
