"""What is said of one thing, by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.graph.namespaces import PREFIXES, SKOS, TKG
from kg.serve.site.ask import Row

_TERM = PREFIXES["tkg"]


class Facts:
    """The rows of the query said-of."""

    def __init__(self, rows: Iterable[Row]) -> None:
        values: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row["property"], row["value"])):
            values[row["property"]].append((row["value"], row["language"]))
        self._values: Mapping[str, Sequence[tuple[str, str]]] = values

    def all(self, *properties: str) -> list[str]:
        """The values of properties in their order, without repetition."""
        return list(dict.fromkeys(value for name in properties for value, _ in self._values.get(name, ())))

    def one(self, property: str) -> str:
        """The first value of a property, "" where there is none."""
        return next(iter(self.all(property)), "")

    def term(self, property: str) -> str:
        """The first value of a property that is a term of the ontology, by its name: county, higher_is_better."""
        return self.one(property).removeprefix(_TERM)

    def text(self, property: str, language: str) -> str:
        """The value of a property in a language, else in Chinese, else in any; "" where there is none."""
        known = {said[:2]: value for value, said in reversed(self._values.get(property, ()))}
        return known.get(language) or known.get("zh") or next(iter(known.values()), "")

    def others(self, language: str, title: str) -> list[str]:
        """The names that a concept has besides its title: its label in the other language first."""
        labels = self._values.get(SKOS.prefLabel, ())
        first = [value for value, said in labels if said[:2] != language]
        return [name for name in dict.fromkeys((*first, *self.all(SKOS.altLabel))) if name != title]

    def items(self) -> list[tuple[str, Sequence[tuple[str, str]]]]:
        """Properties with their values, each value with its language."""
        return list(self._values.items())

    @property
    def level(self) -> str:
        """The level of government."""
        return self.term(TKG.level)
