"""Whatever form a report comes in, the same facts are read from it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, ImageDraw, ImageFont

from kg import pipeline
from kg.errors import UnreadableInput
from kg.model import Reading, Source
from kg.text import read
from kg.text.read import pdf as pdf_reader
from tests import formats

FOLDER = Path(__file__).parent / "data"
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
NUMERAL = re.compile("[0-9.]+|[xX×]+|[一二三四五六七八九十百千万亿两]+")
SIMPLE = str.maketrans("萬億兩", "万亿两")
REPORT = """栖霞岭镇2021年工作总结
　　2021年，在县委、县政府的坚强领导下，全镇上下落实乡村振兴战略，紧扣年初确定的目标任务，统筹推进疫情防控和经济社会发展，各项工作取得了新的进展。现将有关情况总结如下：
一、2021年工作回顾
（一）人居环境持续改善。深入推进“厕所革命”，全年完成改厕260个，新建公厕3座，发放奖补资金12.5万元；整治河道6.8公里，清运垃圾1,300余吨，群众满意度达96%。
（二）基础设施不断完善。新修通组公路3.2公里，硬化村道11.6公里，投入资金480万元；完成高标准农田建设2300亩，受益群众1366户4884人。
二、存在的问题
基层治理还有短板，个别村集体经济薄弱，干部队伍能力有待提高，产业发展层次不高。
三、2022年工作计划
全面落实河长制，计划改厕300个，新建污水处理站2座，力争农村居民人均可支配收入增长8%以上。
"""


def source(content: bytes, name: str, *, encoding: str | None = None) -> Source:
    return read.source(read.Input(f"reports/{name}", name, name, content=content), encoding=encoding)


def facts(reading: Reading) -> Counter[tuple[object, ...]]:
    return Counter(
        (q.value, q.lower, q.upper, q.masked, q.unit, outcome.indicator, outcome.status)
        for outcome in reading.outcomes
        for q in (outcome.quantity,)
    )


def _same(text: str, form: str) -> float:
    """The share of the facts of the plain text that the other form gives too, and of its own that the text has."""
    ending, make = formats.FORMS[form]
    plain = facts(pipeline.read(source(text.encode(), "report.txt")))
    reading = pipeline.read(source(make(text), f"report.{ending}"))
    clean = reading.document.text.clean
    for outcome in reading.outcomes:
        start, end = reading.document.text.span(outcome.quantity.start, outcome.quantity.end)
        written, read_ = reading.source.text[start:end], clean[outcome.quantity.start : outcome.quantity.end]
        assert (
            NUMERAL.findall(normalize("NFKC", written).translate(SIMPLE))
            == NUMERAL.findall(normalize("NFKC", read_))
            != []
        )
    other = facts(reading)
    return (plain & other).total() / max(plain.total(), other.total())


@pytest.mark.parametrize("form", formats.FORMS)
def test_every_form_gives_the_facts_of_the_text(form: str) -> None:
    assert len(pipeline.read(source(REPORT.encode(), "report.txt")).outcomes) == 15
    assert _same(REPORT, form) == 1


@pytest.mark.shared
@pytest.mark.parametrize("form", formats.FORMS)
@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_every_form_gives_the_facts_of_a_real_report(shared: Path, seed: str, form: str) -> None:
    text = next((shared / "seeds").glob(f"{seed}_*.txt")).read_text("utf-8")
    assert _same(text, form) >= 0.99


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_old_word_files_are_read_by_antiword() -> None:
    content = (FOLDER / "report.doc").read_bytes()
    plain = facts(pipeline.read(source(REPORT.encode(), "report.txt")))
    assert facts(pipeline.read(source(content, "report.doc"))) == plain


def test_without_antiword_a_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableInput, match="install antiword"):
        source((FOLDER / "report.doc").read_bytes(), "report.doc")


def _scan(text: str) -> bytes:
    picture = Image.new("RGB", (1240, 1754), "white")
    drawing = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONT, 34)
    for number, line in enumerate(text.split("\n")):
        drawing.text((60, 100 + 60 * number), line, font=font, fill="black")
    out = BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.mark.skipif(not FONT.exists(), reason="the font with which the scan is made is not installed")
def test_a_scan_is_read_by_the_recogniser() -> None:
    lines = "栖霞岭镇2021年工作总结\n一、2021年工作回顾\n完成改厕260个，发放奖补资金12.5万元，\n群众满意度达96%。"
    numbers = {str(o.quantity.value) for o in pipeline.read(source(_scan(lines), "scan.pdf")).outcomes}
    assert numbers == {"260", "125000.0", "96"}


def test_a_scan_without_the_recogniser_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError

    monkeypatch.setattr(pdf_reader, "_engine", missing)
    with pytest.raises(UnreadableInput, match=r"scanned PDF without text; pip install 'township-kg\[ocr\]'"):
        source(formats.pdf(""), "scan.pdf")


def _numbered(*paragraphs: tuple[int | None, str]) -> bytes:
    """A Word document whose paragraphs are numbered by Word, at the given depths."""
    document = Document()
    root = document.part.numbering_part.element
    levels = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    body = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">{body}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for depth, text in paragraphs:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        if depth is not None:
            xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="99"/></w:numPr>'
            properties.append(parse_xml(xml))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_numbers_that_word_puts_before_headings_are_read() -> None:
    content = _numbered(
        (None, "某文"), (0, "回顾"), (1, "农业"), (2, "水稻"), (2, "油菜"), (1, "工业"), (0, "计划"), (1, "农业")
    )
    lines = source(content, "report.docx").text.split("\n")
    assert lines == ["某文", "一、回顾", "（一）农业", "1. 水稻", "2. 油菜", "（二）工业", "二、计划", "（一）农业"]


def test_tables_tracked_changes_fields_and_boxes_of_word_are_read_as_shown() -> None:
    document = Document()
    paragraph = document.add_paragraph("改厕")._p
    paragraph.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>260</w:t></w:r></w:ins>"))
    paragraph.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>250</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:instrText>PAGE 7</w:instrText></w:r>"))
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>个</w:t><w:tab/><w:t>已</w:t><w:br/><w:t>完成</w:t></w:r>"))
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "公厕", "3座"
    box = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>目录</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(box))
    out = BytesIO()
    document.save(out)
    assert source(out.getvalue(), "report.docx").text == "目录\n改厕260个\t已\n完成\n公厕\t3座"


def test_pages_tell_their_metadata_and_keep_their_furniture_to_themselves() -> None:
    page = source(formats.page(REPORT), "report.html")
    assert ("site", "栖霞岭县人民政府") in page.fields
    assert "3500人次" not in page.text and "560个" not in page.text
    assert "栖霞岭镇2021年工作总结" in page.text.split("\n")[:3], "under the breadcrumb and the line of tools"
    assert 1286 not in {outcome.quantity.value for outcome in pipeline.read(page).outcomes}


def test_tables_preformatted_text_and_entities_of_pages() -> None:
    content = (
        f"<html><body><div id=zoom><p>{'全镇工作' * 50}</p><table><tr><td>改厕</td><td>260&nbsp;个</td></tr></table>"
    )
    text = source(content.encode() + "<pre>甲\n乙</pre>丙<br>丁</div></body></html>".encode(), "a").text
    assert text.split("\n")[1:] == ["改厕\t260\xa0个", "甲", "乙", "丙", "丁"]


def test_web_archives_are_read() -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "saved"
    message.set_content(formats.page(REPORT).decode(), subtype="html", cte="quoted-printable")
    message.add_related(b"\x89PNG", maintype="image", subtype="png")
    assert "完成改厕260个" in source(message.as_bytes(), "saved.mht").text


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("gb18030", None), ("gb18030", "gbk"), ("big5", "big5"), ("utf-16-be", None), ("utf-16-be", "utf-16-be")],
)
def test_encodings_are_found_out_or_told(encoding: str, told: str | None) -> None:
    text = REPORT if encoding != "big5" else "鎮政府工作總結，完成改廁二百六十個。" * 9
    assert source(text.encode(encoding), "report.txt", encoding=told).text == text


def test_an_encoding_that_is_told_wrongly_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="is not in utf-8"):
        source(REPORT.encode("gb18030"), "report.txt", encoding="utf-8")


@pytest.mark.parametrize("cut", [b"\xe5", b"\xff\xfe", b"\x00"], ids=repr)
def test_a_few_broken_bytes_do_not_make_a_text_unreadable(cut: bytes) -> None:
    content = REPORT.encode()
    text = source(content[:300] + cut + content[300:], "report.txt").text
    assert "计划改厕300个" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a picture"),
        (b"GIF89a" + b"\0" * 40, "a picture"),
        (b"MZ\x90\0\3\0", "a program"),
        (b"{\\rtf1\\ansi text}", "Rich Text"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (b"%PDF-1.4\nnothing", "damaged PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "without a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 9, "antiword"),
        (bytes(range(256)) * 30, "no text"),
        (b"<html><body><script>1</script></body></html>", "without text"),
        (b"<html>" + b"<div>" * 6000 + "正文".encode(), "deep"),
        ("Ünïcödé ís nöt Chinésé".encode("latin-1") * 9, "no encoding of Chinese"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_what_is_no_text_is_said_in_a_line(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableInput) as refused:
        source(content, "thing.txt")
    assert said in str(refused.value) and "\n" not in str(refused.value) and refused.value.remedy
