"""What cannot be mended is kept and marked, and so is what was read in it; kg explain shows it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from kg import explain, pipeline
from kg.cli import main
from kg.graph.mapping import mapped
from kg.graph.namespaces import TKG
from kg.model import Reading, Source
from kg.text.repair import repair
from tests.test_repair import ODD, REPORT, TRADITIONAL
from tests.test_repair_forms import forms

TEXT = """柳溪镇2023年工作总结
一、工作回顾
全镇改造户厕315户，⻓效管护。
\ufffd\ufffd\ufffd改厕260户，\ufffd\ufffd12座。
推行?河长制?，清理河道18公里。
"""


def _read(text: str) -> Reading:
    return pipeline.read(Source("a.txt", "a.txt", text, "0" * 64))


@pytest.mark.parametrize(
    "line",
    [
        "һ\ufffd\ufffd\ufffd\ufffd\ufffd2023\ufffd깤",  # GBK read as UTF-8
        "锟斤拷锟斤拷2023锟斤拷12锟斤拷",
        "(cid:123)(cid:4)(cid:88)12(cid:9)",
        "??????2023??12?",
        "\ue812\ue813\ue814\ue815\ue816\ue817新建12座",
        "ㄅㄆㄇㄈㄉㄊㄋ12ㄌㄍ",
        "全镇改造\ufffd厕12户",
        "鍏ㄩ晣\ufffd\ufffd\ufffd\ufffd鍘\ufffd\ufffd",
        "ÖÐ\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd12",
        "瑷嗛柕鍘曟埛缁ㄩ瘬鎽撶粙楂ら寵銎",
    ],
)
def test_a_line_that_cannot_be_mended(line: str) -> None:
    text = repair(f"全镇完成改厕315户。\n{line}\n清理河道18公里。")
    ((start, end),) = text.damaged
    assert text.clean[:start].endswith("户。\n") and text.clean[end:].startswith("\n清理")


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        TRADITIONAL,
        *(line for line in ODD.split("\n") if "龘" not in line),
        OpenCC("s2t").convert("鄱阳、漯河、濮阳、亳州、儋州、邛崃、歙县、鄄城、郯城、盩厔、瑷珲"),
        "完成xx个，投入xxxx.xx万元，覆盖率xx%，张某某、李××、□□村",
        "12 34.5 67% 8,900\n1.2 3.4 5.6",
        "https://www.example.cn/art/2023/1/5/art_1234_567.html?from=list&page=2",
        "The quick brown fox jumps over the lazy dog; naïve café, Ünïcödé résumé.",
        "┌──┬──┐\n│项目│数量│\n└──┴──┘",
        "关(guān)于(yú)深化(shēn huà)改革",
        "真的吗？？是的！！！",
    ],
)
def test_what_is_only_unusual_is_not_damaged(text: str) -> None:
    assert not repair(text).damaged


def test_facts_of_a_damaged_line_carry_the_mark() -> None:
    reading = _read(TEXT)
    assert {o.quantity.value: o.damaged for o in reading.outcomes} == {315: False, 260: True, 12: True, 18: False}
    lines = mapped(reading, run="test").quads.decode().splitlines()
    assert sum(f'<{TKG.damaged}> "true"' in line for line in lines) == 2


def test_repairs_are_told_in_the_order_of_the_source() -> None:
    text = repair(TEXT)
    told = [(mark.kind, mark.note) for mark in explain.repairs(text)]
    assert told == [
        ("radical", "⻓ → 长"),
        ("damaged", "\\ufffd\\ufffd\\ufffd改厕260户，\\ufffd\\ufffd12座。".replace("\\ufffd", "\ufffd")),
        ("lost-quote", "? → “"),
        ("lost-quote", "? → ”"),
    ]
    assert [TEXT[m.start : m.end] for m in explain.repairs(text)][::2] == ["⻓", "?"]


def test_the_command_shows_repairs_and_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    listed = CliRunner().invoke(main, ["explain", str(path), "--repairs"]).stdout
    assert "     2 lost-quote\n" in listed and "     1 damaged\n" in listed
    assert f"{TEXT.index('⻓')}-{TEXT.index('⻓') + 1}\tradical\t⻓ → 长\n" in listed
    assert "[260]~户" in CliRunner().invoke(main, ["explain", str(path)]).stdout
    chain = CliRunner().invoke(main, ["explain", str(path), "--number", "260"]).stdout
    assert "(damaged)" in chain and "could not be mended" in chain
    path.write_text("全镇完成改厕315户。\n", "utf-8")
    assert "Nothing was repaired" in CliRunner().invoke(main, ["explain", str(path), "--repairs"]).stdout


FACTS = ["完成改厕12户", "投入3万元", "增长5.6%", "。", "\n"]


@given(st.lists(forms | st.sampled_from(FACTS), max_size=12).map("".join))
def test_the_slice_of_an_outcome_is_its_number(source: str) -> None:
    reading = _read(source)
    text = reading.document.text
    for outcome in reading.outcomes:
        start, end = text.span(outcome.quantity.start, outcome.quantity.end)
        mended = any(start < record.end and record.start < end for record in text.repairs)
        number = text.clean[outcome.quantity.start : outcome.quantity.end]
        assert mended or _plain(source[start:end]) == _plain(number)
    assert "".join(piece for piece, _ in explain.text(reading)) == source


def _plain(number: str) -> str:
    """A number without what becomes of it unrecorded: widths, spaces and marks of no width."""
    return "".join(c for c in unicodedata.normalize("NFKC", number) if c.isprintable() and c != " ")
