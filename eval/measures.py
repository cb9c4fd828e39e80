"""Measures over rankings, by the names and with the values of ir-measures, and intervals over questions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from eval.datasets import Qrels

Ranking = Mapping[str, float]
"""Document id -> score; a larger score is better."""
Run = Mapping[str, Ranking]
"""Query id -> ranking."""

DEFAULT_MEASURES = ("nDCG@10", "RR@10", "R@5", "R@10", "R@100", "Success@1")
_ALIASES = {"mrr": "RR", "recall": "R", "ndcg": "nDCG", "rr": "RR", "r": "R", "success": "Success"}
# Matches nDCG@10 and Recall@5; not nDCG (no cut-off) or P@10 (not measured here).
_NAME = re.compile(r"(nDCG|RR|MRR|R|Recall|Success)@([1-9]\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure at a cut-off rank; ``name`` is ir-measures' own."""

    kind: str
    cutoff: int

    @property
    def name(self) -> str:
        """As ir-measures writes it: ``nDCG@10``, ``RR@10``, ``R@5``, ``Success@1``."""
        return f"{self.kind}@{self.cutoff}"


def parse_measure(name: str) -> Measure:
    """``nDCG@k``, ``RR@k`` (or ``MRR@k``), ``R@k`` (or ``Recall@k``), ``Success@k``.

    Raises:
        InputError: For any other name.
    """
    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise InputError(
            f"unknown measure {name!r}.", "Known are nDCG@k, RR@k (or MRR@k), R@k (or Recall@k) and Success@k."
        )
    return Measure(_ALIASES[match[1].lower()], int(match[2]))


def ranked(ranking: Ranking) -> list[str]:
    """Document ids, best first, as trec_eval orders them.

    Scores count as 32-bit floats, and equal ones stand in falling order of id, so that runs repeat.
    """
    return sorted(sorted(ranking, reverse=True), key=lambda document: -float(np.float32(ranking[document])))


def ranked_as_msmarco(ranking: Ranking) -> list[str]:
    """Document ids, best first, as MS MARCO's evaluation orders them, which ir-measures takes for ``RR@k``.

    Scores count as 64-bit floats, and equal ones stand in rising order of id.
    """
    return sorted(sorted(ranking), key=lambda document: -ranking[document])


def _ndcg(gains: Sequence[int], ideal: Sequence[int], cutoff: int) -> float:
    """Source: Järvelin and Kekäläinen, TOIS 2002, with trec_eval's linear gain and ``log2(rank + 1)``."""
    best = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(ideal[:cutoff], start=1))
    got = sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains[:cutoff], start=1))
    return got / best if best else 0.0


def _reciprocal_rank(gains: Sequence[int], _ideal: Sequence[int], cutoff: int) -> float:
    return next((1 / rank for rank, gain in enumerate(gains[:cutoff], start=1) if gain > 0), 0.0)


def _recall(gains: Sequence[int], ideal: Sequence[int], cutoff: int) -> float:
    return sum(gain > 0 for gain in gains[:cutoff]) / len(ideal) if ideal else 0.0


def _success(gains: Sequence[int], _ideal: Sequence[int], cutoff: int) -> float:
    return float(any(gain > 0 for gain in gains[:cutoff]))


_FORMULAS: dict[str, Callable[[Sequence[int], Sequence[int], int], float]] = {
    "nDCG": _ndcg,
    "RR": _reciprocal_rank,
    "R": _recall,
    "Success": _success,
}


def measure_queries(qrels: Qrels, run: Run, measures: Sequence[Measure]) -> dict[str, dict[str, float]]:
    """Measure name -> query id -> value, over every judged query.

    A judged query that the run does not hold scores 0; a query of the run that nobody judged is left out.
    """
    values: dict[str, dict[str, float]] = {measure.name: {} for measure in measures}
    for query, grades in qrels.items():
        ranking = run.get(query, {})
        gains, rising = (
            [grades.get(document, 0) for document in order(ranking)] for order in (ranked, ranked_as_msmarco)
        )
        ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
        for measure in measures:
            values[measure.name][query] = _FORMULAS[measure.kind](
                rising if measure.kind == "RR" else gains, ideal, measure.cutoff
            )
    return values


def mean(values: Sequence[float]) -> float:
    """The mean; ``nan`` of nothing."""
    return math.fsum(values) / len(values) if values else math.nan


def bootstrap_interval(
    values: Sequence[float], *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of the mean over resampled questions; ``nan`` of nothing.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    if not values:
        return math.nan, math.nan
    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(seed)
    means = sample[generator.integers(0, len(sample), size=(resamples, len(sample)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie, between neighbours by proportion; ``nan`` of nothing."""
    return float(np.quantile(np.asarray(values, dtype=np.float64), share)) if values else math.nan


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Answers of like confidence: how sure the engine was, and how often it was right."""

    low: float
    high: float
    count: int
    mean_confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> list[CalibrationBin]:
    """Reliability curve over equally wide bins of confidence; empty bins are left out.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    grouped: dict[int, list[tuple[float, bool]]] = {}
    for confidence, good in zip(confidences, right, strict=True):
        grouped.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, good))
    return [
        CalibrationBin(
            index / bins,
            (index + 1) / bins,
            len(members),
            mean([confidence for confidence, _ in members]),
            mean([float(good) for _, good in members]),
        )
        for index, members in sorted(grouped.items())
    ]


def expected_calibration_error(curve: Sequence[CalibrationBin]) -> float:
    """Gap between confidence and accuracy, weighted by the answers in each bin."""
    total = sum(part.count for part in curve)
    if not total:
        return math.nan
    return math.fsum(part.count * abs(part.mean_confidence - part.accuracy) for part in curve) / total


def risk_coverage(
    confidences: Sequence[float], right: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coverage and risk when only the surest answers are given: point ``i`` takes the ``i + 1`` surest.

    Answers of equal confidence cannot be told apart, so each of them counts with the mean error of its group.
    """
    order = np.argsort(-np.asarray(confidences, dtype=np.float64), kind="stable")
    sure = np.asarray(confidences, dtype=np.float64)[order]
    wrong = 1.0 - np.asarray(right, dtype=np.float64)[order]
    for value in np.unique(sure):
        wrong[sure == value] = wrong[sure == value].mean()
    count = np.arange(1, len(wrong) + 1, dtype=np.float64)
    return count / max(len(wrong), 1), np.cumsum(wrong) / count


def area_under_risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """AURC: mean risk over all coverages; 0 is perfect, ``nan`` of nothing.

    Source: Geifman, Uziel and El-Yaniv, Bias-Reduced Uncertainty Estimation, ICLR 2019.
    """
    _, risk = risk_coverage(confidences, right)
    return float(risk.mean()) if len(risk) else math.nan
