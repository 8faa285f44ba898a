"""The commands `kg serve` and `kg mcp`; what is heavy is imported inside them."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import STORE

_MEGABYTE = 1 << 20
_ROWS, _ANSWER = 1000, 1 << 20  # rows and bytes that an assistant can make something of
_TOKEN = 16  # characters of a token at least


@click.command()
@click.option("--store", type=click.Path(path_type=Path), help="Folder of the Oxigraph store.")
@click.option("--endpoint", default="", metavar="URL", help="Instead of a store: the SPARQL endpoint of another one.")
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
@click.option("--service", multiple=True, metavar="URL", help="An endpoint queries may name with SERVICE; repeatable.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take updates from who knows what this file holds; without it none are taken.",
)
@click.option("--quiet", is_flag=True, help="No line for every request.")
def serve(
    store: Path | None,
    endpoint: str,
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
    service: tuple[str, ...],
    token_file: Path | None,
    quiet: bool,
) -> None:
    """Serve a store over HTTP: SPARQL at /sparql, its graphs at /store, names matched at /reconcile.

    Beside them are /health and /metrics.

    Only this machine is served unless you say otherwise with --host. Every query runs in a process of its own that has
    no network and is ended at its limits. SIGHUP opens a rebuilt store; SIGTERM ends after the requests at work.

    \b
    Examples:
      kg serve --store store --port 8000
      curl http://127.0.0.1:8000/sparql --data-urlencode 'query=SELECT * { ?s ?p ?o } LIMIT 3'
      kg serve --endpoint http://127.0.0.1:8890/sparql
      kg serve --store store --timeout 10 --memory 1024 --workers 8 --public https://data.example.org
    """
    from dataclasses import replace

    from kg.graph import iris
    from kg.serve import server
    from kg.serve.settings import Limits, Settings

    if bool(store) == bool(endpoint):
        raise click.UsageError("give --store DIR or --endpoint URL, one of them")
    if bad := [url for url in (endpoint, *service) if url and not url.startswith(("http://", "https://"))]:
        raise click.UsageError(f"{bad[0]!r} is no http address")
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
        Settings(limits, public, not quiet, service, _token(token_file) if token_file else "", endpoint),
        host=host,
        port=port,
        base=iris.instance_base(base) if base else iris.BASE,
    )


def _token(path: Path) -> str:
    """The token that a file holds; a usage error where it is easily guessed."""
    token = path.read_text("utf-8").strip()
    if len(token) < _TOKEN:
        raise click.UsageError(f"{path} holds fewer than {_TOKEN} characters; make a token: openssl rand -hex 32")
    return token


@click.command()
@STORE
@click.option("--base", default=None, help="IRI under which the store's reports and places have their names.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.05), default=30, show_default=True, help="Seconds that a query may take."
)
@click.option("--memory", type=click.IntRange(64), default=2048, show_default=True, help="MB that a query may use.")
def mcp(store: Path, base: str | None, timeout: float, memory: int) -> None:
    """Answer assistants about a store: a server of the Model Context Protocol on standard input and output.

    Its tools: search for names, facts with the sentences that say them, lines of texts, SPARQL in processes
    without a network, and example queries. An assistant starts it itself; give it this command.

    \b
    Examples:
      kg mcp --store store
      kg mcp --store store --timeout 10
    """
    from kg.errors import MissingLibrary
    from kg.graph import iris
    from kg.serve.settings import Limits

    try:
        from kg.serve.assistants import Assistants
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise MissingLibrary("mcp", "kg mcp", "mcp") from error
    limits = Limits(seconds=timeout, memory=memory * _MEGABYTE, rows=_ROWS, answer=_ANSWER, workers=2)
    Assistants(store, limits, iris.instance_base(base) if base else iris.BASE).server().run("stdio")
