"""What pages, programs and decoders do to a text, one by one: each spelling with what must be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from kg.model import Text
from kg.text.repair import repair
from tests.test_repair import ODD, REPORT, TRADITIONAL, sound

LINES = [
    "一、2023年工作总结",
    "中共柳溪镇委员会",
    "（一）夯实基层党建，凝聚发展合力。严格落实“三会一课”制度，开展活动36次；",
    "全年粮食播种面积2.3万亩,新建高标准农田4200亩，带动就业560余人。",
    "来源：柳溪镇政府办公室",
    "改造户厕315户、清理河道18公里，创建省级美丽村庄1个",
]


def _kinds(text: Text) -> Counter[str]:
    return Counter(record.kind for record in text.repairs)


# --- Decoded in the wrong encoding


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("utf-8", "latin-1"), ("gb18030", "latin-1"), ("gb18030", "cp1252"), ("utf-8", "gb18030"), ("utf-8", "cp1252")],
)
def test_a_line_in_the_wrong_encoding(line: str, right: str, wrong: str) -> None:
    spoilt = line.encode(right).decode(wrong, "replace")
    lost = spoilt.count("\ufffd") + sum("\ue000" <= character <= "\uf8ff" for character in spoilt)
    text = repair(spoilt)
    assert _kinds(text)["mojibake"] == 1
    wanted = repair(line).clean
    assert sum(a != b for a, b in zip(text.clean, wanted, strict=True)) <= lost // 2


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(("right", "wrong"), [("big5hkscs", "gb18030"), ("gb18030", "big5hkscs")])
def test_chinese_encodings_taken_for_each_other(line: str, right: str, wrong: str) -> None:
    line = OpenCC("s2t").convert(line) if right == "big5hkscs" else line
    spoilt = line.encode(right).decode(wrong, "replace")
    if "\ufffd" not in spoilt:
        assert repair(spoilt).clean == repair(line).clean


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("涓€銆佸伐浣滄€荤粨", "一、工作总结"),  # the Euro sign is the byte 80
        ("ÄêµÄ¹¤×÷×Ü½á", "年的工作总结"),
        ("å…¨å¹´å®Œæˆ�æ”¹åŽ•20æˆ·", "全年完成改厕20户"),
        ("改厕20户\nÈ«Äê½¨³É\n公厕3座", "改厕20户\n全年建成\n公厕3座"),
        ("来源：Áø\u00cf\u00aaÕòÕþ¸®", "来源：柳溪镇政府"),
        ("鏂板?炲氨涓?560浜?", "新增就业560人"),
    ],
)
def test_mojibake(source: str, clean: str) -> None:
    assert repair(source).clean == clean


def test_mojibake_leads_back_to_the_characters_that_hold_the_bytes() -> None:
    text = repair("共建成å…¬åŽ•12座")
    at = text.clean.index("厕")
    assert text.verbatim(at, at + 1) == "åŽ•" and text.verbatim(at + 1, at + 3) == "12"


@pytest.mark.parametrize("text", [ODD, REPORT, TRADITIONAL, "Café à Paris, 25 °C ± 0.5, naïve résumé"])
def test_what_is_no_mojibake_stays(text: str) -> None:
    assert "mojibake" not in _kinds(repair(text))


# --- Script


CONVERTED = "加强信息化建设，引进软件企业2家，改造网络30公里，更新出租车12辆，重点项目5个，建成塑料大棚20个。"


@pytest.mark.parametrize("way", ["s2t", "s2tw", "s2hk", "s2twp"])
def test_every_way_to_traditional_script_is_undone(way: str) -> None:
    assert repair(OpenCC(way).convert(CONVERTED)).clean == CONVERTED


@pytest.mark.parametrize(
    "text",
    [
        "本縣資訊公開，重點項目5個，網絡覆蓋，信息暢通。",  # one of Taiwan's words among the mainland's
        "邀請數位專家透過支援活動，專案審計3次。",
    ],
)
def test_words_that_the_mainland_has_too_stay(text: str) -> None:
    assert repair(text).clean == OpenCC("t2s").convert(text)


def test_forms_of_hong_kong() -> None:
    assert repair("衞生院裏設綫路，山峯羣衆，強化宣傳").clean == "卫生院里设线路，山峰群众，强化宣传"


# --- Marks and spaces


@pytest.mark.parametrize(
    ("source", "clean", "kind"),
    [
        ("政 府 工 作 报 告", "政府工作报告", "spaced"),
        ("二 〇 二 一 年 工 作 总 结", "二〇二一年工作总结", "spaced"),
        ("2 0 2 1 年 工 作 总 结", "2021年工作总结", "spaced"),
        ("柳\u3000溪\u3000镇\u3000工\u3000作\u3000总\u3000结", "柳溪镇工作总结", "spaced"),
        ("共 计 1 2 0 户", "共计120户", "spaced"),
        ("完 成 3 5 . 6 %", "完成35.6%", "spaced"),
        ("新建公厕12座，，改厕3户。。", "新建公厕12座，改厕3户。", "doubled-mark"),
        ("新建公厕12座，。改厕3户、，", "新建公厕12座。改厕3户，", "doubled-mark"),
        ("实施?三高四新?战略。", "实施“三高四新”战略。", "lost-quote"),
        ("推行?河长制??林长制?。", "推行“河长制”“林长制”。", "lost-quote"),
        ("打造?一村一品?，", "打造“一村一品”，", "lost-quote"),
        ("深化?1+6?改革", "深化“1+6”改革", "lost-quote"),
    ],
)
def test_marks_and_spaces(source: str, clean: str, kind: str) -> None:
    text = repair(source)
    assert text.clean == clean and kind in _kinds(text)


@pytest.mark.parametrize(
    "source",
    [
        "怎么办?谁来办?大家商量。",
        "好不好?行不行?群众说了算",
        "为了什么?依靠群众?",
        "/?id=1&a=?x",
        "1 2 3 4 5",
        "真的吗?是的?",
    ],
)
def test_real_questions_and_rows_of_numbers_stay(source: str) -> None:
    assert not _kinds(repair(source))["lost-quote"] and not _kinds(repair(source))["spaced"]


# --- Pages and lines


def _wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of so many characters, no mark at the beginning of one."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n"):
        while paragraph:
            end = width
            while paragraph[end : end + 1] in tuple("，。、；：”）"):
                end += 1
            lines.append(paragraph[:end])
            paragraph = paragraph[end:]
    return lines


def _paged(lines: list[str], size: int, head: str, number: Callable[[int], str] | None, feed: str) -> str:
    pages = [lines[at : at + size] for at in range(0, len(lines), size)]
    heads = [[head] if head and at else [] for at in range(len(pages))]
    feet = [[number(at + 1)] if number else [] for at in range(len(pages))]
    return feed.join("\n".join((*a, *b, *c)) for a, b, c in zip(heads, pages, feet, strict=True))


def _sentences(text: str) -> list[str]:
    """The sentences of a reading text, whatever its lines."""
    return [found for found in re.split("[。；！？\n]", re.sub("[ \u3000]", "", text)) if found]


NUMBERS: dict[str, Callable[[int], str]] = {
    "dashes": lambda n: f"- {n} -",
    "long dashes": lambda n: f"— {n} —",
    "full width": lambda n: f"－{chr(0xFF10 + n)}－",
    "page of": lambda n: f"第{n}页 共9页",
    "page in words": lambda n: f"第{'一二三四五六七八九'[n - 1]}页",
    "bare": str,
    "share": lambda n: f"{n}/9",
    "English": lambda n: f"Page {n} of 9",
    "set in": lambda n: f"            {n}",
    "wide": lambda n: f"—\u3000{n}\u3000—",
}


@pytest.mark.parametrize("head", ["", "柳溪镇2023年工作总结"])
@pytest.mark.parametrize("feed", ["\f", "\n", "\n\n\f\n"], ids=["feed", "no feed", "feed and blank lines"])
@pytest.mark.parametrize("name", NUMBERS)
def test_sentences_go_on_across_pages(name: str, feed: str, head: str) -> None:
    text = repair(_paged(_wrapped(REPORT, 38), 12, head, NUMBERS[name], feed))
    assert _sentences(text.clean) == _sentences(repair(REPORT).clean)
    kinds = _kinds(text)
    assert kinds["page-number"] == 3 and kinds["line-break"] > 10 and bool(kinds["running-head"]) == bool(head)


@pytest.mark.parametrize("width", [26, 30, 34, 38, 42])
@pytest.mark.parametrize("indent", ["\u3000\u3000", "", "    "])
def test_broken_lines_are_joined(width: int, indent: str) -> None:
    wrapped = "\n".join(_wrapped(REPORT.replace("\u3000\u3000", indent), width))
    assert _sentences(repair(wrapped).clean) == _sentences(repair(REPORT).clean)
    assert _sentences(repair(wrapped.replace("\n", "\r\n")).clean) == _sentences(repair(REPORT).clean)


def test_straight_quotation_marks_pair_across_a_broken_line() -> None:
    wrapped = "\n".join(_wrapped(REPORT.replace("“", '"').replace("”", '"'), 26))
    assert _sentences(repair(wrapped).clean) == _sentences(repair(REPORT).clean)


def test_form_feeds_alone_are_line_breaks() -> None:
    assert repair("一、工作回顾\f二、工作打算").clean == "一、工作回顾\n二、工作打算"


TABLE = """村名    项目名称              投资    进度
青石村  道路硬化三公里的项目  三十万  完成
白沙村  饮水管网改造的工程    五十万  在建
红旗村  文化广场建设的项目    二十万  完成
"""


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        ODD,
        "一、加强党的建设和干部队伍建设工作情况\n二、推进农村人居环境整治提升工作情况\n三、兜牢民生底线维护社会稳定工作情况\n四、下一步工作打算",
        TABLE,
        "全镇共有以下村参加了评比活动\n青石村委会\n白沙村委会\n柳溪镇人民政府\n2023年12月20日\n",
        "序号\n1\n2\n3\n4\n户数\n12\n13\n14\n",
        "发布时间：2023-01-05 浏览次数：12 字体：大中小\n柳溪镇2023年工作总结\n作者：张三\n",
        "第一页写的是目录\n第3页到第5页是附表\n",
    ],
)
def test_text_without_pages_keeps_its_lines(text: str) -> None:
    kinds = _kinds(repair(text))
    assert not kinds["line-break"] and not kinds["page-number"] and not kinds["running-head"]


def test_headings_lists_and_signatures_of_a_wrapped_text_keep_their_lines() -> None:
    wrapped = "\n".join(
        (
            *_wrapped(REPORT, 30),
            "（一）加强农村基层组织建设和干部队伍作风建设不断夯实基础",
            "（二）推进产业发展",
            "1.新建冷库3座",
            "                         柳溪镇人民政府",
            "                         2023年12月20日",
        )
    )
    kept = repair(wrapped).clean.split("\n")[-5:]
    assert [line.strip()[:5] for line in kept] == ["（一）加强", "（二）推进", "1.新建冷", "柳溪镇人民", "2023年"]


# --- Any text

FORMS = [
    "\f",
    "- 3 -",
    "第3页",
    "12",
    "全镇完成改厕",
    "，",
    "。",
    "涓€銆佸伐浣",
    "ÄêµÄ",
    "å¹´",
    "\ufffd",
    "?",
    "政 府",
    "資訊",
    "軟體",
    " ",
]
forms = st.lists(st.sampled_from(FORMS) | st.sampled_from(["\n", "\u3000"]) | st.text(max_size=3), max_size=40).map(
    "".join
)


@given(forms)
def test_any_text_has_sound_offsets(source: str) -> None:
    sound(source)
