"""The one recipe from folders of documents to a generation that serves.

``files -> RawText -> ParsedDocument -> Passage -> words, vectors, rows -> Generation``

What did not change is taken over: a document by the digest of its file and of what parses it, a vector by its text
and encoder. The result is the same as that of a build from nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from corpus.cleaning import find_repeated_lines
from corpus.errors import DamagedIndexError, IndexMismatchError, NoDocumentsError, NoIndexError, StoredIndexError
from corpus.model import RawText
from corpus.reading import read_file
from indexer import generations
from indexer import store as store_file
from indexer.backends.bm25 import Bm25Index
from indexer.backends.faiss import FaissIndex
from indexer.backends.milvus import Milvus
from indexer.embedding_cache import EmbeddingCache
from indexer.encoder import Encoder
from indexer.english_terms import build_english_terms, save_english_terms
from indexer.generations import KINDS, Generation, Manifest
from indexer.parsing import ParsedDocument, parse_document
from indexer.passages import Passage, build_passages
from indexer.publishing import publish
from indexer.recipe import digest, program_digest
from indexer.sources import NOTHING_TO_READ, Refusal, Source, find_files, read_sources
from indexer.store import Store, StoredDocument, StoreWriter
from indexer.tokenizer import LEXICON_HASH, tokenize

Progress = Callable[[str, int, int], None]
"""Called with a stage (``read``, ``parse``, ``words``, ``encode``, ``write``, ``publish``), how much of it is done, and
how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: Number of the generation that serves now.
        unchanged: The index held just this already, and no generation was written.
        documents, clauses, passages: What the index holds.
        parsed: Documents that were parsed; the others were taken over.
        encoded: Passages that were encoded; the vectors of the others were at hand.
        dropped: Documents of the former index that this one does not hold.
        refused: Files that could not be read or parsed.
        noise, repairs: Stretches of noise and of damage in all documents.
        seconds: Wall time.
    """

    generation: int
    unchanged: bool
    documents: int
    clauses: int
    passages: int
    parsed: int
    encoded: int
    dropped: int
    refused: tuple[Refusal, ...]
    noise: int
    repairs: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Former:
    """The generation that serves while the next is built."""

    number: int
    manifest: Manifest
    store: Store


def build_index(
    folders: Sequence[Path],
    data: Path,
    *,
    encoder: Encoder,
    add: bool = False,
    milvus: Milvus | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index hold what the folders hold.

    Args:
        folders: Searched for documents with all their subfolders.
        data: The data folder; made where it is not there.
        encoder: For the vectors.
        add: Keep the documents of the former index that come from elsewhere.
        milvus: Gets the index too, and searches it; the former one goes on serving where that fails.
        progress: See ``Progress``.

    Returns:
        What was done. Documents that cannot be read are passed over and reported.

    Raises:
        NoDocumentsError: If a folder is none, or nothing in them can be read. The former index stays.
        BuildInProgressError: If another process builds in ``data``.
        DamagedIndexError, IndexMismatchError: With ``add``, if the former index cannot be read.
        StoredIndexError: If ``data`` cannot be written to, or Milvus fails. The former index stays.
        ModelError: If the encoder fails.
    """
    started = time.perf_counter()
    found = find_files(folders)
    try:
        with generations.build_lock(data):
            former = _open_former(data, required=add)
            try:
                build = _Build(data, encoder, former, progress or _silent, started, milvus)
                return build.run(found, keep=add)
            finally:
                if former is not None:
                    former.store.close()
    except (OSError, sqlite3.OperationalError) as error:
        fault = f"The index cannot be written to {data} ({error})."
        raise StoredIndexError(fault, "Check the folder's permissions and free space, or choose another.") from error


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _open_former(data: Path, *, required: bool) -> _Former | None:
    """The former generation after a full check; without one that can be read, everything is made from nothing."""
    try:
        manifest = generations.verify(data)
        number = generations.current_number(data) or 0
        return _Former(number, manifest, Store(generations.generations_folder(data) / str(number) / store_file.FILE))
    except NoIndexError:
        return None
    except (DamagedIndexError, IndexMismatchError) as error:
        if required:
            raise type(error)(error.fault, "Run 'tiaowen index' over all folders, without --add.") from error
        return None


class _Build:
    """One build, under the lock."""

    def __init__(
        self,
        data: Path,
        encoder: Encoder,
        former: _Former | None,
        progress: Progress,
        started: float,
        milvus: Milvus | None,
    ) -> None:
        self._data = data
        self._encoder = encoder
        self._former = former
        self._progress = progress
        self._started = started
        self._milvus = milvus
        self._refused: list[Refusal] = []
        self._passages: list[Passage] = []
        self._document_of_row: list[int] = []
        self._documents = self._clauses = self._parsed = self._noise = self._repairs = 0

    def run(self, found: Sequence[Path], *, keep: bool) -> BuildReport:
        """Read, compare with the former index and write the next one where they differ."""
        former = self._former
        sources, refused = read_sources(
            found,
            former.store if former else None,
            keep=keep,
            trust=former is not None and former.manifest.recipe == program_digest(),
            progress=lambda done, total: self._progress("read", done, total),
        )
        self._refused += refused
        if not {source.path for source in sources} & set(found):
            raise self._nothing_read()
        if former is not None and self._is_unchanged(former, sources):
            if self._milvus is not None:
                folder = generations.generations_folder(self._data) / str(former.number)
                with closing(generations.open_sealed(folder, former.manifest)) as generation:
                    self._publish(generation)
            return self._unchanged(former)

        number, building = generations.begin(self._data)
        try:
            with StoreWriter(building / store_file.FILE) as writer:
                for stored, parsed in self._parse(sources):
                    self._add(writer, stored, parsed)
            if not self._documents:
                raise self._nothing_read()
            encoded = self._write_indices(building)
            self._activate(number, building)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        generations.prune(self._data)
        self._progress("write", 1, 1)
        gone = former.store.origins().keys() - {source.document_id for source in sources} if former else ()
        return BuildReport(
            generation=number,
            unchanged=False,
            documents=self._documents,
            clauses=self._clauses,
            passages=len(self._passages),
            parsed=self._parsed,
            encoded=encoded,
            dropped=len(gone),
            refused=tuple(self._refused),
            noise=self._noise,
            repairs=self._repairs,
            seconds=time.perf_counter() - self._started,
        )

    def _nothing_read(self) -> NoDocumentsError:
        first = self._refused[0].reason if self._refused else ""
        fault = f"None of the {len(self._refused)} documents can be read. The first: {first}"
        return NoDocumentsError(fault, NOTHING_TO_READ)

    def _is_unchanged(self, former: _Former, sources: Sequence[Source]) -> bool:
        manifest, encoder = former.manifest, self._encoder
        same_program = (manifest.recipe, manifest.lexicon_hash) == (program_digest(), LEXICON_HASH)
        same_encoder = (manifest.encoder, manifest.encoder_fingerprint) == (encoder.name, encoder.fingerprint)
        before = {name: (Path(origin.source), origin.sha256) for name, origin in former.store.origins().items()}
        now = {source.document_id: (source.path, source.sha256) for source in sources}
        return same_program and same_encoder and before == now

    def _unchanged(self, former: _Former) -> BuildReport:
        return BuildReport(
            generation=former.number,
            unchanged=True,
            documents=former.manifest.documents,
            clauses=former.manifest.clauses,
            passages=former.manifest.passages,
            parsed=0,
            encoded=0,
            dropped=0,
            refused=tuple(self._refused),
            noise=former.manifest.noise,
            repairs=former.manifest.repairs,
            seconds=time.perf_counter() - self._started,
        )

    def _parse(self, sources: Sequence[Source]) -> Iterator[tuple[StoredDocument, ParsedDocument]]:
        """Every document with its clauses, one folder after the other."""
        done = 0
        for _, group in groupby(sources, key=lambda source: source.path.parent):
            of_folder = list(group)
            raws = [self._raw(source) for source in of_folder]
            repeated = find_repeated_lines(raw.text for raw in raws)
            recipe = digest([program_digest(), *sorted(repeated)])
            for source, raw in zip(of_folder, raws, strict=True):
                parsed = self._take_over(source, recipe) or self._parse_anew(source, raw, repeated)
                if parsed is not None:
                    yield (
                        StoredDocument(parsed.document, str(source.path), recipe, raw.encoding, raw.size_bytes),
                        parsed,
                    )
                done += 1
                self._progress("parse", done, len(sources))

    def _raw(self, source: Source) -> RawText:
        if source.raw is not None:
            return source.raw
        stored = self._former.store.document(source.document_id) if self._former else None
        return stored.raw if stored else read_file(source.path, document_id=source.document_id)

    def _take_over(self, source: Source, recipe: str) -> ParsedDocument | None:
        """The document as the former index has it, if it would be parsed the same way again."""
        if source.raw is not None or self._former is None:
            return None
        stored = self._former.store.document(source.document_id)
        if stored is None or stored.recipe != recipe:
            return None
        return ParsedDocument(stored.document, self._former.store.clauses_of(source.document_id))

    def _parse_anew(self, source: Source, raw: RawText, repeated: frozenset[str]) -> ParsedDocument | None:
        self._parsed += 1
        try:
            parsed = parse_document(raw, repeated=repeated)
            raw.text.encode()  # a lone surrogate, as some PDFs have, cannot be stored
            if len({clause.id for clause in parsed.clauses}) < len(parsed.clauses):
                raise ValueError("two clauses have the same id")
        except Exception as error:  # one document that the parser fails on must not cost all others
            self._refused.append(Refusal(source.path, f"{source.path} cannot be parsed ({error!r})."))
            return None
        return parsed

    def _add(self, writer: StoreWriter, stored: StoredDocument, parsed: ParsedDocument) -> None:
        passages = build_passages(parsed.document.metadata, parsed.clauses)
        writer.add(stored, parsed.clauses, [passage.clause_id for passage in passages])
        self._passages += passages
        self._document_of_row += [self._documents] * len(passages)
        self._documents += 1
        self._clauses += len(parsed.clauses)
        self._noise += len(parsed.document.clean.noise)
        self._repairs += len(parsed.document.clean.repairs)

    def _write_indices(self, building: Path) -> int:
        """Words, vectors and rows; returns how many passages had to be encoded."""
        words = Bm25Index.build(self._token_lists())
        words.save(building)
        save_english_terms(build_english_terms(words.knows, words.idf), building)
        with EmbeddingCache(self._data / "cache" / "embeddings.sqlite", self._encoder) as cached:
            vectors, encoded = cached.encode(
                [passage.dense_text for passage in self._passages],
                progress=lambda done, total: self._progress("encode", done, total),
            )
        FaissIndex.build(vectors).save(building)
        generations.save_rows(
            building,
            document=np.array(self._document_of_row, dtype=np.int32),
            kind=np.array([KINDS.index(passage.kind) for passage in self._passages], dtype=np.int8),
        )
        return encoded

    def _token_lists(self) -> Iterator[list[str]]:
        for done, passage in enumerate(self._passages, start=1):
            yield tokenize(passage.lexical_text)
            self._progress("words", done, len(self._passages))

    def _publish(self, generation: Generation) -> None:
        if self._milvus is not None:
            publish(self._milvus, generation, self._data, lambda done, total: self._progress("publish", done, total))

    def _activate(self, number: int, building: Path) -> None:
        self._progress("write", 0, 1)
        generations.activate(
            self._data,
            number,
            building,
            publish=self._publish if self._milvus else None,
            encoder=self._encoder.name,
            encoder_fingerprint=self._encoder.fingerprint,
            dimension=self._encoder.dimension,
            lexicon_hash=LEXICON_HASH,
            recipe=program_digest(),
            documents=self._documents,
            clauses=self._clauses,
            passages=len(self._passages),
            noise=self._noise,
            repairs=self._repairs,
        )
