"""The page of the ontology is what its script makes of the ontology, whole, and needs nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from docs.ontology import page
from kg.graph.namespaces import PREFIXES, TKG

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "ontology.html").read_text("utf-8")
IDS = re.findall(r' id="([^"]+)"', PAGE)
LINKS = re.findall(r' href="([^"]+)"', PAGE)
PLACES = re.compile(r' (?:d|x|y|viewBox|width|height)="[^"]*"')  # another dot may put things elsewhere


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) lays the picture out")
def test_the_page_is_what_the_script_makes() -> None:
    made = PLACES.sub("", page())
    assert made.strip() == PLACES.sub("", PAGE).strip(), "run python -m docs.ontology > docs/ontology.html"


def test_every_term_has_its_place_so_that_its_iri_leads_there() -> None:
    assert {term.removeprefix(PREFIXES["tkg"]) for term in TKG} <= set(IDS)
    assert not [name for name, times in Counter(IDS).items() if times > 1]


def test_links_lead_somewhere() -> None:
    inside = {link[1:] for link in LINKS if link.startswith("#")}
    files = {link for link in LINKS if not link.startswith(("#", "http"))}
    assert len(inside) > 60 and inside <= set(IDS)
    assert len(files) > 5 and all((DOCS / file).exists() for file in files)


def test_the_page_opens_without_a_network() -> None:
    assert not re.findall(r"<(?:script|link|img|iframe|object)\b|@import|url\((?!#)|\ssrc=", PAGE)


def test_each_label_is_beside_its_arrow_in_both_languages() -> None:
    figure = PAGE[PAGE.index("<figure>") : PAGE.index("</figure>")]
    for row in ("所属项目", "programme", "sdmx-dimension:", "refArea", "工作报告", "Report"):
        assert f">{row}<" in figure
    assert figure.count("<path") - 1 == figure.count('class="label"') > 15
