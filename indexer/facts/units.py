"""A clause as the extractors read it: printed words beside their folded form, and the way to raw spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from corpus.folding import fold
from corpus.model import Clause, Document, Span
from indexer.enumerators import match_enumerator

_OPENING = "([【〔〈《<{“"
_CLOSING = ")]】〕〉》>}”"
_OPENS = dict(zip(_CLOSING, _OPENING, strict=True))


@dataclass(slots=True, eq=False)
class Unit:
    """One clause with its folded text. Not frozen, as that makes it several times as slow to make.

    Attributes:
        document: The document of the clause.
        clause: The clause.
        text: Its words as printed.
        folded: The folded form of ``text``, of the same length.
    """

    document: Document
    clause: Clause
    text: str
    folded: str
    _shift: int | None = field(init=False)
    _body: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        (start, end), (clean_start, clean_end) = self.clause.span, self.clause.clean_span
        # Without noise and repairs inside, every character stands as far from its raw place as the first.
        plain = end - start == clean_end - clean_start and not self.document.clean.repairs
        self._shift = start if plain else None

    def raw_span(self, start: int, end: int) -> Span:
        """Raw offsets of the slice ``[start, end)`` of ``text``.

        Raises:
            ValueError: If the slice is empty or outside the clause.
        """
        if self._shift is not None and 0 <= start < end <= len(self.text):
            return self._shift + start, self._shift + end
        offset = self.clause.clean_span[0]
        return self.document.clean.raw_span(offset + start, offset + end)

    def body_start(self) -> int:
        """Offset in ``text`` behind the unit's own label, where a run-in heading ends; 0 where there is none."""
        if self._body is None:
            self._body = self._behind_label()
        return self._body

    def words_start(self) -> int:
        """Offset in ``text`` behind the unit's number: a first sentence speaks though it is a label."""
        start = self.body_start()
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
    folded = fold(document.clean.text)
    units = []
    for clause in clauses:
        start, end = clause.clean_span
        units.append(Unit(document, clause, clause.text, folded[start:end]))
    return units


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
