from __future__ import annotations

from itertools import product
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.comparison import compare_rankings, contrast, paired_randomization


@settings(max_examples=60)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), max_size=9))
def test_few_differences_are_counted_in_full(differences: list[float]) -> None:
    observed = abs(fsum(differences))
    sums = [
        abs(fsum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    expected = sum(value >= observed - 1e-9 for value in sums) / len(sums)
    assert paired_randomization(differences) == pytest.approx(expected)


def test_many_differences_are_drawn_and_repeat() -> None:
    better = [1.0] * 25 + [-1.0] * 5
    assert paired_randomization(better, seed=1) == paired_randomization(better, seed=1)
    # Of 30 fair signs 25 or more of one kind: 2 * sum(C(30, k), k >= 25) / 2**30 = 0.00032.
    assert paired_randomization(better) == pytest.approx(0.00032, abs=0.0003)
    assert paired_randomization([1.0, -1.0] * 20) > 0.9


def test_no_difference_is_no_evidence() -> None:
    assert paired_randomization([0.0] * 50) == 1.0
    assert paired_randomization([]) == 1.0


def test_wins_and_losses_follow_what_is_better() -> None:
    before, after = {"a": 0.0, "b": 1.0, "c": 1.0, "only": 1.0}, {"a": 1.0, "b": 1.0, "c": 0.5}
    more = contrast("success@1", before, after)
    less = contrast("wrong_region", before, after, more_is_better=False)
    assert (more.wins, more.losses, more.ties) == (1, 1, 1)
    assert (less.wins, less.losses) == (1, 1)
    assert (more.first, more.second) == (2 / 3, 2.5 / 3)


def test_rankings_are_compared_and_the_turned_queries_shown() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1}}
    first = {"q1": {"x": 2.0, "a": 1.0}, "q2": {"b": 1.0}}
    second = {"q1": {"a": 2.0, "x": 1.0}, "q2": {"b": 1.0}}
    found = compare_rankings(qrels, first, second, ["Success@1", "R@5"])
    assert [(c.name, c.wins, c.losses) for c in found.contrasts] == [("Success@1", 1, 0), ("R@5", 0, 0)]
    (turn,) = found.turns
    assert (turn.question_id, turn.returned_first, turn.returned_second) == ("q1", ("x", "a"), ("a", "x"))
