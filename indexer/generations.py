"""Generations: an index on disk is whole or absent.

::

    data/
      CURRENT                 number of the generation that serves, and the SHA-256 of its manifest
      build.lock              held by the process that builds
      generations/7/          manifest.json, store.sqlite, rows_*.npy, counts_*.npy, bm25_*.npy,
                              vectors.faiss, codes.faiss, vector_keys.npy, english_terms.json
      generations/8.building/ left by a killed build; the next build removes it

A build writes beside the generation that serves, reads every file back and compares checksums, flushes all to the
disk and replaces ``CURRENT``, which is one atomic rename. A crash at any step leaves the former generation. Readers
keep the files that they opened, also after a later build has pruned them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import numpy.typing as npt

from corpus.errors import BuildInProgressError, DamagedIndexError, IndexMismatchError, NoIndexError, StoredIndexError
from corpus.model import Metadata
from indexer import store as store_file
from indexer.backends.base import DenseIndex, LexicalIndex
from indexer.backends.bm25 import Bm25Index
from indexer.backends.faiss import FaissIndex
from indexer.backends.faiss_files import open_vectors
from indexer.encoder import Encoder
from indexer.manifest import MANIFEST_FILE, Manifest, StoredFile, describe, read_manifest, verify_files
from indexer.passage_rows import PassageRows
from indexer.store import Store
from indexer.tokenizer import LEXICON_HASH

KEYS_FILE = "vector_keys.npy"
"""What the vector of each row is found by when it is wanted again (see ``indexer.embedding_cache``)."""

_CURRENT, _BUILDING = "CURRENT", ".building"
_VECTORS = "vectors.faiss"
_BUILD = "Run 'tiaowen index' to build it."
# Matches: "7 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08". Does not match: "7".
_CURRENT_LINE = re.compile(r"([1-9]\d*) ([0-9a-f]{64})\n")
_CHECKED_ON_OPENING_BYTES = 4 << 20


@dataclass(frozen=True)
class Generation:
    """One opened generation. It keeps its files open and never changes.

    Attributes:
        documents: What each document says about itself, by document id, in order.
    """

    number: int
    manifest: Manifest
    store: Store
    bm25: LexicalIndex
    dense: DenseIndex
    rows: PassageRows
    documents: dict[str, Metadata]

    def close(self) -> None:
        """Let go of the store's file."""
        self.store.close()


def generations_folder(data: Path) -> Path:
    """Where the generations of a data folder stand."""
    return data / "generations"


@contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Hold the data folder for one build. The lock of a killed process is free again.

    Raises:
        BuildInProgressError: If another process or thread holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(data / "build.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        fault = f"Another process is building an index in {data}."
        raise BuildInProgressError(fault, "Wait until it has ended, or choose another data folder.") from error
    try:
        yield
    finally:
        lock.release()


def current_number(data: Path) -> int | None:
    """Number of the generation that serves; ``None`` where there is no index.

    Raises:
        DamagedIndexError: If ``CURRENT`` is not what a build writes.
    """
    pointer = _read_pointer(data)
    return None if pointer is None else pointer[0]


def _read_pointer(data: Path) -> tuple[int, str] | None:
    path = data / _CURRENT
    try:
        content = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(f"{path} cannot be read ({error}).") from error
    match = _CURRENT_LINE.fullmatch(content)
    if match is None:
        raise DamagedIndexError(f"{path} does not name a generation.")
    return int(match[1]), match[2]


def open_current(data: Path, *, encoder: Encoder) -> Generation:
    """Open the generation that serves.

    Sizes of all files are compared with the manifest, and checksums of the files up to 4 MB; ``verify`` reads
    everything.

    Args:
        data: The data folder.
        encoder: What questions will be encoded with.

    Raises:
        NoIndexError: If none was built.
        DamagedIndexError: If a file is missing or altered.
        IndexMismatchError: If it was built with another format, encoder or lexicon.
    """
    for _ in range(3):
        pointer = _read_pointer(data)
        if pointer is None:
            raise NoIndexError(f"There is no index in {data}.", _BUILD)
        try:
            return _open(data, pointer, encoder)
        except StoredIndexError:
            # Two builds may have ended meanwhile, and the second prunes what was current before the first.
            if _read_pointer(data) == pointer:
                raise
    raise DamagedIndexError(f"The index in {data} changes faster than it can be opened.", "Try again.")


def _open(data: Path, pointer: tuple[int, str], encoder: Encoder) -> Generation:
    number, manifest_sha256 = pointer
    folder = generations_folder(data) / str(number)
    manifest = read_manifest(folder, sha256=manifest_sha256)
    _require_match(manifest, encoder)
    verify_files(folder, manifest.files, up_to_bytes=_CHECKED_ON_OPENING_BYTES)
    return open_sealed(folder, manifest)


def open_sealed(folder: Path, manifest: Manifest) -> Generation:
    """Open the files of a generation, which are checked already.

    Raises:
        DamagedIndexError: If they do not belong together.
    """
    store = Store(folder / store_file.FILE)
    bm25, dense = Bm25Index.open(folder), FaissIndex.open(folder)
    documents = store.metadata()
    rows = PassageRows.open(folder, documents)
    if not len(rows) == len(bm25) == len(dense) == manifest.passages:
        raise DamagedIndexError(f"The files in {folder} do not belong together.")
    return Generation(int(folder.name), manifest, store, bm25, dense, rows, documents)


def _require_match(manifest: Manifest, encoder: Encoder) -> None:
    """Every difference named in one error, so that one rebuild is enough."""
    pairs = (
        ("encoder", manifest.encoder, encoder.name),
        ("encoder version", manifest.encoder_fingerprint, encoder.fingerprint),
        ("vector dimension", manifest.dimension, encoder.dimension),
        ("lexicon", manifest.lexicon_hash[:12], LEXICON_HASH[:12]),
    )
    different = [f"{name} {built} instead of {wanted}" for name, built, wanted in pairs if built != wanted]
    if different:
        fault = f"The index was built with {', '.join(different)}."
        raise IndexMismatchError(
            fault, "Run 'tiaowen index' to build it anew, or choose the encoder it was built with."
        )


def verify(data: Path) -> Manifest:
    """Read every file of the generation that serves and compare it with the manifest.

    Raises:
        NoIndexError: If none was built.
        DamagedIndexError: If a file is missing or altered.
        IndexMismatchError: If the generation is of another format.
    """
    pointer = _read_pointer(data)
    if pointer is None:
        raise NoIndexError(f"There is no index in {data}.", _BUILD)
    folder = generations_folder(data) / str(pointer[0])
    manifest = read_manifest(folder, sha256=pointer[1])
    verify_files(folder, manifest.files)
    return manifest


def find_vectors(
    data: Path, encoder: Encoder, *, verified: int | None
) -> Iterator[tuple[npt.NDArray[Any], FaissIndex]]:
    """Keys and vectors of an encoder in generations of any format, as they were written, the latest first.

    Args:
        data: The data folder.
        encoder: Whose vectors are wanted.
        verified: Number of a generation that was read already and is whole.
    """
    folder = generations_folder(data)
    numbers = sorted((int(path.name) for path in folder.iterdir() if path.name.isdecimal()), reverse=True)
    for path in (folder / str(number) for number in numbers):
        try:
            fields = json.loads((path / MANIFEST_FILE).read_bytes())
            if (fields["encoder_fingerprint"], fields["dimension"]) != (encoder.fingerprint, encoder.dimension):
                continue
            if path.name != str(verified):
                verify_files(path, {name: StoredFile(**fields["files"][name]) for name in (KEYS_FILE, _VECTORS)})
            yield np.load(path / KEYS_FILE, allow_pickle=False), FaissIndex(open_vectors(path), None)
        except (OSError, ValueError, KeyError, TypeError, DamagedIndexError):
            continue


def begin(data: Path) -> tuple[int, Path]:
    """A new, empty folder to build in, and the number it will have. Call with ``build_lock`` held.

    What killed builds left behind is removed.
    """
    folder = generations_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        current = current_number(data)
    except DamagedIndexError:
        current = None
    for path in list(folder.iterdir()):
        sealed_but_never_current = current is not None and path.name.isdecimal() and int(path.name) > current
        if path.name.endswith(_BUILDING) or sealed_but_never_current:
            shutil.rmtree(path)
    number = max((int(path.name) for path in folder.iterdir() if path.name.isdecimal()), default=0) + 1
    building = folder / f"{number}{_BUILDING}"
    building.mkdir()
    return number, building


def activate(
    data: Path,
    number: int,
    building: Path,
    *,
    publish: Callable[[Generation], None] | None = None,
    **described: Any,
) -> Manifest:
    """Seal what was built and let it serve. Call with ``build_lock`` held.

    Args:
        data: The data folder.
        number: From ``begin``.
        building: From ``begin``, with all files but the manifest in it.
        publish: Called with the sealed generation before it serves; if it fails, the former one goes on serving.
        **described: The fields of ``Manifest`` other than ``format``, ``created_at`` and ``files``.

    Raises:
        DamagedIndexError: If a file does not read back as it was written; the former generation goes on serving.
    """
    paths = sorted(building.iterdir())
    for path in paths:
        _flush(path)
    manifest, content = describe(building, **described)
    _write_flushed(building / MANIFEST_FILE, content)
    _flush(building)

    folder = generations_folder(data) / str(number)
    building.rename(folder)
    _flush(folder.parent)
    sha256 = hashlib.sha256(content).hexdigest()
    verify_files(folder, read_manifest(folder, sha256=sha256).files)
    if publish is not None:
        with closing(open_sealed(folder, manifest)) as generation:
            publish(generation)

    pointer = data / f"{_CURRENT}.new"
    _write_flushed(pointer, f"{number} {sha256}\n".encode("ascii"))
    pointer.replace(data / _CURRENT)
    _flush(data)
    return manifest


def prune(data: Path) -> None:
    """Remove all generations but the one that serves and the one before. Call with ``build_lock`` held."""
    current = current_number(data)
    folder = generations_folder(data)
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    kept = {current, *[number for number in numbers if current is not None and number < current][-1:]}
    for number in numbers:
        if number not in kept:
            shutil.rmtree(folder / str(number))


def _write_flushed(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _flush(path)


def _flush(path: Path) -> None:
    """Have the operating system write a file or a folder's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
