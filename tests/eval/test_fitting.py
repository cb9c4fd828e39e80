from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from corpus.errors import InputError
from eval.datasets import read_questions
from eval.fitting import (
    CONFIDENCE_PRIOR,
    FEATURE_PRIOR,
    Candidate,
    Observation,
    Prior,
    current_weights,
    fit_confidence,
    fit_features,
    held_out_places,
    held_out_probabilities,
    observe_questions,
    places_of_gold,
    probabilities,
    ranking_figures,
    refusal_figures,
    split_folds,
    write_weights,
)
from service.ranking import ranking_weights

PRIOR = {"bias": Prior(0.0), "good": Prior(0.0, 1), "bad": Prior(0.0, -1)}


def _asked(n: int, answerable: bool, *candidates: Candidate, **signals: float) -> Observation:
    return Observation(f"q{n}", f"g{n}", answerable, signals, candidates)


def _separable(n: int = 40) -> list[Observation]:
    """Even ones are answerable and have the good signal, odd ones the bad one."""
    return [_asked(i, i % 2 == 0, good=float(i % 2 == 0), bad=float(i % 2), noise=(i % 5) / 5) for i in range(n)]


def test_signals_that_part_the_two_kinds_get_weights_that_do() -> None:
    observed = _separable()
    weights = fit_confidence(observed, prior=PRIOR, strength=0.01)
    figures = refusal_figures(probabilities(weights, observed), observed)

    assert (figures.precision, figures.recall) == (1.0, 1.0)
    assert weights["good"] > 1.0
    assert weights["bad"] < -1.0


def test_no_weight_takes_a_sign_that_its_meaning_forbids() -> None:
    swapped = [_asked(i, i % 2 == 1, good=float(i % 2 == 0), bad=float(i % 2)) for i in range(40)]
    weights = fit_confidence(swapped, prior=PRIOR, strength=0.01)

    assert weights["good"] == 0.0
    assert weights["bad"] == 0.0


def test_a_strong_prior_holds_the_weights() -> None:
    prior = {"bias": Prior(0.0), "good": Prior(0.7, 1), "bad": Prior(-0.3, -1)}
    weights = fit_confidence(_separable(), prior=prior, strength=1e6)

    assert weights["good"] == pytest.approx(0.7, abs=1e-3)
    assert weights["bad"] == pytest.approx(-0.3, abs=1e-3)


def test_a_dearer_wrong_answer_makes_more_refusals() -> None:
    observed = [_asked(i, i % 2 == 0, good=float(i % 3 == 0)) for i in range(60)]
    cheap = fit_confidence(observed, prior=PRIOR, refusal_weight=1.0)
    dear = fit_confidence(observed, prior=PRIOR, refusal_weight=5.0)

    assert probabilities(dear, observed).mean() < probabilities(cheap, observed).mean()


def test_the_fit_is_the_least_of_its_loss() -> None:
    """A step away in any direction is no likelier; the loss is written out here once more."""
    observed, strength = _separable(20), 0.5
    weights = fit_confidence(observed, prior={}, strength=strength, refusal_weight=2.0)
    names = [name for name in weights if name != "bias"]
    spread = {name: max(0.3, float(np.std([one.signals[name] for one in observed]))) for name in names}

    def loss(given: Mapping[str, float]) -> float:
        total = strength * 0.02 * given["bias"] ** 2
        total += sum(strength * 0.2 * spread[name] ** 2 * given[name] ** 2 for name in names)
        for one, sure in zip(observed, probabilities(given, observed), strict=True):
            total -= (np.log(sure) if one.answerable else 2.0 * np.log(1 - sure)) / len(observed)
        return float(total)

    for name in weights:
        for step in (-0.05, 0.05):
            assert loss(weights) <= loss({**weights, name: weights[name] + step})


def test_questions_of_one_kind_alone_are_an_error() -> None:
    with pytest.raises(InputError, match="unanswerable"):
        fit_confidence([_asked(i, True, good=1.0) for i in range(10)])


def test_refusal_figures_are_precision_and_recall() -> None:
    observed = [_asked(0, True), _asked(1, True), _asked(2, False), _asked(3, False)]
    figures = refusal_figures(np.array([0.9, 0.2, 0.1, 0.8]), observed)

    assert (figures.precision, figures.recall) == (0.5, 0.5)
    assert figures.log_loss == pytest.approx(-np.log([0.9, 0.2, 0.9, 0.2]).mean())


def test_folds_keep_groups_whole_and_spread_both_kinds() -> None:
    observed = [Observation(f"q{i}", f"g{i // 2}", i < 20, {}, ()) for i in range(40)]
    folds = split_folds(observed, 5, seed=3)

    assert sorted(place for fold in folds for place in fold) == list(range(40))
    assert all(place ^ 1 in fold for fold in folds for place in fold)
    assert [sum(place < 20 for place in fold) for fold in folds] == [4] * 5
    assert folds == split_folds(observed, 5, seed=3)


def test_too_few_questions_for_the_folds_are_an_error() -> None:
    with pytest.raises(InputError, match="3 different"):
        split_folds([_asked(i, False) for i in range(3)], 8, seed=0)


def test_a_held_out_probability_is_not_learned_from_its_own_question() -> None:
    """Every question has a signal of its own, which in sample tells all and held out nothing."""
    observed = [_asked(i, i % 2 == 0, **{f"own{j}": float(i == j) for j in range(32)}) for i in range(32)]
    weights = fit_confidence(observed, strength=0.001)
    in_sample = refusal_figures(probabilities(weights, observed), observed)
    held_out = refusal_figures(held_out_probabilities(observed, strength=0.001), observed)

    assert in_sample.recall == 1.0
    assert held_out.log_loss > in_sample.log_loss + 0.3


def _ordered(n: int, *, useful: str, misleading: str) -> list[Observation]:
    """Gold has the useful feature; a wrong clause has the misleading one."""
    return [
        _asked(
            i,
            True,
            Candidate(False, {useful: 0.0, misleading: 1.0}),
            Candidate(True, {useful: 1.0, misleading: 0.0}),
            Candidate(False, {useful: 0.2, misleading: 0.5}),
        )
        for i in range(n)
    ]


def test_the_feature_that_gold_has_puts_it_first() -> None:
    observed = _ordered(20, useful="coverage", misleading="length")
    prior = {"coverage": Prior(0.0, 1), "length": Prior(2.0)}
    weights = fit_features(observed, prior=prior, strength=0.01)

    assert ranking_figures(places_of_gold({"coverage": 0.0, "length": 2.0}, observed)).success_1 == 0.0
    assert ranking_figures(places_of_gold(weights, observed)).success_1 == 1.0
    assert held_out_places(observed, prior=prior, strength=0.01) == [1] * 20


def test_a_feature_that_can_only_help_gets_no_weight_below_zero() -> None:
    observed = _ordered(20, useful="length", misleading="coverage")

    assert fit_features(observed, prior={"coverage": Prior(1.0, 1)}, strength=0.01)["coverage"] == 0.0


def test_questions_without_gold_among_their_candidates_teach_no_order() -> None:
    with pytest.raises(InputError):
        fit_features([_asked(0, True, Candidate(False, {"coverage": 1.0}))])


def test_the_head_is_looked_at_closely_and_the_rest_is_not() -> None:
    """The thirteenth clause is not lifted by what only the first twelve are asked for."""
    wrong = [Candidate(False, {"coverage": 1.0, "focus": 0.0})] * 12
    observed = [_asked(0, True, *wrong, Candidate(True, {"coverage": 0.5, "focus": 9.0}))]

    assert places_of_gold({"coverage": 1.0, "focus": 1.0}, observed) == [13]
    assert places_of_gold({"coverage": 0.0, "focus": 1.0}, [_asked(0, True, *observed[0].candidates[1:])]) == [1]


def test_every_prior_and_sign_belongs_to_a_weight_in_use() -> None:
    assert set(CONFIDENCE_PRIOR) <= set(ranking_weights()["confidence"])
    assert set(FEATURE_PRIOR) <= set(ranking_weights()["features"])


def test_only_one_part_of_the_file_is_replaced(tmp_path: Path) -> None:
    write_weights(tmp_path / "ranking.json", "confidence", {"bias": 1.23456, "coverage": -0.0001})
    written = json.loads((tmp_path / "ranking.json").read_text(encoding="utf-8"))

    assert written["confidence"] == {"bias": 1.23, "coverage": 0.0}
    assert written["features"] == current_weights("features")
    assert written["fusion"] == ranking_weights()["fusion"]


class SeeingEngine:
    """Sees two clauses for every question but one that names a place that is not there."""

    def observe(self, question: str, history: Sequence[str], filters: Mapping[str, Any] | None) -> Any:
        if "广东" in question:
            return None
        ranked = [
            SimpleNamespace(clause=SimpleNamespace(id=f"jiangsu-water/二/{n}"), features={"coverage": n, "focus": 1.0})
            for n in (1, 2)
        ]
        question_seen = SimpleNamespace(interpretation=None, weights=())
        return SimpleNamespace(ranked=ranked, question=question_seen, signals={"coverage": 1.0})


def test_questions_are_observed_with_their_gold(write_lines: Callable[..., Path]) -> None:
    record = {"lang": "zh", "region": None, "answer": ["水利厅"]}
    gold = [{"document_id": "jiangsu-water", "path": ["二", "2"]}]
    path = write_lines(
        {"id": "a", "question": "灌溉由谁牵头?", "type": "responsibility_lead", "gold": gold, **record},
        {"id": "b", "question": "广东灌溉由谁牵头?", "type": "unanswerable", "gold": [], **record},
        {"id": "c", "question": "茶园由谁牵头?", "type": "unanswerable", "gold": [], **record},
    )
    asked = []
    first, second = observe_questions(
        read_questions([path]),
        SeeingEngine(),
        on_question=lambda: asked.append(1),  # type: ignore[arg-type]
    )

    assert (first.id, first.group, first.answerable) == ("a", "jiangsu-water/二/2", True)
    assert [candidate.relevant for candidate in first.candidates] == [False, True]
    assert (second.id, second.group, second.answerable) == ("c", "c", False)
    assert len(asked) == 3
