"""A file of questions -> a file of answers, line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from corpus.errors import DatasetError, FilterError, InputError
from service import console, records
from service.census import census_of

if TYPE_CHECKING:
    from service.engine import Engine


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of a question file. ``id`` is carried through as it is."""

    id: Any
    question: str
    history: tuple[str, ...]
    filters: dict[str, Any]


def read_questions(path: Path) -> list[BatchQuestion]:
    """The questions of a JSONL file; keys other than ``id``, ``question``, ``history`` and ``filters`` are not read.

    Raises:
        DatasetError: If the file cannot be read or a line is malformed; it names the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8.", "Save it as UTF-8.") from None
    # Not splitlines: it would also split at separators that JSON strings may hold.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise DatasetError(f"{path} holds no questions.", 'Write one a line: {"id": "q1", "question": "…"}.')
    return [_read_line(path, number, line) for number, line in lines]


def _read_line(path: Path, number: int, line: str) -> BatchQuestion:
    where = f"{path}, line {number}"
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(f"{where} is not JSON: {error}.", "Write one object a line.") from None
    if not isinstance(row, dict):
        raise DatasetError(f"{where} is no object.", "Write one object a line.")
    for key in ("id", "question"):
        if key not in row:
            raise DatasetError(f"{where} has no {key}.", "Each line needs id and question.")
    history, filters = row.get("history") or [], row.get("filters") or {}
    if not isinstance(row["question"], str):
        raise DatasetError(f"{where}: question is no string.")
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise DatasetError(f"{where}: history is no list of strings.", "List the earlier questions, oldest first.")
    if not isinstance(filters, dict):
        raise DatasetError(f"{where}: filters is no object.", 'Write {"region": "山东"} or the like.')
    return BatchQuestion(row["id"], row["question"], tuple(history), filters)


def answer_file(engine: Engine, questions: Sequence[BatchQuestion], out: Path | None) -> int:
    """Answer every question and write one JSON line for each, in the same order.

    A question that cannot be taken (empty, too long, an unknown filter) gets a line with its ``id`` and an
    ``error``, and the others go on.

    Args:
        engine: Gives the answers.
        questions: What ``read_questions`` read.
        out: The file, put in place when it is complete; ``None`` is standard output.

    Returns:
        How many questions could not be taken.
    """
    index = census_of(engine.generation).index
    failed = 0
    with _writing(out) as stream, console.progress("answering", len(questions)) as advance:
        for item in questions:
            try:
                answer = engine.answer(item.question, history=item.history, filters=item.filters)
                record = {"id": item.id, **records.answer_record(answer, index)}
            except InputError as error:
                failed += 1
                record = {"id": item.id, "question": item.question, "error": _error_record(error)}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            advance()
    return failed


def _error_record(error: InputError) -> dict[str, str]:
    field = f"filters.{error.field}" if isinstance(error, FilterError) else "question"
    return {"field": field, "message": str(error)}


@contextmanager
def _writing(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
