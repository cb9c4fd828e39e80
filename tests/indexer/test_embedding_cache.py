from pathlib import Path

import numpy as np
import pytest

from indexer.embedding_cache import EmbeddingCache

from .conftest import HashEncoder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "embeddings.sqlite"


def test_encodes_each_text_once(path: Path, encoder: HashEncoder) -> None:
    texts = ["节水", "减废", "节水"]
    with EmbeddingCache(path, encoder) as cache:
        vectors, encoded = cache.encode(texts)
    assert encoded == 2
    assert encoder.encoded == ["节水", "减废"]
    assert vectors.tolist() == encoder.encode_queries(texts).tolist()


def test_outlives_the_process(path: Path, encoder: HashEncoder) -> None:
    with EmbeddingCache(path, encoder) as cache:
        before, _ = cache.encode(["节水"])
    with EmbeddingCache(path, encoder) as cache:
        after, encoded = cache.encode(["节水", "减废"])
    assert encoded == 1
    assert after[0].tolist() == before[0].tolist()


def test_another_encoder_has_vectors_of_its_own(path: Path, encoder: HashEncoder) -> None:
    other = HashEncoder(name="other", dimension=8)
    for each in (encoder, other):
        with EmbeddingCache(path, each) as cache:
            vectors, encoded = cache.encode(["节水"])
            assert (vectors.shape, encoded) == ((1, each.dimension), 1)


def test_a_stopped_run_keeps_what_it_encoded(path: Path) -> None:
    class Stopping(HashEncoder):
        def encode_passages(self, texts, *, progress=None):
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode_passages(texts, progress=progress)

    texts = [f"第{number}条" for number in range(200)]
    with pytest.raises(KeyboardInterrupt), EmbeddingCache(path, Stopping()) as cache:
        cache.encode(texts)
    with EmbeddingCache(path, HashEncoder()) as cache:
        assert cache.encode(texts)[1] == 200 - 64


def test_progress_counts_the_texts_to_encode(path: Path, encoder: HashEncoder) -> None:
    seen: list[tuple[int, int]] = []
    with EmbeddingCache(path, encoder) as cache:
        cache.encode([f"第{number}条" for number in range(100)], progress=lambda *step: seen.append(step))
        cache.encode(["第1条"], progress=lambda *step: seen.append(step))
    assert seen == [(64, 100), (100, 100)]


def test_no_texts(path: Path, encoder: HashEncoder) -> None:
    with EmbeddingCache(path, encoder) as cache:
        vectors, encoded = cache.encode([])
    assert (vectors.shape, vectors.dtype, encoded) == ((0, 32), np.float32, 0)


def test_a_page_damaged_later_is_made_anew(path: Path, encoder: HashEncoder) -> None:
    texts = [f"第{number}条" for number in range(300)]
    with EmbeddingCache(path, encoder) as cache:
        cache.encode(texts)
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with EmbeddingCache(path, encoder) as cache:
        vectors, _ = cache.encode(texts)
    assert vectors.tolist() == encoder.encode_queries(texts).tolist()
