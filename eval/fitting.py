"""Fit the weights of ranking and of confidence on judged questions, and say how they do on questions they never saw.

Two models, both small enough to be read: the confidence that an answer is right is a logistic model over the signals of
``service.signals``, the order of clauses a softmax over the features of ``service.ranking``. A few hundred questions
cannot settle twenty weights alone, so each weight begins at a prior that was written from what the signal means, and
moves as far as the questions insist; none may take the sign that its meaning forbids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from corpus.errors import InputError
from eval.bench.statutes import Statutes, article_of
from eval.datasets import Question
from service.confidence import ANSWER_FROM
from service.finding import FOCUSED
from service.ranking import add_focus, ranking_weights

if TYPE_CHECKING:
    from service.engine import Engine, Sight

Part = Literal["confidence", "features"]
Numbers = npt.NDArray[np.float64]
Weights = Mapping[str, float]

BIAS = "bias"
FOLDS = 8
REPEATS = 3
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0)
_SMALLEST_SCALE = 0.3  # a signal that hardly ever differs from zero is held to its prior all the same
_LATE = ("focus", "suits")  # features that only the head of a ranking has


@dataclass(frozen=True, slots=True)
class Prior:
    """Where a weight begins and which sign it may take: 1, -1, or 0 for either."""

    weight: float
    sign: int = 0


CONFIDENCE_PRIOR: Mapping[str, Prior] = {
    BIAS: Prior(1.5),  # most of what people ask of an archive is in it
    "coverage": Prior(0.5, 1),  # a clause that has the topic
    "focus": Prior(1.5, 1),  # the words that would answer have it: nearer to the point than the whole clause
    "cosine": Prior(0.0),  # even a question about nothing here has a nearest clause
    "known": Prior(2.5, 1),  # the index knows the question's words
    "elsewhere": Prior(-5.0, -1),  # another region has the topic and this one has not: the commonest trap
    "suits": Prior(1.0, 1),  # a number, a date or a body stands there when one is asked for
    "result": Prior(-6.0, -1),  # plans say what shall be, not what came of it
    "unit": Prior(-5.0, -1),  # nothing is counted in the unit that is asked for
    "asked": Prior(-2.5, -1),  # the thing whose number is wanted is not there
    "asked_here": Prior(-1.5, -1),  # it is, but not beside the number
    "low": Prior(-2.0, -1),  # hardly any of the topic is there
    "detail": Prior(-5.0, -1),  # names and telephone numbers of people stand in no policy
    "year": Prior(0.8, 1),  # the signal is -1 where the years disagree
    "quoted": Prior(-0.8, -1),  # a name in quotation marks is meant literally
    "missing_known": Prior(-0.3, -1),  # a word that other clauses have may have been said otherwise here
    "missing_unknown": Prior(-1.2, -1),  # a word that no clause has is likely to be off the subject
    "missing_most": Prior(-2.5, -1),  # the weightiest word that is missing counts by itself
    "english": Prior(-0.8, -1),  # a translation covers words by chance
    "empty": Prior(-2.0, -1),  # nothing is asked about
}
"""A signal that is not listed begins at zero and may take either sign."""

FEATURE_PRIOR: Mapping[str, Prior] = {
    "fused": Prior(1.0, 1),  # what both indices say, in spreads
    "coverage": Prior(4.0, 1),  # from nothing to all of the topic is worth more than any spread of scores
    "heading": Prior(1.0, 1),
    "intent": Prior(0.8, 1),  # the facts that are asked for stand there
    "year": Prior(0.8, 1),
    "focus": Prior(2.0, 1),
    "suits": Prior(0.6, 1),
    "aside": Prior(-1.0, -1),  # titles, preambles and signatures repeat the topic and say nothing of it
    "bare_heading": Prior(-0.5, -1),
    "section": Prior(5.0, 1),  # the heading announces what is asked for
    "length": Prior(0.0),
}
"""Written before anything was fitted, so that held-out figures owe nothing to weights that saw the questions."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that was ranked: whether it is gold, and its features, those of the head included."""

    relevant: bool
    features: Weights


@dataclass(frozen=True, slots=True)
class Observation:
    """One judged question as the engine sees it.

    Attributes:
        group: Questions about the same clauses share it, and never stand on both sides of a fold.
        signals: Empty where the engine found no candidate.
    """

    id: str
    group: str
    answerable: bool
    signals: Weights
    candidates: tuple[Candidate, ...]


def observe_questions(
    questions: Iterable[Question], engine: Engine, *, on_question: Callable[[], None] = lambda: None
) -> list[Observation]:
    """What the engine sees of each question; those that it settles without looking for clauses are left out."""
    observed: list[Observation] = []
    for question in questions:
        sight = engine.observe(question.question, question.history, question.filters)
        on_question()
        gold = {clause.clause_id for clause in question.gold}
        observed += _observation(question.id, question.answerable, sight, gold, lambda clause_id: clause_id)
    return observed


def observe_statutes(
    statutes: Statutes, engine: Engine, *, on_question: Callable[[], None] = lambda: None
) -> list[Observation]:
    """What the engine sees of questions that are judged by article: every clause of a relevant article is gold."""
    observed: list[Observation] = []
    for query, text in statutes.queries.items():
        sight = engine.observe(text)
        on_question()
        gold = {article for article, grade in statutes.qrels[query].items() if grade > 0}
        observed += _observation(query, True, sight, gold, article_of)
    return observed


def _observation(
    name: str, answerable: bool, sight: Sight | None, gold: Set[str], judged: Callable[[str], str | None]
) -> list[Observation]:
    """One observation, or none where nothing was found; ``judged`` gives what of a clause id the gold names."""
    if sight is None or not sight.ranked:
        return []
    # The engine looks closely at the head alone; other weights may have put another clause there.
    late = [one for one in sight.ranked if "focus" not in one.features]
    add_focus(late, sight.question.interpretation, sight.question.weights)
    candidates = tuple(Candidate(judged(one.clause.id) in gold, dict(one.features)) for one in sight.ranked)
    return [Observation(name, min(gold, default=name), answerable, dict(sight.signals), candidates)]


# -- confidence ------------------------------------------------------------------------------------------------------


def signal_names(observed: Sequence[Observation]) -> list[str]:
    """The signals that were seen, in their order."""
    return list(dict.fromkeys(name for one in observed for name in one.signals))


def probabilities(weights: Weights, observed: Sequence[Observation]) -> Numbers:
    """Confidence in each answer, shape (n,)."""
    names = [name for name in weights if name != BIAS]
    total = _matrix(observed, names) @ np.array([weights[name] for name in names]) + weights[BIAS]
    return _sigmoid(total)


def fit_confidence(
    observed: Sequence[Observation],
    *,
    prior: Mapping[str, Prior] = CONFIDENCE_PRIOR,
    strength: float = 0.3,
    refusal_weight: float = 2.0,
) -> dict[str, float]:
    """The likeliest weights under the prior (maximum a posteriori).

    Args:
        observed: Judged questions of both kinds.
        prior: Of each signal; of one that is not named, zero and either sign.
        strength: Of the prior; with more the weights stay nearer to it.
        refusal_weight: What an unanswerable question counts against an answerable one. A wrong answer costs the reader
            more than a missing one, and there are fewer such questions.

    Raises:
        InputError: If all are of one kind.
    """
    answerable = np.array([one.answerable for one in observed], dtype=np.float64)
    if not 0 < answerable.sum() < len(observed):
        raise InputError(
            "Confidence needs answerable and unanswerable questions.", "Add files with the other kind of question."
        )
    names = signal_names(observed)
    given = [prior.get(name, Prior(0.0)) for name in (BIAS, *names)]
    signals = np.column_stack([np.ones(len(observed)), _matrix(observed, names)])
    start = np.array([one.weight for one in given])
    counts = np.where(answerable == 1, 1.0, refusal_weight) / len(observed)
    # A weight moves in units of its signal's spread; the bias moves freely.
    scale = strength * 0.2 * np.maximum(_SMALLEST_SCALE, signals.std(axis=0)) ** 2
    scale[0] = strength * 0.02

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total = signals @ weights
        away = weights - start
        # log(1 + e^z) - y z is the logistic loss, without overflow.
        value = float((counts * (np.logaddexp(0.0, total) - answerable * total)).sum() + (scale * away**2).sum())
        slope: Numbers = signals.T @ (counts * (_sigmoid(total) - answerable)) + 2 * scale * away
        return value, slope

    return dict(zip((BIAS, *names), _minimise(loss, start, [one.sign for one in given]), strict=True))


@dataclass(frozen=True, slots=True)
class RefusalFigures:
    """How well confidence parts the answerable from the unanswerable.

    Attributes:
        precision: Of those refused, how many are unanswerable; 1 where none is refused.
        recall: Of the unanswerable, how many are refused.
        log_loss: Mean of the natural logarithm; lower is better.
    """

    precision: float
    recall: float
    log_loss: float


def refusal_figures(
    sure: Numbers, observed: Sequence[Observation], *, threshold: float = ANSWER_FROM
) -> RefusalFigures:
    """Judge confidences against what is answerable."""
    answerable = np.array([one.answerable for one in observed], dtype=bool)
    refused = sure < threshold
    right = int((refused & ~answerable).sum())
    clipped = np.clip(np.where(answerable, sure, 1 - sure), 1e-12, 1.0)
    return RefusalFigures(
        right / int(refused.sum()) if refused.any() else 1.0,
        right / int((~answerable).sum()) if (~answerable).any() else 1.0,
        float(-np.log(clipped).mean()),
    )


def held_out_probabilities(
    observed: Sequence[Observation], *, strength: float, refusal_weight: float = 2.0, seed: int = 0
) -> Numbers:
    """Confidence in each answer by weights that were fitted without its fold, averaged over ``REPEATS`` divisions."""
    total = np.zeros(len(observed))
    for repeat in range(REPEATS):
        for fold in split_folds(observed, FOLDS, seed=seed + repeat):
            rest = [one for place, one in enumerate(observed) if place not in fold]
            weights = fit_confidence(rest, strength=strength, refusal_weight=refusal_weight)
            places = sorted(fold)
            total[places] += probabilities(weights, [observed[place] for place in places])
    return total / REPEATS


# -- order of clauses ------------------------------------------------------------------------------------------------


def rankable(observed: Sequence[Observation]) -> list[Observation]:
    """Those of whose candidates one is gold; the order of the others cannot be judged."""
    return [one for one in observed if any(candidate.relevant for candidate in one.candidates)]


def fit_features(
    observed: Sequence[Observation], *, prior: Mapping[str, Prior] = FEATURE_PRIOR, strength: float = 0.3
) -> dict[str, float]:
    """Weights under which the gold clauses take the most of a softmax over each question's candidates.

    Args:
        observed: Questions with a gold candidate.
        prior: Of each feature; of one that is not named, zero and either sign.
        strength: Of the prior; with more the weights stay nearer to it.

    Raises:
        InputError: If no question has a gold candidate.
    """
    usable = rankable(observed)
    if not usable:
        raise InputError(
            "No question has a gold clause among its candidates.", "Check that the index is the right one."
        )
    names = list(dict.fromkeys(name for one in usable for c in one.candidates for name in c.features))
    given = [prior.get(name, Prior(0.0)) for name in names]
    tables = [np.array([[c.features.get(name, 0.0) for name in names] for c in one.candidates]) for one in usable]
    gold = [np.array([c.relevant for c in one.candidates]) for one in usable]
    begin = np.array([one.weight for one in given])
    spread = np.maximum(_SMALLEST_SCALE, np.concatenate(tables).std(axis=0))
    scale = strength * 0.02 * spread**2

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        away = weights - begin
        value, slope = float((scale * away**2).sum()), 2 * scale * away
        for table, relevant in zip(tables, gold, strict=True):
            scores = table @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            of_gold = float(share[relevant].sum())
            wanted = np.where(relevant, share / max(of_gold, 1e-300), 0.0)
            value -= float(np.log(max(of_gold, 1e-300))) / len(tables)
            slope = slope + table.T @ (share - wanted) / len(tables)
        return value, slope

    return dict(zip(names, _minimise(loss, begin, [one.sign for one in given]), strict=True))


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Share of questions with a gold clause first, and among the first five."""

    success_1: float
    recall_5: float


def places_of_gold(weights: Weights, observed: Sequence[Observation]) -> list[int]:
    """1-based rank of each question's best gold candidate, ranked in two steps as the engine does."""
    early = {name: weight for name, weight in weights.items() if name not in _LATE}
    places = []
    for one in observed:
        rough = sorted(one.candidates, key=lambda c: -_score(early, c))
        head = sorted(rough[:FOCUSED], key=lambda c: -_score(weights, c))
        order = [*head, *rough[FOCUSED:]]
        places.append(next(place for place, candidate in enumerate(order, 1) if candidate.relevant))
    return places


def ranking_figures(places: Sequence[int]) -> RankingFigures:
    """Figures of some ranks."""
    ranks = np.array(places)
    return RankingFigures(float((ranks == 1).mean()), float((ranks <= 5).mean()))


def held_out_places(
    observed: Sequence[Observation], *, strength: float, prior: Mapping[str, Prior] = FEATURE_PRIOR, seed: int = 0
) -> list[int]:
    """Ranks of gold under weights that were fitted without the question's fold."""
    places = [0] * len(observed)
    for fold in split_folds(observed, FOLDS, seed=seed):
        weights = fit_features(
            [one for place, one in enumerate(observed) if place not in fold], prior=prior, strength=strength
        )
        for place in fold:
            (places[place],) = places_of_gold(weights, [observed[place]])
    return places


# -- what both need --------------------------------------------------------------------------------------------------


def split_folds(observed: Sequence[Observation], folds: int, *, seed: int) -> list[frozenset[int]]:
    """Disjoint sets of places that make up all: groups whole, both kinds spread evenly.

    Raises:
        InputError: If there are fewer groups of either kind that is there than folds.
    """
    chance = np.random.default_rng(seed)
    parts: list[set[int]] = [set() for _ in range(folds)]
    for kind in (True, False):
        groups: dict[str, list[int]] = {}
        for place, one in enumerate(observed):
            if one.answerable is kind:
                groups.setdefault(one.group, []).append(place)
        if groups and len(groups) < folds:
            name = "answerable" if kind else "unanswerable"
            raise InputError(f"{len(groups)} different {name} questions make no {folds} folds.", "Add questions.")
        names = sorted(groups)
        for turn, at in enumerate(chance.permutation(len(names))):
            parts[turn % folds].update(groups[names[int(at)]])
    return [frozenset(part) for part in parts]


def current_weights(part: Part) -> Weights:
    """The weights in use."""
    return ranking_weights()[part]


def write_weights(path: Path, part: Part, weights: Weights) -> None:
    """Write the weights in use with one part replaced, rounded to two digits."""
    shipped = json.loads((resources.files("service") / "data" / "ranking.json").read_text(encoding="utf-8"))
    shipped[part] = {name: round(value, 2) + 0.0 for name, value in weights.items()}
    path.write_text(json.dumps(shipped, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _matrix(observed: Sequence[Observation], names: Sequence[str]) -> Numbers:
    return np.array([[one.signals.get(name, 0.0) for name in names] for one in observed]).reshape(-1, len(names))


def _sigmoid(total: Numbers) -> Numbers:
    result: Numbers = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return result


def _score(weights: Weights, candidate: Candidate) -> float:
    return sum(weight * candidate.features.get(name, 0.0) for name, weight in weights.items())


def _minimise(loss: Callable[[Numbers], tuple[float, Numbers]], start: Numbers, signs: Sequence[int]) -> list[float]:
    bounds = [(0.0 if sign > 0 else None, 0.0 if sign < 0 else None) for sign in signs]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    return [float(value) for value in found.x]
