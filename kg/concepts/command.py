"""The commands ``kg concepts …``; what is heavy is imported inside them."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.options import SCHEME, complain

if TYPE_CHECKING:
    from kg.concepts.review import Candidate

FORMATS = ("table", "csv", "json", "tsv")


@click.group()
def concepts() -> None:
    """Names that look like programmes or strategies and are in no scheme: review them, and decide.

    \b
    Examples:
      kg concepts review --store store -o decisions.csv
      kg concepts apply decisions.csv --scheme my-scheme.ttl
      kg build reports/ --scheme my-scheme.ttl --store store
    """


@concepts.command()
@click.option("--store", type=click.Path(path_type=Path), required=True, help="Folder of the Oxigraph store.")
@SCHEME
@click.option("--kind", type=click.Choice(("programme", "strategy")), help="Only these.")
@click.option("--min-reports", type=click.IntRange(min=1), default=1, help="Only names that so many reports have.")
@click.option("--min-mentions", type=click.IntRange(min=1), default=1, help="Only names that stand in so many places.")
@click.option("--limit", type=click.IntRange(min=1), help="Only so many, the most frequent ones.")
@click.option(
    "--contexts", type=click.IntRange(min=1), default=2, show_default=True, help="How many places to show of each."
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True, help="How to list them."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a new table of decisions (CSV) instead, to fill in."
)
def review(
    store: Path,
    own: tuple[Path, ...],
    kind: str | None,
    min_reports: int,
    min_mentions: int,
    limit: int | None,
    contexts: int,
    format_: str,
    output: Path | None,
) -> None:
    """List the names to decide on, the most frequent first, with what reports say around them.

    With -o the list becomes a table for a spreadsheet program. Write accept, merge or reject into its column decision;
    for merge, the label of the other concept under into (similar has some); where you like, another kind and label, an
    English label, a policy area, a level, and whether it is a name only where it is quoted. Then: kg concepts apply.
    What a scheme given with --scheme has or rejects is not listed.

    \b
    Examples:
      kg concepts review --store store --min-reports 3
      kg concepts review --store store --scheme my-scheme.ttl -o decisions.csv
    """
    from kg import lexicon, schemes
    from kg.concepts import table
    from kg.concepts.review import candidates
    from kg.graph.store import Store
    from kg.model import Kind

    lexicon.use(schemes.read(own))
    with Store.open_for_reading(store) as opened:
        found = candidates(
            opened,
            kind=Kind(kind) if kind else None,
            min_reports=min_reports,
            min_mentions=min_mentions,
            contexts=contexts,
        )
    chosen = found[:limit]
    if output is None:
        _show(chosen, format_)
    else:
        table.write(chosen, output)
        click.echo(f"{output}: {len(chosen)} names to decide")


def _show(found: list[Candidate], format_: str) -> None:
    from kg.concepts import table
    from kg.graph import queries

    rows = [table.FACTS, *map(table.facts, found)]
    if format_ == "json":
        click.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
    elif format_ == "table":
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        click.echo(queries.aligned(rows, width=width), nl=False)
    else:
        csv.writer(sys.stdout, "excel" if format_ == "csv" else "excel-tab", lineterminator="\n").writerows(rows)


@concepts.command("apply")
@click.argument("decisions", type=click.Path(path_type=Path))
@click.option(
    "--scheme", type=click.Path(path_type=Path), required=True, help="Your scheme (Turtle); made where there is none."
)
def apply_decisions(decisions: Path, scheme: Path) -> None:
    """Carry out DECISIONS, a table from kg concepts review, in a scheme of your own.

    Accepted names become concepts of the scheme, merged ones further names of their concept, rejected ones are listed
    as no concepts. What else is in the file stays as it is. Rows that cannot be carried out are named, and the rest is
    done.

    \b
    Example:
      kg concepts apply decisions.csv --scheme my-scheme.ttl
    """
    from kg.concepts import decide, table

    applied = decide.apply(table.read(decisions), scheme)
    for problem in applied.problems:
        complain(problem)
    done = ", ".join(f"{applied.done[word]} {said}" for word, said in decide.SAID.items())
    click.echo(f"{scheme}: {done}, {len(applied.problems)} refused")
    if applied.problems:
        raise click.exceptions.Exit(1)
