"""BM25 as a sparse matrix by term, so that a query touches only the columns of its own terms.

``rank_bm25.BM25Okapi`` defines the score, its floor for negative idf included; the weights that it would work out
for every passage at every query are worked out once. The matrix holds the part without idf,
``f * (k1 + 1) / (f + k1 * (1 - b + b * length / average))``, and idf stands beside it by term: a store of sparse
vectors needs the two apart.

On disk the index is plain arrays, opened memory-mapped. A term is found by binary search over the sorted 64-bit
hashes of all terms, and compared with the term itself.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError
from indexer.backends.base import Rows, Scores, Selection, best_first

K1 = 1.5
B = 0.75
_EPSILON = 0.25
_MEND = "Run 'tiaowen index' to build it again."

_ARRAYS: dict[str, type[np.generic]] = {
    "starts": np.int64,
    "rows": np.int32,
    "weights": np.float32,
    "idf": np.float64,
    "hashes": np.uint64,
    "term_ends": np.int64,
    "terms": np.uint8,
    "length": np.int64,
}


def _hash(term: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(term, digest_size=8).digest(), "little")


class Bm25Index:
    """An immutable BM25 index over rows 0 to n - 1. Safe to read from several threads."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._starts = arrays["starts"]
        self._rows = arrays["rows"]
        self._weights = arrays["weights"]
        self._idf = arrays["idf"]
        self._hashes = arrays["hashes"]
        self._term_ends = arrays["term_ends"]
        self._terms = arrays["terms"]
        self._length = int(arrays["length"][0])

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], k1: float = K1, b: float = B) -> Bm25Index:
        """Weigh the terms of all passages.

        Args:
            token_lists: The terms of each passage, in the order of rows. Read once; only counts are kept.
            k1: How soon more of the same term stops counting.
            b: How much a long passage is held against its score, 0 to 1.

        Source: rank-bm25, class ``BM25Okapi`` (Trotman, Puurula and Burgess, ADCS 2014, doi:10.1145/2682862.2682863).
        """
        from scipy.sparse import csc_array  # only needed to build, and slow to import

        numbers: dict[str, int] = {}
        lengths, rows, columns, counts = array("q"), array("i"), array("i"), array("i")
        for row, tokens in enumerate(token_lists):
            lengths.append(len(tokens))
            for term, count in Counter(tokens).items():
                rows.append(row)
                columns.append(numbers.setdefault(term, len(numbers)))
                counts.append(count)

        encoded = [term.encode("utf-8") for term in numbers]
        hashes = list(map(_hash, encoded))
        by_hash = sorted(range(len(encoded)), key=lambda number: (hashes[number], encoded[number]))
        column_of = np.empty(len(encoded), dtype=np.int32)
        column_of[by_hash] = np.arange(len(encoded), dtype=np.int32)

        row_of = np.frombuffer(rows, dtype=np.int32) if rows else np.zeros(0, np.int32)
        frequency = np.frombuffer(counts, dtype=np.int32).astype(np.float64) if rows else np.zeros(0)
        length = np.frombuffer(lengths, dtype=np.int64) if lengths else np.zeros(0, np.int64)
        average = float(length.mean()) if len(length) and length.sum() else 1.0
        weights = frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length[row_of] / average))
        column = column_of[np.frombuffer(columns, dtype=np.int32)] if rows else row_of
        matrix = csc_array((weights.astype(np.float32), (row_of, column)), shape=(len(length), len(encoded)))
        matrix.sort_indices()

        sorted_terms = [encoded[number] for number in by_hash]
        return cls(
            {
                "starts": matrix.indptr.astype(np.int64),
                "rows": matrix.indices.astype(np.int32),
                "weights": matrix.data,
                "idf": _idf(np.diff(matrix.indptr), len(length)),
                "hashes": np.array([hashes[number] for number in by_hash], dtype=np.uint64),
                "term_ends": np.cumsum([len(term) for term in sorted_terms], dtype=np.int64),
                "terms": np.frombuffer(b"".join(sorted_terms), dtype=np.uint8),
                "length": np.array([len(length)], dtype=np.int64),
            }
        )

    @classmethod
    def open(cls, folder: Path) -> Bm25Index:
        """Open what ``save`` wrote, memory-mapped.

        Raises:
            DamagedIndexError: If a file is missing or is not the array that it should be.
        """
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name, kind in _ARRAYS.items():
            path = folder / f"bm25_{name}.npy"
            try:
                # An empty array cannot be mapped; it is read, which costs nothing.
                empty = path.stat().st_size <= 128
                loaded = np.load(path, mmap_mode=None if empty else "r", allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise DamagedIndexError(f"The index file {path} cannot be read ({error}).", _MEND) from error
            if loaded.dtype != kind or loaded.ndim != 1:
                raise DamagedIndexError(f"The index file {path} holds {loaded.dtype}, not {kind.__name__}.", _MEND)
            arrays[name] = np.asarray(loaded)
        return cls(arrays)

    def save(self, folder: Path) -> None:
        """Write one ``bm25_….npy`` for each array into ``folder``."""
        for name, values in self._arrays.items():
            np.save(folder / f"bm25_{name}.npy", values, allow_pickle=False)

    def __len__(self) -> int:
        return self._length

    def _column(self, token: str) -> int | None:
        encoded = token.encode("utf-8", "surrogatepass")
        wanted = np.uint64(_hash(encoded))
        column = int(np.searchsorted(self._hashes, wanted))
        while column < len(self._hashes) and self._hashes[column] == wanted:
            start = int(self._term_ends[column - 1]) if column else 0
            if self._terms[start : int(self._term_ends[column])].tobytes() == encoded:
                return column
            column += 1
        return None

    def knows(self, token: str) -> bool:
        """Whether any passage has the term."""
        return self._column(token) is not None

    def idf(self, token: str) -> float:
        """Weight of the term; 0 where no passage has it."""
        column = self._column(token)
        return 0.0 if column is None else float(self._idf[column])

    def term_weights(self, tokens: Sequence[str]) -> dict[int, float]:
        """A query as a sparse vector: for each of its known terms the number, and idf times how often it is asked for.

        The inner product with a passage's vector, whose values are those of ``postings``, is the passage's score.
        """
        columns = ((self._column(token), count) for token, count in Counter(tokens).items())
        return {column: count * float(self._idf[column]) for column, count in columns if column is not None}

    @property
    def postings(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """The matrix by term: term ``i`` stands in ``rows[starts[i]:starts[i + 1]]`` with the same part of ``weights``.

        Returns:
            ``starts``, shape (terms + 1,), ``rows`` and ``weights``. The weights are without idf.
        """
        return self._starts, self._rows, self._weights

    def _accumulate(self, tokens: Sequence[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Score of each row, and whether it has any of the terms."""
        total = np.zeros(self._length)
        found = np.zeros(self._length, dtype=np.bool_)
        for token, count in Counter(tokens).items():
            column = self._column(token)
            if column is None:
                continue
            start, end = int(self._starts[column]), int(self._starts[column + 1])
            rows = self._rows[start:end]
            total[rows] += self._weights[start:end] * (count * float(self._idf[column]))
            found[rows] = True
        return total, found

    def scores(self, tokens: Sequence[str], rows: Rows | None = None) -> Scores:
        """BM25 of rows for the query's terms.

        Args:
            tokens: The query's terms; one that stands twice counts twice.
            rows: Any rows, shape (m,); ``None`` for all, in order.

        Returns:
            Shape (m,), 0 for a row without any of the terms. Unbounded above; below 0 only in a corpus so small that
            most of its terms stand in most passages.
        """
        total = self._accumulate(tokens)[0].astype(np.float32)
        return total if rows is None else total[rows]

    def search(self, tokens: Sequence[str], k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """The best rows for the query's terms.

        Args:
            tokens: The query's terms.
            k: How many rows at most.
            allowed: Rows that may be found; ``None`` for all.

        Returns:
            Rows that have at least one of the terms, best first, and their scores.
        """
        total, found = self._accumulate(tokens)
        if allowed is not None:
            found &= allowed.mask
        candidates = np.flatnonzero(found)
        scores = total[candidates].astype(np.float32)
        best = best_first(candidates, scores, k)
        return candidates[best], scores[best]


def _idf(document_frequency: npt.NDArray[np.integer], length: int) -> npt.NDArray[np.float64]:
    """``BM25Okapi``'s idf: what would be negative becomes a quarter of the average over all terms."""
    if len(document_frequency) == 0:
        return np.zeros(0)
    # math.log and not numpy's, whose last digit may differ, and a plain sum, as rank-bm25 has it.
    values = [math.log(length - n + 0.5) - math.log(n + 0.5) for n in document_frequency.tolist()]
    floor = _EPSILON * (sum(values) / len(values))
    return np.array([floor if value < 0 else value for value in values])
