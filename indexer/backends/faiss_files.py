"""The files of the dense index: made in blocks, opened memory-mapped.

``vectors.faiss`` is FAISS's flat index of single precision, or its scalar quantiser of half precision above
``LISTED`` rows; ``codes.faiss`` its scalar quantiser of 8 bits, flat or in lists. The vectors are written
straight into their file, so that they never have to fit into memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from corpus.errors import DamagedIndexError
from indexer.backends.base import Vectors

CODED = 10_000
"""Rows from which there are codes; fewer are compared by their vectors."""

LISTED = 100_000
"""Rows above which codes lie in lists, of which a search compares some."""

_VECTORS, _CODES, _FILLED = "vectors.faiss", "codes.faiss", "vectors.filled"
_BLOCK = 20_000


def create_vectors(folder: Path, count: int, dimension: int) -> Vectors:
    """A memory-mapped array to fill with unit vectors, row by row, before ``write_dense`` gets it.

    Args:
        folder: Of the index; a file is made in it, which ``write_dense`` makes ``vectors.faiss`` of.
        count: Number of rows.
        dimension: Length of the vectors.

    Returns:
        Shape (count, dimension), zeros; an ordinary array where ``count`` is 0, since nothing can be mapped.
    """
    if count > LISTED:
        return np.memmap(folder / _FILLED, dtype=np.float32, mode="w+", shape=(count, dimension))
    flat = faiss.IndexFlatIP(dimension)
    return np.asanyarray(_map_new(folder / _VECTORS, flat, np.float32, count, count * dimension))


def _map_new(path: Path, empty: Any, kind: type[np.floating], count: int, size: int) -> Any:
    """Make the file of a FAISS index with ``count`` rows of zeros, and map the rows.

    Args:
        path: Of the file.
        empty: The index without rows.
        kind: Of the stored values.
        count: Number of rows.
        size: Of all rows, as FAISS counts it.
    """
    blank = faiss.serialize_index(empty).tobytes()
    # Four letters of the kind and the dimension, then the number of rows; at the end the size of what they take.
    header = blank[:8] + struct.pack("<q", count) + blank[16:-8] + struct.pack("<Q", size)
    shape = (count, int(empty.d))
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + np.dtype(kind).itemsize * count * shape[1])
    return np.memmap(path, kind, "r+", len(header), shape) if count else np.zeros(shape, dtype=kind)


def write_vectors(vectors: Vectors, folder: Path) -> None:
    """Make ``vectors.faiss`` hold the vectors, which may be those of ``create_vectors``."""
    path, (count, dimension) = folder / _VECTORS, vectors.shape
    source = Path(vectors.filename or "") if isinstance(vectors, np.memmap) else None
    if count > LISTED:
        half = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        _copy(vectors, _map_new(path, half, np.float16, count, 2 * count * dimension))
    elif source != path.absolute():
        _copy(vectors, _map_new(path, faiss.IndexFlatIP(dimension), np.float32, count, count * dimension))
    elif isinstance(vectors, np.memmap):
        vectors.flush()


def write_codes(codes: Any, folder: Path) -> None:
    """Write ``codes.faiss``, where there are codes."""
    (folder / _FILLED).unlink(missing_ok=True)
    if codes is not None:
        faiss.write_index(codes, str(folder / _CODES))


def _copy(vectors: Vectors, mapped: Any) -> None:
    for start, block in blocks(vectors):
        mapped[start : start + len(block)] = block
    if isinstance(mapped, np.memmap):
        mapped.flush()


def blocks(vectors: Vectors) -> Iterator[tuple[int, Vectors]]:
    """Rows in order, as the number of the first and some of them in memory, shape (up to 20,000, d)."""
    for start in range(0, len(vectors), _BLOCK):
        yield start, np.ascontiguousarray(vectors[start : start + _BLOCK], dtype=np.float32)


def open_vectors(folder: Path) -> Any:
    """FAISS's index in ``vectors.faiss``.

    Raises:
        DamagedIndexError: If the file is missing, or is not what was written.
    """
    path = folder / _VECTORS
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    half = isinstance(index, faiss.IndexScalarQuantizer) and index.sq.qtype == faiss.ScalarQuantizer.QT_fp16
    if not (half or isinstance(index, faiss.IndexFlatIP)) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise DamagedIndexError(f"The index file {path} holds another kind of index.")
    return index


def open_codes(folder: Path) -> Any:
    """FAISS's index in ``codes.faiss``; ``None`` where there is none.

    Raises:
        DamagedIndexError: If the file is not what was written.
    """
    path = folder / _CODES
    if not path.exists():
        return None
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    if not isinstance(index, faiss.IndexScalarQuantizer | faiss.IndexIVFScalarQuantizer):
        raise DamagedIndexError(f"The index file {path} holds another kind of index.")
    return index


def _unreadable(path: Path, error: Exception) -> DamagedIndexError:
    return DamagedIndexError(f"The index file {path} cannot be read ({str(error).splitlines()[0]}).")
