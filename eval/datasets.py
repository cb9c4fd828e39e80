"""Question files, BEIR folders and TREC qrels, read strictly: a fault names its file, its line and the mend."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import DatasetError

Qrels = Mapping[str, Mapping[str, int]]
"""Query id -> document id -> grade; a grade above zero is relevant."""

SHIPPED_QUESTIONS = Path(__file__).parent / "questions"
SHIPPED_DOCUMENTS = Path(__file__).parents[1] / "corpus" / "documents"

QUESTION_TYPES = (
    "responsibility_lead",
    "responsibility_support",
    "numeric_target",
    "deadline",
    "definition",
    "list",
    "fact",
    "cross_region",
    "document_metadata",
    "follow_up",
    "unanswerable",
)
LANGUAGES = ("zh", "zh-Hans", "zh-Hant", "en")
METADATA_PATH = ("#meta",)
# The gold files say ``doc_number`` where the documents' own record says ``number``.
METADATA_FIELDS = {
    "title": "title",
    "notice_title": "notice_title",
    "issuer": "issuer",
    "number": "number",
    "doc_number": "number",
    "issued_on": "issued_on",
    "published_on": "published_on",
    "effective_on": "effective_on",
    "index_number": "index_number",
    "status": "status",
    "region": "region",
    "references": "references",
}
KNOWN_KEYS = frozenset(
    {"id", "lang", "question", "type", "region", "regions", "history", "filters", "note", "reason"}
    | {"gold", "acceptable", "distractors", "rule", "answer", "answer_en", "lead", "support", "shared"}
)


@dataclass(frozen=True, slots=True)
class GoldClause:
    """A clause that a reader judged; ``field`` is set where the path is ``#meta``."""

    document_id: str
    path: tuple[str, ...]
    field: str | None = None

    @property
    def clause_id(self) -> str:
        """The id that the index gives this clause."""
        return "/".join((self.document_id, *self.path))

    @property
    def is_metadata(self) -> bool:
        """Whether the answer stands in the document's metadata and in no clause."""
        return self.path == METADATA_PATH


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file.

    Attributes:
        lang: ``zh``, ``zh-Hant`` or ``en``.
        gold: Clauses that answer; empty where the corpus holds no answer.
        acceptable: Related clauses that are no wrong citation.
        rule: Clauses that declare a convention which the answer needs.
        answer: Strings of the gold clauses; all are wanted for ``list``, one for the other types.
        region: The region that the question is about, in Chinese; ``None`` where it names none.
        history: Earlier questions, oldest first.
        lead, support, shared: The bodies, where the file gives them.
        unknown_keys: Keys of the line that nothing reads.
        place: ``file:line``.
    """

    id: str
    lang: str
    question: str
    type: str
    gold: tuple[GoldClause, ...]
    answer: tuple[str, ...]
    region: str | None = None
    history: tuple[str, ...] = ()
    acceptable: tuple[GoldClause, ...] = ()
    distractors: tuple[GoldClause, ...] = ()
    rule: tuple[GoldClause, ...] = ()
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    filters: Mapping[str, Any] | None = None
    unknown_keys: tuple[str, ...] = ()
    place: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return bool(self.gold)


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with its line number; blank lines are passed over.

    Raises:
        DatasetError: If the file cannot be read, or a line is no JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(
                f"{path}:{number}: not JSON ({error.msg}, column {error.colno}).",
                "Write one JSON object a line, in double quotes, without a trailing comma.",
            ) from error
        if not isinstance(record, dict):
            raise DatasetError(f"{path}:{number}: a {type(record).__name__}, not an object.", "Write {…} on each line.")
        yield number, record


def question_files(path: Path) -> list[Path]:
    """``path`` itself, or the ``*.jsonl`` files of a folder in name order.

    Raises:
        DatasetError: If nothing is there.
    """
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        if not files:
            raise DatasetError(f"{path} holds no *.jsonl file.", "Name a question file, or a folder that holds some.")
        return files
    if not path.exists():
        raise DatasetError(f"{path} does not exist.", "Name a question file, or a folder of *.jsonl files.")
    return [path]


def read_questions(paths: Path | Iterable[Path]) -> list[Question]:
    """The questions of files and folders, in order.

    Raises:
        DatasetError: Naming file, line and mend, if a line is malformed or an id occurs twice.
    """
    wanted = [paths] if isinstance(paths, Path) else list(paths)
    questions: list[Question] = []
    places: dict[str, str] = {}
    for file in (f for path in wanted for f in question_files(path)):
        for number, record in read_lines(file):
            question = _question(record, f"{file}:{number}")
            if question.id in places:
                raise DatasetError(
                    f"{question.place}: the id {question.id!r} stands at {places[question.id]} already.",
                    "Give each question an id of its own.",
                )
            places[question.id] = question.place
            questions.append(question)
    if not questions:
        raise DatasetError(f"{', '.join(map(str, wanted))}: no question is there.", "Add at least one line.")
    return questions


def _question(record: Mapping[str, Any], place: str) -> Question:
    kind = _string(record, "type", place)
    gold = _clauses(record, "gold", place)
    if kind == "unanswerable" and gold:
        raise DatasetError(f"{place}: unanswerable, yet gold names a clause.", "Empty gold, or give another type.")
    if not gold and kind != "unanswerable" and not record.get("reason"):
        raise DatasetError(
            f"{place}: no gold clause for a question of type {kind!r}.",
            'Add "gold": [{"document_id": …, "path": […]}], or the type "unanswerable" with a "reason".',
        )
    filters = record.get("filters")
    if filters is not None and not isinstance(filters, dict):
        raise DatasetError(f"{place}: filters is no object.", 'Write "filters": {"region": …}.')
    region = record.get("region")
    if region is not None and not isinstance(region, str):
        raise DatasetError(f"{place}: region is no string.", "Write the name of one region, or null.")
    return Question(
        id=_string(record, "id", place),
        lang=str(record.get("lang") or "zh"),
        question=_string(record, "question", place),
        type=kind,
        gold=gold,
        answer=_strings(record, "answer", place),
        region=region or None,
        history=_strings(record, "history", place),
        acceptable=_clauses(record, "acceptable", place),
        distractors=_clauses(record, "distractors", place),
        rule=_clauses(record, "rule", place),
        lead=_strings(record, "lead", place),
        support=_strings(record, "support", place),
        shared=_strings(record, "shared", place),
        filters=filters,
        unknown_keys=tuple(sorted(set(record) - KNOWN_KEYS)),
        place=place,
    )


def _string(record: Mapping[str, Any], key: str, place: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DatasetError(f"{place}: {key} is missing or no text.", f'Add "{key}": "…".')
    return value


def _strings(record: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = record.get(key) or []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DatasetError(f"{place}: {key} is no list of strings.", f'Write "{key}": ["…"].')
    return tuple(value)


def _clauses(record: Mapping[str, Any], key: str, place: str) -> tuple[GoldClause, ...]:
    value = record.get(key) or []
    mend = f'Write "{key}": [{{"document_id": "…", "path": ["三", "11"]}}].'
    if not isinstance(value, list):
        raise DatasetError(f"{place}: {key} is no list.", mend)
    clauses = []
    for item in value:
        document_id, path = (item.get("document_id"), item.get("path")) if isinstance(item, dict) else (None, None)
        if not (isinstance(document_id, str) and document_id and isinstance(path, list) and path):
            raise DatasetError(f"{place}: an entry of {key} has no document_id or no path.", mend)
        if not all(isinstance(element, str) and element for element in path):
            raise DatasetError(f"{place}: a path of {key} holds something other than text.", mend)
        field = item.get("field")
        if tuple(path) == METADATA_PATH and field not in METADATA_FIELDS:
            raise DatasetError(
                f"{place}: {key} cites #meta with the field {field!r}.",
                f"Use one of {', '.join(METADATA_FIELDS)}.",
            )
        clauses.append(GoldClause(document_id, tuple(path), METADATA_FIELDS.get(str(field)) if field else None))
    return tuple(clauses)


def question_qrels(questions: Iterable[Question]) -> dict[str, dict[str, int]]:
    """Gold clauses as qrels of grade 1; a question whose gold is metadata alone has no clause to retrieve."""
    qrels = {
        question.id: {gold.clause_id: 1 for gold in question.gold if not gold.is_metadata} for question in questions
    }
    return {query: grades for query, grades in qrels.items() if grades}


@dataclass(frozen=True, slots=True)
class BeirDataset:
    """A BEIR folder: documents as ``(title, text)``, queries and the qrels of one split."""

    documents: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    qrels: Qrels


def is_beir(folder: Path) -> bool:
    """Whether ``folder`` has the files of a BEIR data set."""
    return (folder / "corpus.jsonl").is_file() and (folder / "queries.jsonl").is_file()


def read_beir(folder: Path, *, split: str = "test") -> BeirDataset:
    """A BEIR folder: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/<split>.tsv``.

    Only judged queries are kept, as BEIR does.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    documents: dict[str, tuple[str, str]] = {}
    for number, record in read_lines(folder / "corpus.jsonl"):
        place = f"{folder / 'corpus.jsonl'}:{number}"
        key = _string(record, "_id", place)
        if key in documents:
            raise DatasetError(f"{place}: the _id {key!r} occurs twice.", "Remove one of the two.")
        if not isinstance(record.get("text"), str):
            raise DatasetError(f"{place}: text is missing.", 'Add "text": "…".')
        documents[key] = (str(record.get("title") or ""), record["text"])
    queries: dict[str, str] = {}
    for number, record in read_lines(folder / "queries.jsonl"):
        place = f"{folder / 'queries.jsonl'}:{number}"
        queries[_string(record, "_id", place)] = _string(record, "text", place)
    file = folder / "qrels" / f"{split}.tsv"
    if not file.is_file():
        there = ", ".join(sorted(p.stem for p in (folder / "qrels").glob("*.tsv"))) or "none"
        raise DatasetError(f"{file} does not exist.", f"Splits that are there: {there}; choose one with --split.")
    qrels: dict[str, dict[str, int]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if number == 1 and row and not row[-1].lstrip("-").isdigit():
                continue
            if not row:
                continue
            query, document, grade = _graded(row, 3, (0, 1, 2), f"{file}:{number}")
            if query not in queries:
                raise DatasetError(f"{file}:{number}: query {query!r} is not in queries.jsonl.", "Correct the id.")
            if document not in documents and grade > 0:
                raise DatasetError(f"{file}:{number}: document {document!r} is not in corpus.jsonl.", "Correct the id.")
            qrels.setdefault(query, {})[document] = grade
    if not qrels:
        raise DatasetError(f"{file}: no judgement is there.", "Add lines of query-id, corpus-id and score.")
    return BeirDataset(documents, {query: text for query, text in queries.items() if query in qrels}, qrels)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """A TREC qrels file: ``query 0 document grade``, separated by blanks.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    qrels: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        query, document, grade = _graded(line.split(), 4, (0, 2, 3), f"{path}:{number}")
        qrels.setdefault(query, {})[document] = grade
    if not qrels:
        raise DatasetError(f"{path}: no judgement is there.", "Add lines of: query 0 document grade.")
    return qrels


def _graded(row: list[str], width: int, columns: tuple[int, int, int], place: str) -> tuple[str, str, int]:
    shape = "query-id, corpus-id and score, separated by tabs" if width == 3 else "query 0 document grade"
    if len(row) != width:
        raise DatasetError(f"{place}: {len(row)} columns, not {width}.", f"Write {shape}.")
    query, document, grade = (row[column] for column in columns)
    if not grade.lstrip("-").isdigit():
        raise DatasetError(f"{place}: the grade {grade!r} is no whole number.", f"Write {shape}.")
    return query, document, int(grade)
