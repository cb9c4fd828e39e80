"""Vectors of passages already encoded, by content and encoder, in one SQLite file.

The cache outlives generations: a passage is encoded once, whichever document it stands in and however often the
index is built. Each batch is committed by itself, so that a killed build loses at most one batch. Deleting the file
costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from indexer.backends.base import Vectors
from indexer.encoder import EncodeProgress, Encoder

_KEYS_AT_ONCE = 500
_TEXTS_AT_ONCE = 64


class EmbeddingCache:
    """A context manager over the cache file, for one thread.

    Args:
        path: The SQLite file; made when it is not there, and made anew when it is no database.
        encoder: Its fingerprint is part of every key.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _connect(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damaged; what it held can be had again
            path.unlink()
            self._connection = _connect(path)

    def __enter__(self) -> EmbeddingCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def encode(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> tuple[Vectors, int]:
        """Vectors of passages, from the cache where it has them.

        Args:
            texts: Passages; equal ones are encoded once.
            progress: Called with the number of passages encoded and to encode; never where all are cached.

        Returns:
            Unit vectors, shape (n, dimension), in the order of ``texts``; and how many texts were encoded.
        """
        keys = [self._key(text) for text in texts]
        try:
            known = self._read(set(keys))
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._connection.close()
            self._path.unlink()
            self._connection = _connect(self._path)
            known = {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        waiting = list(missing.items())
        for start in range(0, len(waiting), _TEXTS_AT_ONCE):
            batch = waiting[start : start + _TEXTS_AT_ONCE]
            report = _shifted(progress, start, len(waiting))
            vectors = self._encoder.encode_passages([text for _, text in batch], progress=report)
            fresh = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
            self._write(fresh)
            known.update(fresh)
        if not texts:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32), 0
        return np.stack([known[key] for key in keys]), len(waiting)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._encoder.fingerprint}\0{text}".encode()).digest()

    def _read(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        wanted = sorted(keys)
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, vector FROM embeddings WHERE key IN ({marks})"  # noqa: S608 - question marks only
            for key, blob in self._connection.execute(query, some):
                vector = np.frombuffer(blob, dtype="<f4")
                if len(vector) == self._encoder.dimension:
                    found[key] = vector
        return found

    def _write(self, vectors: Mapping[bytes, Vectors]) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", rows)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        connection.execute("SELECT key, vector FROM embeddings LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _shifted(progress: EncodeProgress | None, done: int, total: int) -> EncodeProgress | None:
    """Progress of one batch as progress of the whole."""
    if progress is None:
        return None
    return lambda batch_done, _: progress(done + batch_done, total)
