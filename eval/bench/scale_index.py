"""An index of about as many passages as wanted, made of one that is there.

Below what there is, it holds some of the documents. At twice as many and above, documents come again under new ids:
their clauses and their words as they are, their vectors with noise. Words are counted, weights worked out and vectors
indexed by the modules that build every index, so ``tiaowen`` serves the result like any other.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import InputError
from eval.bench.own import Stopwatch
from indexer import generations, store
from indexer.backends.arrays import open_mapped
from indexer.backends.base import Rows, Vectors
from indexer.backends.faiss import FaissIndex, write_dense
from indexer.backends.faiss_files import create_vectors
from indexer.backends.term_counts import TermCounts, TermCountWriter
from indexer.english_terms import build_english_terms, find_phrases, save_english_terms
from indexer.generation_writer import Former
from indexer.passage_rows import save_rows
from indexer.store import Extent, StoreWriter, Totals

NOISE = 0.3
"""Of a copy's vector, as a share of its length."""

_DONE = "scale.json"
_BLOCK = 20_000
_KEPT_FOLDERS = ("cache/encoder", "cache/english")
_PARTS = {
    "words": ("bm25_", "counts_"),
    "vectors": ("vectors.", "codes.", "vector_keys."),
    "texts": ("store.",),
}


@dataclass(frozen=True, slots=True)
class SizedIndex:
    """An index, and what building its parts took.

    Attributes:
        folder: Its data folder.
        passages: How many it holds; ``real`` of them are there once, the others are copies.
        seconds: Wall time by part: ``words`` from the passages' terms, ``vectors`` from vectors, ``texts`` copied.
        size_bytes: On disk, by part.
        dense: How the vectors are indexed.
        recall_at_10: Share of the ten nearest that this finds, of a sample.
    """

    folder: Path
    documents: int
    passages: int
    real: int
    seconds: Mapping[str, float]
    size_bytes: Mapping[str, int]
    dense: str
    recall_at_10: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A document of the index that is there; ``copy`` is 0 for itself, and counts when it comes again."""

    document_id: str
    copy: int
    extent: Extent


def choose(extents: Mapping[str, Extent], wanted: int) -> list[Taken]:
    """Whole documents that together have as many passages as wanted, or a few less.

    Copies come in at twice the passages that there are; from there down to all of them, all are taken once.

    Args:
        extents: Where each document stands.
        wanted: How many passages.

    Raises:
        InputError: If no document is so small.
    """
    held = sum(len(extent.rows) for extent in extents.values())
    left = wanted if wanted < held or wanted >= 2 * held else held
    taken: list[Taken] = []
    for copy in count():
        before = len(taken)
        for document_id, extent in extents.items():
            if 0 < len(extent.rows) <= left:
                taken.append(Taken(document_id, copy, extent))
                left -= len(extent.rows)
        if len(taken) == before or wanted < 2 * held:
            break
    if not taken:
        raise InputError(f"No document has so few passages as {wanted}.", "Choose a larger size.")
    return taken


def make_index(base: Path, wanted: int, folder: Path) -> SizedIndex:
    """The index of ``base`` at another size, in the data folder ``folder``; kept there if it was made before.

    Raises:
        InputError: If no document is so small.
        StoredIndexError: If ``base`` holds no index that can be read.
    """
    manifest = generations.verify(base)
    number = generations.current_number(base) or 0
    made_of = {"wanted": wanted, "base": (base / "CURRENT").read_text(encoding="ascii")}
    kept = _read_kept(folder, made_of)
    if kept is not None:
        return kept
    shutil.rmtree(folder, ignore_errors=True)
    for name in _KEPT_FOLDERS:
        if (base / name).is_dir():
            shutil.copytree(base / name, folder / name)
    former = Former(number, manifest, generations.generations_folder(base) / str(number))
    with closing(former), generations.build_lock(folder):
        taken = choose(former.extents, wanted)
        new, building = generations.begin(folder)
        watches = {part: Stopwatch() for part in _PARTS}
        _write_words(former, taken, building, folder / "cache" / "english", watches["words"])
        with watches["texts"]:
            totals = _write_store(former, taken, building)
        report = _write_vectors(former, taken, building, watches["vectors"])
        _write_rows(former, taken, building)
        described = {name: getattr(manifest, name) for name in _AS_BEFORE}
        dense = {"dense": report.kind, "recall_at_10": report.recall_at_10}
        written = generations.activate(folder, new, building, **described, **dense, **asdict(totals))
    sizes = {
        part: sum(file.size_bytes for name, file in written.files.items() if name.startswith(beginnings))
        for part, beginnings in _PARTS.items()
    }
    made: dict[str, Any] = {
        "documents": totals.documents,
        "passages": totals.passages,
        "real": sum(len(one.extent.rows) for one in taken if not one.copy),
        "seconds": {part: watch.seconds for part, watch in watches.items()},
        "size_bytes": sizes,
        **dense,
    }
    (folder / _DONE).write_text(json.dumps({"of": made_of, "made": made}), encoding="utf-8")
    return SizedIndex(folder, **made)


_AS_BEFORE = ("encoder", "encoder_fingerprint", "dimension", "lexicon_hash", "recipe")


def _read_kept(folder: Path, made_of: Mapping[str, object]) -> SizedIndex | None:
    try:
        found = json.loads((folder / _DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return SizedIndex(folder, **found["made"]) if found["of"] == made_of else None


def token_lists(folder: Path, rows: Rows | None = None) -> Iterator[list[str]]:
    """The terms of passages, from the counts that a generation keeps; their order is lost.

    Args:
        folder: The generation's.
        rows: Whose, in this order; by default all.
    """
    counts = TermCounts(folder)
    vocabulary = [term.decode() for term in counts.vocabulary()]
    for row in range(len(counts.ends)) if rows is None else rows.tolist():
        start, end = int(counts.ends[row - 1]) if row else 0, int(counts.ends[row])
        numbers = np.repeat(counts.terms[start:end], counts.times[start:end])
        yield [vocabulary[number] for number in numbers.tolist()]


def _rows_of(taken: Sequence[Taken]) -> Rows:
    """The row that each row is made of."""
    return np.concatenate([np.arange(one.extent.rows.start, one.extent.rows.stop) for one in taken])


def _write_words(former: Former, taken: Sequence[Taken], building: Path, english: Path, watch: Stopwatch) -> None:
    with closing(TermCountWriter(building)) as writer:
        for tokens in token_lists(former.folder, _rows_of(taken)):
            with watch:
                writer.add(tokens)
        with watch:
            writer.finish()
        english.mkdir(parents=True, exist_ok=True)
        phrases_of = find_phrases(english, writer.knows)
        save_english_terms(build_english_terms(phrases_of, writer.idf), building)


def _write_vectors(former: Former, taken: Sequence[Taken], building: Path, watch: Stopwatch) -> Any:
    rows = _rows_of(taken)
    real = sum(len(one.extent.rows) for one in taken if not one.copy)
    np.save(building / generations.KEYS_FILE, np.load(former.folder / generations.KEYS_FILE)[rows], allow_pickle=False)
    own = FaissIndex.open(former.folder)
    vectors = create_vectors(building, len(rows), own.dimension)
    _fill(vectors, own, rows, real)
    with watch:
        return write_dense(vectors, building)


def _fill(vectors: Vectors, own: FaissIndex, rows: Rows, real: int) -> None:
    """Copy vectors as they are, and those of copies with noise."""
    generator = np.random.default_rng(0)
    for start in range(0, real, _BLOCK):
        stop = min(start + _BLOCK, real)
        vectors[start:stop] = own.vectors(rows[start:stop])
    for start in range(real, len(rows), _BLOCK):
        some = own.vectors(rows[start : start + _BLOCK])
        vectors[start : start + len(some)] = with_noise(some, generator)


def with_noise(vectors: Vectors, generator: np.random.Generator) -> Vectors:
    """Vectors with noise of ``NOISE`` times their length, brought back to length 1; shape (n, d)."""
    scale = NOISE / np.sqrt(vectors.shape[1])
    moved = vectors + generator.normal(scale=scale, size=vectors.shape).astype(np.float32)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def _write_rows(former: Former, taken: Sequence[Taken], building: Path) -> None:
    kinds: npt.NDArray[np.int8] = open_mapped(former.folder / "rows_kind.npy")
    lengths = [len(one.extent.rows) for one in taken]
    save_rows(building, document=np.repeat(np.arange(len(taken)), lengths), kind=kinds[_rows_of(taken)])


def _write_store(former: Former, taken: Sequence[Taken], building: Path) -> Totals:
    """Copy the documents with their clauses, then add those that come again under new ids."""
    path, origins = building / store.FILE, former.store.origins()
    with StoreWriter(path, former.folder / store.FILE) as writer:
        for one in taken:
            if not one.copy:
                writer.take_over(one.document_id, one.extent, origins[one.document_id].source)
    with _changing(path) as connection:
        first: dict[str, tuple[int, int, int]] = {}
        starts = (0, 0)
        for document, one in enumerate(taken):
            lengths = len(one.extent.clauses), len(one.extent.rows)
            if one.copy:
                original, clauses, rows = first[one.document_id]
                shifts = starts[0] - clauses, starts[1] - rows
                _copy_document(connection, one.document_id, original, f"~{one.copy + 1}", document, shifts)
            else:
                first[one.document_id] = (document, *starts)
            starts = starts[0] + lengths[0], starts[1] + lengths[1]
    counts = ("clause_count", "passage_count", "noise_count", "repair_count")
    with closing(sqlite3.connect(path)) as connection:
        sums = ", ".join(f"SUM({name})" for name in counts)
        return Totals(*connection.execute(f"SELECT COUNT(*), {sums} FROM documents").fetchone())  # noqa: S608 - fixed names


@contextmanager
def _changing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield connection
        connection.commit()


def _copy_document(
    connection: sqlite3.Connection, document_id: str, original: int, suffix: str, number: int, shifts: tuple[int, int]
) -> None:
    """Add a document once more.

    Args:
        connection: To the store.
        document_id: Its id.
        original: Its number.
        suffix: Added to the id.
        number: The copy's.
        shifts: From the original's clause numbers and rows to those of the copy.
    """
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(documents)")]
    rest = ", ".join(names[2:])
    connection.execute(
        f"INSERT INTO documents SELECT ?, id || ?, {rest} FROM documents WHERE number = ?",  # noqa: S608 - its columns
        [number, suffix, original],
    )
    # Ids stand in the records too: a clause's own, its document's, and those of clauses that a fact points to.
    old, new = (json.dumps(name, ensure_ascii=False)[:-1] for name in (document_id, document_id + suffix))
    connection.execute(
        "INSERT INTO clauses SELECT number + ?, ? || substr(id, ?), ?, row + ?, "
        "replace(replace(record, ?, ?), ?, ?) FROM clauses WHERE document = ? ORDER BY number",
        [
            *(shifts[0], document_id + suffix, len(document_id) + 1, number, shifts[1]),
            *(f"{old}/", f"{new}/", f'{old}"', f'{new}"', original),
        ],
    )
