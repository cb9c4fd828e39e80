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
_MEND = "Run 'tiaowen index' to build it again."
_AT_ONCE = 500

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source BLOB NOT NULL, recipe TEXT NOT NULL,
    sha256 TEXT NOT NULL, encoding TEXT NOT NULL, size_bytes INTEGER NOT NULL, raw TEXT NOT NULL, clean TEXT NOT NULL,
    segments TEXT NOT NULL, noise TEXT NOT NULL, repairs TEXT NOT NULL, metadata TEXT NOT NULL);
CREATE TABLE clauses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX clauses_of_document ON clauses (document, number);
CREATE TABLE passages (row INTEGER PRIMARY KEY, clause INTEGER NOT NULL);
"""
_DOCUMENT_COLUMNS = "id, source, recipe, sha256, encoding, size_bytes, raw, clean, segments, noise, repairs, metadata"


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
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A killed build leaves a folder that nothing points to, so nothing has to be rolled back here.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
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

    def add(self, stored: StoredDocument, clauses: Sequence[Clause], passages: Iterable[str]) -> None:
        """Add a document after those added before.

        Args:
            stored: The document.
            clauses: All its units, in order.
            passages: Clause ids of its passages, in the order of index rows.
        """
        clean = stored.clean
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
        )
        marks = ",".join("?" * len(values))
        self._connection.execute(f"INSERT INTO documents VALUES ({marks})", values)  # noqa: S608 - question marks only
        numbers = {clause.id: self._clauses + place for place, clause in enumerate(clauses)}
        self._connection.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?)",
            ((numbers[clause.id], clause.id, self._documents, to_json(clause)) for clause in clauses),
        )
        rows = [(self._rows + place, numbers[clause_id]) for place, clause_id in enumerate(passages)]
        self._connection.executemany("INSERT INTO passages VALUES (?, ?)", rows)
        self._documents += 1
        self._clauses += len(clauses)
        self._rows += len(rows)


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
        return DamagedIndexError(f"The index file {self._path} cannot be read ({error}).", _MEND)

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
        query = (
            "SELECT passages.row, clauses.id FROM passages JOIN clauses ON clauses.number = passages.clause "
            "WHERE passages.row IN ({})"
        )
        found = dict(self._query_many(query, wanted))
        return [found[row] for row in wanted]

    def clauses_of_rows(self, rows: Sequence[int] | npt.NDArray[np.integer]) -> list[Clause]:
        """Units of index rows, in the order asked for.

        Raises:
            KeyError: If a row is not in the store.
        """
        wanted = [int(row) for row in rows]
        query = (
            "SELECT passages.row, clauses.record FROM passages JOIN clauses ON clauses.number = passages.clause "
            "WHERE passages.row IN ({})"
        )
        found = dict(self._query_many(query, wanted))
        return [self._record(found[row]) for row in wanted]

    def row_of(self, clause_id: str) -> int | None:
        """The index row of a unit; ``None`` where it has no passage of its own."""
        query = "SELECT row FROM passages WHERE clause = (SELECT number FROM clauses WHERE id = ?)"
        found = self._query(query, [clause_id])
        return int(found[0][0]) if found else None

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
        query = (
            "SELECT documents.id, COUNT(clauses.number) FROM documents LEFT JOIN clauses "
            "ON clauses.document = documents.number GROUP BY documents.number ORDER BY documents.number"
        )
        return {document_id: int(count) for document_id, count in self._query(query)}

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
