"""Candidates from both indices under the filters, with both scores of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.model import Clause, Metadata
from indexer.backends.base import Rows, Scores, Selection, Vectors
from indexer.generations import Generation
from indexer.tokenizer import tokenize
from service.topic import Term

DEPTH = 200
"""Candidates taken from each index."""

_SCORED_WHOLE = 4000
"""Up to so many allowed rows every one is a candidate, and the scores' spread is that of all of them."""

_BESIDE = ThreadPoolExecutor(thread_name_prefix="words")
"""Where words are looked up while vectors are; its threads start when they are first needed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked clause. ``bm25_score`` is unbounded; ``cosine`` lies in [-1, 1]; ``rank`` counts from 1."""

    clause: Clause
    metadata: Metadata
    score: float
    bm25_score: float
    cosine: float
    rank: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may answer, with both scores, each array of shape (n,).

    ``whole``: every allowed row is one; else they are the best of many.
    """

    rows: Rows
    bm25: npt.NDArray[np.float64]
    cosine: npt.NDArray[np.float64]
    whole: bool = True


def search_terms(topic: Sequence[Term]) -> list[str]:
    """The index terms that a topic is looked up by.

    The three best alternatives of a term are looked up.
    """
    tokens: list[str] = []
    for term in topic:
        for word in term.alternatives[:3]:
            tokens.extend(tokenize(word))
    return tokens


def find_candidates(
    generation: Generation, tokens: Sequence[str], vector: Vectors, allowed: Selection | None, *, depth: int = DEPTH
) -> Candidates:
    """Take candidates from both indices, of many rows at the same time.

    Args:
        generation: The index.
        tokens: Index terms of the question.
        vector: The question's unit vector, shape (d,).
        allowed: Rows that may be found; ``None`` for all.
        depth: How many to take from each index where there are many rows.
    """
    words, dense = generation.bm25, generation.dense
    count = len(generation.rows) if allowed is None else allowed.count
    if count <= _SCORED_WHOLE:
        rows = np.arange(len(generation.rows)) if allowed is None else allowed.rows()
        return Candidates(
            rows, words.scores(tokens, rows).astype(np.float64), dense.scores(vector, rows).astype(np.float64)
        )
    # Vectors take longer, and other threads run while they are compared, or while another machine does it.
    words_found = _BESIDE.submit(words.search, tokens, depth, allowed)
    by_vector, by_words = dense.search(vector, depth, allowed), words_found.result()
    rows = np.sort(np.concatenate([by_words[0], by_vector[0]]))
    rows = rows[np.append(True, rows[1:] != rows[:-1])] if len(rows) else rows
    return Candidates(
        rows=rows,
        bm25=_scores_of(rows, *by_words, lambda others: words.scores(tokens, others)),
        cosine=_scores_of(rows, *by_vector, lambda others: dense.scores(vector, others)),
        whole=False,
    )


def _scores_of(rows: Rows, found: Rows, scores: Scores, score: Callable[[Rows], Scores]) -> npt.NDArray[np.float64]:
    """The scores of rows, shape (n,): those found by an index have theirs, the others get it."""
    of_rows = np.full(len(rows), np.nan)
    of_rows[np.searchsorted(rows, found)] = scores
    others = np.isnan(of_rows)
    of_rows[others] = score(rows[others])
    return of_rows


def standings(scores: npt.NDArray[np.float64], chosen: npt.NDArray[np.int64]) -> list[int]:
    """The place of some candidates by one score, from 1; equal scores share a place.

    Args:
        scores: Of all candidates, shape (n,).
        chosen: Positions of those that are asked about.
    """
    above = np.searchsorted(np.sort(-scores), -scores[chosen], side="left")
    return [int(place) + 1 for place in above]
