"""Vectors of passages already encoded, found by their text and encoder.

A generation keeps the vector of each row and its key, so what is encoded once is looked up in the generations that are
there. What a build encodes goes into the cache's folder first, a block at a time, so that a killed build loses one
block at most; once its generation serves, the blocks are removed. So no vector is kept that no generation has, and
the folder may be deleted at the cost of time alone.

Vectors are rounded to half precision before anything else is done with them. A cosine changes by less than 0.0005, and
it does not matter whether a vector comes from the encoder, from a block, or from an index that keeps it in 16 bits.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexer.backends.base import Rows, Vectors
from indexer.encoder import EncodeProgress, Encoder
from indexer.recipe import file_digest

if TYPE_CHECKING:
    from indexer.bulk import Bulk

BLOCK = 4096
"""Texts that are encoded between two writes: half a minute of two processors, minutes where onnxruntime is missing."""

Keys = npt.NDArray[np.bytes_]
"""One key of 16 bytes for each text, shape (n,)."""

KEY = np.dtype("S16")
_READ_AT_ONCE = 8192


class EmbeddingCache:
    """Vectors by key, and an encoder for those that are missing. A context manager, for one thread.

    Args:
        folder: Of the blocks; made where it is not there. Blocks that do not read back as written are removed.
        encoder: Its fingerprint is part of every key.
        bulk: Encodes in other processes, where given.
    """

    def __init__(self, folder: Path, encoder: Encoder, bulk: Bulk | None = None) -> None:
        self._folder = folder
        self._encoder = encoder
        self._bulk = bulk
        self._kind = _block_kind(encoder.dimension)
        self._sources: list[Callable[[Rows], Vectors]] = []
        self._keys_of: list[Keys] = []
        self._sorted: tuple[Keys, npt.NDArray[np.int32], npt.NDArray[np.int64]] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            self._open_block(path)

    def __enter__(self) -> EmbeddingCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sources, self._keys_of, self._sorted = [], [], None

    def add(self, keys: Keys, read: Callable[[Rows], Vectors]) -> None:
        """Look vectors up elsewhere too.

        Args:
            keys: Shape (n,).
            read: The vectors of some of the keys by their places, shape (m, dimension).
        """
        self._keys_of.append(keys)
        self._sources.append(read)
        self._sorted = None

    def encode(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> tuple[Vectors, int]:
        """Vectors of passages, from the cache where it has them.

        Args:
            texts: Passages; equal ones are encoded once.
            progress: See ``encode_missing``.

        Returns:
            Unit vectors in half precision, as 32-bit floats of shape (n, dimension), in the order of ``texts``; and how
            many texts were encoded.
        """
        keys = np.array([key_of(text, self._encoder) for text in texts], dtype=KEY)
        encoded = self.encode_missing(keys, texts.__getitem__, progress=progress)
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        self.read(keys, vectors)
        return vectors, encoded

    def encode_missing(
        self, keys: Keys, read_text: Callable[[int], str], *, progress: EncodeProgress | None = None
    ) -> int:
        """Encode what has no vector yet, each text once.

        Args:
            keys: Of passages, shape (n,).
            read_text: The text of a passage by its place in ``keys``.
            progress: Called with the number of passages encoded and to encode; never where all have vectors.

        Returns:
            How many were encoded.
        """
        unknown = np.flatnonzero(self._find(keys)[0] < 0)
        waiting = np.sort(unknown[np.unique(keys[unknown], return_index=True)[1]]).tolist()
        if self._bulk is not None and waiting:
            before = set(self._folder.iterdir())
            self._bulk.encode(keys, waiting, read_text, self._folder, progress)
            for path in sorted(set(self._folder.iterdir()) - before):
                self._open_block(path)
            return len(waiting)
        for start in range(0, len(waiting), BLOCK):
            block = [(number, read_text(number)) for number in waiting[start : start + BLOCK]]
            # The longest first, so that no processor is left with a long one when the others are done.
            block.sort(key=lambda item: -len(item[1]))
            vectors = self._encoder.encode_passages(
                [text for _, text in block], progress=_shifted(progress, start, len(waiting))
            )
            self._open_block(write_block(self._folder, keys[[number for number, _ in block]], vectors))
        return len(waiting)

    def read(self, keys: Keys, vectors: Vectors) -> None:
        """Write the vectors of keys into an array.

        Args:
            keys: Shape (n,).
            vectors: Shape (n, dimension); may be memory-mapped.

        Raises:
            KeyError: If one has none.
        """
        for start in range(0, len(keys), _READ_AT_ONCE):
            source, place = self._find(keys[start : start + _READ_AT_ONCE])
            if (source < 0).any():
                raise KeyError("a passage has no vector")
            out = vectors[start : start + _READ_AT_ONCE]
            for number in np.unique(source).tolist():
                chosen = source == number
                out[chosen] = self._sources[number](place[chosen])

    def _find(self, keys: Keys) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Number of the source of each key, -1 for none, and its place there."""
        if self._sorted is None:
            together = np.concatenate([*self._keys_of, np.zeros(0, dtype=KEY)])
            order = np.argsort(together, kind="stable")
            lengths = [len(keys) for keys in self._keys_of]
            source = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
            place = np.concatenate([*map(np.arange, lengths), np.zeros(0, dtype=np.int64)])[order]
            self._sorted = together[order], source, place.astype(np.int64)
        known, source, place = self._sorted
        if len(known) == 0:
            return np.full(len(keys), -1, dtype=np.int32), np.zeros(len(keys), dtype=np.int64)
        at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[at] == keys, source[at], np.int32(-1)), place[at]

    def _open_block(self, path: Path) -> None:
        try:
            if file_digest(path) == path.stem and path.suffix == ".npy":
                block = np.load(path, mmap_mode="r", allow_pickle=False)
                if block.dtype == self._kind:  # not of an encoder of another dimension
                    self.add(np.array(block["key"]), lambda places: _read_block(path, places))
                return
        except (OSError, ValueError):
            if path.is_dir():
                return
        path.unlink(missing_ok=True)


def write_block(folder: Path, keys: Keys, vectors: Vectors) -> Path:
    """Write a block into the cache's folder, whole or not at all.

    Args:
        folder: Of the blocks.
        keys: Shape (n,).
        vectors: Shape (n, dimension), in the order of the keys.
    """
    block = np.empty(len(keys), dtype=_block_kind(vectors.shape[1]))
    block["key"], block["vector"] = keys, vectors
    buffer = io.BytesIO()
    np.save(buffer, block, allow_pickle=False)
    content = buffer.getvalue()
    path = folder / f"{hashlib.sha256(content).hexdigest()}.npy"
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
    return path


def _block_kind(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("key", KEY), ("vector", "<f2", (dimension,))])


def _read_block(path: Path, places: Rows) -> Vectors:
    """Opened at each call, because a large build has more blocks than a process may have files open."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)["vector"][places])


def key_of(text: str, encoder: Encoder) -> bytes:
    """What the vector of a text is found by."""
    return hashlib.sha256(f"{encoder.fingerprint}\0{text}".encode()).digest()[:16]


def _shifted(progress: EncodeProgress | None, done: int, total: int) -> EncodeProgress | None:
    """Progress of one block as progress of the whole."""
    if progress is None:
        return None
    return lambda block_done, _: progress(done + block_done, total)
