"""The query adapter learns from judged questions, and is judged on those that it did not see."""

from __future__ import annotations

import numpy as np
import pytest

from eval.adapting import TrainingSet, fit_adapter, held_out_queries, ndcg_10

DIMENSION = 24


def turned_questions(count: int = 320, seed: int = 3) -> TrainingSet:
    """Questions whose vectors lie beside their passage's, all moved the same way."""
    chance = np.random.default_rng(seed)
    passages = chance.standard_normal((count, DIMENSION)).astype(np.float32)
    passages /= np.linalg.norm(passages, axis=1, keepdims=True)
    turn = np.eye(DIMENSION) + 0.25 * chance.standard_normal((DIMENSION, DIMENSION))
    queries = (passages @ turn).astype(np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    gold = [frozenset({place}) for place in range(count)]
    return TrainingSet("turned", queries, passages, np.arange(count), gold)


def test_what_is_learned_holds_for_questions_that_were_not_seen() -> None:
    questions = turned_questions()
    before = ndcg_10(questions, questions.queries).mean()
    (unseen,) = held_out_queries([questions])
    assert ndcg_10(questions, unseen).mean() > before + 0.05


def test_fitting_repeats_with_its_seed() -> None:
    questions = turned_questions(count=64)
    first, second = (fit_adapter([questions], seed=5) for _ in range(2))
    np.testing.assert_allclose(first(questions.queries), second(questions.queries), atol=1e-4)


def test_an_article_is_where_its_best_passage_is() -> None:
    passages = np.eye(3, dtype=np.float32)
    # Rows 0 and 1 are of one article, row 2 of another; row 1 lies next to the question.
    one = TrainingSet("articles", passages[1:2], passages, np.array([0, 0, 1]), [frozenset({1})])
    # The article of row 1 comes first, the gold one second.
    assert ndcg_10(one, one.queries) == pytest.approx([1 / np.log2(3)])


def test_passages_that_are_never_judged_take_no_place() -> None:
    passages = np.eye(3, dtype=np.float32)
    one = TrainingSet("articles", passages[1:2], passages, np.array([0, -1, 1]), [frozenset({0})])
    assert ndcg_10(one, one.queries) == pytest.approx([1.0])
