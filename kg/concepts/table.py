"""The table of decisions: written for a spreadsheet program, and read as such programs save it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.concepts.review import Candidate
from kg.errors import DecisionError, UnreadableInput
from kg.text.read.encoding import decode

FACTS = ("kind", "name", "forms", "reports", "mentions", "rules", "contexts", "similar")
GIVEN = ("label", "english", "area", "level", "quoted")  # what the reviewer may say of an accepted name
COLUMNS = ("decision", "into", *FACTS, *GIVEN)
NEEDED = ("decision", "name")
_TOUCHED = re.compile(r"[=+\-@'\t]|[\d\s.,:/%eE+\-]+$")  # what a spreadsheet would take for a formula, a number, a date
_COUNT = re.compile(r"[1-9]\d{0,8}")
_AS_CSV = "save it in the spreadsheet program as CSV in UTF-8"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with a decision; `where` is file and row as a spreadsheet counts them, what is not said is empty."""

    where: str
    decision: str
    name: str
    into: str = ""
    kind: str = ""
    forms: tuple[str, ...] = ()
    label: str = ""
    english: str = ""
    area: str = ""
    level: str = ""
    quoted: str = ""


def facts(candidate: Candidate) -> list[str]:
    """The cells of a candidate, as FACTS has them."""
    several = ("|".join(candidate.forms), ", ".join(candidate.rules))
    seen = (" | ".join(candidate.contexts), "|".join(candidate.similar))
    counts = (str(candidate.reports), str(candidate.mentions))
    return [candidate.kind.value, candidate.name, several[0], *counts, several[1], *seen]


def write(candidates: Iterable[Candidate], path: Path) -> None:
    """Write the table with nothing decided: CSV in UTF-8 with a mark, as spreadsheet programs want it.

    DecisionError where something is there already, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out)
            table.writerow(COLUMNS)
            for candidate in candidates:
                table.writerow(["", "", *map(_guarded, facts(candidate)), *[""] * len(GIVEN)])
    except FileExistsError as error:
        raise DecisionError(path, "is there already and may hold decisions", "name another file") from error
    except OSError as error:
        raise DecisionError(path, f"cannot be written ({error.strerror})", "name another file") from error


def read(path: Path) -> list[Row]:
    """The rows of a table that have a decision. DecisionError where it cannot be read or lacks a column.

    Commas, semicolons or tabs part the cells, and any encoding of Chinese will do.
    """
    try:
        text = decode(path.read_bytes(), path)
    except OSError as error:
        raise DecisionError(path, f"cannot be read ({error.strerror})", "name the table of decisions") from error
    except UnreadableInput as error:
        raise DecisionError(path, error.reason, _AS_CSV) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        head, *rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)] or [[]]
    except csv.Error as error:
        raise DecisionError(path, f"is no table ({error})", _AS_CSV) from error
    columns = [name.strip().lower() for name in head]
    if missing := [name for name in NEEDED if name not in columns]:
        remedy = "give the first row the names of the columns, as kg concepts review writes them"
        raise DecisionError(path, f"has no column {missing[0]}", remedy)
    found = (_row(f"{path}, row {number}", dict(zip(columns, row, strict=False))) for number, row in enumerate(rows, 2))
    return [row for row in found if row.decision]


def _row(where: str, cells: dict[str, str]) -> Row:
    told = {name: " ".join(_plain(cell).split()) for name, cell in cells.items()}
    forms = tuple(form for form in told.pop("forms", "").split("|") if form)
    kept = {name: told.get(name, "") for name in ("decision", "name", "into", "kind", *GIVEN)}
    return Row(where, **kept, forms=forms)


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet program takes for anything but text, but for plain counts."""
    return f"'{cell}" if _TOUCHED.match(cell) and not _COUNT.fullmatch(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _TOUCHED.match(cell[1:]) else cell
