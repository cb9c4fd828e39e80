"""BM25's matrix, which is kept by term, turned into one sparse vector for each passage."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.backends.bm25 import Bm25Index

_BLOCK = 1 << 22
"""Entries that are sorted at a time; each takes some 50 bytes meanwhile."""


class SparseRows:
    """The sparse vectors of all passages: weights without idf by the term's number.

    They stand in a file without a name, 8 bytes for each term of each passage, which goes when the process ends.

    Args:
        words: The index.
        folder: Where there is room for the file.
    """

    def __init__(self, words: Bm25Index, folder: Path) -> None:
        starts, rows, weights = words.postings
        self._beyond = len(starts) - 1
        counts = np.zeros(len(words) + 1, dtype=np.int64)
        for block in _blocks(len(rows)):
            counts[1:] += np.bincount(rows[block], minlength=len(words))
        self._starts = np.cumsum(counts)
        self._terms = _on_disk(folder, len(rows), np.int32)
        self._weights = _on_disk(folder, len(rows), np.float32)

        following = self._starts[:-1].copy()
        for block in _blocks(len(rows)):
            terms = np.searchsorted(starts, np.arange(block.start, block.stop), side="right") - 1
            order = np.argsort(rows[block], kind="stable")
            chosen, first, count = np.unique(rows[block][order], return_index=True, return_counts=True)
            places = np.repeat(following[chosen] - first, count) + np.arange(len(order))
            self._terms[places] = terms[order]
            self._weights[places] = weights[block][order]
            following[chosen] += count

    def __len__(self) -> int:
        return len(self._starts) - 1

    def between(self, first: int, last: int) -> list[dict[int, float]]:
        """The vectors of passages ``first`` to ``last - 1``.

        None is empty, since Milvus takes no empty vector: a passage without a term has one that no query asks for.
        """
        vectors = []
        for start, end in zip(self._starts[first:last], self._starts[first + 1 : last + 1], strict=True):
            terms, weights = self._terms[start:end].tolist(), self._weights[start:end].tolist()
            vectors.append(dict(zip(terms, weights, strict=True)) or {self._beyond: 1.0})
        return vectors


def _blocks(length: int) -> list[slice]:
    return [slice(start, min(start + _BLOCK, length)) for start in range(0, length, _BLOCK)]


def _on_disk(folder: Path, length: int, kind: type[np.generic]) -> npt.NDArray[np.generic]:
    if length == 0:
        return np.zeros(0, dtype=kind)  # an empty file cannot be mapped
    with tempfile.TemporaryFile(dir=folder) as file:
        return np.memmap(file, dtype=kind, mode="w+", shape=(length,))
