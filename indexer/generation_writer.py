"""Writes the files of a new generation, one document after the other.

What the former generation has of a document is copied in blocks: its rows of the store, the counts of its terms, its
vectors. Nothing of it is parsed, decoded or cut into words again, and no text is kept in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from corpus.model import Clause
from indexer import store as store_file
from indexer.backends.arrays import open_mapped
from indexer.backends.base import Vectors
from indexer.backends.faiss import DenseReport, FaissIndex, write_dense
from indexer.backends.faiss_codes import FormerRows
from indexer.backends.faiss_files import create_vectors
from indexer.backends.term_counts import TermCounts, TermCountWriter
from indexer.embedding_cache import KEY, EmbeddingCache, Keys, key_of
from indexer.encoder import Encoder
from indexer.english_terms import build_english_terms, find_phrases, save_english_terms
from indexer.generations import KEYS_FILE
from indexer.manifest import Manifest
from indexer.passage_rows import KINDS, save_rows
from indexer.passages import build_passages
from indexer.spool import TextSpool
from indexer.store import Extent, Store, StoredDocument, StoreWriter, Totals
from indexer.tokenizer import LEXICON_HASH, tokenize

Progress = Callable[[str, int, int], None]
_COPIED_AT_ONCE = 16384
_SHORT_LINE = 60
"""Characters of a line that may well be a title or a heading, which stands in many passages."""


class Former:
    """The generation that serves while the next is built; all its files are as they were written.

    Attributes:
        extents: Where each of its documents stands, by document id.
    """

    def __init__(self, number: int, manifest: Manifest, folder: Path) -> None:
        self.number = number
        self.manifest = manifest
        self.folder = folder
        self.store = Store(folder / store_file.FILE)
        self.extents = self.store.extents()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def fits(self, encoder: Encoder) -> bool:
        """Whether its words and vectors are what this program and encoder would make of the same passages."""
        manifest = self.manifest
        return (manifest.lexicon_hash, manifest.encoder_fingerprint) == (LEXICON_HASH, encoder.fingerprint)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        encoded: Passages that had to be encoded.
    """

    totals: Totals
    encoded: int
    dense: DenseReport


class GenerationWriter:
    """A context manager; ``finish`` ends it well.

    Args:
        building: The generation's folder, new.
        encoder: For the keys of vectors.
        former: Where documents may be taken over from.
        english: Folder that keeps what was read of the English dictionary.
    """

    def __init__(self, building: Path, encoder: Encoder, former: Former | None, english: Path) -> None:
        self._building = building
        self._encoder = encoder
        self._english = english
        self._former = former if former and former.fits(encoder) else None
        folder = self._former.folder if self._former else None
        self._counts = TermCountWriter(building, TermCounts(folder) if folder else None)
        self._store = StoreWriter(building / store_file.FILE, folder / store_file.FILE if folder else None)
        self._texts = TextSpool(building)
        self._former_kinds = open_mapped(folder / "rows_kind.npy") if folder else np.zeros(0, np.int8)
        self._former_keys: Keys = np.load(folder / KEYS_FILE) if folder else np.zeros(0, KEY)
        self._passages_of: list[int] = []
        self._kinds = array("b")
        self._keys = bytearray()
        self._new_rows = array("q")
        self._copied: list[tuple[int, range]] = []

    def __enter__(self) -> GenerationWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._texts.__exit__(kind, error, trace)
        self._counts.close()
        self._store.__exit__(kind, error, trace)

    @property
    def documents(self) -> int:
        """How many documents there are so far."""
        return len(self._passages_of)

    def find(self, document_id: str, recipe: str) -> Extent | None:
        """Where a document stands in the former generation, if it can be taken over from there."""
        extent = self._former.extents.get(document_id) if self._former else None
        return extent if extent is not None and extent.recipe == recipe else None

    def take_over(self, document_id: str, extent: Extent, source: Path) -> None:
        """Add a document as the former generation has it.

        Args:
            document_id: Its id.
            extent: From ``find``.
            source: Its file.
        """
        rows = extent.rows
        if rows:
            before = self._copied[-1] if self._copied else (0, range(0))
            if before[1] and before[1].stop == rows.start and before[0] + len(before[1]) == len(self._kinds):
                self._copied[-1] = before[0], range(before[1].start, rows.stop)
            else:
                self._copied.append((len(self._kinds), rows))
        self._store.take_over(document_id, extent, str(source))
        self._counts.take_over(rows)
        self._kinds.frombytes(self._former_kinds[rows.start : rows.stop].tobytes())
        self._keys += self._former_keys[rows.start : rows.stop].tobytes()
        self._passages_of.append(len(rows))

    def add(self, stored: StoredDocument, clauses: tuple[Clause, ...], edge_lines: Iterable[str]) -> None:
        """Add a document.

        Args:
            stored: The document.
            clauses: All its units, in order.
            edge_lines: See ``Store.edge_lines``.
        """
        passages = build_passages(stored.metadata, clauses)
        self._store.add(stored, clauses, [passage.clause_id for passage in passages], edge_lines)
        for passage in passages:
            self._new_rows.append(len(self._kinds))
            self._kinds.append(KINDS.index(passage.kind))
            self._keys += key_of(passage.dense_text, self._encoder)
            self._texts.append(passage.dense_text)
            self._counts.add(_terms(passage.lexical_text))
        self._passages_of.append(len(passages))

    def finish(self, cache: EmbeddingCache, progress: Progress) -> Written:
        """Write words, vectors and rows.

        Args:
            cache: Has vectors of other generations, and encodes the rest.
            progress: Called with the stages ``words``, ``encode`` and ``vectors``.
        """
        self._counts.finish(progress=lambda done, total: progress("words", done, total))
        phrases_of = find_phrases(self._english, self._counts.knows)
        save_english_terms(build_english_terms(phrases_of, self._counts.idf), self._building)
        keys: Keys = np.frombuffer(self._keys, dtype=KEY)
        new_rows = np.frombuffer(self._new_rows, dtype=np.int64) if self._new_rows else np.zeros(0, np.int64)
        encoded = cache.encode_missing(
            keys[new_rows], self._texts.__getitem__, progress=lambda done, total: progress("encode", done, total)
        )
        vectors = self._write_vectors(cache, keys, new_rows)
        dense = write_dense(
            vectors, self._building, self._former_rows(len(keys)), lambda done, total: progress("vectors", done, total)
        )
        passages_of = np.array(self._passages_of, dtype=np.int64)
        save_rows(
            self._building,
            document=np.repeat(np.arange(len(passages_of), dtype=np.int32), passages_of),
            kind=np.frombuffer(self._kinds, dtype=np.int8) if self._kinds else np.zeros(0, np.int8),
        )
        return Written(self._store.totals(), encoded, dense)

    def _former_rows(self, count: int) -> FormerRows | None:
        if self._former is None:
            return None
        rows = np.full(count, -1, dtype=np.int64)
        for row, copied in self._copied:
            rows[row : row + len(copied)] = np.arange(copied.start, copied.stop)
        return FormerRows(self._former.folder, rows)

    def _write_vectors(self, cache: EmbeddingCache, keys: Keys, new_rows: npt.NDArray[np.int64]) -> Vectors:
        np.save(self._building / KEYS_FILE, keys, allow_pickle=False)
        vectors = create_vectors(self._building, len(keys), self._encoder.dimension)
        if self._former and self._copied:
            former = FaissIndex.open(self._former.folder)
            for row, rows in self._copied:
                for start in range(0, len(rows), _COPIED_AT_ONCE):
                    some = rows[start : start + _COPIED_AT_ONCE]
                    vectors[row + start : row + start + len(some)] = former.vectors(np.arange(some.start, some.stop))
        for start, stop in _runs(new_rows):
            cache.read(keys[start:stop], vectors[start:stop])
        return vectors


def _runs(rows: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rows in order, as stretches without a gap."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) != 1)
    firsts, lasts = [0, *(breaks + 1).tolist()], [*breaks.tolist(), len(rows) - 1]
    return [(int(rows[first]), int(rows[last]) + 1) for first, last in zip(firsts, lasts, strict=True)]


def _terms(lexical_text: str) -> list[str]:
    """``tokenize``, a line at a time: no word goes over a line break, and titles and headings come again and again."""
    terms: list[str] = []
    for line in lexical_text.split("\n"):
        terms += _terms_of_short_line(line) if len(line) < _SHORT_LINE else tokenize(line)
    return terms


@lru_cache(maxsize=4096)
def _terms_of_short_line(line: str) -> tuple[str, ...]:
    return tuple(tokenize(line))
