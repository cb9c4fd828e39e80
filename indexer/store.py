"""Documents and clauses with their facts, in one SQLite file for each generation.

The file is written once, by ``StoreWriter``, and never changed afterwards; ``Store`` opens it as immutable. Records
of ``corpus.model`` go in as JSON and come out equal to what went in.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import DamagedIndexError
from corpus.model import Clause, CleanText, Document, Metadata, Noise, RawText, Repair
from indexer.records import from_json, to_json

FILE = "store.sqlite"
_AT_ONCE = 500
_CACHE_KB = 65536

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source BLOB NOT NULL, recipe TEXT NOT NULL,
    sha256 TEXT NOT NULL, encoding TEXT NOT NULL, size_bytes INTEGER NOT NULL, raw TEXT NOT NULL, clean TEXT NOT NULL,
    segments TEXT NOT NULL, noise TEXT NOT NULL, repairs TEXT NOT NULL, metadata TEXT NOT NULL,
    edge_lines TEXT NOT NULL, clause_count INTEGER NOT NULL, passage_count INTEGER NOT NULL,
    noise_count INTEGER NOT NULL, repair_count INTEGER NOT NULL);
CREATE TABLE clauses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, row INTEGER UNIQUE,
    record TEXT NOT NULL);
CREATE INDEX clauses_of_document ON clauses (document, number);
"""
_DOCUMENT_COLUMNS = "id, source, recipe, sha256, encoding, size_bytes, raw, clean, segments, noise, repairs, metadata"
_TAKEN_COLUMNS = (
    "recipe, sha256, encoding, size_bytes, raw, clean, segments, noise, repairs, metadata, edge_lines, clause_count, "
    "passage_count, noise_count, repair_count"
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a document stands in its store, and how it was parsed.

    Attributes:
        recipe: See ``StoredDocument``.
        clauses: Numbers of its units.
        rows: Of its passages.
    """

    recipe: str
    clauses: range
    rows: range


@dataclass(frozen=True, slots=True)
class Totals:
    """What a store holds."""

    documents: int
    clauses: int
    passages: int
    noise: int
    repairs: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The file of a document: its path, and the SHA-256 of its bytes."""

    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the index keeps it.

    Attributes:
        document: What corpus made of it: id, clean text, metadata.
        source: Path of the file that it was read from.
        recipe: Digest of the program that parsed it and of its folder's repeated lines.
        encoding: Codec or format of the file.
        size_bytes: Of the file.
    """

    document: Document
    source: str
    recipe: str
    encoding: str
    size_bytes: int

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def metadata(self) -> Metadata:
        """What the document says about itself."""
        return self.document.metadata

    @property
    def raw_text(self) -> str:
        """The decoded file, which spans count in."""
        return self.document.clean.raw

    @property
    def clean(self) -> CleanText:
        """Clean text, noise and repairs."""
        return self.document.clean

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self.document.sha256

    @property
    def raw(self) -> RawText:
        """The file as it was decoded, to be parsed again."""
        return RawText(self.id, self.raw_text, self.encoding, self.sha256, self.size_bytes)


class StoreWriter:
    """Writes a new store; a context manager that commits at the end.

    Args:
        path: A file that is not there yet.
        former: The store of the former index, from which documents can be taken over.
    """

    def __init__(self, path: Path, former: Path | None = None) -> None:
        self._connection = sqlite3.connect(path.absolute().as_uri(), uri=True)
        # A killed build leaves a folder that nothing points to, so nothing has to be rolled back here.
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE_KB};" + _SCHEMA
        )
        if former is not None:
            self._connection.execute("ATTACH ? AS former", [f"{former.absolute().as_uri()}?mode=ro&immutable=1"])
        self._documents = 0
        self._clauses = 0
        self._rows = 0

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()

    def add(
        self, stored: StoredDocument, clauses: Sequence[Clause], passages: Iterable[str], edge_lines: Iterable[str] = ()
    ) -> None:
        """Add a document after those added before.

        Args:
            stored: The document.
            clauses: All its units, in order.
            passages: Clause ids of its passages, in the order of index rows.
            edge_lines: See ``Store.edge_lines``.
        """
        clean = stored.clean
        rows = {clause_id: self._rows + place for place, clause_id in enumerate(passages)}
        values = (
            self._documents,
            stored.id,
            os.fsencode(stored.source),
            stored.recipe,
            stored.sha256,
            stored.encoding,
            stored.size_bytes,
            clean.raw,
            clean.text,
            to_json(clean.segments),
            to_json(clean.noise),
            to_json(clean.repairs),
            to_json(stored.metadata),
            to_json(sorted(edge_lines)),
            len(clauses),
            len(rows),
            len(clean.noise),
            len(clean.repairs),
        )
        marks = ",".join("?" * len(values))
        self._connection.execute(f"INSERT INTO documents VALUES ({marks})", values)  # noqa: S608 - question marks only
        self._connection.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?, ?)",
            (
                (number, clause.id, self._documents, rows.get(clause.id), to_json(clause))
                for number, clause in enumerate(clauses, start=self._clauses)
            ),
        )
        self._move_on(len(clauses), len(rows))

    def take_over(self, document_id: str, extent: Extent, source: str) -> None:
        """Add a document of the former store as it stands there, without reading it.

        Args:
            document_id: Its id in both.
            extent: Where it stands there.
            source: Path of its file.
        """
        self._connection.execute(
            f"INSERT INTO main.documents SELECT ?, id, ?, {_TAKEN_COLUMNS} FROM former.documents WHERE id = ?",  # noqa: S608
            [self._documents, os.fsencode(source), document_id],
        )
        shift, row_shift = self._clauses - extent.clauses.start, self._rows - extent.rows.start
        self._connection.execute(
            "INSERT INTO main.clauses SELECT number + ?, id, ?, row + ?, record FROM former.clauses "
            "WHERE number >= ? AND number < ? ORDER BY number",
            [shift, self._documents, row_shift, extent.clauses.start, extent.clauses.stop],
        )
        self._move_on(len(extent.clauses), len(extent.rows))

    def totals(self) -> Totals:
        """Counts over all documents so far."""
        columns = ("clause_count", "passage_count", "noise_count", "repair_count")
        sums = ", ".join(f"COALESCE(SUM({column}), 0)" for column in columns)
        query = f"SELECT COUNT(*), {sums} FROM main.documents"  # noqa: S608 - fixed names
        return Totals(*self._connection.execute(query).fetchone())

    def _move_on(self, clauses: int, rows: int) -> None:
        self._documents += 1
        self._clauses += clauses
        self._rows += rows


class Store:
    """A finished store, read-only. Threads may share it.

    One connection serves them all, because a file that was pruned in the meantime cannot be opened a second time,
    while the open one stays readable.

    Args:
        path: The SQLite file.

    Raises:
        DamagedIndexError: Here or on reading, if the file is missing or is no store.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        self._query("SELECT number FROM documents LIMIT 1")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _damaged(self, error: Exception) -> DamagedIndexError:
        return DamagedIndexError(f"The index file {self._path} cannot be read ({error}).")

    def _query(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def _query_many(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query with ``IN ({})`` over many values, a few hundred at a time."""
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            yield from self._query(query.format(",".join("?" * len(some))), some)

    def _record(self, text: str) -> Clause:
        try:
            return from_json(Clause, text)
        except ValueError as error:
            raise self._damaged(error) from error

    def clause(self, clause_id: str) -> Clause | None:
        """One unit by its id."""
        found = self._query("SELECT record FROM clauses WHERE id = ?", [clause_id])
        return self._record(found[0][0]) if found else None

    def clauses(self, clause_ids: Sequence[str]) -> list[Clause]:
        """Units by their ids, in the order asked for.

        Raises:
            KeyError: If one is not in the store.
        """
        found = dict(self._query_many("SELECT id, record FROM clauses WHERE id IN ({})", list(clause_ids)))
        return [self._record(found[clause_id]) for clause_id in clause_ids]

    def clauses_of(self, document_id: str) -> tuple[Clause, ...]:
        """All units of a document, in order; none for an unknown document."""
        query = (
            "SELECT record FROM clauses WHERE document = (SELECT number FROM documents WHERE id = ?) ORDER BY number"
        )
        return tuple(self._record(record) for (record,) in self._query(query, [document_id]))

    def clause_ids(self, rows: Sequence[int] | npt.NDArray[np.integer]) -> list[str]:
        """Clause ids of index rows, in the order asked for.

        Raises:
            KeyError: If a row is not in the store.
        """
        wanted = [int(row) for row in rows]
        found = dict(self._query_many("SELECT row, id FROM clauses WHERE row IN ({})", wanted))
        return [found[row] for row in wanted]

    def clauses_of_rows(self, rows: Sequence[int] | npt.NDArray[np.integer]) -> list[Clause]:
        """Units of index rows, in the order asked for.

        Raises:
            KeyError: If a row is not in the store.
        """
        wanted = [int(row) for row in rows]
        found = dict(self._query_many("SELECT row, record FROM clauses WHERE row IN ({})", wanted))
        return [self._record(found[row]) for row in wanted]

    def row_of(self, clause_id: str) -> int | None:
        """The index row of a unit; ``None`` where it has no passage of its own."""
        found = self._query("SELECT row FROM clauses WHERE id = ?", [clause_id])
        return None if not found or found[0][0] is None else int(found[0][0])

    def document(self, document_id: str) -> StoredDocument | None:
        """One document by its id."""
        found = self._query(f"SELECT {_DOCUMENT_COLUMNS} FROM documents WHERE id = ?", [document_id])  # noqa: S608
        return self._stored_document(found[0]) if found else None

    def documents(self) -> tuple[StoredDocument, ...]:
        """All documents, in order."""
        found = self._query(f"SELECT {_DOCUMENT_COLUMNS} FROM documents ORDER BY number")  # noqa: S608
        return tuple(map(self._stored_document, found))

    def document_ids(self) -> tuple[str, ...]:
        """Ids of all documents, in order."""
        return tuple(document_id for (document_id,) in self._query("SELECT id FROM documents ORDER BY number"))

    def metadata(self) -> dict[str, Metadata]:
        """What each document says about itself, by document id, in order."""
        found = self._query("SELECT id, metadata FROM documents ORDER BY number")
        try:
            return {document_id: from_json(Metadata, record) for document_id, record in found}
        except ValueError as error:
            raise self._damaged(error) from error

    def clause_counts(self) -> dict[str, int]:
        """How many units each document has, by document id, in order."""
        return dict(self._query("SELECT id, clause_count FROM documents ORDER BY number"))

    def extents(self) -> dict[str, Extent]:
        """Where each document stands, by document id, in order."""
        extents: dict[str, Extent] = {}
        clause = row = 0
        query = "SELECT id, recipe, clause_count, passage_count FROM documents ORDER BY number"
        for document_id, recipe, clauses, passages in self._query(query):
            extents[document_id] = Extent(recipe, range(clause, clause + clauses), range(row, row + passages))
            clause, row = clause + clauses, row + passages
        return extents

    def edge_lines(self) -> dict[str, frozenset[str]]:
        """What ``corpus.cleaning.lines_that_may_repeat`` found in each document, by document id, in order."""
        found = self._query("SELECT id, edge_lines FROM documents ORDER BY number")
        try:
            return {document_id: frozenset(from_json(tuple[str, ...], lines)) for document_id, lines in found}
        except ValueError as error:
            raise self._damaged(error) from error

    def origins(self) -> dict[str, Origin]:
        """Where each document comes from, by document id, in order."""
        found = self._query("SELECT id, source, sha256 FROM documents ORDER BY number")
        return {document_id: Origin(os.fsdecode(source), sha256) for document_id, source, sha256 in found}

    def _stored_document(self, row: tuple[Any, ...]) -> StoredDocument:
        document_id, source, recipe, sha256, encoding, size_bytes, raw, clean, segments, noise, repairs, record = row
        try:
            document = Document(
                id=document_id,
                clean=CleanText(
                    raw=raw,
                    text=clean,
                    segments=from_json(tuple[tuple[int, int, int], ...], segments),
                    noise=from_json(tuple[Noise, ...], noise),
                    repairs=from_json(tuple[Repair, ...], repairs),
                ),
                metadata=from_json(Metadata, record),
                sha256=sha256,
            )
        except ValueError as error:
            raise self._damaged(error) from error
        return StoredDocument(document, os.fsdecode(source), recipe, encoding, size_bytes)
