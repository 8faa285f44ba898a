"""The command `kg push`; what is heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE, bar, complain


@click.command()
@STORE
@click.option("--endpoint", required=True, metavar="URL", help="Address of the other store's Graph Store Protocol.")
@click.option("--query-endpoint", metavar="URL", help="Its SPARQL address: also see what others changed there.")
@click.option(
    "--user", envvar="KG_PUSH_USER", default="", help="Who you are there [variable: KG_PUSH_USER; else .netrc]."
)
@click.option(
    "--password", envvar="KG_PUSH_PASSWORD", default="", help="Better in the variable KG_PUSH_PASSWORD or in .netrc."
)
@click.option("--token", envvar="KG_PUSH_TOKEN", default="", help="A bearer token [variable: KG_PUSH_TOKEN].")
@click.option("--delete", is_flag=True, help="Delete there what an earlier push sent and the store no longer has.")
@click.option("--all", "everything", is_flag=True, help="Send everything, changed or not.")
@click.option("--dry-run", is_flag=True, help="Only list what would be sent and deleted.")
@click.option(
    "--manifest", metavar="IRI", help="The graph there that says what was pushed; one for each of your stores."
)
@click.option("--base", default=None, help="IRI under which the store's reports have their names.")
@click.option("--jobs", type=click.IntRange(1, 8), default=2, show_default=True, help="Graphs to send at a time.")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=60, show_default=True, help="Seconds to wait for an answer."
)
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def push(
    store: Path,
    endpoint: str,
    query_endpoint: str | None,
    user: str,
    password: str,
    token: str,
    delete: bool,
    everything: bool,
    dry_run: bool,
    manifest: str | None,
    base: str | None,
    jobs: int,
    timeout: float,
    quiet: bool,
) -> None:
    """Put the store's named graphs into another store: only what changed since the last push.

    Any store with the SPARQL 1.1 Graph Store Protocol will do, such as Virtuoso or Jena Fuseki. What was
    pushed is noted there in a small graph. A graph that fails is named and the rest goes on; run it again to send
    what is missing.

    \b
    Examples:
      kg push --store store --endpoint http://localhost:8890/sparql-graph-crud-auth --user dba --dry-run
      kg push --store store --endpoint https://example.org/ds/data --query-endpoint https://example.org/ds/sparql
    """
    from kg.graph import iris
    from kg.graph.store import Store
    from kg.push import send
    from kg.push.endpoint import Endpoint, Login

    chosen = iris.instance_base(base) if base else iris.BASE
    target = Endpoint(endpoint, query_endpoint, login=Login(user, password, token), timeout=timeout)
    with Store.open_for_reading(store, base=chosen) as opened, bar("Sending", quiet or dry_run) as progress:
        done = send.push(
            opened,
            target,
            manifest_graph=manifest or iris.graph("pushed", chosen),
            everything=everything,
            delete=delete,
            dry_run=dry_run,
            jobs=jobs,
            progress=progress,
        )
    for problem in done.problems:
        complain(problem)
    if dry_run:
        for word, graphs in (("send", done.sent), ("delete", done.deleted)):
            for graph in graphs:
                click.echo(f"{word}\t{graph}")
    elif not quiet:
        rest = f", {len(done.gone)} gone here and left there (--delete)" if done.gone else ""
        fates = f"{len(done.sent)} sent, {done.unchanged} unchanged, {len(done.deleted)} deleted"
        click.echo(f"{fates}, {len(done.problems)} failed{rest}")
    if done.problems:
        raise click.exceptions.Exit(1)
