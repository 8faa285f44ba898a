"""The command that shows how a store describes itself."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE


@click.command()
@STORE
@click.option(
    "--format",
    "format_",
    type=click.Choice(("turtle", "schema")),
    default="turtle",
    show_default=True,
    help="All of it, or JSON-LD in the terms of schema.org for the page of the data set.",
)
@click.option(
    "--language",
    type=click.Choice(("zh", "en")),
    default="zh",
    show_default=True,
    help="The language of what schema.org's terms say.",
)
def describe(store: Path, format_: str, language: str) -> None:
    """Show how a store describes itself: as DCAT, VoID and PROV, or in the terms of schema.org for search engines.

    \b
    Examples:
      kg describe --store store
      kg describe --store store --format schema --language en
    """
    import json
    import sys

    from kg.describe.description import described_in
    from kg.describe.schema_org import tree
    from kg.graph.namespaces import PREFIXES
    from kg.graph.store import Store
    from kg.oxigraph import serialize

    with Store.open_for_reading(store) as opened:
        if format_ == "schema":
            click.echo(json.dumps(tree(opened, language), ensure_ascii=False, indent=2))
        else:
            serialize(opened.statements(described_in(opened)), sys.stdout.buffer, "turtle", PREFIXES)
