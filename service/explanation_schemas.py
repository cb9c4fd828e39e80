"""The ``explanation`` of a response, as a pydantic model; its fields are those of ``service.explanation``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WeightedValue(_Model):
    """A number and what it counts."""

    value: float = Field(description="As worked out for this question.")
    weight: float = Field(description="What one unit of it adds to the sum.")


class ExplainedTerm(_Model):
    """One thing that the question is about."""

    term: str = Field(description="As the question has it, folded.")
    words: list[str] = Field(description="Chinese words that stand for it; the first three are searched for.")
    weight: float = Field(description="Its share of the question, 0 to 1.")
    known: bool = Field(description="Whether the word index holds it.")


class ExplainedHit(_Model):
    """How one clause came to its place."""

    clause_id: str = Field(description="The clause.")
    rank: int = Field(description="Place in the end, from 1.")
    score: float = Field(description="What the order is by.")
    bm25_score: float = Field(description="Of the word index; unbounded.")
    bm25_rank: int | None = Field(description="Place by it among all candidates; `null` where no word matched.")
    cosine: float = Field(description="Of the vectors, -1 to 1.")
    cosine_rank: int = Field(description="Place by it among all candidates.")
    fused: float = Field(description="Both scores, standardised and weighted.")
    reranker_score: float | None = Field(description="Of the cross-encoder, where one was used.")
    features: dict[str, WeightedValue] = Field(description="Features by name; before a cross-encoder they sum to it.")
    matched: list[str] = Field(description="Terms that the clause has.")
    missing: list[str] = Field(description="Terms that it lacks.")


class ExplainedModel(_Model):
    """What the language model did."""

    model: str = Field(description="Its name.")
    outcome: Literal["written", "nothing_left", "failed"] = Field(
        description="Whether its sentences stand in the answer, none was left, or there was no text."
    )
    sentences: int = Field(description="How many it wrote.")
    dropped: int = Field(description="How many did not stand in what they cite.")
    faults: list[str] = Field(description="Why, one word for each dropped sentence.")


class ExplanationRecord(_Model):
    """Why a result is what it is."""

    terms: list[ExplainedTerm] = Field(description="What the question is about.")
    hits: list[ExplainedHit] = Field(description="The clauses that were ranked, best first.")
    signals: dict[str, WeightedValue] | None = Field(description="What the confidence is made of, by name.")
    confidence: float | None = Field(description="That the best clause answers, 0 to 1.")
    reranker: str | None = Field(description="Name of the cross-encoder, if any.")
    language_model: ExplainedModel | None = Field(description="What a language model did, if any.")
