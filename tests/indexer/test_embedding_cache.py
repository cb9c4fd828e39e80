from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer import embedding_cache
from indexer.embedding_cache import KEY, EmbeddingCache, key_of

from .conftest import HashEncoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "embeddings"


def half(encoder: HashEncoder, texts: Sequence[str]) -> list[list[float]]:
    """What the encoder says, in half precision."""
    return encoder.encode_queries(texts).astype(np.float16).astype(np.float32).tolist()


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_cache, "BLOCK", 64)


def test_encodes_each_text_once(folder: Path, encoder: HashEncoder) -> None:
    texts = ["节水", "减废", "节水"]
    with EmbeddingCache(folder, encoder) as cache:
        vectors, encoded = cache.encode(texts)
    assert encoded == 2
    assert encoder.encoded == ["节水", "减废"]
    assert vectors.tolist() == half(encoder, texts)


def test_outlives_the_process(folder: Path, encoder: HashEncoder) -> None:
    with EmbeddingCache(folder, encoder) as cache:
        before, _ = cache.encode(["节水"])
    with EmbeddingCache(folder, encoder) as cache:
        after, encoded = cache.encode(["节水", "减废"])
    assert encoded == 1
    assert after[0].tolist() == before[0].tolist()


def test_another_encoder_has_vectors_of_its_own(folder: Path, encoder: HashEncoder) -> None:
    others = [HashEncoder(name="other"), HashEncoder(name="smaller", dimension=8)]
    for each in (encoder, *others):
        with EmbeddingCache(folder, each) as cache:
            vectors, encoded = cache.encode(["节水"])
            assert (vectors.shape, encoded) == ((1, each.dimension), 1)
    with EmbeddingCache(folder, encoder) as cache:
        assert cache.encode(["节水"])[1] == 0


def test_a_stopped_run_keeps_the_blocks_that_it_encoded(folder: Path) -> None:
    class Stopping(HashEncoder):
        def encode_passages(self, texts, *, progress=None):
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode_passages(texts, progress=progress)

    texts = [f"第{number}条" for number in range(200)]
    with pytest.raises(KeyboardInterrupt), EmbeddingCache(folder, Stopping()) as cache:
        cache.encode(texts)
    with EmbeddingCache(folder, HashEncoder()) as cache:
        assert cache.encode(texts)[1] == 200 - 64


def test_the_longest_text_of_a_block_comes_first(folder: Path, encoder: HashEncoder) -> None:
    texts = ["一" * length for length in (3, 9, 1, 7)]
    with EmbeddingCache(folder, encoder) as cache:
        vectors, _ = cache.encode(texts)
    assert list(map(len, encoder.encoded)) == [9, 7, 3, 1]
    assert vectors.tolist() == half(encoder, texts)


def test_progress_counts_the_texts_to_encode(folder: Path, encoder: HashEncoder) -> None:
    seen: list[tuple[int, int]] = []
    with EmbeddingCache(folder, encoder) as cache:
        cache.encode([f"第{number}条" for number in range(100)], progress=lambda *step: seen.append(step))
        cache.encode(["第1条"], progress=lambda *step: seen.append(step))
    assert seen == [(64, 100), (100, 100)]


def test_no_texts(folder: Path, encoder: HashEncoder) -> None:
    with EmbeddingCache(folder, encoder) as cache:
        vectors, encoded = cache.encode([])
    assert (vectors.shape, vectors.dtype, encoded) == ((0, 32), np.float32, 0)


def test_vectors_from_elsewhere_are_read_and_not_encoded(folder: Path, encoder: HashEncoder) -> None:
    texts = [f"第{number}条" for number in range(20)]
    known = np.array(half(encoder, texts), dtype=np.float32)
    with EmbeddingCache(folder, encoder) as cache:
        cache.add(np.array([key_of(text, encoder) for text in texts], dtype=KEY), lambda places: known[places])
        vectors, encoded = cache.encode(["第3条", "附则", "第19条"])
    assert (encoded, encoder.encoded) == (1, ["附则"])
    assert vectors.tolist() == half(encoder, ["第3条", "附则", "第19条"])


def test_a_key_without_a_vector_is_an_error(folder: Path, encoder: HashEncoder) -> None:
    with EmbeddingCache(folder, encoder) as cache, pytest.raises(KeyError):
        cache.read(np.array([b"k" * 16], dtype=KEY), np.zeros((1, 32), dtype=np.float32))


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied"])
def test_a_damaged_block_is_made_anew(folder: Path, encoder: HashEncoder, damage: str) -> None:
    texts = [f"第{number}条" for number in range(100)]
    with EmbeddingCache(folder, encoder) as cache:
        cache.encode(texts)
    first, _ = sorted(folder.iterdir())
    content = first.read_bytes()
    lost = (len(content) - 128) // (16 + 2 * encoder.dimension)
    first.write_bytes({"cut": content[:-9], "flipped": content[:-9] + b"\xff" + content[-8:], "emptied": b""}[damage])
    (folder / "half-written.4711").write_bytes(content[:500])
    with EmbeddingCache(folder, encoder) as cache:
        vectors, encoded = cache.encode(texts)
    assert encoded == lost
    assert vectors.tolist() == half(encoder, texts)
    assert not (folder / "half-written.4711").exists()
