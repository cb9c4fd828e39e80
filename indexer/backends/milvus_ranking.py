"""Both indices of a generation, searched in Milvus.

Milvus gives two ranked lists, by vectors and by words. Everything else stays here: the words' vocabulary and idf, the
exact scores of the passages that it names, their order among equals, and all that is done with the two lists. So the
answers are those of the engines in this process, as long as the dense index is an exact one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from indexer.backends.base import DenseIndex, Rows, Scores, Selection, Vectors, best_first
from indexer.backends.bm25 import Bm25Index
from indexer.backends.milvus import Collection
from indexer.backends.milvus_schema import DEEPEST, DENSE, DENSE_INDICES, WORDS

_SPARE = 16
"""Hits asked for beyond those wanted, among which ties at the end are seen."""
_TIE = 1e-5
"""Scores that differ by this share of theirs, or less, may come in another order when they are worked out exactly."""


class MilvusDense:
    """The ``DenseIndex`` of a collection.

    Args:
        collection: Searched.
        local: Vectors of the same rows, read where a row's own are asked for.
    """

    def __init__(self, collection: Collection, local: DenseIndex) -> None:
        self._collection = collection
        self._local = local

    def __len__(self) -> int:
        return len(self._local)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._local.dimension

    def search(self, vector: Vectors, k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """See ``DenseIndex``. An approximate index may miss rows; the scores are exact all the same.

        Raises:
            IndexServerError: If Milvus fails.
        """
        query = np.asarray(vector, dtype=np.float32)
        return _best(
            lambda limit: self._collection.search(DENSE, query, limit, allowed),
            lambda rows: self._local.scores(query, rows),
            min(k, len(self)),
            spare=DENSE_INDICES[self._collection.kind].spare,
        )

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """See ``DenseIndex``."""
        return self._local.scores(vector, rows)

    def vectors(self, rows: Rows) -> Vectors:
        """See ``DenseIndex``."""
        return self._local.vectors(rows)


class MilvusLexical:
    """The ``LexicalIndex`` of a collection.

    Args:
        collection: Searched.
        local: The same rows' vocabulary, idf and weights.
    """

    def __init__(self, collection: Collection, local: Bm25Index) -> None:
        self._collection = collection
        self._local = local

    def __len__(self) -> int:
        return len(self._local)

    def knows(self, token: str) -> bool:
        """See ``LexicalIndex``."""
        return self._local.knows(token)

    def idf(self, token: str) -> float:
        """See ``LexicalIndex``."""
        return self._local.idf(token)

    def scores(self, tokens: Sequence[str], rows: Rows) -> Scores:
        """See ``LexicalIndex``."""
        return self._local.scores(tokens, rows)

    def search(self, tokens: Sequence[str], k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """See ``LexicalIndex``.

        Raises:
            IndexServerError: If Milvus fails.
        """
        query = self._local.term_weights(tokens)
        if any(weight <= 0 for weight in query.values()):
            # A term in half of all passages, or a handful of passages: Milvus finds nothing by weights that are not
            # positive, and such a passage is to be found.
            return self._local.search(tokens, k, allowed)
        return _best(
            lambda limit: self._collection.search(WORDS, query, limit, allowed),
            lambda rows: self._local.scores(tokens, rows),
            min(k, len(self)) if query else 0,
        )


def _best(
    ask: Callable[[int], tuple[Rows, Scores]], score: Callable[[Rows], Scores], k: int, *, spare: int = 1
) -> tuple[Rows, Scores]:
    """The best ``k`` of what an engine finds, by exact scores, equal ones by row.

    The engine's sums are rounded in another order than ours and its ties fall as they like; so more is asked for, until
    the last hit is clearly worse than the last one wanted.
    """
    if k <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    if k > DEEPEST:
        raise ValueError(f"k is {k}; Milvus gives {DEEPEST} hits at most")
    limit = min(spare * k + _SPARE, DEEPEST)
    while True:
        rows, found = ask(limit)
        tied = len(rows) == limit and found[k - 1] - found[-1] <= _TIE * max(1.0, abs(float(found[k - 1])))
        if not tied or limit == DEEPEST:
            break
        limit = min(4 * limit, DEEPEST)
    exact = score(rows)
    best = best_first(rows, exact, k)
    return rows[best], exact[best]
