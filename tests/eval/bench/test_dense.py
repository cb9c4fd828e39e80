from __future__ import annotations

import numpy as np
import pytest

from eval.bench import dense
from indexer.backends.base import Rows, Selection, Vectors
from indexer.backends.faiss import FaissIndex


def unit_vectors(count: int) -> Vectors:
    drawn = np.random.default_rng(4).normal(size=(count, 16)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


VECTORS = unit_vectors(3010)
VECTORS, QUERIES = VECTORS[:3000], VECTORS[3000:]


@pytest.fixture
def nearest(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    monkeypatch.setattr(dense, "_BLOCK", 700)  # so that several blocks are compared
    return dense.nearest_ten(VECTORS, QUERIES)


def test_the_nearest_are_those_of_brute_force(nearest: list[set[int]]) -> None:
    assert nearest == [set(np.argsort(-(VECTORS @ query))[:10].tolist()) for query in QUERIES]


def test_the_nearest_of_some_rows() -> None:
    allowed = np.arange(0, 3000, 7)
    found = dense.nearest_ten(VECTORS, QUERIES, Selection.of_rows(allowed, 3000))
    assert found == [set(allowed[np.argsort(-(VECTORS[allowed] @ query))[:10]].tolist()) for query in QUERIES]


def test_recall_counts_the_nearest_that_are_found(nearest: list[set[int]]) -> None:
    wanted = iter(nearest)

    def half(_: Vectors) -> Rows:
        return np.array([*sorted(next(wanted))[:5], *range(3000, 3005)])

    line = dense.measure("half", half, QUERIES, nearest, build_s=2.0)
    assert (line.name, line.recall, line.build_s, line.bytes_a_row) == ("half", 0.5, 2.0, None)
    assert len(line.milliseconds) == len(QUERIES)


def test_the_graph_is_searched_until_it_reaches_the_bar(nearest: list[set[int]]) -> None:
    line = dense.graph(VECTORS, QUERIES, nearest, FaissIndex.build(VECTORS))
    assert line.recall >= 0.98
    assert "steps" in line.name
