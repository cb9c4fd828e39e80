from __future__ import annotations

from collections.abc import Mapping

import pytest

from service.confidence import ANSWER_FROM, confidence
from service.ranking import ranking_weights

GOOD = {"coverage": 1.0, "focus": 1.0, "known": 1.0, "suits": 1.0}


def _signals(**given: float) -> Mapping[str, float]:
    names = [name for name in ranking_weights()["confidence"] if name != "bias"]
    return dict.fromkeys(names, 0.0) | given


def test_a_clause_that_has_all_of_the_topic_answers() -> None:
    assert confidence(_signals(**GOOD)) >= ANSWER_FROM


def test_a_topic_that_no_word_of_the_index_knows_is_refused() -> None:
    assert confidence(_signals(missing_unknown=1.0, missing_most=1.0)) < ANSWER_FROM


def test_a_topic_that_another_region_has_is_refused() -> None:
    assert confidence(_signals(known=1.0, elsewhere=1.0, missing_most=1.0)) < ANSWER_FROM


@pytest.mark.parametrize(
    "signal", ["elsewhere", "result", "unit", "asked", "detail", "missing_known", "missing_unknown", "missing_most"]
)
def test_what_speaks_against_an_answer_never_makes_it_surer(signal: str) -> None:
    assert confidence(_signals(**GOOD, **{signal: 1.0})) < confidence(_signals(**GOOD))


# A clause that has more of the topic also lacks less of it.
@pytest.mark.parametrize(
    "better",
    [{"coverage": 1.0, "focus": 1.0, "missing_most": -0.5, "missing_known": -0.5}, {"known": 1.0}, {"suits": 1.0}],
)
def test_what_speaks_for_an_answer_makes_it_surer(better: dict[str, float]) -> None:
    assert confidence(_signals(**better)) > confidence(_signals())


@pytest.mark.parametrize("value", [-1e9, 1e9])
def test_it_is_a_probability_whatever_the_signals(value: float) -> None:
    assert 0.0 <= confidence(_signals(cosine=value, elsewhere=value)) <= 1.0


def test_a_signal_that_has_no_weight_is_an_error() -> None:
    with pytest.raises(KeyError):
        confidence({"unheard_of": 1.0})
