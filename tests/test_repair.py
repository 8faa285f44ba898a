"""The reading text: what becomes of marks, markup and damage, and that every character knows where it came from."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from kg import resources
from kg.model import Text
from kg.text.repair import learn, repair
from kg.text.repair.language import BIGRAMS, READINGS, readings

# A report of a place that does not exist, written for these tests.
REPORT = """柳溪镇2023年工作总结和2024年工作思路
　　2023年，在县委、县政府的坚强领导下，柳溪镇党委、政府以习近平新时代中国特色社会主义思想为指导，团结带领全镇干部群众，\
攻坚克难、真抓实干，较好完成了各项目标任务。现将有关情况报告如下：
　　一、2023年工作完成情况
　　（一）夯实基层党建，凝聚发展合力。严格落实“三会一课”制度，开展主题党日活动36次，新发展党员12名，整顿软弱涣散党组织2个。\
选派26名干部下沉网格，建立“问题、责任、整改”三张清单，解决群众反映的饮水、道路、照明等问题148件，群众满意度达97.5%。
　　（二）发展特色产业，促进农民增收。全年粮食播种面积2.3万亩，新建高标准农田4200亩；扩种柑橘、茶叶、中药材，建成冷库3座，\
引进农产品加工企业2家，带动就业560余人。村级集体经济收入全部超过10万元，其中超过50万元的村有4个。
　　（三）整治人居环境，建设美丽家园。深入推进农村改厕、垃圾分类、污水治理，改造户厕315户，清理河道18公里，拆除违章建筑\
26处，创建省级美丽村庄1个、市级示范村3个。“河长”“林长”巡查实现全覆盖。
　　（四）兜牢民生底线，维护社会稳定。发放低保金286万元，临时救助89人次，城乡居民医疗保险参保率达98%；排查安全隐患204处，\
调解矛盾纠纷97起，调解成功率100%。未发生较大以上安全事故。
　　二、存在的问题
　　一是产业链条不长，龙头企业带动能力不强；二是基础设施还有短板，部分村组道路、水渠年久失修；三是个别干部作风不实，\
服务群众的本领有待提高。
　　三、2024年工作思路
　　（一）做强产业。依托“一村一品”，新增茶园800亩，力争农业总产值增长6%。（二）做美环境。完成3个村的雨污分流改造，\
建设口袋公园2个。（三）做优服务。推行“一窗受理”，让群众办事“只跑一次”。
"""
TRADITIONAL = OpenCC("s2t").convert(REPORT)


def noted(text: str, rng: random.Random, share: float = 0.1) -> str:
    """`text` with a pinyin note behind every occurrence of some of its characters."""
    spoken = {c: syllable for syllable, characters in sorted(readings().items()) for c in characters}
    chosen = {c for c in sorted(set(text)) if c in spoken and rng.random() < share}
    return "".join(f"{c}({spoken[c]})" if c in chosen else c for c in text)


def broken(text: str, rng: random.Random, share: float, *, codec: str = "gb18030", errors: str = "ignore") -> str:
    """`text` decoded from GBK bytes of which as many A1 were lost as are `share` of its characters."""
    code = text.encode(codec)
    places = [at for at, byte in enumerate(code) if byte == 0xA1]
    lost = set(rng.sample(places, min(round(share * len(text)), len(places) // 2)))
    return bytes(byte for at, byte in enumerate(code) if at not in lost).decode(codec, errors)


def distance(first: str, second: str) -> int:
    """How many characters of two texts with the same lines have no counterpart in the other, line by line."""
    missing = 0
    for one, other in zip(first.split("\n"), second.split("\n"), strict=True):
        blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        missing += max(len(one), len(other)) - sum(block.size for block in blocks)
    return missing


def _kinds(text: Text) -> set[str]:
    return {mended.kind for mended in text.repairs}


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("完成率９８．５％，共１２个", "完成率98.5%，共12个"),
        ("新增5户,12人;增长5%:好!(一)", "新增5户，12人；增长5%：好！（一）"),
        ("1,234万元，5，678万元，10，20，300户", "1,234万元，5,678万元，10，20，300户"),
        ("发布时间：2023-02-27 17：16", "发布时间：2023-02-27 17:16"),
        ("http://www.example.cn/?id=1 A Ltd, Inc", "http://www.example.cn/?id=1 A Ltd, Inc"),
        ("「一核两翼」『好』", "“一核两翼”‘好’"),
        ('"一核两翼",“三个"统一', "“一核两翼”，“三个”统一"),
        ('他说"好', '他说"好'),
        ("it's", "it's"),
        ("二○二二年，二O一九年", "二〇二二年，二〇一九年"),
        ("政 府 工 作 报 告", "政府工作报告"),
        ("新修 道路 300 米，共 2 处", "新修道路300米，共2处"),
        ("（一）做强产业 依托“一村一品”，新增茶园。", "（一）做强产业 依托“一村一品”，新增茶园。"),
        ("来源：柳溪镇政府 作者：张三", "来源：柳溪镇政府 作者：张三"),
        ("1 总体情况", "1 总体情况"),
        ("，，好,,坏、、", "，好，坏、"),
        ("\ufeff零\u200b宽\u00ad", "零宽"),
        ("甲\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"),
        ("\u3000\u3000甲\u00a0A", "  甲 A"),
        ("甲&nbsp;A&amp;B&amp;nbsp;&#12288;&ldquo;乙&rdquo;", "甲 A&B  “乙”"),
        ("<p>甲</p>乙<br/>丙<b>丁</b>", "甲\n乙\n丙丁"),
        ("亩<5，户>3", "亩<5，户>3"),
        ("[bookmark: _GoBack]一是", "一是"),
        ('HYPERLINK \\l "_Toc1" 总体PAGEREF _Toc1 \\h \\* MERGEFORMAT', " 总体"),
        ("⻄部⼤开发⻓效機", "西部大开发长效機"),
        ("關(guān)於我們(men)發(fā)展", "关于我们发展"),
        ("隨著顯著的發展，著力解決", "随着显著的发展，着力解决"),
        ("乾隆年间的著作", "乾隆年间的著作"),
        ("", ""),
    ],
)
def test_becomes(source: str, clean: str) -> None:
    assert repair(source).clean == clean


def test_half_a_character_becomes_the_mark_of_the_unreadable() -> None:
    assert repair("甲\ud800乙").clean == "甲\ufffd乙"


@pytest.mark.parametrize(
    ("source", "kind", "before", "after"),
    [
        ("甲&amp;乙", "entity", "&amp;", "&"),
        ("[bookmark: _GoBack]甲", "markup", "[bookmark: _GoBack]", ""),
        ("⻓效", "radical", "⻓", "长"),
        ("關(guān)於發展", "pinyin-note", "(guān)", ""),
        ("強化機關建設", "traditional", "強", "强"),
        ("　。ㄒ唬┮詫W習爲先", "shifted-gbk", "。ㄒ唬┮詫W", "\u3000（一）以學"),
    ],
)
def test_leaves_a_record(source: str, kind: str, before: str, after: str) -> None:
    mended = next(record for record in repair(source).repairs if record.kind == kind)
    assert (mended.before, mended.after) == (before, after)


def test_widths_and_spaces_leave_no_record() -> None:
    assert not repair("　１２％, 好 的\r\n").repairs


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("　。ㄒ唬┮詫W習為先", "  （一）以学习为先"),
        ("協議8份?剡`治違到位", "协议8份。控违治违到位"),
        ("各項工作取得新成績,F(xiàn)將情況報告如下", "各项工作取得新成绩。现将情况报告如下"),
        ("　。ㄋ模┮詣(chuàng)新為要", "  （四）以创新为要"),
    ],
)
def test_slipped_bytes_go_back_into_step(source: str, clean: str) -> None:
    assert repair(source).clean == clean


def test_a_mended_character_points_to_those_that_carry_its_bytes() -> None:
    text = repair("　。ㄒ唬┮詫W習")
    spans = {c: text.verbatim(at, at + 1) for at, c in enumerate(text.clean)}
    assert spans == {" ": "。", "（": "。ㄒ", "一": "ㄒ唬", "）": "唬┮", "以": "┮詫", "学": "詫W", "习": "習"}


def test_plain_text_keeps_its_offsets() -> None:
    text = repair("全镇完成改厕315户，增长6%。\n创建“示范村”3个。")
    assert text.clean is text.source or text.clean == text.source
    assert text.starts is None and text.ends is None and not text.repairs and not text.damaged


@pytest.mark.parametrize("text", [REPORT, TRADITIONAL])
def test_no_clean_line_is_changed_by_the_repair_of_damage(text: str) -> None:
    suspected = noted(text, random.Random(1)) + "\n　。ㄒ唬┮詫W習"
    changed = [record for record in repair(suspected).repairs if record.kind == "shifted-gbk"]
    assert [record.before for record in changed] == ["。ㄒ唬┮詫W"]
    assert repair(suspected).clean.startswith(repair(text).clean.rstrip())


# Things that are no running Chinese and yet no damage.
ODD = """联系人：张三 电话：0730-1234567 QQ：123456 Email：abc@example.cn
首页 > 政务公开 > 总结计划 >> 正文 | [打印本页] [关闭窗口]
Copyright © 2023 All Rights Reserved 某ICP备12345678号-1
PM2.5浓度降至35μg/m³，5G基站12座，Wi-Fi全覆盖，“互联网+政务服务”，“1+6+N”体系，K歌赛、T恤、A级、i志愿
①抓落实；②抓创新。⑴加强领导 ㈠总体 ⒈目标 Ⅰ类 Ⅳ级 温度23℃，面积500㎡，误差±0.5‰，→下一页
鄱阳、漯河、濮阳、亳州、儋州、瑷珲、盩厔、邛崃、歙县、鄄城、郯城、龘靐麤犇骉猋焱垚、饕餮、魑魅魍魉、踟蹰
http://www.example.cn/web/content_1.html?id=20230227&page=1#top var a = "x"; f(){return 1;}
The quick brown fox. こんにちは、カタカナ Привет мир αβγδ ▲重点 ★示范 ※备注 张XX、王*、□□村"""


@pytest.mark.parametrize("text", [ODD, OpenCC("s2t").convert(ODD)])
def test_odd_lines_are_no_damage(text: str) -> None:
    mended = repair(text + "\n　。ㄒ唬┮詫W習，關(guān)").repairs
    assert [record.before for record in mended if record.kind == "shifted-gbk"] == ["。ㄒ唬┮詫W"]


def test_what_cannot_be_mended_stays() -> None:
    table = "┌──┬──┐\n│项目│数量│\n└──┴──┘"
    noise = "ㄅ" * 3000
    assert repair(table).clean == table
    assert repair(noise).clean == noise


def _restored(original: str, share: float, errors: str, seeds: Iterable[int]) -> float:
    """The share of damaged characters that come back when `original` is broken with each of the seeds.

    Bytes that decoders drop leave no trace, so it cannot be 1: a mark in front of a digit or a line break is gone.
    """
    clean = repair(original).clean
    damaged = left = 0
    for seed in seeds:
        rng = random.Random(seed)
        annotated = noted(original, rng)
        spoilt = broken(annotated, rng, share, errors=errors)
        damaged += distance(spoilt, annotated)
        left += distance(repair(spoilt).clean, clean)
    assert damaged > 0
    return 1 - left / damaged


@pytest.mark.parametrize("share", [0.002, 0.008])
@pytest.mark.parametrize(("errors", "floor"), [("ignore", 0.94), ("replace", 0.96)])
@pytest.mark.parametrize("original", [REPORT, TRADITIONAL], ids=["simplified", "traditional"])
def test_most_damaged_characters_come_back(original: str, errors: str, floor: float, share: float) -> None:
    assert _restored(original, share, errors, range(8)) >= floor


# Pieces of damage and of ordinary text: in odd orders they are likelier to break a rule than random characters.
PIECES = [
    *(
        "　。ㄒ唬┮詫W習",
        "?剡`治違",
        "關(guān)",
        "(fā)",
        "發(xi╪g)",
        "&nbsp;",
        "&amp;lt;",
        "&#55296;",
        "<br>",
        "[bookmark: x]",
    ),
    *(
        "\r\n",
        "\r",
        "\n",
        "\u3000",
        " ",
        "，，",
        "１２",
        "12",
        "1,234",
        '"',
        "'",
        "「",
        "⻓",
        "豈",
        "強化機關建設",
        "全镇",
    ),
    *(
        "\ufffd",
        "\ud800",
        "\ue46a",
        "ㄋ",
        "┩",
        "\u200b",
        "二○二二年",
        "HYPERLINK",
        "\\* MERGEFORMAT",
        "(",
        ")",
        ":",
        "€",
    ),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=24).map("".join)
slipped = st.integers(1, 40).map(
    lambda cut: TRADITIONAL.encode("gb18030")[cut : cut + 200].decode("gb18030", "replace")
)


def sound(source: str) -> None:
    """What holds for the repair of any text."""
    text = repair(source)
    assert text.source == source
    if text.starts is None or text.ends is None:
        assert text.starts is text.ends
        assert len(text.clean) == len(source)
    else:
        assert len(text.starts) == len(text.ends) == len(text.clean)
        assert _rises(text.starts) and _rises(text.ends)
        assert all(start < end for start, end in zip(text.starts, text.ends, strict=True))
        assert not text.ends or text.ends[-1] <= len(source)
    for record in text.repairs:
        assert 0 <= record.start <= record.end <= len(source)
        assert record.kind == "traditional" or source[record.start : record.end] == record.before
    for start, end in text.damaged:
        assert 0 <= start < end <= len(text.clean) and "\n" not in text.clean[start:end]


@given(st.text() | texts | slipped)
def test_any_text_has_sound_offsets(source: str) -> None:
    sound(source)


def _rises(numbers: Iterable[int]) -> bool:
    return all(first <= second for first, second in pairwise(numbers))


@given(texts)
def test_the_same_text_gives_the_same_reading(source: str) -> None:
    assert repair(source) == repair(source)


@pytest.mark.parametrize("name", [BIGRAMS, READINGS])
def test_the_tables_are_those_that_the_step_writes(name: str) -> None:
    lines = learn.bigrams(learn.words()) if name == BIGRAMS else learn.readings()
    shipped = gzip.decompress(resources.data(name).read_bytes()).decode("utf-8")
    assert shipped == "\n".join(lines), "run python -m kg.text.repair.learn"


def _gold(shared: Path) -> list[tuple[Path, Path]]:
    gold = sorted((shared / "annotation" / "seeds").glob("*.gold.jsonl"))
    return [(shared / "seeds" / (path.name.removesuffix(".gold.jsonl") + ".txt"), path) for path in gold]


def test_every_gold_number_is_in_the_reading_text(shared: Path) -> None:
    checked = 0
    for source, gold in _gold(shared):
        text = repair(source.read_bytes().decode("utf-8"))
        assert text.starts is None or text.ends is not None
        for line in gold.read_text("utf-8").splitlines():
            record = json.loads(line)
            if record["type"] != "outcome":
                continue
            start = text.source.index(record["snippet"])
            for _ in range(record.get("nth", 0) + 1):
                start = text.source.index(record["number"], start) + 1
            found = _at(text, start - 1, start - 1 + len(record["number"]))
            assert found == OpenCC("t2s").convert(record["number"])
            checked += 1
    assert checked > 100


def _at(text: Text, start: int, end: int) -> str:
    """The clean text that leads back to just this source span."""
    starts = range(len(text.clean)) if text.starts is None else text.starts
    ends = range(1, len(text.clean) + 1) if text.ends is None else text.ends
    first, last = list(starts).index(start), list(ends).index(end)
    return text.clean[first : last + 1]


def test_the_damaged_seed_is_mended_throughout(shared: Path) -> None:
    source = next((shared / "seeds").glob("003_*.txt"))
    text = repair(source.read_bytes().decode("utf-8"))
    mended = [record for record in text.repairs if record.kind == "shifted-gbk"]
    assert len(mended) == 10
    assert len([record for record in text.repairs if record.kind == "pinyin-note"]) == 209
    assert _kinds(text) == {"shifted-gbk", "pinyin-note", "traditional"}
