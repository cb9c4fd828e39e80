"""A cross-encoder that reads question and clause together and orders the best candidates again.

It is used where somebody names one. torch is imported only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelError
from service.ranking import Ranked, standardise

if TYPE_CHECKING:
    from service.understanding import Interpretation

DEPTH = 24
"""Candidates that are read again."""

_SHARE = 0.5
"""What the cross-encoder's score counts beside the ranking's; both standardised over the candidates."""

_LONGEST = 2000  # characters of a clause; models read about 500 tokens
_BATCH = 8
_REACH_TIMEOUT_S = 5.0


class Reranker(Protocol):
    """What scores a passage for a question; a larger score is better.

    Attributes:
        name: What a user calls it.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    def score(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float64]:
        """One score for each passage, shape (n,)."""


def open_reranker(name: str) -> Reranker:
    """A cross-encoder of sentence-transformers.

    Args:
        name: Of a model on the hub, or its folder. A name that is not in the local model cache is downloaded by
            sentence-transformers where its hub can be reached.

    Raises:
        ModelError: If it cannot be had, which is told at once without a network; or if it gives no single score.
    """
    return CrossEncoderReranker(name)


class CrossEncoderReranker:
    """A cross-encoder. Threads may share it.

    Args:
        name: See ``open_reranker``.

    Raises:
        ModelError: See ``open_reranker``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(name)
        labels = int(self._model.num_labels)
        if labels != 1:
            raise ModelError(
                f"The model {name} gives {labels} scores for a pair; a reranker gives one.", "Choose a reranker."
            )
        architectures = getattr(getattr(self._model[0].auto_model, "config", None), "architectures", None) or ()
        if architectures and all(str(kind).endswith("Model") for kind in architectures):
            # Its head would be drawn at random, and so would be the order.
            raise ModelError(f"The model {name} is an encoder and not trained to score pairs.", "Choose a reranker.")

    def score(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float64]:
        """One score for each passage, shape (n,)."""
        if not passages:
            return np.zeros(0)
        pairs = [(question, passage[:_LONGEST]) for passage in passages]
        scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True)
        return np.nan_to_num(np.asarray(scores, dtype=np.float64).reshape(len(pairs)))


def rerank(ranked: Sequence[Ranked], interpretation: Interpretation, reranker: Reranker) -> list[Ranked]:
    """Order the best candidates by the ranking's score and the cross-encoder's, half and half.

    The scores stay on the ranking's scale; candidates behind ``DEPTH`` keep their places.

    Args:
        ranked: Candidates, best first; the first ``DEPTH`` are changed in place.
        interpretation: The question.
        reranker: What reads them again.
    """
    head = list(ranked[:DEPTH])
    if not head:
        return []
    passages = ["\n".join([*one.clause.labels[-2:], one.clause.text]) for one in head]
    scores = reranker.score(interpretation.standalone_question, passages)
    own = np.array([one.score for one in head])
    both = (1 - _SHARE) * standardise(own) + _SHARE * standardise(scores)
    for one, score, value in zip(head, scores, both, strict=True):
        one.reranker_score = round(float(score), 6)
        one.score = float(own.mean() + own.std() * value) if len(head) > 1 else one.score
    return [*sorted(head, key=lambda one: (-one.score, one.row)), *ranked[DEPTH:]]


def _load(name: str) -> Any:
    mend = "Check the name, or give the folder of a downloaded model."
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise ModelError(
            f"The reranker {name} needs sentence-transformers, which is not installed.", "Install it."
        ) from error
    try:
        return CrossEncoder(name, local_files_only=True)
    except Exception as error:  # the libraries below raise what they like
        if Path(name).exists():
            raise ModelError(f"The folder {name} holds no usable reranker ({_first_line(error)}).", mend) from error
    _require_hub(name, mend)
    try:
        return CrossEncoder(name)
    except Exception as error:  # as above
        raise ModelError(f"The reranker {name} cannot be had ({_first_line(error)}).", mend) from error


def _require_hub(name: str, mend: str) -> None:
    """Ask the hub for one page first: a download without a network retries for minutes."""
    from huggingface_hub import constants, get_session

    if constants.is_offline_mode():
        raise ModelError(f"The reranker {name} is not on this machine, and downloads are switched off.", mend)
    try:
        get_session().head(constants.ENDPOINT, timeout=_REACH_TIMEOUT_S)
    except Exception as error:  # whichever HTTP client the hub's library uses
        raise ModelError(
            f"The reranker {name} is not on this machine, and the model hub is not reached ({_first_line(error)}).",
            mend,
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
