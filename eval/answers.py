"""Ask the engine every question and keep what it said, one JSON line each, so that a cut-off run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from corpus.errors import DatasetError
from corpus.folding import fold
from eval.datasets import Question, read_lines
from service.answering import Answer


class Answerer(Protocol):
    """What is asked: ``service.engine.Engine``, or a stand-in with the same method."""

    def answer(self, question: str, history: Sequence[str] = (), filters: Mapping[str, Any] | None = None) -> Answer:
        """A cited answer, or a refusal."""
        ...


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A citation as it is judged: ``highlighted`` are the marked stretches of ``quote``."""

    clause_id: str
    document_id: str
    region: str | None
    field: str | None
    quote: str
    highlighted: tuple[str, ...]
    score: float
    printed: str


@dataclass(frozen=True, slots=True)
class StatedSentence:
    """A statement as it is judged; ``citations`` are 0-based indices into the answer's citations, -1 for none such."""

    text: str
    citations: tuple[int, ...]
    lead: tuple[str, ...]
    support: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the engine said to one question, as far as it is judged.

    Attributes:
        language: As the engine understood the question: ``zh-Hans``, ``zh-Hant`` or ``en``.
        related: Clause ids, best first.
        region: For each citation the full name of its document's region stands in the citation itself.
        took_ms: The whole answer; ``stages_ms`` its parts.
    """

    id: str
    status: str
    reason: str | None
    text: str
    language: str
    intent: str
    confidence: float
    statements: tuple[StatedSentence, ...]
    citations: tuple[CitedClause, ...]
    related: tuple[str, ...]
    took_ms: float
    stages_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """``not_found``; a partial answer is none."""
        return self.status == "not_found"

    @property
    def found(self) -> tuple[str, ...]:
        """Clause ids of the citations, then of the related clauses, each once."""
        return tuple(dict.fromkeys([*(c.clause_id for c in self.citations), *self.related]))


def record_answer(identifier: str, answer: Answer) -> GivenAnswer:
    """The judged part of an engine's answer."""
    places = {citation.n: index for index, citation in enumerate(answer.citations)}
    return GivenAnswer(
        id=identifier,
        status=answer.status,
        reason=answer.reason,
        text=answer.text,
        language=answer.interpretation.language,
        intent=answer.interpretation.intent,
        confidence=answer.confidence,
        statements=tuple(
            StatedSentence(s.text, tuple(places.get(n, -1) for n in s.citations), s.lead, s.support, s.shared)
            for s in answer.statements
        ),
        citations=tuple(
            CitedClause(
                clause_id=c.clause_id,
                document_id=c.document_id,
                region=c.metadata.region.name if c.metadata.region else None,
                field=c.field,
                quote=c.quote,
                highlighted=tuple(c.quote[start:end] for start, end in c.highlights),
                score=c.score,
                printed=_about(c.metadata.title, c.metadata.number, c.metadata.issued_on, c.metadata.issuer, *c.labels),
            )
            for c in answer.citations
        ),
        related=tuple(clause_id for clause_id, _ in answer.related),
        took_ms=answer.took_ms,
        stages_ms=dict(answer.stages_ms),
    )


def _about(*values: object) -> str:
    return fold(" ".join(str(value) for value in values if value is not None))


def to_json(answer: GivenAnswer) -> dict[str, Any]:
    """A plain object; ``from_json`` gives the same answer back."""
    return {
        "id": answer.id,
        "status": answer.status,
        "reason": answer.reason,
        "text": answer.text,
        "language": answer.language,
        "intent": answer.intent,
        "confidence": answer.confidence,
        "statements": [
            {"text": s.text, "citations": s.citations, "lead": s.lead, "support": s.support, "shared": s.shared}
            for s in answer.statements
        ],
        "citations": [
            {
                "clause_id": c.clause_id,
                "document_id": c.document_id,
                "region": c.region,
                "field": c.field,
                "quote": c.quote,
                "highlighted": c.highlighted,
                "score": c.score,
                "printed": c.printed,
            }
            for c in answer.citations
        ],
        "related": answer.related,
        "took_ms": answer.took_ms,
        "stages_ms": dict(answer.stages_ms),
    }


def from_json(record: Mapping[str, Any]) -> GivenAnswer:
    """The answer that ``to_json`` wrote.

    Raises:
        KeyError, TypeError: If the record is of another shape.
    """
    values = dict(record)
    values["statements"] = tuple(
        StatedSentence(s["text"], tuple(s["citations"]), tuple(s["lead"]), tuple(s["support"]), tuple(s["shared"]))
        for s in values["statements"]
    )
    values["citations"] = tuple(
        CitedClause(**{**c, "highlighted": tuple(c["highlighted"])}) for c in values["citations"]
    )
    values["related"] = tuple(values["related"])
    return GivenAnswer(**values)


def read_answers(path: Path) -> dict[str, GivenAnswer]:
    """Question id -> answer, of a file that ``ask_all`` wrote.

    Raises:
        DatasetError: Naming file, line and mend.
    """
    answers = {}
    for number, record in read_lines(path):
        try:
            answer = from_json(record)
        except (KeyError, TypeError) as error:
            raise DatasetError(
                f"{path}:{number}: not an answer of this version ({error}).", "Run again with --fresh."
            ) from error
        answers[answer.id] = answer
    return answers


def drop_unfinished_line(path: Path) -> None:
    """Cut a last line that a killed process left half written."""
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        path.write_bytes(content[: content.rfind(b"\n") + 1])


def ask_all(
    questions: Iterable[Question],
    engine: Answerer,
    path: Path,
    *,
    on_answer: Callable[[Question], None] = lambda _question: None,
) -> dict[str, GivenAnswer]:
    """Ask what ``path`` does not hold yet and append each answer to it.

    Args:
        questions: In any order; ids are unique.
        engine: Asked one question at a time.
        path: JSON Lines; made where it is missing. Only question, history and filters of a question reach the engine.
        on_answer: Called after each question, also for those answered before.

    Returns:
        Question id -> answer, for the given questions.
    """
    given: dict[str, GivenAnswer] = {}
    if path.exists():
        drop_unfinished_line(path)
        given = read_answers(path)
    asked: dict[str, GivenAnswer] = {}
    with path.open("a", encoding="utf-8") as out:
        for question in questions:
            answer = given.get(question.id)
            if answer is None:
                said = engine.answer(question.question, history=question.history, filters=question.filters)
                answer = record_answer(question.id, said)
                out.write(json.dumps(to_json(answer), ensure_ascii=False) + "\n")
                out.flush()
            asked[question.id] = answer
            on_answer(question)
    return asked
