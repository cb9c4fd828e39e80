"""The one recipe from folders of documents to a generation that serves.

``files -> RawText -> ParsedDocument -> Passage -> words, vectors, rows -> Generation``

What did not change is taken over: a document by the digest of its file and of what parses it, a vector by its text
and encoder. The result is the same as that of a build from nothing. Documents pass one by one; what memory holds
grows by a few bytes a passage.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from corpus.cleaning import repeated_lines
from corpus.errors import DamagedIndexError, IndexMismatchError, NoDocumentsError, NoIndexError, StoredIndexError
from corpus.model import RawText
from indexer import generations
from indexer.backends.milvus import Milvus
from indexer.bulk import Bulk
from indexer.embedding_cache import EmbeddingCache
from indexer.encoder import Encoder
from indexer.generation_writer import Former, GenerationWriter, Written
from indexer.generations import Generation
from indexer.manifest import Manifest
from indexer.parsing import ParsedDocument, parse_document
from indexer.publishing import publish
from indexer.recipe import digest, program_digest
from indexer.sources import NOTHING_TO_READ, Refusal, Source, find_files, read_sources
from indexer.spool import TextSpool
from indexer.store import StoredDocument
from indexer.tokenizer import LEXICON_HASH

Progress = Callable[[str, int, int], None]
"""Called with a stage (``read``, ``parse``, ``words``, ``encode``, ``vectors``, ``write``, ``publish``), how much of it
is done, and how much there is."""


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
        dense: How the vectors are indexed: ``exact``, or the approximate index with its parameters.
        recall_at_10: Share of the ten nearest that this index finds, of a sample of its vectors.
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
    dense: str
    recall_at_10: float
    seconds: float


def build_index(
    folders: Sequence[Path],
    data: Path,
    *,
    encoder: Encoder,
    add: bool = False,
    milvus: Milvus | None = None,
    bulk: Bulk | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index hold what the folders hold.

    Args:
        folders: Searched for documents with all their subfolders.
        data: The data folder; made where it is not there.
        encoder: For the vectors.
        add: Keep the documents of the former index that come from elsewhere.
        milvus: Gets the index too, and searches it; the former one goes on serving where that fails.
        bulk: Encodes in other processes than this one, where given.
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
                build = _Build(data, encoder, former, progress or _silent, started, milvus, bulk)
                return build.run(found, keep=add)
            finally:
                if former is not None:
                    former.close()
    except (OSError, sqlite3.OperationalError) as error:
        fault = f"The index cannot be written to {data} ({error})."
        raise StoredIndexError(fault, "Check the folder's permissions and free space, or choose another.") from error


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _open_former(data: Path, *, required: bool) -> Former | None:
    """The former generation after a full check; without one that can be read, everything is made from nothing."""
    try:
        manifest = generations.verify(data)
        number = generations.current_number(data) or 0
        return Former(number, manifest, generations.generations_folder(data) / str(number))
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
        former: Former | None,
        progress: Progress,
        started: float,
        milvus: Milvus | None,
        bulk: Bulk | None,
    ) -> None:
        self._data = data
        self._encoder = encoder
        self._former = former
        self._progress = progress
        self._started = started
        self._milvus = milvus
        self._bulk = bulk
        self._refused: list[Refusal] = []
        self._parsed = 0

    def run(self, found: Sequence[Path], *, keep: bool) -> BuildReport:
        """Read, compare with the former index and write the next one where they differ."""
        former = self._former
        with TextSpool(self._data) as texts:
            sources, refused = read_sources(
                found,
                former.store if former else None,
                texts,
                keep=keep,
                trust=former is not None and former.manifest.recipe == program_digest(),
                progress=lambda done, total: self._progress("read", done, total),
            )
            self._refused += refused
            if not {source.path for source in sources} & set(found):
                raise self._nothing_read()
            if former is not None and self._is_unchanged(former, sources):
                if self._milvus is not None:
                    with closing(generations.open_sealed(former.folder, former.manifest)) as generation:
                        self._publish(generation)
                return self._report(former.number, former.manifest, unchanged=True)
            number, building = generations.begin(self._data)
            try:
                written = self._write(building, sources, texts)
                manifest = self._activate(number, building, written)
            except BaseException:
                shutil.rmtree(building, ignore_errors=True)
                raise
        generations.prune(self._data)
        shutil.rmtree(self._blocks, ignore_errors=True)  # what they hold is in the generation now
        self._progress("write", 1, 1)
        gone = former.extents.keys() - {source.document_id for source in sources} if former else ()
        return self._report(number, manifest, encoded=written.encoded, dropped=len(gone))

    @property
    def _blocks(self) -> Path:
        return self._data / "cache" / "embeddings"

    def _nothing_read(self) -> NoDocumentsError:
        first = self._refused[0].reason if self._refused else ""
        fault = f"None of the {len(self._refused)} documents can be read. The first: {first}"
        return NoDocumentsError(fault, NOTHING_TO_READ)

    def _is_unchanged(self, former: Former, sources: Sequence[Source]) -> bool:
        same_program = former.manifest.recipe == program_digest() and former.fits(self._encoder)
        before = {name: (Path(origin.source), origin.sha256) for name, origin in former.store.origins().items()}
        now = {source.document_id: (source.path, source.sha256) for source in sources}
        return same_program and former.manifest.encoder == self._encoder.name and before == now

    def _report(
        self, number: int, manifest: Manifest, *, unchanged: bool = False, encoded: int = 0, dropped: int = 0
    ) -> BuildReport:
        return BuildReport(
            generation=number,
            unchanged=unchanged,
            documents=manifest.documents,
            clauses=manifest.clauses,
            passages=manifest.passages,
            parsed=self._parsed,
            encoded=encoded,
            dropped=dropped,
            refused=tuple(self._refused),
            noise=manifest.noise,
            repairs=manifest.repairs,
            dense=manifest.dense,
            recall_at_10=manifest.recall_at_10,
            seconds=time.perf_counter() - self._started,
        )

    def _write(self, building: Path, sources: Sequence[Source], texts: TextSpool) -> Written:
        english = self._data / "cache" / "english"
        with (
            GenerationWriter(building, self._encoder, self._former, english) as writer,
            EmbeddingCache(self._blocks, self._encoder, self._bulk) as cache,
        ):
            done = 0
            for _, group in groupby(sources, key=lambda source: source.path.parent):
                of_folder = list(group)
                repeated = repeated_lines(source.edge_lines for source in of_folder)
                recipe = digest([program_digest(), *sorted(repeated)])
                for source in of_folder:
                    self._add(writer, source, texts, repeated, recipe)
                    done += 1
                    self._progress("parse", done, len(sources))
            if not writer.documents:
                raise self._nothing_read()
            verified = self._former.number if self._former else None
            for keys, dense in generations.find_vectors(self._data, self._encoder, verified=verified):
                cache.add(keys, dense.vectors)
            return writer.finish(cache, self._progress)

    def _add(
        self, writer: GenerationWriter, source: Source, texts: TextSpool, repeated: frozenset[str], recipe: str
    ) -> None:
        """Add a document: as the former index has it, or as it is parsed now."""
        raw, former = source.raw(texts), self._former
        if raw is None:
            assert former is not None  # noqa: S101 - the source says that it holds the document
            extent = writer.find(source.document_id, recipe)
            if extent is not None:
                writer.take_over(source.document_id, extent, source.path)
                return
            stored = former.store.document(source.document_id)
            assert stored is not None  # noqa: S101 - as above
            if stored.recipe == recipe:  # parsed by this program, for another encoder
                clauses = former.store.clauses_of(source.document_id)
                writer.add(replace(stored, source=str(source.path)), clauses, source.edge_lines)
                return
            raw = stored.raw
        parsed = self._parse(source, raw, repeated)
        if parsed is not None:
            stored = StoredDocument(parsed.document, str(source.path), recipe, raw.encoding, raw.size_bytes)
            writer.add(stored, parsed.clauses, source.edge_lines)

    def _parse(self, source: Source, raw: RawText, repeated: frozenset[str]) -> ParsedDocument | None:
        self._parsed += 1
        try:
            parsed = parse_document(raw, repeated=repeated)
            if len({clause.id for clause in parsed.clauses}) < len(parsed.clauses):
                raise ValueError("two clauses have the same id")
        except Exception as error:  # one document that the parser fails on must not cost all others
            self._refused.append(Refusal(source.path, f"{source.path} cannot be parsed ({error!r})."))
            return None
        return parsed

    def _publish(self, generation: Generation) -> None:
        if self._milvus is not None:
            publish(self._milvus, generation, self._data, lambda done, total: self._progress("publish", done, total))

    def _activate(self, number: int, building: Path, written: Written) -> Manifest:
        self._progress("write", 0, 1)
        return generations.activate(
            self._data,
            number,
            building,
            publish=self._publish if self._milvus else None,
            encoder=self._encoder.name,
            encoder_fingerprint=self._encoder.fingerprint,
            dimension=self._encoder.dimension,
            lexicon_hash=LEXICON_HASH,
            recipe=program_digest(),
            dense=written.dense.kind,
            recall_at_10=written.dense.recall_at_10,
            **asdict(written.totals),
        )
