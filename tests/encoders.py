"""An encoder for tests that need some vectors and no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from indexer.backends.base import Vectors
from indexer.encoder import EncodeProgress


class HashEncoder:
    """Vectors made of character counts: quick, the same everywhere, and near for texts that share characters."""

    def __init__(self, name: str = "hash", dimension: int = 32) -> None:
        self.name = name
        self.fingerprint = f"{name} {dimension}"
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        self.encoded += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, hashlib.md5(character.encode(), usedforsecurity=False).digest()[0] % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
