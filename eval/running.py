"""Open what is asked, run it under progress bars, and give back what was measured."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.console import err, progress_bar
from eval.datasets import BeirDataset, Question, question_qrels
from eval.experiment import Results, SystemResult, code_digest, prepare, questions_digest, run_experiment
from eval.measures import DEFAULT_MEASURES, measure_queries, parse_measure
from eval.runs import begin, describe_environment, write_run
from eval.systems import open_systems, open_texts

RUNS = Path("eval-runs")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run depends on besides its questions.

    Attributes:
        systems: Single systems that rank the questions.
        answers: Whether the engine answers them too.
        data: Folder of the index.
        reranker: Cross-encoder of ``hybrid+rerank``.
        out: Folder of the run; by default one in ``eval-runs`` named by the conditions.
        fresh: Begin anew.
    """

    data: Path
    encoder: str
    systems: tuple[str, ...] = ("hybrid",)
    answers: bool = True
    measures: tuple[str, ...] = DEFAULT_MEASURES
    reranker: str | None = None
    out: Path | None = None
    fresh: bool = False
    seed: int = 0


def run_questions(questions: Sequence[Question], settings: RunSettings) -> tuple[Results, Path]:
    """Run questions over the index of a data folder; the results, and the folder that keeps them."""
    from service.engine import Engine

    started = time.monotonic()
    engine = Engine.open(settings.data, encoder=settings.encoder)
    manifest = engine.generation.manifest
    header = describe_environment(
        kind="questions",
        code=code_digest(),
        generation=f"{engine.generation.number} of {manifest.created_at}",
        documents=manifest.documents,
        clauses=manifest.clauses,
        encoder=settings.encoder,
        reranker=settings.reranker,
        questions=questions_digest(questions),
        seed=settings.seed,
    )
    folder = _folder(settings, header)
    prepare(folder, header, fresh=settings.fresh)
    systems = open_systems(settings.systems, engine, reranker=settings.reranker)
    qrels = question_qrels(questions)
    ranked = sum(q.id in qrels and not q.history for q in questions)
    store = engine.generation.store
    with progress_bar() as bar:
        tasks = {name: bar.add_task(name, total=ranked) for name in systems}
        if settings.answers:
            tasks["answers"] = bar.add_task("answers", total=len(questions))
        results = run_experiment(
            folder,
            questions,
            header,
            engine=engine if settings.answers else None,
            systems=systems,
            measures=settings.measures,
            text_of=lambda identifier: clause.text if (clause := store.clause(identifier)) else None,
            on_step=lambda step: bar.advance(tasks[step]),
        )
    err.print(
        f"{len(questions)} questions in {time.monotonic() - started:.1f} s; the run lies in {folder}", soft_wrap=True
    )
    return results, folder


def run_beir(dataset: BeirDataset, name: str, settings: RunSettings) -> tuple[Results, Path]:
    """Rank the queries of a BEIR folder over its own documents.

    Raises:
        InputError: If no system is asked for.
    """
    from indexer.encoder import open_encoder

    if not settings.systems:
        raise InputError("no system is named.", "Add --systems bm25,dense,hybrid.")
    started = time.monotonic()
    header = describe_environment(
        kind="beir",
        dataset=name,
        documents=len(dataset.documents),
        code=code_digest(),
        encoder=settings.encoder,
        reranker=settings.reranker,
        seed=settings.seed,
    )
    folder = _folder(settings, header)
    prepare(folder, header, fresh=settings.fresh)
    measures = [parse_measure(measure) for measure in settings.measures]
    found: dict[str, SystemResult] = {}
    with progress_bar() as bar:
        encoding = bar.add_task("encoding", total=None)
        systems = open_texts(
            settings.systems,
            dataset.documents,
            open_encoder(settings.encoder),
            cache=RUNS / "embeddings",
            reranker=settings.reranker,
            progress=lambda done, total: bar.update(encoding, completed=done, total=total),
        )
        bar.update(encoding, completed=1, total=1)
        for system, retrieve in systems.items():
            task = bar.add_task(system, total=len(dataset.queries))
            file = folder / f"{system}.run"
            begin(file, {**header, "system": system, "k": 100})
            run = write_run(
                file,
                dataset.queries.items(),
                retrieve,
                tag=system,
                on_query=lambda _query, task=task: bar.advance(task),  # type: ignore[misc]
            )
            found[system] = SystemResult(run, measure_queries(dataset.qrels, run, measures))
    err.print(
        f"{len(dataset.queries)} queries in {time.monotonic() - started:.1f} s; the run lies in {folder}",
        soft_wrap=True,
    )
    texts = {identifier: text for identifier, (_, text) in dataset.documents.items()}
    return Results(header, dataset.queries, dataset.qrels, systems=found, texts=texts), folder


def _folder(settings: RunSettings, header: Mapping[str, Any]) -> Path:
    if settings.out is not None:
        return settings.out
    parts = [header["kind"], str(header.get("generation", header.get("dataset"))).split()[0], header["code"]]
    parts.append(str(header.get("questions", header["encoder"])).rpartition("/")[2])
    return RUNS / "-".join(parts)
