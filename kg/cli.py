"""The command line: a command parses its options, makes one call and shows the result.

Heavy imports stand inside the commands, so that ``kg --help`` answers at once.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from kg import __version__
from kg.backup import backup
from kg.concepts.command import concepts
from kg.describe.command import describe
from kg.errors import KgError
from kg.explain.command import explain
from kg.export.command import export
from kg.link.command import gazetteer, link
from kg.load.command import load
from kg.options import COLUMN, ENCODING, SCHEME, STORE, bar, complain, pair, told
from kg.push.command import push
from kg.serve.command import mcp, serve
from kg.validate.command import validate

if TYPE_CHECKING:
    from kg.build import Summary
    from kg.graph.queries import Query

_WIDTH, _WIDE = 16, 36  # columns of a kind that is counted, of a kind of links
QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld")


class _Commands(click.Group):
    """Turns what users may cause into one line on standard error and the exit code of the error."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except KgError as error:
            if context.params.get("debug"):
                raise
            complain(error)
            context.exit(error.exit_code)
        except BrokenPipeError:  # the reader of a pipe has had enough
            sys.stderr.close()
            context.exit(0)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def main(debug: bool) -> None:
    """Knowledge graphs from Chinese township work reports (乡镇年度工作总结, 政府工作报告).

    \b
    Build a store, ask it, look at it:
      kg build reports/ --store store
      kg query townships-by-programme --store store --param programme=厕所革命
      kg export --store store --format gexf -o network.gexf

    Exit codes: 0 done; 1 the data is at fault (the rest is done); 2 the call is at fault.
    """


@main.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
@STORE
@click.option("--samples", is_flag=True, help="Also read the sample reports that come with the package.")
@click.option("--any", "any_text", is_flag=True, help="Also take texts that do not read like work reports.")
@ENCODING
@COLUMN
@SCHEME
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to use [default: all cores].")
@click.option("--base", default=None, help="IRI under which reports and places get their names.")
@click.option(
    "--about",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="KG_ABOUT",
    help="Turtle that describes the data set, over our description: its publisher, say [variable: KG_ABOUT].",
)
@click.option(
    "--no-statistics",
    "counted",
    flag_value=False,
    default=True,
    help="Describe the data set without numbers: quicker for many small builds in a row.",
)
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def build(
    inputs: tuple[Path, ...],
    store: Path,
    samples: bool,
    any_text: bool,
    encoding: str | None,
    columns: tuple[str, ...],
    own: tuple[Path, ...],
    jobs: int | None,
    base: str | None,
    about: Path | None,
    counted: bool,
    quiet: bool,
) -> None:
    """Read reports (files, folders, patterns) into a store.

    Texts, HTML, Word (.docx, .doc) and PDF files are read, the rows of dumps (JSON Lines, CSV, Parquet, WARC), and what
    archives (zip, tar, gz) hold of them. A report that has not changed since the last build is skipped, a changed one
    replaces its own graph; what is no work report is skipped unless you give the file itself or say --any.

    \b
    Examples:
      kg build reports/2021 reports/2022.zip --store store
      kg build crawl.jsonl --column text=article --column date=day --store store
      kg build reports/ --scheme my-scheme.ttl --store store
      kg build reports/ --base https://data.example.org/ --about publisher.ttl --store store
    """
    from kg import build as building
    from kg import resources, schemes
    from kg.graph import iris

    folders = (*inputs, resources.data("samples")) if samples else inputs
    if not folders:
        raise click.UsageError("give files or folders to read, or --samples")
    chosen = iris.instance_base(base) if base else iris.BASE
    options, over = told(encoding, columns), schemes.read(own)
    with bar("Reading", quiet) as progress:
        summary = building.build(
            folders,
            store,
            base=chosen,
            jobs=jobs,
            any_text=any_text,
            options=options,
            own=over,
            about=about,
            counted=counted,
            progress=progress,
        )
    for problem in summary.problems:
        complain(problem)
    if not quiet:
        click.echo(_summary(summary, store))
    if summary.failed:
        raise click.exceptions.Exit(1)


def _summary(summary: Summary, store: Path) -> str:
    facts = ", ".join(f"{number} {kind}" for kind, number in sorted(summary.facts.items()))
    read = f"{summary.read} read ({summary.added} new, {summary.changed} changed)"
    held = f" with {summary.found} documents" if summary.found != summary.files else ""
    fates = f"{summary.files} files{held}: {read}, {summary.unchanged} unchanged, {summary.failed} failed"
    fates += f", {summary.skipped} skipped (no work reports)" if summary.skipped else ""
    fates += (
        f"; {summary.passed_over} more passed over (pictures, style sheets and the like)" if summary.passed_over else ""
    )
    if not summary.files:
        return fates
    opened = f"{summary.open_places} reports fit several places, see: kg query open-places --store {store}"
    places = f"places: {opened}\n" if summary.open_places else ""
    return f"{fates}\nfacts read: {facts or 'none'}\n{places}store: {store} ({summary.seconds:.1f} s)"


@main.command()
@click.argument("name", required=False)
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the Oxigraph store.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(QUERY_FORMATS),
    default="table",
    show_default=True,
    help="How to write the answer.",
)
@click.option(
    "--param", "-p", "params", multiple=True, metavar="NAME=VALUE", help="Bind a variable of the query; repeatable."
)
@click.option(
    "--service", metavar="URL", help="The endpoint that a query with SERVICE asks, instead of the one it names."
)
@click.option("--list", "listing", is_flag=True, help="List the packaged queries and what they answer.")
@click.option("--show", is_flag=True, help="Print the query itself instead of its answer.")
def query(
    name: str | None,
    store: Path | None,
    format_: str,
    params: tuple[str, ...],
    service: str | None,
    listing: bool,
    show: bool,
) -> None:
    """Ask a store: a packaged query by NAME, any .rq file, or - for standard input.

    \b
    Examples:
      kg query --list
      kg query outcomes --store store --format csv
      kg query programme-numbers --store store --param programme=厕所革命
      kg query federated/county-populations --store store
      echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | kg query - --store store
    """
    from kg.graph import queries

    if listing:
        for known in queries.names():
            if "/" not in known:
                click.echo(f"{known:<34} {queries.load(known).sentence}")
        return
    if not name:
        raise click.UsageError("give the name of a query, a file or -; kg query --list names them")
    asked = queries.Query("standard input", sys.stdin.read()) if name == "-" else queries.load(name)
    if show:
        click.echo(asked.text)
        return
    if store is None:
        raise click.UsageError("give --store DIR, the store to ask")
    _answer(asked, store, format_, params, service)


def _answer(asked: Query, store: Path, format_: str, params: tuple[str, ...], service: str | None) -> None:
    import shutil

    from kg.graph import queries
    from kg.graph.store import Store

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    with Store.open_for_reading(store) as opened, queries.others(asked):
        answer = queries.run(opened, asked, dict(map(pair, params)), service=service)
        queries.show(answer, format_, _stdout(), width=width)


def _stdout() -> BinaryIO:
    return sys.stdout.buffer


@main.command()
@STORE
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to write the counts.",
)
@click.option("--hash", "hashed", is_flag=True, help="Also the store's hash by RDFC-1.0, to cite or compare a version.")
def stats(store: Path, format_: str, hashed: bool) -> None:
    """Count what a store holds, its links by set and kind.

    Stores with the same statements have the same hash, whatever they were built or loaded from.

    \b
    Examples:
      kg stats --store store
      kg stats --store store --hash
    """
    import json

    from kg.export import canonical
    from kg.graph.store import Store
    from kg.link import mappings

    with Store.open_for_reading(store) as opened:
        counts = {iri.rsplit("#", 1)[-1]: number for iri, number in opened.counts().items()}
        sets = mappings.held(opened)
        links = {f"{name} {_local(p)}": number for name, held in sets.items() for p, number in held.sizes.items()}
        digest = canonical.digest(opened) if hashed else ""
    if format_ == "json":
        more = ({"links": links} if links else {}) | ({"hash": digest} if hashed else {})
        click.echo(json.dumps(counts | more, ensure_ascii=False, indent=2))
        return
    for kind, number in counts.items():
        click.echo(f"{kind:<{_WIDTH}} {number:>12,}")
    for kind, number in links.items():
        click.echo(f"{kind:<{_WIDE}} {number:>6,}")
    if hashed:
        click.echo(f"{'hash':<{_WIDTH}} {digest}")


def _local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


main.add_command(gazetteer)
main.add_command(link)
main.add_command(explain)
main.add_command(concepts)
main.add_command(export)
main.add_command(describe)
main.add_command(validate)
main.add_command(load)
main.add_command(push)
main.add_command(serve)
main.add_command(mcp)
main.add_command(backup)
