"""What retrieval asks of an engine: two protocols, one for words and one for vectors.

A *row* is a passage's number within one generation, 0 to n - 1. Both engines of a generation use the same rows.
A filter is the set of rows that may be found; it holds before the search, so that ``k`` hits come back whenever
the filter leaves as many. Hits come best first; equal scores are ordered by row, so that searches repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]


class LexicalIndex(Protocol):
    """Passages found by their terms."""

    def __len__(self) -> int:
        """Number of rows."""

    def save(self, folder: Path) -> None:
        """Write the index as files into ``folder``, which exists."""

    def knows(self, token: str) -> bool:
        """Whether any passage has the term."""

    def idf(self, token: str) -> float:
        """Weight of the term; 0 where no passage has it."""

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 of every row for the query's terms, shape (n,)."""

    def search(self, tokens: Sequence[str], k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """The ``k`` best among the rows that have one of the terms and, where given, are in ``rows``."""


class DenseIndex(Protocol):
    """Passages found by the inner product of unit vectors, which is their cosine."""

    def __len__(self) -> int:
        """Number of rows."""

    @property
    def dimension(self) -> int:
        """Length of the vectors."""

    def save(self, folder: Path) -> None:
        """Write the index as files into ``folder``, which exists."""

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """The ``k`` nearest rows to one unit vector of shape (d,), among ``rows`` where given."""

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Cosine of one unit vector with each of ``rows``, shape (len(rows),)."""


def best_first(rows: Rows, scores: Scores, k: int) -> Rows:
    """Positions of the ``k`` highest scores, best first, equal scores by row."""
    if k <= 0 or len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    positions = np.arange(len(rows))
    if k < len(rows):
        # Every position that ties with the k-th stays in, so that the cut among equals falls by row too.
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        positions = np.flatnonzero(scores >= threshold)
    order = np.lexsort((rows[positions], -scores[positions]))
    return positions[order[:k]]
