"""Addresses of the server and the IRIs that they stand for.

The server answers for two bases: that of the instances (reports, places) and that of the schemes (programmes,
indicators), which is always the same. BASE/place/431230 is answered at /place/431230, whatever the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kg.graph import iris

_SAFE = "/%!$&'()*+,;=:@~-._"  # what an address keeps of an IRI; % begins what the IRI itself has encoded


@dataclass(frozen=True, slots=True)
class Addresses:
    """Both ways between IRIs and addresses; `base` is that of the store's instances."""

    base: str = iris.BASE

    def path(self, iri: str) -> str:
        """Where the server answers for an IRI: a path, with the IRI's fragment; the IRI itself where it does not."""
        for base in (self.base, iris.SCHEMES):
            if iri.startswith(base):
                path, mark, fragment = iri.removeprefix(base).partition("#")
                return f"/{quote(path, safe=_SAFE)}{mark}{quote(fragment, safe=_SAFE)}"
        return iri

    def local(self, iri: str) -> bool:
        """Whether the server answers for an IRI."""
        return iri.startswith((self.base, iris.SCHEMES))

    def iris(self, path: str) -> tuple[str, ...]:
        """The IRIs that a path as it was sent (/place/431230/%E5%8E%BF) may stand for, the instance's first."""
        name = iris.from_address(path.removeprefix("/"))
        return tuple(dict.fromkeys(base + name for base in (self.base, iris.SCHEMES)))
