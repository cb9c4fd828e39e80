"""What the chat widget needs beside answers: questions to ask, and a place for readers' judgments."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from service import schemas
from service.feedback import FeedbackStore
from service.page_text import PageLanguage
from service.suggestions import examples, next_questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.engine import Engine


class FeedbackRequest(BaseModel):
    """A judgment of one answer."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(None, max_length=64, description="Of an earlier judgment, to change it.")
    rating: Literal["up", "down"]
    note: Annotated[schemas.Text, Field(max_length=2000)] | None = Field(
        None, description="Why, in the reader's words."
    )
    question: Annotated[schemas.Text, Field(min_length=1, max_length=4000)]
    history: list[schemas.Text] = Field(default_factory=list, max_length=100)
    filters: schemas.Filters = Field(default_factory=schemas.Filters)
    answer: dict[str, Any] = Field(description="The answer as `POST /v1/answer` gave it.")


class FeedbackReceipt(BaseModel):
    """Where the judgment is kept."""

    id: str


class Suggestions(BaseModel):
    """Questions that the corpus answers."""

    questions: list[str]


class SuggestionQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid")

    language: PageLanguage = "zh-Hans"
    clause: list[schemas.Text] = Field(default_factory=list, max_length=5, description="Ids of cited clauses.")
    asked: list[schemas.Text] = Field(default_factory=list, max_length=100, description="Questions asked already.")


class ExampleQuestions:
    """Example questions of the current generation, found once for each language, in a thread of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation: object = None
        self._found: dict[PageLanguage, Future[list[str]]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="examples")

    def of(self, engine: Engine, language: PageLanguage, *, wait_s: float | None = None) -> list[str]:
        """Up to three questions that the engine answers.

        Args:
            engine: The engine.
            language: Of the questions.
            wait_s: How long to wait while they are looked for; none are given after that, and the search goes on.
        """
        with self._lock:
            if self._generation is not engine.generation:
                self._generation, self._found = engine.generation, {}
            found = self._found.get(language)
            if found is None or (found.done() and found.exception() is not None):
                found = self._found[language] = self._worker.submit(_find_examples, engine, language)
        try:
            return found.result(timeout=wait_s)
        except TimeoutError:
            return []


def _find_examples(engine: Engine, language: PageLanguage) -> list[str]:
    store = engine.generation.store
    metadata = store.metadata()
    # A large corpus has more clauses than need be looked at for three questions.
    clauses = [clause for name in list(metadata)[:40] for clause in store.clauses_of(name)]
    return examples(clauses, metadata, language, engine.answer)


def create_chat_router(
    current_engine: Callable[[], Engine], feedback: FeedbackStore | None, examples_of: ExampleQuestions
) -> APIRouter:
    """Routes under ``/v1``.

    Args:
        current_engine: Gives the engine for one request.
        feedback: Where judgments go; without it they are refused with 503.
        examples_of: Shared with the home page.
    """
    router = APIRouter(prefix="/v1", tags=["chat"])
    problem: dict[int | str, dict[str, Any]] = {
        422: {"model": schemas.Problem, "description": "Not valid"},
        503: {"model": schemas.Problem, "description": "Cannot be had now"},
    }

    @router.get("/suggestions", responses=problem)
    def suggestions(query: Annotated[SuggestionQuery, Query()]) -> Suggestions:
        """Questions that are answered here: made of the facts of the clauses given, or of any where none is."""
        engine = current_engine()
        if not query.clause:
            return Suggestions(questions=examples_of.of(engine, query.language))
        store = engine.generation.store
        clauses = [clause for clause in map(store.clause, query.clause) if clause is not None]
        metadata = store.metadata()
        return Suggestions(questions=next_questions(clauses, metadata, query.language, query.asked, engine.answer))

    @router.post("/feedback", status_code=201, responses=problem | {404: {"model": schemas.Problem}})
    def judge(body: FeedbackRequest) -> FeedbackReceipt:
        """Keep a judgment of an answer, with the question, the answer and the generation that gave it."""
        if feedback is None:
            raise HTTPException(503, "This service keeps no feedback.")
        if body.id is not None:
            if not feedback.amend(body.id, rating=body.rating, note=body.note):
                raise HTTPException(404, f"There is no judgment {body.id}.")
            return FeedbackReceipt(id=body.id)
        if not isinstance(body.answer.get("status"), str):
            missing = {"type": "missing", "loc": ("body", "answer", "status"), "msg": "Field required", "input": None}
            raise RequestValidationError([missing])
        feedback_id = feedback.add(
            rating=body.rating,
            note=body.note,
            question=body.question,
            history=body.history,
            filters=body.filters.given(),
            answer=body.answer,
        )
        return FeedbackReceipt(id=feedback_id)

    return router
