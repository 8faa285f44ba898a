"""What is read off a page before its numbers are: furniture, metadata, head, headings, parts, kind of text."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import pipeline, resources
from kg.model import Document, Part, Text
from kg.text import heads, read
from kg.text.kind import is_report
from kg.text.outline import outline
from kg.text.repair import repair
from tests.reading import rows

FURNITURE, HEADS, PARTS, KINDS = (list(rows(name)) for name in ("furniture", "heads", "parts", "kinds"))
TITLE = "青柳湾镇2021年工作总结"
SIGNS = "甲乙丙丁戊己"  # they mark the sentences of parts.tsv
BODY = (
    "2021年，在县委、县政府的坚强领导下，全镇上下团结拼搏，各项工作取得新的成效，现将有关情况总结如下。",
    "一、产业发展。全镇种植油茶3200亩，建成烤房15座，培育合作社8家，带动农户增收，产业发展的基础更加牢固。",
    "二、民生事业。完成改厕260个，新建公厕2座，硬化道路12公里，群众的获得感、幸福感、安全感进一步增强了。",
)


def test_the_tables_have_not_shrunk() -> None:
    counts = [len(table) for table in (FURNITURE, HEADS, PARTS, KINDS)]
    assert all(count >= floor for count, floor in zip(counts, (253, 148, 82, 72), strict=True)), counts


def _lines(cell: str) -> str:
    """The text of a cell: | for a line break, ⇥ for a tab, ¦ for a bar."""
    return cell.replace("|", "\n").replace("⇥", "\t").replace("¦", "|")


def _document(text: str, *, fields: str = "", key: str = "") -> Document:
    pairs = tuple((k, v) for k, _, v in (pair.partition("=") for pair in fields.split(";") if pair))
    return outline(repair(text), fields=pairs, key=key)


def _told(document: Document) -> str:
    """The sentences of the report, a line each."""
    return "\n".join(document.text.clean[s.start : s.end] for s in document.sentences)


@pytest.mark.parametrize("row", FURNITURE, ids=lambda row: f"{row['lines']}@{row['place']}")
def test_furniture(row: dict[str, str]) -> None:
    piece = _lines(row["lines"])
    pages = {
        "head": (piece, TITLE, *BODY),
        "body": (TITLE, *BODY[:2], piece, *BODY[2:]),
        "tail": (TITLE, *BODY, piece),
    }
    document = _document("\n".join(pages[row["place"]]))
    own = _told(_document("\n".join((TITLE, *BODY))))
    told = _told(document)
    if row["kept"] == "no":
        assert told == own
    else:
        assert set(told.split("\n")) == {*own.split("\n"), *_told(_document(piece)).split("\n")}
    fields = dict(document.fields)
    wanted = dict(pair.split("=") for pair in row["fields"].split(";") if pair)
    assert {key: fields.get(key) for key in wanted} == wanted
    assert document.title == TITLE


ABOUT = "\n一年来，在县委、县政府的坚强领导下，上下团结拼搏，各项工作取得新的成效。\n一、工作回顾\n完成改厕20个。\n"


def test_an_annex_of_planned_works_goes_on_behind_a_glossary() -> None:
    glossary = ("名词解释", "1.“五治”：指治垃圾、治污水、治厕所、治秩序、治违建，共完成5类治理。")
    annex = ("附件", "2022年十件民生实事", "一、改善饮水条件", "年度目标：完成8个村的管网改造，新增用水户1260户。")
    told = _told(_document("\n".join((TITLE, *BODY, *glossary, *annex))))
    assert "新增用水户1260户" in told and "5类治理" not in told


def test_nearly_every_township_of_the_country_is_read_off_a_title() -> None:
    table = gzip.decompress(resources.data("divisions.tsv.gz").read_bytes()).decode()
    names = {line.split("\t")[-1] for line in table.splitlines() if not line.startswith("#")}
    townships = [name for name in names if name.endswith(("乡", "镇", "街道"))]
    read_off = [name for name in townships if heads.unit_of(f"{name}2021年工作总结") == name]
    assert len(townships) > 25_000 and len(read_off) >= 0.993 * len(townships)


@pytest.mark.parametrize("row", HEADS, ids=lambda row: f"{row['text'] or ''}@{row['key'] or row['fields']}")
def test_head(row: dict[str, str]) -> None:
    document = _document(_lines(row["text"]) + ABOUT, fields=row["fields"] or "", key=row["key"] or "")
    found = (document.unit, document.level, document.issuer, document.year, document.plan_year, document.issued)
    wanted = tuple(row[key] for key in ("unit", "level", "issuer", "year", "plan_year", "issued"))
    assert tuple("" if value is None else str(value) for value in found) == wanted
    assert not row["title"] or document.title == row["title"]


def test_what_the_input_says_beside_the_text_names_the_unit_and_those_above() -> None:
    fields = "site=青禾县人民政府门户网站;url=https://example.cn/%E9%9D%92%E7%A6%BE%E5%8E%BF/1.html;place=青禾市"
    document = _document("2021年工作总结" + ABOUT, fields=fields, key="云禾省/青禾县/青柳湾镇/a.txt")
    assert document.unit == "青柳湾镇"
    hints = "\n".join(document.hints)
    assert all(name in hints for name in ("门户网站", "cn/青禾县/", "青禾市", "青柳湾镇\n青禾县\n云禾省"))


def test_what_the_text_says_of_itself_goes_before_what_is_said_beside_it() -> None:
    fields = "索引号=1;发布机构=青禾县人民政府;公开方式=主动公开"
    document = _document(f"索引号：2\n{TITLE}{ABOUT}", fields=fields)
    assert dict(document.fields) == {"索引号": "2", "发布机构": "青禾县人民政府", "公开方式": "主动公开"}


@given(st.text(alphabet="一、（）1.目录附件注：:|>首页来源索引号2021年镇工作总结。\t\n 打印X#①", max_size=300))
def test_any_page_is_laid_out(text: str) -> None:
    """Sentences are in order, inside the text, and none of them twice; the sections nest."""
    document = outline(Text(text, text), key=f"{text}/{text}.txt", fields=(("title", text),))
    ends = [at for sentence in document.sentences for at in (sentence.start, sentence.end)]
    assert ends == sorted(ends) and (not ends or (ends[0] >= 0 and ends[-1] <= len(text)))
    assert all(0 <= section.start <= section.end <= len(text) for section in document.sections)


@pytest.mark.parametrize("row", PARTS, ids=lambda row: row["text"])
def test_part(row: dict[str, str]) -> None:
    document = _document(f"{TITLE}\n{_lines(row['text'])}")
    clean = document.text.clean
    told = {clean[s.start : s.end]: s for s in document.sentences}
    found = {sign: sentence for text, sentence in told.items() for sign in SIGNS if sign in text}
    for part in (Part.REVIEW, Part.PROBLEMS, Part.PLAN):
        for sign in filter(None, row[part].split(";")):
            really = Part.REVIEW if found[sign].part is Part.OPENING else found[sign].part
            assert (sign, really) == (sign, part)
    for pair in filter(None, row["years"].split(";")):
        sign, year = pair.split("=")
        assert found[sign].year == int(year)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row["text"].split("|")[0][:30])
def test_kind(row: dict[str, str]) -> None:
    document = _document(_lines(row["text"]), key=row["key"] or "")
    assert is_report(document) is (row["report"] == "yes")


with (Path(__file__).parent / "gold" / "heads.tsv").open(encoding="utf-8", newline="") as table:
    SHARED = {row["file"]: row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)}


def _shared_files(shared: Path) -> list[read.Input]:
    found = read.find([shared / name for name in ("seeds", "more", "corpus")])
    held = [one for file in found.files for one in read.inputs(file, read.Options(), lambda _: None)]
    inputs = [one for one in held if isinstance(one, read.Input)]
    assert not found.problems and len(inputs) == len(held) == len(SHARED)
    return inputs


@pytest.mark.shared
def test_every_shared_file_has_its_head(shared: Path) -> None:
    """Read by eye once, kept since: the table names every file that can be read."""
    wrong = {}
    for file in _shared_files(shared):
        document = pipeline.read(read.source(file)).document
        keys = ("year", "plan_year", "level", "unit", "issuer", "issued")
        found = [str(getattr(document, key) or "") for key in keys] if is_report(document) else [""] * len(keys)
        if (row := SHARED[file.key]) and found != [row[key] for key in keys]:
            wrong[file.key] = found
        assert is_report(document) is (row["report"] == "yes"), file.key
    assert not wrong


ENUMERATIONS = {
    "是": ("一是", "二是", "三是"),
    "要": ("一要", "二要", "三要"),
    "第": ("第一，", "第二，", "第三，"),
    "其": ("其一，", "其二，", "其三，"),
    "first": ("首先，", "其次，", "最后，"),
    "round": ("（1）", "（2）", "（3）"),
    "circle": ("①", "②", "③"),
    "dot": ("1.", "2.", "3."),
}


@pytest.mark.parametrize("marks", ENUMERATIONS.values(), ids=ENUMERATIONS)
@pytest.mark.parametrize("lead", ["环境整治全面铺开。", "全镇上下合力抓好环境整治，群众人人动手，村村都有行动。"])
def test_a_point_ends_where_the_next_one_begins(lead: str, marks: tuple[str, str, str]) -> None:
    first, second, third = marks
    paragraph = (
        f"{lead}{first}河道治理有力。清理河道12公里。{second}加强农村改厕，抓好日常管护、粪污处理和检查验收，完成改厕650户。"
        f"群众满意率95%。{third}完善设施。新建公厕3座。"
    )
    document = _document("\n".join((TITLE, *BODY[:1], "一、人居环境", paragraph)))
    text = document.text.clean

    def over(sign: str) -> list[str]:
        sentence = next(s for s in document.sentences if sign in text[s.start : s.end])
        return [text[slice(*span)] for span in sentence.headings]

    above = ["一、人居环境", *([lead] if "，" not in lead else [])]
    assert over("12公里") == [*above, f"{first}河道治理有力。"]
    assert over("650户") == over("95%") == above
    assert over("3座") == [*above, f"{third}完善设施。"]


def test_a_topic_within_a_point_is_not_over_the_next_point() -> None:
    paragraph = "一是扩大就业，全年新增岗位300个。工资收入稳步提高。人均增收900元。二是公共服务提升。新建学校1所。"
    document = _document("\n".join((TITLE, *BODY[:1], "一、民生事业", paragraph)))
    text, last = document.text.clean, document.sentences[-1]
    assert [text[slice(*span)] for span in last.headings] == ["一、民生事业", "二是公共服务提升。"]


def test_a_point_with_a_number_is_a_fact_and_no_heading() -> None:
    document = _document("\n".join((TITLE, *BODY[:1], "一、民生事业", "一是新建公厕3座。硬化道路12公里。")))
    text, last = document.text.clean, document.sentences[-1]
    assert [text[slice(*span)] for span in last.headings] == ["一、民生事业"]
