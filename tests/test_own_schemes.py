"""Schemes of the user's over ours: what they add, replace and take away, in the lexicon, the store and the readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg import build, lexicon, schemes
from kg.errors import SchemeError
from kg.graph import queries
from kg.graph.store import Store
from kg.model import Concept
from kg.oxigraph import Term
from kg.recognise import listed, names
from kg.validate import validate
from tests.test_cli import REPORT

HEAD = """@base <https://w3id.org/township-kg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tkg: <https://w3id.org/township-kg/ontology#> .
<scheme/mine> a skos:ConceptScheme ; skos:prefLabel "我的词表"@zh .
"""
WHOLE = '<programme/河长制> a tkg:Programme ; skos:inScheme <scheme/mine> ; skos:prefLabel "河长治水"@zh .'
ADDED = '<programme/厕所革命> skos:altLabel "茅厕更新"@zh .'
TAKEN = """<programme/改厕> a tkg:Programme ; skos:inScheme <scheme/mine> ; tkg:level tkg:county ;
    skos:prefLabel "厕所革命"@zh ."""
NONE = '<scheme/mine> tkg:notAConcept "厕所革命" , "四点半课堂" .'
FOREIGN = """<https://example.org/kg/programme/河长制> a tkg:Programme ; skos:inScheme <scheme/mine> ;
    skos:prefLabel "河长制"@zh ."""

Use = Callable[..., tuple[schemes.Own, ...]]


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Use]:
    """Puts schemes of these statements, one file each, in use; gives them back."""

    def put(*bodies: str) -> tuple[schemes.Own, ...]:
        paths = [tmp_path / f"{number}.ttl" for number, _ in enumerate(bodies)]
        for path, body in zip(paths, bodies, strict=True):
            path.write_text(HEAD + body, "utf-8", "surrogateescape")
        own = schemes.read(paths)
        lexicon.use(own)
        return own

    yield put
    lexicon.use()


def found(text: str) -> dict[str, Concept]:
    """What a sentence names → the concept."""
    return {text[name.start : name.end]: name.concept for name in names.recognise(text)}


def concept(label: str) -> Concept:
    return listed.known()[label]


def test_a_concept_of_the_same_name_replaces_ours_whole(use: Use) -> None:
    assert "民间河长" in listed.known() and concept("河长制").level
    use(WHOLE)
    assert concept("河长治水").slug == "河长制" and concept("河长治水").level is None
    assert "河长制" not in listed.known() and "各级河长" not in listed.known()


def test_a_label_is_added_to_a_concept_of_ours(use: Use) -> None:
    use(ADDED)
    assert concept("茅厕更新") == concept("厕所革命")
    assert found("全镇实施茅厕更新")["茅厕更新"].label == "厕所革命"


def test_a_label_of_the_user_wins_over_ours(use: Use) -> None:
    others = set(concept("厕所革命").names) - {"厕所革命"}
    use(TAKEN)
    assert concept("厕所革命").slug == "改厕" and concept("厕所革命").level == "county"
    (ours,) = {listed.known()[other].slug for other in others}
    assert ours == "厕所革命"


def test_rejected_names_are_not_found(use: Use) -> None:
    text = "深入推进“厕所革命”，开展“四点半课堂”活动，落实河长制。"
    assert found(text).keys() == {"厕所革命", "四点半课堂", "河长制"}
    use(NONE)
    assert found(text).keys() == {"河长制"}
    assert {one.slug for one in listed.known().values()} >= {"厕所革命"}, "our concept goes on under its other names"


def test_names_of_the_user_are_found_said_apart_too(use: Use) -> None:
    use('<programme/a> a tkg:Programme ; skos:inScheme <scheme/mine> ; skos:prefLabel "溪上廊桥改造"@zh .')
    assert found("改造溪上廊桥5座")["溪上廊桥"].label == "溪上廊桥改造"


def test_the_last_file_wins(use: Use) -> None:
    use(NONE, TAKEN)
    assert concept("厕所革命").slug == "改厕" and "厕所革命" not in lexicon.rejected()
    use(TAKEN, NONE)
    assert "厕所革命" not in listed.known() and "厕所革命" in lexicon.rejected()


def test_a_concept_may_have_an_iri_of_the_users_own(use: Use, tmp_path: Path) -> None:
    own = use(FOREIGN)
    _build(tmp_path, own)
    with Store.open_for_reading(tmp_path / "store") as store:
        iris = {row[-1].value for row in _rows(store, "concepts") if row[-1]}
        assert "https://example.org/kg/programme/河长制" in iris
        assert not any(iri.endswith("township-kg/programme/河长制") for iri in iris)
        assert validate(store) == []


def test_what_was_made_of_the_schemes_is_forgotten(use: Use) -> None:
    before = lexicon.digest()
    use(ADDED)
    assert lexicon.digest() != before and "茅厕更新" in listed.known()
    lexicon.use()
    assert lexicon.digest() == before and "茅厕更新" not in listed.known()


@pytest.mark.parametrize("body", [ADDED, TAKEN, WHOLE + NONE])
def test_a_store_under_any_scheme_is_valid(use: Use, tmp_path: Path, body: str) -> None:
    own = use(body)
    _build(tmp_path, own)
    with Store.open_for_reading(tmp_path / "store") as store:
        assert validate(store) == []


def test_a_scheme_has_unchanged_reports_read_again(use: Use, tmp_path: Path) -> None:
    assert _build(tmp_path, ()).added == 1
    own = use(ADDED)
    assert _build(tmp_path, own).changed == 1
    assert _build(tmp_path, own).unchanged == 1
    assert _build(tmp_path, ()).changed == 1, "without the scheme it is ours again"


def test_worker_processes_read_with_the_scheme_too(use: Use, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(70):
        (folder / f"{number}.txt").write_text(REPORT.replace("260", f"{number}1"), "utf-8")
    own = use(NONE)
    build.build([folder], tmp_path / "store", own=own, jobs=2)
    with Store.open_for_reading(tmp_path / "store") as store:
        labels = {row[2].value for row in _rows(store, "concepts") if row[2]}
    assert "厕所革命" not in labels and "河长制" in labels


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<programme/x> a tkg:Programme .", "no Chinese name"),
        ('<programme/没有> skos:altLabel "没有"@zh .', "no type"),
        ('<indicator/x> a tkg:Indicator ; skos:prefLabel "某"@zh .', "an indicator"),
        ("<programme/x> a tkg:Programme", "no Turtle"),
        ('<programme/x> a tkg:Programme ; skos:prefLabel "某"@zh , "某" .', 'write "某"@zh'),
        ('<programme/x> a tkg:Programme ; skos:prefLabel "某"@zh ; tkg:level tkg:global .', "tkg:county"),
        (ADDED + '<programme/河长制> skos:altLabel "茅厕更新"@zh .', "two concepts; keep it in one"),
        pytest.param('<programme/x> a tkg:Programme ; skos:prefLabel "\udc80"@zh .', "no Turtle", id="not-utf-8"),
    ],
)
def test_a_scheme_that_is_not_as_it_must_be(use: Use, tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(SchemeError, match=said) as raised:
        use(body)
    assert "0.ttl: " in str(raised.value) and "; " in str(raised.value) and "\n" not in str(raised.value)


def test_a_scheme_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match=r"none\.ttl: cannot be read"):
        schemes.read([tmp_path / "none.ttl"])


def _build(tmp_path: Path, own: tuple[schemes.Own, ...]) -> build.Summary:
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    return build.build([tmp_path / "report.txt"], tmp_path / "store", own=own)


def _rows(store: Store, query: str) -> list[tuple[Term | None, ...]]:
    return list(queries.run(store, queries.load(query)).rows())
