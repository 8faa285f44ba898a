"""Draws the picture of the README: townships, their programmes and the strategies of the sample reports.

    kg build --samples --store store
    kg export --store store --format nodelink -o network.json
    python docs/picture.py network.json | dot -Tsvg -o docs/graph.svg

Needs Graphviz (``dot``); everything in the picture comes from the exported network.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LOOKS = {  # kind of node → fill, shape
    "Place": ("#dbe9f6", "house"),
    "Programme": ("#e3f2dc", "box"),
    "Strategy": ("#f8e3d4", "ellipse"),
}
VERBS = {"implements": "#5a8f4e", "follows": "#c07a3e", "servesStrategy": "#9a9a9a"}
HEAD = """digraph graph_of_the_samples {
  graph [rankdir=LR, ranksep=1.6, nodesep=0.12, fontname="Noto Sans CJK SC", bgcolor=white]
  node [fontname="Noto Sans CJK SC", fontsize=12, style="filled,rounded", color="#666666", penwidth=0.6]
  node [margin="0.12,0.05"]
  edge [arrowsize=0.5, penwidth=0.9]"""


def draw(network: dict[str, list[dict[str, str]]]) -> str:
    """The node-link network as a Graphviz graph, only what townships do and follow."""
    nodes = {node["id"]: node for node in network["nodes"]}
    edges = [e for e in network["links"] if e["relation"] in VERBS]
    acting = {e["source"] for e in edges if e["relation"] == "implements"}
    doing = {e["target"] for e in edges if e["source"] in acting}
    kept = [e for e in edges if e["source"] in acting or (e["source"] in doing and e["target"] in doing)]
    used = sorted({end for e in kept for end in (e["source"], e["target"])})
    lines = [HEAD]
    for node in nodes.values():
        if node["iri"].endswith("#place"):  # a place that only its report knows
            node["label"] = "masked (xx镇)"
    boxes = ((at, nodes[at]["label"], *LOOKS[nodes[at]["kind"]]) for at in used)
    lines += [f'  n{at} [label="{label}", fillcolor="{fill}", shape={shape}]' for at, label, fill, shape in boxes]
    lines += [f'  n{e["source"]} -> n{e["target"]} [color="{VERBS[e["relation"]]}"]' for e in kept]
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    print(draw(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
