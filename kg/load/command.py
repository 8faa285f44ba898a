"""The command `kg load`; what is heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE, bar

FORMATS = ("nquads", "trig", "jsonld", "turtle", "ntriples", "rdfxml")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@STORE
@click.option("--graph", metavar="IRI", help="The named graph that triples (Turtle, RDF/XML, N-Triples) become.")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="The format [default: by the files' names].")
@click.option("--base", default=None, help="IRI under which the store's reports have their names.")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def load(
    files: tuple[Path, ...], store: Path, graph: str | None, format_: str | None, base: str | None, quiet: bool
) -> None:
    """Take RDF FILES, such as kg export writes, into a store.

    N-Quads, TriG, JSON-LD, Turtle, N-Triples and RDF/XML are read, also packed (.gz, .zst). A graph of the files
    replaces the graph of that name whole; places, periods and the like, which reports share, are added. Where a file
    is broken or hostile nothing is stored.

    \b
    Examples:
      kg load graph.nq.gz --store copy
      kg load parts/*.nq.zst --store copy
      kg load notes.ttl --graph https://example.org/notes --store store
    """
    from kg.graph import iris
    from kg.load import take

    with bar("Storing", quiet) as progress:
        done = take.load(
            files,
            store,
            graph=graph,
            format=format_,
            base=iris.instance_base(base) if base else iris.BASE,
            progress=progress,
        )
    if not quiet:
        fates = f"{done.added} new, {done.changed} replaced, {done.merged} added to, {done.unchanged} unchanged"
        click.echo(f"{done.statements:,} statements in graphs: {fates}\nstore: {store}")
