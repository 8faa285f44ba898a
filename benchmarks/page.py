"""How soon a page of many nodes is drawn, how smoothly it moves, and how large the file is.

    python benchmarks/page.py [--nodes 20000] [--edges 40000] [--keep FILE] [--shown]

The network is invented here: townships that carry out programmes and follow strategies, a few of these known to all
and most to few. The page is opened from its file in the Chromium that is installed, headless and drawing in software
unless --shown, which takes a screen and its graphics processor. Frames are counted while the picture is dragged and
zoomed, before the layout is at rest and after. Times are of one run.
"""

from __future__ import annotations

import argparse
import gzip
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
from playwright.sync_api import Page, sync_playwright

from kg import resources
from kg.export.page import page
from kg.export.page_data import About

WINDOW = {"width": 1400, "height": 900}
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SHARES = (("Place", 0.8), ("Programme", 0.15), ("Strategy", 0.05))  # of the nodes
COLORS = {"Place": "#4e79a7", "Programme": "#59a14f", "Strategy": "#f28e2b"}
AREAS = ("农业农村", "生态环境", "社会保障", "卫生健康", "教育", "文化", "交通运输", "社会治理")
YEARS = range(2015, 2026)
MOVING = 4.0  # seconds that frames are counted
LAYOUT = 300_000  # milliseconds that the layout may take

# Counts the frames that the browser draws, and remembers the longest pause between two.
COUNT = """() => {
  const frames = window.frames_ = { count: 0, longest: 0, last: performance.now() };
  const tick = (now) => {
    frames.count++; frames.longest = Math.max(frames.longest, now - frames.last); frames.last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
# The first frame after the status line says how much is shown.
DRAWN = """() => document.getElementById("status").textContent !== ""
  && document.querySelector("#canvas canvas") !== null"""
AT_REST = """() => document.getElementById("work").hidden"""


def main() -> int:
    """Parse the call, measure, print the table."""
    options = arguments()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("there is no Chromium; on Debian: apt-get install chromium", file=sys.stderr)
        return 2
    started = time.perf_counter()
    content = page(invented(options.nodes, options.edges), about(), {})
    written = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder, "page.html")
        path.write_bytes(content)
        print(f"{options.nodes:,} nodes, {options.edges:,} edges")
        sizes(content, written)
        measure(path.resolve(), browser, shown=options.shown)
    return 0


def arguments() -> argparse.Namespace:
    """The options of the call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=20_000, help="how many nodes (default: %(default)s)")
    parser.add_argument("--edges", type=int, default=40_000, help="how many edges (default: %(default)s)")
    parser.add_argument("--keep", type=Path, help="leave the page in this file")
    parser.add_argument("--shown", action="store_true", help="open a window and draw with the graphics processor")
    return parser.parse_args()


def invented(nodes: int, edges: int) -> Any:
    """A network as kg.export.network makes them; the same for the same numbers."""
    chance = random.Random(nodes)
    graph = nx.MultiDiGraph()
    members: dict[str, list[int]] = {}
    for kind, share in SHARES:
        first = len(graph)
        graph.add_nodes_from((at, node(chance, kind, at)) for at in range(first, first + round(nodes * share)))
        members[kind] = list(range(first, len(graph)))
    for _ in range(edges):
        kind = chance.choices(("Programme", "Strategy"), (3, 1))[0]
        # Like names of programmes in reports: the n-th best known in about 1/n of them.
        goal = members[kind][int(len(members[kind]) ** chance.random()) - 1]
        year = chance.choice(YEARS)
        relation = "implements" if kind == "Programme" else "follows"
        graph.add_edge(chance.choice(members["Place"]), goal, relation=relation, weight=1, years=str(year))
    return graph


def node(chance: random.Random, kind: str, number: int) -> dict[str, Any]:
    """The attributes of one node."""
    name = {"Place": "镇", "Programme": "工程", "Strategy": "战略"}[kind]
    return {
        "iri": f"https://example.org/{kind.lower()}/{number}",
        "label": f"虚构{number}{name}",
        "label_en": f"Invented {kind.lower()} {number}",
        "kind": kind,
        "level": "township" if kind == "Place" else chance.choice(("central", "province", "county")),
        "area": "" if kind == "Place" else chance.choice(AREAS),
        "color": COLORS[kind],
        "years": " ".join(map(str, sorted(chance.sample(YEARS, 3)))) if kind == "Place" else "",
    }


def about() -> About:
    """What the page says of itself."""
    title = {"zh": "虚构的网络", "en": "An invented network"}
    return About("benchmark", title, 0, None, None, ())


def sizes(content: bytes, seconds: float) -> None:
    """Print how large the page and what it is made of are."""
    script = resources.bundle("export/page.js").read_bytes()
    style = resources.bundle("export/page.css").read_bytes()
    print(f"page {len(content) / 1e6:.2f} MB, written in {seconds:.2f} s")
    for name, part in (("script", script), ("style", style)):
        print(f"{name} {len(part) / 1e3:.0f} kB, {len(gzip.compress(part, mtime=0)) / 1e3:.0f} kB gzipped")


def measure(path: Path, browser: str, *, shown: bool) -> None:
    """Open the page and print the times."""
    with sync_playwright() as play:
        flags = FLAGS[:2] if shown else FLAGS
        chromium = play.chromium.launch(executable_path=browser, headless=not shown, args=[*flags])
        tab = chromium.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        started = time.perf_counter()
        tab.goto(path.as_uri())
        tab.wait_for_function(DRAWN, polling="raf")
        tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        print(f"first picture {time.perf_counter() - started:.2f} s")
        tab.evaluate(COUNT)
        frames(tab, "while the layout runs, dragged", drag)
        tab.wait_for_function(AT_REST, timeout=LAYOUT)
        print(f"layout at rest {time.perf_counter() - started:.1f} s")
        frames(tab, "untouched", lambda tab: tab.wait_for_timeout(20))
        frames(tab, "dragged", drag)
        frames(tab, "zoomed", zoom)
        chromium.close()


def frames(tab: Page, name: str, act: Callable[[Page], None]) -> None:
    """Count frames while `act` is done over and over."""
    middle = WINDOW["width"] / 2, WINDOW["height"] / 2
    tab.mouse.move(*middle)
    tab.evaluate("() => { frames_.count = 0; frames_.longest = 0; frames_.last = performance.now(); }")
    started = time.perf_counter()
    while time.perf_counter() - started < MOVING:
        act(tab)
    seconds = time.perf_counter() - started
    found = tab.evaluate("() => frames_")
    print(f"{name}: {found['count'] / seconds:.0f} frames a second, longest pause {found['longest']:.0f} ms")


def drag(tab: Page) -> None:
    """Drag the picture to and fro."""
    x, y = WINDOW["width"] / 2, WINDOW["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    for step in range(20):
        tab.mouse.move(x + 6 * step, y + 3 * step)
    for step in range(20, 0, -1):
        tab.mouse.move(x + 6 * step, y + 3 * step)
    tab.mouse.up()


def zoom(tab: Page) -> None:
    """Zoom in and out again."""
    for turn in (-240, -240, 240, 240):
        tab.mouse.wheel(0, turn)
        tab.wait_for_timeout(150)


if __name__ == "__main__":
    sys.exit(main())
