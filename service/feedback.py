"""What readers think of answers: one SQLite file beside the index, which no build touches."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from corpus.errors import TiaowenError

FILE = "feedback.sqlite"
Rating = Literal["up", "down"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL, rating TEXT NOT NULL, note TEXT,
    question TEXT NOT NULL, history TEXT NOT NULL, filters TEXT NOT NULL, answer TEXT NOT NULL, generation TEXT)
"""
_INSERT = """
INSERT INTO feedback (id, created_at, rating, note, question, history, filters, answer, generation)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = """
SELECT id, created_at, rating, note, question, history, filters, answer, generation FROM feedback ORDER BY number
"""


class FeedbackError(TiaowenError):
    """The feedback file cannot be written or read."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One judgment.

    Attributes:
        id: Random; whoever knows it may add a note.
        created_at: ISO 8601, UTC.
        answer: The answer as the service gave it.
        generation: Of the index that gave it; ``None`` where the answer does not say.
    """

    id: str
    created_at: str
    rating: Rating
    note: str | None
    question: str
    history: tuple[str, ...]
    filters: Mapping[str, Any]
    answer: Mapping[str, Any]
    generation: str | None


class FeedbackStore:
    """Judgments on disk. Threads and processes may share the file.

    Args:
        path: The file; it is made with the first judgment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(
        self,
        *,
        rating: Rating,
        question: str,
        answer: Mapping[str, Any],
        note: str | None = None,
        history: Sequence[str] = (),
        filters: Mapping[str, Any] | None = None,
    ) -> str:
        """Store a judgment and return its id.

        Raises:
            FeedbackError: If the file cannot be written.
        """
        feedback_id = uuid.uuid4().hex
        index = answer.get("index")
        generation = index.get("generation") if isinstance(index, Mapping) else None
        values = (
            feedback_id,
            datetime.now(UTC).isoformat(timespec="seconds"),
            rating,
            note,
            question,
            _to_json(list(history)),
            _to_json(dict(filters or {})),
            _to_json(dict(answer)),
            None if generation is None else str(generation),
        )
        self._write(_INSERT, values)
        return feedback_id

    def amend(self, feedback_id: str, *, rating: Rating, note: str | None) -> bool:
        """Change rating and note of a judgment; false where there is none with that id.

        Raises:
            FeedbackError: If the file cannot be written.
        """
        return self._write("UPDATE feedback SET rating = ?, note = ? WHERE id = ?", (rating, note, feedback_id)) > 0

    def __iter__(self) -> Iterator[Feedback]:
        """Every judgment, oldest first.

        Raises:
            FeedbackError: If the file is there and cannot be read.
        """
        if not self.path.exists():
            return
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                rows = connection.execute(_SELECT).fetchall()
        except sqlite3.Error as error:
            raise self._error(error) from error
        for feedback_id, created_at, rating, note, question, history, filters, answer, generation in rows:
            yield Feedback(
                id=feedback_id,
                created_at=created_at,
                rating=rating,
                note=note,
                question=question,
                history=tuple(json.loads(history)),
                filters=json.loads(filters),
                answer=json.loads(answer),
                generation=generation,
            )

    def _write(self, statement: str, values: Sequence[object]) -> int:
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
                    connection.execute(_SCHEMA)
                    return connection.execute(statement, values).rowcount
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> FeedbackError:
        return FeedbackError(f"The feedback file {self.path} cannot be used ({error}).", "Check the data folder.")


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
