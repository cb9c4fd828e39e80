"""How the harness prints: tables to standard output, bars and messages to standard error."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from eval.clauses import ClauseScores, Ratio
from eval.comparison import Comparison
from eval.datasets import Question
from eval.experiment import Results
from eval.gate import Verdict
from eval.lint import Problem
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
        err.print(line, markup=False, soft_wrap=True)
    if len(scores.wrong) > show:
        err.print(f"… and {len(scores.wrong) - show} more; see them with --show {len(scores.wrong)}.")


def print_results(results: Results, *, measures: Sequence[str]) -> None:
    """The figures of a run: of its answers, then of each system."""
    if results.scores:
        _print_answers(results)
    if results.systems:
        count = max((len(v) for system in results.systems.values() for v in system.values.values()), default=0)
        columns = [Column(name, no_wrap=True) for name in ("system", *measures)]
        table = Table(*columns, title=f"Retrieval, {count} questions")
        for name, system in results.systems.items():
            table.add_row(name, *(number(mean(list(system.values[measure].values()))) for measure in system.values))
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
        f"of {len(results.scores) - unanswerable}",
        soft_wrap=True,
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


def print_rankings(values: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    """Name of a run -> measure -> query -> value, as means."""
    measures = list(next(iter(values.values()), {}))
    table = Table("run", *measures, "queries")
    for name, by_measure in values.items():
        counts = {len(by_query) for by_query in by_measure.values()}
        table.add_row(
            name, *(number(mean(list(v.values())), 4) for v in by_measure.values()), str(max(counts, default=0))
        )
    out.print(table)


def print_problems(problems: Sequence[Problem], questions: Sequence[Question]) -> None:
    """Every fault on a line, then what the questions are made of."""
    for problem in problems:
        out.print(str(problem), markup=False, soft_wrap=True)
    types, languages = Counter(q.type for q in questions), Counter(q.lang for q in questions)
    unanswerable = sum(not q.answerable for q in questions)
    for counts in (types, languages):
        err.print(", ".join(f"{name} {count}" for name, count in counts.most_common()))
    err.print(
        f"{len(questions)} questions, {unanswerable / len(questions):.0%} of them unanswerable: "
        f"{len({p.question_id for p in problems})} with faults"
    )


def print_comparison(comparison: Comparison, *, show: int) -> None:
    """Figures side by side, then the questions that turned."""
    table = Table("figure", "first", "second", "change", "p", "better", "worse", "same")
    for c in comparison.contrasts:
        table.add_row(
            c.name,
            number(c.first),
            number(c.second),
            f"{c.second - c.first:+.3f}",
            f"{c.p_value:.4f}",
            str(c.wins),
            str(c.losses),
            str(c.ties),
        )
    out.print(table)
    if comparison.only_first or comparison.only_second:
        err.print(
            f"left out: {comparison.only_first} queries of the first alone, {comparison.only_second} of the second."
        )
    for turn in comparison.turns[:show]:
        out.print(f"\n{turn.question}", style="bold", markup=False)
        out.print(f"  {turn.question_id}, {turn.name}: {turn.first:.2f} -> {turn.second:.2f}", markup=False)
        for label, clauses in (("gold", turn.gold), ("first", turn.returned_first), ("second", turn.returned_second)):
            out.print(f"  {label}: {', '.join(clauses) or 'nothing'}", markup=False)
    if len(comparison.turns) > show:
        err.print(
            f"… and {len(comparison.turns) - show} more that turned; see them with --show {len(comparison.turns)}."
        )


def print_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Every expectation with what came out."""
    table = Table("figure", "expected", "tolerance", "got", "")
    command = None
    for verdict in verdicts:
        if verdict.command != command:
            command = verdict.command
            table.add_section()
            table.add_row(command)
        wanted = verdict.expectation
        got = "missing" if verdict.got is None else number(verdict.got, 4)
        style = None if verdict.passed else "bold red"
        outcome = "ok" if verdict.passed else "WORSE"
        table.add_row(wanted.figure, number(wanted.value, 4), number(wanted.tolerance, 4), got, outcome, style=style)
    out.print(table)
    failed = sum(not verdict.passed for verdict in verdicts)
    err.print(f"{len(verdicts) - failed} of {len(verdicts)} figures hold")
