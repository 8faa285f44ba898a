"""Finding damage and mending it: pinyin notes come out, slipped GBK bytes go back into step."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from kg.text.repair import notes
from kg.text.repair.draft import Draft, Edit
from kg.text.repair.language import bigrams, readings
from kg.text.repair.notes import Note
from kg.text.repair.script import looks_traditional
from kg.text.repair.shifted import UNREADABLE, Item, Step, reread

# Where a mark left no trace: with its A1 gone, the rest of it is dropped in front of a line break or a digit.
_UNENDED = re.compile("(?:[一-鿿]|(?<![。！？])[”》）])$", re.MULTILINE)  # no end of a paragraph
_SENTENCES = 2  # a line with fewer may be a heading or a list
_UNMARKED = re.compile("^[ \u3000]*[一二三四五六七八九十]{1,3}(?=20[0-9]{2}年)", re.MULTILINE)  # no 、 of a heading
# Characters that Chinese text hardly ever has and slipped bytes often make: bopomofo, corners of boxes,
# description characters, the private use area that GBK maps to.
_STRANGE = re.compile("[\u3105-\u312f\u250c-\u2573\u2ff0-\u2ffb\ue000-\ue864]")
_RULES = re.compile("[─━│┃═║]")  # the lines of a table drawn with characters: box corners are no damage there
# How dear (nats a character, as a mean of so many) a stretch must be to be read again; running text is at 5,
# one stretch in thirty above this.
_DEAR, _RUN = 8.0, 3
_READABLE = 9.0  # what is mended must not be dearer; of 730 right repairs of reports broken on purpose none was
_LONGEST = 2000  # characters: what looks bad for longer is no slip but another encoding, or no text
_RUINED = 5  # of so many characters one unreadable: no slip does that
_MARGIN = 6  # characters read again on either side: the loss is at most a few characters before what looks bad


def mend(draft: Draft) -> None:
    """Take pinyin notes out of the draft and put slipped bytes right; a line that cannot be mended stays as it is.

    Leaves one record for each mended place, "shifted-gbk", and for each note outside of these, "pinyin-note".
    """
    found = notes.find(draft.text)
    edits: list[Edit] = []
    if found or _STRANGE.search(draft.text) or looks_traditional(draft.text):
        for line in _lines(draft.text, found):
            for start, stop in _doubtful(line):
                if stop - start <= _LONGEST:
                    edits += _reread(line, start, stop)
    slipped = bool(edits)
    inside = {at for edit in edits for at in range(edit.start, edit.end)}
    edits += [Edit(note.start, note.end, "", "pinyin-note") for note in found if note.start not in inside]
    draft.edit(sorted(edits, key=lambda edit: edit.start))
    if slipped:
        draft.edit(_marks(draft.text))


def _marks(text: str) -> Iterator[Edit]:
    """Put back the marks of slipped text that left no trace."""
    ends = (found.end() for found in _UNENDED.finditer(text))
    lost = [(end - 1, "。") for end in ends if text.count("。", text.rfind("\n", 0, end) + 1, end) >= _SENTENCES]
    lost += [(found.end() - 1, "、") for found in _UNMARKED.finditer(text)]
    for at, mark in sorted(lost):
        yield Edit(at, at + 1, text[at] + mark, "shifted-gbk", ((at, at + 1),) * 2)


def _lines(text: str, found: list[Note]) -> Iterator[list[Item]]:
    """The characters of each line that may be mended, notes attached to what they stand behind."""
    behind = {note.start: note for note in found}
    usual = _usual(text, found)
    start = 0
    for row in re.split("[\n\f]", text):
        if row and not _RULES.search(row) and row.count(UNREADABLE) * _RUINED <= len(row):
            yield list(_items(row, start, behind, usual))
        start += len(row) + 1


def _usual(text: str, found: list[Note]) -> dict[str, frozenset[str]]:
    """The characters of `text` that each syllable stands behind and is a reading of."""
    seen: dict[str, set[str]] = defaultdict(set)
    for note in found:
        if (character := text[note.start - 1]) in readings().get(note.syllable, ()):
            seen[note.syllable].add(character)
    return {syllable: frozenset(characters) for syllable, characters in seen.items()}


def _items(row: str, start: int, behind: dict[int, Note], usual: dict[str, frozenset[str]]) -> Iterator[Item]:
    """The characters of a row that begins at the draft offset `start`."""
    at, end = start, start + len(row)
    while at < end:
        note = behind.get(at + 1)
        syllable = note.syllable if note else ""
        yield Item(row[at - start], at, syllable, usual.get(syllable, frozenset()))
        at = note.end if note else at + 1


def _doubtful(line: Sequence[Item]) -> list[tuple[int, int]]:
    """The stretches of a line that may be damaged, with their margins."""
    costs = [_doubt(first, second) for first, second in zip((Item("\n", -1), *line), line, strict=False)]
    found: list[tuple[int, int]] = []
    for at in range(len(line)):
        if costs[at] >= _DEAR and sum(costs[max(0, at - _RUN + 1) : at + 1]) >= _DEAR * _RUN:
            start, stop = max(0, at - _MARGIN), min(len(line), at + _MARGIN + 1)
            if found and start <= found[-1][1]:
                start = found.pop()[0]
            found.append((start, stop))
    return found


def _doubt(before: Item, item: Item) -> float:
    """How odd `item` is behind `before`, in nats; what cannot be right counts for a whole stretch."""
    misread = item.note and item.character not in readings().get(item.note, ())
    if misread or item.character == UNREADABLE or _STRANGE.match(item.character):
        return _DEAR * _RUN
    return bigrams().cost(before.character, item.character)


def _reread(line: Sequence[Item], start: int, stop: int) -> Iterator[Edit]:
    """The edits that put line[start:stop] right."""
    stretch = line[start:stop]
    steps = reread(stretch, before=_at(line, start - 1), after=_at(line, stop))
    changed: list[Step] = []
    since = start
    for group, low, high in (*_groups(stretch, steps), ([], len(stretch), len(stretch))):
        if high - low <= 1 and "".join(step.character for step in group) == "".join(
            i.character for i in stretch[low:high]
        ):
            if changed and _reads_well(line, since, start + low, changed):
                yield _edit(changed, line[since : start + low])
            changed, since = [], start + high
        else:
            changed += group


def _at(line: Sequence[Item], place: int) -> str:
    """The character at a place of the line; in front of it and behind it are line breaks."""
    return line[place].character if 0 <= place < len(line) else "\n"


def _reads_well(line: Sequence[Item], start: int, stop: int, steps: list[Step]) -> bool:
    """Whether `steps` in the place of line[start:stop] are running Chinese, and not a guess at something foreign."""
    before, after = _at(line, start - 1), _at(line, stop)
    new = before + "".join(step.character for step in steps) + after
    if sum(map(bigrams().cost, new, new[1:])) > _READABLE * (len(new) - 1):
        return False
    foreign = all(item.character.isascii() and not item.note for item in line[start:stop])
    return not foreign or not (before.isascii() or after.isascii())


def _groups(stretch: Sequence[Item], steps: list[Step]) -> Iterator[tuple[list[Step], int, int]]:
    """The steps in groups that share no item, each with the range of items it was read from, without gaps."""
    place = {item.at: n for n, item in enumerate(stretch)}
    group: list[Step] = []
    low = 0
    for step, following in zip_longest(steps, steps[1:]):
        group.append(step)
        if following is None or following.start >= step.end:
            high = place[following.start] if following else len(stretch)
            yield group, low, high
            group, low = [], high


def _edit(steps: list[Step], items: Sequence[Item]) -> Edit:
    new, spans = "".join(step.character for step in steps), tuple((step.start, step.end) for step in steps)
    return Edit(items[0].at, items[-1].at + 1, new, "shifted-gbk", spans)
