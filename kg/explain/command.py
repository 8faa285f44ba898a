"""The command ``kg explain``; what is heavy is imported inside it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from kg import explain as explaining
from kg.errors import UnreadableInput
from kg.model import Reading
from kg.options import COLUMN, ENCODING, SCHEME, told

COLOURS = {"number": "green", "programme": "cyan", "strategy": "magenta", "damaged": "red"}
BRACKETS = {"number": "[{}]", "programme": "{{{}}}", "strategy": "<{}>", "damaged": "~{}~"}


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--at", "offset", type=click.IntRange(min=0), help="Explain what was read at this character of the file.")
@click.option("--number", help="Explain the first number written like this, taken or not.")
@click.option("--facts", is_flag=True, help="List the facts, one a line, instead of the marked text.")
@click.option("--repairs", is_flag=True, help="List what was repaired and how, and the lines that could not be mended.")
@click.option(
    "--member", metavar="NAME", help="Which document of an archive or dump: its name, or the number of its row."
)
@ENCODING
@COLUMN
@SCHEME
def explain(
    report: Path,
    offset: int | None,
    number: str | None,
    facts: bool,
    repairs: bool,
    member: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
    own: tuple[Path, ...],
) -> None:
    """Show what is read in a report and why.

    The text comes with its numbers, programmes and strategies marked (in colour on a terminal, else as [number],
    {programme}, <strategy>, ~line that could not be mended~); --at or --number gives the chain of decisions behind one,
    --repairs what was mended in the text before it was read.

    \b
    Examples:
      kg explain report.txt
      kg explain report.txt --number 650
      kg explain report.txt --repairs
      kg explain crawl.jsonl --member 17
    """
    from kg import lexicon, pipeline, schemes
    from kg.text import read

    options = told(encoding, columns)
    lexicon.use(schemes.read(own))
    reading = pipeline.read(read.source(read.one(report, options, member=member), encoding=encoding))
    if facts:
        for mark in explaining.marks(reading):
            words = reading.source.text[mark.start : mark.end][: explaining.LONGEST].replace("\n", " ")
            click.echo(f"{mark.start}-{mark.end}\t{mark.kind}\t{words}\t{mark.note}")
    elif repairs:
        _repairs(reading)
    elif offset is None and number is None:
        _marked(reading)
    else:
        at = _where(reading, number) if number is not None else offset
        lines = explaining.chain(reading, at or 0)
        click.echo("\n".join(lines) if lines else "Nothing was read there.")


def _repairs(reading: Reading) -> None:
    """A line with the number of repairs for each kind, then a line for each repair."""
    found = explaining.repairs(reading.document.text)
    for kind, number in Counter(mark.kind for mark in found).most_common():
        click.echo(f"{number:>6} {kind}")
    click.echo("" if found else "Nothing was repaired.")
    for mark in found:
        click.echo(f"{mark.start}-{mark.end}\t{mark.kind}\t{mark.note}")


def _where(reading: Reading, number: str) -> int:
    """Where a number is written: as a fact, else as a numeral not taken, else anywhere."""
    found = [m for m in explaining.marks(reading) if reading.source.text[m.start : m.end] == number]
    if found:
        return min(found, key=lambda m: (m.kind != "number", m.start)).start
    at = reading.source.text.find(number)
    if at < 0:
        raise UnreadableInput(reading.source.name, f"does not contain {number}", "give it as the file writes it")
    return at


def _marked(reading: Reading) -> None:
    colour = sys.stdout.isatty()
    for piece, mark in explaining.text(reading):
        if mark is None:
            click.echo(piece, nl=False)
        elif colour:
            click.echo(click.style(piece, fg=COLOURS[mark.kind], bold=True), nl=False)
        else:
            click.echo(BRACKETS[mark.kind].format(piece), nl=False)
    click.echo()
