"""How a request is refused: a status and one line that says why."""

from __future__ import annotations

from kg.errors import KgError


class Refused(KgError):
    """A request that is not answered: `status` of HTTP; `again`: seconds after which it may be tried again, 0 never."""

    def __init__(self, status: int, reason: str, again: int = 0) -> None:
        super().__init__(status, reason, again)
        self.status, self.reason, self.again = status, reason, again

    def __str__(self) -> str:
        return self.reason
