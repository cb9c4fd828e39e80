"""Two runs over the same questions: is one better, by how much, and which questions turned?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DatasetError
from eval.datasets import Qrels
from eval.experiment import Results, read_results
from eval.measures import Run, measure_queries, parse_measure, ranked
from eval.summary import FIGURES

_EXACT_UP_TO = 16
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Contrast:
    """One figure of two runs over the questions that both have.

    Attributes:
        p_value: Two-sided, of a paired randomization test.
        wins: Questions on which the second run is better.
    """

    name: str
    first: float
    second: float
    p_value: float
    wins: int
    losses: int
    ties: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question whose figure changed, and what each run returned."""

    name: str
    question_id: str
    question: str
    first: float
    second: float
    gold: tuple[str, ...]
    returned_first: tuple[str, ...]
    returned_second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures that two runs share, and the questions that turned."""

    contrasts: tuple[Contrast, ...]
    turns: tuple[Turn, ...]
    only_first: int
    only_second: int


def paired_randomization(differences: Sequence[float], *, resamples: int = 20_000, seed: int = 0) -> float:
    """Two-sided p-value of the mean of paired differences when signs are drawn at random.

    Up to 16 differences other than zero every assignment of signs is counted; beyond that, ``resamples`` are drawn, and
    the observed one counts as one of them, so that no p-value is zero.

    Source: Smucker, Allan and Carterette, CIKM 2007, doi:10.1145/1321440.1321528.
    """
    changed = np.asarray([d for d in differences if d != 0.0], dtype=np.float64)
    if not len(changed):
        return 1.0
    observed = abs(changed.sum())
    # Sums of the same differences in another order differ in their last digits.
    limit = observed - 1e-9 * max(1.0, float(np.abs(changed).sum()))
    if len(changed) <= _EXACT_UP_TO:
        bits = (np.arange(2 ** len(changed))[:, None] >> np.arange(len(changed))) & 1
        return float((np.abs(_signed_sums(bits, changed)) >= limit).mean())
    generator = np.random.default_rng(seed)
    extreme = 0
    for start in range(0, resamples, _BATCH):
        size = (min(_BATCH, resamples - start), len(changed))
        extreme += int((np.abs(_signed_sums(generator.integers(0, 2, size=size), changed)) >= limit).sum())
    return (extreme + 1) / (resamples + 1)


def _signed_sums(bits: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    sums: NDArray[np.float64] = (2 * bits - 1) @ values
    return sums


def contrast(
    name: str, first: Mapping[str, float], second: Mapping[str, float], *, more_is_better: bool = True, seed: int = 0
) -> Contrast:
    """One figure, question by question; questions that only one run has are left out."""
    shared = [query for query in first if query in second]
    sign = 1.0 if more_is_better else -1.0
    differences = [sign * (second[query] - first[query]) for query in shared]
    return Contrast(
        name=name,
        first=math.fsum(first[q] for q in shared) / len(shared) if shared else math.nan,
        second=math.fsum(second[q] for q in shared) / len(shared) if shared else math.nan,
        p_value=paired_randomization(differences, seed=seed),
        wins=sum(d > 0 for d in differences),
        losses=sum(d < 0 for d in differences),
        ties=sum(d == 0 for d in differences),
    )


def compare_folders(first: Path, second: Path, *, seed: int = 0) -> Comparison:
    """Two run folders: figures of their answers, and of each system that both have.

    Raises:
        DatasetError: If one is no run folder, or they share no question.
    """
    one, other = read_results(first), read_results(second)
    shared = set(one.questions) & set(other.questions)
    if not shared:
        raise DatasetError(f"{first} and {second} share no question.", "Compare two runs over the same questions.")
    before, after = _values(one), _values(other)
    contrasts = []
    turns: list[Turn] = []
    for name in before:
        if name not in after:
            continue
        better = FIGURES[name].more_is_better if name in FIGURES else True
        contrasts.append(contrast(name, before[name], after[name], more_is_better=better, seed=seed))
        if name == "success@1" or name.endswith(" Success@1"):
            turns += _turns(name, before[name], after[name], one, other)
    return Comparison(
        tuple(contrasts), tuple(turns), len(set(one.questions) - shared), len(set(other.questions) - shared)
    )


def _values(results: Results) -> dict[str, dict[str, float]]:
    """Figure, or system and measure -> question id -> value."""
    values: dict[str, dict[str, float]] = {}
    for name in FIGURES:
        found = {s.question.id: s.values[name] for s in results.scores if name in s.values}
        if found:
            values[name] = found
    for system, result in results.systems.items():
        for measure, by_query in result.values.items():
            values[f"{system} {measure}"] = dict(by_query)
    return values


def _turns(
    name: str, before: Mapping[str, float], after: Mapping[str, float], one: Results, other: Results
) -> list[Turn]:
    system = name.removesuffix("Success@1").strip() if name != "success@1" else None
    return [
        Turn(
            name,
            query,
            one.queries[query],
            before[query],
            after[query],
            tuple(gold.clause_id for gold in one.questions[query].gold),
            _returned(one, system, query),
            _returned(other, system, query),
        )
        for query in before
        if query in after and before[query] != after[query]
    ]


def _returned(results: Results, system: str | None, query: str) -> tuple[str, ...]:
    if system is not None:
        return tuple(ranked(results.systems[system].run.get(query, {}))[:5])
    answer = next(score.answer for score in results.scores if score.question.id == query)
    return answer.found[:5] if not answer.refused else (f"refused: {answer.reason}",)


def compare_rankings(qrels: Qrels, first: Run, second: Run, measures: Sequence[str], *, seed: int = 0) -> Comparison:
    """Two TREC runs over the same qrels; the first measure decides which questions turned.

    Raises:
        InputError: For an unknown measure.
    """
    parsed = [parse_measure(name) for name in measures]
    before, after = measure_queries(qrels, first, parsed), measure_queries(qrels, second, parsed)
    contrasts = tuple(contrast(m.name, before[m.name], after[m.name], seed=seed) for m in parsed)
    name = parsed[0].name
    turns = tuple(
        Turn(
            name,
            query,
            query,
            before[name][query],
            after[name][query],
            tuple(document for document, grade in grades.items() if grade > 0),
            tuple(ranked(first.get(query, {}))[:5]),
            tuple(ranked(second.get(query, {}))[:5]),
        )
        for query, grades in qrels.items()
        if before[name][query] != after[name][query]
    )
    return Comparison(contrasts, turns, len(set(first) - set(second)), len(set(second) - set(first)))
