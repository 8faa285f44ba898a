"""Pictures of networks: everything that is drawn can be read, and what is left out is counted."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from kg.cli import main
from kg.errors import ExportError, MissingLibrary
from kg.export import picture
from kg.export.picture import columns, png
from kg.export.picture.frame import Extent
from kg.export.picture.svg import cut, plain, width
from kg.export.selection import Selection
from kg.graph.namespaces import RDF, SCHEMA, TKG
from kg.graph.queries import Query
from kg.graph.store import Store
from tests.test_network import SHOWN, odd

ROOT = Path(__file__).parents[1]
PLACES, PROGRAMMES = 12, 300
LANE = re.compile(r" ([\d.]+) ([\d.]+)H([\d.]+)")  # a line's way straight through a column
Box = tuple[float, float, float, float]  # left, top, right, bottom


def dense(layout: str) -> Query:
    """Places and programmes, the latter the rarer the later; a programme leads to another."""
    triples = [f"<x:place/{n}> a tkg:Place ; schema:name '{n}号镇'" for n in range(PLACES)]
    for n in range(PROGRAMMES):
        triples.append(f"<x:programme/{n}> a tkg:Programme ; schema:name '第{n}项治理工程'")
        triples += [f"<x:place/{p}> tkg:implements <x:programme/{n}>" for p in range(PLACES) if n % (p + 1) == 0]
    prefixes = f"PREFIX tkg: <{TKG.Place[:-5]}> PREFIX schema: <{SCHEMA.name[:-4]}>"
    return Query("dense", f"# layout: {layout}\n{prefixes} CONSTRUCT {{ {' . '.join(triples)} }} WHERE {{}}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open_for_writing(tmp_path_factory.mktemp("picture") / "store") as opened:
        opened.put("x:g", [f"<x:a> <{RDF.type}> <{TKG.Place}> .", f'<x:a> <{SCHEMA.name}> "青溪镇" .'])
        yield opened


def drawn(store: Store, query: Query) -> etree._Element:
    out = io.BytesIO()
    picture.export(store, "svg", out, query=query)
    return etree.fromstring(out.getvalue())


def words(svg: etree._Element) -> list[str]:
    return [text.text or "" for text in svg.iter("{*}text")]


def boxes(svg: etree._Element) -> Iterator[Box]:
    """Where the names of nodes are written."""
    for text in svg.iter("{*}text"):
        x, y, size = (float(text.get(name, "0")) for name in ("x", "y", "font-size"))
        if re.search("号镇|治理", words := text.text or ""):
            yield x, y - size * 0.85, x + width(words, size), y + size * 0.2


@pytest.mark.parametrize("layout", ["columns", "force"])
def test_names_do_not_cover_each_other_and_stay_inside(store: Store, layout: str) -> None:
    svg = drawn(store, dense(layout))
    _, _, wide, high = (float(number) for number in svg.get("viewBox", "").split())
    found = list(boxes(svg))
    assert len(found) > 30
    for one, other in combinations(found, 2):
        assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])
    assert all(left >= 0 and top >= 0 and right <= wide and bottom <= high for left, top, right, bottom in found)


@pytest.mark.parametrize("layout", ["columns", "force"])
def test_what_is_left_out_is_counted(store: Store, layout: str) -> None:
    svg = drawn(store, dense(layout))
    (said,) = [line for line in words(svg) if "in all" in line]
    edges = sum(1 for n in range(PROGRAMMES) for p in range(PLACES) if n % (p + 1) == 0)
    nodes, all_edges, left, left_edges = map(int, re.findall(r"\d+", said))
    assert (nodes, all_edges) == (PLACES + PROGRAMMES, edges)
    lines = [path for path in svg.iter("{*}path") if path.get("d") != "M0 -4h26"]  # but that of the legend
    shown = [title for title in svg.iter("{*}title") if "镇" in (title.text or "") or "治理" in (title.text or "")]
    assert (len(shown), len(lines)) == (nodes - left, all_edges - left_edges) and left > 0


def test_a_small_network_is_drawn_whole(store: Store) -> None:
    query = Query("small", f"CONSTRUCT {{ <x:a> <{TKG.implements}> <x:b> }} WHERE {{}}")
    assert "2 nodes and 1 edges in all, all drawn" in words(drawn(store, query))


def test_the_longest_column_holds_what_can_be_read(store: Store) -> None:
    svg = drawn(store, dense("columns"))
    assert 0 < sum("治理" in line for line in words(svg)) <= columns.MOST


def test_what_leads_past_a_column_does_not_cross_its_boxes(store: Store) -> None:
    triples = [f"<x:p{n}> a tkg:Place ; tkg:implements <x:q{n}> ; tkg:follows <x:s>" for n in range(5)]
    triples += [*(f"<x:q{n}> a tkg:Programme" for n in range(5)), "<x:s> a tkg:Strategy"]
    prefix = f"PREFIX tkg: <{TKG.Place[:-5]}>"
    query = Query("past", f"# layout: columns\n{prefix} CONSTRUCT {{ {' . '.join(triples)} }} WHERE {{}}")
    svg = drawn(store, query)
    lanes = [way for path in svg.iter("{*}path") if (way := LANE.search(path.get("d", "")))]
    assert len(lanes) == 5 and len({lane[2] for lane in lanes}) == 1  # one lane for all that leads to one node
    left, y, right = map(float, lanes[0].groups())
    frames = [box for box in svg.iter("{*}rect") if box.get("rx") and left <= float(box.get("x", -1)) < right]
    tops = [float(box.get("y", 0)) for box in frames]
    assert len(tops) == 5 and not any(top <= y <= top + 20 for top in tops)


def test_odd_names_are_drawn_on_one_line_each(store: Store) -> None:
    svg = drawn(store, odd())
    assert all(plain(line) == line for line in words(svg))
    tips = {title.text for title in svg.iter("{*}title")}
    assert {plain(label) for label in SHOWN} <= {str(tip) for tip in tips}


def test_words_are_cut_to_the_room_there_is() -> None:
    assert cut("乡村振兴战略", 12, 72) == "乡村振兴战略" and cut("乡村振兴战略", 12, 60) == "乡村振兴…"
    assert width("ab", 10) < width("镇乡", 10) == 20


def chinese_fonts() -> str:
    """What fontconfig, where it is installed, knows of fonts with Chinese characters."""
    if shutil.which("fc-list") is None:
        return ""
    return subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout


def test_png_is_the_same_picture_twice_as_large(store: Store) -> None:
    pytest.importorskip("resvg_py")
    if not chinese_fonts():
        pytest.skip("no font with Chinese characters is installed (Debian: fonts-wqy-microhei)")
    svg, pixels = io.BytesIO(), io.BytesIO()
    for format, out in (("svg", svg), ("png", pixels)):
        picture.export(store, format, out, query=dense("columns"))
    _, _, wide, _ = etree.fromstring(svg.getvalue()).get("viewBox", "").split()
    head = pixels.getvalue()[:24]
    assert head.startswith(b"\x89PNG") and int.from_bytes(head[16:20], "big") == png.ZOOM * float(wide)


def test_without_a_chinese_font_there_is_no_png(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_chinese", lambda: False)
    with pytest.raises(ExportError, match="fonts-noto-cjk"):
        picture.export(store, "png", io.BytesIO(), query=dense("columns"))


def test_without_resvg_the_extra_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingLibrary, match=r"township-kg\[pictures\]"):
        picture.export(store, "png", io.BytesIO(), query=dense("columns"))


def test_where_there_is_nothing_to_draw_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="shows nothing"):
        picture.export(store, "svg", tmp_path / "x.svg", selection=Selection(places=("青溪镇",)))
    with pytest.raises(ExportError, match="choose one of svg, png"):
        picture.export(store, "gif", tmp_path / "x.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", ["columns", "levels", "force"])
def test_the_same_store_gives_the_same_picture(store: Store, layout: str) -> None:
    assert etree.tostring(drawn(store, dense(layout))) == etree.tostring(drawn(store, dense(layout)))


def test_the_documentation_shows_the_samples_as_they_are_drawn_now(tmp_path: Path) -> None:
    """The view that is laid out by attraction is left out: its last digits are the machine's."""
    assert CliRunner().invoke(main, ["build", "--samples", "--store", str(tmp_path / "store")]).exit_code == 0
    pictures = sorted(path for path in (ROOT / "docs" / "views").glob("*.svg") if path.stem != "place-similarity")
    assert len(pictures) == 3
    with Store.open_for_reading(tmp_path / "store") as samples:
        for path in pictures:
            picture.export(samples, "svg", tmp_path / path.name, view=path.stem)
            assert (tmp_path / path.name).read_bytes() == path.read_bytes(), f"draw {path.name} anew, see docs/views.md"


def measured(*outcomes: str) -> Query:
    """Places that are measured by one indicator."""
    prefixes = f"PREFIX tkg: <{TKG.Place[:-5]}> PREFIX schema: <{SCHEMA.name[:-4]}> PREFIX rdf: <{RDF.type[:-4]}>"
    said = [
        f"<x:o{n}> a rdf:Statement ; rdf:subject <x:p{n}> ; rdf:predicate tkg:measuredBy ; rdf:object <x:i> ; {outcome}"
        for n, outcome in enumerate(outcomes)
    ]
    nodes = [f"<x:p{n}> a tkg:Place" for n in range(len(outcomes))]
    triples = " . ".join([*said, *nodes, "<x:i> a tkg:Indicator"])
    return Query("measured", f"# layout: columns\n{prefixes} CONSTRUCT {{ {triples} }} WHERE {{}}")


def test_a_number_is_written_with_all_its_digits_and_what_is_none_as_it_is(store: Store) -> None:
    query = measured("schema:value 2000000000000.0", "schema:value 0.00001", "schema:value 12.50")
    assert "0.00001；12.5；2,000,000,000,000" in words(drawn(store, query))
    assert "many亩" in words(drawn(store, measured("schema:value 'many' ; tkg:unitText '亩'")))


def test_numbers_are_counted_by_statements_not_by_what_they_say(store: Store) -> None:
    query = measured(*["schema:value 7"] * 3, *(f"schema:value {n}" for n in range(4)))
    assert "7 个数，7 地 · 7 numbers, 7 places" in words(drawn(store, query))


def test_the_legend_names_unknown_levels_beside_known_ones(store: Store) -> None:
    triples = "<x:a> a tkg:Place ; tkg:level tkg:township ; tkg:near <x:b> . <x:b> a tkg:Place"
    query = Query("levels", f"PREFIX tkg: <{TKG.Place[:-5]}> CONSTRUCT {{ {triples} }} WHERE {{}}")
    assert {"地方·乡镇 township", "地方·未定级 level unknown"} <= set(words(drawn(store, query)))


def test_clusters_stand_apart(store: Store) -> None:
    ring = " . ".join(f"<x:{c}{n}> tkg:near <x:{c}{m}>" for c in range(9) for n in range(7) for m in range(n))
    query = Query("clusters", f"PREFIX tkg: <{TKG.Place[:-5]}> CONSTRUCT {{ {ring} }} WHERE {{}}")
    clusters: dict[str, list[Box]] = {}
    for shape in drawn(store, query).iter("{*}g"):
        title, circle = shape.findtext("{*}title") or "", shape.find("{*}circle")
        if circle is not None:
            x, y, r = (float(circle.get(name, "0")) for name in ("cx", "cy", "r"))
            clusters.setdefault(title[2], []).append((x - r, y - r, x + r, y + r))
    for one, other in combinations(clusters.values(), 2):
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a in one for b in other)


def test_what_is_left_out_names_no_nodes_where_all_are_drawn() -> None:
    zh, en = Extent(12, 66, 12, 29).sentences
    assert zh.endswith("略去联系较少的 37 条关系") and en.startswith("12 nodes and 66 edges in all; 37 edges of")
