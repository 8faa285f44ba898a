"""Options that several commands have and what they say, and how commands complain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import KgError, QueryError

if TYPE_CHECKING:
    from kg.text.read import Options

STORE = click.option("--store", type=click.Path(path_type=Path), required=True, help="Folder of the Oxigraph store.")
ENCODING = click.option("--encoding", help="The encoding of texts and pages, where you know it [default: found out].")
COLUMN = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ROLE=NAME",
    help="Which column of a dump is its text, html, url, title, date, place, site or publisher; repeatable.",
)

SCHEME = click.option(
    "--scheme",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    envvar="KG_SCHEME",
    help="A scheme of your own (Turtle), over ours; repeatable, the last one wins [variable: KG_SCHEME].",
)


def told(encoding: str | None, columns: tuple[str, ...] = ()) -> Options:
    """What the user says of inputs; a usage error where there is no such encoding or role."""
    from kg.text.read import ROLES, Options, known_encoding

    if encoding is not None and not known_encoding(encoding):
        raise click.UsageError(
            f"--encoding {encoding!r} is unknown; say utf-8, gb18030, big5 or another that Python has"
        )
    told = dict(map(pair, columns))
    if unknown := [role for role in told if role not in ROLES]:
        raise click.UsageError(f"--column {unknown[0]!r} is no role; roles are {', '.join(ROLES)}")
    return Options(encoding, told)


def complain(error: KgError) -> None:
    """One line on standard error."""
    kind = "error" if error.exit_code else "skipped"
    click.echo(f"{kind}: {' '.join(str(error).split())}", err=True)


def pair(text: str) -> tuple[str, str]:
    """The name and the value of NAME=VALUE; QueryError where it is none."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise QueryError(f"{text!r} has no value; write it as name=value")
    return name, value
