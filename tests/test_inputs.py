"""Files, archives and dumps: which documents are in them, under which keys, and what is said of the rest."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from kg.errors import KgError, MissingLibrary, UnreadableInput
from kg.text import read
from kg.text.read import dumps, streams
from tests import formats

TEXT = "青柳湾镇2021年工作总结\n一、工作回顾\n完成改厕260个，群众满意度达96%。\n"


def _zip(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _held(path: Path, **options: object) -> tuple[dict[str, read.Input], list[str]]:
    """The documents behind a path by key, and the lines about what is wrong."""
    found = read.find([path])
    documents: dict[str, read.Input] = {}
    lines = [str(problem) for problem in found.problems]
    for file in found.files:
        for one in read.inputs(file, read.Options(**options), lambda _: None):  # type: ignore[arg-type]
            if isinstance(one, KgError):
                lines.append(str(one))
            else:
                documents[one.key] = one
    return documents, lines


def _write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


# archives


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", _zip({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)})),
        ("a.tar", _tar({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)})),
        ("a.tar.gz", gzip.compress(_tar({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)}))),
        ("a.tar.bz2", bz2.compress(_tar({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)}))),
        ("a.tar.xz", lzma.compress(_tar({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)}))),
        ("named.doc", _zip({"x/甲.txt": TEXT.encode(), "乙.html": formats.page(TEXT)})),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_archives_hold_documents(tmp_path: Path, name: str, content: bytes) -> None:
    documents, lines = _held(_write(tmp_path / "in", name, content))
    assert list(documents) == [f"in/{name}/x/甲.txt", f"in/{name}/乙.html"] and not lines
    assert read.source(documents[f"in/{name}/x/甲.txt"]).text == TEXT
    assert documents[f"in/{name}/x/甲.txt"].name == "甲.txt"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_text_is_read_under_the_key_of_its_file(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    documents, lines = _held(_write(tmp_path / "in", "report.txt.gz", pack(TEXT.encode())))
    assert list(documents) == ["in/report.txt.gz"] and not lines
    assert read.source(documents["in/report.txt.gz"]).text == TEXT


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = _zip({"甲.docx": formats.docx(TEXT.strip())})
    documents, lines = _held(
        _write(
            tmp_path / "in", "a.zip", _zip({"b.zip": inner, "c.tgz": gzip.compress(_tar({"乙.txt": TEXT.encode()}))})
        )
    )
    assert list(documents) == ["in/a.zip/b.zip/甲.docx", "in/a.zip/c.tgz/乙.txt"] and not lines
    assert read.source(documents["in/a.zip/b.zip/甲.docx"]).text == TEXT.strip()


def test_names_in_archives_cannot_climb_out(tmp_path: Path) -> None:
    names = ("../../etc/甲.txt", "/乙.txt", "./丙.txt", "a/../../丁.txt")
    for content in (_zip({n: TEXT.encode() for n in names}), _tar({n: TEXT.encode() for n in names})):
        documents, _ = _held(_write(tmp_path / "in", "a.zip", content))
        assert set(documents) == {"in/a.zip/etc/甲.txt", "in/a.zip/乙.txt", "in/a.zip/丙.txt", "in/a.zip/a/丁.txt"}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "in"], "nothing is written"


def test_two_members_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    documents, lines = _held(_write(tmp_path / "in", "a.zip", _zip({"甲.txt": TEXT.encode(), "../甲.txt": b"other"})))
    assert len(documents) == 1 and len(lines) == 1 and "has the name of another" in lines[0]


def test_names_of_old_chinese_systems_are_read(tmp_path: Path) -> None:
    content = _zip({"MINGZI.txt": TEXT.encode()}).replace(b"MINGZI", "青柳镇".encode("gbk"))
    documents, _ = _held(_write(tmp_path / "in", "a.zip", content))
    assert list(documents) == ["in/a.zip/青柳镇.txt"]
    name = os.fsdecode("青柳.txt".encode("gbk"))
    documents, _ = _held(_write(tmp_path / "disk", name, TEXT.encode()).parent)
    assert list(documents) == ["disk/青柳.txt"] and documents["disk/青柳.txt"].name == "青柳.txt"


def test_links_and_devices_in_archives_are_passed_over(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"link{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert _held(_write(tmp_path / "in", "a.tar", out.getvalue())) == ({}, [])


def test_locked_members_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    content = bytearray(_zip({"甲.txt": TEXT.encode(), "乙.txt": TEXT.encode()}))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of a password, in the list and before the member
    content[6] |= 1
    documents, lines = _held(_write(tmp_path / "in", "a.zip", bytes(content)))
    assert list(documents) == ["in/a.zip/乙.txt"]
    assert len(lines) == 1 and "甲.txt" in lines[0] and "password" in lines[0]


def test_damaged_archives_give_what_they_can(tmp_path: Path) -> None:
    members = {f"{n}.txt": (TEXT + str(n) * 5000).encode() + os.urandom(9000) for n in range(9)}
    packed = gzip.compress(_tar(members))
    documents, lines = _held(_write(tmp_path / "in", "a.tgz", packed[: len(packed) // 2]))
    assert 2 <= len(documents) <= 5 and len(lines) == 1 and "is damaged" in lines[0]
    whole = _zip(members, method=zipfile.ZIP_STORED)
    documents, lines = _held(_write(tmp_path / "in", "b.zip", whole.replace(b"33333", b"33433", 1)))
    assert len(documents) == 8 and len(lines) == 1 and "3.txt" in lines[0]


def test_more_comes_out_than_any_text_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ALWAYS", 1 << 20)
    bomb = gzip.compress(gzip.compress(bytes(300 << 20)))
    documents, lines = _held(_write(tmp_path / "in", "bomb.gz", bomb))
    assert not documents and len(lines) == 1 and "archive bombs" in lines[0]


def test_archives_packed_too_deep(tmp_path: Path) -> None:
    content = _zip({"甲.txt": TEXT.encode()})
    for _ in range(6):
        content = _zip({"a.zip": content})
    documents, lines = _held(_write(tmp_path / "in", "a.zip", content))
    assert not documents and len(lines) == 1 and "is packed more than" in lines[0]


# folders


def test_what_lies_beside_reports_is_passed_over(tmp_path: Path) -> None:
    for name in ("report.txt", "style.CSS", "logo.png", ".DS_Store", "~$report.docx", "Thumbs.db", "no ending"):
        _write(tmp_path / "in", name, TEXT.encode())
    found = read.find([tmp_path / "in"])
    assert [file.key for file in found.files] == ["in/no ending", "in/report.txt"] and found.passed_over == 5


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    _write(tmp_path / "in", "report.txt", TEXT.encode())
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    assert [file.key for file in read.find([tmp_path / "in"]).files] == ["in/report.txt"]


def test_a_file_given_by_name_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (one,) = read.find([_write(tmp_path / "in", ".hidden.css", TEXT.encode())]).files
    assert one.named and one.key == "in/.hidden.css"


# dumps

ROWS: list[dict[str, str | None]] = [
    {
        "url": "http://a.gov.cn/1.html",
        "title": "甲镇总结",
        "content": TEXT,
        "date": "2022-01-05",
        "place": "湖南省/甲县",
    },
    {
        "url": "http://a.gov.cn/2.html",
        "title": "乙镇总结",
        "content": formats.page(TEXT).decode(),
        "date": None,
        "place": "",
    },
]


def _parquet(rows: list[dict[str, str | None]]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


def _csv(rows: list[dict[str, str | None]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def _jsonl(rows: list[dict[str, str | None]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("crawl.jsonl", _jsonl(ROWS)),
        ("crawl.jsonl.gz", gzip.compress(_jsonl(ROWS))),
        ("crawl.json", json.dumps(ROWS).encode()),
        ("pretty.json", json.dumps(ROWS, indent=2, ensure_ascii=False).encode("utf-8-sig")),
        ("crawl.csv", _csv(ROWS)),
        ("excel.csv", _csv(ROWS, "gb18030", ";")),
        ("unicode.txt", _csv(ROWS, "utf-16", "\t")),
        ("crawl.parquet", _parquet(ROWS)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rows_of_dumps_are_documents(tmp_path: Path, name: str, content: bytes) -> None:
    documents, lines = _held(_write(tmp_path / "in", name, content))
    assert list(documents) == [f"in/{name}/1", f"in/{name}/2"] and not lines
    first, second = map(read.source, documents.values())
    assert first.text.replace("\r\n", "\n") == TEXT and first.name == f"{name}#1"
    assert dict(first.fields) == {k: v for k, v in ROWS[0].items() if k != "content"}
    assert "完成改厕260个" in second.text and "<p" not in second.text, "a page in a column of text is read as a page"
    assert dict(second.fields)["url"] == "http://a.gov.cn/2.html" and "place" not in dict(second.fields)


def test_columns_go_by_usual_names_or_are_told(tmp_path: Path) -> None:
    chinese: list[dict[str, str | None]] = [
        {"网址": "u", "标题": "甲镇总结", "正文": TEXT, "发布日期": "2022-01-05", "地区": "甲县"}
    ]
    documents, _ = _held(_write(tmp_path / "in", "a.csv", _csv(chinese)))
    assert dict(documents["in/a.csv/1"].fields) == {
        "url": "u", "title": "甲镇总结", "date": "2022-01-05", "place": "甲县"
    }  # fmt: skip
    odd: list[dict[str, str | None]] = [{"id": "7", "wenben": TEXT, "riqi": "2022-01-05"}]
    documents, lines = _held(_write(tmp_path / "in", "b.jsonl", _jsonl(odd)))
    assert not documents and "has no text (its columns: id, wenben, riqi)" in lines[0] and "--column text=" in lines[0]
    columns = {"text": "wenben", "date": "riqi"}
    for name, content in (("b.jsonl", _jsonl(odd)), ("b.csv", _csv(odd)), ("b.parquet", _parquet(odd))):
        documents, lines = _held(_write(tmp_path / "in", name, content), columns=columns)
        assert not lines and dict(documents[f"in/{name}/1"].fields) == {"date": "2022-01-05"}


def test_bad_rows_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    content = _jsonl([ROWS[0]]) + b'{"content": "cut off\n[1, 2]\n\n' + _jsonl([{"content": None}, ROWS[1]])
    documents, lines = _held(_write(tmp_path / "in", "a.jsonl", content))
    assert list(documents) == ["in/a.jsonl/1", "in/a.jsonl/5"]
    assert [line.partition(": ")[0].rpartition("#")[2] for line in lines] == ["2", "3", "4"]


def _warc() -> bytes:
    pages = (
        ("http://a.gov.cn/1.html", "200 OK", "text/html; charset=gb2312", formats.page(TEXT, encoding="gb18030")),
        ("http://a.gov.cn/logo.png", "200 OK", "image/png", b"\x89PNG"),
        ("http://a.gov.cn/gone.html", "404 Not Found", "text/html", b"<html>gone</html>"),
        ("http://a.gov.cn/2.docx", "200 OK", "application/octet-stream", formats.docx(TEXT)),
    )
    return b"".join(gzip.compress(_record(*page)) for page in pages)


def _record(url: str, status: str, kind: str, content: bytes) -> bytes:
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-03-05T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def test_pages_of_a_web_archive_are_documents(tmp_path: Path) -> None:
    documents, lines = _held(_write(tmp_path / "in", "crawl.warc.gz", _warc()))
    assert not lines and list(documents) == ["in/crawl.warc.gz/1", "in/crawl.warc.gz/4"]
    page, word = map(read.source, documents.values())
    assert "完成改厕260个" in page.text and "完成改厕260个" in word.text
    assert dict(page.fields)["url"] == "http://a.gov.cn/1.html"


def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, wanted_for: str) -> None:
        raise MissingLibrary(name.partition(".")[0], wanted_for, "dumps")

    monkeypatch.setattr(dumps, "_library", missing)
    _, (line,) = _held(_write(tmp_path / "in", "crawl.parquet", _parquet(ROWS)))
    assert "is a Parquet file, which needs pyarrow; pip install 'township-kg[dumps]'" in line


def test_what_is_said_beside_a_text_is_part_of_its_digest(tmp_path: Path) -> None:
    documents, _ = _held(_write(tmp_path / "in", "a.jsonl", _jsonl([ROWS[0], ROWS[0] | {"date": "2022-02-05"}])))
    one, other = documents.values()
    assert read.digest(one, one.content or b"") != read.digest(other, other.content or b"")
    assert read.digest(one, b"") != read.digest(one, b"", encoding="gb18030")


def test_one_document_of_many_is_named_by_the_end_of_its_key(tmp_path: Path) -> None:
    path = _write(tmp_path / "in", "a.jsonl", _jsonl(ROWS))
    assert read.one(path, read.Options(), member="2").name == "a.jsonl#2"
    with pytest.raises(UnreadableInput, match="several documents; name one with --member"):
        read.one(path, read.Options())
    with pytest.raises(UnreadableInput, match="holds no 3"):
        read.one(path, read.Options(), member="3")
