"""One run: questions to an engine and to single systems, kept in a folder that a later command reads again.

The folder holds ``questions.jsonl`` (what was asked and its gold), ``answers.jsonl``, one TREC run file for each
system, and ``header.json``, which says under what conditions all of it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import corpus
import indexer
import service
from corpus.errors import DatasetError
from eval.answers import Answerer, ask_all, read_answers
from eval.datasets import GoldClause, Qrels, Question, question_qrels, read_questions
from eval.measures import DEFAULT_MEASURES, Run, measure_queries, parse_measure, ranked
from eval.runs import SYSTEMS, Retriever, begin, read_run, same_conditions, write_run
from eval.scoring import QuestionScores, score_answer

HEADER, QUESTIONS, ANSWERS, TEXTS, RUN_SUFFIX = (
    "header.json",
    "questions.jsonl",
    "answers.jsonl",
    "texts.json",
    ".run",
)
_TEXTS_A_RUN = 5
_MEND = "Name a folder that 'tiaowen-eval run' made."


@dataclass(frozen=True, slots=True)
class SystemResult:
    """The ranking of one system and its values: measure name -> query id -> value."""

    run: Run
    values: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run measured.

    Attributes:
        queries: Query id -> its words.
        questions: Empty for a BEIR folder.
        scores: Of answers; empty for a run without any.
        texts: Clause id -> text, of the gold clauses and of the first that each system returned.
    """

    header: Mapping[str, Any]
    queries: Mapping[str, str]
    qrels: Qrels
    questions: Mapping[str, Question] = field(default_factory=dict)
    scores: Sequence[QuestionScores] = ()
    systems: Mapping[str, SystemResult] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def code_digest() -> str:
    """Digest of the programs that answer, so that answers of changed code are never taken for its own."""
    digest = hashlib.sha256()
    for package in (corpus, indexer, service):
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".py", ".json", ".txt", ".tsv", ".csv"} and "documents" not in file.parts:
                digest.update(str(file.relative_to(folder)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def questions_digest(questions: Sequence[Question]) -> str:
    """Digest of what is asked: ids, questions, histories and filters. Gold may be mended without asking again."""
    asked = [[q.id, q.question, list(q.history), dict(q.filters or {})] for q in questions]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def question_to_json(question: Question) -> dict[str, Any]:
    """The line of a question file that reads as this question."""

    def golds(clauses: Sequence[GoldClause]) -> list[dict[str, Any]]:
        return [
            {"document_id": c.document_id, "path": list(c.path)} | ({"field": c.field} if c.field else {})
            for c in clauses
        ]

    record: dict[str, Any] = {
        "id": question.id,
        "lang": question.lang,
        "question": question.question,
        "type": question.type,
        "region": question.region,
        "gold": golds(question.gold),
        "answer": list(question.answer),
    }
    for key in ("history", "lead", "support", "shared"):
        if getattr(question, key):
            record[key] = list(getattr(question, key))
    for key in ("acceptable", "distractors", "rule"):
        if getattr(question, key):
            record[key] = golds(getattr(question, key))
    if question.filters:
        record["filters"] = dict(question.filters)
    if not question.gold and question.type != "unanswerable":
        record["reason"] = "no gold clause"
    return record


def prepare(folder: Path, header: Mapping[str, Any], *, fresh: bool = False) -> None:
    """Begin ``folder``, or make sure that it was begun under the same conditions.

    Raises:
        DatasetError: If it was not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / HEADER
    if fresh:
        for stale in [*folder.glob(f"*{RUN_SUFFIX}*"), folder / ANSWERS]:
            stale.unlink(missing_ok=True)
    elif file.exists() and (differing := same_conditions(_read_header(folder), header)):
        raise DatasetError(
            f"{folder} was begun under other conditions: {', '.join(differing)} differ.",
            "Use --fresh to begin anew, or another --out.",
        )
    file.write_text(json.dumps(header, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run_experiment(
    folder: Path,
    questions: Sequence[Question],
    header: Mapping[str, Any],
    *,
    engine: Answerer | None,
    systems: Mapping[str, Retriever],
    measures: Sequence[str] = DEFAULT_MEASURES,
    k: int = 100,
    text_of: Callable[[str], str | None] = lambda _clause_id: None,
    on_step: Callable[[str], None] = lambda _step: None,
) -> Results:
    """Ask and rank what ``folder`` does not hold yet, and measure all of it.

    Args:
        folder: Prepared with ``prepare``.
        questions: Ids are unique.
        header: As given to ``prepare``; each run file gets it with its system's name.
        engine: Answers the questions; ``None`` leaves answers out.
        systems: Name -> retriever; each ranks the questions that have a clause as gold.
        measures: Names of the measures of rankings.
        k: Depth of each ranking.
        text_of: The words of a clause, kept for reports.
        on_step: Called with ``answers`` or a system's name after each question.
    """
    lines = (json.dumps(question_to_json(q), ensure_ascii=False) for q in questions)
    (folder / QUESTIONS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if engine is not None:
        ask_all(questions, engine, folder / ANSWERS, on_answer=lambda _question: on_step("answers"))
    qrels = question_qrels(questions)
    texts = [(q.id, q.question) for q in questions if q.id in qrels and not q.history]
    for name, retrieve in systems.items():
        file = folder / f"{name}{RUN_SUFFIX}"
        begin(file, {**header, "system": name, "k": k})
        write_run(file, texts, retrieve, tag=name, k=k, on_query=lambda _query, name=name: on_step(name))  # type: ignore[misc]
    results = read_results(folder, measures=measures)
    words = {identifier: text for identifier in _shown(results) if (text := text_of(identifier)) is not None}
    (folder / TEXTS).write_text(json.dumps(words, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return replace(results, texts=words)


def _shown(results: Results) -> dict[str, None]:
    """Ids of the gold clauses and of the first that each system returned."""
    shown = [gold for grades in results.qrels.values() for gold, grade in grades.items() if grade > 0]
    for system in results.systems.values():
        for ranking in system.run.values():
            shown += ranked(ranking)[:_TEXTS_A_RUN]
    return dict.fromkeys(shown)


def read_results(folder: Path, *, measures: Sequence[str] = DEFAULT_MEASURES) -> Results:
    """What a run folder holds, scored against its own questions.

    Raises:
        DatasetError: If it is no run folder, or a file in it is damaged.
    """
    header = _read_header(folder)
    questions = {q.id: q for q in read_questions(folder / QUESTIONS)}
    answers = read_answers(folder / ANSWERS) if (folder / ANSWERS).exists() else {}
    if answers and (missing := [i for i in questions if i not in answers]):
        raise DatasetError(
            f"{folder} was cut off: {len(missing)} of {len(questions)} questions have no answer.",
            "Run 'tiaowen-eval run' again with the same --out; it goes on where it stopped.",
        )
    scores = [score_answer(question, answers[i]) for i, question in questions.items()] if answers else []
    # A follow-up cannot be searched for without its history, which single systems do not read.
    asked = {i: q.question for i, q in questions.items() if not q.history}
    qrels = {i: grades for i, grades in question_qrels(questions.values()).items() if i in asked}
    parsed = [parse_measure(name) for name in measures]
    systems = {}
    order = {name: place for place, name in enumerate(SYSTEMS)}
    files = sorted(folder.glob(f"*{RUN_SUFFIX}"), key=lambda f: (order.get(f.name.removesuffix(RUN_SUFFIX), 9), f.name))
    for file in files:
        run = read_run(file)
        systems[file.name.removesuffix(RUN_SUFFIX)] = SystemResult(run, measure_queries(qrels, run, parsed))
    texts = json.loads((folder / TEXTS).read_text(encoding="utf-8")) if (folder / TEXTS).exists() else {}
    return Results(header, {i: q.question for i, q in questions.items()}, qrels, questions, scores, systems, texts)


def _read_header(folder: Path) -> dict[str, Any]:
    file = folder / HEADER
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DatasetError(f"{folder} holds no {HEADER}.", _MEND) from error
    except (OSError, json.JSONDecodeError) as error:
        raise DatasetError(f"{file} is damaged: {error}.", _MEND) from error
    if not isinstance(header, dict):
        raise DatasetError(f"{file} is no object.", _MEND)
    return header
