"""``tiaowen-eval fit``: new weights from judged questions, beside the figures that say whether to take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from corpus.errors import InputError
from eval.bench.statutes import check_pair, read_statutes
from eval.console import err, number, out, progress_bar
from eval.datasets import SHIPPED_QUESTIONS, read_questions
from eval.fitting import (
    STRENGTHS,
    Observation,
    Part,
    Weights,
    current_weights,
    fit_confidence,
    fit_features,
    held_out_places,
    held_out_probabilities,
    observe_questions,
    observe_statutes,
    places_of_gold,
    probabilities,
    rankable,
    ranking_figures,
    refusal_figures,
    write_weights,
)
from service.settings import read_settings


def fit(
    part: Annotated[str, typer.Argument(help="confidence or features.")],
    questions: Annotated[
        list[Path] | None, typer.Argument(help="Question files, or folders of them. [default: the shipped questions]")
    ] = None,
    test: Annotated[
        list[Path] | None, typer.Option(help="Questions that are measured and never fitted on; repeatable.")
    ] = None,
    strength: Annotated[float, typer.Option(min=0.0, help="How near the weights stay to where they begin.")] = 0.3,
    refusal_weight: Annotated[
        float, typer.Option(min=0.0, help="What an unanswerable question counts against an answerable one.")
    ] = 2.0,
    data: Annotated[Path | None, typer.Option(help="Folder of the index. [default: TIAOWEN_DATA, else ./data]")] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Encoder that the index was built with. [default: TIAOWEN_ENCODER]")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="Write the weights in use with this part replaced. [default: print]")
    ] = None,
    statutes: Annotated[
        Path | None, typer.Option(help="For features, learn from these too: documents/, queries.jsonl and qrels.tsv.")
    ] = None,
    statutes_data: Annotated[Path | None, typer.Option(help="The index of the statutes.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the folds.")] = 0,
) -> None:
    """Fit the weights of confidence or of the features that order clauses; print figures held out and in sample.

    Fit the features first and use them before confidence, which looks at the clause that they put first.
    """
    if part not in ("confidence", "features"):
        raise InputError(f"{part!r} has no weights.", "Use confidence or features.")
    check_pair(statutes, statutes_data)
    learned, unseen = _observe([questions or [SHIPPED_QUESTIONS], test or []], data, encoder)
    if part == "confidence":
        weights = _confidence(learned, unseen, strength, refusal_weight, seed)
        chosen: Part = "confidence"
    else:
        laws = _observe_statutes(statutes, statutes_data, encoder) if statutes and statutes_data else []
        weights = _features(rankable(learned), rankable(laws), rankable(unseen), strength, seed)
        chosen = "features"
    _print_weights(current_weights(chosen), weights)
    if file is not None:
        write_weights(file, chosen, weights)
        err.print(f"the weights lie in {file}")


def _observe(files: Sequence[Sequence[Path]], data: Path | None, encoder: str | None) -> list[list[Observation]]:
    from service.engine import Engine

    defaults = read_settings()
    engine = Engine.open(data or defaults.data, encoder=encoder or defaults.encoder)
    asked = [read_questions(paths) if paths else [] for paths in files]
    with progress_bar() as bar:
        task = bar.add_task("questions", total=sum(map(len, asked)))
        seen = [observe_questions(some, engine, on_question=lambda: bar.advance(task)) for some in asked]
    for some, observed in zip(asked, seen, strict=True):
        if some:
            err.print(f"{len(observed)} of {len(some)} questions were looked for among the clauses.")
    return seen


def _observe_statutes(folder: Path, data: Path, encoder: str | None) -> list[Observation]:
    from service.engine import Engine

    statutes = read_statutes(folder)
    engine = Engine.open(data, encoder=encoder or read_settings().encoder)
    with progress_bar() as bar:
        task = bar.add_task("statutes", total=len(statutes.queries))
        return observe_statutes(statutes, engine, on_question=lambda: bar.advance(task))


def _confidence(
    learned: Sequence[Observation],
    unseen: Sequence[Observation],
    strength: float,
    refusal_weight: float,
    seed: int,
) -> Weights:
    table = Table("weights", "questions", "refusal precision", "refusal recall", "log loss")

    def row(name: str, over: str, sure: Sequence[float], observed: Sequence[Observation]) -> None:
        import numpy as np

        figures = refusal_figures(np.asarray(sure), observed)
        table.add_row(name, over, number(figures.precision), number(figures.recall), number(figures.log_loss))

    current = current_weights("confidence")
    weights = fit_confidence(learned, strength=strength, refusal_weight=refusal_weight)
    row("in use", "all", probabilities(current, learned).tolist(), learned)
    row("fitted", "in sample", probabilities(weights, learned).tolist(), learned)
    for value in dict.fromkeys([strength, *STRENGTHS]):
        held = held_out_probabilities(learned, strength=value, refusal_weight=refusal_weight, seed=seed)
        row(f"fitted, strength {value:g}", "held-out folds", held.tolist(), learned)
    if unseen:
        row("in use", "test", probabilities(current, unseen).tolist(), unseen)
        row("fitted", "test", probabilities(weights, unseen).tolist(), unseen)
    out.print(table)
    return weights


def _features(
    learned: Sequence[Observation],
    laws: Sequence[Observation],
    unseen: Sequence[Observation],
    strength: float,
    seed: int,
) -> Weights:
    table = Table("weights", "questions", "Success@1", "Recall@5")

    def row(name: str, over: str, places: Sequence[int]) -> None:
        figures = ranking_figures(places)
        table.add_row(name, over, number(figures.success_1), number(figures.recall_5))

    current = current_weights("features")
    both = [*learned, *laws]
    weights = fit_features(both, strength=strength)
    of_each = [("questions", learned), ("statutes", laws)] if laws else [("questions", learned)]
    for name, some in of_each:
        row("in use", name, places_of_gold(current, some))
        row("fitted", f"{name}, in sample", places_of_gold(weights, some))
    for value in dict.fromkeys([strength, *STRENGTHS]):
        held = held_out_places(both, strength=value, seed=seed)
        row(f"fitted, strength {value:g}", "questions, held-out folds", held[: len(learned)])
        if laws:
            row(f"fitted, strength {value:g}", "statutes, held-out folds", held[len(learned) :])
    if unseen:
        row("in use", "test", places_of_gold(current, unseen))
        row("fitted", "test", places_of_gold(weights, unseen))
    out.print(table)
    return weights


def _print_weights(current: Weights, fitted: Weights) -> None:
    table = Table("weight", "in use", "fitted")
    for name in dict.fromkeys([*current, *fitted]):
        cells = [f"{weights[name]:.2f}" if name in weights else "–" for weights in (current, fitted)]
        table.add_row(name, *cells)
    out.print(table)
