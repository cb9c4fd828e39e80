"""Dense search: exact vectors, memory-mapped, and above some size FAISS codes that say which of them to look at.

``vectors.faiss`` holds every vector, in single precision, or in half above ``LISTED`` rows, and every score comes
from it. Above ``CODED`` rows ``codes.faiss`` holds them in 8 bits as well. A search takes the best rows by their
codes, and their scores from the vectors. Up to ``LISTED`` rows all codes are compared, and so many rows are looked at
that rounding cannot hide one of the best, so the result is exact. Above, codes lie in lists around learned centres, a
search compares those near the question, and ``tiaowen index`` says how many of the nearest it finds
(docs/decisions/dense.md). A filter holds before the search: FAISS asks an ``IDSelector`` before it takes an inner
product, and where few rows pass they are compared one by one.

Everything opens memory-mapped, so that processes share it. A search takes one thread: with more, requests that come
together wait for each other's threads.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError
from indexer.backends.base import Rows, Scores, Selection, Vectors, best_first
from indexer.backends.faiss_codes import LEVELS, FormerRows, Progress, build_codes
from indexer.backends.faiss_files import open_codes, open_vectors, write_codes, write_vectors

RECALL = 0.98
"""What has to be found of the ten nearest; as many lists are compared as that takes."""

_FEWEST = 16
"""Lists that are compared at least."""
_AWAY = 1.3
"""A question is made of a vector and so much of the difference of two others, which is as hard as real ones are."""
_SAMPLE = 200
_TIMES = 10
"""Rows that are compared at least, as a multiple of those asked for."""
_COMPARED = 4_000
"""Allowed rows up to which all are compared by their vectors."""
_SURE = 8.0
"""Spreads of the rounding error by which a row may be behind the last hit and still be looked at: four for each."""
_MOST_CODED = 20_000
_FETCHED = 40


@dataclass(frozen=True, slots=True)
class DenseReport:
    """How vectors were indexed.

    Attributes:
        kind: ``exact``, or what was built, with its parameters.
        recall_at_10: Share of the ten nearest rows that a search finds, over questions made of its vectors.
    """

    kind: str
    recall_at_10: float


def write_dense(
    vectors: Vectors,
    folder: Path,
    former: FormerRows | None = None,
    progress: Progress = lambda _done, _total: None,
) -> DenseReport:
    """Write the index of unit vectors into a folder. Takes memory for the codes, not for the vectors.

    Args:
        vectors: Shape (n, d), each of length 1; read in blocks. Best the array of ``create_vectors``, which up to
            ``LISTED`` rows is not written a second time; it must not be used afterwards.
        folder: Gets the files; exists.
        former: Rows that another index has too; they are not compared with all centres again.
        progress: Called with the rows that are done, and all, where there are codes.
    """
    write_vectors(vectors, folder)
    codes = build_codes(vectors, former, progress)
    report = FaissIndex(open_vectors(folder), codes).measure()
    write_codes(codes, folder)
    return report


class FaissIndex:
    """Unit vectors of rows 0 to n - 1. Immutable, and safe to search from several threads.

    Args:
        vectors: FAISS's flat inner-product index, in single or half precision.
        codes: The same rows in 8 bits, flat or in lists; ``None`` where the vectors are enough.
    """

    def __init__(self, vectors: Any, codes: Any) -> None:
        self._index = vectors
        self._flat = isinstance(vectors, faiss.IndexFlatIP)
        self._codes = codes
        self._listed = isinstance(codes, faiss.IndexIVFScalarQuantizer)
        # A code is the value times this; unit vectors, so it is the length of any of them.
        self._scale = 0.0 if codes is None or self._listed else float(np.linalg.norm(codes.reconstruct(0)))

    @classmethod
    def build(cls, vectors: Vectors) -> FaissIndex:
        """Index unit vectors in memory.

        Args:
            vectors: Shape (n, d), each of length 1.
        """
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        built = cls(index, build_codes(vectors))
        built.measure()
        return built

    @classmethod
    def open(cls, folder: Path) -> FaissIndex:
        """Open what ``write_dense`` wrote, memory-mapped.

        Raises:
            DamagedIndexError: If a file is missing, or is not what was written.
        """
        vectors = open_vectors(folder)
        codes = open_codes(folder)
        if codes is not None and (codes.ntotal, codes.d) != (vectors.ntotal, vectors.d):
            raise DamagedIndexError(f"The files in {folder} do not belong together.")
        return cls(vectors, codes)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def search(self, vector: Vectors, k: int, allowed: Selection | None = None) -> tuple[Rows, Scores]:
        """The nearest rows to one vector.

        Args:
            vector: A unit vector, shape (d,).
            k: How many rows at most.
            allowed: Rows that may be found; ``None`` for all.

        Returns:
            Rows, best first, and their cosines; fewer than ``k`` where fewer are allowed.
        """
        count = len(self) if allowed is None else allowed.count
        k = min(k, count)
        if k <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows = None
        if self._codes is not None and count > _COMPARED:
            rows = (self._probe if self._listed else self._scan)(vector, k, allowed)
        if rows is None:
            rows = np.arange(len(self)) if allowed is None else allowed.rows()
        scores = self.scores(vector, rows)
        order = best_first(rows, scores, k)
        return rows[order], scores[order]

    def _probe(self, vector: Vectors, k: int, allowed: Selection | None) -> Rows | None:
        """Rows near the vector from the lists nearest to it; ``None`` where those hold fewer than ``k``.

        A filter has as many of its rows compared as a search without one, up to all of them.
        """
        count, lists = len(self) if allowed is None else allowed.count, self._codes.nlist
        wanted = max(self._codes.nprobe * len(self) / count, _TIMES * k * lists / count)
        probed = min(math.ceil(wanted), lists)
        with _Selector(allowed) as selector:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probed)  # type: ignore[call-arg]
            faiss.omp_set_num_threads(1)
            _, found = self._codes.search(_coded(vector), min(max(2 * k, _FETCHED), count), params=parameters)
        rows = found[0][found[0] >= 0]
        return rows if len(rows) >= k else None

    def _scan(self, vector: Vectors, k: int, allowed: Selection | None) -> Rows | None:
        """All rows that may be among the ``k`` nearest by their codes; ``None`` where they are too many to tell.

        A code differs from its value by half a level at most, as if drawn evenly, so a product of two codes is off by
        a sum of many small errors whose spread is known.
        """
        count = len(self) if allowed is None else allowed.count
        query = _coded(vector)
        error = float(np.hypot(self._scale, np.linalg.norm(query))) / np.sqrt(12)
        fetched = min(3 * k // 2, count)
        with _Selector(allowed) as selector:
            parameters = faiss.SearchParameters(sel=selector) if selector is not None else None  # type: ignore[call-arg]
            while fetched <= _MOST_CODED:
                faiss.omp_set_num_threads(1)
                products, found = self._codes.search(query, fetched, params=parameters)
                last = products[0][k - 1] - _SURE * error
                if fetched == count or products[0][-1] < last:
                    return np.asarray(found[0][products[0] >= last])
                fetched = min(4 * fetched, count)
        return None

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Cosine of one vector with chosen rows, as they are stored.

        Args:
            vector: A unit vector, shape (d,).
            rows: Any rows, shape (m,).

        Returns:
            Shape (m,), in the order of ``rows``.

        Raises:
            IndexError: If there is no such row.
        """
        wanted = np.ascontiguousarray(rows, dtype=np.int64)
        cosines = np.empty(len(wanted), dtype=np.float32)
        if len(wanted):
            if wanted.min() < 0 or wanted.max() >= len(self):
                raise IndexError(f"rows run from 0 to {len(self) - 1}")
            query = np.ascontiguousarray(vector, dtype=np.float32)
            faiss.omp_set_num_threads(1)
            if not self._flat:
                return np.asarray(np.einsum("ij,j->i", self.vectors(wanted), query))
            faiss.fvec_inner_products_by_idx(  # type: ignore[attr-defined]
                faiss.swig_ptr(cosines),
                faiss.swig_ptr(query),
                self._index.get_xb(),
                faiss.swig_ptr(wanted),
                self.dimension,
                1,
                len(wanted),
            )
        return cosines

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of chosen rows, shape (m, d)."""
        wanted = np.asarray(rows, dtype=np.int64)
        if len(wanted) == 0:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if self._flat:
            return np.asarray(self._index.reconstruct_batch(wanted))
        # All at once: FAISS would prepare anew for each row.
        size = int(self._index.code_size)
        stored = faiss.rev_swig_ptr(self._index.codes.data(), len(self) * size).reshape(len(self), size)
        return np.asarray(self._index.sa_decode(stored[wanted]))

    def measure(self) -> DenseReport:
        """Let searches compare more lists until they find ``RECALL``, and say what they find."""
        if not self._listed:
            return DenseReport("exact", 1.0)
        sample = self._questions()
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        tenth = self._index.search(sample, 10)[0][:, 9]
        lists = self._codes.nlist
        self._codes.nprobe = min(_FEWEST, lists)
        while (recall := self._recall(sample, tenth)) < RECALL and self._codes.nprobe < lists:
            self._codes.nprobe = min(2 * self._codes.nprobe, lists)
        return DenseReport(f"{self._codes.nprobe} of {lists} lists of 8-bit codes", recall)

    def _questions(self) -> Vectors:
        """Vectors as far from all rows as those of questions are, and in the directions in which rows differ."""
        generator, count = np.random.default_rng(0), min(_SAMPLE, len(self))
        rows = self.vectors(np.linspace(0, len(self) - 1, count, dtype=np.int64))
        one, other = (self.vectors(generator.integers(0, len(self), count)) for _ in range(2))
        moved = rows + _AWAY * (one - other)
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)

    def _recall(self, sample: Vectors, tenth: Scores) -> float:
        """Share of the ten nearest rows that are found. Any row as near as the tenth counts, so that twins do."""
        found = sum(
            min(10, int(np.count_nonzero(self.search(vector, 10)[1] >= least - 1e-6)))
            for vector, least in zip(sample, tenth, strict=True)
        )
        return found / (10 * len(sample))


class _Selector:
    """FAISS's selector of the allowed rows, ``None`` for all; it lives as long as the ``with`` block."""

    def __init__(self, allowed: Selection | None) -> None:
        # FAISS keeps a pointer to the bitmap and no reference.
        self._bitmap: npt.NDArray[np.uint8] | None = None
        self._count = 0
        if allowed is not None:
            self._bitmap, self._count = np.packbits(allowed.mask, bitorder="little"), len(allowed.mask)

    def __enter__(self) -> Any:
        if self._bitmap is None:
            return None
        return faiss.IDSelectorBitmap(self._count, faiss.swig_ptr(self._bitmap))

    def __exit__(self, *_: object) -> None:
        self._bitmap = None


def _coded(vector: Vectors) -> Vectors:
    """A query in 8 bits, shape (1, d)."""
    query = np.asarray(vector, dtype=np.float32).reshape(1, -1)
    return np.asarray(np.rint(query * (LEVELS / (float(np.abs(query).max()) or 1.0))), dtype=np.float32)
