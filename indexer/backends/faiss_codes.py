"""Vectors in 8 bits: one after the other, or, of many, in lists around centres learned from them.

A row lies in the list of its nearest centre, so a search compares the lists of the centres nearest to the question.
The rows of a former index stay in their lists: only new ones are compared with the centres, which are learned anew as
soon as less than half of either index is in both.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from indexer.backends import faiss_files
from indexer.backends.base import Rows, Vectors
from indexer.backends.faiss_files import blocks, open_codes

LEVELS = 127
"""The largest code. A code is its value in as many steps as the largest value of all takes this many of."""

_LEARNED_FROM = 40
"""Vectors for each centre; FAISS asks for 39."""
_ROUNDS = 5

_SIGNED = faiss.ScalarQuantizer.QT_8bit_direct_signed

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FormerRows:
    """The rows that a former index has too.

    Attributes:
        folder: Of that index.
        rows: For each row its number there, -1 for a new one; shape (n,).
    """

    folder: Path
    rows: Rows


def build_codes(
    vectors: Vectors, former: FormerRows | None = None, progress: Progress = lambda _done, _total: None
) -> Any:
    """FAISS's index of unit vectors in 8 bits: flat, or in lists above ``LISTED`` rows; ``None`` below ``CODED``.

    Args:
        vectors: Shape (n, d); read in blocks.
        former: Rows that keep their lists.
        progress: Called with the rows that are done, and all.
    """
    count, dimension = vectors.shape
    if count < faiss_files.CODED:
        return None
    progress(0, count)
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    steps = LEVELS / (max(float(np.abs(block).max()) for _, block in blocks(vectors)) or 1.0)
    if count <= faiss_files.LISTED:
        flat = faiss.IndexScalarQuantizer(dimension, _SIGNED, faiss.METRIC_INNER_PRODUCT)
        for start, block in blocks(vectors):
            flat.add(np.rint(block * steps))
            progress(start + len(block), count)
        return flat
    centres, lists = _take_over(former, count) or (_learn(vectors), np.full(count, -1))
    quantizer = faiss.IndexFlatIP(dimension)
    quantizer.add(centres)
    codes: Any = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, len(centres), _SIGNED, faiss.METRIC_INNER_PRODUCT, False
    )
    codes.is_trained = True  # there is nothing else to learn: a value is its code
    rows = np.arange(count)
    for start, block in blocks(vectors):
        some = slice(start, start + len(block))
        new = lists[some] < 0
        if new.any():
            lists[some][new] = quantizer.search(block[new], 1)[1][:, 0]
        coded = np.rint(block * steps)
        codes.add_core(len(block), *map(faiss.swig_ptr, (coded, rows[some], lists[some])))
        progress(some.stop, count)
    return codes


def _learn(vectors: Vectors) -> Vectors:
    """Centres of the lists, four times the root of the number of rows; shape (lists, d)."""
    count, dimension = vectors.shape
    lists = int(4 * np.sqrt(count))
    sample = np.linspace(0, count - 1, min(count, _LEARNED_FROM * lists), dtype=np.int64)
    clustering = faiss.Kmeans(dimension, lists, niter=_ROUNDS, spherical=True, min_points_per_centroid=1)
    clustering.train(np.asarray(vectors[sample], dtype=np.float32))
    return np.asarray(clustering.centroids)


def _take_over(former: FormerRows | None, count: int) -> tuple[Vectors, npt.NDArray[np.int64]] | None:
    """The centres of a former index and the list of each row, -1 for new rows; ``None`` where they would not fit."""
    index = None if former is None else open_codes(former.folder)
    if former is None or not isinstance(index, faiss.IndexIVFScalarQuantizer):
        return None
    shared = former.rows >= 0
    if 2 * np.count_nonzero(shared) < max(count, index.ntotal):
        return None
    stored: Any = index.invlists
    list_of = np.empty(index.ntotal, dtype=np.int64)
    for number in range(index.nlist):
        size = stored.list_size(number)
        if size:
            list_of[faiss.rev_swig_ptr(stored.get_ids(number), size)] = number
    lists = np.full(count, -1)
    lists[shared] = list_of[former.rows[shared]]
    return index.quantizer.reconstruct_n(0, index.nlist), lists
