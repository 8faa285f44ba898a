"""The graphs that the protocol names for an update, as the words USING of the update itself."""

from __future__ import annotations

from collections.abc import Sequence

from kg.graph.tokens import Token, depths, end, said, tokens
from kg.oxigraph import valid_iri
from kg.serve.refused import Refused


def over(update: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update with its patterns over these graphs; Refused where it names graphs itself, or one is no IRI."""
    if not default and not named:
        return update
    if bad := [graph for graph in (*default, *named) if not valid_iri(graph)]:
        raise Refused(400, f"{bad[0]!r} is no absolute IRI")
    words = tokens(update)
    if any(depth == 0 and said(token, "USING", "WITH") for depth, token in depths(words)):
        raise Refused(400, "the update names graphs itself (USING, WITH), and so does the request; name them once")
    using = "".join([*(f"USING <{graph}> " for graph in default), *(f"USING NAMED <{graph}> " for graph in named)])
    parts, done = [], 0
    for at, (depth, token) in enumerate(depths(words)):
        if depth == 0 and said(token, "WHERE"):
            parts += [update[done : token.start()], _template(update, words, at), using]
            done = token.start()
    return "".join([*parts, update[done:]])


def _template(update: str, words: Sequence[Token], where: int) -> str:
    """What DELETE WHERE { … } leaves out: its pattern once more, as what is taken away."""
    closed = end(words, where + 1) if where and said(words[where - 1], "DELETE") else None
    return "" if closed is None else f"{update[words[where + 1].start() : words[closed].end()]} "
