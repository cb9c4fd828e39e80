from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.backends import milvus_rows
from indexer.backends.bm25 import Bm25Index
from indexer.backends.milvus_rows import SparseRows

LISTS = [["甲", "乙", "甲"], [], ["丙"], ["乙", "丙", "丁"]]


@given(lists=st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=8), max_size=12), block=st.integers(1, 9))
def test_the_product_with_a_query_is_the_score(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]], block: int
) -> None:
    index = Bm25Index.build(lists)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milvus_rows, "_BLOCK", block)
        rows = SparseRows(index, tmp_path_factory.getbasetemp())
    vectors = rows.between(0, len(lists))
    assert len(rows) == len(vectors) == len(lists)
    for query in ("甲", "乙丙", "戊戊甲"):
        weights = index.term_weights(list(query))
        products = [sum(weights.get(term, 0.0) * value for term, value in vector.items()) for vector in vectors]
        np.testing.assert_allclose(products, index.scores(list(query), np.arange(len(index))), rtol=1e-5, atol=1e-6)


def test_a_part_of_the_rows(tmp_path: Path) -> None:
    rows = SparseRows(Bm25Index.build(LISTS), tmp_path)
    assert rows.between(0, 4)[1:3] == rows.between(1, 3)
    assert [len(vector) for vector in rows.between(0, 4)] == [len(Counter(words)) or 1 for words in LISTS]


def test_a_passage_without_terms_has_a_vector_that_no_query_meets(tmp_path: Path) -> None:
    index = Bm25Index.build(LISTS)
    [vector] = SparseRows(index, tmp_path).between(1, 2)
    assert vector
    assert not set(vector) & set(index.term_weights(["甲", "乙", "丙", "丁"]))


def test_the_file_is_gone(tmp_path: Path) -> None:
    rows = SparseRows(Bm25Index.build(LISTS), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(rows.between(0, 4)) == 4
