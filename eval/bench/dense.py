"""Dense search by size: ours beside FAISS's exact search and its HNSW graph, over the vectors of an index.

``python -m eval.bench.dense DATA --passages 200000`` takes the vectors of the index in ``DATA``. Where they are too
few, they are repeated with noise (0.3 of their length) and brought back to length 1; the table says so. Questions are
made of forms, as in ``eval.bench.speed``, or come from a file (``--questions FILE``, a line ``{"text": "…"}`` each);
each is asked for the 200 nearest, as a search does. Times are processor time of one thread; building may take more.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table

from corpus.folding import to_simplified
from eval.bench.scale import read_questions
from eval.bench.scale_index import NOISE, with_noise
from eval.bench.speed import percentile
from indexer.backends.base import Rows, Selection, Vectors
from indexer.backends.faiss import FaissIndex, write_dense
from indexer.backends.faiss_files import create_vectors
from indexer.encoder import open_encoder
from indexer.generations import open_current
from service.query_adapter import adapt

QUESTIONS = 200
DEPTH = 200
_BLOCK = 20_000
_BAR = 0.98
_SHARES = (0.003, 0.03, 0.3)
_LINKS, _BUILT_WIDE, _WIDEST = 16, 80, 3200

Search = Callable[[Vectors], Rows]


@dataclass(frozen=True, slots=True)
class Line:
    """One way to search: its name, processor seconds to build, bytes a row on disk, recall@10, and times in ms."""

    name: str
    build_s: float | None
    bytes_a_row: float | None
    recall: float
    milliseconds: list[float]


def make_vectors(data: Path, count: int, folder: Path) -> tuple[Vectors, int]:
    """Vectors of an index, with noise where they run out, in a file of ``folder``; and how many are the index's own."""
    generation = open_current(data, encoder=open_encoder(data=data))
    try:
        own = generation.dense.vectors(np.arange(min(count, len(generation.dense))))
    finally:
        generation.close()
    generator = np.random.default_rng(0)
    vectors = create_vectors(folder, count, own.shape[1])
    vectors[: len(own)] = own
    for start in range(len(own), count, _BLOCK):
        some = own[np.arange(start, min(start + _BLOCK, count)) % len(own)]
        vectors[start : start + len(some)] = with_noise(some, generator)
    return vectors, len(own)


def nearest_ten(vectors: Vectors, queries: Vectors, allowed: Selection | None = None) -> list[set[int]]:
    """The ten nearest rows to each query, by comparing all."""
    rows = np.arange(len(vectors)) if allowed is None else allowed.rows()
    found: list[list[tuple[float, int]]] = [[] for _ in queries]
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        cosines = queries @ np.asarray(vectors[some]).T
        for hits, row in zip(found, cosines, strict=True):
            best = np.argsort(-row)[:10]
            hits += [(float(row[place]), int(some[place])) for place in best]
    return [{row for _, row in sorted(hits, reverse=True)[:10]} for hits in found]


def measure(name: str, search: Search, queries: Vectors, nearest: list[set[int]], **built: float) -> Line:
    """Ask all queries of one way to search."""
    milliseconds, right = [], 0
    for query, wanted in zip(queries, nearest, strict=True):
        started = time.thread_time()
        rows = search(query)
        milliseconds.append(1000 * (time.thread_time() - started))
        right += len(wanted & {int(row) for row in rows[:10]})
    recall = right / sum(map(len, nearest))
    return Line(name, built.get("build_s"), built.get("bytes_a_row"), recall, milliseconds)


def graph(vectors: Vectors, queries: Vectors, nearest: list[set[int]], own: FaissIndex) -> Line:
    """FAISS's HNSW graph over 8 bits, searched as wide as a recall of ``_BAR`` takes, and exact scores."""
    count, dimension = vectors.shape
    started = time.process_time()
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    eight_bits: Any = faiss.ScalarQuantizer.QT_8bit
    index: Any = faiss.IndexHNSWSQ(dimension, eight_bits, _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _BUILT_WIDE
    index.train(np.asarray(vectors[:: max(1, count // _BLOCK)]))
    for start in range(0, count, _BLOCK):
        index.add(np.asarray(vectors[start : start + _BLOCK]))
    build_s = time.process_time() - started

    def search(query: Vectors) -> Rows:
        faiss.omp_set_num_threads(1)
        rows: Rows = index.search(query[None], 2 * DEPTH)[1][0]
        rows = rows[rows >= 0]
        return np.asarray(rows[np.argsort(-own.scores(query, rows), kind="stable")[:DEPTH]])

    index.hnsw.efSearch = 2 * DEPTH
    while True:
        size = dimension + 4 * 2 * _LINKS
        name = f"HNSW, {_LINKS} links, {index.hnsw.efSearch} steps"
        line = measure(name, search, queries, nearest, build_s=build_s, bytes_a_row=size)
        if line.recall >= _BAR or index.hnsw.efSearch >= _WIDEST:
            return line
        index.hnsw.efSearch *= 2


def compare(data: Path, count: int, questions: Sequence[str]) -> tuple[str, list[Line]]:
    """A line for each way to search ``count`` passages, and what the vectors are."""
    encoder = open_encoder(data=data)
    queries = adapt(encoder.encode_queries([to_simplified(question) for question in questions]), encoder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.mkdir()
        vectors, own = make_vectors(data, count, source)
        nearest = nearest_ten(vectors, queries)
        started = time.process_time()
        report = write_dense(vectors, folder)
        build_s = time.process_time() - started
        index = FaissIndex.open(folder)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        for start in range(0, count, _BLOCK):
            flat.add(np.asarray(vectors[start : start + _BLOCK]))

        def compare_all(query: Vectors) -> Rows:
            faiss.omp_set_num_threads(1)
            rows: Rows = flat.search(query[None], DEPTH)[1][0]
            return rows

        size = sum(path.stat().st_size for path in folder.glob("*.faiss")) / count
        ours = f"ours: {report.kind}; {report.recall_at_10:.3f} by the build's own questions"
        lines = [
            measure("FAISS, all vectors", compare_all, queries, nearest, bytes_a_row=4 * vectors.shape[1]),
            measure(ours, lambda q: index.search(q, DEPTH)[0], queries, nearest, build_s=build_s, bytes_a_row=size),
            graph(vectors, queries, nearest, index),
        ]
        lines += [_under_filter(index, vectors, queries, share) for share in _SHARES]
    return f"{count} passages, {own} of them real, the others these with noise of {NOISE}", lines


def _under_filter(index: FaissIndex, vectors: Vectors, queries: Vectors, share: float) -> Line:
    """Ours where a filter leaves some stretches of rows, as documents are."""
    starts = np.random.default_rng(1).random(len(vectors) // 100 + 1) < share
    allowed = Selection.of_rows(np.flatnonzero(np.repeat(starts, 100)[: len(vectors)]), len(vectors))
    nearest = nearest_ten(vectors, queries, allowed)
    name = f"ours, a filter leaves {allowed.count} rows"
    return measure(name, lambda query: index.search(query, DEPTH, allowed)[0], queries, nearest)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description="Dense search by size.")
    parser.add_argument("data", type=Path, help="data folder with an index")
    parser.add_argument("--passages", type=int, default=200_000, help="how many vectors (default: %(default)s)")
    parser.add_argument("--questions", type=Path, help="lines with a text each (default: questions made of forms)")
    options = parser.parse_args()
    questions = read_questions(options.questions)[:QUESTIONS]
    title, lines = compare(options.data, options.passages, questions)
    table = Table("way to search", "built, s", "bytes a row", "recall@10", "p50, ms", "p95, ms", title=title)
    for line in lines:
        table.add_row(
            line.name,
            "" if line.build_s is None else f"{line.build_s:.1f}",
            "" if line.bytes_a_row is None else f"{line.bytes_a_row:.0f}",
            f"{line.recall:.4f}",
            f"{statistics.median(line.milliseconds):.2f}",
            f"{percentile(line.milliseconds, 95):.2f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
