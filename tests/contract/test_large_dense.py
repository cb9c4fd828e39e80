"""Dense search over codes, flat and in lists, against brute force in numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from corpus.errors import DamagedIndexError
from indexer.backends import faiss as backend
from indexer.backends import faiss_codes, faiss_files
from indexer.backends.base import Selection, Vectors
from indexer.backends.faiss import DenseReport, FaissIndex, write_dense
from indexer.backends.faiss_codes import FormerRows
from indexer.backends.faiss_files import create_vectors

COUNT, DIMENSION = 4000, 48
EXACT = {"flat": 1e-6, "lists": 3e-4}
"""How far a score may be off: by the rounding of single precision, or of half."""

MakeIndex = Callable[[Vectors, Path], FaissIndex]


def unit_vectors(count: int, seed: int) -> Vectors:
    """Vectors in clusters, as texts are, all with much in common."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, DIMENSION)) + 2.0
    drawn = centres[generator.integers(0, 60, size=count)] + generator.normal(scale=0.6, size=(count, DIMENSION))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


VECTORS, QUERIES = unit_vectors(COUNT, seed=1), unit_vectors(40, seed=2)


def nearest(query: Vectors, k: int, rows: np.ndarray) -> list[int]:
    return [int(row) for row in rows[np.argsort(-(VECTORS[rows] @ query), kind="stable")[:k]]]


@pytest.fixture(scope="module", params=["flat", "lists"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_files, "CODED", 100)
        patch.setattr(faiss_files, "LISTED", 500 if request.param == "lists" else COUNT)
        patch.setattr(backend, "_COMPARED", 50)
        yield str(request.param)


def built(vectors: Vectors, _: Path) -> FaissIndex:
    return FaissIndex.build(vectors)


def written(vectors: Vectors, folder: Path) -> FaissIndex:
    write_dense(vectors, folder)
    return FaissIndex.open(folder)


def filled(vectors: Vectors, folder: Path) -> FaissIndex:
    mapped = create_vectors(folder, *vectors.shape)
    mapped[:] = vectors
    write_dense(mapped, folder)
    return FaissIndex.open(folder)


@pytest.fixture(scope="module", params=[built, written, filled])
def index(request: pytest.FixtureRequest, kind: str, tmp_path_factory: pytest.TempPathFactory) -> FaissIndex:
    make: MakeIndex = request.param
    return make(VECTORS, tmp_path_factory.mktemp(kind))


ALLOWED = {
    "all": np.arange(COUNT),
    "most": np.flatnonzero(np.arange(COUNT) % 10),
    "a third": np.arange(0, COUNT, 3),
    "a stretch": np.arange(700, 1400),
    "few": np.arange(5, 45),
    "one": np.array([7]),
}


@pytest.mark.parametrize("allowed", ALLOWED.values(), ids=ALLOWED)
@pytest.mark.parametrize("k", [1, 10, 200])
def test_search_finds_the_nearest(index: FaissIndex, kind: str, k: int, allowed: np.ndarray) -> None:
    selection = None if len(allowed) == COUNT else Selection.of_rows(allowed, COUNT)
    found = 0
    for query in QUERIES:
        rows, scores = index.search(query, k, selection)
        cosines = VECTORS @ query
        assert len(rows) == len(set(rows.tolist())) == min(k, len(allowed))
        assert np.isin(rows, allowed).all()
        np.testing.assert_allclose(scores, cosines[rows], atol=EXACT[kind])
        assert rows.tolist() == rows[np.lexsort((rows, -scores))].tolist()
        found += np.count_nonzero(scores >= np.sort(cosines[allowed])[-len(rows)] - EXACT[kind])
    assert found / (len(QUERIES) * min(k, len(allowed))) >= (1.0 if kind == "flat" else 0.98)


def test_more_hits_are_asked_for_than_there_are_rows(index: FaissIndex) -> None:
    assert sorted(index.search(QUERIES[0], 2 * COUNT)[0].tolist()) == list(range(COUNT))
    assert len(index.search(QUERIES[0], 100, Selection.of_rows(range(0, COUNT, 40), COUNT))[0]) == 100
    assert index.search(QUERIES[0], 10, Selection.of_rows([], COUNT))[0].tolist() == []


def test_scores_and_vectors_are_exact(index: FaissIndex, kind: str) -> None:
    rows = np.array([3999, 3, 3, 0])
    np.testing.assert_allclose(index.vectors(rows), VECTORS[rows], atol=0 if kind == "flat" else 5e-4)
    np.testing.assert_allclose(index.scores(QUERIES[0], rows), VECTORS[rows] @ QUERIES[0], atol=EXACT[kind])
    for outside in (-1, COUNT):
        with pytest.raises(IndexError):
            index.scores(QUERIES[0], np.array([0, outside]))


def test_threads_find_what_one_finds(index: FaissIndex) -> None:
    selection = Selection.of_rows(range(0, COUNT, 2), COUNT)

    def find(query: Vectors) -> list[list[int]]:
        return [index.search(query, 20)[0].tolist(), index.search(query, 20, selection)[0].tolist()]

    alone = [find(query) for query in QUERIES]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(find, [*QUERIES] * 5)) == alone * 5


@pytest.mark.parametrize("twins", [30, 3900])
def test_equal_vectors_come_by_row(kind: str, twins: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_MOST_CODED", 1000)
    vectors = VECTORS.copy()
    vectors[:twins] = vectors[twins]
    index = FaissIndex.build(vectors)
    rows, scores = index.search(vectors[0], 10)
    if kind == "flat":
        assert rows.tolist() == list(range(10))
    np.testing.assert_allclose(scores, 1.0, atol=1e-6)


def test_a_report_says_what_was_built(kind: str, tmp_path: Path) -> None:
    report = write_dense(VECTORS, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.faiss", "codes.faiss"}
    if kind == "flat":
        assert report == DenseReport("exact", 1.0)
    else:
        assert "of 252 lists" in report.kind
        assert 0.98 <= report.recall_at_10 <= 1.0


def test_as_many_lists_are_compared_as_the_recall_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_files, "CODED", 100)
    monkeypatch.setattr(faiss_files, "LISTED", 500)
    index = FaissIndex.build(VECTORS[:1000])
    reached = iter([0.6, 0.97, 0.985, 1.0])
    monkeypatch.setattr(FaissIndex, "_recall", lambda *_: next(reached))
    report = index.measure()
    assert report.recall_at_10 == 0.985
    assert "64 of 126 lists" in report.kind


def spy_on_learning(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many vectors there were whenever centres were learned."""
    learned: list[int] = []
    learn = faiss_codes._learn
    monkeypatch.setattr(faiss_codes, "_learn", lambda vectors: learned.append(len(vectors)) or learn(vectors))
    return learned


@pytest.mark.parametrize(("first", "last", "anew"), [(40, COUNT, False), (0, 3000, False), (2500, COUNT, True)])
def test_rows_of_a_former_index_stay_in_their_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, last: int, anew: bool
) -> None:
    """Of 3,500 rows those from ``first`` to ``last`` come again, in another order and between new ones."""
    monkeypatch.setattr(faiss_files, "CODED", 100)
    monkeypatch.setattr(faiss_files, "LISTED", 500)
    learned = spy_on_learning(monkeypatch)
    former, folder = tmp_path / "former", tmp_path / "next"
    former.mkdir()
    folder.mkdir()
    write_dense(VECTORS[:3500], former)
    order = np.random.default_rng(3).permutation(np.arange(first, last))
    report = write_dense(VECTORS[order], folder, FormerRows(former, np.where(order < 3500, order, -1)))

    assert learned == ([3500, last - first] if anew else [3500])
    assert report.recall_at_10 >= 0.98
    index, found = FaissIndex.open(folder), 0
    for query in QUERIES:
        nearest_rows = set(nearest(query, 10, np.arange(first, last)))
        found += len(nearest_rows & set(order[index.search(query, 10)[0]].tolist()))
    assert found >= 0.97 * 10 * len(QUERIES)


def test_what_lies_in_lists_is_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_files, "CODED", 100)
    monkeypatch.setattr(faiss_files, "LISTED", 500)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_dense(VECTORS, tmp_path / name)
    assert (tmp_path / "one" / "codes.faiss").read_bytes() == (tmp_path / "other" / "codes.faiss").read_bytes()


def test_few_rows_have_no_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss_files, "CODED", COUNT + 1)
    assert write_dense(VECTORS, tmp_path) == DenseReport("exact", 1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]
    rows, _ = FaissIndex.open(tmp_path).search(QUERIES[0], 10)
    assert rows.tolist() == nearest(QUERIES[0], 10, np.arange(COUNT))


def test_nothing_is_written_for_no_rows(tmp_path: Path) -> None:
    write_dense(create_vectors(tmp_path, 0, DIMENSION), tmp_path)
    index = FaissIndex.open(tmp_path)
    assert (len(index), index.dimension) == (0, DIMENSION)
    assert index.search(QUERIES[0], 5)[0].tolist() == []


@pytest.mark.parametrize("damage", ["cut", "other", "of others"])
def test_damaged_codes_are_named(kind: str, tmp_path: Path, damage: str) -> None:
    write_dense(VECTORS, tmp_path)
    path = tmp_path / "codes.faiss"
    match damage:
        case "cut":
            path.write_bytes(path.read_bytes()[:100])
        case "other":
            faiss.write_index(faiss.IndexFlatL2(DIMENSION), str(path))
        case "of others":
            (tmp_path / "other").mkdir()
            write_dense(VECTORS[:3000], tmp_path / "other")
            (tmp_path / "other" / "codes.faiss").rename(path)
    with pytest.raises(DamagedIndexError, match="tiaowen index"):
        FaissIndex.open(tmp_path)


def test_stays_readable_when_its_files_are_removed(kind: str, tmp_path: Path) -> None:
    index = written(VECTORS, tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    assert index.search(VECTORS[9], 1)[0].tolist() == [9]
