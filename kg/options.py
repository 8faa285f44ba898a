"""Options that several commands have and what they say, and how commands complain."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def bar(label: str, quiet: bool = False) -> Iterator[Callable[[int], Callable[[int], None]] | None]:
    """What is called with a total and gives what moves a bar on standard error, where that is a terminal; else None."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bars: list[object] = []

    def start(total: int) -> Callable[[int], None]:
        shown = click.progressbar(length=total, label=label, file=sys.stderr)
        bars.append(shown)
        shown.__enter__()
        return shown.update

    try:
        yield start
    finally:
        for shown in bars:
            shown.__exit__(None, None, None)  # type: ignore[attr-defined]


def pair(text: str) -> tuple[str, str]:
    """The name and the value of NAME=VALUE; QueryError where it is none."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise QueryError(f"{text!r} has no value; write it as name=value")
    return name, value
