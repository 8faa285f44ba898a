"""The provisional concepts of a store that await a decision, with what is needed to decide."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg import lexicon
from kg.concepts.similar import Similar
from kg.graph import queries
from kg.graph.store import Store
from kg.model import Kind

QUERY = "provisional-mentions"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name to decide on.

    `kind` is what most mentions take it for, `forms` are other names of it, `rules` found it (the most frequent first),
    `contexts` show it as 【name】 in words of reports, one of each report first; `similar` are labels of the schemes.
    """

    kind: Kind
    name: str
    forms: tuple[str, ...]
    reports: int
    mentions: int
    rules: tuple[str, ...]
    contexts: tuple[str, ...]
    similar: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    """A row of the query: where a name stands and as what."""

    kind: str
    label: str
    names: str
    source: str
    report: str
    start: str
    surface: str
    context: str
    rule: str


def candidates(
    store: Store, *, kind: Kind | None = None, min_reports: int = 1, min_mentions: int = 1, contexts: int = 2
) -> list[Candidate]:
    """What no scheme in use (`lexicon.use`) has or rejects, of the `kind` if one is given, the most frequent first."""
    known = {name: entry.concept.label for entry in lexicon.concepts() for name in entry.concept.names}
    similar = Similar(known)
    found = [
        _candidate(name, mentions, similar, contexts)
        for name, mentions in _mentions(store).items()
        if name not in known and name not in lexicon.rejected()
    ]
    wanted = [c for c in found if kind in (None, c.kind) and c.reports >= min_reports and c.mentions >= min_mentions]
    return sorted(wanted, key=lambda c: (-c.reports, -c.mentions, c.name))


def _mentions(store: Store) -> dict[str, list[_Mention]]:
    """Name, written without quotation marks as schemes are → its mentions."""
    found: dict[str, list[_Mention]] = defaultdict(list)
    for row in queries.run(store, queries.load(QUERY)).rows():
        mention = _Mention(*("" if term is None else term.value for term in row))
        found[lexicon.bare(mention.label)].append(mention)
    return found


def _candidate(name: str, mentions: list[_Mention], similar: Similar, contexts: int) -> Candidate:
    kinds = Counter(mention.kind for mention in mentions)
    tails = tuple(name + tail for tail in lexicon.table("review.toml")["forms"]["tails"])
    forms = {lexicon.bare(form) for mention in mentions for form in mention.names.split("|")} - {name}
    forms = {form for form in forms if not form.startswith(tails)}
    rules = Counter(mention.rule for mention in mentions if mention.rule)
    return Candidate(
        kind=Kind(kinds.most_common(1)[0][0]),
        name=name,
        forms=tuple(sorted(forms)),
        reports=len({mention.report for mention in mentions}),
        mentions=len({(mention.report, mention.start) for mention in mentions}),
        rules=tuple(rule for rule, _ in rules.most_common()),
        contexts=tuple(_contexts(mentions))[:contexts],
        similar=similar.to((name, *sorted(forms))),
    )


def _contexts(mentions: Iterable[_Mention]) -> list[str]:
    """What stands around the name, no two alike, the first of every report before the second of one."""
    turn: Counter[str] = Counter()
    found: dict[str, int] = {}
    for mention in mentions:
        marked = (mention.context or mention.surface).replace(mention.surface, f"【{mention.surface}】")
        found.setdefault(" ".join(marked.split()), turn[mention.report])
        turn[mention.report] += 1
    return sorted(found, key=lambda context: found[context])
