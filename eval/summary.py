"""From scores of single questions to the figures of a run: overall, and by type, language and document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.measures import bootstrap_interval, mean, percentile
from eval.scoring import QuestionScores

Grouping = Callable[[QuestionScores], Iterable[str]]


@dataclass(frozen=True, slots=True)
class FigureInfo:
    """What a figure is called, what it says, and whether more is better."""

    name: str
    label: str
    meaning: str
    more_is_better: bool = True


FIGURES = {
    info.name: info
    for info in (
        FigureInfo("success@1", "Success@1", "The first citation is a gold clause."),
        FigureInfo("recall@5", "Recall@5", "A gold clause is among the first five citations and related clauses."),
        FigureInfo("lead_body", "Lead body", "The lead body asked for is named, and no wrong one."),
        FigureInfo("bodies", "Bodies", "The bodies of the role asked for are named, and no wrong one."),
        FigureInfo("bodies_exact", "Bodies exact", "Lead, supporting and sharing bodies are all there, and no other."),
        FigureInfo("answer_string", "Answer text", "The gold answer stands in the quotes, the statements or the text."),
        FigureInfo("value_and_unit", "Value and unit", "The number and its unit are stated or highlighted."),
        FigureInfo("citation_precision", "Citation precision", "Share of citations that are gold, rule or acceptable."),
        FigureInfo("citation_recall", "Citation recall", "Share of gold clauses that are cited."),
        FigureInfo("refusal_right", "Answer or refusal", "Answered what can be answered, refused what cannot."),
        FigureInfo("refusal_precision", "Refusal precision", "Share of refusals that are right."),
        FigureInfo("refusal_recall", "Refusal recall", "Share of unanswerable questions that are refused."),
        FigureInfo("language", "Language", "The answer is in the language of the question."),
        FigureInfo("wrong_region", "Wrong region", "A citation is from another region than the one named.", False),
        FigureInfo(
            "unsupported_statements", "No support", "Share of statements that their citations do not carry.", False
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over ``count`` questions with its 95 % bootstrap interval."""

    name: str
    value: float
    low: float
    high: float
    count: int


def figure(name: str, values: Sequence[float], *, seed: int = 0) -> Figure:
    """The mean of ``values`` with its interval."""
    low, high = bootstrap_interval(values, seed=seed)
    return Figure(name, mean(values), low, high, len(values))


def summarise(scores: Iterable[QuestionScores], *, seed: int = 0) -> dict[str, Figure]:
    """Every figure that at least one question has, in the order of ``FIGURES``."""
    scores = list(scores)
    values: dict[str, list[float]] = {name: [] for name in FIGURES}
    for score in scores:
        for name, value in score.values.items():
            values[name].append(value)
    values["refusal_precision"] = [float(not s.question.answerable) for s in scores if s.answer.refused]
    values["refusal_recall"] = [float(s.answer.refused) for s in scores if not s.question.answerable]
    return {name: figure(name, found, seed=seed) for name, found in values.items() if found}


def by_type(score: QuestionScores) -> Iterable[str]:
    """The group of a question's type."""
    return (score.question.type,)


def by_language(score: QuestionScores) -> Iterable[str]:
    """The group of a question's language."""
    return (score.question.lang,)


def by_document(score: QuestionScores) -> Iterable[str]:
    """The groups of the documents that answer a question; none for an unanswerable one."""
    return dict.fromkeys(gold.document_id for gold in score.question.gold)


GROUPINGS: Mapping[str, Grouping] = {"type": by_type, "language": by_language, "document": by_document}


def summarise_groups(
    scores: Sequence[QuestionScores], grouping: Grouping, *, seed: int = 0
) -> dict[str, dict[str, Figure]]:
    """Group -> figures, groups in order of first occurrence."""
    groups: dict[str, list[QuestionScores]] = {}
    for score in scores:
        for group in grouping(score):
            groups.setdefault(group, []).append(score)
    return {group: summarise(members, seed=seed) for group, members in groups.items()}


def is_right(score: QuestionScores) -> bool:
    """Whether an answer is right as a whole: the first citation, the answer text and the bodies, as far as judged.

    A refusal is right where nothing answers.
    """
    if not score.question.answerable:
        return score.answer.refused
    judged = ("success@1", "answer_string", "bodies")
    return all(score.values.get(name, 1.0) == 1.0 for name in judged)


def latencies(scores: Sequence[QuestionScores]) -> dict[str, tuple[float, float, float]]:
    """Stage -> 50th, 95th and 99th percentile in milliseconds; ``total`` first."""
    stages: dict[str, list[float]] = {"total": [score.answer.took_ms for score in scores]}
    for score in scores:
        for stage, took_ms in score.answer.stages_ms.items():
            stages.setdefault(stage, []).append(took_ms)
    return {
        stage: (percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99))
        for stage, times in stages.items()
        if times
    }
