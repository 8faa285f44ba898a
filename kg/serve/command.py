"""The command `kg serve`; what is heavy is imported inside it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE

_MEGABYTE = 1 << 20


@click.command()
@STORE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: one that is free.")
@click.option("--public", default="", metavar="URL", help="The server's address as clients see it, behind a proxy.")
@click.option("--base", default=None, help="IRI under which the store's reports and places have their names.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.05), default=30, show_default=True, help="Seconds that a query may take."
)
@click.option("--rows", type=click.IntRange(1), default=1_000_000, show_default=True, help="Rows of an answer.")
@click.option("--answer", type=click.IntRange(1), default=256, show_default=True, help="MB of an answer.")
@click.option("--memory", type=click.IntRange(64), default=2048, show_default=True, help="MB that a query may use.")
@click.option("--workers", type=click.IntRange(1), help="Queries at a time [default: the cores, at least 4].")
@click.option("--queue", type=click.IntRange(0), default=64, show_default=True, help="Queries that may wait.")
@click.option("--body", type=click.IntRange(1), default=256, show_default=True, help="kB of a query.")
@click.option("--quiet", is_flag=True, help="No line for every request.")
def serve(
    store: Path,
    host: str,
    port: int,
    public: str,
    base: str | None,
    timeout: float,
    rows: int,
    answer: int,
    memory: int,
    workers: int | None,
    queue: int,
    body: int,
    quiet: bool,
) -> None:
    """Serve a store over HTTP, read-only: SPARQL at /sparql, its graphs at /store, names matched at /reconcile.

    Beside them are /health and /metrics.

    Only this machine is served unless you say otherwise with --host. Every query runs in a process of its own that has
    no network and is ended at its limits. SIGHUP opens a rebuilt store; SIGTERM ends after the requests at work.

    \b
    Examples:
      kg serve --store store --port 8000
      curl http://127.0.0.1:8000/sparql --data-urlencode 'query=SELECT * { ?s ?p ?o } LIMIT 3'
      kg serve --store store --timeout 10 --memory 1024 --workers 8 --public https://data.example.org
    """
    from dataclasses import replace

    from kg.graph import iris
    from kg.serve import server
    from kg.serve.settings import Limits, Settings

    limits = Limits(
        seconds=timeout,
        rows=rows,
        answer=answer * _MEGABYTE,
        memory=memory * _MEGABYTE,
        queue=queue,
        body=body << 10,
    )
    limits = replace(limits, workers=workers) if workers else limits
    server.run(
        store,
        Settings(limits, public, log=not quiet),
        host=host,
        port=port,
        base=iris.instance_base(base) if base else iris.BASE,
    )
