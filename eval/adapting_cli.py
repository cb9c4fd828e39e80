"""``tiaowen-eval adapt``: a new query adapter from judged questions, beside held-out figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from corpus.errors import InputError
from corpus.folding import to_simplified
from eval.adapting import EPOCHS, FITS, FOLDS, TrainingSet, fit_adapter, held_out_queries, ndcg_10
from eval.bench.statutes import article_of, check_pair, read_statutes
from eval.console import err, number, out, progress_bar
from eval.datasets import SHIPPED_QUESTIONS, Qrels, question_qrels, read_questions
from indexer.encoder import DEFAULT_ENCODER, Encoder, open_encoder
from indexer.generations import open_current
from service.query_adapter import adapt, write_adapter
from service.settings import read_settings


def adapt_queries(
    questions: Annotated[
        list[Path] | None, typer.Argument(help="Question files, or folders of them. [default: the shipped questions]")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Their index. [default: TIAOWEN_DATA, else ./data]")] = None,
    statutes: Annotated[
        Path | None, typer.Option(help="Learn from these too: documents/, queries.jsonl and qrels.tsv.")
    ] = None,
    statutes_data: Annotated[Path | None, typer.Option(help="The index of the statutes.")] = None,
    file: Annotated[Path | None, typer.Option("--out", help="Write the adapter there. [default: only print]")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the first weights and the order.")] = 0,
) -> None:
    """Fit the turn of question vectors towards their clauses; print nDCG@10 by vectors alone, held out and in use."""
    check_pair(statutes, statutes_data)
    encoder = open_encoder(DEFAULT_ENCODER)
    asked = [one for one in read_questions(questions or [SHIPPED_QUESTIONS]) if not one.history]
    found = question_qrels(asked)
    sets = [
        _training_set(name, encoder, data or read_settings().data, texts, found, by_article=False)
        for name, texts in (
            ("Chinese", {one.id: one.question for one in asked if one.lang != "en" and one.id in found}),
            ("English", {one.id: one.question for one in asked if one.lang == "en" and one.id in found}),
        )
        if texts
    ]
    if statutes is not None and statutes_data is not None:
        judged = read_statutes(statutes)
        sets.append(_training_set("statutes", encoder, statutes_data, judged.queries, judged.qrels, by_article=True))
    if not sets:
        raise InputError("None of the questions has a gold clause.", "Name files with answerable questions.")
    with progress_bar() as bar:
        task = bar.add_task("epochs", total=(FOLDS + 1) * FITS * EPOCHS)
        held_out = held_out_queries(sets, seed=seed, on_epoch=lambda: bar.advance(task))
        adapter = fit_adapter(sets, seed=seed, on_epoch=lambda: bar.advance(task))
    table = Table("questions", "number", "not adapted", "held-out folds", "fitted on all", "in use")
    for one, unseen in zip(sets, held_out, strict=True):
        figures = [ndcg_10(one, q) for q in (one.queries, unseen, adapter(one.queries), adapt(one.queries, encoder))]
        table.add_row(one.name, str(len(one.gold)), *(number(float(values.mean())) for values in figures))
    out.print(table)
    if file is not None:
        with file.open("wb") as written:
            write_adapter(written, adapter)
        err.print(f"the adapter lies in {file}")


def _training_set(
    name: str, encoder: Encoder, data: Path, questions: Mapping[str, str], qrels: Qrels, *, by_article: bool
) -> TrainingSet:
    generation = open_current(data, encoder=encoder)
    try:
        rows = np.arange(len(generation.rows), dtype=np.int64)
        clauses = generation.store.clause_ids(rows)
        passages = generation.dense.vectors(rows)
    finally:
        generation.close()
    judged = [article_of(clause) if by_article else clause for clause in clauses]
    numbers = {key: place for place, key in enumerate(dict.fromkeys(key for key in judged if key is not None))}
    gold = {
        query: frozenset(numbers[key] for key, grade in qrels[query].items() if grade > 0 and key in numbers)
        for query in questions
    }
    usable: Sequence[str] = [query for query in questions if gold[query]]
    if not usable:
        raise InputError(f"The index {data} holds no clause that is gold.", "Name the index of these questions.")
    return TrainingSet(
        name=name,
        queries=encoder.encode_queries([to_simplified(questions[query]) for query in usable]),
        passages=passages,
        groups=np.array([-1 if key is None else numbers[key] for key in judged], dtype=np.int64),
        gold=[gold[query] for query in usable],
    )
