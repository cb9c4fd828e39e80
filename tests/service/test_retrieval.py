from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from corpus.errors import DamagedIndexError
from indexer.backends.base import Selection
from service.engine import Engine
from service.retrieval import find_candidates, search_terms
from service.topic import Term


def _vector(engine: Engine, text: str) -> np.ndarray:
    return engine.encoder.encode_queries([text])[0]


def _some(engine: Engine, rows: Sequence[int]) -> Selection:
    return Selection.of_rows(rows, len(engine.generation.rows))


def test_a_word_is_looked_up_by_every_good_alternative() -> None:
    tokens = search_terms([Term("irrigation", ("灌溉", "灌区"))])

    assert {"灌溉", "灌区"} <= set(tokens)
    assert search_terms([Term("xylophone", ())]) == []


def test_a_small_index_is_scored_whole(provinces: Engine) -> None:
    index = provinces.generation
    found = find_candidates(index, ["灌溉"], _vector(provinces, "灌溉"), None)

    assert list(found.rows) == list(range(len(index.rows)))
    assert np.allclose(found.bm25, index.bm25.scores(["灌溉"], np.arange(len(index.rows))))
    assert np.allclose(found.cosine, index.dense.scores(_vector(provinces, "灌溉"), found.rows))


def test_only_allowed_rows_are_candidates(provinces: Engine) -> None:
    found = find_candidates(provinces.generation, ["灌溉"], _vector(provinces, "灌溉"), _some(provinces, [2, 5]))

    assert list(found.rows) == [2, 5]
    assert (found.bm25.shape, found.cosine.shape) == ((2,), (2,))


def test_no_rows_give_no_candidates(provinces: Engine) -> None:
    found = find_candidates(provinces.generation, ["灌溉"], _vector(provinces, "灌溉"), _some(provinces, []))

    assert (len(found.rows), len(found.bm25), len(found.cosine)) == (0, 0, 0)


def test_a_large_index_gives_the_best_of_both_sides(provinces: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.retrieval._SCORED_WHOLE", 3)
    index, vector = provinces.generation, _vector(provinces, "推广机械采茶")
    found = find_candidates(index, ["灌溉"], vector, None, depth=2)
    lexical, _ = index.bm25.search(["灌溉"], 2, None)
    dense, _ = index.dense.search(vector, 2, None)

    assert set(found.rows) == {*lexical, *dense}
    assert np.allclose(found.bm25, index.bm25.scores(["灌溉"], found.rows))


def test_a_large_index_keeps_to_the_allowed_rows(provinces: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.retrieval._SCORED_WHOLE", 3)
    allowed = range(0, len(provinces.generation.rows), 2)
    found = find_candidates(
        provinces.generation, ["灌溉"], _vector(provinces, "灌溉"), _some(provinces, allowed), depth=4
    )

    assert set(found.rows) <= set(allowed)
    assert len(found.rows) >= 4


class _Both:
    """An index whose search waits until the other one is asked as well."""

    def __init__(self, index: Any, both: Barrier) -> None:
        self._index = index
        self._both = both

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, *arguments: Any) -> Any:
        self._both.wait(timeout=30)
        return self._index.search(*arguments)


class _Broken(_Both):
    def search(self, *arguments: Any) -> Any:
        raise DamagedIndexError("the words cannot be read")


def test_both_sides_of_a_large_index_are_asked_at_once(provinces: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.retrieval._SCORED_WHOLE", 3)
    index, both = provinces.generation, Barrier(2)
    waiting: Any = replace(index, bm25=_Both(index.bm25, both), dense=_Both(index.dense, both))  # type: ignore[arg-type]
    found = find_candidates(waiting, ["灌溉"], _vector(provinces, "灌溉"), None)
    alone = find_candidates(index, ["灌溉"], _vector(provinces, "灌溉"), None)

    assert list(found.rows) == list(alone.rows)
    assert list(found.bm25) == list(alone.bm25)


def test_what_goes_wrong_with_words_is_told(provinces: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.retrieval._SCORED_WHOLE", 3)
    index = provinces.generation
    broken: Any = replace(index, bm25=_Broken(index.bm25, Barrier(1)))  # type: ignore[arg-type]

    with pytest.raises(DamagedIndexError, match="words cannot be read"):
        find_candidates(broken, ["灌溉"], _vector(provinces, "灌溉"), None)
