"""What a check finds: one result for each fault, as SHACL's validation reports have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.graph.namespaces import SH
from kg.oxigraph import Term

VIOLATION, WARNING, INFO = SH.Violation, SH.Warning, SH.Info


@dataclass(frozen=True, slots=True)
class Result:
    """One fault: the shape or check that found it, the property path, the node, the value and the component at fault.

    `shape`, `component` and `severity` are IRIs; `path` is one too, or a property path as SPARQL writes it, or empty
    for the node itself. `value` is None where a number of values is wrong. `messages` are by language.
    """

    shape: str
    path: str
    focus: Term
    component: str
    value: Term | None
    severity: str
    messages: Mapping[str, str] = field(compare=False, hash=False)

    @property
    def key(self) -> tuple[str, ...]:
        """What results are sorted by."""
        return (self.shape, self.path, self.focus.value, self.component, *(self.value or ()))

    def message(self, language: str = "en") -> str:
        """The message in a language, else in any."""
        return self.messages.get(language) or next(iter(self.messages.values()), "the shape is not met")
