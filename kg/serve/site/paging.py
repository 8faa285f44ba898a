"""Long lists, one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

ROWS = 300  # of a page: the numbers of a township in a year, and no more than a telephone shows at once
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A page of a list: its rows, its number and the number of pages (both from 1), and the rows of all pages."""

    rows: Sequence[T]
    page: int
    pages: int
    all: int


def part(request: Request, rows: Sequence[T]) -> Part[T]:
    """The page that ?page= asks for, the first or last one where there is no such page."""
    asked = request.query_params.get("page", "")
    pages = max(1, -(-len(rows) // ROWS))
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 9 else 1
    return Part(rows[(page - 1) * ROWS : page * ROWS], page, pages, len(rows))
