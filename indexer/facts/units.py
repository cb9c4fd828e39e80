"""A clause as the extractors read it: printed words beside their folded form, and the way to raw spans."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from corpus.folding import fold
from corpus.frame import read_lines
from corpus.model import Clause, Document, Span
from indexer.enumerators import match_enumerator

# Matches: the break of a line that a page's width broke, with its indent. Does not match: a blank between two words
_BREAK = re.compile(r"(?<![ \t\u3000])[ \t\u3000]*[\r\n]\s*")
# The running number of a row whose cells only blanks part. Matches: the 12 of 12 某地剪纸. Does not match: 12.剪纸
_ROW_NUMBER = re.compile(r"\d{1,4}[ \u3000\xa0]+(?=[^\s\d|])")
_OPENING = "([【〔〈《<{“"
_CLOSING = ")]】〕〉》>}”"
_OPENS = dict(zip(_CLOSING, _OPENING, strict=True))


@dataclass(slots=True, eq=False)
class Unit:
    """One clause with its folded text. Not frozen, as that makes it several times as slow to make.

    Attributes:
        document: The document of the clause.
        clause: The clause.
        text: Its words as printed, less the breaks inside its lines.
        folded: The folded form of ``text``, of the same length.
        breaks: Where those breaks stand in the clause, half-open.
    """

    document: Document
    clause: Clause
    text: str
    folded: str
    breaks: tuple[Span, ...] = ()
    _shift: int | None = field(init=False)
    _taken_out: tuple[list[int], list[int]] = field(init=False)
    _body: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        (start, end), (clean_start, clean_end) = self.clause.span, self.clause.clean_span
        # Without noise and repairs inside, every character stands as far from its raw place as the first.
        plain = end - start == clean_end - clean_start and not self.document.clean.repairs and not self.breaks
        self._shift = start if plain else None
        if self.breaks:
            # How much was taken out of the clause before each break, and in all; where each stood in ``text``.
            lengths = list(accumulate((stop - at for at, stop in self.breaks), initial=0))
            self._taken_out = [at - gone for (at, _), gone in zip(self.breaks, lengths, strict=False)], lengths

    def raw_span(self, start: int, end: int) -> Span:
        """Raw offsets of the slice ``[start, end)`` of ``text``.

        Raises:
            ValueError: If the slice is empty or outside the clause.
        """
        if self._shift is not None and 0 <= start < end <= len(self.text):
            return self._shift + start, self._shift + end
        offset = self.clause.clean_span[0]
        if self.breaks and start < end:
            start, end = self._printed(start), self._printed(end - 1) + 1
        return self.document.clean.raw_span(offset + start, offset + end)

    def _printed(self, position: int) -> int:
        """The offset in the clause of what stands at ``position`` in ``text``."""
        places, lengths = self._taken_out
        return position + lengths[bisect_right(places, position)]

    def raw_spans(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """``raw_span`` of each of some slices."""
        if (shift := self._shift) is not None:
            return tuple([(shift + start, shift + end) for start, end in spans])
        return tuple([self.raw_span(start, end) for start, end in spans])

    def body_start(self) -> int:
        """Offset in ``text`` behind the unit's own label, where a run-in heading ends; 0 where there is none."""
        if self._body is None:
            self._body = self._behind_label()
        return self._body

    def words_start(self) -> int:
        """Offset in ``text`` behind the unit's number: a first sentence speaks though it is a label."""
        start = self.body_start()
        if start == 0 and self.clause.path[-1].startswith("行") and (counted := _ROW_NUMBER.match(self.folded)):
            return counted.end()
        if start == 0 or self.clause.kind != "clause":
            return start
        if self.clause.path[-1].startswith("¶"):
            return 0
        number = match_enumerator(self.folded, 0, start, at_line_start=True)
        return start if number is None else number.end

    def _behind_label(self) -> int:
        labels = self.clause.labels
        if not labels or self.clause.path[-1:] == ("title",):
            return 0
        if self.text.startswith(labels[-1]):
            return len(labels[-1])
        label = "".join(labels[-1].split())
        matched = 0
        for position, character in enumerate(self.text):
            if matched == len(label):
                return position
            if character.isspace():
                continue
            if character != label[matched]:
                return 0
            matched += 1
        return 0


def read_units(document: Document, clauses: Sequence[Clause]) -> list[Unit]:
    """Every clause with its folded text, in order."""
    text = document.clean.text
    folded = fold(text)
    breaks = _find_breaks(text, folded)
    units = []
    for clause in clauses:
        start, end = clause.clean_span
        first = bisect_left(breaks, (start, start)) if breaks else 0
        inside = tuple((a - start, b - start) for a, b in breaks[first : bisect_left(breaks, (end, end))])
        if inside:
            words, same = _without(clause.text, inside), _without(folded[start:end], inside)
            units.append(Unit(document, clause, words, same, inside))
        else:
            units.append(Unit(document, clause, clause.text, folded[start:end]))
    return units


def _find_breaks(text: str, folded: str) -> list[Span]:
    """The breaks inside the lines of a text, where no English words need them as a blank."""
    return [
        match.span()
        for start, end in read_lines(text)
        if text.find("\n", start, end) >= 0
        for match in _BREAK.finditer(text, start, end)
        if not ("a" <= folded[match.start() - 1] <= "z" and "a" <= folded[match.end()] <= "z")
    ]


def _without(text: str, spans: Sequence[Span]) -> str:
    """The text less the given spans of it."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return "".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def split_top_level(text: str, start: int, end: int, separators: str) -> list[Span]:
    """``text[start:end]`` cut at ``separators`` that stand outside brackets.

    A bracket that is never closed is no bracket, so that broken print cannot swallow the rest.

    Returns:
        The pieces as spans, empty ones included.
    """
    pieces, piece = [], start
    partners: dict[int, int] | None = None
    behind = start
    for match in _stops(separators).finditer(text, start, end):
        stop = match.start()
        if stop < behind:
            continue
        if text[stop] in separators:
            pieces.append((piece, stop))
            piece = stop + 1
            continue
        if partners is None:
            partners = match_brackets(text, start, end)
        if stop in partners:
            behind = partners[stop] + 1
    pieces.append((piece, end))
    return pieces


@cache
def _stops(separators: str) -> re.Pattern[str]:
    return re.compile("[" + re.escape(separators + _OPENING) + "]")


# Matches: the brackets of (市质监局牵头). Does not match: 一、总体目标
_BRACKET = re.compile("[" + re.escape(_OPENING + _CLOSING) + "]")


def match_brackets(text: str, start: int = 0, end: int | None = None) -> dict[int, int]:
    """Offsets of opening brackets -> offsets of their closing partners, in one pass."""
    partners: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACKET.finditer(text, start, len(text) if end is None else end):
        at = match.start()
        wanted = _OPENS.get(text[at])
        if wanted is None:
            stack.append(at)
            continue
        for depth in range(len(stack) - 1, max(len(stack) - 9, -1), -1):
            if text[stack[depth]] == wanted:
                partners[stack[depth]] = at
                del stack[depth:]
                break
    return partners
