"""The comparison with the peers: it runs without them and says so, and what it counts is right."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.peers import jionlp_money, recognizers
from benchmarks.peers.__main__ import INSTALL, main
from benchmarks.peers.model import Number, Report, Tool
from benchmarks.peers.score import figures

ROOT = Path(__file__).parents[1]


def test_the_small_gold_is_read_by_our_tool_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tool", "township-kg", "--rounds", "1", "--json", str(tmp_path / "out.json")]) == 0
    said = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (said["reports"], said["numbers"], list(said["tools"])) == (2, 79, ["township-kg"])
    ours = said["tools"]["township-kg"]
    assert ours["characters_per_second"] > 0
    groups = ("all", "claimed", "money", "percentages", "other")
    assert [ours[group]["gold"] for group in groups] == [79, 79, 18, 13, 48]
    assert all(ours["all"][key] > 0.98 for key in ("precision", "recall", "value", "unit", "qualifier"))
    assert capsys.readouterr().out.startswith("| 2 reports, 79 numbers | township-kg ")


def test_missing_peers_are_named_with_the_way_to_install_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ("jionlp", "recognizers_text"):
        monkeypatch.setitem(sys.modules, module, None)
    assert main(["--rounds", "1"]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines() == [
        f"JioNLP is not installed (jionlp): {INSTALL}",
        f"Recognizers-Text is not installed (recognizers_text): {INSTALL}",
    ]
    assert out.startswith("| 2 reports, 79 numbers | township-kg ")
    assert main(["--tool", "JioNLP"]) == 1
    assert capsys.readouterr() == ("", f"JioNLP is not installed (jionlp): {INSTALL}\n")
    assert INSTALL.startswith("pip install -r ") and (ROOT / INSTALL.split()[-1]).is_file()


def test_texts_and_gold_may_lie_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, golds = tmp_path / "texts", tmp_path / "golds"
    texts.mkdir()
    golds.mkdir()
    (texts / "a.txt").write_text("青禾镇2021年工作总结\n改厕650个，栽树650棵。\n", "utf-8")
    line = {"type": "outcome", "snippet": "650个，栽树650棵", "number": "650", "nth": 1, "value": 650}
    gold = golds / "a.gold.jsonl"
    gold.write_text(json.dumps(line | {"unit": "棵", "qualifier": "exact"}), "utf-8")
    call = ["--texts", str(texts), "--gold", str(golds), "--rounds", "1", "--tool", "township-kg"]
    assert main(call) == 0
    assert "| 1 reports, 1 numbers |" in capsys.readouterr().out
    gold.write_text(json.dumps(line | {"snippet": "650"}), "utf-8")
    assert main(call) == 2
    assert capsys.readouterr().err == "a.gold.jsonl: the text holds 2 times, not once: '650'\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: no NAME.gold.jsonl here"),
        (["--texts", "nowhere"], "--texts and --gold come in pairs"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(said)


MONEY = "投资"  # what stands before every amount below


@pytest.mark.parametrize(
    ("words", "num", "definition", "value", "bounds", "qualifier"),
    [
        ("67.29万元", "672900.00", "accurate", 672900, (None, None), "exact"),
        ("近200万元", "2000000.00", "blur-", 2000000, (None, None), "approx"),
        ("不足5万元", "50000.00", "blur-", 50000, (None, None), "at_most"),
        ("400余万元", ["4000000.00", "5000000.00"], "blur", 4000000, (None, None), "at_least"),
        ("3至5万元", ["30000.00", "50000.00"], "blur", None, (30000, 50000), "exact"),
    ],
)
def test_amounts_of_jionlp(
    words: str, num: Any, definition: str, value: float | None, bounds: tuple[float, float], qualifier: str
) -> None:
    offset = [len(MONEY), len(MONEY) + len(words)]
    detail = {"num": num, "case": "元", "definition": definition}
    found = jionlp_money.number({"text": words, "offset": offset, "type": "money", "detail": detail})
    assert (MONEY + words)[found.start : found.end] == words
    assert (found.value, (found.lower, found.upper), found.unit, found.qualifier) == (value, bounds, "元", qualifier)


@pytest.mark.parametrize(
    ("words", "resolution", "value", "unit"),
    [
        ("650", {"value": "650"}, 650, ""),
        ("95%", {"value": "95%"}, 95, "%"),
        ("三分之二", {"value": "0.666666666666667"}, 66.67, "%"),
        ("1.2万亩", {"value": "12000", "unit": "Mu"}, 12000, "亩"),
        ("5万元", {"value": "50000", "unit": "Chinese yuan", "isoCurrency": "CNY"}, 50000, "元"),
    ],
)
def test_answers_of_recognizers_text(words: str, resolution: dict[str, str], value: float, unit: str) -> None:
    found = recognizers.number(SimpleNamespace(start=2, end=1 + len(words), text=words, resolution=resolution))
    assert found is not None and (found.start, found.end, found.unit) == (2, 2 + len(words), unit)
    assert found.value == pytest.approx(value, rel=1e-4)


def test_a_unit_without_a_number_is_none() -> None:
    answer = SimpleNamespace(start=3, end=3, text="亩", resolution={"value": None, "unit": "Mu"})
    assert recognizers.number(answer) is None


def test_the_longest_answer_counts() -> None:
    bare, whole, other = Number(0, 2, 95, ""), Number(0, 3, 95, "%"), Number(5, 6, 3, "")
    assert recognizers.longest([other, bare, whole]) == [whole, other]


def test_what_is_counted() -> None:
    """Optional ones are left out, pieces of a hit are no fault, bare numbers count against a tool only in all."""
    gold = (
        Number(0, 4, 100, "元"),
        Number(10, 14, None, "亩", lower=3, upper=5),
        Number(20, 22, 7, "%", optional=True),
        Number(30, 32, None, "元"),
    )
    found = [Number(0, 5, 100, "元", "approx"), Number(10, 11, 3, ""), Number(13, 14, 5, ""), Number(20, 22, 8, "%")]
    false = [Number(40, 44, 2021, "")]
    tool = Tool(
        "peer", "1", lambda text: found + false, claims=lambda number: number.unit == "元" and not number.masked
    )
    said = figures(tool, [Report("a", "", gold)])
    assert said["claimed"] == {"gold": 1, "precision": 1, "recall": 1, "f1": 1, "value": 1, "unit": 1, "qualifier": 0}
    assert said["all"]["gold"] == 3 and said["all"]["recall"] == pytest.approx(2 / 3)
    assert said["all"]["precision"] == pytest.approx(2 / 3) and said["all"]["value"] == said["all"]["unit"] == 0.5
    assert said["percentages"]["gold"] == 0 and said["percentages"]["f1"] is None
