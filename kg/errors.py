"""Everything that can go wrong on purpose: one root, a few children that carry facts and name the next step."""

from __future__ import annotations

from pathlib import Path


class KgError(Exception):
    """Root of all errors that users may cause; its text is one line that says what to do next.

    `exit_code` is what a command that cannot go on returns: 1 the data is at fault, 2 the call is.
    """

    exit_code = 2


class _At(KgError):
    """An error at a path: `reason` says what is wrong there, `remedy` the next step."""

    def __init__(self, path: Path | str, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)  # as they are, so that the error travels between processes
        self.path, self.reason, self.remedy = path, reason, remedy

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.remedy}"


class UnreadableInput(_At):
    """A file that cannot be taken as a report."""

    exit_code = 1


class NoReport(_At):
    """A text that is no work report, where not every text need be one: it is skipped, and nothing is at fault."""

    exit_code = 0


class MissingLibrary(KgError):
    """A library that an optional format needs is not installed: `library`, what it is `wanted_for`, the `remedy`."""

    def __init__(self, library: str, wanted_for: str, extra: str) -> None:
        super().__init__(library, wanted_for, extra)
        self.library, self.wanted_for = library, wanted_for
        self.remedy = f"pip install 'township-kg[{extra}]'"

    def __str__(self) -> str:
        return f"{self.wanted_for} needs {self.library}; {self.remedy}"


class StoreError(_At):
    """The store is missing, locked, damaged or not a store."""


class SchemeError(_At):
    """A scheme of the user's that is missing or not as it must be."""


class DecisionError(_At):
    """A reviewer's decision, or a table of them, that cannot be carried out: `path` names file and row."""

    exit_code = 1


class QueryError(KgError):
    """A query that is unknown, malformed or wrongly parametrised."""


class ExportError(KgError):
    """An export that cannot be written as asked."""


class LoadError(_At):
    """RDF that is not taken into a store: it cannot be read, is hostile, or would break what a store promises."""

    exit_code = 1


class PushError(_At):
    """A graph that an endpoint does not take: `path` names it."""

    exit_code = 1


class EndpointError(_At):
    """An endpoint that is none, is elsewhere, or does not let us in."""


class AnswerError(EndpointError):
    """What an endpoint answers is not in the form that was asked for."""


class LexiconError(KgError):
    """A scheme or table of the package that is not as it must be; `where` names file and entry."""

    exit_code = 1

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}; correct the entry and run the data tests"
