"""Tables of links in SSSOM's form (https://mapping-commons.github.io/sssom/): read and written.

Lines that begin with # are the head, in YAML of one level with a map of prefixes; a table with tabs follows, a link a
row. What the head says of all links (a date, say) a row need not say. Chinese in ids is percent-encoded.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from kg.errors import KgError

SUFFIX = ".sssom.tsv"
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "mapping_date",
    "comment",
)
_PREFIXES = "curie_map"
_CHINESE, _HIDDEN = (
    re.compile("[^\\x00-\\x7f]+"),
    re.compile("(?:%[89A-F][0-9A-F])+"),
)  # SSSOM's tools read ASCII ids only


@dataclass(frozen=True, slots=True)
class Link:
    """One link: three IRIs, how it was found (IRI of SEMAPV), how sure it is (0 to 1), its day (ISO 8601), names."""

    subject: str
    predicate: str
    target: str
    justification: str
    confidence: str
    date: str
    subject_label: str = ""
    target_label: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class LinkSet:
    """Links with what is said of them all: `head` by the names of SSSOM's slots, `prefixes` for their CURIEs."""

    name: str
    head: Mapping[str, str]
    prefixes: Mapping[str, str]
    links: tuple[Link, ...] = field(default=())


def read(path: Path) -> LinkSet:
    """The links of a table; KgError where a column, a prefix or a value is missing."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: {error}; give a table in SSSOM's form") from error
    head, prefixes = _head(line[1:] for line in lines if line.startswith("#"))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        links = tuple(_link({**head, **{k: v for k, v in row.items() if v}}, prefixes) for row in rows)
    except KeyError as error:
        raise KgError(f"{path}: there is no {error}; correct the table") from error
    return LinkSet(path.name.removesuffix(SUFFIX), head, prefixes, links)


def write(links: LinkSet, path: Path) -> None:
    """The table, its links in their order; the same links give the same bytes."""
    out = io.StringIO(newline="")
    out.writelines(f"#{line}\n" for line in _lines(links))
    table = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    table.writerow(COLUMNS)
    table.writerows(map(_row, links.links, (links.prefixes for _ in links.links)))
    path.write_text(out.getvalue(), "utf-8")


def _head(lines: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    head: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for line in lines:
        name, _, value = line.strip().partition(": ")
        if name.rstrip(":") != _PREFIXES:
            (prefixes if line.startswith("  ") else head)[name] = value.strip('"')
    return head, prefixes


def _lines(links: LinkSet) -> Iterator[str]:
    yield f"{_PREFIXES}:"
    yield from (f'  {prefix}: "{iri}"' for prefix, iri in links.prefixes.items())
    yield from (f'{name}: "{value}"' for name, value in links.head.items())


def _link(row: Mapping[str, str], prefixes: Mapping[str, str]) -> Link:
    ids = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    subject, predicate, target, justification = (_expanded(row[name], prefixes) for name in ids)
    labels = row.get("subject_label", ""), row.get("object_label", ""), row.get("comment", "")
    return Link(subject, predicate, target, justification, row["confidence"], row["mapping_date"], *labels)


def _row(link: Link, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    short = {iri: _short(iri, prefixes) for iri in (link.subject, link.predicate, link.target, link.justification)}
    return (
        short[link.subject],
        link.subject_label,
        short[link.predicate],
        short[link.target],
        link.target_label,
        short[link.justification],
        link.confidence,
        link.date,
        link.comment,
    )


def _expanded(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + _HIDDEN.sub(lambda found: unquote(found[0]), local)


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    prefix = max((p for p in prefixes if iri.startswith(prefixes[p])), key=lambda p: len(prefixes[p]))
    return f"{prefix}:{_CHINESE.sub(lambda found: quote(found[0]), iri.removeprefix(prefixes[prefix]))}"
