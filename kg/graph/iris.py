"""The IRIs of what a store holds: valid for any key or name, readable for Chinese ones, and the way back to the key.

Only what RFC 3987 forbids, what cannot be seen (spaces, controls, direction marks) and what would break the
structure of the IRI is percent-encoded, so 县溪镇 stays 县溪镇.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from kg.errors import KgError
from kg.model import Concept, Kind, Level, Period, Place, Practice
from kg.oxigraph import valid_iri

SCHEMES = "https://w3id.org/township-kg/"  # the schemes' base never changes
BASE = SCHEMES  # the instance base, unless another is configured

# RFC 3987 `ipchar` without % and without the invisible: U+00AD, U+061C, U+1680, U+180E, U+2000-200F, U+2028-202F,
# U+205F-206F, U+3000, U+FE00-FE0F, U+FEFF, U+FFF0-FFFD and the planes' private and unassigned ends.
_KEPT = (
    r"A-Za-z0-9\-._~!$&'()*+,;=:@"
    "\u00a1-\u00ac\u00ae-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufdff\ufe10-\ufefe\uff00-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_IN_NAME = re.compile(f"[^{_KEPT}]+")
_IN_KEY = re.compile(f"[^{_KEPT}/]+")
_IN_LOCAL = re.compile(f"(?!%[0-9A-Fa-f]{{2}})[^{_KEPT}]")  # a local name may be encoded already
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_DOTS = re.compile(r"(?<![^/])\.{1,2}(?![^/])")  # path segments that a resolver would remove


def instance_base(text: str) -> str:
    """`text` as a base for instances, ending in a slash; KgError where it is not an absolute http IRI."""
    if not re.match(r"https?://[^/?#]+", text) or not valid_iri(text) or set("?#") & set(text):
        raise KgError(f"{text!r} is no base for IRIs; give one like {BASE}")
    return text if text.endswith("/") else f"{text}/"


def report(key: str, base: str = BASE) -> str:
    """The IRI of the report with this key, and of the named graph that holds what it says."""
    return f"{base}report/{_DOTS.sub(_hide_dots, _IN_KEY.sub(_encode, key))}"


def key_of(iri: str, base: str = BASE) -> str | None:
    """The key of a report IRI, None for any other IRI."""
    prefix = f"{base}report/"
    return unquote(iri.removeprefix(prefix), errors="surrogatepass") if iri.startswith(prefix) else None


def outcome(report_iri: str, start: int) -> str:
    """The outcome whose number starts at source offset `start`."""
    return f"{report_iri}#outcome-{start}"


def passage(report_iri: str, start: int, end: int) -> str:
    """The passage over the source offsets [start, end), as RFC 5147 writes them."""
    return f"{report_iri}#char={start},{end}"


def selector(report_iri: str, start: int, end: int) -> str:
    """The selector of that passage."""
    return f"{report_iri}#sel={start},{end}"


def metadata(report_iri: str, number: int) -> str:
    """One entry of the report's metadata that has no term of its own."""
    return f"{report_iri}#metadata-{number}"


def implementation(report_iri: str, practice: Practice, programme: Concept) -> str:
    """That this report's place carries out or plans the programme."""
    provisional = "" if programme.known else "provisional-"
    return f"{report_iri}#does-{practice}-{provisional}{_local(programme)}"


def place(unit: Place, base: str = BASE) -> str | None:
    """A province, prefecture or county by its code, a township by its county's code and its name.

    A former county has its name behind its code, which may be another unit's today. None where neither code nor county
    is known: such a place is only known from its report.
    """
    from kg.link import history  # tables that a process which only reads a store does without

    if unit.level is not Level.TOWNSHIP:
        if not unit.code:
            return None
        return f"{base}place/{_name(unit.code)}" + (f"/{_name(unit.name)}" if history.of(unit) else "")
    county = unit.code[:6] if unit.code else unit.parent and unit.parent.code
    return f"{base}place/{_name(county)}/{_name(unit.name)}" if county else None


def village(container: str, name: str) -> str:
    """A village of a township, below the township's IRI."""
    return f"{container}/{_name(name)}"


def unlisted_place(key: str, name: str, base: str = BASE) -> str:
    """A place that the official list does not have: reports of one folder mean the same place by one name."""
    folder = key.rpartition("/")[0]
    return f"{base}place/unlisted/{_name(folder)}/{_name(name)}"


def unknown_place(report_iri: str) -> str:
    """The place of a report that does not say which one it is."""
    return f"{report_iri}#place"


def concept(named: Concept, base: str = BASE) -> str:
    """A programme or strategy: of the scheme where it is known, else provisional and of this base."""
    local = f"{named.kind.value}/{_local(named)}"
    return named.iri or f"{SCHEMES}{local}" if named.known else f"{base}provisional/{local}"


def accepted(kind: Kind, label: str, base: str) -> str:
    """A programme or strategy that a user takes into a scheme of her own, which has the base."""
    return f"{base}{kind.value}/{local_name(label)}"


def local_name(text: str) -> str:
    """A text as one part of an IRI."""
    return _name(text)


def indicator(slug: str) -> str:
    """The canonical indicator with this local name."""
    return f"{SCHEMES}indicator/{_scheme_name(slug)}"


def unit(slug: str) -> str:
    """The unit with this local name."""
    return f"{SCHEMES}unit/{_scheme_name(slug)}"


def unknown_period(base: str = BASE) -> str:
    """The period of an outcome whose time the report does not tell."""
    return f"{base}period/unknown"


def period(span: Period, base: str = BASE) -> str:
    """A whole year by its number, another period by its first and last day."""
    first, last = span.first.isoformat(), span.last.isoformat()
    year = first[:4]
    return (
        f"{base}period/{year}"
        if (first, last) == (f"{year}-01-01", f"{year}-12-31")
        else f"{base}period/{first}_{last}"
    )


def run(name: str, base: str = BASE) -> str:
    """The run of the extractor with this name (version and lexicon hash)."""
    return f"{base}run/{_name(name)}"


def run_of(iri: str, base: str = BASE) -> str:
    """The name of the run with this IRI."""
    return unquote(iri.removeprefix(f"{base}run/"), errors="surrogatepass")


def graph(name: str, base: str = BASE) -> str:
    """The named graph that holds the ontology, the schemes, the places, the runs, or a set of links (links/…)."""
    return f"{base}graph/{_IN_KEY.sub(_encode, name)}"


def code_list(name: str) -> str:
    """A list of codes as of a day, the datatype of its codes; the same for all instance bases."""
    return f"{SCHEMES}codes/{name}"


def dataset(base: str = BASE) -> str:
    """The data set as a whole: everything that a store holds."""
    return f"{base}dataset"


def part(name: str, base: str = BASE) -> str:
    """A part of the data set: one of its data cubes (values, ranges, masked), or its graphs of one kind."""
    return f"{base}dataset/{_IN_KEY.sub(_encode, name)}"


@lru_cache(4096)  # a report has each of its names several times
def _name(text: str) -> str:
    return _IN_NAME.sub(_encode, text)


@lru_cache(4096)
def _scheme_name(slug: str) -> str:
    return _IN_LOCAL.sub(_encode, slug)


def _local(named: Concept) -> str:
    """The scheme's local name as it stands there; a provisional concept has only its label."""
    return _scheme_name(named.slug) if named.known else _name(named.label)


def from_address(path: str) -> str:
    """The part of an IRI that a path as it goes over the wire (%E5%8E%BF, 县) stands for, encoded as we encode it.

    What is encoded in the IRI itself (%20, %2E, a stray byte) stays so.
    """
    return _BEYOND_ASCII.sub(_decode, path)


def _decode(match: re.Match[str]) -> str:
    try:
        return _IN_KEY.sub(_encode, unquote(match[0], errors="strict"))
    except UnicodeDecodeError:
        return match[0]


def _encode(match: re.Match[str]) -> str:
    return quote(match[0], safe="", errors="surrogatepass")


def _hide_dots(match: re.Match[str]) -> str:
    return match[0].replace(".", "%2E")
