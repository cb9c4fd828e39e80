"""Clauses and topics by hand, for tests of what one clause says."""

from __future__ import annotations

from typing import Any

from corpus.model import Clause
from service.topic import Term


def make_clause(text: str, label: str = "", **facts: Any) -> Clause:
    """A clause of a text that is nothing else."""
    span = (0, len(text))
    return Clause("d/一", "d", ("一",), (label,) if label else (), "clause", text, span, span, **facts)


def make_topic(*words: str) -> tuple[list[Term], list[float]]:
    """Terms of equal weight."""
    return [Term(word, (word,)) for word in words], [1 / len(words)] * len(words)


def words_of(clause: Clause, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    """The words of a clause at some offsets."""
    return [clause.text[start:end] for start, end in ranges]
