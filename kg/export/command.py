"""The command `kg export`; what is heavy is imported inside it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from kg.options import STORE

DOORS = {  # format → the module that writes it
    **dict.fromkeys(("nquads", "trig", "turtle", "ntriples", "jsonld", "rdfxml"), "rdf"),
    **dict.fromkeys(("gexf", "graphml", "cytoscape", "nodelink", "dot", "neo4j"), "network"),
    **dict.fromkeys(("svg", "png"), "picture"),
    "html": "page",
    "geojson": "geojson",
    **dict.fromkeys(("csv", "xlsx", "parquet", "datapackage"), "tables"),
}


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Show the views and the formats with a sentence each, and stop."""
    if not wanted or context.resilient_parsing:
        return
    from kg.export import formats, views

    rows = {"Views:": {name: views.load(name).sentence for name in views.names()}, "Formats:": formats.sentences()}
    for heading, entries in rows.items():
        click.echo(heading)
        for name, sentence in entries.items():
            click.echo(f"  {name:<18} {sentence}")
    context.exit()


@click.command()
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="Show all views and formats and exit.",
)
@STORE
@click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(DOORS)),
    required=True,
    help="RDF, or a network for the tool of your choice; --list says more.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="-",
    help="File to write; of neo4j a folder or .zip, of datapackage a folder [default: standard output].",
)
@click.option("--report", metavar="KEY", help="Only this report, in turtle, trig and jsonld laid out for reading.")
@click.option("--view", metavar="NAME", help="Which view to write [default: programme-network]; --list names them.")
@click.option("--place", "places", multiple=True, metavar="NAME", help="Only this place and all in it; repeatable.")
@click.option("--programme", "programmes", multiple=True, metavar="NAME", help="Only this programme; repeatable.")
@click.option("--strategy", "strategies", multiple=True, metavar="NAME", help="Only this strategy; repeatable.")
@click.option("--year", "years", multiple=True, type=int, help="Only this year; repeatable.")
@click.option("--since", type=int, metavar="YEAR", help="Only this year and later ones.")
@click.option(
    "--compress", "packed", type=click.Choice(("gz", "zst")), help="Pack RDF [default: as the output's name ends]."
)
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    metavar="N",
    help="RDF as a folder of about N files that load in any order.",
)
def export(
    store: Path,
    format_: str,
    output: Path,
    report: str | None,
    view: str | None,
    places: tuple[str, ...],
    programmes: tuple[str, ...],
    strategies: tuple[str, ...],
    years: tuple[int, ...],
    since: int | None,
    packed: str | None,
    shards: int | None,
) -> None:
    """Write the store for other tools: RDF, networks for Gephi, Cytoscape or Neo4j, pictures and pages.

    Places, programmes and strategies go by their names, codes or IRIs. RDF of a selection holds the reports that fit
    whole, with all that they speak of; with --view, the view of the selection.

    \b
    Examples:
      kg export --store store --format trig -o graph.trig
      kg export --store store --format gexf --since 2019 -o network.gexf
      kg export --store store --format svg --view place-indicators --place 青溪镇 -o indicators.svg
      kg export --store store --format neo4j --view strategy-cascade -o neo4j/
      kg export --store store --format html -o network.html
      kg export --store store --format geojson --view place-indicators -o indicators.geojson
      kg export --store store --format turtle --report reports/2021.txt
      kg export --store store --format nquads --compress gz --shards 8 -o parts/
    """
    from kg.export import compress
    from kg.export.selection import Selection
    from kg.graph.store import Store

    if DOORS[format_] != "rdf" and (report or packed or shards):
        raise click.UsageError(f"--report, --compress and --shards are for RDF, not for {format_}")
    if DOORS[format_] != "rdf" and compress.method(output):
        raise click.UsageError(f"{output}: only RDF is packed; leave {output.suffix} off the name")
    if packed and compress.method(output) not in (None, packed):
        raise click.UsageError(f"{output}: --compress {packed} writes no {output.suffix}; let the two agree")
    if shards and str(output) == "-":
        raise click.UsageError("--shards makes several files; name a folder with -o")
    if report and (shards or view or places or programmes or strategies or years or since):
        raise click.UsageError("--report is one graph; leave out --shards, --view and what selects others")
    target = sys.stdout.buffer if str(output) == "-" else output
    selection = Selection(places, programmes, strategies, years, since)
    with Store.open_for_reading(store) as opened:
        if report is not None and format_ in ("turtle", "trig", "jsonld"):
            from kg.export import report as one

            one.export(opened, report, format_, target, packed=packed)
            return
        door = importlib.import_module(f"kg.export.{DOORS[format_]}")
        more = {"report": report, "packed": packed, "shards": shards} if DOORS[format_] == "rdf" else {}
        door.export(opened, format_, target, view=view, selection=selection, **more)
