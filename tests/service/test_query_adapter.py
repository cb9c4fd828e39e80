"""Vectors of questions are turned towards their clauses, and stay unit vectors."""

from __future__ import annotations

import io

import numpy as np
import pytest

from indexer.encoder import open_encoder
from service.query_adapter import QueryAdapter, adapt, read_adapter, write_adapter


def some_adapter(rank: int = 3, dimension: int = 8) -> QueryAdapter:
    chance = np.random.default_rng(1)
    draw = chance.standard_normal
    return QueryAdapter(draw((rank, dimension)), draw((dimension, rank)), draw(dimension))


def test_adapts_by_its_formula() -> None:
    adapter = some_adapter()
    vector = np.eye(8, dtype=np.float32)[2]
    moved = vector + adapter.up @ (adapter.down @ vector) + adapter.shift
    np.testing.assert_allclose(adapter(vector), moved / np.linalg.norm(moved), rtol=1e-5)


def test_takes_one_vector_or_several() -> None:
    adapter = some_adapter()
    vectors = np.eye(8, dtype=np.float32)
    np.testing.assert_allclose(adapter(vectors)[5], adapter(vectors[5]), rtol=1e-5)


def test_reads_what_it_wrote() -> None:
    adapter, file = some_adapter(), io.BytesIO()
    write_adapter(file, adapter)
    file.seek(0)
    vectors = np.eye(8, dtype=np.float32)
    np.testing.assert_allclose(read_adapter(file)(vectors), adapter(vectors), atol=2e-3)


def test_the_default_encoder_s_questions_move_and_stay_unit_vectors() -> None:
    encoder = open_encoder()
    (vector,) = encoder.encode_queries(["山东省品牌培育由谁牵头?"])
    adapted = adapt(vector, encoder)
    assert np.linalg.norm(adapted) == pytest.approx(1.0, abs=1e-5)
    assert 0.3 < float(adapted @ vector) < 0.999


def test_another_encoder_s_questions_stay_as_they_are() -> None:
    class Other:
        name = "another/model"

    vector = np.eye(384, dtype=np.float32)[0]
    np.testing.assert_array_equal(adapt(vector, Other()), vector)  # type: ignore[arg-type]
