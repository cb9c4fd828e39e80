"""Statements made of clauses only, with citations, or an honest refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.model import Metadata, Span
from service.understanding import Interpretation

Status = Literal["answered", "partial", "not_found"]


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


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or a refusal (``status`` ``not_found``, with ``reason``)."""

    interpretation: Interpretation
    status: Status
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    related: tuple[tuple[str, float], ...]
    reason: str | None
    uncovered: tuple[str, ...]
    confidence: float
    took_ms: float
    stages_ms: Mapping[str, float]
