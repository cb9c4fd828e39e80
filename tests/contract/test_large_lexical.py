"""BM25 where postings are too many to sum: the very same hits as where they are summed whole."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from indexer.backends import bm25
from indexer.backends.base import Selection
from indexer.backends.bm25 import Bm25Index

TERMS = [f"词{number}" for number in range(300)]
COUNT = 4000


def drawn_passages() -> list[list[str]]:
    """Passages whose terms are as uneven as words are: the first stands in half of them, the last in few."""
    generator = np.random.default_rng(3)
    share = 1 / np.arange(2, len(TERMS) + 2)
    return [
        [
            TERMS[number]
            for number in generator.choice(len(TERMS), size=generator.integers(0, 40), p=share / share.sum())
        ]
        for _ in range(COUNT)
    ]


PASSAGES = drawn_passages()
QUERIES: list[list[str]] = [
    ["词0"],
    ["词299"],
    ["词0", "词0", "词299"],
    ["词0", "词1", "词2", "词3"],
    ["词5", "词80", "词200", "词0", "unknown"],
    [f"词{number}" for number in range(0, 300, 9)],
    ["unknown"],
    [],
]


@pytest.fixture(scope="module")
def index() -> Bm25Index:
    return Bm25Index.build(PASSAGES)


def found(index: Bm25Index, tokens: Sequence[str], k: int, allowed: Selection | None) -> tuple[list[int], list[float]]:
    rows, scores = index.search(tokens, k, allowed)
    return rows.tolist(), scores.tolist()


@pytest.mark.parametrize("summed", [1, 700, 5000])
@pytest.mark.parametrize("k", [1, 10, 200, 5000])
@pytest.mark.parametrize("allowed", [None, range(0, COUNT, 3), range(7)], ids=["all", "a third", "few"])
def test_hits_are_those_of_the_whole_sums(
    index: Bm25Index, monkeypatch: pytest.MonkeyPatch, summed: int, k: int, allowed: range | None
) -> None:
    selection = None if allowed is None else Selection.of_rows(allowed, COUNT)
    whole = [found(index, tokens, k, selection) for tokens in QUERIES]
    monkeypatch.setattr(bm25, "_SUMMED_WHOLE", summed)
    assert [found(index, tokens, k, selection) for tokens in QUERIES] == whole


def test_scores_are_those_of_rank_bm25(index: Bm25Index, monkeypatch: pytest.MonkeyPatch) -> None:
    oracle = BM25Okapi(PASSAGES)
    monkeypatch.setattr(bm25, "_SUMMED_WHOLE", 1)
    for tokens in QUERIES:
        rows, scores = index.search(tokens, 50)
        np.testing.assert_allclose(scores, oracle.get_scores(tokens)[rows], rtol=1e-6)
        assert index.scores(tokens, rows).tolist() == scores.tolist()


def test_equal_scores_come_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Bm25Index.build([["甲", "乙"], *[["丙"]] * 50, *[["甲", "乙"]] * 20, *[["丁"]] * 50])
    monkeypatch.setattr(bm25, "_SUMMED_WHOLE", 1)
    assert index.search(["甲", "乙"], 5)[0].tolist() == [0, 51, 52, 53, 54]


@pytest.mark.parametrize("summed", [1, 100_000])
def test_threads_find_what_one_finds(index: Bm25Index, monkeypatch: pytest.MonkeyPatch, summed: int) -> None:
    monkeypatch.setattr(bm25, "_SUMMED_WHOLE", summed)
    selection = Selection.of_rows(range(0, COUNT, 3), COUNT)

    def find(tokens: list[str]) -> object:
        return found(index, tokens, 20, None), found(index, tokens, 20, selection)

    alone = [find(tokens) for tokens in QUERIES]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(find, QUERIES * 20)) == alone * 20
