import numpy as np
import pytest

from eval.bench.milvus_agreement import Agreement, compare_lists


def ranked(*hits: tuple[int, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row for row, _ in hits], dtype=np.int64), np.array([s for _, s in hits], dtype=np.float32)


def test_order_and_members_are_told_apart():
    found = Agreement()
    found.add([1, 2, 3], [1, 2, 3])
    found.add([1, 2, 3], [2, 1, 3])
    found.add([1, 2, 3], [1, 2, 4])
    assert (found.compared, found.same_order, found.same_members) == (3, 1, 2)


def test_scores_of_the_same_passage_are_compared_as_a_share_of_large_ones():
    here = {"a": ranked((1, 0.5), (2, 0.25)), "b": ranked((7, 100.0))}
    there = {"a": ranked((1, 0.5), (2, 0.25)), "b": ranked((7, 100.0))}
    raw = {"a": ranked((2, 0.26), (9, 3.0)), "b": ranked((7, 102.0))}
    found = compare_lists(["a", "b"], here.__getitem__, there.__getitem__, raw.__getitem__)
    assert (found.compared, found.same_order) == (2, 2)
    assert found.furthest == pytest.approx(0.02)
