"""Provisional concepts from the reports to the user's scheme and back: reviewed, decided, read again."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import lexicon, schemes
from kg.cli import main
from kg.concepts.similar import Similar
from kg.concepts.turtle import TurtleFile
from kg.errors import SchemeError
from kg.oxigraph import Term

REPORT = """{unit}2021年工作总结
一、2021年工作回顾
一年来，全镇聚焦县委“三湾五屏”战略，深入推进“银龄互助”行动，实施“四亮四评”模式，完成改厕260个，发放补贴12.5万元。
开展安全生产检查36次，整改隐患88处，{more}组织群众培训4期520人次，新修通组公路3.2公里，群众满意度达96%。
加强基层党组织建设，发展党员9名，推进环境整治和产业发展，农村居民收入稳步提升，社会大局和谐稳定。
二、2022年工作计划
全面落实河长制，计划改厕300个。
"""
MORE = "开展“厕改先行”活动12次，实施“网格+‘邻里’,评理”行动，"
SCHEME = "https://w3id.org/township-kg/"


def kg(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def write(folder: Path) -> Path:
    folder.mkdir()
    (folder / "a.txt").write_text(REPORT.format(unit="青柳湾镇", more=MORE), "utf-8")
    (folder / "b.txt").write_text(REPORT.format(unit="白鹭洲渡镇", more=""), "utf-8")
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return write(tmp_path / "reports")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    kg("build", write(folder / "reports"), "--store", folder / "store")
    return folder / "store"


@pytest.fixture
def store(built: Path, reports: Path, tmp_path: Path) -> Path:
    """A store of the reports for one test, which may change it."""
    return shutil.copytree(built, tmp_path / "store")


def review(store: Path, *options: str | Path) -> dict[str, dict[str, object]]:
    """Name → what the review says of it, in its order."""
    answer = json.loads(kg("concepts", "review", "--store", store, "--format", "json", *options).stdout)
    return {one["name"]: one for one in answer}


def labels(store: Path) -> dict[str, set[str]]:
    """Label of every concept that reports name → the words that name it."""
    answer = json.loads(kg("query", "concepts", "--store", store, "--format", "json").stdout)
    found: dict[str, set[str]] = {}
    for row in answer["results"]["bindings"]:
        found.setdefault(row["label"]["value"], set()).add(row["surface"]["value"])
    return found


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., Result]:
    """Writes rows (first the columns) as a table and applies it to the scheme my.ttl."""

    def run(*rows: str, code: int = 0, name: str = "decisions.csv") -> Result:
        (tmp_path / name).write_text("\n".join(rows), "utf-8")
        return kg("concepts", "apply", tmp_path / name, "--scheme", tmp_path / "my.ttl", code=code)

    return run


Decide = Callable[..., Result]


def test_the_review_lists_names_by_frequency_with_what_is_needed_to_decide(store: Path) -> None:
    found = review(store)
    assert list(found) == ["三湾五屏", "四亮四评", "银龄互助", "厕改先行", "网格+邻里，评理"]
    assert found["三湾五屏"] | {"similar": []} == {
        "kind": "strategy",
        "name": "三湾五屏",
        "forms": ["三湾五屏战略"],
        "reports": 2,
        "mentions": 2,
        "rules": ["quoted with head"],
        "contexts": [
            "一年来，全镇聚焦县委“【三湾五屏】”战略，深入推进“银龄互助”行动，实施“四亮四评”模式，完成改厕260个，发放补"
        ],
        "similar": [],
    }


def test_the_review_can_be_narrowed(store: Path) -> None:
    assert list(review(store, "--kind", "strategy")) == ["三湾五屏"]
    assert list(review(store, "--min-reports", "2")) == ["三湾五屏", "四亮四评", "银龄互助"]
    assert list(review(store, "--min-mentions", "2", "--limit", "1")) == ["三湾五屏"]


@pytest.mark.parametrize(("format_", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_the_review_as_a_table_for_programs(store: Path, format_: str, delimiter: str) -> None:
    said = kg("concepts", "review", "--store", store, "--format", format_).stdout
    rows = list(csv.DictReader(io.StringIO(said), delimiter=delimiter))
    assert [row["name"] for row in rows] == list(review(store))


def test_the_review_as_a_table_to_look_at(store: Path) -> None:
    lines = kg("concepts", "review", "--store", store).stdout.splitlines()
    assert lines[0].split()[:5] == ["kind", "name", "forms", "reports", "mentions"] and len(lines) == 7


def test_the_way_from_the_reports_to_the_scheme_and_back(reports: Path, store: Path, tmp_path: Path) -> None:
    table, scheme = tmp_path / "decisions.csv", tmp_path / "my.ttl"
    kg("concepts", "review", "--store", store, "-o", table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    decided = {
        "三湾五屏": {"decision": "accept", "english": "Three bays", "area": "水利", "level": "县"},
        "银龄互助": {"decision": "accept", "label": "银龄互助行动计划"},
        "厕改先行": {"decision": "merge", "into": "厕所革命"},
        "四亮四评": {"decision": "reject"},
        "网格+邻里，评理": {"decision": "accept"},
    }
    with table.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(row | decided[row["name"]] for row in rows)
    said = kg("concepts", "apply", table, "--scheme", scheme).stdout
    assert said == f"{scheme}: 3 accepted, 1 merged, 1 rejected, 0 refused\n"
    assert review(store, "--scheme", scheme) == {}, "all is decided, before the reports are read again"
    assert "2 read (0 new, 2 changed)" in kg("build", reports, "--scheme", scheme, "--store", store).stdout
    assert review(store) == {}
    found = labels(store)
    assert found["银龄互助行动计划"] == {"银龄互助”行动"} and "厕改先行”活动" in found["厕所革命"]
    assert "三湾五屏" in found and "网格+邻里，评理" in found
    assert not any("四亮四评" in words for words in found.values())
    kg("validate", "--store", store)
    assert "{厕改先行”活动}" in kg("explain", reports / "a.txt", "--scheme", scheme).stdout
    assert "四亮四评}" not in kg("explain", reports / "a.txt", "--scheme", scheme).stdout
    assert "四亮四评}" in kg("explain", reports / "a.txt").stdout


def test_the_scheme_is_written_in_the_form_of_ours(decide: Decide, tmp_path: Path) -> None:
    decide(
        "decision,name,kind,forms,into,english,area,level,quoted",
        "accept,三湾五屏,strategy,三湾五屏战略,,Three bays,水利,county,",
        "accept,四亮,programme,,,,,,yes",
        "merge,厕改先行,programme,,厕所革命,,,,",
        "reject,后花园,,,,,,,",
    )
    head, body = (tmp_path / "my.ttl").read_text("utf-8").split("<scheme/my>", 1)
    assert "--scheme my.ttl" in head
    assert (
        f"<scheme/my>{body}"
        == """\
<scheme/my> a skos:ConceptScheme ;
    skos:prefLabel "自有词表"@zh , "Own scheme"@en ;
    tkg:notAConcept "后花园" .

<programme/四亮> a tkg:Programme ; skos:inScheme <scheme/my> ;
    skos:prefLabel "四亮"@zh ;
    tkg:quotedOnly "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .

<strategy/三湾五屏> a tkg:Strategy ; skos:inScheme <scheme/my> ;
    skos:prefLabel "三湾五屏"@zh , "Three bays"@en ;
    skos:altLabel "三湾五屏战略"@zh ;
    tkg:policyArea <area/水利> ;
    tkg:level tkg:county .

<programme/厕所革命> skos:altLabel "厕改先行"@zh .
"""
    )


def test_decisions_carried_out_again_change_nothing(decide: Decide, tmp_path: Path) -> None:
    rows = ("accept,三湾五屏,strategy,", "merge,厕改先行,,厕所革命", "merge,甲乙丙,,厕改先行", "reject,后花园,,")
    decide("decision,name,kind,into", *rows)
    first = (tmp_path / "my.ttl").read_text("utf-8")
    assert "3 merged" not in decide("decision,name,kind,into", *rows).stdout
    assert (tmp_path / "my.ttl").read_text("utf-8") == first
    (tmp_path / "my.ttl").unlink()
    decide("decision,name,kind,into", *reversed(rows))
    assert (tmp_path / "my.ttl").read_text("utf-8") == first, "whatever the order of the rows"
    assert '"厕改先行"@zh , "甲乙丙"@zh' in first, "a merge may lean on another"


def test_a_later_decision_takes_the_place_of_an_earlier(decide: Decide, tmp_path: Path) -> None:
    def now(row: str) -> set[str]:
        decide("decision,name,kind,into", row)
        lexicon.use(schemes.read([tmp_path / "my.ttl"]))
        concepts = {entry.concept.slug for entry in lexicon.concepts() if "银龄" in entry.concept.names}
        found = concepts | {"rejected"} if "银龄" in lexicon.rejected() else concepts
        lexicon.use()
        return found

    assert now("accept,银龄,programme,") == {"银龄"}
    assert now("reject,银龄,,") == {"rejected"}
    assert now("merge,银龄,,河长制") == {"河长制"}
    assert now("accept,银龄,strategy,") == {"银龄"}
    assert now("merge,银龄,,乡村振兴战略") == {"乡村振兴战略"}


def test_what_is_in_the_scheme_stays_as_it_is_written(decide: Decide, tmp_path: Path) -> None:
    written = f"""# Ours, by hand.
PREFIX s: <http://www.w3.org/2004/02/skos/core#>
@prefix t: <https://w3id.org/township-kg/ontology#> .   # a note with a dot . and <brackets>
@base <https://example.org/kg/> .

# --- What we do
<programme/巡河>   a t:Programme; s:inScheme <mine>; s:prefLabel "巡河"@zh, "a \\"dot\\" . here"@en;
  s:note [ s:value 1.5 ] .
<mine> a s:ConceptScheme . # last
<{SCHEME}programme/厕所革命> s:altLabel "茅厕更新"@zh .
"""
    (tmp_path / "my.ttl").write_text(written, "utf-8")
    decide("decision,name,kind,into", "accept,银龄,programme,", "merge,茅厕革新,,厕所革命", "merge,河巡,,巡河")
    text = (tmp_path / "my.ttl").read_text("utf-8")
    assert (
        text
        == written.replace('茅厕更新"@zh .', '茅厕更新"@zh , "茅厕革新"@zh .').rstrip("\n")
        + """

<programme/银龄> a t:Programme ; s:inScheme <mine> ;
    s:prefLabel "银龄"@zh .

<programme/巡河> s:altLabel "河巡"@zh .
"""
    )
    assert "by hand" in decide("decision,name", "reject,巡河", code=1).stderr
    assert (tmp_path / "my.ttl").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("maybe,甲乙丙,programme,,", "'maybe' is no decision; write accept, merge or reject under decision"),
        ("accept,,programme,,", "has no name; fill in the column name"),
        ("accept,甲乙丙,,,", "has no kind; write programme or strategy under kind"),
        ("accept,甲乙丙,plan,,", "'plan' is no kind; write programme or strategy under kind"),
        ("accept,甲乙丙,programme,,水力", "水力 is no policy area; did you mean 水利"),
        ("accept,河长制,programme,,", "河长制 is a name in the schemes already; write merge and into 河长制"),
        ("merge,甲乙丙,,,", "甲乙丙 is merged into nothing; write the label of a concept under into"),
        ("merge,甲乙丙,,河长治,", "甲乙丙 cannot be merged into 河长治, which no scheme has; did you mean 河长"),
        ("merge,甲乙丙,,甲乙丙,", "甲乙丙 cannot be merged into 甲乙丙"),
        ("reject,后花园,,,", "后花园 is decided in row 2 already; leave one"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_done(decide: Decide, tmp_path: Path, row: str, said: str) -> None:
    result = decide("decision,name,kind,into,area", "reject,后花园,,,", ",未定,,,", row, code=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / 'decisions.csv'}, row 4: {said}")
    assert "0 accepted, 0 merged, 1 rejected, 1 refused" in result.stdout
    assert '"后花园"' in (tmp_path / "my.ttl").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04" + bytes(range(32)) * 9, "as CSV in UTF-8"),
        ("名称,决定\n".encode(), "has no column decision"),
        (b"decision\naccept\n", "has no column name"),
    ],
    ids=("empty", "workbook", "no decision", "no name"),
)
def test_a_table_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    result = kg("concepts", "apply", tmp_path / "t.csv", "--scheme", tmp_path / "my.ttl", code=1)
    assert said in result.stderr and "t.csv: " in result.stderr and len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "my.ttl").exists()


def test_a_table_or_a_scheme_that_is_not_there(store: Path, tmp_path: Path) -> None:
    missing = kg("concepts", "apply", tmp_path / "none.csv", "--scheme", tmp_path / "my.ttl", code=1).stderr
    assert "none.csv: cannot be read" in missing
    for command in (["build", tmp_path / "reports"], ["concepts", "review"]):
        said = kg(*command, "--store", store, "--scheme", tmp_path / "none.ttl", code=2).stderr
        assert "none.ttl: cannot be read" in said and "kg concepts apply" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_may_go_through_a_spreadsheet_program(
    store: Path, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    table = tmp_path / "decisions.csv"
    kg("concepts", "review", "--store", store, "-o", table)
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    for row in rows[1:]:
        row[0] = " Accept "
    with table.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows([*rows, [""] * 3])
    assert "5 accepted" in kg("concepts", "apply", table, "--scheme", tmp_path / "my.ttl").stdout
    assert '"网格+邻里，评理"@zh' in (tmp_path / "my.ttl").read_text("utf-8")


def test_names_that_a_spreadsheet_would_change_or_run_come_back(decide: Decide, tmp_path: Path) -> None:
    from kg.concepts import table
    from kg.concepts.review import Candidate
    from kg.model import Kind

    names = ["=1+1", "1530", "007", "3-15", '说"好",做好', "+互联网", "'引", "a;b\\c"]
    some = [Candidate(Kind.PROGRAMME, name, (), 1, 1, (), (), ()) for name in names]
    table.write(some, tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text("utf-8-sig")
    assert ",=1+1," not in text and ",3-15," not in text
    (tmp_path / "t.csv").write_text(text.replace("\n,,", "\naccept,,"), "utf-8")
    assert [row.name for row in table.read(tmp_path / "t.csv")] == names
    kg("concepts", "apply", tmp_path / "t.csv", "--scheme", tmp_path / "my.ttl")
    lexicon.use(schemes.read([tmp_path / "my.ttl"]))
    assert {entry.concept.label for entry in lexicon.concepts()} >= set(names)
    lexicon.use()


def test_a_table_with_decisions_is_never_written_over(store: Path, tmp_path: Path) -> None:
    kg("concepts", "review", "--store", store, "-o", tmp_path / "t.csv")
    again = kg("concepts", "review", "--store", store, "-o", tmp_path / "t.csv", code=1)
    assert "is there already and may hold decisions; name another file" in again.stderr


def test_chinese_words_decide_too(decide: Decide) -> None:
    said = decide(
        "decision,name,kind,into,level", "采纳,甲乙丙,项目,,镇", "合并,厕改,,厕所革命,", "拒绝,后花园,,,"
    ).stdout
    assert "1 accepted, 1 merged, 1 rejected, 0 refused" in said


def test_a_scheme_in_the_environment_is_used(
    reports: Path, store: Path, decide: Decide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide("decision,name", "reject,四亮四评")
    monkeypatch.setenv("KG_SCHEME", str(tmp_path / "my.ttl"))
    assert "四亮四评" not in review(store)
    assert "四亮四评}" not in kg("explain", reports / "a.txt").stdout


def test_similar_concepts_share_characters_or_hold_one_another() -> None:
    similar = Similar({"河长制": "河长制", "各级河长": "河长制", "阳光低保": "阳光低保", "厕所革命": "厕所革命"})
    assert similar.to(["推行河长制工作"]) == ("河长制",)
    assert similar.to(["厕所大革命"]) == ("厕所革命",)
    assert similar.to(["三湾五屏"]) == () == similar.to(["低"])


def test_a_turtle_file_is_only_changed_where_something_changes() -> None:
    text = f'<{SCHEME}a> <{SCHEME}p> "x" , "y" . # why\n# more\n<{SCHEME}b> <{SCHEME}p> "z" .\n'
    file = TurtleFile("a.ttl", text)
    file.add(f"{SCHEME}a", f"{SCHEME}p", Term("x", "literal"))
    file.remove(f"{SCHEME}b", f"{SCHEME}p", Term("other", "literal"))
    assert str(file) == text
    file.remove(f"{SCHEME}b")
    assert str(file) == text.partition("<https://w3id.org/township-kg/b>")[0] + "\n" and "# why\n# more" in str(file)
    with pytest.raises(SchemeError, match=r"a\.ttl: cannot be changed"):
        TurtleFile("a.ttl", "<a> <b> .")
