"""A text in pieces: nothing of it is lost, and every fact can be found in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.serve.site.marks import KINDS, Fact, covering, lines, seen

TEXT = "推进厕所革命，改厕650个。\n石桥村改厕30户。"


def shown(text: str, *facts: Fact) -> str:
    """The lines with <kind:words> for what is marked, and {kind:…} around it for what that hides."""
    return "\n".join("".join(map(_piece, line.pieces)) for line in lines(text, facts))


def _piece(piece: object) -> str:
    said = f"<{piece.fact.kind}:{piece.text}>" if piece.fact else piece.text  # type: ignore[attr-defined]
    for fact in piece.under:  # type: ignore[attr-defined]
        said = f"{{{fact.kind}:{said}}}"
    return said


def test_facts_are_marked_where_they_stand() -> None:
    facts = Fact("a", "programme", 2, 6), Fact("b", "outcome", 9, 12), Fact("c", "place", 15, 18)
    assert shown(TEXT, *facts) == "推进<programme:厕所革命>，改厕<outcome:650>个。\n<place:石桥村>改厕30户。"


def test_the_shorter_of_two_facts_is_marked_and_the_longer_around_it() -> None:
    outer, inner = Fact("a", "strategy", 0, 6), Fact("b", "programme", 2, 4)
    assert shown(TEXT, outer, inner).startswith("<strategy:推进><programme:厕所><strategy:革命>，")
    assert [piece.first for piece in lines(TEXT, [outer, inner])[0].pieces[:3]] == [True, True, False]


def test_facts_that_cross_are_both_marked() -> None:
    assert shown(TEXT, Fact("a", "programme", 2, 5), Fact("b", "strategy", 4, 9)).startswith(
        "推进<programme:厕所革><strategy:命，改厕>"
    )


def test_a_fact_over_the_same_words_is_around_the_other() -> None:
    same = Fact("a", "strategy", 2, 6), Fact("b", "programme", 2, 6)
    assert shown(TEXT, *same).startswith("推进{strategy:<programme:厕所革命>}，")


def test_a_fact_over_two_lines_is_marked_in_both() -> None:
    assert shown(TEXT, Fact("a", "repair", 11, 16)) == "推进厕所革命，改厕65<repair:0个。>\n<repair:石>桥村改厕30户。"


def test_what_lies_outside_the_text_is_left_out() -> None:
    outside = Fact("a", "outcome", 100, 103), Fact("b", "outcome", 3, 3), Fact("c", "outcome", -1, 2)
    assert shown(TEXT, *outside) == TEXT


def test_anchors_and_headings_are_kept() -> None:
    first, second = lines(TEXT, [], [(17, "char=17,20"), (0, "x")], {15: 2, 3: 3})
    assert [(line.start, line.level) for line in (first, second)] == [(0, 0), (15, 2)]
    assert [(piece.text, piece.anchors) for piece in (*first.pieces, *second.pieces)] == [
        ("推进厕所革命，改厕650个。", ("x",)),
        ("石桥", ()),
        ("村改厕30户。", ("char=17,20",)),
    ]


def test_what_cannot_be_seen_is_not_shown() -> None:
    (line,) = lines("改\u202e厕650\u200b个", [Fact("a", "outcome", 3, 6)])
    assert [piece.text for piece in line.pieces] == ["改厕", "650", "个"]


def test_facts_that_share_words_know_of_each_other() -> None:
    facts = [Fact("a", "strategy", 0, 6), Fact("b", "programme", 2, 4), Fact("c", "outcome", 6, 8)]
    assert {name: [one.id for one in others] for name, others in covering(facts).items()} == {
        "a": ["b"],
        "b": ["a"],
        "c": [],
    }


SPANS = st.tuples(st.integers(-2, 30), st.integers(-2, 30), st.sampled_from(KINDS))


@given(st.text("改厕650个。\n \r\u202e<>&", max_size=25), st.lists(SPANS, max_size=12))
def test_nothing_is_lost(text: str, spans: list[tuple[int, int, str]]) -> None:
    facts = [Fact(str(at), kind, start, end) for at, (start, end, kind) in enumerate(spans)]
    found = lines(text, facts)
    said = ["".join(piece.text for piece in line.pieces) for line in found]
    assert said == [line for line in seen(text).split("\n") if line.strip()]
    marked = [fact.id for line in found for piece in line.pieces if (fact := piece.fact) and piece.first]
    under = [fact.id for line in found for piece in line.pieces for fact in piece.under]
    visible = [f.id for f in facts if 0 <= f.start < f.end <= len(text) and seen(text[f.start : f.end]).strip()]
    assert set(visible) <= {*marked, *under}
    assert len(marked) == len(set(marked)) and not set(marked) & set(under)
