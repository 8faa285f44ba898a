"""The words of the pages in both languages, and which language a request wants."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache

from starlette.requests import Request

from kg import resources
from kg.serve import media

LANGUAGES = ("zh", "en")
_LIKED = {name: name[:2] for name in ("zh", "zh-cn", "zh-hans", "zh-hant", "zh-tw", "zh-hk", "en", "en-us", "en-gb")}


def language(request: Request) -> str:
    """zh or en: as the address says (?lang=en), else the cookie, else what the browser likes, else zh."""
    for said in (request.query_params.get("lang"), request.cookies.get("lang")):
        if said in LANGUAGES:
            return said
    liked = request.headers.get("accept-language", "")
    return (media.choose(liked, _LIKED) or "zh")[:2]


@cache
def words(language: str) -> Mapping[str, str]:
    """Key → words of the pages in a language, from the tables kg/data/words/*.tsv."""
    return {row["key"]: row[language] for row in _rows()}


def _rows() -> Iterator[Mapping[str, str]]:
    for path in sorted(resources.data("words").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
