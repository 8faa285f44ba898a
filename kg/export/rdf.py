"""The store as RDF, streamed: a dataset with its named graphs, or all triples in one graph, each once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from kg.errors import ExportError
from kg.export import compress, jsonld, views, writing
from kg.export.part import Part
from kg.export.selection import EVERYTHING, Selection, ask
from kg.export.statements import Named, Union, quads
from kg.graph import iris
from kg.graph.namespaces import PREFIXES
from kg.graph.store import Store
from kg.oxigraph import serialize

DATASETS = ("nquads", "trig", "jsonld")  # keep the named graphs
TRIPLES = ("turtle", "ntriples", "rdfxml")  # the union of all graphs, each triple once
FORMATS = (*DATASETS, *TRIPLES)
ENDINGS = {"nquads": "nq", "trig": "trig", "jsonld": "jsonld", "turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}

_SCHEMES = ("programme", "strategy", "indicator", "unit")
_LINES = 4000  # written at a time


def export(
    store: Store,
    format: str,
    out: Path | IO[bytes],
    *,
    view: str | None = None,
    selection: Selection = EVERYTHING,
    report: str | None = None,
    packed: str | None = None,
    shards: int | None = None,
) -> None:
    """Write the store in one of FORMATS, or the selected part of it, one report, or a view of the selected part.

    `packed`: one of kg.export.compress.METHODS, else what the name of `out` says. `shards`: `out` becomes a new folder
    of about so many files, each complete in itself, that load in any order. ExportError on another format, where
    nothing fits, and where `out` cannot be written; MissingLibrary for zst without zstandard.
    """
    if format not in FORMATS:
        raise ExportError(f"{format} is no RDF format; choose one of {', '.join(FORMATS)}")
    packed = packed or compress.method(out)
    if view is not None:
        if shards or report:
            raise ExportError("a view is one small graph of many reports; leave out the number of files and the report")
        answer = ask(store, views.load(view), selection)
        with writing(out) as file, compress.compressed(file, packed) as target:
            answer.write(target, format, prefixes())
        return
    part = Part.of(store, selection, report)
    union = Union(store, part.whole) if format in TRIPLES else None
    if shards:
        _write_shards(part, format, out, packed, shards, union)
        return
    with writing(out) as file, compress.compressed(file, packed) as target:
        _write(part.statements(), format, target, union)


def prefixes() -> dict[str, str]:
    """The prefixes of an export: those of the vocabularies, and of the concepts of our schemes."""
    return {**PREFIXES, **{name: f"{iris.SCHEMES}{name}/" for name in _SCHEMES}}


def _write(parts: Iterable[Named], format: str, file: IO[bytes], union: Union | None) -> None:
    if format == "jsonld":
        jsonld.write(parts, file)
        return
    lines = union.once(parts) if union else quads(parts)
    if format in ("nquads", "ntriples"):
        while chunk := "\n".join(islice(lines, _LINES)):
            file.write(f"{chunk}\n".encode())
    else:
        serialize(lines, file, format, prefixes())


def _write_shards(
    part: Part, format: str, out: Path | IO[bytes], packed: str | None, shards: int, union: Union | None
) -> None:
    """A folder of files that is there whole or not at all."""
    if not isinstance(out, Path) or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise ExportError(f"{out}: several files need a folder of their own; name a new or an empty one")
    try:
        out.resolve().parent.mkdir(parents=True, exist_ok=True)
        partial = Path(mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.resolve().parent))
        try:
            for number, parts in enumerate(_split(part.statements(), -(-part.store.counts()["quads"] // shards)), 1):
                name = f"graph-{number:04d}.{ENDINGS[format]}{compress.METHODS.get(packed or '', '')}"
                with (partial / name).open("wb") as file, compress.compressed(file, packed) as target:
                    _write(parts, format, target, union)
            partial.chmod(0o755)
            partial.replace(out)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise ExportError(f"{out}: cannot be written ({error.strerror or error}); choose another folder") from error


def _split(parts: Iterator[Named], size: int) -> Iterator[Iterator[Named]]:
    """Runs of whole graphs with about `size` lines each; read one before you ask for the next."""
    for first in parts:
        yield _run(chain([first], parts), size)


def _run(parts: Iterator[Named], size: int) -> Iterator[Named]:
    count = 0

    def counted(lines: Iterable[str]) -> Iterator[str]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    for graph, lines in parts:
        yield graph, counted(lines)
        if count >= size:
            return
