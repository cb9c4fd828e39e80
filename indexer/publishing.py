"""A sealed generation -> a collection of Milvus that searches it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer.backends.bm25 import Bm25Index
from indexer.backends.milvus import Milvus
from indexer.backends.milvus_ranking import MilvusDense, MilvusLexical
from indexer.backends.milvus_rows import SparseRows
from indexer.backends.milvus_schema import to_records
from indexer.generations import Generation
from indexer.manifest import Manifest
from indexer.passage_rows import KINDS

_BATCH = 500
"""Passages sent at a time, some 1.5 MB; a server takes up to 64 MB."""


def publish(
    milvus: Milvus,
    generation: Generation,
    scratch: Path,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Let Milvus hold a generation, and the alias stand for it.

    A collection that is whole already is taken as it is. Those before the one that served are dropped.

    Args:
        milvus: Where to.
        generation: As it was opened from its files.
        scratch: Folder with room for 8 bytes for each term of each passage.
        progress: Called with the passages that are written and those that there are.

    Raises:
        IndexServerError: If Milvus fails. The alias stands for what it stood for, and that is still there.
    """
    number, origin = generation.number, fingerprint(generation.manifest)
    if not milvus.holds(number, origin, len(generation.rows)):
        # A build that was killed before its files served may have left a collection of this number, and the alias.
        milvus.yield_name(number, max(_before(milvus, number), default=None))
        milvus.write(
            number,
            origin,
            _batches(generation, scratch),
            passages=len(generation.rows),
            dimension=generation.dense.dimension,
            progress=progress,
        )
    milvus.retire({number, *sorted(_before(milvus, number))[-1:]})
    milvus.publish(number)


def attach(milvus: Milvus, generation: Generation) -> Generation:
    """The same generation, searched in Milvus.

    Raises:
        IndexMismatchError: If Milvus does not hold it.
        IndexServerError: If Milvus fails.
    """
    collection = milvus.open(generation.number, fingerprint(generation.manifest))
    return replace(
        generation,
        bm25=MilvusLexical(collection, _local_words(generation)),
        dense=MilvusDense(collection, generation.dense),
    )


def fingerprint(manifest: Manifest) -> str:
    """Digest of all files of a generation, hexadecimal."""
    files = (f"{name} {file.sha256}\n" for name, file in sorted(manifest.files.items()))
    return hashlib.sha256("".join(files).encode()).hexdigest()


def _before(milvus: Milvus, number: int) -> list[int]:
    return [other for other in milvus.collections() if other < number]


def _local_words(generation: Generation) -> Bm25Index:
    if not isinstance(generation.bm25, Bm25Index):
        raise TypeError("the generation is searched elsewhere already")
    return generation.bm25


def _batches(generation: Generation, scratch: Path) -> Iterator[list[dict[str, Any]]]:
    rows, words = generation.rows, SparseRows(_local_words(generation), scratch)
    documents = list(generation.documents.items())
    for first in range(0, len(rows), _BATCH):
        last = min(first + _BATCH, len(rows))
        yield to_records(
            first,
            [documents[number] for number in rows.document[first:last].tolist()],
            [KINDS[number] for number in rows.kind[first:last].tolist()],
            generation.dense.vectors(np.arange(first, last)),
            words.between(first, last),
        )
