"""What the statements of an answer are made of: the question, the clauses cited, and the sentences that cite them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Clause, Metadata, Region, Span
from indexer.store import Store
from service.understanding import Interpretation, Language


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause, or a metadata line, that an answer rests on.

    ``highlights`` are half-open character ranges of ``quote``. ``field`` is set for metadata only.
    """

    n: int
    clause_id: str
    document_id: str
    metadata: Metadata
    path: tuple[str, ...]
    labels: tuple[str, ...]
    quote: str
    highlights: tuple[Span, ...]
    span: Span
    score: float
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer; ``citations`` are the ``n`` of the citations that say it."""

    text: str
    citations: tuple[int, ...]
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class CitationList:
    """Citations of one answer, numbered from 1; a clause that is cited again keeps its number."""

    def __init__(self) -> None:
        self._items: dict[str, Citation] = {}

    def add(
        self, clause: Clause, metadata: Metadata, highlights: Sequence[Span], score: float, *, field: str | None = None
    ) -> int:
        """Cite a clause with ranges of its text; returns the citation's number."""
        known = self._items.get(clause.id)
        n = known.n if known else len(self._items) + 1
        ranges = _merge([*(known.highlights if known else ()), *highlights])
        self._items[clause.id] = Citation(
            n=n,
            clause_id=clause.id,
            document_id=clause.document_id,
            metadata=metadata,
            path=clause.path,
            labels=clause.labels,
            quote=clause.text,
            highlights=ranges,
            span=clause.span,
            score=round(score, 4),
            field=field,
        )
        return n

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> tuple[Citation, ...]:
        """In the order of their numbers."""
        return tuple(self._items.values())


def _merge(ranges: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class Question:
    """What composing an answer needs to know.

    Attributes:
        weights: Of the topic's terms, summing to 1.
        regions: Regions to answer for, after filters; empty for any.
        corpus_regions: Every region that the index holds.
    """

    interpretation: Interpretation
    weights: tuple[float, ...]
    regions: tuple[Region, ...]
    corpus_regions: tuple[Region, ...]
    store: Store

    @property
    def language(self) -> Language:
        """To answer in."""
        return self.interpretation.language
