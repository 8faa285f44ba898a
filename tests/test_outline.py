"""What is read off a page before its numbers are: furniture, metadata, head, headings, parts, kind of text."""

from __future__ import annotations

import pytest

from kg.model import Document
from kg.text.outline import outline
from kg.text.repair import repair
from tests.reading import rows

FURNITURE, HEADS, PARTS, KINDS = (list(rows(name)) for name in ("furniture", "heads", "parts", "kinds"))
TITLE = "青柳湾镇2021年工作总结"
BODY = (
    "2021年，在县委、县政府的坚强领导下，全镇上下团结拼搏，各项工作取得新的成效，现将有关情况总结如下。",
    "一、产业发展。全镇种植油茶3200亩，建成烤房15座，培育合作社8家，带动农户增收，产业发展的基础更加牢固。",
    "二、民生事业。完成改厕260个，新建公厕2座，硬化道路12公里，群众的获得感、幸福感、安全感进一步增强了。",
)


def test_the_tables_have_not_shrunk() -> None:
    assert len(FURNITURE) >= 170 and len(HEADS) >= 90 and len(PARTS) >= 60 and len(KINDS) >= 40


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
