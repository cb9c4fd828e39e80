"""Exact dense search: FAISS's flat inner product over unit vectors, memory-mapped from disk.

A filter becomes an ``IDSelector`` that FAISS asks before it takes an inner product, so the ``k`` hits are the best
of the rows that are allowed and not what is left of an unfiltered list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from corpus.errors import DamagedIndexError
from indexer.backends.base import Rows, Scores, Selection, Vectors, best_first

_FILE = "vectors.faiss"
_MEND = "Run 'tiaowen index' to build it again."


@dataclass(frozen=True, slots=True)
class DenseReport:
    """How vectors were indexed.

    Attributes:
        kind: ``exact``, or the approximate index with its parameters.
        recall_at_10: Share of the ten nearest that the index finds, of a sample of its own vectors; 1 where exact.
    """

    kind: str
    recall_at_10: float


def write_dense(vectors: Vectors, folder: Path) -> DenseReport:
    """Write the index of unit vectors into a folder.

    Args:
        vectors: Shape (n, d), each of length 1; may be a memory-mapped array, which is read in blocks.
        folder: Gets the files; exists.
    """
    FaissIndex.build(vectors).save(folder)
    return DenseReport("exact", 1.0)


class FaissIndex:
    """Unit vectors of rows 0 to n - 1. Immutable, and safe to search from several threads."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissIndex:
        """Index unit vectors.

        Args:
            vectors: Shape (n, d), each of length 1.
        """
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> FaissIndex:
        """Open what ``save`` wrote, memory-mapped.

        Raises:
            DamagedIndexError: If the file is missing or is no flat inner-product index.
        """
        path = folder / _FILE
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise DamagedIndexError(f"The index file {path} cannot be read ({reason}).", _MEND) from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise DamagedIndexError(f"The index file {path} holds another kind of index.", _MEND)
        return cls(index)

    def save(self, folder: Path) -> None:
        """Write ``vectors.faiss`` into ``folder``."""
        faiss.write_index(self._index, str(folder / _FILE))

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
        k = min(k, len(self) if allowed is None else allowed.count)
        if k <= 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        parameters = None
        if allowed is not None:
            # FAISS keeps a pointer to the bitmap and no reference, so it has to live until the search is over.
            bitmap = np.packbits(allowed.mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(self), faiss.swig_ptr(bitmap))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        cosines, found = self._index.search(query, k, params=parameters)
        kept = found[0] >= 0
        hits, scores = found[0][kept].astype(np.int64), cosines[0][kept]
        order = best_first(hits, scores, k)
        return hits[order], scores[order]

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Cosine of one vector with chosen rows.

        Args:
            vector: A unit vector, shape (d,).
            rows: Any rows, shape (m,).

        Returns:
            Shape (m,), in the order of ``rows``.
        """
        if len(rows) == 0:
            return np.zeros(0, dtype=np.float32)
        chosen = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return np.asarray(chosen @ np.asarray(vector, dtype=np.float32), dtype=np.float32)

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of chosen rows, shape (m, d)."""
        if len(rows) == 0:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64)))
