"""The store as tables: one tidy row per outcome, beside it reports, places, programmes and strategies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from kg.errors import ExportError
from kg.export.selection import EVERYTHING, Selection
from kg.export.tables import delimited, excel, package, parquet
from kg.export.tables.rows import Rows
from kg.graph.store import Store

_WRITERS: Mapping[str, Callable[[Rows, Path | IO[bytes]], None]] = {
    "csv": delimited.write,
    "xlsx": excel.write,
    "parquet": parquet.write,
    "datapackage": package.write,
}
FORMATS = tuple(_WRITERS)


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
) -> None:
    """Write the outcomes of the selected part of the store in one of FORMATS.

    xlsx holds the other tables too, and datapackage writes them all into the folder `out`. ExportError on another
    format, where a view is asked for, and where `out` cannot be written; MissingLibrary where parquet needs one.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no format of tables; choose one of {', '.join(FORMATS)}")
    if view is not None:
        raise ExportError(f"{format} holds tables, a view is a network; leave out --view or choose gexf, say")
    _WRITERS[format](Rows(store, selection), out)
