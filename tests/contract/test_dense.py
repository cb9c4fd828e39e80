"""What every dense engine must do, against brute force in numpy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import DamagedIndexError
from indexer.backends.base import DenseIndex, Selection, Vectors
from indexer.backends.faiss import FaissIndex, write_dense

MakeDense = Callable[[Vectors, Path], DenseIndex]


def saved_and_opened(vectors: Vectors, folder: Path) -> DenseIndex:
    write_dense(vectors, folder)
    return FaissIndex.open(folder)


ON_MILVUS = [pytest.param(name, marks=pytest.mark.milvus) for name in ("milvus_lite", "milvus_server", "milvus_given")]


@pytest.fixture(params=["built", "opened", *ON_MILVUS])
def make(request: pytest.FixtureRequest, on_milvus: Callable[..., DenseIndex]) -> MakeDense:
    match request.param:
        case "built":
            return lambda vectors, _: FaissIndex.build(vectors)
        case "opened":
            return saved_and_opened
        case where:
            return lambda vectors, _: on_milvus(where, vectors)


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


VECTORS = unit_vectors(2000, 64, seed=1)
QUERIES = unit_vectors(20, 64, seed=2)


@pytest.mark.parametrize("k", [1, 10, 300])
def test_search_equals_brute_force(make: MakeDense, k: int, tmp_path: Path) -> None:
    index = make(VECTORS, tmp_path)
    for query in QUERIES:
        cosines = VECTORS @ query
        rows, scores = index.search(query, k)
        assert rows.tolist() == np.argsort(-cosines, kind="stable")[:k].tolist()
        np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)


@pytest.mark.parametrize("allowed", [np.arange(0, 2000, 7), np.array([5]), np.array([1999, 0, 8]), np.arange(2000)])
def test_a_filter_holds_before_the_search(make: MakeDense, allowed: np.ndarray, tmp_path: Path) -> None:
    index = make(VECTORS, tmp_path)
    for query in QUERIES:
        cosines = VECTORS[allowed] @ query
        rows, scores = index.search(query, 10, Selection.of_rows(allowed, len(index)))
        assert rows.tolist() == allowed[np.argsort(-cosines, kind="stable")[:10]].tolist()
        np.testing.assert_allclose(scores, VECTORS[rows] @ query, atol=1e-6)


def test_a_filter_that_leaves_nothing_finds_nothing(make: MakeDense, tmp_path: Path) -> None:
    rows, scores = make(VECTORS, tmp_path).search(QUERIES[0], 10, Selection.of_rows([], len(VECTORS)))
    assert (rows.tolist(), scores.tolist()) == ([], [])


def test_scores_of_chosen_rows(make: MakeDense, tmp_path: Path) -> None:
    index = make(VECTORS, tmp_path)
    rows = np.array([7, 7, 3, 1999])
    np.testing.assert_allclose(index.scores(QUERIES[0], rows), VECTORS[rows] @ QUERIES[0], atol=1e-6)
    assert index.scores(QUERIES[0], np.zeros(0, dtype=np.int64)).tolist() == []


def test_equal_vectors_come_by_row(make: MakeDense, tmp_path: Path) -> None:
    vectors = np.concatenate([VECTORS[:50], VECTORS[:1], VECTORS[:1]])
    rows, scores = make(vectors, tmp_path).search(VECTORS[0], 3)
    assert rows.tolist() == [0, 50, 51]
    np.testing.assert_allclose(scores, 1.0, atol=1e-6)


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_are_asked_for(make: MakeDense, k: int, tmp_path: Path) -> None:
    assert make(VECTORS, tmp_path).search(QUERIES[0], k)[0].tolist() == []


def test_an_empty_index_finds_nothing(make: MakeDense, tmp_path: Path) -> None:
    index = make(VECTORS[:0], tmp_path)
    assert (len(index), index.dimension) == (0, 64)
    assert index.search(QUERIES[0], 5)[0].tolist() == []


def test_stays_readable_when_its_file_is_removed(tmp_path: Path) -> None:
    index = saved_and_opened(VECTORS, tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    assert index.search(VECTORS[9], 1)[0].tolist() == [9]


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    import faiss

    path = tmp_path / "vectors.faiss"
    write_dense(VECTORS, tmp_path)
    match damage:
        case "missing":
            path.unlink()
        case "cut":
            path.write_bytes(path.read_bytes()[:100])
        case "other":
            faiss.write_index(faiss.IndexFlatL2(64), str(path))
    with pytest.raises(DamagedIndexError, match="vectors"):
        FaissIndex.open(tmp_path)
