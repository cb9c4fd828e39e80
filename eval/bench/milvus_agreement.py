"""Whether Milvus gives the answers of the search in this process.

``python -m eval.bench.milvus_agreement STATUTES INDEX [--uri URI] [--index FLAT]`` asks every judged question of a
folder of statutes (``documents/``, ``queries.jsonl``, ``qrels.tsv``) of the index in a data folder, once here and once
in Milvus: Milvus Lite by default, in a folder that is removed afterwards. Compared are the first ten clauses of a
search, and the two lists that each engine gives for it, with their scores as the engine has them. Times include
everything but encoding the question, which is done once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from corpus.folding import to_simplified
from eval.bench.statutes import read_statutes
from indexer.backends.base import Rows, Scores, Vectors
from indexer.backends.bm25 import Bm25Index
from indexer.backends.milvus import Milvus
from indexer.backends.milvus_schema import DENSE, DENSE_INDICES, WORDS
from indexer.encoder import Encoder, open_encoder
from indexer.english_terms import open_english_terms
from indexer.generations import Generation, generations_folder, open_current
from indexer.publishing import attach, fingerprint, publish
from indexer.tokenizer import tokenize
from service.engine import Engine
from service.settings import read_settings
from service.translation import Translator

_K = 10
_Query = TypeVar("_Query")
_err = Console(stderr=True)


@dataclass
class Agreement:
    """Of lists that were compared: how many are the same, and how far scores of the same passage lie apart at most."""

    compared: int = 0
    same_order: int = 0
    same_members: int = 0
    furthest: float = 0.0
    seconds: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def add(self, here: Sequence[object], there: Sequence[object]) -> None:
        """Compare two lists, best first."""
        self.compared += 1
        self.same_order += here == there
        self.same_members += set(here) == set(there)


class _Encoded:
    """An encoder that has the questions' vectors at hand, so that both searches take the same time for them: none."""

    def __init__(self, encoder: Encoder, questions: Sequence[str]) -> None:
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self._encoder = encoder
        folded = [to_simplified(question) for question in questions]
        self._known: dict[str, Vectors] = {}
        for text in track(folded, "encoding", console=_err):
            self._encoded(text)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = [self._known[text] if text in self._known else self._encoded(text) for text in texts]
        return np.array(vectors, dtype=np.float32)

    def _encoded(self, text: str) -> Vectors:
        self._known[text] = self._encoder.encode_queries([text])[0]
        return self._known[text]

    def encode_passages(self, texts: Sequence[str], **options: object) -> Vectors:
        raise NotImplementedError("no passage is encoded here")


def compare(questions: Sequence[str], here: Engine, there: Engine) -> Agreement:
    """The first ten clauses of a search for each question, in this process and in Milvus."""
    found = Agreement()
    for question in track(questions, "searching", console=_err):
        ids, scores = [], []
        for engine, seconds in zip((here, there), found.seconds, strict=True):
            start = time.perf_counter()
            hits = engine.search(question, k=_K).hits
            seconds.append(time.perf_counter() - start)
            ids.append([hit.clause.id for hit in hits])
            scores.append({hit.clause.id: hit.score for hit in hits})
        found.add(*ids)
        shared = scores[0].keys() & scores[1].keys()
        found.furthest = max([found.furthest, *(abs(scores[0][name] - scores[1][name]) for name in shared)])
    return found


def compare_lists(
    queries: Sequence[_Query],
    here: Callable[[_Query], tuple[Rows, Scores]],
    there: Callable[[_Query], tuple[Rows, Scores]],
    raw: Callable[[_Query], tuple[Rows, Scores]],
) -> Agreement:
    """The first ten passages of one engine for each query.

    Args:
        queries: Whatever the functions take.
        here: Search in this process.
        there: Search in Milvus, as the pipeline uses it.
        raw: The hits of Milvus as it gives them; their scores are compared with those of ``here``.
    """
    found = Agreement()
    for query in track(queries, "searching lists", console=_err):
        (rows, scores), (other, _), (as_found, engines) = here(query), there(query), raw(query)
        found.add(rows.tolist(), other.tolist())
        exact = dict(zip(rows.tolist(), scores.tolist(), strict=True))
        distances = zip(as_found.tolist(), engines.tolist(), strict=True)
        apart = [abs(exact[row] - score) / max(1.0, abs(exact[row])) for row, score in distances if row in exact]
        found.furthest = max([found.furthest, *apart])
    return found


def run(statutes: Path, data: Path, uri: str, index: str) -> None:
    """Write the index to Milvus, compare and print."""
    questions = list(read_statutes(statutes).queries.values())
    encoder = open_encoder(read_settings().encoder, data=data)
    local = open_current(data, encoder=encoder)
    milvus = Milvus(uri, dense_index=index)
    with closing(milvus), closing(local), tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        with Progress(console=_err) as progress:
            task = progress.add_task("writing to Milvus", total=len(local.rows))
            publish(milvus, local, Path(scratch), lambda done, _: progress.update(task, completed=done))
        written_s = time.perf_counter() - start
        remote = attach(milvus, local)
        known = _Encoded(encoder, questions)
        translator = Translator(open_english_terms(generations_folder(data) / str(local.number)))
        searches = compare(questions, *(Engine(each, known, translator) for each in (local, remote)))
        words, vectors = _lists(questions, data, local, remote, milvus, known)
    terms = len(Bm25Index.open(generations_folder(data) / str(local.number)).postings[1]) / max(len(local.rows), 1)
    held = f"{len(local.rows):,} passages of {terms:.0f} terms and {local.manifest.dimension} dimensions"
    _print(searches, words, vectors, f"{held}, {index}, written in {written_s:.0f} s")


def _lists(
    questions: Sequence[str], data: Path, local: Generation, remote: Generation, milvus: Milvus, encoder: _Encoded
) -> tuple[Agreement, Agreement]:
    """The first ten by words, for all words of each question, and by vectors."""
    collection = milvus.open(local.number, fingerprint(local.manifest))
    lexical = Bm25Index.open(generations_folder(data) / str(local.number))
    tokens = [tokenize(to_simplified(question)) for question in questions]
    words = compare_lists(
        tokens,
        lambda query: lexical.search(query, _K),
        lambda query: remote.bm25.search(query, _K),
        lambda query: collection.search(WORDS, lexical.term_weights(query), _K, None),
    )
    vectors = compare_lists(
        list(encoder.encode_queries([to_simplified(question) for question in questions])),
        lambda query: local.dense.search(query, _K),
        lambda query: remote.dense.search(query, _K),
        lambda query: collection.search(DENSE, query, _K, None),
    )
    return words, vectors


def _print(searches: Agreement, words: Agreement, vectors: Agreement, title: str) -> None:
    table = Table(title=title)
    table.add_column("first ten of")
    for heading in ("questions", "same, in order", "same ten", "scores apart, at most"):
        table.add_column(heading, justify="right")
    for name, found in (("a search", searches), ("words alone", words), ("vectors alone", vectors)):
        shares = (f"{count / max(found.compared, 1):.2%}" for count in (found.same_order, found.same_members))
        table.add_row(name, str(found.compared), *shares, f"{found.furthest:.1e}")
    console = Console()
    console.print(table)
    here, there = (1000 * float(np.median(seconds)) for seconds in searches.seconds)
    console.print(f"A search without encoding, median: {here:.1f} ms in this process, {there:.1f} ms in Milvus.")


def main(
    statutes: Annotated[Path, typer.Argument(help="documents/, queries.jsonl and qrels.tsv.")],
    index: Annotated[Path, typer.Argument(help="Data folder with an index of the documents.")],
    uri: Annotated[str | None, typer.Option(help="Address of Milvus. [default: Milvus Lite]")] = None,
    kind: Annotated[str, typer.Option("--index", help=f"{', '.join(DENSE_INDICES)}")] = "FLAT",
) -> None:
    """Compare Milvus with the search in this process."""
    if kind not in DENSE_INDICES:
        raise typer.BadParameter(f"--index is {kind}; take one of {', '.join(DENSE_INDICES)}.")
    with tempfile.TemporaryDirectory() as folder:
        run(statutes, index, uri or str(Path(folder) / "milvus.db"), kind)


if __name__ == "__main__":
    typer.run(main)
