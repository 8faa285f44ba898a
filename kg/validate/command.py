"""The command `kg validate`; what is heavy is imported inside it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.options import STORE


@click.command()
@STORE
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json", "turtle")),
    default="text",
    show_default=True,
    help="A line for each fault, or SHACL's validation report.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default="-", help="File to write [default: standard output]."
)
@click.option(
    "--shapes",
    "own",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of SHACL shapes of your own (Turtle), beside ours; repeatable.",
)
@click.option("--strict", is_flag=True, help="Also end with 1 where there are warnings only.")
def validate(store: Path, format_: str, output: Path, own: tuple[Path, ...], strict: bool) -> None:
    """Check the store against the SHACL shapes and the query checks; exit code 1 where there are violations.

    Warnings are of data that may be right but are worth a look: numbers far from their like, units that do not fit,
    the same number twice. Standard error sums up what was found.

    \b
    Examples:
      kg validate --store store
      kg validate --store store --format turtle -o report.ttl
      kg validate --store store --shapes my-shapes.ttl --strict
    """
    from kg.export import writing
    from kg.graph.store import Store
    from kg.validate import report
    from kg.validate import validate as check
    from kg.validate.results import VIOLATION

    with Store.open_for_reading(store) as opened:
        results = check(opened, own=own)
    with writing(sys.stdout.buffer if str(output) == "-" else output) as file:
        report.write(results, file, format_)
    violations = sum(result.severity == VIOLATION for result in results)
    for line in report.summary(results):
        click.echo(line, err=True)
    click.echo(f"{violations} violations, {len(results) - violations} warnings", err=True)
    if violations or (strict and results):
        raise click.exceptions.Exit(1)
