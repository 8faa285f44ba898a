"""The step that writes what the repair of damaged text knows of Chinese: ``python -m kg.text.repair.learn``.

Two tables of ``kg/data`` come out of it, both gzipped UTF-8 text, the same bytes on every run:

``repair_bigrams.txt.gz``
    How likely a character follows another, from the word frequencies of jieba 0.42.1 (``jieba/dict.txt``, MIT
    licence) under the model "words drawn one after the other, each by its frequency". A line is
    ``character TAB start TAB end TAB followers TAB costs``: the cost of a word beginning with the character, of a
    word ending in it once it is there, and of each follower inside a word. A cost is a natural logarithm with
    its sign turned, written as one ASCII character (`STEP` nats a step, "!" is 0). "↵" is the line break.

``repair_readings.txt.gz``
    The readings of the characters of GBK, from pypinyin 0.55 (MIT licence). A line is ``syllable TAB characters``.

Both packages are needed for this step only.
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterable
from importlib import metadata
from itertools import pairwise
from pathlib import Path

from kg import resources
from kg.lexicon import table
from kg.text.repair.language import BIGRAMS, LEVELS, READINGS, STEP

RAREST = 12  # pairs seen less often inside words (per 60 million) are left out: they would double the table


def encode(probability: float) -> str:
    """The cost of a probability as one character; 0 and the hardly likely get the highest."""
    if probability <= 0:
        return chr(33 + LEVELS)
    return chr(33 + min(LEVELS, round(-math.log(probability) / STEP)))


def words() -> list[tuple[str, float]]:
    """jieba's words with their frequencies, and the tokens and words of ``repair_tables.toml`` scaled to them."""
    path = Path(str(metadata.distribution("jieba").locate_file("jieba/dict.txt")))
    rows = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    found: list[tuple[str, float]] = [(row[0], float(row[1])) for row in rows if "一" <= row[0][0] <= "鿿"]
    size = sum(len(word) * count for word, count in found)
    tables = table("repair_tables.toml")
    shares = list(tables["frequency"].items())
    shares += [(word, float(share)) for share, listed in tables["vocabulary"].items() for word in listed.split()]
    return found + [(word, share * size / 1000) for word, share in shares]


def bigrams(tokens: Iterable[tuple[str, float]]) -> list[str]:
    """The lines of the table of bigrams learned from tokens with their frequencies."""
    inside: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    starts: dict[str, float] = defaultdict(float)
    ends: dict[str, float] = defaultdict(float)
    seen: dict[str, float] = defaultdict(float)
    total = 0.0
    for token, count in tokens:
        total += count
        starts[token[0]] += count
        ends[token[-1]] += count
        for first, second in pairwise(token):
            inside[first][second] += count
        for character in token:
            seen[character] += count
    return [_line(c, starts[c] / total, ends[c] / seen[c], inside[c], seen[c]) for c in sorted(seen)]


def _line(character: str, start: float, end: float, inside: dict[str, float], seen: float) -> str:
    kept = sorted((second, count / seen) for second, count in inside.items() if count >= RAREST)
    followers, costs = "".join(second for second, _ in kept), "".join(encode(share) for _, share in kept)
    return "\t".join((character, encode(start), encode(end), followers, costs)).replace("\n", "↵")


def readings() -> list[str]:
    """The lines of the table of readings: the characters of GBK under each syllable that is read for them."""
    from pypinyin.pinyin_dict import pinyin_dict

    found: dict[str, list[str]] = defaultdict(list)
    for code, syllables in sorted(pinyin_dict.items()):
        if len(chr(code).encode("gbk", "ignore")) == 2:
            for syllable in syllables.split(","):
                found[syllable].append(chr(code))
    return [f"{syllable}\t{''.join(characters)}" for syllable, characters in sorted(found.items())]


def write(name: str, lines: list[str]) -> None:
    """Write lines to the table `name` of ``kg/data``, the same bytes for the same lines."""
    (resources.data() / name).write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), 9, mtime=0))


if __name__ == "__main__":
    write(BIGRAMS, bigrams(words()))
    write(READINGS, readings())
