"""Arrays on disk, opened memory-mapped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError

HEADER_BYTES = 128
"""What numpy writes before the values of an array of one dimension."""


def open_mapped(path: Path, *, writable: bool = False) -> npt.NDArray[Any]:
    """An ``.npy`` file as a memory-mapped array; read where it is empty, which cannot be mapped."""
    if path.stat().st_size <= HEADER_BYTES:
        return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]
    return np.load(path, mmap_mode="r+" if writable else "r", allow_pickle=False)  # type: ignore[no-any-return]


def open_array(path: Path, kind: type[np.generic]) -> npt.NDArray[Any]:
    """A memory-mapped array of an index, shape (n,).

    Args:
        path: An ``.npy`` file.
        kind: What it has to hold.

    Raises:
        DamagedIndexError: If the file is missing or is not the array that it should be.
    """
    try:
        loaded = np.asarray(open_mapped(path))
    except (OSError, ValueError, EOFError) as error:
        raise DamagedIndexError(f"The index file {path} cannot be read ({error}).") from error
    if loaded.dtype != kind or loaded.ndim != 1:
        raise DamagedIndexError(f"The index file {path} holds {loaded.dtype}, not {kind.__name__}.")
    return loaded
