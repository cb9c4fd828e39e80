"""Fit the query adapter on judged questions, and say what it does for questions that it never saw.

Each question's vector is drawn towards the passages that answer it and away from all others of its index (a softmax
over cosines). Folds are cut in the order of the questions, so that questions about one subject stay together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.backends.base import Vectors
from service.query_adapter import QueryAdapter

RANK = 128
EPOCHS = 6
FOLDS = 5
FITS = 4
"""Adapters that are fitted from different first weights, and averaged."""
_BATCH = 64
_LEARNING_RATE = 2e-3
_WEIGHT_DECAY = 0.1
_TEMPERATURE = 0.015


@dataclass(frozen=True)
class TrainingSet:
    """Judged questions over one index.

    Attributes:
        name: For tables.
        queries: Vectors of the questions as the encoder gives them, shape (n, d).
        passages: Vectors of the index, shape (m, d).
        groups: For each passage the number of what is judged: its article, or itself; -1 for what is never judged.
        gold: For each question the groups that answer it; at least one.
    """

    name: str
    queries: Vectors
    passages: Vectors
    groups: npt.NDArray[np.int64]
    gold: Sequence[frozenset[int]]


def fit_adapter(
    sets: Sequence[TrainingSet],
    *,
    questions: Sequence[npt.NDArray[np.int64]] | None = None,
    seed: int = 0,
    on_epoch: Callable[[], None] = lambda: None,
) -> QueryAdapter:
    """Fit adapters by gradient descent, and take their average, of the same rank.

    Args:
        sets: What to learn from; each counts by its number of questions.
        questions: For each set the questions that are used; all by default.
        seed: Of the first weights and the order of questions.
        on_epoch: Called after each of ``EPOCHS``, for each of ``FITS``.

    Source: a residual adapter of low rank (Houlsby et al., ICML 2019, arXiv:1902.00751) before the inner product.
    """
    chosen = questions or [np.arange(len(one.gold)) for one in sets]
    fitted = [_fit_once(sets, chosen, FITS * seed + number, on_epoch) for number in range(FITS)]
    # The best matrix of the rank: what all of them do stays, what one does by chance goes.
    up, strengths, down = np.linalg.svd(sum(one.up @ one.down for one in fitted) / FITS)
    shift = sum(one.shift for one in fitted) / FITS
    return QueryAdapter(down[:RANK], up[:, :RANK] * strengths[:RANK], np.asarray(shift))


def _fit_once(
    sets: Sequence[TrainingSet],
    chosen: Sequence[npt.NDArray[np.int64]],
    seed: int,
    on_epoch: Callable[[], None],
) -> QueryAdapter:
    import torch
    from torch.nn.functional import normalize

    chance = np.random.default_rng(seed)
    dimension = sets[0].passages.shape[1]
    down = torch.tensor(
        chance.standard_normal((RANK, dimension)) / dimension**0.5, dtype=torch.float32, requires_grad=True
    )
    up = torch.zeros(dimension, RANK, requires_grad=True)
    shift = torch.zeros(dimension, requires_grad=True)
    optimiser = torch.optim.AdamW([down, up, shift], lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    vectors = [(torch.from_numpy(one.queries), torch.from_numpy(np.ascontiguousarray(one.passages))) for one in sets]
    gold = [_GoldRows(one) for one in sets]
    total = sum(map(len, chosen))
    steps = max(1, max(map(len, chosen)) // _BATCH)
    for _ in range(EPOCHS):
        shuffled = [np.array_split(chance.permutation(one), steps) for one in chosen]
        for step in range(steps):
            loss = torch.zeros(())
            for (queries, passages), pairs, parts, some in zip(vectors, gold, shuffled, chosen, strict=True):
                part = parts[step]
                if not len(part):
                    continue
                asked = queries[part]
                moved = normalize(asked + (asked @ down.T) @ up.T + shift, dim=1)
                logits = moved @ passages.T / _TEMPERATURE
                place, row, pair, weight = pairs.of(part)
                # An article is found where its best passage is.
                best = torch.full((len(weight),), -torch.inf).scatter_reduce(
                    0, torch.from_numpy(pair), logits[place, row], "amax"
                )
                first = np.unique(pair, return_index=True)[1]
                missed = torch.logsumexp(logits, dim=1)[place[first]] - best
                loss = loss + (missed * torch.from_numpy(weight)).sum() / len(part) * (len(some) / total)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        on_epoch()
    return QueryAdapter(down.detach().numpy(), up.detach().numpy(), shift.detach().numpy())


class _GoldRows:
    """The passages of the groups that answer each question, as arrays to gather by."""

    def __init__(self, one: TrainingSet) -> None:
        rows = {group: np.flatnonzero(one.groups == group) for group in frozenset().union(*one.gold)}
        self._rows = [[rows[group] for group in sorted(groups)] for groups in one.gold]

    def of(self, questions: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
        """Places, rows and pairs of all gold passages, and the share of each pair in its question.

        A pair is a question and one group that answers it.
        """
        groups = [(place, rows, len(self._rows[q])) for place, q in enumerate(questions) for rows in self._rows[q]]
        sizes = [len(rows) for _, rows, _ in groups]
        return (
            np.repeat([place for place, _, _ in groups], sizes),
            np.concatenate([rows for _, rows, _ in groups]),
            np.repeat(np.arange(len(groups)), sizes),
            np.array([1 / many for _, _, many in groups], dtype=np.float32),
        )


def held_out_queries(
    sets: Sequence[TrainingSet], *, seed: int = 0, on_epoch: Callable[[], None] = lambda: None
) -> list[Vectors]:
    """Each set's questions, adapted by what was fitted without their fold."""
    adapted = [np.empty_like(one.queries) for one in sets]
    folds = [np.arange(len(one.gold)) * FOLDS // len(one.gold) for one in sets]
    for fold in range(FOLDS):
        rest = [np.flatnonzero(of != fold) for of in folds]
        adapter = fit_adapter(sets, questions=rest, seed=seed, on_epoch=on_epoch)
        for one, of, into in zip(sets, folds, adapted, strict=True):
            into[of == fold] = adapter(one.queries[of == fold])
    return adapted


def ndcg_10(one: TrainingSet, queries: Vectors) -> npt.NDArray[np.float64]:
    """nDCG@10 of each question when groups are ranked by their nearest passage, shape (n,)."""
    gains = 1 / np.log2(np.arange(2, 12))
    values = np.empty(len(one.gold))
    for place, (query, gold) in enumerate(zip(queries, one.gold, strict=True)):
        # Ten groups lie among the nearest passages; an article has its paragraphs and items.
        order = np.argsort(-(one.passages @ query), kind="stable")[:200]
        first = list(dict.fromkeys(one.groups[order][one.groups[order] >= 0].tolist()))[:10]
        found = sum(gain for gain, group in zip(gains, first, strict=False) if group in gold)
        values[place] = found / gains[: len(gold)].sum()
    return values
