"""The command that copies a store while it is served or written to."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE


@click.command()
@STORE
@click.argument("target", type=click.Path(path_type=Path))
def backup(store: Path, target: Path) -> None:
    """Copy a store as it is now to the new folder TARGET, also while it is served or written to.

    On the same disk this takes no time and little space: the copy shares its files with the store until they change.
    The copy is a store like any other: ask it, serve it, build on it. An update is in it whole or not at all.

    \b
    Examples:
      kg backup --store store backups/store-2026-11-26
      kg serve --store backups/store-2026-11-26
    """
    from kg.graph.store import Store, copy

    copy(store, target)
    with Store.open_for_reading(target) as opened:
        click.echo(f"{len(opened):,} quads in {target}")
