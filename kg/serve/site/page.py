"""What a page is made from."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from kg.oxigraph import Term
from kg.serve.index.ask import Index
from kg.serve.site.addresses import Addresses
from kg.serve.site.ask import Asker, iri
from kg.serve.site.words import language


@dataclass(frozen=True, slots=True)
class Page:
    """A request for a page about `iri` ("" where it is about no single thing), and whom to ask."""

    request: Request
    ask: Asker
    addresses: Addresses
    iri: str
    index: Index

    @property
    def this(self) -> Term:
        """The thing as a term to bind."""
        return iri(self.iri)

    @property
    def language(self) -> str:
        """zh or en."""
        return language(self.request)
