"""Question -> ranked clauses: both indices, fusion, what clauses say, and a cross-encoder where one is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.folding import to_simplified
from corpus.model import Metadata
from indexer.backends.base import Selection, Vectors
from indexer.encoder import Encoder
from indexer.generations import Generation
from service.ranking import Ranked, add_features, add_focus, fuse, weigh_terms
from service.reading import ClauseReader
from service.retrieval import find_candidates, search_terms, standings
from service.understanding import Interpretation

if TYPE_CHECKING:
    from service.reranking import Reranker

FOCUSED = 12
"""Candidates whose answering words are looked for."""

_FIELD = 2000
"""Rows whose cosines tell what is usual for a question."""


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval saw for one question.

    Attributes:
        ranked: Candidates, best first.
        weights: Of the topic's terms, summing to 1.
        vector: The question's, shape (d,).
        tokens: Its index terms.
        lexical_share: How much of the topic the word index knows, 0 to 1.
        knows: For each term whether the word index holds it.
        field: Mean and spread of the question's cosines over the whole index.
    """

    ranked: list[Ranked]
    weights: tuple[float, ...]
    vector: Vectors
    tokens: list[str]
    lexical_share: float
    knows: tuple[bool, ...]
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
        index = self._index
        tokens = search_terms(interpretation.topic)
        vector = self._encoder.encode_queries([to_simplified(interpretation.standalone_question)])[0]
        idf = {
            term.surface: max((index.bm25.idf(word) for word in term.alternatives), default=0.0) or _unknown_idf(index)
            for term in interpretation.topic
        }
        weights = weigh_terms(interpretation.topic, idf)
        # What the words of the index know of the question: by terms, since an unknown one has no weight.
        said = [term for term in interpretation.topic if not term.light] or list(interpretation.topic)
        knows = {t.surface: any(index.bm25.knows(token) for token in search_terms([t])) for t in interpretation.topic}
        share = sum(knows[term.surface] for term in said) / len(said) if said else 0.0
        field = self._field(vector)
        found = Found([], weights, vector, tokens, share, tuple(knows[t.surface] for t in interpretation.topic), field)
        if self._reranker is None:
            return replace(found, ranked=self.rank(interpretation, found, allowed, read))
        from service.reranking import DEPTH, rerank

        ranked = self.rank(interpretation, found, allowed, read, focused=DEPTH)
        return replace(found, ranked=rerank(ranked, interpretation, self._reranker))

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
        candidates = find_candidates(self._index, found.tokens, found.vector, allowed)
        fused = fuse(candidates, found.lexical_share)
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
        add_features(ranked, interpretation, found.weights)
        ranked.sort(key=lambda one: (-one.score, one.row))
        head = ranked[:focused]
        add_focus(head, interpretation, found.weights)
        # Those read closely stay before the others; what they gain is not comparable with what was not looked for.
        return sorted(head, key=lambda one: (-one.score, one.row)) + ranked[focused:]


def _unknown_idf(index: Generation) -> float:
    """The weight of a word that no passage has: as that of a word in one passage of all."""
    return float(np.log(len(index.rows) + 1.0))
