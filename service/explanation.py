"""Why a result is what it is: scores, ranks, features and terms of each hit, and what an answer was decided by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.ranking import ranking_weights

if TYPE_CHECKING:
    from service.ranking import Ranked
    from service.topic import Term

_MATCHED = 0.5
"""A term counts as matched where a clause covers at least so much of it."""

_MOST = 10
"""Hits of an answer that are explained beside the cited ones."""


@dataclass(frozen=True, slots=True)
class ModelTrace:
    """What a language model did.

    Attributes:
        name: Of the model.
        outcome: See ``service.writing.Written``.
        sentences, dropped: How many it wrote, and how many did not stand in what they cite.
        faults: One word for each dropped sentence.
    """

    name: str
    outcome: str
    sentences: int
    dropped: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen on the way to a result; nothing is worked out before somebody asks for it.

    Attributes:
        ranked: Candidates, best first.
        topic: The question's terms.
        weights: Theirs, summing to 1.
        knows: For each term whether the index holds it.
        signals: What a refusal is decided by; ``None`` for a search.
        confidence: That the best clause answers, 0 to 1; ``None`` for a search.
        reranker: Name of the cross-encoder, where one ordered the candidates again.
        model: The language model's part, where one was asked.
    """

    ranked: Sequence[Ranked]
    topic: Sequence[Term]
    weights: Sequence[float]
    knows: Sequence[bool]
    signals: Mapping[str, float] | None = None
    confidence: float | None = None
    reranker: str | None = None
    model: ModelTrace | None = None


def explain(trace: Trace | None, *, most: int = _MOST, cited: Collection[str] = ()) -> dict[str, Any]:
    """The ``explanation`` of a response.

    Args:
        trace: ``None`` where nothing was looked for: a question about a document, or about a region that is not held.
        most: Best hits that are explained.
        cited: Ids of further clauses that are explained too.
    """
    if trace is None:
        trace = Trace((), (), (), ())
    hits = [
        _hit(one, rank, trace) for rank, one in enumerate(trace.ranked, 1) if rank <= most or one.clause.id in cited
    ]
    return {
        "terms": [
            {"term": term.surface, "words": list(term.alternatives), "weight": round(weight, 4), "known": known}
            for term, weight, known in zip(trace.topic, trace.weights, trace.knows, strict=True)
        ],
        "hits": hits,
        "signals": None if trace.signals is None else _weighed(trace.signals, ranking_weights()["confidence"]),
        "confidence": None if trace.confidence is None else round(trace.confidence, 4),
        "reranker": trace.reranker,
        "language_model": None if trace.model is None else _model(trace.model),
    }


def _hit(one: Ranked, rank: int, trace: Trace) -> dict[str, Any]:
    terms = [term.surface for term in trace.topic]
    matched = [term for term, share in zip(terms, one.coverage, strict=True) if share >= _MATCHED]
    return {
        "clause_id": one.clause.id,
        "rank": rank,
        "score": round(one.score, 4),
        "bm25_score": one.bm25,
        "bm25_rank": one.bm25_rank,
        "cosine": one.cosine,
        "cosine_rank": one.cosine_rank,
        "fused": round(one.fused, 4),
        "reranker_score": one.reranker_score,
        "features": _weighed(one.features, ranking_weights()["features"]),
        "matched": matched,
        "missing": [term for term in terms if term not in matched],
    }


def _weighed(values: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
    return {
        name: {"value": round(float(value), 4), "weight": float(weights.get(name, 0.0))}
        for name, value in values.items()
    }


def _model(trace: ModelTrace) -> dict[str, Any]:
    return {
        "model": trace.name,
        "outcome": trace.outcome,
        "sentences": trace.sentences,
        "dropped": trace.dropped,
        "faults": list(trace.faults),
    }
