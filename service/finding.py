"""Question -> ranked clauses: both indices, fusion, what clauses say, and a cross-encoder where one is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.model import Metadata
from indexer.backends.base import Selection, Vectors
from indexer.encoder import Encoder
from indexer.generations import Generation
from service.periods import document_years, is_plan, title_years
from service.query import Query, build_query
from service.ranking import Ranked, add_features, add_focus, fuse
from service.reading import ClauseReader
from service.retrieval import find_candidates, standings
from service.understanding import Interpretation

if TYPE_CHECKING:
    from service.reranking import Reranker

FOCUSED = 12
"""Candidates whose answering words are looked for."""

_PERIOD = 5
"""Years in a row that are asked for as one period."""

_FIELD = 2000
"""Rows whose cosines tell what is usual for a question."""


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval saw for one question.

    Attributes:
        ranked: Candidates, best first.
        query: The question as the indices were asked for it.
        field: Mean and spread of the question's cosines over the whole index.
    """

    ranked: list[Ranked]
    query: Query
    field: tuple[float, float]


class Finder:
    """Finds clauses in one generation. Threads may share it.

    Args:
        generation: The index.
        encoder: The one that the index was built with.
        documents: Metadata by document id.
        reranker: Orders the best candidates again, where one is given.
    """

    def __init__(
        self, generation: Generation, encoder: Encoder, documents: Mapping[str, Metadata], reranker: Reranker | None
    ) -> None:
        self._index = generation
        self._encoder = encoder
        self._documents = documents
        self._reranker = reranker
        self._reader = ClauseReader(generation.store)

    @cached_property
    def _moments(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Mean and covariance of vectors spread over the whole index, shapes (d,) and (d, d)."""
        count = len(self._index.rows)
        sample = np.linspace(0, count - 1, min(_FIELD, count), dtype=np.int64)
        vectors = self._index.dense.vectors(sample).astype(np.float64)
        mean = vectors.sum(axis=0) / max(len(vectors), 1)
        return mean, (vectors - mean).T @ (vectors - mean) / max(len(vectors), 1)

    def _field(self, vector: Vectors) -> tuple[float, float]:
        """Mean and spread of the cosines of a question with the whole index."""
        mean, covariance = self._moments
        # Not the operator @, which shares so small a product among threads that wait for each other.
        variance = np.einsum("i,i->", np.einsum("ij,j->i", covariance, vector), vector)
        return float(np.einsum("i,i->", mean, vector)), float(np.sqrt(max(variance, 0.0)))

    def find(self, interpretation: Interpretation, allowed: Selection | None, read: int) -> Found:
        """Retrieve and rank.

        Args:
            interpretation: The question.
            allowed: Rows that may be found; ``None`` for all.
            read: Candidates that are read and scored by what they say.
        """
        query = build_query(interpretation, self._index, self._encoder)
        found = Found([], query, self._field(query.vector))
        if self._reranker is None:
            return replace(found, ranked=self.rank(interpretation, found, allowed, read))
        from service.reranking import DEPTH, rerank

        ranked = self.rank(interpretation, found, allowed, read, focused=DEPTH)
        return replace(found, ranked=rerank(ranked, interpretation, self._reranker))

    def within_years(self, found: Found, interpretation: Interpretation) -> Found:
        """What was found, without the clauses of plans that are for other years than those asked for.

        A plan for a part of a period, such as one year of five, is another plan.
        Where several places are named the year may be said of one of them only, and nothing is left out.
        """
        years = interpretation.years
        if not years or len(interpretation.regions) > 1:
            return found
        # 2014年和十一五规划分别: a plan for either is wanted, and neither is a part of the other.
        periods = interpretation.periods if interpretation.several else (years,)
        held = {one.clause.document_id: one.metadata for one in found.ranked}
        spans = {document_id: self._years_of_plan(document_id, metadata) for document_id, metadata in held.items()}
        kept = [
            one
            for one in found.ranked
            if (span := spans[one.clause.document_id]) is None
            or any(_is_for(span, asked, one.read.years) for asked in periods)
        ]
        # Those that move up have not been looked at for the words that answer.
        seen = sum("focus" in one.features for one in kept)
        new = kept[seen:FOCUSED]
        add_focus(new, interpretation, found.query.weights)
        new.sort(key=lambda one: (-one.score, one.row))
        return replace(found, ranked=[*kept[:seen], *new, *kept[max(seen, FOCUSED) :]])

    def _years_of_plan(self, document_id: str, metadata: Metadata) -> tuple[int, int] | None:
        """The first and the last year that a plan is for; ``None`` for other documents and where nothing sets them."""
        if not is_plan(metadata):
            return None
        if title_years(metadata):
            years = document_years(metadata)
            return min(years), max(years)
        last = self._reader.last_term(document_id)
        return None if last is None else (0, last)

    def rank(
        self,
        interpretation: Interpretation,
        found: Found,
        allowed: Selection | None,
        read: int,
        *,
        focused: int = FOCUSED,
    ) -> list[Ranked]:
        """The best candidates of some rows, by both scores and by what they say.

        Args:
            interpretation: The question.
            found: What is known of it already.
            allowed: Rows that may be found; ``None`` for all.
            read: How many are read.
            focused: How many of them are looked at for the words that answer.
        """
        candidates = find_candidates(self._index, found.query.tokens, found.query.vector, allowed)
        fused = fuse(candidates, found.query.lexical_share)
        order = np.lexsort((candidates.rows, -fused))[:read]
        clauses = self._reader.read(candidates.rows[order])
        by_words, by_vectors = standings(candidates.bm25, order), standings(candidates.cosine, order)
        ranked = [
            Ranked(
                row=int(candidates.rows[i]),
                read=read_clause,
                metadata=self._documents[read_clause.clause.document_id],
                bm25=float(candidates.bm25[i]),
                cosine=float(candidates.cosine[i]),
                fused=float(fused[i]),
                bm25_rank=word_rank if candidates.bm25[i] > 0 else None,
                cosine_rank=vector_rank,
            )
            for i, read_clause, word_rank, vector_rank in zip(order, clauses, by_words, by_vectors, strict=True)
        ]
        add_features(ranked, interpretation, found.query.weights)
        ranked.sort(key=lambda one: (-one.score, one.row))
        head = ranked[:focused]
        add_focus(head, interpretation, found.query.weights)
        # Those read closely stay before the others; what they gain is not comparable with what was not looked for.
        return sorted(head, key=lambda one: (-one.score, one.row)) + ranked[focused:]


def _is_for(span: tuple[int, int], asked: frozenset[int], named: frozenset[int]) -> bool:
    """Whether a clause that names some years, of a plan for a span of years, is for those that are asked for."""
    first, last = min(asked), max(asked)
    if _PERIOD <= len(asked) == last - first + 1 and first <= span[0] and span[1] <= last and span != (first, last):
        return asked <= named
    return (first <= span[1] and last >= span[0]) or bool(asked & named)
