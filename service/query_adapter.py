"""A small learned turn of question vectors towards the clauses that answer them.

The default encoder was trained on general text, where a question lies near other questions. A matrix of low rank,
fitted on judged questions (``tiaowen-eval adapt``), moves a question's vector to where its clauses lie;
passages stay as they were encoded, so no index changes. ``docs/decisions/retrieval.md`` has what it was measured by.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import IO

import numpy as np

from indexer.backends.base import Vectors
from indexer.encoder import DEFAULT_ENCODER, Encoder


@dataclass(frozen=True, slots=True)
class QueryAdapter:
    """``v + up (down v) + shift``, made a unit vector again.

    Attributes:
        down: Shape (rank, d).
        up: Shape (d, rank).
        shift: Shape (d,).
    """

    down: Vectors
    up: Vectors
    shift: Vectors

    def __call__(self, vectors: Vectors) -> Vectors:
        """Adapt vectors of questions, shape (d,) or (n, d)."""
        moved = vectors + (vectors @ self.down.T) @ self.up.T + self.shift
        adapted: Vectors = (moved / np.linalg.norm(moved, axis=-1, keepdims=True)).astype(np.float32)
        return adapted


def read_adapter(file: IO[bytes]) -> QueryAdapter:
    """Read what ``write_adapter`` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        return QueryAdapter(*(arrays[name].astype(np.float32) for name in ("down", "up", "shift")))


def write_adapter(file: IO[bytes], adapter: QueryAdapter) -> None:
    """Write an adapter in half precision, which moves no ranking."""
    np.savez(
        file,
        down=adapter.down.astype(np.float16),
        up=adapter.up.astype(np.float16),
        shift=adapter.shift.astype(np.float16),
    )


@cache
def _shipped() -> QueryAdapter:
    with (resources.files("service") / "data" / "query_adapter.npz").open("rb") as file:
        return read_adapter(file)


def adapt(vectors: Vectors, encoder: Encoder) -> Vectors:
    """Vectors of questions as they are searched with; those of other encoders than the default stay as they are."""
    return _shipped()(vectors) if encoder.name == DEFAULT_ENCODER else vectors
