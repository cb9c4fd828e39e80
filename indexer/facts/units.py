"""A clause as the extractors read it: printed words beside their folded form, and the way to raw spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.folding import fold
from corpus.model import Clause, Document, Span

_OPENING = "([【〔〈《<{“"
_CLOSING = ")]】〕〉》>}”"
_OPENS = dict(zip(_CLOSING, _OPENING, strict=True))


@lru_cache(maxsize=4)
def _folded(text: str) -> str:
    # Three extractors read the same document one after the other; one fold serves them all.
    return fold(text)


@dataclass(frozen=True, slots=True)
class Unit:
    """One clause with its folded text.

    Attributes:
        clause: The clause.
        text: Its words as printed.
        folded: The folded form of ``text``, of the same length.
    """

    document: Document
    clause: Clause
    text: str
    folded: str

    def raw_span(self, start: int, end: int) -> Span:
        """Raw offsets of the slice ``[start, end)`` of ``text``.

        Raises:
            ValueError: If the slice is empty or outside the clause.
        """
        offset = self.clause.clean_span[0]
        return self.document.clean.raw_span(offset + start, offset + end)

    def body_start(self) -> int:
        """Offset in ``text`` behind the unit's own label, where a run-in heading ends; 0 where there is none."""
        if not self.clause.labels or self.clause.path[-1:] == ("title",):
            return 0
        if self.text.startswith(self.clause.labels[-1]):
            return len(self.clause.labels[-1])
        label = "".join(self.clause.labels[-1].split())
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


def read_units(document: Document, clauses: Sequence[Clause]) -> Iterator[Unit]:
    """Every clause with its folded text, in order."""
    folded = _folded(document.clean.text)
    for clause in clauses:
        start, end = clause.clean_span
        yield Unit(document, clause, document.clean.text[start:end], folded[start:end])


def split_top_level(text: str, start: int, end: int, separators: str) -> list[Span]:
    """``text[start:end]`` cut at ``separators`` that stand outside brackets.

    A bracket that is never closed is no bracket, so that broken print cannot swallow the rest.

    Returns:
        The pieces as spans, empty ones included.
    """
    partners = match_brackets(text, start, end)
    pieces, piece, position = [], start, start
    stops = _stops(separators, bracketed=bool(partners))
    while stop := stops.search(text, position, end):
        position = stop.start()
        if position in partners:
            position = partners[position]
        elif text[position] in separators:
            pieces.append((piece, position))
            piece = position + 1
        position += 1
    pieces.append((piece, end))
    return pieces


@cache
def _stops(separators: str, *, bracketed: bool) -> re.Pattern[str]:
    return re.compile("[" + re.escape(separators + (_OPENING if bracketed else "")) + "]")


# Matches: the brackets of (市质监局牵头). Does not match: 一、总体目标
_BRACKET = re.compile("[" + re.escape(_OPENING + _CLOSING) + "]")


def match_brackets(text: str, start: int = 0, end: int | None = None) -> dict[int, int]:
    """Offsets of opening brackets -> offsets of their closing partners, in one pass."""
    partners: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACKET.finditer(text, start, len(text) if end is None else end):
        wanted = _OPENS.get(match.group())
        if wanted is None:
            stack.append(match.start())
            continue
        for depth in range(len(stack) - 1, max(len(stack) - 9, -1), -1):
            if text[stack[depth]] == wanted:
                partners[stack[depth]] = match.start()
                del stack[depth:]
                break
    return partners
