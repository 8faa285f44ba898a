"""The Rust port does jieba's work: the same words on text like ours."""

from __future__ import annotations

import warnings

import rjieba

from kg import segment
from tests.reading import rows

TEXTS = [row["text"] for name in ("facts", "quantities", "names") for row in rows(name)]


def test_words_are_those_of_jieba() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 imports pkg_resources, which is deprecated
        import jieba

    jieba.setLogLevel("ERROR")
    port = rjieba.Jieba()
    same = total = 0
    for text in TEXTS:
        theirs = {(start, end) for _, start, end in jieba.tokenize(text)}
        ours, at = set(), 0
        for word in port.cut(text):
            ours.add((at, at + len(word)))
            at += len(word)
        same, total = same + len(theirs & ours), total + len(theirs)
    assert total > 5000 and same / total >= 0.99


def test_spans_join_to_the_text() -> None:
    for text in TEXTS[:50]:
        words = segment.words(text, offset=3)
        assert "".join(word.text for word in words) == text
        assert [word.start for word in words[1:]] == [word.end for word in words[:-1]] and words[0].start == 3
