"""What must hold for any text whatever: no crash, offsets that slice, valid IRIs, the same graph twice."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import oxigraph, pipeline
from kg.explain import text as explained
from kg.graph.mapping import mapped
from kg.model import Reading, Source
from tests.reading import rows

# pieces that reports are made of, in odd orders, are likelier to break a rule than random characters
PIECES = [row["text"] for name in ("quantities", "not_quantities", "facts", "names") for row in rows(name)]
JOINTS = [
    "，",
    "。",
    "\n",
    "；",
    "（",
    "）",
    "“",
    "”",
    "\n一、2021年工作总结\n",
    "\n二、2022年工作计划\n",
    "分别",
    "各",
    " ",
    "\u3000",
    "x",
]
reports = st.lists(st.sampled_from(PIECES) | st.sampled_from(JOINTS) | st.text(max_size=12), max_size=30).map("".join)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _read(text: str) -> Reading:
    return pipeline.read(Source("any/text.txt", "text.txt", text, "0" * 64))


@slow
@given(reports)
def test_offsets_slice_the_source(text: str) -> None:
    reading = _read(text)
    clean, span = reading.document.text, reading.document.text.span
    for outcome in reading.outcomes:
        start, end = span(outcome.quantity.start, outcome.quantity.end)
        assert 0 <= start < end <= len(text)
        sentence = span(outcome.sentence.start, outcome.sentence.end)
        assert sentence[0] <= start and end <= sentence[1]
    for mention in reading.mentions:
        start, end = span(mention.start, mention.end)
        assert text[start:end] == clean.verbatim(mention.start, mention.end) != ""
    assert "".join(piece for piece, _ in explained(reading)) == text


@slow
@given(reports | st.text())
def test_the_graph_is_valid_and_the_same_twice(text: str) -> None:
    first, second = (mapped(_read(text), run="test") for _ in range(2))
    assert first == second
    lines = (first.quads.decode() + first.shared).splitlines()
    assert len(list(oxigraph.parse(first.quads + first.shared.encode(), "nquads"))) == len(lines) >= 1


def test_nothing_is_divided_by_nothing() -> None:
    for fraction in ("1/0", "3/00"):
        reading = _read(f"一、2021年工作总结\n完成改厕{fraction}。\n")
        assert {refused[2] for refused in reading.refused} >= {"no unit"} and not reading.outcomes


def test_a_number_is_found_where_it_stands(tmp_path: Path) -> None:
    """Slicing the file by the offsets of an outcome gives the number, through repair too."""
    for row in rows("facts"):
        text = f"\ufeff一、2021年工作总结\r\n  {row['text']}\r\n"
        reading = _read(text)
        spans = [reading.document.text.span(o.quantity.start, o.quantity.end) for o in reading.outcomes]
        assert row["number"] in [text[start:end] for start, end in spans], row["text"]
