"""``tiaowen-eval``: measure an index, a parse, or a run made elsewhere."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import InputError, TiaowenError
from eval import judging
from eval.adapting_cli import adapt_queries
from eval.bench.cli import bench
from eval.clauses import compare_units, read_units
from eval.comparison import compare_folders, compare_rankings
from eval.console import (
    err,
    out,
    print_clause_scores,
    print_comparison,
    print_problems,
    print_rankings,
    print_results,
    print_verdicts,
    progress_bar,
)
from eval.datasets import SHIPPED_DOCUMENTS, SHIPPED_QUESTIONS, is_beir, read_beir, read_qrels, read_questions
from eval.experiment import Results, read_results
from eval.feedback import questions_from_feedback, write_questions
from eval.fitting_cli import fit
from eval.gate import check as check_baselines
from eval.gate import read_baselines
from eval.lint import lint_questions, read_library
from eval.measures import DEFAULT_MEASURES, measure_queries, parse_measure
from eval.report import write_report
from eval.running import RunSettings, run_beir, run_questions
from eval.runs import read_run
from eval.systems import check_names
from service.feedback import FILE as FEEDBACK_FILE
from service.feedback import FeedbackStore
from service.settings import read_settings

HERE = Path(__file__).parent
BASELINES = HERE / "baselines.yaml"

app = typer.Typer(
    name="tiaowen-eval",
    help="Is it good, and did it get worse?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(bench, name="bench")
app.command()(fit)
app.command("adapt")(adapt_queries)

QuestionPaths = Annotated[
    list[Path] | None,
    typer.Argument(help="Question files, folders of them, or one BEIR folder. [default: the shipped questions]"),
]
Data = Annotated[Path | None, typer.Option(help="Folder of the index. [default: TIAOWEN_DATA, else ./data]")]
Encoder = Annotated[str | None, typer.Option(help="Encoder that the index was built with. [default: TIAOWEN_ENCODER]")]
Measures = Annotated[str, typer.Option(help="Measures of rankings, commas between.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of whatever is drawn.")]
DEFAULTS = ",".join(DEFAULT_MEASURES)


@app.command()
def run(
    questions: QuestionPaths = None,
    systems: Annotated[str, typer.Option(help="bm25, dense, hybrid, hybrid+rerank; commas between.")] = "hybrid",
    answers: Annotated[bool, typer.Option(help="Ask for answers too, and judge them.")] = True,
    measures: Measures = DEFAULTS,
    data: Data = None,
    encoder: Encoder = None,
    reranker: Annotated[str | None, typer.Option(help="Cross-encoder for hybrid+rerank, by name or path.")] = None,
    split: Annotated[str, typer.Option(help="Split of a BEIR folder.")] = "test",
    report: Annotated[Path | None, typer.Option(help="Write a page about it: .html or .md.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder of the run. [default: one in eval-runs, by its conditions]")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of going on.")] = False,
    seed: Seed = 0,
) -> None:
    """Ask questions, judge the answers and the rankings, and print the figures."""
    wanted = _measures(measures)
    defaults = read_settings()
    settings = RunSettings(
        data=data or defaults.data,
        encoder=encoder or defaults.encoder,
        systems=check_names([name.strip() for name in systems.split(",") if name.strip()]),
        answers=answers,
        measures=tuple(wanted),
        reranker=reranker,
        out=folder,
        fresh=fresh,
        seed=seed,
    )
    paths = questions or [SHIPPED_QUESTIONS]
    if len(paths) == 1 and is_beir(paths[0]):
        results, _ = run_beir(read_beir(paths[0], split=split), paths[0].resolve().name, settings)
    else:
        results, _ = run_questions(read_questions(paths), settings)
    print_results(results, measures=wanted)
    if report is not None:
        write_report(report, results)
        err.print(f"the report lies in {report}")


def _measures(text: str) -> list[str]:
    return [parse_measure(name).name for name in text.split(",") if name.strip()]


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    page: Annotated[Path, typer.Argument(help="The page to write: .html or .md.")],
) -> None:
    """Write a page about a run that lies in a folder."""
    write_report(page, read_results(folder))
    err.print(f"the report lies in {page}")


@app.command()
def clauses(
    gold: Annotated[Path, typer.Argument(help="Clauses that readers marked, as JSON Lines.")],
    parsed: Annotated[Path, typer.Argument(help="What 'tiaowen parse … --jsonl' printed.")],
    show: Annotated[int, typer.Option(min=0, help="Misses that are printed.")] = 20,
) -> None:
    """Precision and recall of parsed clauses and of the duties in them."""
    print_clause_scores(compare_units(read_units(gold), read_units(parsed)), show=show)


@app.command()
def lint(
    questions: QuestionPaths = None,
    documents: Annotated[
        list[Path] | None, typer.Option(help="Folder of documents; repeatable. [default: the shipped ones]")
    ] = None,
) -> None:
    """Find questions that are broken or test nothing; status 2 where there are any."""
    asked = read_questions(questions or [SHIPPED_QUESTIONS])
    with progress_bar() as bar:
        bar.add_task("parsing the documents", total=None)
        library = read_library(documents or [SHIPPED_DOCUMENTS])
    problems = lint_questions(asked, library)
    print_problems(problems, asked)
    if problems:
        raise typer.Exit(2)


@app.command()
def measure(
    qrels: Annotated[Path, typer.Argument(help="TREC qrels: query 0 document grade.")],
    runs: Annotated[list[Path], typer.Argument(help="TREC run files.")],
    measures: Measures = DEFAULTS,
) -> None:
    """Measure run files made anywhere against qrels."""
    judged = read_qrels(qrels)
    wanted = [parse_measure(name) for name in _measures(measures)]
    print_rankings({str(file): measure_queries(judged, read_run(file), wanted) for file in runs})


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Folder of a run, or a TREC run file.")],
    second: Annotated[Path, typer.Argument(help="Another over the same questions.")],
    qrels: Annotated[Path | None, typer.Option(help="TREC qrels; needed for TREC run files.")] = None,
    measures: Measures = DEFAULTS,
    show: Annotated[int, typer.Option(min=0, help="Questions that turned, printed.")] = 20,
    seed: Seed = 0,
) -> None:
    """Say what changed between two runs, and whether chance alone would do it."""
    if first.is_dir() and second.is_dir():
        comparison = compare_folders(first, second, seed=seed)
    elif qrels is None:
        raise InputError(f"{first} and {second} are not both folders of runs.", "For TREC run files add --qrels FILE.")
    else:
        comparison = compare_rankings(
            read_qrels(qrels), read_run(first), read_run(second), _measures(measures), seed=seed
        )
    print_comparison(comparison, show=show)


@app.command()
def check(
    baselines: Annotated[Path, typer.Argument(help="Commands and the figures they must give.")] = BASELINES,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the index. [default: one built of the shipped documents]")
    ] = None,
    documents: Annotated[
        list[Path] | None, typer.Option(help="Folder of documents to build it of; repeatable.")
    ] = None,
) -> None:
    """Run the commands of a baselines file again; status 1 where a figure is worse than its tolerance allows."""
    expected = read_baselines(baselines)
    with tempfile.TemporaryDirectory(prefix="tiaowen-check-") as scratch:
        index = data or _built(documents or [SHIPPED_DOCUMENTS], Path(scratch) / "data")
        number = 0

        def rerun(arguments: list[str]) -> Results:
            nonlocal number
            number += 1
            kept = Path(scratch) / f"run-{number}"
            typer.main.get_command(app).main(
                [*arguments, "--data", str(index), "--out", str(kept)], prog_name="tiaowen-eval", standalone_mode=False
            )
            return read_results(kept)

        verdicts = check_baselines(expected, rerun)
    print_verdicts(verdicts)
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(1)


def _built(folders: Sequence[Path], data: Path) -> Path:
    from indexer.build import build_index
    from indexer.encoder import open_encoder

    with progress_bar() as bar:
        task = bar.add_task("building the index", total=None)
        build_index(
            folders,
            data,
            encoder=open_encoder(read_settings().encoder, data=data),
            progress=lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total),
        )
    return data


@app.command()
def judge(
    folders: Annotated[list[Path], typer.Argument(help="Folders of runs over the same questions.")],
    qrels: Annotated[Path, typer.Option(help="TREC qrels file that grows.")] = Path("judgements.qrels"),
    depth: Annotated[int, typer.Option(min=1, help="Clauses taken from each ranking.")] = 10,
    seed: Seed = 0,
) -> None:
    """Judge what runs returned, one clause at a time; stop with q and go on another day."""
    candidates = judging.pool(
        [read_results(folder) for folder in folders], judging.read_judged(qrels), depth=depth, seed=seed
    )
    choices = {**judging.GRADES, judging.SKIP: "skip", judging.QUIT: "stop"}
    left = len(candidates)

    def ask(candidate: judging.Candidate) -> str:
        nonlocal left
        out.rule(f"{left} left", style="dim")
        out.print(candidate.question, style="bold", markup=False)
        out.print(candidate.document, style="dim", markup=False)
        out.print(candidate.text or "(its text is not in the run)", markup=False)
        out.print("  ".join(f"{key}: {meaning}" for key, meaning in choices.items()), style="dim")
        left -= 1
        while (reply := str(typer.prompt("grade")).strip().lower()) not in choices:
            err.print(f"{reply!r} is none of {', '.join(choices)}.")
        return reply

    written = sum(1 for _ in judging.judge(candidates, qrels, ask))
    err.print(f"{written} judgements were added to {qrels}; {len(candidates) - written} are left.")


@app.command()
def feedback(
    questions: Annotated[Path, typer.Argument(help="Question file to write; it must not be there yet.")],
    data: Data = None,
) -> None:
    """Make a question file of what readers judged in the chat, for a person to complete."""
    lines = questions_from_feedback(FeedbackStore((data or read_settings().data) / FEEDBACK_FILE))
    if not lines:
        raise InputError("No reader has judged an answer yet.", "Name the folder of the index that was served: --data.")
    try:
        write_questions(lines, questions)
    except FileExistsError:
        raise InputError(f"{questions} is there already.", "Choose another name.") from None
    err.print(f"{len(lines)} questions are in {questions}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its status: 0 done, 2 wrong usage or input, 1 anything else."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese goes out as UTF-8 also where the locale is C.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args=list(arguments) if arguments is not None else None)
    except InputError as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(2)
    except TiaowenError as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(1)
