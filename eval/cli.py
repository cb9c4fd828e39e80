"""``tiaowen-eval``: measure an index, a parse, or a run made elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import InputError, TiaowenError
from eval.clauses import compare_units, read_units
from eval.console import err, print_clause_scores, print_results, progress_bar
from eval.datasets import question_qrels, read_questions
from eval.experiment import Results, code_digest, prepare, questions_digest, run_experiment
from eval.measures import DEFAULT_MEASURES, parse_measure
from eval.runs import describe_environment
from eval.systems import check_names, open_systems
from service.settings import read_settings

if TYPE_CHECKING:
    from eval.datasets import Question

QUESTIONS = Path(__file__).with_name("questions")

app = typer.Typer(
    name="tiaowen-eval",
    help="Is it good, and did it get worse?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

QuestionPaths = Annotated[
    list[Path] | None,
    typer.Argument(help="Question files, folders of them, or one BEIR folder. [default: the shipped questions]"),
]
Data = Annotated[Path | None, typer.Option(help="Folder of the index. [default: TIAOWEN_DATA, else ./data]")]
Encoder = Annotated[str | None, typer.Option(help="Encoder that the index was built with. [default: TIAOWEN_ENCODER]")]
Out = Annotated[Path | None, typer.Option(help="Folder of the run. [default: eval-runs/ and a name by its conditions]")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin anew instead of going on.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of whatever is drawn.")]


@app.command()
def run(
    questions: QuestionPaths = None,
    systems: Annotated[str, typer.Option(help="bm25, dense, hybrid, hybrid+rerank; commas between.")] = "hybrid",
    answers: Annotated[bool, typer.Option(help="Ask for answers too, and judge them.")] = True,
    measures: Annotated[str, typer.Option(help="Measures of rankings, commas between.")] = ",".join(DEFAULT_MEASURES),
    data: Data = None,
    encoder: Encoder = None,
    reranker: Annotated[str | None, typer.Option(help="Cross-encoder for hybrid+rerank, by name or path.")] = None,
    out: Out = None,
    fresh: Fresh = False,
    seed: Seed = 0,
) -> None:
    """Ask questions, judge the answers and the rankings, and print the figures."""
    names = check_names([name for name in systems.split(",") if name])
    wanted = [parse_measure(name).name for name in measures.split(",") if name]
    asked = read_questions(questions or [QUESTIONS])
    results = run_questions(
        asked,
        names,
        answers=answers,
        measures=wanted,
        data=data,
        encoder=encoder,
        reranker=reranker,
        out=out,
        fresh=fresh,
        seed=seed,
    )
    print_results(results, measures=wanted)


def run_questions(
    questions: Sequence[Question],
    names: Sequence[str],
    *,
    answers: bool = True,
    measures: Sequence[str] = DEFAULT_MEASURES,
    data: Path | None = None,
    encoder: str | None = None,
    reranker: str | None = None,
    out: Path | None = None,
    fresh: bool = False,
    seed: int = 0,
) -> Results:
    """Run questions over the index of a data folder, under a progress bar."""
    from service.engine import Engine

    from indexer.encoder import open_encoder

    settings = read_settings()
    encoder_name = encoder or settings.encoder
    engine = Engine.open(data or settings.data, encoder=encoder_name)
    header = describe_environment(
        kind="questions",
        code=code_digest(),
        generation=str(engine.generation.number),
        encoder=encoder_name,
        reranker=reranker,
        questions=questions_digest(questions),
        seed=seed,
    )
    folder = out or Path("eval-runs") / f"{header['generation']}-{header['code']}-{header['questions']}"
    prepare(folder, header, fresh=fresh)
    retrievers = open_systems(names, engine, open_encoder(encoder_name), reranker=reranker) if names else {}
    ranked = sum(not q.history for q in questions if q.id in question_qrels(questions))
    started = time.monotonic()
    with progress_bar() as bar:
        tasks = {name: bar.add_task(name, total=ranked) for name in retrievers}
        if answers:
            tasks["answers"] = bar.add_task("answers", total=len(questions))
        results = run_experiment(
            folder,
            questions,
            header,
            engine=engine if answers else None,
            systems=retrievers,
            measures=measures,
            on_step=lambda step: bar.advance(tasks[step]),
        )
    err.print(f"{len(questions)} questions in {time.monotonic() - started:.1f} s; the run lies in {folder}")
    return results


@app.command()
def clauses(
    gold: Annotated[Path, typer.Argument(help="Clauses that readers marked, as JSON Lines.")],
    parsed: Annotated[Path, typer.Argument(help="What 'tiaowen parse … --jsonl' printed.")],
    show: Annotated[int, typer.Option(min=0, help="Misses that are printed.")] = 20,
) -> None:
    """Precision and recall of parsed clauses and of the duties in them."""
    print_clause_scores(compare_units(read_units(gold), read_units(parsed)), show=show)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its status: 0 done, 2 wrong usage or input, 1 anything else."""
    try:
        app(args=list(arguments) if arguments is not None else None)
    except InputError as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(2)
    except TiaowenError as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(1)
