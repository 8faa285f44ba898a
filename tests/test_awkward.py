"""Three hundred inputs as nobody would wish for them: each is read, or named in one line, and nothing falls over."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import pipeline
from kg.cli import main
from kg.errors import KgError, UnreadableInput
from kg.text import read
from tests import formats
from tests.test_formats import REPORT

NUMBER = 300
TEXTS = {
    "one line": REPORT.replace("\n", ""),
    "a line a character": "\n".join(REPORT),
    "spaces between all": " ".join(REPORT),
    "blank lines": REPORT.replace("\n", "\n\n\n\u3000\n"),
    "old Mac line ends": REPORT.replace("\n", "\r"),
    "line separators": REPORT.replace("\n", "\u2028"),
    "form feeds": REPORT.replace("\n", "\f"),
    "zero bytes": REPORT.replace("，", "\0，"),
    "marks of direction": REPORT.replace("，", "\u202e，\u200b"),
    "byte order marks inside": REPORT.replace("\n", "\n\ufeff"),
    "private characters": REPORT.replace("镇", "\ue123"),
    "lost characters": REPORT.replace("全", "\ufffd"),
    "emoji": REPORT.replace("。", "👍🏽。"),
    "astral characters": REPORT.replace("的", "𠀀"),
    "combining marks": REPORT.replace("年", "年\u0301\u0301"),
    "no punctuation": "".join(c for c in REPORT if c not in "，。；、：“”"),
    "only punctuation": "，。；、：“”（）" * 500,
    "only digits": "1234567890" * 2000,
    "a number without end": "投入" + "9" * 20_000 + "元。" + REPORT,
    "magnitudes without end": "投入一" + "亿" * 5_000 + "元。" + REPORT,
    "decimals without end": "增长0." + "3" * 20_000 + "%。" + REPORT,
    "opened and never closed": "（" * 5_000 + "“" * 5_000 + "《" * 5_000 + REPORT,
    "numerals in a row": "一二三四五六七八九十百千万亿" * 2_000 + REPORT,
    "masks in a row": "x" * 20_000 + "个，" + "×" * 20_000 + REPORT,
    "headings in a row": "一、（一）1、" * 3_000 + REPORT,
    "dates in a row": "2021年1月1日至2022年2月2日" * 2_000 + REPORT,
    "an entity without end": "&amp;" * 5_000 + "amp;" * 5_000 + REPORT,
    "tags never closed": "<p><div><span " * 3_000 + REPORT,
    "fields of Word": "HYPERLINK " * 3_000 + '\\"' * 1000 + REPORT,
    "notes in a row": "镇(zhèn)" * 3_000 + REPORT,
    "villages in a row": "石桥村、李家湾村、" * 2_000 + REPORT,
    "one character": "镇",
    "one character many times": "镇" * 50_000,
    "English": "The township repaired 260 toilets and 3 roads. " * 200,
    "markdown": "# " + REPORT.replace("一、", "## 一、").replace("260", "**260**"),
    "doubled marks": REPORT.replace("，", "，，").replace("。", "。。"),
    "half width": REPORT.translate(str.maketrans("，。：；（）“”", ',.:;()""')),
}
ENCODINGS = ("utf-8", "utf-16", "gb18030")


def _documents() -> dict[str, bytes]:
    """Documents of every format that are whole."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("甲.txt", REPORT)
    rows = "".join(json.dumps({"text": REPORT, "url": str(n)}) + "\n" for n in range(3))
    return {
        "page.html": formats.page(REPORT),
        "word.docx": formats.docx(REPORT),
        "old.doc": (Path(__file__).parent / "data" / "report.doc").read_bytes(),
        "sheets.pdf": formats.pdf(REPORT),
        "packed.zip": archive.getvalue(),
        "packed.txt.gz": gzip.compress(REPORT.encode()),
        "rows.jsonl": rows.encode(),
        "cells.csv": ("text,url\n" + f'"{REPORT}",u\n' * 3).encode(),
        "traditional.txt": formats.big5(REPORT),
    }


def _awkward() -> Iterator[tuple[str, bytes]]:
    """The inputs, the same on every run: texts, documents cut short and with bytes changed, and bytes of no meaning."""
    for name, text in TEXTS.items():
        for encoding in ENCODINGS:
            yield f"{name} {encoding}.txt", text.encode(encoding)
    chance = random.Random(3)
    for name, content in _documents().items():
        yield name, content
        for share in (0.01, 0.1, 0.3, 0.5, 0.8, 0.97, 0.999):
            yield f"cut at {share} {name}", content[: int(len(content) * share)]
        for changes in (1, 5, 40, 200):
            changed = bytearray(content)
            for _ in range(changes):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield f"{changes} bytes changed {name}", bytes(changed)
        yield f"twice {name}", content + content
    for number in range(NUMBER):
        yield f"no meaning {number}.bin", chance.randbytes(chance.choice((1, 2, 7, 300, 5_000)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("awkward")
    inputs = list(_awkward())[: NUMBER - 4]
    assert len({name for name, _ in inputs}) == NUMBER - 4
    for name, content in inputs:
        (folder / name).write_bytes(content)
    (folder / "two\nlines 换行.txt").write_text(REPORT, "utf-8")
    (folder / os.fsdecode("旧系统.txt".encode("gbk"))).write_text(REPORT, "utf-8")
    (folder / "to nowhere.txt").symlink_to(folder / "nowhere")
    (folder / ("长" * 60 + ".txt")).write_text(REPORT, "utf-8")
    return folder


def test_each_is_read_or_named_in_one_line(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["build", str(folder), "--store", str(tmp_path / "store")])
    assert result.exit_code == 1, result.output
    lines = result.stderr.splitlines()
    assert all(line.startswith(("error: ", "skipped: ")) and "; " in line for line in lines)
    stored = CliRunner().invoke(main, ["query", "reports", "--store", str(tmp_path / "store"), "--format", "json"])
    rows = json.loads(stored.stdout)["results"]["bindings"]
    names = {" ".join(row["source"]["value"].split()) for row in rows}
    for path in folder.iterdir():
        name = os.fsencode(path.name)
        shown = " ".join(name.decode("gb18030" if name.startswith("旧".encode("gbk")) else "utf-8").split())
        said = [line for line in lines if f"/{shown}:" in line]
        inside = [name for name in names if name.startswith(f"{shown}#") or _holds_several(shown)]
        inside += [line for line in lines if f"/{shown}/" in line or f"/{shown}#" in line]
        assert len(said) <= 1 and (said or shown in names or inside), shown
    assert CliRunner().invoke(main, ["validate", "--store", str(tmp_path / "store")]).exit_code == 0


def _holds_several(name: str) -> bool:
    return name.endswith(("packed.zip", "rows.jsonl", "cells.csv"))


def test_every_number_read_is_where_its_offsets_say(folder: Path) -> None:
    found = 0
    for file in read.find([folder]).files:
        for one in read.inputs(file, read.Options(), lambda _: None):
            if isinstance(one, KgError):
                continue
            try:
                reading = pipeline.read(read.source(one))
            except UnreadableInput:
                continue
            for outcome in reading.outcomes:
                text, quantity = reading.document.text, outcome.quantity
                start, end = text.span(quantity.start, quantity.end)
                assert 0 <= start <= end <= len(reading.source.text)
                assert text.verbatim(quantity.start, quantity.end) == reading.source.text[start:end]
                found += 1
    assert found > 1000


def _peak(*arguments: str | Path) -> tuple[int, str]:
    """Bytes that a command and its workers had in memory at most, and what it said on standard error."""
    code = (
        "import resource, sys; from click.testing import CliRunner; from kg.cli import main\n"
        "result = CliRunner().invoke(main, sys.argv[1:]); sys.stderr.write(result.stderr)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) * 1024, done.stderr


def test_a_text_of_200_mb_and_a_bomb_of_1_gb_are_refused_within_1_gb_of_memory(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with (folder / "huge.txt").open("wb") as out:
        for _ in range(200):
            out.write(REPORT.encode() * (1_000_000 // len(REPORT.encode())))
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.txt", "w") as out:
        for _ in range(1024):
            out.write(bytes(1 << 20))
    (folder / "report.txt").write_text(REPORT, "utf-8")
    peak, said = _peak("build", folder, "--store", tmp_path / "store")
    lines = said.splitlines()
    assert len(lines) == 2 and any("huge.txt" in line for line in lines) and any("bomb.zip" in line for line in lines)
    assert peak < 1 << 30
