"""A text being repaired, which never loses the way back to its source."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from kg.model import Repair, Text


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` in the place of draft[start:end]; `kind` is the kind of record to leave, "" for none.

    `spans` gives each character of `new` the draft span it comes from; without it the characters stand one for
    one where the lengths agree, and for the whole of draft[start:end] where they do not.
    """

    start: int
    end: int
    new: str
    kind: str = ""
    spans: tuple[tuple[int, int], ...] | None = None

    def origins(self) -> Iterator[tuple[int, int]]:
        """The draft span of each character of `new`."""
        if self.spans is not None:
            yield from self.spans
        elif len(self.new) == self.end - self.start:
            yield from ((at, at + 1) for at in range(self.start, self.end))
        else:
            yield from ((self.start, self.end) for _ in self.new)


@dataclass(slots=True)
class Draft:
    """The text between two repairs. `starts` and `ends` are those of kg.model.Text, None while nothing has moved."""

    source: str
    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None
    repairs: list[Repair] = field(default_factory=list)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of the draft span [start, end), which must not be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def replace(self, text: str) -> None:
        """Take `text`, which has the draft's characters one for one."""
        assert len(text) == len(self.text), "a replacement must have the length of what it replaces"
        self.text = text

    def edit(self, edits: Iterable[Edit]) -> None:
        """Make the edits, which must be in order and must not overlap."""
        edits = list(edits)
        if not edits:
            return
        old_starts = self.starts if self.starts is not None else _places(0, len(self.text))
        old_ends = self.ends if self.ends is not None else _places(1, len(self.text) + 1)
        pieces: list[str] = []
        starts, ends = array("I"), array("I")
        at = 0
        for edit in (*edits, Edit(len(self.text), len(self.text), "")):
            pieces += (self.text[at : edit.start], edit.new)
            starts += old_starts[at : edit.start]
            ends += old_ends[at : edit.start]
            for low, high in edit.origins():
                starts.append(old_starts[low])
                ends.append(old_ends[high - 1])
            at = edit.end
        self.repairs += (self._record(edit) for edit in edits if edit.kind)
        self.text, self.starts, self.ends = "".join(pieces), starts, ends

    def _record(self, edit: Edit) -> Repair:
        start, end = self.span(edit.start, edit.end)
        return Repair(edit.kind, start, end, self.source[start:end], edit.new)

    def finished(self, damaged: tuple[tuple[int, int], ...]) -> Text:
        """The reading text as it stands, its repairs in the order of the source, `damaged` as in kg.model.Text."""
        repairs = tuple(sorted(self.repairs, key=lambda repair: (repair.start, repair.end)))
        return Text(self.source, self.text, self.starts, self.ends, repairs, damaged)


@cache
def _counted(power: int) -> array[int]:
    """0, 1, 2 … below a power of two: a copy of it is made much faster than it."""
    return array("I", range(1 << power))


def _places(start: int, end: int) -> array[int]:
    """The numbers from `start` up to `end`."""
    return _counted(end.bit_length())[start:end]
