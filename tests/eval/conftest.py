"""A small corpus of answers that the evaluation tests judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Metadata
from corpus.regions import resolve
from service.answering import Answer
from service.citing import Citation, Statement
from service.understanding import Interpretation


def build_answer(
    question: str,
    *,
    clause_ids: Sequence[str] = (),
    quotes: Sequence[str] = (),
    related: Sequence[str] = (),
    region: str | None = "山东",
    language: str = "zh-Hans",
    text: str = "质监部门牵头,有关部门配合。",
    lead: Sequence[str] = (),
    support: Sequence[str] = (),
    shared: Sequence[str] = (),
    statement: str | None = None,
    field: str | None = None,
    confidence: float = 0.9,
    highlights: Sequence[tuple[int, int]] = (),
) -> Answer:
    """An answer as the engine gives it; a refusal where no clause is cited."""
    found = resolve(region) if region else None
    citations = tuple(
        Citation(
            n=n,
            clause_id=clause_id,
            document_id=clause_id.partition("/")[0],
            metadata=Metadata(title="行动计划", region=found),
            path=tuple(clause_id.split("/")[1:]),
            labels=(),
            quote=quotes[n - 1] if n <= len(quotes) else text,
            highlights=tuple(highlights),
            span=(0, 10),
            score=1.0,
            field=field,
        )
        for n, clause_id in enumerate(clause_ids, start=1)
    )
    said = Statement(statement or text, tuple(c.n for c in citations), tuple(lead), tuple(support), tuple(shared))
    return Answer(
        interpretation=Interpretation(question, question, language, "fact", (), ()),  # type: ignore[arg-type]
        status="answered" if citations else "not_found",
        text=text,
        statements=(said,) if citations else (),
        citations=citations,
        related=tuple((clause_id, 0.5) for clause_id in related),
        reason=None if citations else "no_supporting_clause",
        uncovered=(),
        confidence=confidence,
        took_ms=12.0,
        stages_ms={"search": 7.0, "answer": 5.0},
    )


class FakeEngine:
    """Gives prepared answers by question, and counts what it was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, tuple[str, ...], Mapping[str, Any] | None]] = []

    def answer(self, question: str, history: Sequence[str] = (), filters: Mapping[str, Any] | None = None) -> Answer:
        self.asked.append((question, tuple(history), filters))
        return self.answers[question]


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """Write records, or raw lines, as a JSON Lines file."""

    def write(*records: Mapping[str, Any] | str, name: str = "questions.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def make_answer() -> Callable[..., Answer]:
    return build_answer


@pytest.fixture
def fake_engine() -> Callable[[Mapping[str, Answer]], FakeEngine]:
    return FakeEngine
