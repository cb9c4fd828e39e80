"""Dense search: exact vectors, memory-mapped, and above some size FAISS codes that say which of them to look at.

``vectors.faiss`` holds every vector, in single precision, or in half above ``GRAPHED`` rows, and every score comes
from it. Above ``CODED`` rows ``codes.faiss`` holds them in 8 bits as well. A search takes the best rows by their
codes, and their scores from the vectors. Up to ``GRAPHED`` rows all codes are compared, and so many rows are looked at
that rounding cannot hide one of the best, so the result is exact. Above, an HNSW graph leads to the rows, and
``tiaowen index`` says how many of the nearest it finds (docs/decisions/dense.md). A filter holds before the search:
FAISS asks an ``IDSelector`` before it takes an inner product, and where few rows pass they are compared one by one.

Everything opens memory-mapped, so that processes share it. A search takes one thread: with more, requests that come
together wait for each other's threads.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError
from indexer.backends.base import Rows, Scores, Selection, Vectors, best_first
from indexer.backends.faiss_files import (
    BUILT_WIDE,
    LEVELS,
    LINKS,
    build_codes,
    open_codes,
    open_vectors,
    write_codes,
    write_vectors,
)

RECALL = 0.98
"""What the graph has to find of the ten nearest; searches go as wide as that takes."""

_WIDEST = 1600
_AWAY = 0.8
"""Length of the noise that makes a question of a vector: farther from its nearest rows than a row is."""
_SAMPLE = 200
_COMPARED = 4_000
"""Allowed rows up to which all are compared by their vectors."""
_STEP = 90
"""Codes that a scan compares in the time of one step through the graph."""
_SURE = 8.0
"""Spreads of the rounding error by which a row may be behind the last hit and still be looked at: four for each."""
_MOST_CODED = 20_000
_FETCHED = 40


@dataclass(frozen=True, slots=True)
class DenseReport:
    """How vectors were indexed.

    Attributes:
        kind: ``exact``, or what was built, with its parameters.
        recall_at_10: Share of the ten nearest rows that a search finds, over a sample of its vectors with noise.
    """

    kind: str
    recall_at_10: float


def write_dense(vectors: Vectors, folder: Path) -> DenseReport:
    """Write the index of unit vectors into a folder. Takes memory for the codes and the graph, not for the vectors.

    Args:
        vectors: Shape (n, d), each of length 1; read in blocks. Best the array of ``create_vectors``, which up to
            ``GRAPHED`` rows is not written a second time; it must not be used afterwards.
        folder: Gets the files; exists.
    """
    write_vectors(vectors, folder)
    codes = build_codes(vectors)
    report = FaissIndex(open_vectors(folder), codes).measure()
    write_codes(codes, folder)
    return report


class FaissIndex:
    """Unit vectors of rows 0 to n - 1. Immutable, and safe to search from several threads.

    Args:
        vectors: FAISS's flat inner-product index, in single or half precision.
        codes: The same rows in 8 bits, flat or as a graph; ``None`` where the vectors are enough.
    """

    def __init__(self, vectors: Any, codes: Any) -> None:
        self._index = vectors
        self._flat = isinstance(vectors, faiss.IndexFlatIP)
        self._graph = codes if isinstance(codes, faiss.IndexHNSWSQ) else None
        self._codes = codes if self._graph is None else faiss.downcast_index(codes.storage)
        # A code is the value times this; unit vectors, so it is the length of any of them.
        self._scale = 0.0 if codes is None else float(np.linalg.norm(self._codes.reconstruct(0)))

    @classmethod
    def build(cls, vectors: Vectors) -> FaissIndex:
        """Index unit vectors in memory.

        Args:
            vectors: Shape (n, d), each of length 1.
        """
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index, build_codes(vectors))

    @classmethod
    def open(cls, folder: Path) -> FaissIndex:
        """Open what ``write_dense`` or ``save`` wrote, memory-mapped.

        Raises:
            DamagedIndexError: If a file is missing, or is not what was written.
        """
        vectors = open_vectors(folder)
        codes = open_codes(folder, vectors.ntotal * vectors.d)
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
            if self._graph is not None and _STEP * (wide := self._wide(k, count)) < count:
                rows = self._walk(vector, k, wide, allowed)
            if rows is None:
                rows = self._scan(vector, k, allowed)
        if rows is None:
            rows = np.arange(len(self)) if allowed is None else allowed.rows()
        scores = self.scores(vector, rows)
        order = best_first(rows, scores, k)
        return rows[order], scores[order]

    def _wide(self, k: int, count: int) -> int:
        """How many steps a walk takes: enough to come by three times as many of the allowed rows as are asked for."""
        assert self._graph is not None  # noqa: S101 - asked before
        return max(int(self._graph.hnsw.efSearch), 3 * k * len(self) // count)

    def _walk(self, vector: Vectors, k: int, wide: int, allowed: Selection | None) -> Rows | None:
        """Rows near the vector as the graph leads to them; ``None`` where it leads to fewer than ``k``."""
        assert self._graph is not None  # noqa: S101 - asked before
        fetched = min(max(2 * k, _FETCHED), len(self))
        with _Selector(allowed) as selector:
            parameters = faiss.SearchParametersHNSW(efSearch=wide, sel=selector)  # type: ignore[attr-defined]
            faiss.omp_set_num_threads(1)
            _, found = self._graph.search(_coded(vector), fetched, params=parameters)
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
        """Widen the graph's searches until they find ``RECALL``, and say what they find."""
        if self._graph is None:
            return DenseReport("exact", 1.0)
        sample = self._questions()
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        tenth = self._index.search(sample, 10)[0][:, 9]
        wide = 100
        while True:
            self._graph.hnsw.efSearch = wide
            recall = self._recall(sample, tenth)
            if recall >= RECALL or wide == _WIDEST:
                kind = f"HNSW with {LINKS} links over 8 bits, built {BUILT_WIDE} and searched {wide} wide"
                return DenseReport(kind, recall)
            wide = min(2 * wide, _WIDEST)

    def _questions(self) -> Vectors:
        """Vectors as far from all rows as those of questions are: rows with noise, brought back to length 1."""
        rows = self.vectors(np.linspace(0, len(self) - 1, min(_SAMPLE, len(self)), dtype=np.int64))
        noise = np.random.default_rng(0).normal(scale=_AWAY / np.sqrt(self.dimension), size=rows.shape)
        drawn = rows + noise
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)

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
