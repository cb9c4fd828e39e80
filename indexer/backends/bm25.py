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
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.backends.arrays import open_array
from indexer.backends.base import Mask, Rows, Scores, Selection, best_first

K1 = 1.5
B = 0.75
_EPSILON = 0.25
_SUMMED_WHOLE = 250_000
"""Postings, and rows, up to which a query's terms are summed over all their rows."""

_ROUNDING = 1e-6
"""More than sums of the same parts in another order can differ, as a share of them, in single precision too."""

_LOOKED_UP = 2048
"""Terms whose place is kept."""

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


def term_hash(term: bytes) -> int:
    """The 64-bit number that a term is found by."""
    return int.from_bytes(hashlib.blake2b(term, digest_size=8).digest(), "little")


class Bm25Index:
    """An immutable BM25 index over rows 0 to n - 1. Safe to read from several threads."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._starts = arrays["starts"]
        self._rows = arrays["rows"]
        self._weights = arrays["weights"]
        self._idf = arrays["idf"]
        self._hashes = arrays["hashes"]
        self._term_ends = arrays["term_ends"]
        self._terms = arrays["terms"]
        self._length = int(arrays["length"][0])
        self._latest: tuple[tuple[str, ...], list[_Asked], Scores | None] | None = None
        # One query asks for the same term several times: its weight, its rows, its scores.
        self._column = lru_cache(maxsize=_LOOKED_UP)(self._find_column)

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], k1: float = K1, b: float = B) -> Bm25Index:
        """Weigh the terms of all passages.

        Args:
            token_lists: The terms of each passage, in the order of rows. Read once; only counts are kept.
            k1: How soon more of the same term stops counting.
            b: How much a long passage is held against its score, 0 to 1.

        Source: rank-bm25, class ``BM25Okapi`` (Trotman, Puurula and Burgess, ADCS 2014, doi:10.1145/2682862.2682863).
        """
        from indexer.backends.term_counts import TermCountWriter

        with tempfile.TemporaryDirectory() as folder:
            writer = TermCountWriter(Path(folder))
            for tokens in token_lists:
                writer.add(tokens)
            # What is mapped stays when its file goes.
            return writer.finish(k1, b)

    @classmethod
    def open(cls, folder: Path) -> Bm25Index:
        """Open what ``term_counts.TermCountWriter`` wrote, memory-mapped.

        Raises:
            DamagedIndexError: If a file is missing or is not the array that it should be.
        """
        return cls({name: open_array(folder / f"bm25_{name}.npy", kind) for name, kind in _ARRAYS.items()})

    def __len__(self) -> int:
        return self._length

    def _find_column(self, token: str) -> int | None:
        encoded = token.encode("utf-8", "surrogatepass")
        wanted = np.uint64(term_hash(encoded))
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

    def _asked(self, tokens: Sequence[str]) -> list[_Asked]:
        """The query's known terms, in order."""
        asked = []
        for column, weight in self.term_weights(tokens).items():
            start, end = int(self._starts[column]), int(self._starts[column + 1])
            asked.append(_Asked(weight, self._rows[start:end], self._weights[start:end]))
        return asked

    def scores(self, tokens: Sequence[str], rows: Rows) -> Scores:
        """BM25 of chosen rows for the query's terms.

        Args:
            tokens: The query's terms; one that stands twice counts twice.
            rows: Any rows, shape (m,).

        Returns:
            Shape (m,), 0 for a row without any of the terms. Unbounded above; below 0 only in a corpus so small that
            most of its terms stand in most passages.
        """
        asked, of_all = self._read(tokens)
        return _sum_of(asked, rows).astype(np.float32) if of_all is None else of_all[rows]

    def search(self, tokens: Sequence[str], k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """The best rows for the query's terms.

        Args:
            tokens: The query's terms.
            k: How many rows at most.
            allowed: Rows that may be found; ``None`` for all.

        Returns:
            Rows that have at least one of the terms, best first, and their scores.
        """
        mask = None if allowed is None else allowed.mask
        asked, of_all = self._read(tokens)
        if of_all is not None:
            scores = of_all if mask is None else np.where(mask, of_all, np.float32(0))
            kth = np.partition(scores, len(scores) - k)[len(scores) - k] if 0 < k < len(scores) else 0
            rows = np.flatnonzero(scores >= kth) if kth else np.flatnonzero(scores)
            scores = scores[rows]
        elif k > 0 and _all_add(asked) and _count(asked) > _SUMMED_WHOLE:
            rows = _contenders(asked, k, self._length, mask)
            scores = _sum_of(asked, rows).astype(np.float32)
        else:
            rows, sums = _sum_touched(asked, self._length, mask)
            scores = sums.astype(np.float32)
        best = best_first(rows, scores, k)
        return rows[best], scores[best]

    def _read(self, tokens: Sequence[str]) -> tuple[list[_Asked], Scores | None]:
        """The query's known terms, and the scores of all rows, 0 for those without any; ``None`` where that takes long.

        What was read of the latest query is kept, since what it finds is scored next.
        """
        latest = self._latest
        if latest is not None and latest[0] == tuple(tokens):
            return latest[1:]
        asked, scores = self._asked(tokens), None
        if asked and _all_add(asked) and max(self._length, _count(asked)) <= _SUMMED_WHOLE:
            scores = _sum_parts(asked, self._length).astype(np.float32)
        self._latest = tuple(tokens), asked, scores
        return asked, scores


@dataclass(frozen=True, slots=True)
class _Asked:
    """A term of a query: idf times how often it is asked for, the rows that have it, in order, and its weight there."""

    weight: float
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def parts(self) -> npt.NDArray[np.float32]:
        """What the term adds to the score of each of its rows."""
        return self.weights * np.float32(self.weight)

    def most(self) -> float:
        """The most that the term adds to any score."""
        return float(self.weights.max() * np.float32(self.weight))


def _all_add(asked: Sequence[_Asked]) -> bool:
    return all(one.weight > 0 for one in asked)


def _count(asked: Sequence[_Asked]) -> int:
    """Postings of all terms."""
    return sum(len(one.rows) for one in asked)


def _sum_parts(asked: Sequence[_Asked], length: int) -> npt.NDArray[np.float64]:
    """The sums of all rows, term by term."""
    rows = np.concatenate([one.rows for one in asked])
    parts = np.concatenate([one.parts() for one in asked])
    return np.bincount(rows, parts, length).astype(np.float64, copy=False)


def _sum_touched(asked: Sequence[_Asked], length: int, mask: Mask | None) -> tuple[Rows, npt.NDArray[np.float64]]:
    """The rows that have any of the terms and pass, in order, and the sums of their parts, term by term."""
    if not asked:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    total = _sum_parts(asked, length)
    touched = np.zeros(length, dtype=np.bool_)
    for one in asked:
        touched[one.rows] = True
    if mask is not None:
        touched &= mask
    every = np.flatnonzero(touched)
    return every, total[every]


def _sum_of(asked: Sequence[_Asked], rows: Rows) -> npt.NDArray[np.float64]:
    """The sums of chosen rows, in any order: the very numbers that ``_sum_touched`` has for them."""
    total = np.zeros(len(rows))
    wanted = np.asarray(rows, dtype=np.int32)
    for one in asked:
        if len(one.rows):
            at = one.rows.searchsorted(wanted)
            at[at == len(one.rows)] = 0
            total += (one.weights[at] * np.float32(one.weight)) * (one.rows[at] == wanted)
    return total


def _contenders(asked: Sequence[_Asked], k: int, length: int, mask: Mask | None) -> Rows:
    """Rows that may be among the ``k`` best, in order; no other row is.

    The postings of rare terms are summed first. Once all other terms together add less than the ``k``-th best sum
    has already, a row without any rare term cannot come in, and the long postings of frequent terms are only looked
    up for rows that can.

    Source: MaxScore; Turtle and Flood, Information Processing and Management 31(6), 1995, 10.1016/0306-4573(95)00020-H.
    """
    rare_first = sorted(asked, key=lambda one: len(one.rows))
    most = [one.most() for one in rare_first]
    budget = _SUMMED_WHOLE
    while True:
        ends = np.cumsum([len(one.rows) for one in rare_first])
        taken = max(1, int(np.searchsorted(ends, budget, side="right")))
        rows, sums = _sum_touched(rare_first[:taken], length, mask)
        left = sum(most[taken:]) * (1 + _ROUNDING)
        if taken == len(rare_first):
            return _at_least_kth(rows, sums, k)
        if len(rows) >= k and left < (kth := float(np.partition(sums, len(sums) - k)[len(sums) - k])):
            inside = sums + left >= kth * (1 - _ROUNDING)
            rows, sums = rows[inside], sums[inside]
            return _at_least_kth(rows, sums + _sum_of(rare_first[taken:], rows), k)
        budget *= 4


def _at_least_kth(rows: Rows, sums: npt.NDArray[np.float64], k: int) -> Rows:
    """Rows whose sums are not below the ``k``-th best by more than rounding."""
    if len(rows) <= k:
        return rows
    kth = np.partition(sums, len(sums) - k)[len(sums) - k]
    return np.asarray(rows[sums >= kth * (1 - _ROUNDING)])


def weigh(
    times: npt.NDArray[np.integer], length: npt.NDArray[np.integer], average: float, k1: float, b: float
) -> npt.NDArray[np.float32]:
    """Weights without idf.

    Args:
        times: How often the term stands in its passage.
        length: How many terms the passage has, shape as ``times``.
        average: Of all passages.
        k1: See ``Bm25Index.build``.
        b: See there.
    """
    frequency = times.astype(np.float64)
    return (frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / average))).astype(np.float32)


def idf_of(document_frequency: npt.NDArray[np.integer], length: int) -> npt.NDArray[np.float64]:
    """``BM25Okapi``'s idf: what would be negative becomes a quarter of the average over all terms."""
    if len(document_frequency) == 0:
        return np.zeros(0)
    # math.log and not numpy's, whose last digit may differ, and a plain sum, as rank-bm25 has it.
    values = [math.log(length - n + 0.5) - math.log(n + 0.5) for n in document_frequency.tolist()]
    floor = _EPSILON * (sum(values) / len(values))
    return np.array([floor if value < 0 else value for value in values])
