"""What retrieval saw of a question, as numbers that a refusal is decided by."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.folding import fold
from service.answering import Question
from service.evidence import TIME_WORDS, best_numbers, best_sentences
from service.ranking import Ranked
from service.topic import covers

_DUTIES = frozenset({"responsibility", "responsibility_lead", "responsibility_support"})
# Means that multilingual-e5 gives questions and passages that have nothing to do with each other, about.
_COSINE_MIDDLE, _COSINE_SPREAD = 0.84, 0.03


def find_signals(
    question: Question, ranked: Sequence[Ranked], elsewhere: Sequence[Ranked], lexical_share: float
) -> dict[str, float]:
    """Signals about the best clause.

    Args:
        question: The question.
        ranked: Candidates, best first; at least one.
        elsewhere: Candidates of regions that were not asked for.
        lexical_share: How much of the topic the index's words know, 0 to 1.

    Returns:
        ``coverage``: of the topic by the clause; ``focus``: by the words that answer; ``cosine``: the best one's, about
        -2 to 2; ``lead``: of the best one before the middle of the field; ``known``: ``lexical_share``;
        ``elsewhere``: by how much other regions cover the topic better; ``suits``: whether the clause states the kind
        of thing asked for; ``result``: whether a result is asked for; ``year``: whether the years agree; ``quoted``:
        how far quoted words are missing; ``weighty``: weight of the terms that the clause lacks altogether.
    """
    best = ranked[0]
    interpretation = question.interpretation
    topic, weights = interpretation.topic, question.weights
    if interpretation.intent == "numeric_target":
        evidence = best_numbers(best.clause, topic, weights)
        suits = float(bool(evidence.ranges))
    elif interpretation.intent == "deadline":
        evidence = best_sentences(best.clause, topic, weights, need=TIME_WORDS)
        folded = fold(best.clause.text)
        suits = float(any(TIME_WORDS.search(folded, *span) for span in evidence.ranges))
    else:
        evidence = best_sentences(best.clause, topic, weights)
        suits = best.features["intent"] if interpretation.intent in _DUTIES else 1.0
    whole = fold(f"{' '.join(best.clause.labels)}\n{best.clause.text}")
    cosines = sorted((one.cosine for one in ranked), reverse=True)
    return {
        "coverage": best.features["coverage"],
        "focus": evidence.coverage,
        "cosine": (cosines[0] - _COSINE_MIDDLE) / _COSINE_SPREAD,
        "lead": best.fused,
        "known": lexical_share,
        "elsewhere": max(
            0.0, max((o.features["coverage"] for o in elsewhere), default=0.0) - best.features["coverage"]
        ),
        "suits": suits,
        "result": float(interpretation.asks_result),
        "year": min(0.0, best.features["year"]),
        "quoted": sum(1.0 - covers(term, whole) for term in topic if term.quoted),
        "weighty": sum(w for w, c in zip(weights, best.coverage, strict=True) if c < 0.3),
    }
