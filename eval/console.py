"""How the harness prints: tables to standard output, bars and messages to standard error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from eval.clauses import ClauseScores, Ratio
from eval.experiment import Results
from eval.measures import mean
from eval.summary import FIGURES, Figure, latencies, summarise

out = Console(soft_wrap=False, highlight=False)
err = Console(stderr=True, highlight=False)


def progress_bar() -> Progress:
    """A bar on standard error that leaves with the work."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def number(value: float, digits: int = 3) -> str:
    """``value`` rounded, or a dash for none."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def print_clause_scores(scores: ClauseScores, *, show: int) -> None:
    """Precision and recall of a parse, and the first ``show`` misses."""
    table = Table("", "precision", "recall", "right", "parsed", "gold")

    def row(name: str, ratio: Ratio) -> None:
        counts = (str(ratio.hits), str(ratio.found), str(ratio.wanted))
        table.add_row(name, number(ratio.precision), number(ratio.recall), *counts)

    row("clauses (same path, same text)", scores.units)
    for kind, ratio in scores.kinds.items():
        row(f"{kind} units", ratio)
    row("duties (same clause, same bodies)", scores.duties)
    out.print(table)
    exact, judged = scores.clauses_with_exact_duties
    out.print(f"clauses with exactly the gold duties: {exact} of {judged}")
    for document in scores.missing_documents:
        err.print(f"{document} is in the gold and not in the parse.", style="yellow")
    for line in scores.wrong[:show]:
        err.print(line, markup=False)
    if len(scores.wrong) > show:
        err.print(f"… and {len(scores.wrong) - show} more; see them with --show {len(scores.wrong)}.")


def print_results(results: Results, *, measures: Sequence[str]) -> None:
    """The figures of a run: of its answers, then of each system."""
    if results.scores:
        _print_answers(results)
    if results.systems:
        table = Table("system", *measures, "questions", title="Retrieval")
        for name, system in results.systems.items():
            values = [list(system.values[measure].values()) for measure in system.values]
            table.add_row(name, *(number(mean(found)) for found in values), str(len(values[0]) if values else 0))
        out.print(table)


def _print_answers(results: Results) -> None:
    figures = summarise(results.scores)
    table = Table("figure", "value", "95 %", "questions", title="Answers")
    for name, found in figures.items():
        table.add_row(FIGURES[name].label, number(found.value), interval(found), str(found.count))
    out.print(table)
    refused = [score for score in results.scores if score.answer.refused]
    right = sum(not score.question.answerable for score in refused)
    unanswerable = sum(not score.question.answerable for score in results.scores)
    out.print(
        f"Success@1 {share(figures, 'success@1')}, Recall@5 {share(figures, 'recall@5')}, "
        f"lead body {share(figures, 'lead_body')}, "
        f"refusals right {right} of {unanswerable}, wrong {len(refused) - right} "
        f"of {len(results.scores) - unanswerable}"
    )
    times = latencies(results.scores)["total"]
    out.print(f"answers took p50 {times[0]:.1f} ms, p95 {times[1]:.1f} ms, p99 {times[2]:.1f} ms")


def interval(found: Figure) -> str:
    """The interval of a figure in words."""
    return f"{number(found.low)} to {number(found.high)}"


def share(figures: Mapping[str, Figure], name: str) -> str:
    """A rate with its counts: ``0.912 (83 of 91)``."""
    found = figures.get(name)
    if found is None:
        return "–"
    return f"{number(found.value)} ({round(found.value * found.count)} of {found.count})"
