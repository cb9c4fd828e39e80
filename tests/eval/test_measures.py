from __future__ import annotations

import math
from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from eval.measures import (
    CalibrationBin,
    area_under_risk_coverage,
    bootstrap_interval,
    expected_calibration_error,
    measure_queries,
    parse_measure,
    percentile,
    reliability,
    risk_coverage,
)

NAMES = ("nDCG@10", "nDCG@3", "RR@10", "RR@2", "R@5", "R@10", "R@100", "Success@1", "Success@5")
documents = st.sampled_from([f"d{i}" for i in range(12)] + ["alxa/三/(五)/1", "alxa/三/(五)/2"])
queries = st.sampled_from(["q1", "q2", "q3"])
qrels_of = st.dictionaries(queries, st.dictionaries(documents, st.integers(-1, 3), min_size=1, max_size=6), min_size=1)
scores = st.one_of(
    st.sampled_from([0.0, 1.0, 1.0 + 1e-12, 2.0]), st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False)
)
runs_of = st.dictionaries(queries, st.dictionaries(documents, scores, min_size=1, max_size=14))


@settings(max_examples=300)
@given(qrels_of, runs_of)
def test_values_equal_those_of_ir_measures(qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> None:
    ours = measure_queries(qrels, run, [parse_measure(name) for name in NAMES])
    theirs = ir_measures.iter_calc([ir_measures.parse_measure(name) for name in NAMES], qrels, run)
    compared = 0
    for metric in theirs:
        assert ours[str(metric.measure)][metric.query_id] == pytest.approx(metric.value, abs=1e-9)
        compared += 1
    assert compared == len(NAMES) * len(qrels)


def test_values_worked_by_hand() -> None:
    qrels = {"q": {"a": 2, "b": 1, "c": 1}, "missing": {"a": 1}}
    run = {"q": {"x": 4.0, "b": 3.0, "a": 2.0, "y": 1.0}, "unjudged": {"a": 1.0}}
    values = measure_queries(qrels, run, [parse_measure(n) for n in ("nDCG@10", "RR@10", "R@5", "Success@1")])
    assert values["nDCG@10"]["q"] == pytest.approx(
        (1 / log2(3) + 2 / log2(4)) / (2 / log2(2) + 1 / log2(3) + 1 / log2(4))
    )
    assert values["RR@10"]["q"] == 1 / 2
    assert values["R@5"]["q"] == 2 / 3
    assert values["Success@1"]["q"] == 0.0
    assert [values[name]["missing"] for name in values] == [0.0] * 4
    assert all("unjudged" not in by_query for by_query in values.values())


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("MRR@10", "RR@10"), ("Recall@5", "R@5"), ("ndcg@10", "nDCG@10"), (" Success@1 ", "Success@1")],
)
def test_common_names_are_taken(name: str, canonical: str) -> None:
    assert parse_measure(name).name == canonical


@pytest.mark.parametrize("name", ["nDCG", "P@10", "R@0", "Recall@ten"])
def test_an_unknown_measure_is_named_with_those_known(name: str) -> None:
    with pytest.raises(InputError, match="unknown measure") as caught:
        parse_measure(name)
    assert "nDCG@k" in caught.value.mend


def test_bootstrap_interval_holds_the_mean_and_repeats() -> None:
    values = [0.0] * 30 + [1.0] * 70
    low, high = bootstrap_interval(values, seed=3)
    assert (low, high) == bootstrap_interval(values, seed=3)
    # The normal interval is 0.7 ± 1.96 · √(0.7 · 0.3 / 100) = 0.61 to 0.79.
    assert low == pytest.approx(0.61, abs=0.02)
    assert high == pytest.approx(0.79, abs=0.02)
    assert bootstrap_interval([1.0, 1.0]) == (1.0, 1.0)
    assert all(map(math.isnan, bootstrap_interval([])))


def test_risk_coverage_takes_the_surest_first() -> None:
    coverage, risk = risk_coverage([0.9, 0.2, 0.6, 0.4], [True, False, True, False])
    assert coverage.tolist() == [1 / 4, 2 / 4, 3 / 4, 1.0]
    assert risk.tolist() == [0.0, 0.0, 1 / 3, 2 / 4]
    assert area_under_risk_coverage([0.9, 0.2, 0.6, 0.4], [True, False, True, False]) == (0 + 0 + 1 / 3 + 1 / 2) / 4


def test_equal_confidence_gives_no_order_to_profit_from() -> None:
    one = area_under_risk_coverage([0.5, 0.5], [True, False])
    other = area_under_risk_coverage([0.5, 0.5], [False, True])
    assert one == other == 1 / 2


def test_reliability_groups_answers_of_like_confidence() -> None:
    curve = reliability([0.05, 0.92, 0.98, 1.0], [False, True, True, False], bins=10)
    assert curve == [
        CalibrationBin(0.0, 0.1, 1, 0.05, 0.0),
        CalibrationBin(0.9, 1.0, 3, pytest.approx((0.92 + 0.98 + 1.0) / 3), 2 / 3),
    ]
    assert expected_calibration_error(curve) == pytest.approx((1 * 0.05 + 3 * abs(2.9 / 3 - 2 / 3)) / 4)


def test_percentile_lies_between_neighbours() -> None:
    assert percentile([10.0, 20.0, 30.0], 0.5) == 20.0
    assert percentile([10.0, 20.0], 0.95) == 10.0 + 0.95 * 10.0
    assert math.isnan(percentile([], 0.5))
